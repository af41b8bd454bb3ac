//! Reading the outbox: lists, one message, counts, and what pacing needs.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, message_part};
use crate::mail::{Part, Place};
use crate::outbox::{Kind, Listed, Message, State, Waiting};

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
    let found = message::table
        .find(id)
        .select((ListedRow::as_select(), message::text_body, message::html_body))
        .first::<(ListedRow, String, String)>(conn)
        .optional()?;
    let Some((row, text, html)) = found else { return Ok(None) };
    Ok(Some(Message { listed: row.parse()?, text, html, parts: parts(conn, id)? }))
}

fn parts(conn: &mut Conn, id: i32) -> QueryResult<Vec<Part>> {
    use message_part as p;
    let rows: Vec<(String, String, bool, Vec<u8>)> = p::table
        .filter(p::message_id.eq(id))
        .order(p::id)
        .select((p::name, p::content_type, p::inline, p::content))
        .load(conn)?;
    let part = |(name, content_type, inline, content)| {
        let place = if inline { Place::Inline } else { Place::Attached };
        Part { name, content_type, place, content }
    };
    Ok(rows.into_iter().map(part).collect())
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

/// When the `nth` most recent delivery (1: the most recent) was tried; `None` when there were fewer. Pacing reads the
/// table, not a counter, so that it survives a restart and holds across processes.
pub fn nth_recent_attempt(conn: &mut Conn, nth: u32) -> QueryResult<Option<DateTime<Utc>>> {
    let at: Option<Option<NaiveDateTime>> = message::table
        .filter(message::last_attempt_at.is_not_null())
        .order(message::last_attempt_at.desc())
        .offset(i64::from(nth.max(1)) - 1)
        .select(message::last_attempt_at)
        .first(conn)
        .optional()?;
    Ok(at.flatten().map(|at| at.and_utc()))
}

/// The message that was sent, or may have been, with this `Message-ID` (angle brackets included), and whom it went to.
pub fn sent_as(conn: &mut Conn, message_id: &str) -> QueryResult<Option<(i32, String)>> {
    message::table
        .filter(message::message_id.eq(message_id).and(message::last_attempt_at.is_not_null()))
        .select((message::id, message::recipient))
        .first(conn)
        .optional()
}

/// The last message that was sent, or may have been, to this address.
pub fn last_sent_to(conn: &mut Conn, address: &str) -> QueryResult<Option<i32>> {
    message::table
        .filter(lower(message::recipient).eq(address.to_lowercase()))
        .filter(message::last_attempt_at.is_not_null())
        .order(message::id.desc())
        .select(message::id)
        .first(conn)
        .optional()
}

define_sql_function! {
    /// SQL's own.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}
