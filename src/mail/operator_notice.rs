//! The mail that tells the operator of something that needs them: a job that failed, a list that has grown old, a
//! silence that is unlikely to be right.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::wording::{counted, long_date, one_line, thousands};
use super::{Mail, Rendered, rendered};

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

/// What needs the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// A scheduled job failed.
    JobFailed {
        /// The job's name.
        job: String,
        /// The civil date of its slot.
        slot_on: NaiveDate,
        /// What it, or its error, said.
        detail: String,
    },
    /// Delivery stands still.
    DeliveryStopped {
        /// Since when, in the organisation's zone.
        since: NaiveDateTime,
        /// Why, in words that name no recipient.
        reason: String,
    },
    /// No staff list has come for long.
    StaleList {
        /// When the last one came.
        last_on: NaiveDate,
        /// Days since then.
        days: u64,
    },
    /// Reminders were planned day after day, and nobody was due one.
    Quiet {
        /// The last day on which somebody was.
        since: NaiveDate,
        /// Days since then.
        days: u64,
        /// People in post.
        in_post: u64,
    },
}

#[derive(Template)]
#[template(path = "mail/operator_notice.subject.txt")]
struct Subject<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "mail/operator_notice.txt")]
struct Text<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "mail/operator_notice.html")]
struct Html<'a> {
    page: &'a Page,
}

/// A thing to do, and the command for it if there is one.
struct Step {
    what: &'static str,
    command: Option<&'static str>,
}

/// What all three templates show, in words.
struct Page {
    organisation: String,
    on: String,
    subject: String,
    headline: String,
    what: String,
    meaning: &'static str,
    steps: Vec<Step>,
}

const LOOK: Step = Step {
    what: "See what else is wrong, with what to do about each thing:",
    command: Some("refresher check"),
};

impl Page {
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
                    LOOK,
                    Step {
                        what: "See when it last ran well and when it runs next:",
                        command: Some("refresher jobs"),
                    },
                ],
                organisation,
                on,
            },
            Trouble::DeliveryStopped { since, reason } => Self::of_stop(*since, reason, organisation, on),
            Trouble::StaleList { last_on, days } => Self {
                subject: format!("No new staff list for {}", counted(*days, "day", "days")),
                headline: "The staff list has grown old".to_owned(),
                what: format!(
                    "The last one was imported on {}, {} ago.",
                    long_date(*last_on),
                    counted(*days, "day", "days")
                ),
                meaning: "Starters are not being reminded, leavers still are, and the board's figures rest on old \
                          data.",
                steps: vec![Step {
                    what: "Ask HR for a new list and import it:",
                    command: Some("refresher import staff FILE"),
                }],
                organisation,
                on,
            },
            Trouble::Quiet { since, days, in_post } => Self {
                subject: format!("Nobody has been due a reminder for {}", counted(*days, "day", "days")),
                headline: "It is unusually quiet".to_owned(),
                what: format!(
                    "Reminders are planned, but since {} none of the {} people in post has been due one.",
                    long_date(*since),
                    thousands(*in_post)
                ),
                meaning: "That may be right. More often a requirement in the policy matches nobody any more, or job \
                          titles, staff groups or units are written differently in the staff list.",
                steps: vec![
                    Step {
                        what: "See whom the policy asks for what:",
                        command: Some("refresher status --by course"),
                    },
                    LOOK,
                ],
                organisation,
                on,
            },
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
                LOOK,
                Step {
                    what: "When it is put right, see that the queue grows shorter:",
                    command: Some("refresher outbox"),
                },
            ],
            organisation,
            on,
        }
    }
}

impl Mail for OperatorNotice {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = Page::of(self);
        rendered(&Subject { page: &page }, &Text { page: &page }, &Html { page: &page })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::page_of;

    fn notice(trouble: Trouble) -> OperatorNotice {
        let organisation = "Marlow Vale NHS Foundation Trust".to_owned();
        OperatorNotice { organisation, on: "2026-11-24".parse().unwrap(), trouble }
    }

    #[test]
    fn a_job_that_failed() {
        insta::assert_snapshot!(page_of(&notice(Trouble::JobFailed {
            job: "backup".to_owned(),
            slot_on: "2026-11-24".parse().unwrap(),
            detail: "the backup /srv/backups/x.db can't be written (disk full)\n: check <the> folder"
                .to_owned(),
        })));
    }

    #[test]
    fn delivery_that_stands_still() {
        insta::assert_snapshot!(page_of(&notice(Trouble::DeliveryStopped {
            since: "2026-11-24T09:05:00".parse().unwrap(),
            reason: "the mail server refuses mail from here, not its recipient (554 5.7.1 (address) Relay access denied): \
                     check <it>"
                .to_owned(),
        })));
    }

    #[test]
    fn a_staff_list_that_has_grown_old() {
        let last_on = "2026-10-10".parse().unwrap();
        insta::assert_snapshot!(page_of(&notice(Trouble::StaleList { last_on, days: 45 })));
    }

    #[test]
    fn a_silence_that_is_unlikely_to_be_right() {
        let since = "2026-11-10".parse().unwrap();
        insta::assert_snapshot!(page_of(&notice(Trouble::Quiet { since, days: 14, in_post: 11_023 })));
    }
}
