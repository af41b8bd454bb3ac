//! What the outbox comes to in numbers, for what watches over the daemon.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, organisation, promise};
use crate::outbox::{MessageKind, MessageState};

/// How many messages there are in each state, by kind: in order of both, those that there are.
pub(crate) fn tally(conn: &mut Conn) -> QueryResult<Vec<(String, String, i64)>> {
    message::table
        .group_by((message::state, message::kind))
        .select((message::state, message::kind, count_star()))
        .order((message::state, message::kind))
        .load(conn)
}

/// How many messages of an organisation are in a state.
#[derive(Debug)]
pub(crate) struct StateCount {
    /// The organisation's code.
    pub(crate) organisation: String,
    /// The state's name.
    pub(crate) state: String,
    /// How many there are.
    pub(crate) messages: i64,
}

/// How many messages each organisation has in each state, those that there are.
pub(crate) fn tally_by_organisation(conn: &mut Conn) -> QueryResult<Vec<StateCount>> {
    let codes = codes(conn)?;
    let counted: Vec<(i32, String, i64)> = message::table
        .group_by((message::organisation_id, message::state))
        .order((message::organisation_id, message::state))
        .select((message::organisation_id, message::state, count_star()))
        .load(conn)?;
    let count = |(organisation, state, messages): (i32, String, i64)| {
        Some(StateCount { organisation: codes.get(&organisation)?.clone(), state, messages })
    };
    Ok(counted.into_iter().filter_map(count).collect())
}

fn codes(conn: &mut Conn) -> QueryResult<BTreeMap<i32, String>> {
    let codes: Vec<(i32, String)> = organisation::table
        .order(organisation::id)
        .select((organisation::id, organisation::code))
        .load(conn)?;
    Ok(codes.into_iter().collect())
}

/// Since when the message of each organisation has been due that waits the longest, by the organisation's code; nothing
/// of one that has none waiting. What was put off counts from the beginning of the day that it was put off to.
pub(crate) fn due_since(conn: &mut Conn, today: NaiveDate) -> QueryResult<BTreeMap<String, DateTime<Utc>>> {
    let queued = message::state.eq(MessageState::Queued.as_str());
    let at_once: Vec<(i32, Option<NaiveDateTime>)> = message::table
        .filter(queued.and(message::not_before.is_null()))
        .group_by(message::organisation_id)
        .order(message::organisation_id)
        .select((message::organisation_id, min(message::queued_at)))
        .load(conn)?;
    let put_off: Vec<(i32, Option<NaiveDate>)> = message::table
        .filter(queued.and(message::not_before.le(today)))
        .group_by(message::organisation_id)
        .order(message::organisation_id)
        .select((message::organisation_id, min(message::not_before)))
        .load(conn)?;
    let deferred: Vec<(i32, Option<NaiveDateTime>)> = message::table
        .filter(message::state.eq(MessageState::Deferred.as_str()).and(message::not_before.is_null()))
        .group_by(message::organisation_id)
        .order(message::organisation_id)
        .select((message::organisation_id, min(message::next_attempt_at)))
        .load(conn)?;
    let put_off = put_off.into_iter().map(|(id, day)| (id, day.map(|day| day.and_time(NaiveTime::MIN))));
    let codes = codes(conn)?;
    let mut since = BTreeMap::new();
    for (id, at) in at_once.into_iter().chain(put_off).chain(deferred) {
        let (Some(code), Some(at)) = (codes.get(&id), at) else { continue };
        let oldest = since.entry(code.clone()).or_insert(at.and_utc());
        *oldest = at.and_utc().min(*oldest);
    }
    Ok(since)
}

/// What the operator and HR were told of, by the keys under which each is told once.
pub(crate) fn operator_keys(conn: &mut Conn) -> QueryResult<Vec<String>> {
    promise::table
        .filter(promise::kind.eq(MessageKind::Operator.as_str()))
        .order(promise::id)
        .select(promise::key)
        .load(conn)
}
