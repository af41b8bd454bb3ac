//! The monthly board summary: figures frozen, then queued to each recipient once (spec 2.9).

use anyhow::Context;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::json;

use crate::answers::{month_figures, months_before};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::board::Month;
use crate::board::store::{self as snapshots, FreezeOutcome};
use crate::db::Locks;
use crate::mail::Rendered;
use crate::outbox::{EnqueueOutcome, InitialState, MessageKind, NewMessage, store as outbox_store};
use crate::paper::Paper;
use crate::register::store::{self, KnownAt};

/// What became of issuing a summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedSummary {
    /// Messages newly queued.
    pub queued: usize,
    /// Recipients it had been queued for before.
    pub before: usize,
    /// Why the mail goes without the PDF that should be with it.
    pub without_pdf: Option<String>,
}

/// Why a summary is not issued. Each message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueRefused {
    /// No board is told.
    #[error(
        "nobody receives the board summary of {0}: add a [[board]] table with `organisation` and `recipients` to the \
         configuration"
    )]
    NoRecipients(String),
    /// The month is not over.
    #[error("{} is not over: its summary can be issued from {from} on", .month.long())]
    NotOver {
        /// The month.
        month: Month,
        /// The first day on which it can be.
        from: NaiveDate,
    },
    /// Somebody else was quicker.
    #[error("{} of {organisation} was issued by another process just now", .month.long())]
    JustIssued {
        /// The month.
        month: Month,
        /// The organisation's code.
        organisation: String,
    },
}

/// Freezes the month's figures, if they are not frozen yet, and queues the summary to every recipient who has not
/// been promised it: one transaction.
///
/// # Errors
/// [`IssueRefused`] where it can't be issued; anything else is a fault of ours.
pub fn issue_board_summary(
    app: &App,
    organisation: &str,
    month: Month,
    by: &Actor,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<IssuedSummary> {
    let recipients: Vec<&str> = app.board_recipients(organisation).collect();
    if recipients.is_empty() {
        return Err(IssueRefused::NoRecipients(organisation.to_owned()).into());
    }
    if month.last_day() >= today {
        return Err(IssueRefused::NotOver { month, from: month.last_day() + Days::new(1) }.into());
    }
    let (figures, _) = month_figures(app, organisation, month, today, now)?;
    let paper = Paper::new(&figures, &months_before(app, &figures)?)?;
    let mail = paper.mail()?;
    let ids = app.db.read(|conn| store::organisation_ids(conn, &[organisation.to_owned()]))?;
    let organisation_id = ids
        .into_iter()
        .flatten()
        .next()
        .with_context(|| format!("there is no organisation {organisation:?}"))?;
    let domain = app.mail_domain(organisation);
    app.db.try_write_stamped(Locks::AUDIT.and(Locks::PLAN), app.clock, |conn| {
        let newest_import = store::newest_import(conn, KnownAt::At(figures.known_at))?;
        // Another process may have frozen the month since we read: then its figures are the ones that count.
        let frozen = snapshots::freeze(conn, organisation_id, &figures, newest_import)?;
        if frozen == FreezeOutcome::Others {
            return Err(IssueRefused::JustIssued { month, organisation: organisation.to_owned() }.into());
        }
        let mut issued = IssuedSummary { queued: 0, before: 0, without_pdf: mail.without_pdf.clone() };
        for recipient in &recipients {
            let message = message(&mail.content, organisation_id, month, recipient, today);
            match outbox_store::enqueue(conn, &message, InitialState::Queued, &domain, now)? {
                EnqueueOutcome::Enqueued(_) => issued.queued += 1,
                EnqueueOutcome::AlreadyPromised => issued.before += 1,
            }
        }
        if frozen == FreezeOutcome::Frozen || issued.queued > 0 {
            let (_, content_hash) = figures.content()?;
            let details = json!({
                "content_hash": content_hash,
                "printed": paper.printed_hash(),
                "queued": issued.queued,
            });
            let act = Act::new(by, Action::BoardSend, format!("board {organisation} {month}"), details);
            audit::record(conn, &act, now)?;
        }
        Ok(issued)
    })
}

fn message(
    rendered: &Rendered,
    organisation_id: i32,
    month: Month,
    recipient: &str,
    today: NaiveDate,
) -> NewMessage {
    NewMessage {
        kind: MessageKind::BoardSummary,
        organisation_id,
        staff_id: None,
        recipient: recipient.to_owned(),
        content: rendered.clone(),
        once_key: Some(format!("{organisation_id} {month} {}", recipient.to_lowercase())),
        planned_on: today,
    }
}
