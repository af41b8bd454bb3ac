//! What the outbox comes to in numbers, for what watches over the daemon.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, promise};
use crate::outbox::{MessageKind, MessageState};

/// How many messages there are in each state, by kind: in order of both, those that there are.
pub(crate) fn tally(conn: &mut Conn) -> QueryResult<Vec<(String, String, i64)>> {
    message::table
        .group_by((message::state, message::kind))
        .select((message::state, message::kind, count_star()))
        .order((message::state, message::kind))
        .load(conn)
}

/// Since when the message has been due that waits the longest; `None` where nothing waits.
pub(crate) fn oldest_due(conn: &mut Conn) -> QueryResult<Option<DateTime<Utc>>> {
    let waiting = [MessageState::Queued, MessageState::Deferred].map(MessageState::as_str);
    let oldest: Option<NaiveDateTime> = message::table
        .filter(message::state.eq_any(waiting))
        .select(min(message::next_attempt_at))
        .first(conn)?;
    Ok(oldest.map(|at| at.and_utc()))
}

/// What the operator and HR were told of, by the keys under which each is told once.
pub(crate) fn operator_keys(conn: &mut Conn) -> QueryResult<Vec<String>> {
    promise::table
        .filter(promise::kind.eq(MessageKind::Operator.as_str()))
        .order(promise::id)
        .select(promise::key)
        .load(conn)
}
