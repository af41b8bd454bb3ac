//! The tables `message`, `told` and those of digests and reviews. Every function takes the connection of the caller's transaction.

mod change;
mod claim;
mod digests;
mod enqueue;
mod of_person;
mod planning;
mod purge;
mod read;
mod refusals;
mod reviews;
mod stop;
mod told;

pub use change::{
    HeldOf, cancel, cancel_held, cancel_standing, held_by_organisation, hold_waiting, is_any_in_hand,
    release_held, retry, retry_failed,
};
pub use claim::{LEASE, any_due, claim, record, renew};
pub use digests::{
    Week, any_digest_waits, begin_digest_week, digest_items, digest_weeks, digests_promised, list_in_digest,
    organisations_held,
};
pub use enqueue::enqueue;
pub use of_person::{LineKept, MessageKept, digest_lines_about, messages_to};
pub use planning::{
    days_at_work, planned_since, planning_history, record_planning_run, reminders_sent, waiting_staff,
};
pub use purge::{Forgotten, Naming, any_in_hand, forget, kept_words};
pub use read::{SentMessage, counts, list, nth_recent_attempt, sent_as, show, tried_within, waiting};
pub use reviews::{reviews_of, tell_reviews, told_reviews};
pub use stop::{note_stop, standing_stop};
pub use told::{reminded_of, told, told_in, told_of};

#[cfg(test)]
mod tests;
