//! Reading the outbox: lists, one message, counts, and what pacing needs.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, message_body, message_part};
use crate::mail::{Part, Place};
use crate::outbox::{Kind, Listed, Message, State, Waiting};

/// A message that was sent, or may have been: whom it went to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMessage {
    /// Its number.
    pub id: i32,
    /// The address that it went to.
    pub recipient: String,
    /// The register's id of the organisation that it speaks for.
    pub organisation_id: i32,
    /// Whether it was to a member of staff, and not to a contact, a board or the operator.
    pub is_to_staff: bool,
}

/// A row of `message` without its text.
#[derive(Queryable, Selectable)]
#[diesel(table_name = message)]
struct ListedRow {
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
    last_attempt_at: Option<NaiveDateTime>,
    first_attempt_at: Option<NaiveDateTime>,
    sent_at: Option<NaiveDateTime>,
}

impl ListedRow {
    fn parse(self) -> QueryResult<Listed> {
        let utc = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
        Ok(Listed {
            id: self.id,
            kind: Kind::parse(&self.kind).ok_or_else(|| unknown("kind", &self.kind))?,
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
            last_attempt_at: utc(self.last_attempt_at),
            first_attempt_at: utc(self.first_attempt_at),
            sent_at: utc(self.sent_at),
        })
    }
}

/// The state a row names.
pub(super) fn parse_state(text: &str) -> QueryResult<State> {
    State::parse(text).ok_or_else(|| unknown("state", text))
}

fn unknown(what: &str, text: &str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(format!("no message has the {what} {text:?}").into())
}

/// The messages in `state`, or all, in order of id.
pub fn list(conn: &mut Conn, state: Option<State>) -> QueryResult<Vec<Listed>> {
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
pub(super) fn show_all(conn: &mut Conn, ids: &[i32]) -> QueryResult<Vec<Message>> {
    let rows: Vec<(ListedRow, String, String)> = message::table
        .inner_join(message_body::table)
        .filter(message::id.eq_any(ids))
        .select((ListedRow::as_select(), message_body::text_body, message_body::html_body))
        .load(conn)?;
    let mut parts = parts(conn, ids)?;
    let mut messages = HashMap::new();
    for (row, text, html) in rows {
        let parts = parts.remove(&row.id).unwrap_or_default();
        messages.insert(row.id, Message { listed: row.parse()?, text, html, parts });
    }
    Ok(ids.iter().filter_map(|id| messages.remove(id)).collect())
}

fn parts(conn: &mut Conn, ids: &[i32]) -> QueryResult<HashMap<i32, Vec<Part>>> {
    use message_part as p;
    let rows: Vec<(i32, String, String, bool, Vec<u8>)> = p::table
        .filter(p::message_id.eq_any(ids))
        .order(p::id)
        .select((p::message_id, p::name, p::content_type, p::inline, p::content))
        .load(conn)?;
    let mut parts: HashMap<i32, Vec<Part>> = HashMap::new();
    for (message, name, content_type, inline, content) in rows {
        let place = if inline { Place::Inline } else { Place::Attached };
        parts.entry(message).or_default().push(Part { name, content_type, place, content });
    }
    Ok(parts)
}

/// How many messages are in each state, in the spec's order; states with none are there with 0.
pub fn counts(conn: &mut Conn) -> QueryResult<Vec<(State, i64)>> {
    let rows: Vec<(String, i64)> = message::table
        .group_by(message::state)
        .select((message::state, count_star()))
        .order(message::state)
        .load(conn)?;
    let of =
        |state: State| rows.iter().find(|(name, _)| name == state.as_str()).map_or(0, |(_, count)| *count);
    Ok(State::ALL.into_iter().map(|state| (state, of(state))).collect())
}

/// What waits to be sent at `now`.
pub fn waiting(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<Waiting> {
    let states = [State::Queued, State::Deferred, State::Sending].map(State::as_str);
    let (count, last_due_at): (i64, Option<NaiveDateTime>) = message::table
        .filter(message::state.eq_any(states))
        .select((count_star(), max(message::next_attempt_at)))
        .first(conn)?;
    let day_ago = (now - TimeDelta::hours(24)).naive_utc();
    let tried_last_day =
        message::table.filter(message::last_attempt_at.gt(day_ago)).count().get_result(conn)?;
    Ok(Waiting { count, last_due_at: last_due_at.map(|at| at.and_utc()), tried_last_day })
}

/// How many deliveries were tried within `window` before `now`, those in hand included, as far as that matters: beyond
/// `limit` it is not counted on. Pacing reads the table, not a counter, so that it survives a restart and holds across
/// processes.
///
/// An attempt that lies further ahead than the window is long was stamped by a clock that was set back since: it must
/// not hold up the mail until then.
pub fn tried_within(conn: &mut Conn, window: TimeDelta, limit: u32, now: DateTime<Utc>) -> QueryResult<u32> {
    let messages: Option<i32> = message::table.select(max(message::id)).first(conn)?;
    if messages.is_none_or(|messages| i64::from(messages) < i64::from(limit)) {
        // Fewer than could fill the window: the usual case where there is no limit to speak of.
        return Ok(0);
    }
    let (from, until) = ((now - window).naive_utc(), (now + window).naive_utc());
    let tried: i64 = message::table
        .filter(message::last_attempt_at.gt(from).and(message::last_attempt_at.le(until)))
        .count()
        .get_result(conn)?;
    Ok(u32::try_from(tried + in_hand(conn)?).unwrap_or(u32::MAX))
}

/// When the window is no longer full: the instant of the `limit`-th most recent attempt, those in hand counted first.
/// `None` when the window is not full, or full of what is in hand.
pub fn nth_recent_attempt(
    conn: &mut Conn,
    limit: u32,
    window: TimeDelta,
    now: DateTime<Utc>,
) -> QueryResult<Option<DateTime<Utc>>> {
    let until = (now + window).naive_utc();
    let nth = i64::from(limit) - in_hand(conn)?;
    if nth < 1 {
        return Ok(None);
    }
    let at: Option<Option<NaiveDateTime>> = message::table
        .filter(message::last_attempt_at.le(until))
        .order(message::last_attempt_at.desc())
        .offset(nth - 1)
        .select(message::last_attempt_at)
        .first(conn)
        .optional()?;
    Ok(at.flatten().map(|at| at.and_utc()))
}

fn in_hand(conn: &mut Conn) -> QueryResult<i64> {
    message::table.filter(message::state.eq(State::Sending.as_str())).count().get_result(conn)
}

/// The message that was sent, or may have been, with this `Message-ID` (angle brackets included).
pub fn sent_as(conn: &mut Conn, message_id: &str) -> QueryResult<Option<SentMessage>> {
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
