//! Which messages are due, and in which order they are handed out.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::not;
use diesel::prelude::*;

use super::refusals;
use super::route::MailOf;
use super::waiting::waits_no_longer;
use crate::db::Conn;
use crate::db::schema::{message, message_first};
use crate::outbox::{MailRoute, MessageState};

/// Whether anything of `route` is due at `now`.
pub(crate) fn any_due(
    conn: &mut Conn,
    route: &MailRoute,
    (now, today): (DateTime<Utc>, NaiveDate),
    in_hand: &[i32],
) -> QueryResult<bool> {
    Ok(!longest_due_besides(conn, route, (now.naive_utc(), today), 1, in_hand)?.is_empty())
}

/// Those due longest, without those in hand.
pub(super) fn longest_due_besides(
    conn: &mut Conn,
    route: &MailRoute,
    moment: (NaiveDateTime, NaiveDate),
    at_most: usize,
    in_hand: &[i32],
) -> QueryResult<Vec<i32>> {
    let of = MailOf::read(conn, route)?;
    let mut ids = longest_due(conn, &of, moment, at_most, in_hand)?;
    // What is in hand is on record as that, and not found; unless another process took it up and gave it back.
    if ids.iter().any(|id| in_hand.contains(id)) {
        ids = longest_due(conn, &of, moment, at_most.saturating_add(in_hand.len()), in_hand)?;
        ids.retain(|id| !in_hand.contains(id));
        ids.truncate(at_most);
    }
    Ok(ids)
}

/// Four short reads, each answered by the index, rather than one that sorts the whole queue at every claim; and what
/// the server refused us over only where there is nothing else, so that it holds up no other.
fn longest_due(
    conn: &mut Conn,
    of: &MailOf,
    (now, today): (NaiveDateTime, NaiveDate),
    at_most: usize,
    in_hand: &[i32],
) -> QueryResult<Vec<i32>> {
    let limit = i64::try_from(at_most).unwrap_or(i64::MAX);
    let queued = message::state.eq(MessageState::Queued.as_str());
    let mut due: Vec<(NaiveDateTime, i32)> = of
        .messages()
        .filter(queued.and(message::not_before.is_null()).and(not(refusals::met_one())))
        .order((message::next_attempt_at, message::id))
        .limit(limit)
        .select((message::queued_at, message::id))
        .load(conn)?;
    let put_off: Vec<(NaiveDateTime, i32)> = of
        .messages()
        .filter(queued.and(message::not_before.le(today)).and(not(refusals::met_one())))
        .order((message::not_before, message::next_attempt_at, message::id))
        .limit(limit)
        .select((message::queued_at, message::id))
        .load(conn)?;
    let deferred: Vec<(NaiveDateTime, i32)> = of
        .messages()
        .filter(message::state.eq(MessageState::Deferred.as_str()).and(message::not_before.is_null()))
        .filter(message::next_attempt_at.le(now).and(not(refusals::met_one())))
        .order((message::next_attempt_at, message::id))
        .limit(limit)
        .select((message::next_attempt_at.assume_not_null(), message::id))
        .load(conn)?;
    let left_in_hand: Vec<(NaiveDateTime, i32)> = of
        .messages()
        .filter(message::state.eq(MessageState::Sending.as_str()).and(message::lease_until.le(now)))
        .filter(message::id.ne_all(in_hand))
        .order((message::lease_until, message::id))
        .limit(limit)
        .select((message::lease_until.assume_not_null(), message::id))
        .load(conn)?;
    due.extend(put_off.into_iter().chain(deferred).chain(left_in_hand));
    due.sort_unstable();
    let mut ids = first_due(conn, of, now, limit)?;
    for (_, id) in due {
        if ids.len() < at_most && !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.len() < at_most {
        ids.extend(refusals::due(conn, of, (now, today), at_most - ids.len())?);
    }
    Ok(ids)
}

/// Those that are due before all others: they are few, whatever else waits.
fn first_due(conn: &mut Conn, of: &MailOf, now: NaiveDateTime, limit: i64) -> QueryResult<Vec<i32>> {
    of.messages()
        .filter(message::id.eq_any(message_first::table.select(message_first::message_id)))
        .filter(waits_no_longer(now).and(not(refusals::met_one())))
        .order(message::id)
        .limit(limit)
        .select(message::id)
        .load(conn)
}
