//! What people do to messages: release, cancel, try again. A message in hand can't be changed until its lease is over.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, organisation};
use crate::outbox::{Changed, State};

use super::promises::{reopen_weeks, withdraw};
use super::read::parse_state;
use super::words::begin_anew;

/// How many messages of an organisation are held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldOf {
    /// The register's key of the organisation.
    pub organisation_id: i32,
    /// Its code.
    pub code: String,
    /// How many of its messages are held.
    pub messages: i64,
}

/// How many messages are held of each organisation that has any, in order of code.
pub fn held_by_organisation(conn: &mut Conn) -> QueryResult<Vec<HeldOf>> {
    let held: Vec<(i32, String, i64)> = message::table
        .inner_join(organisation::table)
        .filter(message::state.eq(State::Held.as_str()))
        .group_by((organisation::id, organisation::code))
        .order(organisation::code)
        .select((organisation::id, organisation::code, diesel::dsl::count_star()))
        .load(conn)?;
    let held = held.into_iter();
    Ok(held.map(|(organisation_id, code, messages)| HeldOf { organisation_id, code, messages }).collect())
}

/// Queues every held message of the organisation with this id, or of all, as of `now`; returns how many.
pub fn release_held(conn: &mut Conn, organisation_id: Option<i32>, now: DateTime<Utc>) -> QueryResult<usize> {
    let mut held = diesel::update(message::table)
        .set((
            message::state.eq(State::Queued.as_str()),
            message::queued_at.eq(now.naive_utc()),
            message::not_before.eq(None::<NaiveDate>),
        ))
        .filter(message::state.eq(State::Held.as_str()))
        .into_boxed();
    if let Some(id) = organisation_id {
        held = held.filter(message::organisation_id.eq(id));
    }
    held.execute(conn)
}

/// Holds everything that waits, in hand or not, until it is released; returns how many.
pub fn hold_waiting(conn: &mut Conn) -> QueryResult<usize> {
    let waiting = [State::Queued, State::Deferred, State::Sending].map(State::as_str);
    diesel::update(message::table.filter(message::state.eq_any(waiting)))
        .set((
            message::state.eq(State::Held.as_str()),
            message::next_attempt_at.eq(None::<NaiveDateTime>),
            message::lease_until.eq(None::<NaiveDateTime>),
            message::claim.eq(None::<String>),
        ))
        .execute(conn)
}

/// Whether a message is in hand at `now`: some process is sending it.
pub fn is_any_in_hand(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<bool> {
    let in_hand = message::table
        .filter(message::state.eq(State::Sending.as_str()).and(message::lease_until.gt(now.naive_utc())));
    diesel::select(diesel::dsl::exists(in_hand)).get_result(conn)
}

/// Cancels one message that is not sent, cancelled or in hand; what it was to tell, or the week's digest that it was, may
/// be planned again.
pub fn cancel(conn: &mut Conn, id: i32, reason: &str, now: DateTime<Utc>) -> QueryResult<Changed> {
    let Some((state, lease_until)) = standing(conn, id)? else { return Ok(Changed::NotFound) };
    let in_hand = state == State::Sending && lease_until.is_some_and(|until| until > now.naive_utc());
    if in_hand || matches!(state, State::Sent | State::Cancelled) {
        return Ok(Changed::NotPossible(state));
    }
    reopen_weeks(conn, id)?;
    mark_cancelled(conn, id, reason)?;
    Ok(Changed::Done)
}

/// Cancels every held message of the organisation with this id, or of all; returns how many.
pub fn cancel_held(
    conn: &mut Conn,
    organisation_id: Option<i32>,
    reason: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let mut held = message::table.filter(message::state.eq(State::Held.as_str())).into_boxed();
    if let Some(id) = organisation_id {
        held = held.filter(message::organisation_id.eq(id));
    }
    let held: Vec<i32> = held.order(message::id).select(message::id).load(conn)?;
    cancel_standing(conn, &held, reason, now)
}

/// Cancels those of `ids` that still stand (held, queued, deferred, or in hand with the lease over); returns how many.
/// Failed ones stay, as the record of what did not arrive.
pub fn cancel_standing(conn: &mut Conn, ids: &[i32], reason: &str, now: DateTime<Utc>) -> QueryResult<usize> {
    let mut cancelled = 0;
    for &id in ids {
        let failed = standing(conn, id)?.is_some_and(|(state, _)| state == State::Failed);
        if !failed && cancel(conn, id, reason, now)? == Changed::Done {
            cancelled += 1;
        }
    }
    Ok(cancelled)
}

/// Queues a failed message afresh, with another five days of attempts, to be addressed and worded anew; a deferred one
/// becomes due at once.
pub fn retry(conn: &mut Conn, id: i32, now: DateTime<Utc>) -> QueryResult<Changed> {
    match standing(conn, id)? {
        None => Ok(Changed::NotFound),
        Some((State::Failed, _)) => queue_afresh(conn, id).map(|()| Changed::Done),
        Some((State::Deferred, _)) => {
            diesel::update(message::table.find(id))
                .set(message::next_attempt_at.eq(now.naive_utc()))
                .execute(conn)?;
            Ok(Changed::Done)
        }
        Some((state, _)) => Ok(Changed::NotPossible(state)),
    }
}

/// Queues every failed message afresh; returns how many.
pub fn retry_failed(conn: &mut Conn) -> QueryResult<usize> {
    let failed: Vec<i32> = message::table
        .filter(message::state.eq(State::Failed.as_str()))
        .order(message::id)
        .select(message::id)
        .load(conn)?;
    for &id in &failed {
        queue_afresh(conn, id)?;
    }
    Ok(failed.len())
}

fn standing(conn: &mut Conn, id: i32) -> QueryResult<Option<(State, Option<NaiveDateTime>)>> {
    message::table
        .find(id)
        .select((message::state, message::lease_until))
        .first::<(String, Option<NaiveDateTime>)>(conn)
        .optional()?
        .map(|(state, lease_until)| Ok((parse_state(&state)?, lease_until)))
        .transpose()
}

fn queue_afresh(conn: &mut Conn, id: i32) -> QueryResult<()> {
    let never = None::<NaiveDateTime>;
    diesel::update(message::table.find(id))
        .set((
            message::state.eq(State::Queued.as_str()),
            message::attempts.eq(0),
            message::first_attempt_at.eq(never),
            message::next_attempt_at.eq(never),
            message::not_before.eq(None::<NaiveDate>),
        ))
        .execute(conn)?;
    begin_anew(conn, id)
}

/// Marks a message cancelled and takes back its promises: they may be made again.
pub(super) fn mark_cancelled(conn: &mut Conn, id: i32, reason: &str) -> QueryResult<()> {
    diesel::update(message::table.find(id))
        .set((
            message::state.eq(State::Cancelled.as_str()),
            message::last_error.eq(reason),
            message::next_attempt_at.eq(None::<NaiveDateTime>),
            message::lease_until.eq(None::<NaiveDateTime>),
            message::claim.eq(None::<String>),
        ))
        .execute(conn)?;
    withdraw(conn, id)
}
