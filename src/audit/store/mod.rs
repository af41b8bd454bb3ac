//! The tables `audit` and `audit_head`. Every function takes the connection of the caller's transaction.

mod recorded_acts;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use super::complete::LoggedActs;
use super::seal::{Walk, next_entry};
use super::{Act, Action, AuditEntry, AuditFinding};
use crate::db::schema::{audit, audit_head};
use crate::db::{Conn, DbResult, Lock, Streaming, expect_held};

/// Adds an entry, and gives its place. Call it in the transaction of what was done, with [`Lock::Audit`]: it reads the
/// newest entry before it writes.
pub fn record(conn: &mut Conn, act: &Act<'_>, now: DateTime<Utc>) -> DbResult<i32> {
    expect_held(Lock::Audit);
    let newest: Option<(i32, String)> =
        audit::table.order(audit::id.desc()).select((audit::id, audit::hash)).first(conn).optional()?;
    let newest = newest.unwrap_or_default();
    let last = newest.0;
    let entry = next_entry(newest, act, now);
    diesel::insert_into(audit::table)
        .values((
            audit::id.eq(entry.id),
            audit::recorded_at.eq(entry.recorded_at.naive_utc()),
            audit::actor.eq(&entry.actor),
            audit::action.eq(&entry.action),
            audit::object.eq(&entry.object),
            audit::details.eq(&entry.details),
            audit::previous_hash.eq(&entry.previous_hash),
            audit::hash.eq(&entry.hash),
        ))
        .execute(conn)?;
    // Where the end of the log was cut off, the head goes on missing it.
    diesel::update(audit_head::table)
        .filter(audit_head::entries.eq(last).and(audit_head::hash.eq(&entry.previous_hash)))
        .set((audit_head::entries.eq(entry.id), audit_head::hash.eq(&entry.hash)))
        .execute(conn)?;
    Ok(entry.id)
}

type AuditRow = (i32, NaiveDateTime, String, String, String, String, String, String);

fn from_row(row: AuditRow) -> AuditEntry {
    let (id, recorded_at, actor, action, object, details, previous_hash, hash) = row;
    AuditEntry { id, recorded_at: recorded_at.and_utc(), actor, action, object, details, previous_hash, hash }
}

/// The newest entries, at most `limit`, newest first.
pub fn entries(conn: &mut Conn, limit: u32) -> DbResult<Vec<AuditEntry>> {
    let rows: Vec<AuditRow> = audit::table.order(audit::id.desc()).limit(i64::from(limit)).load(conn)?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// How many entries there are, and the seal of the newest: what to note elsewhere.
pub(crate) fn newest(conn: &mut Conn) -> DbResult<(i32, String)> {
    let newest = audit::table.order(audit::id.desc()).select((audit::id, audit::hash)).first(conn);
    Ok(newest.optional()?.unwrap_or_default())
}

/// The place of the newest entry of this action; 0 where there is none.
pub(crate) fn newest_of(conn: &mut Conn, action: Action) -> DbResult<i32> {
    let newest = audit::table.filter(audit::action.eq(action.as_str())).select(max(audit::id));
    Ok(newest.first::<Option<i32>>(conn)?.unwrap_or_default())
}

/// Whether this was done to this object since then.
pub(crate) fn was_done_since(
    conn: &mut Conn,
    action: Action,
    object: &str,
    since: DateTime<Utc>,
) -> DbResult<bool> {
    let done = audit::table
        .filter(audit::object.eq(object).and(audit::action.eq(action.as_str())))
        .filter(audit::recorded_at.ge(since.naive_utc()));
    diesel::select(diesel::dsl::exists(done)).get_result(conn)
}

/// Every entry about this object, oldest first.
pub(crate) fn about(conn: &mut Conn, object: &str) -> DbResult<Vec<AuditEntry>> {
    let rows: Vec<AuditRow> = audit::table.filter(audit::object.eq(object)).order(audit::id).load(conn)?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// When a thing was last done with `detail` true in its entry; `None` where it never was.
pub(crate) fn last_with(conn: &mut Conn, action: Action, detail: &str) -> DbResult<Option<DateTime<Utc>>> {
    let done = audit::table.filter(audit::action.eq(action.as_str())).order(audit::id.desc());
    for row in done.load_iter::<AuditRow, Streaming>(conn)? {
        let entry = from_row(row?);
        let details = serde_json::from_str::<serde_json::Value>(&entry.details).unwrap_or_default();
        if details.get(detail) == Some(&serde_json::Value::Bool(true)) {
            return Ok(Some(entry.recorded_at));
        }
    }
    Ok(None)
}

/// Every entry about the person with the register's own number `person`, oldest first.
pub(crate) fn about_person(conn: &mut Conn, person: i32) -> DbResult<Vec<AuditEntry>> {
    let object = format!("person {person}");
    let mut found = Vec::new();
    for row in audit::table.order(audit::id).load_iter::<AuditRow, Streaming>(conn)? {
        let entry = from_row(row?);
        if entry.object == object || entry.person() == Some(person) {
            found.push(entry);
        }
    }
    Ok(found)
}

/// Whether the log is as it was written, every entry sealed and none missing, and whether everything that was done and
/// still shows has its entry.
pub fn examine(conn: &mut Conn) -> DbResult<AuditFinding> {
    let mut walk = Walk::default();
    let mut told = LoggedActs::default();
    for row in audit::table.order(audit::id).load_iter::<AuditRow, Streaming>(conn)? {
        let entry = from_row(row?);
        walk.meet(&entry);
        told.meet(&entry);
    }
    let head: Option<(i32, String)> =
        audit_head::table.select((audit_head::entries, audit_head::hash)).first(conn).optional()?;
    let missing = told.lacks(&recorded_acts::done(conn)?);
    Ok(AuditFinding { chain: walk.end(head), missing })
}
