//! What people were told of their own courses, apart from what became of the messages.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::not;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, organisation, promise};
use crate::outbox::{MessageKind, MessageState, PersonStage, PromisedStage};
use crate::plan::PlanHistory;

use super::planning::under_way_at;
use super::read::parse_state;

/// A stage as its promise keeps it: whose, of which course, the due date and the stage. All there in a reminder's.
type StageRow = (Option<i32>, Option<String>, Option<NaiveDate>, Option<i32>);

type StageColumns = (promise::staff_id, promise::about, promise::due_on, promise::step);

/// When a promise was made and taken back, and by which organisation.
type PromiseColumns = (promise::organisation_id, promise::made_at, promise::withdrawn, promise::withdrawn_at);

/// The message of a promise: its id, the day it was planned on, and what became of it.
type MessageColumns = (message::id, message::planned_on, message::sent_at, message::state);

/// A stage with its promise and its message.
type PersonStageRow = (
    StageRow,
    (i32, Option<NaiveDateTime>, bool, Option<NaiveDateTime>),
    (i32, NaiveDate, Option<NaiveDateTime>, String),
);

/// How many messages are asked for at once.
const AT_ONCE: usize = 500;

fn stage_columns() -> StageColumns {
    (promise::staff_id, promise::about, promise::due_on, promise::step)
}

fn promise_columns() -> PromiseColumns {
    (promise::organisation_id, promise::made_at, promise::withdrawn, promise::withdrawn_at)
}

fn message_columns() -> MessageColumns {
    (message::id, message::planned_on, message::sent_at, message::state)
}

fn from_row((staff_id, course, due_on, stage): StageRow) -> Option<PromisedStage> {
    Some(PromisedStage { staff_id: staff_id?, course: course?, due_on: due_on?, stage: stage? })
}

/// What people of these organisations, by the register's ids of them, were told or are about to be: what planning must
/// not promise again.
pub(crate) fn plan_history(conn: &mut Conn, organisations: &[Option<i32>]) -> QueryResult<PlanHistory> {
    // Of several, everybody's is read.
    let only = match organisations {
        [one] => *one,
        _ => None,
    };
    let mut told = PlanHistory::default();
    for stage in promised_stages(conn, only)? {
        told.insert(stage.staff_id, &stage.course, stage.due_on, stage.stage);
    }
    Ok(told)
}

/// Every stage promised and not taken back, for one organisation or for all.
pub(super) fn promised_stages(
    conn: &mut Conn,
    organisation_id: Option<i32>,
) -> QueryResult<HashSet<PromisedStage>> {
    // Bound, so that the table is read in its own order: by way of the index of promises that stand, each row would be
    // looked up by itself.
    let mut query = promise::table
        .filter(promise::step.is_not_null().and(promise::withdrawn.eq(false)))
        .select(stage_columns())
        .into_boxed();
    if let Some(id) = organisation_id {
        query = query.filter(promise::organisation_id.eq(id));
    }
    Ok(query.load::<StageRow>(conn)?.into_iter().filter_map(from_row).collect())
}

/// What one person was told and is about to be, oldest first, without what was taken back: as it stands, or as it was known
/// at `by`. What became of a message is known of the past only where it was sent.
pub(crate) fn told_of(
    conn: &mut Conn,
    staff_id: i32,
    by: Option<DateTime<Utc>>,
) -> QueryResult<Vec<PersonStage>> {
    let mut query = promise::table
        .inner_join(message::table)
        .filter(promise::staff_id.eq(staff_id).and(promise::step.is_not_null()))
        .order((message::id, promise::id))
        .select((stage_columns(), promise_columns(), message_columns()))
        .into_boxed();
    let by = by.map(|by| by.naive_utc());
    query = match by {
        None => query.filter(not(promise::withdrawn)),
        Some(by) => query
            .filter(promise::made_at.le(by).or(promise::made_at.is_null().and(message::queued_at.le(by)))),
    };
    let rows: Vec<PersonStageRow> = query.load(conn)?;
    let under_way = match (by, rows.first()) {
        (Some(by), Some((_, (organisation_id, ..), _))) => under_way_at(conn, *organisation_id, by)?,
        _ => HashSet::new(),
    };
    let is_known = |at: &NaiveDateTime| by.is_none_or(|by| *at <= by) && !under_way.contains(at);
    let mut found = Vec::new();
    for (told, (_, made_at, withdrawn, withdrawn_at), (message, planned_on, sent_at, state)) in rows {
        let is_made = made_at.as_ref().is_none_or(is_known);
        let is_withdrawn = withdrawn && withdrawn_at.as_ref().is_none_or(is_known);
        let Some(told) = from_row(told).filter(|_| is_made && !is_withdrawn) else { continue };
        let sent_at = sent_at.filter(|at| by.is_none_or(|by| *at <= by)).map(|at| at.and_utc());
        let state = match (by, sent_at) {
            (None, _) => parse_state(&state)?,
            (Some(_), Some(_)) => MessageState::Sent,
            (Some(_), None) => MessageState::Queued,
        };
        found.push(PersonStage { told, message, planned_on, sent_at, state });
    }
    Ok(found)
}

/// What each of these messages tells its receiver of their courses; what was taken back is left out.
pub(crate) fn told_in_each(
    conn: &mut Conn,
    messages: &[i32],
) -> QueryResult<HashMap<i32, Vec<PromisedStage>>> {
    let mut told: HashMap<i32, Vec<PromisedStage>> = HashMap::new();
    for some in messages.chunks(AT_ONCE) {
        let rows: Vec<(i32, StageRow)> = promise::table
            .filter(promise::message_id.eq_any(some).and(not(promise::withdrawn)))
            .order(promise::id)
            .select((promise::message_id.assume_not_null(), stage_columns()))
            .load(conn)?;
        for (message, row) in rows {
            told.entry(message).or_default().extend(from_row(row));
        }
    }
    Ok(told)
}

/// What people of the organisation with this code were reminded of before it fell due: every (person, course, due date)
/// due on one of `due`, once, with the instant of the first reminder of it that was sent, if that is before `until`.
pub(crate) fn reminded_of(
    conn: &mut Conn,
    code: &str,
    due: RangeInclusive<NaiveDate>,
    until: DateTime<Utc>,
) -> QueryResult<Vec<(PromisedStage, DateTime<Utc>)>> {
    type RemindedRow = (StageRow, Option<NaiveDateTime>);
    let rows: Vec<RemindedRow> = promise::table
        .inner_join(message::table.inner_join(organisation::table))
        .filter(organisation::code.eq(code).and(message::kind.eq(MessageKind::Reminder.as_str())))
        .filter(message::state.eq(MessageState::Sent.as_str()).and(message::sent_at.lt(until.naive_utc())))
        .filter(promise::due_on.between(due.start(), due.end()).and(not(promise::withdrawn)))
        .order((promise::staff_id, promise::about, promise::due_on, message::sent_at))
        .select((stage_columns(), message::sent_at))
        .load(conn)?;
    let mut first: Vec<(PromisedStage, DateTime<Utc>)> = Vec::new();
    for (told, sent_at) in rows {
        let (Some(told), Some(sent_at)) = (from_row(told), sent_at) else { continue };
        let same = |(other, _): &(PromisedStage, _)| {
            (other.staff_id, &other.course, other.due_on) == (told.staff_id, &told.course, told.due_on)
        };
        if !first.last().is_some_and(same) {
            first.push((told, sent_at.and_utc()));
        }
    }
    Ok(first)
}
