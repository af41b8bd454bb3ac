//! The mail that tells the operator of something that needs them: a job that failed, a list that has grown old, a
//! silence that is unlikely to be right, mail that came back.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::wording::{counted, long_date, one_line};
use super::{Mail, Rendered, rendered};

#[cfg(test)]
mod tests;
mod trouble;

pub use trouble::Trouble;

/// Tells what is wrong, since when, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorNotice {
    /// The organisation's name.
    pub organisation: String,
    /// The day it is told.
    pub on: NaiveDate,
    /// What is wrong.
    pub trouble: Trouble,
}

#[derive(Template)]
#[template(path = "mail/operator_notice.subject.txt")]
struct OperatorNoticeSubject<'a> {
    page: &'a OperatorNoticePage,
}

#[derive(Template)]
#[template(path = "mail/operator_notice.txt")]
struct OperatorNoticeText<'a> {
    page: &'a OperatorNoticePage,
}

#[derive(Template)]
#[template(path = "mail/operator_notice.html")]
struct OperatorNoticeHtml<'a> {
    page: &'a OperatorNoticePage,
}

/// A thing to do, and the command for it if there is one.
struct Step {
    what: &'static str,
    command: Option<String>,
}

impl Step {
    fn new(what: &'static str, command: &str) -> Self {
        Self { what, command: Some(command.to_owned()) }
    }
}

/// What all three templates show, in words.
struct OperatorNoticePage {
    organisation: String,
    on: String,
    subject: String,
    headline: String,
    what: String,
    /// What it is about, a line each.
    listed: Vec<String>,
    meaning: &'static str,
    steps: Vec<Step>,
}

fn look() -> Step {
    Step::new("See what else is wrong, with what to do about each thing:", "refresher check")
}

impl OperatorNoticePage {
    fn of(notice: &OperatorNotice) -> Self {
        let (organisation, on) = (one_line(&notice.organisation), long_date(notice.on));
        match &notice.trouble {
            Trouble::JobFailed { job, slot_on, detail } => Self {
                subject: format!("The job {job} failed on {}", long_date(*slot_on)),
                headline: format!("The job {job} failed"),
                what: format!("On {} the job {job} ended with: {}", long_date(*slot_on), one_line(detail)),
                meaning: "What it was to do is not done. Nothing is lost: it is tried again by itself, often at first and \
                          then less, and makes up for what is still due then.",
                steps: vec![
                    look(),
                    Step::new("See when it last ran well and when it runs next:", "refresher jobs"),
                ],
                listed: Vec::new(),
                organisation,
                on,
            },
            Trouble::DeliveryStopped { since, reason } => Self::of_stop(*since, reason, organisation, on),
            Trouble::StaleList { last_on, days } => Self::stale_list(organisation, on, *last_on, *days),
            Trouble::Quiet { since, days, in_post } => Self {
                subject: format!("Nobody has been due a reminder for {}", counted(*days, "day", "days")),
                headline: "It is unusually quiet".to_owned(),
                what: format!(
                    "Reminders are planned, but since {} nobody has been due one, of {} in post.",
                    long_date(*since),
                    counted(*in_post, "person", "people")
                ),
                meaning: "That may be right. More often a requirement in the policy matches nobody any more, or job \
                          titles, staff groups or units are written differently in the staff list.",
                steps: vec![
                    Step::new("See whom the policy asks for what:", "refresher status --by course"),
                    look(),
                ],
                listed: Vec::new(),
                organisation,
                on,
            },
            Trouble::WithoutPdf { month, why } => Self::without_pdf(organisation, on, month, why),
            Trouble::PurgeHeld { why } => Self::purge_held(organisation, on, why),
            Trouble::LeftBehind { files } => Self::left_behind(organisation, on, *files),
            Trouble::FileRefused { kind, token, on: day, why } => {
                file_refused(organisation, on, (kind, token), *day, why)
            }
            Trouble::NoBackup { since } => no_backup(organisation, on, *since),
            Trouble::MailReturned { silenced, listed, mailed_on } => {
                returned(organisation, on, *silenced, listed, mailed_on)
            }
            Trouble::ReturnsHeld { organisation: code, on: day, addresses, listed } => {
                held(organisation, on, code, (*day, *addresses), listed)
            }
        }
    }

    fn stale_list(organisation: String, on: String, last_on: NaiveDate, days: u64) -> Self {
        Self {
            subject: format!("No new staff list for {}", counted(days, "day", "days")),
            headline: "The staff list has grown old".to_owned(),
            what: format!(
                "The last one was imported on {}, {} ago.",
                long_date(last_on),
                counted(days, "day", "days")
            ),
            meaning: "Starters are not being reminded, leavers still are, and the board's figures rest on old \
                      data.",
            steps: vec![Step::new("Ask HR for a new list and import it:", "refresher import staff FILE")],
            listed: Vec::new(),
            organisation,
            on,
        }
    }

    fn without_pdf(organisation: String, on: String, month: &str, why: &str) -> Self {
        Self {
            subject: format!("The board summary for {month} went without its PDF"),
            headline: "A board summary went without its PDF".to_owned(),
            what: format!(
                "It was sent for {month}, but could not be laid out for printing: {}.",
                one_line(why)
            ),
            meaning: "Its recipients have all of it in the mail and the workbook, and the mail says that the PDF is \
                  missing. This is a fault of the program: report it with the words above.",
            steps: vec![Step::new(
                "Try whether it can be made with a newer version, and send it on by hand:",
                "refresher board --out FOLDER",
            )],
            listed: Vec::new(),
            organisation,
            on,
        }
    }

    fn purge_held(organisation: String, on: String, why: &str) -> Self {
        Self {
            subject: "The purge was held back".to_owned(),
            headline: "The purge of what was kept long enough was held back".to_owned(),
            what: format!("Nothing was removed: {}.", one_line(why)),
            meaning: "What is purged can't be brought back, so it waits until somebody says that this is right. \
                  Until then data is kept longer than it should be.",
            steps: vec![
                Step::new(
                    "Look at the machine's clock, and at what would be removed:",
                    "refresher purge --dry-run",
                ),
                Step::new("If that is right, have it done:", "refresher purge --confirm"),
            ],
            listed: Vec::new(),
            organisation,
            on,
        }
    }

    fn left_behind(organisation: String, on: String, files: u64) -> Self {
        Self {
            subject: format!("{} still to be removed after the purge", counted(files, "file", "files")),
            headline: "Files are to be removed by hand".to_owned(),
            what: format!(
                "{} that refresher wrote or put away may hold data of people whose data was purged.",
                counted(files, "file", "files")
            ),
            meaning: "Files are never deleted by themselves: they may be wanted elsewhere, and copies may have been \
                  made of them.",
            steps: vec![Step::new(
                "List them, and remove them with every copy:",
                "refresher purge --dry-run",
            )],
            listed: Vec::new(),
            organisation,
            on,
        }
    }

    fn of_stop(since: NaiveDateTime, reason: &str, organisation: String, on: String) -> Self {
        let since = format!("{} on {}", since.format("%H:%M"), long_date(since.date()));
        Self {
            subject: format!("Mail has not gone out since {since}"),
            headline: "Delivery stands still".to_owned(),
            what: format!("Since {since} delivery stands still: {}.", one_line(reason)),
            meaning: "Nothing is lost and nothing given up: what waits goes out once that is put right. This message \
                      reaches you where the server takes some mail, or takes it again.",
            steps: vec![
                look(),
                Step::new("When it is put right, see that the queue grows shorter:", "refresher outbox"),
            ],
            listed: Vec::new(),
            organisation,
            on,
        }
    }
}

/// A file that a program brought was refused: whoever sends it is told too, and may be nobody who looks.
fn file_refused(
    organisation: String,
    on: String,
    (kind, token): (&str, &str),
    day: NaiveDate,
    why: &str,
) -> OperatorNoticePage {
    OperatorNoticePage {
        subject: format!("The {kind} file by {token} was refused on {}", long_date(day)),
        headline: format!("The {kind} file was refused"),
        what: format!(
            "The {kind} file that the program with the token {token} brought was refused: {}.",
            one_line(why)
        ),
        meaning: "Nothing of it was taken, and nothing in the register was changed. Whoever runs that program has the \
                  whole answer. You are told once a day for each program and kind of file.",
        steps: vec![
            Step {
                what: "Is something wrong with it? Have it put right where it comes from, and sent again.",
                command: None,
            },
            Step {
                what: "Is it right as it is? Get the file, see what it would do, and then do it by leaving out --dry-run:",
                command: Some(format!("refresher import {kind} --force --dry-run FILE")),
            },
        ],
        listed: Vec::new(),
        organisation,
        on,
    }
}

/// No backup was made, nor did the server archive what it writes.
fn no_backup(organisation: String, on: String, since: NaiveDateTime) -> OperatorNoticePage {
    let since = format!("{} on {}", since.format("%H:%M"), long_date(since.date()));
    OperatorNoticePage {
        subject: format!("No backup since {since}"),
        headline: "There is no new backup".to_owned(),
        what: format!("No backup of the database succeeded since {since}, and no archive of a server did."),
        meaning: "Should the disk or the server break now, all that came since is lost. Reminders and imports go on. You \
                  are told once each time that backups stop.",
        steps: vec![
            look(),
            Step::new("See what the nightly job came to, and when it runs next:", "refresher jobs"),
            Step::new("Make one by hand, on another disk:", "refresher backup FILE"),
        ],
        listed: Vec::new(),
        organisation,
        on,
    }
}

/// Mail came back: staff who are not mailed any more, and others who are mailed on.
fn returned(
    organisation: String,
    on: String,
    silenced: u64,
    listed: &[String],
    mailed_on: &[String],
) -> OperatorNoticePage {
    let many = silenced + u64::try_from(mailed_on.len()).unwrap_or(u64::MAX);
    let addresses = |count: u64| counted(count, "address", "addresses");
    let what = match (silenced, mailed_on.is_empty()) {
        (0, _) => {
            "Mail came back from addresses of contacts, boards or others that go on being mailed:".to_owned()
        }
        (_, true) => format!(
            "Mail came back from {} of staff, because there is no such mailbox. They are not mailed there any more:",
            addresses(silenced)
        ),
        (_, false) => format!(
            "Mail came back from {} of staff, who are not mailed there any more, and from addresses of contacts, boards \
             or others that go on being mailed:",
            addresses(silenced)
        ),
    };
    OperatorNoticePage {
        subject: format!("Mail comes back from {}", addresses(many)),
        headline: "Mail does not arrive".to_owned(),
        what,
        listed: listed.iter().chain(mailed_on).map(|line| one_line(line)).collect(),
        meaning: match silenced {
            0 => "What we send there is read by nobody.",
            _ => {
                "Staff at such an address hear nothing of their training from us. Their managers are told, and the \
                 board's figures count them."
            }
        },
        steps: vec![
            Step {
                what: "Ask HR to correct the addresses in the staff list, and correct those of contacts and boards in \
                       the settings or the file of organisations.",
                command: None,
            },
            Step::new("Where a mailbox works after all:", "refresher bounces clear ADDRESS"),
        ],
        organisation,
        on,
    }
}

/// So much came back that a person has to look.
fn held(
    organisation: String,
    on: String,
    code: &str,
    (day, addresses): (NaiveDate, u64),
    listed: &[String],
) -> OperatorNoticePage {
    OperatorNoticePage {
        subject: format!("Returned mail of {} waits for you", long_date(day)),
        headline: "Returned mail waits for you".to_owned(),
        what: format!(
            "On {} reports came in that {} of staff do not exist, more than a twentieth of all:",
            long_date(day),
            counted(addresses, "mailbox", "mailboxes")
        ),
        listed: listed.iter().map(|line| one_line(line)).collect(),
        meaning: "So many at once are more often a fault of a mail server, or made up, than true. They are mailed as before \
                  until somebody says that the reports are right.",
        steps: vec![
            Step::new("See what the mail servers said:", "refresher bounces"),
            Step {
                what: "Where they are right, so that staff are not mailed there any more:",
                command: Some(format!("refresher bounces confirm --day {day} --organisation {code}")),
            },
            Step {
                what: "Where they are not:",
                command: Some(format!("refresher bounces clear --held --day {day} --organisation {code}")),
            },
        ],
        organisation,
        on,
    }
}

impl Mail for OperatorNotice {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = OperatorNoticePage::of(self);
        rendered(
            &OperatorNoticeSubject { page: &page },
            &OperatorNoticeText { page: &page },
            &OperatorNoticeHtml { page: &page },
        )
    }
}
