//! Refusals that may be about us, and the messages that met one (spec 5).
//!
//! Refusals of one kind that recipients meet one after another are a row. What met an unclear one is given up, as it
//! would be where the refusal was about its recipient; when the row grows too long for that, all in it are put back as
//! they stood. Each sender has a row of its own, since another's server says nothing about us. It is kept here, because a row goes on over connections, rounds, processes and restarts.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, refusal};
use crate::outbox::{ClaimedMessage, MessageState};

use super::route::MailOf;
use super::waiting::{before_claims, waits_no_longer};
use super::words::begin_anew;

/// So many different recipients in a row are not all unknown.
const TOO_MANY: usize = 3;

/// Whether the message at hand met such a refusal, as a condition.
#[diesel::dsl::auto_type]
pub(super) fn met_one() -> _ {
    exists(refusal::table.filter(refusal::message_id.eq(message::id)))
}

/// Those that met one and are due again, the longest ago first.
pub(super) fn due(
    conn: &mut Conn,
    of: &MailOf,
    (now, today): (NaiveDateTime, NaiveDate),
    at_most: usize,
) -> QueryResult<Vec<i32>> {
    let mut waiting = refusal::table
        .inner_join(message::table)
        .filter(waits_no_longer(now))
        .filter(message::not_before.is_null().or(message::not_before.le(today)))
        .into_boxed();
    waiting = match of {
        MailOf::Everybody => waiting,
        MailOf::Only(ids) => waiting.filter(message::organisation_id.eq_any(ids)),
        MailOf::AllBut(ids) => waiting.filter(message::organisation_id.ne_all(ids)),
    };
    waiting
        .order((refusal::refused_at, refusal::message_id))
        .limit(i64::try_from(at_most).unwrap_or(i64::MAX))
        .select(refusal::message_id)
        .load(conn)
}

/// Adds a claimed message to the row of refusals like this one, or begins one with it. Where too many recipients have
/// met it in a row, the others of them are put back as they stood, and named.
pub(super) fn add_to_row(
    conn: &mut Conn,
    sender: &str,
    claimed: &ClaimedMessage,
    alike: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Vec<i32>>> {
    let in_row = refusal::table.filter(refusal::in_row.and(refusal::sender.eq(sender)));
    if diesel::select(exists(in_row.filter(refusal::alike.ne(alike)))).get_result(conn)? {
        end_row(conn, sender, None)?;
    }
    write(conn, sender, claimed, (alike, true), now)?;
    let id = claimed.message.listed.id;
    let others: Vec<(i32, String, String)> = refusal::table
        .inner_join(message::table)
        .filter(refusal::in_row.and(refusal::sender.eq(sender)).and(refusal::message_id.ne(id)))
        .order(refusal::message_id)
        .select((message::id, message::recipient, message::state))
        .load(conn)?;
    let mut recipients: BTreeSet<String> =
        others.iter().map(|(_, recipient, _)| recipient.to_lowercase()).collect();
    recipients.insert(claimed.message.listed.recipient.to_lowercase());
    if recipients.len() < TOO_MANY {
        return Ok(None);
    }
    let given_up = others.into_iter().filter(|(_, _, state)| state == MessageState::Failed.as_str());
    let given_up: Vec<i32> = given_up.map(|(id, _, _)| id).collect();
    given_up.iter().try_for_each(|id| put_back(conn, *id))?;
    Ok(Some(given_up))
}

/// Notes that the server refused us over a claimed message: the others are tried before it.
pub(super) fn set_aside(
    conn: &mut Conn,
    sender: &str,
    claimed: &ClaimedMessage,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    write(conn, sender, claimed, ("", false), now)
}

/// Whether the sender has a row, or messages that are set aside.
pub(super) fn has_row(conn: &mut Conn, sender: &str) -> QueryResult<bool> {
    let theirs = refusal::table.filter(refusal::sender.eq(sender));
    diesel::select(exists(theirs.select(refusal::message_id))).get_result(conn)
}

/// Ends the sender's row, because a recipient was accepted or refused otherwise: those given up in it stay so. `sent` is a
/// message that went out, and is no longer set aside.
pub(super) fn end_row(conn: &mut Conn, sender: &str, sent: Option<i32>) -> QueryResult<()> {
    if !has_row(conn, sender)? {
        return Ok(());
    }
    let theirs = refusal::table.filter(refusal::sender.eq(sender));
    if let Some(id) = sent {
        diesel::delete(refusal::table.find(id)).execute(conn)?;
    }
    let waits = [MessageState::Queued, MessageState::Deferred, MessageState::Sending, MessageState::Held]
        .map(MessageState::as_str);
    let ended = message::table.filter(message::state.ne_all(waits)).select(message::id);
    diesel::delete(theirs.filter(refusal::message_id.eq_any(ended))).execute(conn)?;
    let in_row = refusal::table.filter(refusal::in_row.and(refusal::sender.eq(sender)));
    diesel::update(in_row).set(refusal::in_row.eq(false)).execute(conn)?;
    Ok(())
}

fn write(
    conn: &mut Conn,
    sender: &str,
    claimed: &ClaimedMessage,
    (alike, in_row): (&str, bool),
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let listed = &claimed.message.listed;
    let naive = |at: Option<DateTime<Utc>>| at.map(|at| at.naive_utc());
    diesel::delete(refusal::table.find(listed.id)).execute(conn)?;
    diesel::insert_into(refusal::table)
        .values((
            refusal::message_id.eq(listed.id),
            refusal::sender.eq(sender),
            refusal::alike.eq(alike),
            refusal::in_row.eq(in_row),
            refusal::refused_at.eq(now.naive_utc()),
            refusal::attempts.eq(listed.attempts),
            refusal::first_attempt_at.eq(naive(listed.first_attempt_at)),
            refusal::last_attempt_at.eq(naive(listed.last_attempt_at)),
            refusal::next_attempt_at.eq(naive(listed.next_attempt_at)),
            refusal::last_error.eq(&listed.last_error),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts a message that was given up for its refusal back as it stood before.
fn put_back(conn: &mut Conn, id: i32) -> QueryResult<()> {
    type StopBefore =
        (i32, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<String>);
    let in_doubt: Option<NaiveDate> = message::table.find(id).select(message::in_doubt_on).first(conn)?;
    let (attempts, first, last, next, last_error): StopBefore = refusal::table
        .find(id)
        .select((
            refusal::attempts,
            refusal::first_attempt_at,
            refusal::last_attempt_at,
            refusal::next_attempt_at,
            refusal::last_error,
        ))
        .first(conn)?;
    let state = before_claims(attempts, next.is_some());
    diesel::update(message::table.find(id))
        .set((
            message::state.eq(state.as_str()),
            message::attempts.eq(attempts),
            message::first_attempt_at.eq(first),
            message::last_attempt_at.eq(last),
            message::next_attempt_at.eq(next),
            message::last_error.eq(last_error),
        ))
        .execute(conn)?;
    // Nobody took it, so that it is as if it had never been tried; unless an earlier attempt was broken off.
    if attempts == 0 && in_doubt.is_none() { begin_anew(conn, id) } else { Ok(()) }
}
