//! Who hears what today, and why.
//!
//! Comes in: the judgement of a day, and what was told before. Goes out: a [`Plan`] of reminders and the week's lists,
//! with their reasons, the mail brake applied, and the account of everyone considered; or one for each of many days in
//! a row, if nothing changed; and whoever owns an assurance answer whose review is overdue. It does no I/O, renders
//! nothing and sends nothing.

mod account;
mod brake;
mod day;
mod digest;
mod history;
mod reminder;
mod review;
mod run;
mod stage;
mod upcoming;

pub use account::Account;
pub use day::{Plan, SendingDay};
pub use digest::{Digest, DigestReceiver, ReportItem, Weekly, WeeklyList};
pub(crate) use digest::{DigestTeam, digest_of};
pub use history::PlanHistory;
pub(crate) use reminder::promised_items;
pub use reminder::{MailBrake, PlannedItem, PlannedReminder};
pub use review::ToldReview;
pub(crate) use review::{ReviewReminder, review_reminders};
pub use run::{plan, rehearse};
pub(crate) use upcoming::next_reminder;
