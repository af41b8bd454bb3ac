//! What was told to whom, apart from what became of the messages.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::not;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, organisation, staff, told};
use crate::outbox::{Kind, State, Told, ToldOf};

use super::read::parse_state;

/// Everything promised and not withdrawn, for one organisation or for all: what planning must not promise again.
pub fn told(conn: &mut Conn, organisation_id: Option<i32>) -> QueryResult<HashSet<Told>> {
    let mut query = told::table
        .inner_join(staff::table)
        .filter(not(told::withdrawn))
        .select((told::staff_id, told::course, told::due_on, told::stage))
        .into_boxed();
    if let Some(id) = organisation_id {
        query = query.filter(staff::organisation_id.eq(id));
    }
    let rows = query.load::<(i32, String, NaiveDate, i32)>(conn)?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// What one person was told and is about to be, oldest first, as it stood at `by`; withdrawn promises are left out.
pub fn told_of(conn: &mut Conn, staff_id: i32, by: DateTime<Utc>) -> QueryResult<Vec<ToldOf>> {
    type Row = ((i32, String, NaiveDate, i32), i32, NaiveDate, Option<NaiveDateTime>, String);
    told::table
        .inner_join(message::table)
        .filter(told::staff_id.eq(staff_id).and(not(told::withdrawn)))
        .filter(message::queued_at.le(by.naive_utc()))
        .order(told::id)
        .select((
            (told::staff_id, told::course, told::due_on, told::stage),
            message::id,
            message::planned_on,
            message::sent_at,
            message::state,
        ))
        .load::<Row>(conn)?
        .into_iter()
        .map(|(told, message, planned_on, sent_at, state)| {
            let sent_at = sent_at.map(|at| at.and_utc()).filter(|at| *at <= by);
            Ok(ToldOf { told: from_row(told), message, planned_on, sent_at, state: parse_state(&state)? })
        })
        .collect()
}

/// What one message tells its receiver; what was taken back is left out.
pub fn told_in(conn: &mut Conn, message_id: i32) -> QueryResult<Vec<Told>> {
    let rows: Vec<(i32, String, NaiveDate, i32)> = told::table
        .filter(told::message_id.eq(message_id).and(not(told::withdrawn)))
        .order(told::id)
        .select((told::staff_id, told::course, told::due_on, told::stage))
        .load(conn)?;
    Ok(rows.into_iter().map(from_row).collect())
}

fn from_row((staff_id, course, due_on, stage): (i32, String, NaiveDate, i32)) -> Told {
    Told { staff_id, course, due_on, stage }
}

/// What people of the organisation with this code were reminded of before it fell due: every (person, course, due date)
/// due on one of `due`, once, with the instant of the first reminder of it that was sent, if that is before `until`.
pub fn reminded_of(
    conn: &mut Conn,
    code: &str,
    due: RangeInclusive<NaiveDate>,
    until: DateTime<Utc>,
) -> QueryResult<Vec<(Told, DateTime<Utc>)>> {
    type Row = ((i32, String, NaiveDate, i32), Option<NaiveDateTime>);
    let rows: Vec<Row> = told::table
        .inner_join(message::table.inner_join(organisation::table))
        .filter(organisation::code.eq(code).and(message::kind.eq(Kind::Reminder.as_str())))
        .filter(message::state.eq(State::Sent.as_str()).and(message::sent_at.lt(until.naive_utc())))
        .filter(told::due_on.between(due.start(), due.end()).and(not(told::withdrawn)))
        .order((told::staff_id, told::course, told::due_on, message::sent_at))
        .select(((told::staff_id, told::course, told::due_on, told::stage), message::sent_at))
        .load(conn)?;
    let mut first: Vec<(Told, DateTime<Utc>)> = Vec::new();
    for (told, sent_at) in rows {
        let (told, Some(sent_at)) = (from_row(told), sent_at) else { continue };
        let same = |(other, _): &(Told, _)| {
            (other.staff_id, &other.course, other.due_on) == (told.staff_id, &told.course, told.due_on)
        };
        if !first.last().is_some_and(same) {
            first.push((told, sent_at.and_utc()));
        }
    }
    Ok(first)
}

/// Whether any of these is promised already.
pub(super) fn any_promised(conn: &mut Conn, wanted: &[Told]) -> QueryResult<bool> {
    for one in wanted {
        let promised = told::table
            .filter(told::staff_id.eq(one.staff_id).and(told::course.eq(&one.course)))
            .filter(told::due_on.eq(one.due_on).and(told::stage.eq(one.stage)))
            // As the index says it: a bound value would leave the index unused.
            .filter(not(told::withdrawn));
        if diesel::select(diesel::dsl::exists(promised)).get_result(conn)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Has what a cancelled message was to tell count as told by it after all, because it arrived. A message that took it over
/// and was not sent yet no longer tells it.
pub(super) fn stand_again(conn: &mut Conn, message_id: i32) -> QueryResult<()> {
    let taken_back: Vec<(i32, (i32, String, NaiveDate, i32))> = told::table
        .filter(told::message_id.eq(message_id).and(told::withdrawn))
        .order(told::id)
        .select((told::id, (told::staff_id, told::course, told::due_on, told::stage)))
        .load(conn)?;
    for (id, one) in taken_back {
        let one = from_row(one);
        let same = told::table
            .inner_join(message::table)
            .filter(told::staff_id.eq(one.staff_id).and(told::course.eq(&one.course)))
            .filter(told::due_on.eq(one.due_on).and(told::stage.eq(one.stage)))
            .filter(not(told::withdrawn));
        let elsewhere: Option<(i32, String)> =
            same.select((told::id, message::state)).first(conn).optional()?;
        if let Some((other, state)) = elsewhere {
            if state == State::Sent.as_str() || state == State::Sending.as_str() {
                continue;
            }
            diesel::update(told::table.find(other)).set(told::withdrawn.eq(true)).execute(conn)?;
        }
        diesel::update(told::table.find(id)).set(told::withdrawn.eq(false)).execute(conn)?;
    }
    Ok(())
}

/// Takes back what a cancelled message was to tell, so that it can be promised again.
pub(super) fn withdraw(conn: &mut Conn, message_id: i32) -> QueryResult<()> {
    diesel::update(told::table.filter(told::message_id.eq(message_id)))
        .set(told::withdrawn.eq(true))
        .execute(conn)?;
    Ok(())
}
