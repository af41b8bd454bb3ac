//! What people do to messages: release, cancel, try again. A message in hand can't be changed until its lease is over.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, organisation};
use crate::outbox::{ChangeOutcome, MessageState};

use super::promises::{reopen_weeks, withdraw};
use super::read::parse_state;
use super::words::begin_anew;

/// How many messages of an organisation are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MessageCount {
    /// The register's key of the organisation.
    pub(crate) organisation_id: i32,
    /// Its code.
    pub(crate) code: String,
    /// How many of its messages are.
    pub(crate) messages: i64,
}

/// How many messages of each organisation that has any are in this state, in order of code.
pub(crate) fn by_organisation(conn: &mut Conn, state: MessageState) -> QueryResult<Vec<MessageCount>> {
    let counted: Vec<(i32, String, i64)> = message::table
        .inner_join(organisation::table)
        .filter(message::state.eq(state.as_str()))
        .group_by((organisation::id, organisation::code))
        .order(organisation::code)
        .select((organisation::id, organisation::code, diesel::dsl::count_star()))
        .load(conn)?;
    let count = |(organisation_id, code, messages)| MessageCount { organisation_id, code, messages };
    Ok(counted.into_iter().map(count).collect())
}

/// Since when mail of an organisation is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeldSince {
    /// The day on which the oldest of it was planned.
    pub(crate) planned_on: NaiveDate,
    /// When the newest of it came.
    pub(crate) newest_at: DateTime<Utc>,
}

/// Since when mail of each organisation is held of which any is, under its code.
pub(crate) fn held_since(conn: &mut Conn) -> QueryResult<BTreeMap<String, HeldSince>> {
    type HeldRow = (String, Option<NaiveDate>, Option<NaiveDateTime>);
    let held: Vec<HeldRow> = message::table
        .inner_join(organisation::table)
        .filter(message::state.eq(MessageState::Held.as_str()))
        .group_by(organisation::code)
        .order(organisation::code)
        .select((
            organisation::code,
            diesel::dsl::min(message::planned_on),
            diesel::dsl::max(message::queued_at),
        ))
        .load(conn)?;
    let since = |(code, planned_on, newest_at): HeldRow| {
        Some((code, HeldSince { planned_on: planned_on?, newest_at: newest_at?.and_utc() }))
    };
    Ok(held.into_iter().filter_map(since).collect())
}

/// The code of the organisation whose message it is.
pub(crate) fn organisation_of(conn: &mut Conn, id: i32) -> QueryResult<Option<String>> {
    let with_organisation = message::table.inner_join(organisation::table).filter(message::id.eq(id));
    with_organisation.select(organisation::code).first(conn).optional()
}

/// Queues every held message of the organisation with this id, or of all, as of `now`; returns how many.
pub fn release_held(conn: &mut Conn, organisation_id: Option<i32>, now: DateTime<Utc>) -> QueryResult<usize> {
    let mut held = diesel::update(message::table)
        .set((
            message::state.eq(MessageState::Queued.as_str()),
            message::queued_at.eq(now.naive_utc()),
            message::not_before.eq(None::<NaiveDate>),
        ))
        .filter(message::state.eq(MessageState::Held.as_str()))
        .into_boxed();
    if let Some(id) = organisation_id {
        held = held.filter(message::organisation_id.eq(id));
    }
    held.execute(conn)
}

/// Holds everything that waits, in hand or not, until it is released; returns how many.
pub fn hold_waiting(conn: &mut Conn) -> QueryResult<usize> {
    let waiting =
        [MessageState::Queued, MessageState::Deferred, MessageState::Sending].map(MessageState::as_str);
    diesel::update(message::table.filter(message::state.eq_any(waiting)))
        .set((
            message::state.eq(MessageState::Held.as_str()),
            message::next_attempt_at.eq(None::<NaiveDateTime>),
            message::lease_until.eq(None::<NaiveDateTime>),
            message::claim.eq(None::<String>),
        ))
        .execute(conn)
}

/// Whether a message is in hand at `now`: some process is sending it.
pub(crate) fn is_any_in_hand(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<bool> {
    let in_hand = message::table.filter(
        message::state.eq(MessageState::Sending.as_str()).and(message::lease_until.gt(now.naive_utc())),
    );
    diesel::select(diesel::dsl::exists(in_hand)).get_result(conn)
}

/// Cancels one message that is not sent, cancelled or in hand; what it was to tell, or the week's digest that it was, may
/// be planned again.
pub fn cancel(conn: &mut Conn, id: i32, reason: &str, now: DateTime<Utc>) -> QueryResult<ChangeOutcome> {
    let Some((state, lease_until)) = standing(conn, id)? else { return Ok(ChangeOutcome::NotFound) };
    let in_hand = state == MessageState::Sending && lease_until.is_some_and(|until| until > now.naive_utc());
    if in_hand || matches!(state, MessageState::Sent | MessageState::Cancelled) {
        return Ok(ChangeOutcome::NotPossible(state));
    }
    reopen_weeks(conn, id, now)?;
    mark_cancelled(conn, id, reason, now)?;
    Ok(ChangeOutcome::Done)
}

/// Cancels every held message of the organisation with this id, or of all; returns how many.
pub fn cancel_held(
    conn: &mut Conn,
    organisation_id: Option<i32>,
    reason: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let mut held = message::table.filter(message::state.eq(MessageState::Held.as_str())).into_boxed();
    if let Some(id) = organisation_id {
        held = held.filter(message::organisation_id.eq(id));
    }
    let held: Vec<i32> = held.order(message::id).select(message::id).load(conn)?;
    cancel_standing(conn, &held, reason, now)
}

/// Cancels those of `ids` that still stand (held, queued, deferred, or in hand with the lease over); returns how many.
/// Failed ones stay, as the record of what did not arrive.
pub(crate) fn cancel_standing(
    conn: &mut Conn,
    ids: &[i32],
    reason: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let mut cancelled = 0;
    for &id in ids {
        let failed = standing(conn, id)?.is_some_and(|(state, _)| state == MessageState::Failed);
        if !failed && cancel(conn, id, reason, now)? == ChangeOutcome::Done {
            cancelled += 1;
        }
    }
    Ok(cancelled)
}

/// Queues a failed message afresh, with another five days of attempts, to be addressed and worded anew; a deferred one
/// becomes due at once.
pub(crate) fn retry(conn: &mut Conn, id: i32, now: DateTime<Utc>) -> QueryResult<ChangeOutcome> {
    match standing(conn, id)? {
        None => Ok(ChangeOutcome::NotFound),
        Some((MessageState::Failed, _)) => queue_afresh(conn, id).map(|()| ChangeOutcome::Done),
        Some((MessageState::Deferred, _)) => {
            diesel::update(message::table.find(id))
                .set(message::next_attempt_at.eq(now.naive_utc()))
                .execute(conn)?;
            Ok(ChangeOutcome::Done)
        }
        Some((state, _)) => Ok(ChangeOutcome::NotPossible(state)),
    }
}

/// Queues every failed message afresh; returns how many.
pub fn retry_failed(conn: &mut Conn) -> QueryResult<usize> {
    let failed: Vec<i32> = message::table
        .filter(message::state.eq(MessageState::Failed.as_str()))
        .order(message::id)
        .select(message::id)
        .load(conn)?;
    for &id in &failed {
        queue_afresh(conn, id)?;
    }
    Ok(failed.len())
}

/// How a message stands, which nobody changes until the transaction ends: where an engine lets many write at once, a row
/// is held by whoever has written it.
fn standing(conn: &mut Conn, id: i32) -> QueryResult<Option<(MessageState, Option<NaiveDateTime>)>> {
    diesel::update(message::table.find(id))
        .set(message::state.eq(message::state))
        .returning((message::state, message::lease_until))
        .get_result::<(String, Option<NaiveDateTime>)>(conn)
        .optional()?
        .map(|(state, lease_until)| Ok((parse_state(&state)?, lease_until)))
        .transpose()
}

fn queue_afresh(conn: &mut Conn, id: i32) -> QueryResult<()> {
    let never = None::<NaiveDateTime>;
    diesel::update(message::table.find(id))
        .set((
            message::state.eq(MessageState::Queued.as_str()),
            message::attempts.eq(0),
            message::first_attempt_at.eq(never),
            message::next_attempt_at.eq(never),
            message::not_before.eq(None::<NaiveDate>),
        ))
        .execute(conn)?;
    begin_anew(conn, id)
}

/// Marks a message cancelled and takes back its promises: they may be made again.
pub(super) fn mark_cancelled(conn: &mut Conn, id: i32, reason: &str, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(message::table.find(id))
        .set((
            message::state.eq(MessageState::Cancelled.as_str()),
            message::last_error.eq(reason),
            message::next_attempt_at.eq(None::<NaiveDateTime>),
            message::lease_until.eq(None::<NaiveDateTime>),
            message::claim.eq(None::<String>),
        ))
        .execute(conn)?;
    withdraw(conn, id, now)
}
