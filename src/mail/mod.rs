//! What people read: one struct a mail, three templates each (subject, text, HTML).
//!
//! Comes in: facts that `plan`, `board` and `jobs` have settled, dates included. Goes out: [`Rendered`], kept in the
//! outbox as the record of what was said. Rendering is pure: no clock, no database, no mail library, so the same mail
//! struct gives the same bytes at any time.
//!
//! The house rules, each kept by a test: a subject has at most 70 characters and one line, and says what and by when;
//! the text part says all that the HTML part says; nothing is said by colour alone; what people typed into a staff
//! list is escaped. In the template of a text part `# ` begins a heading, and seven spaces a command, which is not folded.

mod account;
mod assurance_review;
mod booked;
mod calendar;
mod import_report;
mod operator_alert;
mod operator_notice;
mod part;
mod reminder;
pub(crate) mod text;
mod weekly;

pub(crate) use crate::wording::pounds;
pub(crate) use account::{
    AccountChange, AccountInvitation, AccountNotice, AccountReset, InvitedWay, LINK_MARKER,
};
pub(crate) use assurance_review::{AssuranceReview, ReviewItem, ReviewedBy};
pub(crate) use booked::BookedPlace;
pub(crate) use import_report::{
    FileCounts, FileLocation, FileOutcome, ImportReport, NotLookedInto, Remarks, RowRemark,
};
pub use operator_alert::OperatorAlert;
pub use operator_notice::{OperatorNotice, Trouble};
pub use part::{MailPart, PartPlace};
pub(crate) use reminder::{ItemState, Reminder, ReminderItem};
pub(crate) use weekly::{
    Audience, DirectReport, DivisionRate, Escalation, ManagerDigest, ReportCourse, Unled,
};

use askama::Template;

use crate::compliance::HoursStanding;
use crate::wording;

/// A mail ready to be queued: what `outbox` keeps and `delivery` sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line of at most 70 characters.
    pub subject: String,
    /// The text part: lines of at most 72 characters where words allow, ending in one line feed, `\n` throughout.
    pub text: String,
    /// The HTML part, complete in itself and its inline parts: nothing is loaded from elsewhere.
    pub html: String,
    /// Pictures that the HTML part shows, and attachments.
    pub parts: Vec<MailPart>,
}

/// Hours for people: `15.5 of 8 hours, 2 of 4 participatory`, and whether these are the ones of the first time.
pub(crate) fn hours_words(hours: HoursStanding) -> String {
    let HoursStanding { needed, participatory_needed, counted, participatory, initial } = hours;
    let share = match participatory_needed.0 {
        0 => String::new(),
        _ => format!(", {participatory} of {participatory_needed} participatory"),
    };
    let initial = if initial { " (initial training)" } else { "" };
    format!("{counted} of {needed} hours{share}{initial}")
}

/// A mail that can be rendered.
pub trait Mail {
    /// Renders the subject and both parts; an error means that a template is at fault, never the data.
    fn render(&self) -> Result<Rendered, askama::Error>;
}

/// Renders the three templates of a mail and puts subject and text in shape.
pub(crate) fn rendered(
    subject: &impl Template,
    text: &impl Template,
    html: &impl Template,
) -> Result<Rendered, askama::Error> {
    let (subject, text) = in_words(subject, text)?;
    Ok(Rendered { subject, text, html: html.render()?, parts: Vec::new() })
}

/// Renders the subject and the text part of a mail, and puts both in shape.
pub(crate) fn in_words(
    subject: &impl Template,
    text: &impl Template,
) -> Result<(String, String), askama::Error> {
    Ok((wording::cut(&subject.render()?, wording::SUBJECT_LIMIT), text::tidy(&text.render()?)))
}

#[cfg(test)]
pub(crate) mod tests;
