//! Writing a message to the outbox: with its words, or as what it promises.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::row::row;
use crate::db::schema::{message, message_first};
use crate::db::{Conn, DayValue, Lock, expect_held, insert_all};
use crate::outbox::packed::WordsPacker;
use crate::outbox::{EnqueueOutcome, InitialState, NewMessage, UnwordedMessage};

use super::promises::{any_stands, keep};
use super::receiver::{newest_id, supersede};
use super::words::{keep_dictionary, write_words};

row! {
    /// A message as it is queued.
    NewRow<'a> of message {
        kind: &'a str,
        organisation_id: i32,
        staff_id: Option<i32>,
        recipient: &'a str,
        subject: &'a str,
        message_id: &'a str,
        planned_on: DayValue,
        queued_at: NaiveDateTime,
        state: &'a str,
        worded_at: Option<NaiveDateTime>,
        planned_from: Option<i32>,
    }
}

/// Writes `new` with its words, unless what it promises is promised already: then nothing is written.
///
/// The `Message-ID` is fixed here, with the domain of the configured sender, so that every retry carries the same.
/// Call it in the transaction of the cause (spec 5), with [`Lock::Plan`]: it reads before it writes.
pub fn enqueue(
    conn: &mut Conn,
    new: &NewMessage,
    initially: InitialState,
    sender_domain: &str,
    now: DateTime<Utc>,
) -> QueryResult<EnqueueOutcome> {
    expect_held(Lock::Plan);
    let promises = new.promises();
    if any_stands(conn, &promises)? {
        return Ok(EnqueueOutcome::AlreadyPromised);
    }
    let row = NewRow {
        kind: new.kind.as_str(),
        organisation_id: new.organisation_id,
        staff_id: new.staff_id,
        recipient: &new.recipient,
        subject: &new.content.subject,
        message_id: &message_id(sender_domain),
        planned_on: new.planned_on.into(),
        queued_at: now.naive_utc(),
        state: initially.state().as_str(),
        worded_at: Some(now.naive_utc()),
        planned_from: None,
    };
    insert_all(conn, &[row])?;
    let id = newest_id(conn)?;
    if new.kind.goes_first() {
        diesel::insert_into(message_first::table).values(message_first::message_id.eq(id)).execute(conn)?;
    }
    keep(conn, Some(id), &promises, now)?;
    keep_dictionary(conn)?;
    write_words(conn, id, (&new.content, &WordsPacker::new().pack(&new.content)), None)?;
    Ok(EnqueueOutcome::Enqueued(id))
}

/// Writes what `new` promises, unless any of it is promised already: then nothing is written. An older
/// message of its kind to the same receiver that still waits is cancelled as superseded, and what it was to tell is told
/// by this one. Otherwise as [`enqueue`].
pub fn promise(
    conn: &mut Conn,
    new: &UnwordedMessage,
    initially: InitialState,
    sender_domain: &str,
    now: DateTime<Utc>,
) -> QueryResult<EnqueueOutcome> {
    expect_held(Lock::Plan);
    let promises = new.promises();
    if any_stands(conn, &promises)? {
        return Ok(EnqueueOutcome::AlreadyPromised);
    }
    let row = NewRow {
        kind: new.kind.as_str(),
        organisation_id: new.organisation_id,
        staff_id: new.staff_id,
        recipient: &new.recipient,
        subject: "",
        message_id: &message_id(sender_domain),
        planned_on: new.planned_on.into(),
        queued_at: now.naive_utc(),
        state: initially.state().as_str(),
        worded_at: None,
        planned_from: Some(new.planned_from),
    };
    insert_all(conn, &[row])?;
    let id = newest_id(conn)?;
    keep(conn, Some(id), &promises, now)?;
    supersede(conn, id, new, now)?;
    Ok(EnqueueOutcome::Enqueued(id))
}

fn message_id(sender_domain: &str) -> String {
    format!("<{}@{sender_domain}>", Uuid::new_v4())
}
