//! Reading the outbox: lists, one message, counts, and what pacing needs.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::message;
use crate::outbox::{ListedMessage, MailRoute, Message, MessageKind, MessageState, WaitingMessages};

use super::bodies::{MessageBody, bodies};
use super::pace::tried_since;
use super::route::MailOf;

/// A message that was sent, or may have been: whom it went to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SentMessage {
    /// Its number.
    pub(crate) id: i32,
    /// The address that it went to.
    pub(crate) recipient: String,
    /// The register's id of the organisation that it speaks for.
    pub(crate) organisation_id: i32,
    /// Whether it was to a member of staff, and not to a contact, a board or the operator.
    pub(crate) is_to_staff: bool,
}

/// A row of `message` without its text.
#[derive(Queryable, Selectable)]
#[diesel(table_name = message)]
pub(super) struct ListedRow {
    id: i32,
    kind: String,
    organisation_id: i32,
    staff_id: Option<i32>,
    recipient: String,
    subject: String,
    state: String,
    attempts: i32,
    next_attempt_at: Option<NaiveDateTime>,
    message_id: String,
    last_error: Option<String>,
    planned_on: NaiveDate,
    queued_at: NaiveDateTime,
    worded_at: Option<NaiveDateTime>,
    planned_from: Option<i32>,
    not_before: Option<NaiveDate>,
    last_attempt_at: Option<NaiveDateTime>,
    first_attempt_at: Option<NaiveDateTime>,
    sent_at: Option<NaiveDateTime>,
    claim: Option<String>,
    lease_until: Option<NaiveDateTime>,
    in_doubt_on: Option<NaiveDate>,
}

impl ListedRow {
    pub(super) fn parse(self) -> QueryResult<ListedMessage> {
        let utc = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
        Ok(ListedMessage {
            id: self.id,
            kind: parse_kind(&self.kind)?,
            organisation_id: self.organisation_id,
            staff_id: self.staff_id,
            recipient: self.recipient,
            subject: self.subject,
            state: parse_state(&self.state)?,
            attempts: self.attempts,
            next_attempt_at: utc(self.next_attempt_at),
            message_id: self.message_id,
            last_error: self.last_error,
            planned_on: self.planned_on,
            queued_at: self.queued_at.and_utc(),
            worded_at: utc(self.worded_at),
            planned_from: self.planned_from,
            not_before: self.not_before,
            last_attempt_at: utc(self.last_attempt_at),
            first_attempt_at: utc(self.first_attempt_at),
            sent_at: utc(self.sent_at),
            claim: self.claim,
            lease_until: utc(self.lease_until),
            in_doubt_on: self.in_doubt_on,
        })
    }
}

/// The kind a row names.
pub(super) fn parse_kind(text: &str) -> QueryResult<MessageKind> {
    MessageKind::parse(text).ok_or_else(|| unknown("kind", text))
}

/// The state a row names.
pub(super) fn parse_state(text: &str) -> QueryResult<MessageState> {
    MessageState::parse(text).ok_or_else(|| unknown("state", text))
}

fn unknown(what: &str, text: &str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(format!("no message has the {what} {text:?}").into())
}

/// The messages in `state`, or all, in order of id.
pub fn list(conn: &mut Conn, state: Option<MessageState>) -> QueryResult<Vec<ListedMessage>> {
    let mut query = message::table.select(ListedRow::as_select()).order(message::id).into_boxed();
    if let Some(state) = state {
        query = query.filter(message::state.eq(state.as_str()));
    }
    query.load::<ListedRow>(conn)?.into_iter().map(ListedRow::parse).collect()
}

/// One message with its text and parts.
pub fn show(conn: &mut Conn, id: i32) -> QueryResult<Option<Message>> {
    Ok(show_all(conn, &[id])?.pop())
}

/// These messages with their texts and parts, in the order of `ids`.
pub(crate) fn show_all(conn: &mut Conn, ids: &[i32]) -> QueryResult<Vec<Message>> {
    let rows: Vec<ListedRow> =
        message::table.filter(message::id.eq_any(ids)).select(ListedRow::as_select()).load(conn)?;
    let worded: Vec<i32> = rows.iter().filter(|row| row.worded_at.is_some()).map(|row| row.id).collect();
    let mut bodies = bodies(conn, &worded)?;
    let mut messages = HashMap::new();
    for row in rows {
        let body = bodies.remove(&row.id).unwrap_or_default();
        let MessageBody { text, html, parts, head, unreadable } = body;
        messages.insert(row.id, Message { listed: row.parse()?, text, html, parts, head, unreadable });
    }
    Ok(ids.iter().filter_map(|id| messages.remove(id)).collect())
}

/// How many messages are in each state, in the spec's order; states with none are there with 0.
pub(crate) fn counts(conn: &mut Conn) -> QueryResult<Vec<(MessageState, i64)>> {
    let rows: Vec<(String, i64)> = message::table
        .group_by(message::state)
        .select((message::state, count_star()))
        .order(message::state)
        .load(conn)?;
    let of = |state: MessageState| {
        rows.iter().find(|(name, _)| name == state.as_str()).map_or(0, |(_, count)| *count)
    };
    Ok(MessageState::ALL.into_iter().map(|state| (state, of(state))).collect())
}

/// What of `route` waits to be sent at `now`.
pub(crate) fn waiting(
    conn: &mut Conn,
    route: &MailRoute,
    now: DateTime<Utc>,
) -> QueryResult<WaitingMessages> {
    let of = MailOf::read(conn, route)?;
    let states =
        [MessageState::Queued, MessageState::Deferred, MessageState::Sending].map(MessageState::as_str);
    let (count, last_due_at): (i64, Option<NaiveDateTime>) = of
        .messages()
        .filter(message::state.eq_any(states))
        .select((count_star(), max(message::next_attempt_at)))
        .first(conn)?;
    let tried_last_day = tried_since(conn, &route.key, now - TimeDelta::hours(24), now)?;
    Ok(WaitingMessages { count, last_due_at: last_due_at.map(|at| at.and_utc()), tried_last_day })
}

/// The message that was sent, or may have been, with this `Message-ID` (angle brackets included).
pub(crate) fn sent_as(conn: &mut Conn, message_id: &str) -> QueryResult<Option<SentMessage>> {
    let found: Option<(i32, String, i32, Option<i32>)> = message::table
        .filter(message::message_id.eq(message_id).and(was_tried()))
        .select((message::id, message::recipient, message::organisation_id, message::staff_id))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, recipient, organisation_id, staff_id)| SentMessage {
        id,
        recipient,
        organisation_id,
        is_to_staff: staff_id.is_some(),
    }))
}

/// A message in hand may have been sent, and what became of it not be recorded yet.
#[diesel::dsl::auto_type]
fn was_tried() -> _ {
    message::last_attempt_at.is_not_null().or(message::state.eq("sending"))
}
