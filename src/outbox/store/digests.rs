//! Managers' digests: in which weeks an organisation had them, and what each lists.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{digest_item, digest_week, message};
use crate::outbox::{Kind, Reported, State};

/// Whether a week's digests are ours to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Week {
    /// They are.
    Begun,
    /// Another run has planned them.
    Done,
}

/// The organisations, by the register's ids, whose digests of the week beginning on this Monday were planned.
pub fn digest_weeks(conn: &mut Conn, week: NaiveDate) -> QueryResult<HashSet<i32>> {
    let rows: Vec<i32> = digest_week::table
        .filter(digest_week::week.eq(week))
        .order(digest_week::organisation_id)
        .select(digest_week::organisation_id)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Counts the week's digests of an organisation as planned, once.
pub fn begin_digest_week(
    conn: &mut Conn,
    organisation_id: i32,
    week: NaiveDate,
    planned_on: NaiveDate,
    now: DateTime<Utc>,
    digests: usize,
) -> QueryResult<Week> {
    let begun = diesel::insert_into(digest_week::table)
        .values((
            digest_week::organisation_id.eq(organisation_id),
            digest_week::week.eq(week),
            digest_week::planned_on.eq(planned_on),
            digest_week::ran_at.eq(now.naive_utc()),
            digest_week::digests.eq(i64::try_from(digests).unwrap_or(i64::MAX)),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(if begun == 1 { Week::Begun } else { Week::Done })
}

/// Where the message that a person cancels is a digest, its organisation's week is open again: the next planning run
/// makes up for it. Digests that were not cancelled keep their once key, and are not planned again.
pub(super) fn reopen_week(conn: &mut Conn, message_id: i32) -> QueryResult<()> {
    let (kind, organisation_id, planned_on): (String, i32, NaiveDate) = message::table
        .find(message_id)
        .select((message::kind, message::organisation_id, message::planned_on))
        .first(conn)?;
    if kind == Kind::ManagerDigest.as_str() {
        diesel::delete(digest_week::table)
            .filter(digest_week::organisation_id.eq(organisation_id))
            .filter(digest_week::planned_on.eq(planned_on))
            .execute(conn)?;
    }
    Ok(())
}

/// The once keys of the digests planned from `since` on and not cancelled.
pub fn digests_promised(conn: &mut Conn, since: NaiveDate) -> QueryResult<HashSet<String>> {
    let keys: Vec<Option<String>> = message::table
        .filter(message::kind.eq(Kind::ManagerDigest.as_str()))
        .filter(message::planned_on.ge(since).and(message::once_key.is_not_null()))
        .filter(message::state.ne(State::Cancelled.as_str()))
        .order(message::once_key)
        .select(message::once_key)
        .load(conn)?;
    Ok(keys.into_iter().flatten().collect())
}

/// The organisations, by the register's ids, with reminders planned on this day that the mail brake still holds.
pub fn organisations_held(conn: &mut Conn, planned_on: NaiveDate) -> QueryResult<HashSet<i32>> {
    let rows: Vec<i32> = message::table
        .filter(message::state.eq(State::Held.as_str()).and(message::planned_on.eq(planned_on)))
        .filter(message::kind.eq(Kind::Reminder.as_str()))
        .select(message::organisation_id)
        .distinct()
        .order(message::organisation_id)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Keeps what a digest lists.
pub(super) fn list_in_digest(conn: &mut Conn, message_id: i32, items: &[Reported]) -> QueryResult<()> {
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
pub fn digest_items(conn: &mut Conn, message_id: i32) -> QueryResult<Vec<Reported>> {
    let rows: Vec<(i32, String, NaiveDate)> = digest_item::table
        .filter(digest_item::message_id.eq(message_id))
        .order(digest_item::id)
        .select((digest_item::staff_id, digest_item::course, digest_item::due_on))
        .load(conn)?;
    Ok(rows.into_iter().map(|(staff_id, course, due_on)| Reported { staff_id, course, due_on }).collect())
}
