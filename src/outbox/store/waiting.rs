//! Whether a message waits to be sent, as a condition on messages that are found otherwise.

use chrono::NaiveDateTime;
use diesel::dsl;
use diesel::prelude::*;

use crate::db::schema::message;
use crate::outbox::MessageState;

/// What is neither queued nor deferred.
const NOT_WAITING: [MessageState; 5] = [
    MessageState::Held,
    MessageState::Sending,
    MessageState::Sent,
    MessageState::Failed,
    MessageState::Cancelled,
];

/// Whether a message is queued, or deferred with its wait over, by itself.
///
/// Said as what it must not be: by what it may be, SQLite looks through all that is queued.
#[diesel::dsl::auto_type]
pub(super) fn waits_no_longer(now: NaiveDateTime) -> _ {
    let others: [&'static str; 5] = NOT_WAITING.map(MessageState::as_str);
    let deferred: &'static str = MessageState::Deferred.as_str();
    let is_over: dsl::LtEq<dsl::AssumeNotNull<message::next_attempt_at>, NaiveDateTime> =
        message::next_attempt_at.assume_not_null().le(now);
    message::state.ne_all(others).and(message::state.ne(deferred).or(is_over))
}

/// Where a message stood that no claim has: what was tried and put off to another day waits for that day, queued.
pub(super) fn before_claims(attempts: i32, waits: bool) -> MessageState {
    if attempts > 0 && waits { MessageState::Deferred } else { MessageState::Queued }
}
