//! The tables `message` and `promise`, and what belongs to them. Every function takes the connection of the caller's transaction.

mod attempts;
mod change;
mod claim;
mod digests;
mod enqueue;
mod of_person;
mod pace;
mod planning;
mod promised_stages;
mod promises;
mod purge;
mod read;
mod receiver;
mod refusals;
mod reviews;
mod stop;
mod words;
mod wrong_times;

pub use change::{
    HeldCount, cancel, cancel_held, cancel_standing, held_by_organisation, hold_waiting, is_any_in_hand,
    release_held, retry, retry_failed,
};
pub use claim::{LEASE, any_due, call_off, due, put_off, record, renew, take};
pub use digests::{digest_items, organisations_held};
pub use enqueue::{enqueue, promise};
pub use of_person::{PersonDigestLine, PersonMessage, digest_lines_about, messages_to};
pub use pace::{nth_recent_attempt, tried_within};
pub use planning::{days_at_work, planned_since, planning_history, record_planning_run, reminders_sent};
pub use promised_stages::{promised_stages, reminded_of, told_in, told_of};
pub use promises::{PromisedWeek, WeekWriting, begin_week, week_promised};
pub use purge::{PeopleSought, PurgedMessages, any_in_hand, forget, kept_words};
pub use read::{SentMessage, counts, list, listed_messages, sent_as, show, show_all, waiting};
pub use receiver::{had_another, mark_superseded, newer_than};
pub use reviews::{reviews_of, told_reviews};
pub use stop::{note_stop, standing_stop};
pub use wrong_times::{heed_the_clock, waits_for_wrong_times};

#[cfg(test)]
mod tests;
