//! Recording what became of a claimed message.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Integer, Nullable, Text, Timestamp};
use diesel::sqlite::Sqlite;

use super::change::reinstate;
use super::pace::count_attempt;
use super::refusals;
use super::words::begin_anew;
use crate::db::Conn;
use crate::db::schema::message;
use crate::outbox::{Claimed, Outcome, Recorded, State, backoff};

/// Records what became of a claimed message, which ended at `now`.
///
/// Only the claim that still holds the message may record, with one exception: a confirmation is a fact, and is
/// recorded even when the lease was over and another process has the message, so that nothing confirmed is sent again.
pub fn record(
    conn: &mut Conn,
    claimed: &Claimed,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> QueryResult<Recorded> {
    let id = claimed.message.listed.id;
    let held: Option<(String, Option<String>)> =
        message::table.find(id).select((message::state, message::claim)).first(conn).optional()?;
    // A message that is gone was purged meanwhile: there is nothing to record, and nothing to hold up the others.
    let Some((state, token)) = held else { return Ok(Recorded::Superseded) };
    let ours = state == State::Sending.as_str() && token.as_deref() == Some(claimed.token.as_str());
    let confirmed = *outcome == Outcome::Sent && state != State::Sent.as_str();
    if !ours && !confirmed {
        return Ok(Recorded::Superseded);
    }
    match outcome {
        Outcome::Sent => refusals::end_row(conn, Some(id))?,
        Outcome::Failed { .. } => refusals::end_row(conn, None)?,
        _ => {}
    }
    let state = match outcome {
        Outcome::Sent => {
            if state == State::Cancelled.as_str() {
                reinstate(conn, id)?;
            }
            mark_sent(conn, claimed, now)?
        }
        Outcome::Deferred { reason } => mark_deferred(conn, claimed, reason, now)?,
        Outcome::Failed { reason } => mark_failed(conn, claimed, reason, now)?,
        Outcome::Released => {
            unsay(conn, claimed)?;
            hand_back(conn, claimed)?
        }
        Outcome::BrokenOff => hand_back(conn, claimed)?,
        Outcome::Unclear { reason, alike } => match refusals::add_to_row(conn, claimed, alike, now)? {
            Some(others) => {
                unsay(conn, claimed)?;
                hand_back(conn, claimed)?;
                return Ok(Recorded::PutBack(others.into_iter().chain([id]).collect()));
            }
            None => mark_failed(conn, claimed, reason, now)?,
        },
        Outcome::RefusedUs => {
            refusals::set_aside(conn, claimed, now)?;
            unsay(conn, claimed)?;
            hand_back(conn, claimed)?
        }
    };
    if !matches!(outcome, Outcome::Released | Outcome::BrokenOff | Outcome::RefusedUs) {
        count_attempt(conn, now)?;
    }
    Ok(Recorded::Now(state))
}

/// Takes back words that were found for this attempt, which nobody has seen.
fn unsay(conn: &mut Conn, claimed: &Claimed) -> QueryResult<()> {
    let listed = &claimed.message.listed;
    if listed.worded_at == Some(claimed.claimed_at) { begin_anew(conn, listed.id) } else { Ok(()) }
}

/// What every ending of an attempt sets, as a query.
struct Attempted<'a> {
    id: i32,
    state: &'static str,
    recipient: &'a str,
    attempts: i32,
    first_attempt_at: NaiveDateTime,
    last_attempt_at: NaiveDateTime,
    next_attempt_at: Option<NaiveDateTime>,
    sent_at: Option<NaiveDateTime>,
    last_error: Option<&'a str>,
}

impl<'a> Attempted<'a> {
    fn new(claimed: &'a Claimed, state: State, last_error: Option<&'a str>, now: DateTime<Utc>) -> Self {
        let listed = &claimed.message.listed;
        Self {
            id: listed.id,
            state: state.as_str(),
            recipient: &listed.recipient,
            attempts: listed.attempts + 1,
            first_attempt_at: first_attempt_at(claimed, now).naive_utc(),
            last_attempt_at: now.naive_utc(),
            next_attempt_at: None,
            sent_at: None,
            last_error,
        }
    }
}

impl QueryFragment<Sqlite> for Attempted<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("UPDATE message SET lease_until = NULL, claim = NULL, state = ");
        out.push_bind_param::<Text, _>(self.state)?;
        out.push_sql(", recipient = ");
        out.push_bind_param::<Text, _>(self.recipient)?;
        out.push_sql(", attempts = ");
        out.push_bind_param::<Integer, _>(&self.attempts)?;
        out.push_sql(", first_attempt_at = ");
        out.push_bind_param::<Timestamp, _>(&self.first_attempt_at)?;
        out.push_sql(", last_attempt_at = ");
        out.push_bind_param::<Timestamp, _>(&self.last_attempt_at)?;
        out.push_sql(", next_attempt_at = ");
        out.push_bind_param::<Nullable<Timestamp>, _>(&self.next_attempt_at)?;
        out.push_sql(", sent_at = ");
        out.push_bind_param::<Nullable<Timestamp>, _>(&self.sent_at)?;
        out.push_sql(", last_error = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.last_error)?;
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<Integer, _>(&self.id)
    }
}

impl QueryId for Attempted<'_> {
    type QueryId = Attempted<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<Conn> for Attempted<'_> {}

/// Never after `now`: a first attempt stamped by a clock that was wrong must not put off giving up.
fn first_attempt_at(claimed: &Claimed, now: DateTime<Utc>) -> DateTime<Utc> {
    claimed.message.listed.first_attempt_at.unwrap_or(claimed.claimed_at).min(now)
}

fn mark_sent(conn: &mut Conn, claimed: &Claimed, now: DateTime<Utc>) -> QueryResult<State> {
    let mut row = Attempted::new(claimed, State::Sent, None, now);
    row.sent_at = Some(now.naive_utc());
    row.execute(conn)?;
    Ok(State::Sent)
}

fn mark_deferred(conn: &mut Conn, claimed: &Claimed, reason: &str, now: DateTime<Utc>) -> QueryResult<State> {
    let attempts = claimed.message.listed.attempts + 1;
    let Some(next) = backoff::next_attempt(attempts, first_attempt_at(claimed, now), now) else {
        return mark_failed(conn, claimed, &format!("given up after {attempts} attempts: {reason}"), now);
    };
    let mut row = Attempted::new(claimed, State::Deferred, Some(reason), now);
    row.next_attempt_at = Some(next.naive_utc());
    row.execute(conn)?;
    Ok(State::Deferred)
}

fn mark_failed(conn: &mut Conn, claimed: &Claimed, reason: &str, now: DateTime<Utc>) -> QueryResult<State> {
    Attempted::new(claimed, State::Failed, Some(reason), now).execute(conn)?;
    Ok(State::Failed)
}

/// Puts the message back as it was before the claim, no attempt counted. A message taken up after an expired lease
/// goes back to where it was before the first of its claims, which its attempts tell.
fn hand_back(conn: &mut Conn, claimed: &Claimed) -> QueryResult<State> {
    let listed = &claimed.message.listed;
    let state = if listed.attempts == 0 { State::Queued } else { State::Deferred };
    diesel::update(message::table.find(listed.id))
        .set((
            message::state.eq(state.as_str()),
            message::lease_until.eq(None::<NaiveDateTime>),
            message::claim.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(state)
}
