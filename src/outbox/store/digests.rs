//! Lists of people: whose organisation's the mail brake holds, and what each lists.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{digest_item, message};
use crate::outbox::{DigestItem, MessageKind, MessageState};

/// The organisations, by the register's ids, with reminders planned on this day that the mail brake still holds.
pub(crate) fn organisations_held(conn: &mut Conn, planned_on: NaiveDate) -> QueryResult<HashSet<i32>> {
    let rows: Vec<i32> = message::table
        .filter(message::state.eq(MessageState::Held.as_str()).and(message::planned_on.eq(planned_on)))
        .filter(message::kind.eq(MessageKind::Reminder.as_str()))
        .select(message::organisation_id)
        .distinct()
        .order(message::organisation_id)
        .load(conn)?;
    Ok(rows.into_iter().collect())
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
