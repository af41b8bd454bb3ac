//! The mail that tells a manager, once a week, which of their reports are overdue or nearly so (spec 2.8).

use std::collections::{BTreeMap, HashSet};

use askama::Template;
use chrono::NaiveDate;

use super::wording::{counted, days_away, long_date, one_line, thousands};
use super::{ItemState, Mail, Rendered, hours_words, rendered};
use crate::compliance::HoursStanding;
use crate::register::{Address, EmailAddress};

/// A week's digest to one manager, or to the safeguarding contact for staff whose manager can't be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ManagerDigest {
    /// The receiver's first name; empty for the contact, and for people recorded without one.
    pub(crate) first_name: String,
    /// The organisation's name.
    pub(crate) organisation: String,
    /// The organisation's safeguarding contact, where one is known: replies go there.
    pub(crate) contact: Option<EmailAddress>,
    /// The day the digest is planned on, from which days are counted.
    pub(crate) today: NaiveDate,
    /// Whom it is for.
    pub(crate) audience: Audience,
    /// Whom it lists, at least one.
    pub(crate) reports: Vec<DirectReport>,
}

/// Whom a digest is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The manager of everyone listed.
    Manager,
    /// The safeguarding contact: none of those listed has a manager who can be reached. They are listed by unit.
    Contact,
}

/// A member of staff that a digest lists. Nothing more is said of them than a manager has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DirectReport {
    /// Their name.
    pub(crate) name: String,
    /// Their employee number, shown where two of one name are listed.
    pub(crate) employee_number: String,
    /// The unit of their primary post; empty when unknown. Shown to the contact alone.
    pub(crate) unit: String,
    /// Whether reminders reach them, besides their manager being told.
    pub(crate) address: Address,
    /// Their courses that are overdue or nearly so, at least one.
    pub(crate) courses: Vec<ReportCourse>,
}

/// One course of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportCourse {
    /// The course's title.
    pub(crate) course: String,
    /// When it is or was due: overdue is counted from this day on.
    pub(crate) due_on: NaiveDate,
    /// How it stands.
    pub(crate) state: ItemState,
    /// Where it is asked for by hours: how many count, of how many.
    pub(crate) hours: Option<HoursStanding>,
}

impl ReportCourse {
    /// For how many days it has been overdue; `None` when it is not.
    fn overdue_days(&self, today: NaiveDate) -> Option<u64> {
        let overdue = matches!(self.state, ItemState::Lapsed { .. } | ItemState::NotDone { .. });
        overdue.then(|| u64::try_from((today - self.due_on).num_days()).unwrap_or(0))
    }
}

impl DirectReport {
    fn overdue_days(&self, today: NaiveDate) -> Option<u64> {
        self.courses.iter().filter_map(|course| course.overdue_days(today)).max()
    }

    fn first_due_on(&self) -> Option<NaiveDate> {
        self.courses.iter().map(|course| course.due_on).min()
    }
}

#[derive(Template)]
#[template(path = "mail/manager_digest.subject.txt")]
struct ManagerDigestSubject<'a> {
    gist: &'a DigestGist,
}

#[derive(Template)]
#[template(path = "mail/manager_digest.txt")]
struct ManagerDigestText<'a> {
    page: &'a ManagerDigestPage,
}

#[derive(Template)]
#[template(path = "mail/manager_digest.html")]
struct ManagerDigestHtml<'a> {
    page: &'a ManagerDigestPage,
}

/// What a digest comes to, in figures and words.
struct DigestGist {
    to_manager: bool,
    /// People overdue.
    overdue: u64,
    /// People not overdue.
    due: u64,
    /// `94 days`: for how long the longest has been.
    longest: String,
    /// When the first of those not overdue is due.
    first_due: String,
}

/// What both parts show, in words.
struct ManagerDigestPage {
    gist: DigestGist,
    headline: String,
    greeting: String,
    lead: String,
    organisation: String,
    /// Whom a manager can ask.
    contact: Option<String>,
    today: String,
    groups: Vec<DigestGroup>,
}

/// People under one heading.
struct DigestGroup {
    heading: String,
    people: Vec<DigestPerson>,
}

/// One person.
struct DigestPerson {
    name: String,
    /// Why no reminder reaches them, and what to do.
    note: Option<String>,
    overdue: bool,
    lines: Vec<DigestLine>,
}

/// One course.
struct DigestLine {
    course: String,
    status: String,
    overdue: bool,
    detail: String,
}

impl DigestGist {
    fn of(digest: &ManagerDigest) -> Self {
        let overdue_days = |report: &DirectReport| report.overdue_days(digest.today);
        let overdue = digest.reports.iter().filter_map(overdue_days);
        let due = || digest.reports.iter().filter(|report| overdue_days(report).is_none());
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Self {
            to_manager: digest.audience == Audience::Manager,
            overdue: count(overdue.clone().count()),
            due: count(due().count()),
            longest: counted(overdue.max().unwrap_or_default(), "day", "days"),
            first_due: due().filter_map(DirectReport::first_due_on).min().map(long_date).unwrap_or_default(),
        }
    }

    fn overdue_figure(&self) -> String {
        thousands(self.overdue)
    }

    fn due_figure(&self) -> String {
        thousands(self.due)
    }

    /// The sentence above everything.
    fn headline(&self) -> String {
        let whom = |count: u64| match self.to_manager {
            true => format!("{} of your team", thousands(count)),
            false => counted(count, "member of staff", "staff"),
        };
        let is = |count: u64| if count == 1 { "is" } else { "are" };
        match (self.overdue, self.due) {
            (0, due) => format!("{} {} due soon", whom(due), is(due)),
            (overdue, 0) => format!("{} {} overdue", whom(overdue), is(overdue)),
            (overdue, due) => format!(
                "{} {} overdue, {} more {} due soon",
                whom(overdue),
                is(overdue),
                thousands(due),
                is(due)
            ),
        }
    }

    /// What follows the headline: how bad it is, and what is asked of the reader.
    fn lead(&self) -> String {
        let standing = match (self.overdue, self.due) {
            (0, 1) => format!("The training is due by {}.", self.first_due),
            (0, _) => format!("The first training is due by {}.", self.first_due),
            (1, 0) => format!("It has been overdue for {}.", self.longest),
            (_, 0) => format!("The longest has been overdue for {}.", self.longest),
            (1, _) => {
                format!(
                    "The overdue one has been so for {}; the next is due by {}.",
                    self.longest, self.first_due
                )
            }
            _ => format!(
                "The longest has been overdue for {}; the next is due by {}.",
                self.longest, self.first_due
            ),
        };
        let asked = match (self.to_manager, self.overdue + self.due) {
            (true, 1) => "Please make sure they have the time to do it.",
            (true, _) => "Please make sure each of them has the time to do it, the longest overdue first.",
            (false, _) => {
                "They come to you because no manager of theirs can be reached: the staff list names nobody else, or \
                 somebody who has left, is absent or has no e-mail address."
            }
        };
        format!("{standing} {asked}")
    }
}

impl ManagerDigestPage {
    fn of(digest: &ManagerDigest) -> Self {
        let gist = DigestGist::of(digest);
        let first_name = one_line(&digest.first_name);
        Self {
            headline: gist.headline(),
            greeting: if first_name.is_empty() {
                "Hello,".to_owned()
            } else {
                format!("Hello {first_name},")
            },
            lead: gist.lead(),
            gist,
            organisation: one_line(&digest.organisation),
            contact: digest
                .contact
                .as_ref()
                .filter(|_| digest.audience == Audience::Manager)
                .map(ToString::to_string),
            today: long_date(digest.today),
            groups: groups(digest),
        }
    }
}

/// The people under their headings, in each the longest overdue first: overdue and due soon to a manager, by unit to
/// the contact.
fn groups(digest: &ManagerDigest) -> Vec<DigestGroup> {
    let mut names = HashSet::new();
    let twice: HashSet<&str> = digest
        .reports
        .iter()
        .map(|report| report.name.as_str())
        .filter(|name| !names.insert(*name))
        .collect();
    let mut reports: Vec<&DirectReport> = digest.reports.iter().collect();
    reports.sort_by_key(|report| {
        (report.overdue_days(digest.today).is_none(), report.first_due_on(), &report.name)
    });
    let mut groups: BTreeMap<(u8, String), Vec<DigestPerson>> = BTreeMap::new();
    for report in reports {
        let overdue = report.overdue_days(digest.today).is_some();
        let heading = match (digest.audience, overdue, report.unit.is_empty()) {
            (Audience::Manager, true, _) => (0, "Overdue".to_owned()),
            (Audience::Manager, false, _) => (1, "Due soon".to_owned()),
            (Audience::Contact, _, false) => (0, one_line(&report.unit)),
            (Audience::Contact, _, true) => (1, "No unit recorded".to_owned()),
        };
        let person = person(report, twice.contains(report.name.as_str()), digest.today);
        groups.entry(heading).or_default().push(person);
    }
    groups.into_iter().map(|((_, heading), people)| DigestGroup { heading, people }).collect()
}

fn person(report: &DirectReport, has_namesake: bool, today: NaiveDate) -> DigestPerson {
    let name = one_line(&report.name);
    let mut courses: Vec<&ReportCourse> = report.courses.iter().collect();
    courses.sort_by_key(|course| (course.overdue_days(today).is_none(), course.due_on, &course.course));
    DigestPerson {
        name: if has_namesake { format!("{name} ({})", report.employee_number) } else { name },
        note: match report.address {
            Address::Reached => None,
            Address::Missing => Some(
                "No e-mail address on record, so no reminder reaches them: please tell them yourself."
                    .to_owned(),
            ),
            Address::Bouncing { since, bounce } => Some(format!(
                "Mail to their address has come back since {} (report {bounce}), so no reminder reaches them: please \
                 tell them yourself.",
                long_date(since)
            )),
        },
        overdue: report.overdue_days(today).is_some(),
        lines: courses.into_iter().map(|course| line(course, today)).collect(),
    }
}

fn line(course: &ReportCourse, today: NaiveDate) -> DigestLine {
    let due = long_date(course.due_on);
    let overdue_days = course.overdue_days(today);
    let detail = match course.state {
        ItemState::Lapsed { lapsed_on } if lapsed_on == course.due_on => format!("lapsed on {due}"),
        ItemState::Lapsed { lapsed_on } => {
            format!("lapsed on {}, was due again by {due}", long_date(lapsed_on))
        }
        ItemState::NotDone { .. } => format!("not done yet, was due by {due}"),
        ItemState::DueSoon { .. } => format!("lapses on {due}"),
        ItemState::InGrace { .. } => format!("to be done by {due}"),
    };
    DigestLine {
        course: one_line(&course.course),
        status: match overdue_days {
            Some(days) => format!("overdue for {}", counted(days, "day", "days")),
            None => format!("due {}", days_away(course.due_on, today)),
        },
        overdue: overdue_days.is_some(),
        detail: match course.hours {
            Some(hours) => format!("{detail}; {}", hours_words(hours)),
            None => detail,
        },
    }
}

impl Mail for ManagerDigest {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = ManagerDigestPage::of(self);
        rendered(
            &ManagerDigestSubject { gist: &page.gist },
            &ManagerDigestText { page: &page },
            &ManagerDigestHtml { page: &page },
        )
    }
}

#[cfg(test)]
mod tests;
