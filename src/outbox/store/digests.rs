//! Lists of people: whose organisation's the mail brake holds, and what each lists.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{digest_item, message, planning_run};
use crate::outbox::{DigestItem, MessageKind, MessageState};
use crate::plan::BRAKE_FROM;

use super::read::parse_kind;

/// The organisations, by the register's ids, with a run of this day that the mail brake held, of which reminders are held
/// still. One that held back no more than what was for those whose mail was held before is none.
pub(crate) fn organisations_held(conn: &mut Conn, planned_on: NaiveDate) -> QueryResult<HashSet<i32>> {
    let fewest = i64::try_from(BRAKE_FROM).unwrap_or(i64::MAX);
    let braked = planning_run::table
        .filter(planning_run::planned_on.eq(planned_on).and(planning_run::messaged.eq(0)))
        .filter(planning_run::held.ge(fewest))
        .select(planning_run::organisation_id);
    let rows: Vec<i32> = message::table
        .filter(message::organisation_id.eq_any(braked))
        .filter(message::state.eq(MessageState::Held.as_str()).and(message::planned_on.eq(planned_on)))
        .filter(message::kind.eq(MessageKind::Reminder.as_str()))
        .select(message::organisation_id)
        .distinct()
        .order(message::organisation_id)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Whose mail is held: its kind, the register's id of the organisation, and the staff id, or none of a contact's.
pub(crate) fn receivers_held(conn: &mut Conn) -> QueryResult<HashSet<(MessageKind, i32, Option<i32>)>> {
    let rows: Vec<(String, i32, Option<i32>)> = message::table
        .filter(message::state.eq(MessageState::Held.as_str()))
        .select((message::kind, message::organisation_id, message::staff_id))
        .order(message::id)
        .load(conn)?;
    rows.into_iter().map(|(kind, of, staff_id)| Ok((parse_kind(&kind)?, of, staff_id))).collect()
}

/// Keeps what a digest lists.
pub(super) fn list_in_digest(conn: &mut Conn, message_id: i32, items: &[DigestItem]) -> QueryResult<()> {
    for item in items {
        diesel::insert_into(digest_item::table)
            .values((
                digest_item::message_id.eq(message_id),
                digest_item::staff_id.eq(item.staff_id),
                digest_item::course.eq(&item.course),
                digest_item::due_on.eq(item.due_on),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// What a digest lists.
pub fn digest_items(conn: &mut Conn, message_id: i32) -> QueryResult<Vec<DigestItem>> {
    let rows: Vec<(i32, String, NaiveDate)> = digest_item::table
        .filter(digest_item::message_id.eq(message_id))
        .order(digest_item::id)
        .select((digest_item::staff_id, digest_item::course, digest_item::due_on))
        .load(conn)?;
    Ok(rows.into_iter().map(|(staff_id, course, due_on)| DigestItem { staff_id, course, due_on }).collect())
}
