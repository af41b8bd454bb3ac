//! The tables `message` and `promise`, and what belongs to them. Every function takes the connection of the caller's transaction.

mod attempts;
mod bodies;
mod change;
mod claim;
mod digests;
mod due;
mod enqueue;
mod mentions;
mod of_person;
mod pace;
mod page;
mod planning;
mod promised_stages;
mod promises;
mod purge;
mod read;
mod receiver;
mod refusals;
mod reviews;
mod route;
mod stop;
mod tally;
mod waiting;
mod words;
mod wrong_times;

pub(crate) use change::{by_organisation, held_since, is_any_in_hand, organisation_of, retry};
pub use change::{cancel, cancel_held, hold_waiting, release_held, retry_failed};
pub use claim::{LEASE, claim, make_out, record};
pub(crate) use claim::{call_off, give_back, make_out_packed, put_off, renew};
pub use digests::digest_items;
pub(crate) use digests::organisations_held;
pub(crate) use due::any_due;
pub use enqueue::{enqueue, promise};
pub(crate) use mentions::PeopleSought;
pub(crate) use of_person::{digest_lines_about, messages_to};
pub(crate) use pace::{nth_recent_attempt, tried_within};
pub use page::{ListPart, MessageOrder};
pub(crate) use page::{MessageFilter, count_of, page, summaries_of};
pub(crate) use planning::{
    days_at_work, planned_since, planning_history, record_planning_run, reminders_sent,
};
pub(crate) use promised_stages::{plan_history, reminded_of, told_in_each, told_of};
pub(crate) use promises::{PromisedWeek, WeekWriting, begin_week, week_promised};
pub(crate) use purge::{PurgedMessages, any_in_hand, forget, kept_words};
pub(crate) use read::{SentMessage, counts, sent_as, show_all, waiting};
pub use read::{list, show};
pub(crate) use receiver::{OtherMail, mark_superseded};
pub(crate) use reviews::{reviews_of, told_reviews};
pub(crate) use stop::{note_stop, standing_stops};
pub(crate) use tally::{StateCount, due_since, operator_keys, tally, tally_by_organisation};
pub(crate) use words::keep_dictionary;
pub(crate) use wrong_times::{heed_the_clock, waits_for_wrong_times};

#[cfg(test)]
mod tests;
