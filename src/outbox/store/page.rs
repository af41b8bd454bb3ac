//! Part of the outbox, filtered and in an order: what a page of a list shows.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::read::ListedRow;
use crate::db::schema::{message, promise};
use crate::db::{Backend, Conn};
use crate::outbox::{ListedMessage, MessageKind, MessageState};

/// Which messages are meant: those that fit everything that is said. What is left empty says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MessageFilter {
    /// From the organisation with this key of the register's.
    pub(crate) organisation_id: Option<i32>,
    /// In one of these states.
    pub(crate) states: Vec<MessageState>,
    /// Of one of these kinds.
    pub(crate) kinds: Vec<MessageKind>,
    /// Planned on this day.
    pub(crate) planned_on: Option<NaiveDate>,
    /// For one of the staff members with these numbers of the register's.
    pub(crate) staff_ids: Option<Vec<i32>>,
}

/// The order of a list of messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MessageOrder {
    /// By number, the oldest first.
    #[default]
    OldestFirst,
    /// By number, the newest first.
    NewestFirst,
    /// By the day on which they were planned, the earliest first.
    EarliestPlanned,
    /// The same, the latest first.
    LatestPlanned,
}

/// Part of a list: so many rows, behind so many others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPart {
    /// How many come before it.
    pub skipped: i64,
    /// How many rows it has at most.
    pub most: i64,
}

/// The messages that are meant, in their order, or part of them; and how many they are in all.
pub(crate) fn page(
    conn: &mut Conn,
    filter: &MessageFilter,
    order: MessageOrder,
    part: Option<ListPart>,
) -> QueryResult<(Vec<ListedMessage>, i64)> {
    let total = count_of(conn, filter)?;
    let listed = matching(filter).select(ListedRow::as_select());
    let mut listed = match order {
        MessageOrder::OldestFirst => listed.order(message::id),
        MessageOrder::NewestFirst => listed.order(message::id.desc()),
        MessageOrder::EarliestPlanned => listed.order((message::planned_on, message::id)),
        MessageOrder::LatestPlanned => listed.order((message::planned_on.desc(), message::id.desc())),
    };
    if let Some(part) = part {
        listed = listed.offset(part.skipped).limit(part.most);
    }
    let rows: Vec<ListedRow> = listed.load(conn)?;
    Ok((rows.into_iter().map(ListedRow::parse).collect::<QueryResult<_>>()?, total))
}

/// How many messages are meant.
pub(crate) fn count_of(conn: &mut Conn, filter: &MessageFilter) -> QueryResult<i64> {
    matching(filter).count().get_result(conn)
}

/// The summaries of a month, as `2026-10`, that the organisation with this key of the register's was promised.
pub(crate) fn summaries_of(
    conn: &mut Conn,
    organisation_id: i32,
    month: &str,
) -> QueryResult<Vec<ListedMessage>> {
    let promised = promise::table
        .filter(promise::kind.eq(MessageKind::BoardSummary.as_str()))
        .filter(promise::key.like(format!("{organisation_id} {month} %")))
        .filter(promise::message_id.is_not_null())
        .select(promise::message_id.assume_not_null());
    let rows: Vec<ListedRow> = message::table
        .filter(message::id.eq_any(promised))
        .order(message::id)
        .select(ListedRow::as_select())
        .load(conn)?;
    rows.into_iter().map(ListedRow::parse).collect()
}

fn matching(filter: &MessageFilter) -> message::BoxedQuery<'static, Backend> {
    let mut query = message::table.into_boxed();
    if let Some(id) = filter.organisation_id {
        query = query.filter(message::organisation_id.eq(id));
    }
    if !filter.states.is_empty() {
        let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
        query = query.filter(message::state.eq_any(states));
    }
    if !filter.kinds.is_empty() {
        let kinds: Vec<&str> = filter.kinds.iter().map(|kind| kind.as_str()).collect();
        query = query.filter(message::kind.eq_any(kinds));
    }
    if let Some(day) = filter.planned_on {
        query = query.filter(message::planned_on.eq(day));
    }
    if let Some(ids) = &filter.staff_ids {
        query = query.filter(message::staff_id.eq_any(ids.iter().copied().map(Some).collect::<Vec<_>>()));
    }
    query
}
