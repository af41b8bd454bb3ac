//! What the operator is told of.

use chrono::{NaiveDate, NaiveDateTime};

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
    /// A board summary went without the PDF that should be with it.
    WithoutPdf {
        /// The month it is for.
        month: String,
        /// Why.
        why: String,
    },
    /// The scheduled purge did nothing, because something speaks against it.
    PurgeHeld {
        /// What.
        why: String,
    },
    /// Files that this program wrote still hold what was purged.
    LeftBehind {
        /// How many.
        files: u64,
    },
    /// A file that a program brought was refused whole.
    FileRefused {
        /// What it holds: `staff`, `training`, …
        kind: String,
        /// The name of the program's token.
        token: String,
        /// The day on which it came.
        on: NaiveDate,
        /// Why.
        why: String,
    },
    /// Neither the nightly backup nor the server's own archive succeeded for long.
    NoBackup {
        /// Since when, in the organisation's zone.
        since: NaiveDateTime,
    },
    /// Mail came back because mailboxes are not there.
    MailReturned {
        /// How many addresses of staff are not mailed any more.
        silenced: u64,
        /// Those addresses, since when and by which report, a line each.
        listed: Vec<String>,
        /// Contacts, boards and others who are mailed on although their mail came back, a line each.
        mailed_on: Vec<String>,
    },
    /// So much came back in one day that a person has to confirm it.
    ReturnsHeld {
        /// The organisation's code.
        organisation: String,
        /// The day on which the reports were read.
        on: NaiveDate,
        /// How many addresses they speak of.
        addresses: u64,
        /// Those addresses, a line each.
        listed: Vec<String>,
    },
}
