//! What the tables hold that was done and must have its entry.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::audit::complete::RecordedActs;
use crate::db::schema::{
    audit_start, bounce, import, installation, message, organisation, policy_version, purged_import, snapshot,
};
use crate::db::{Conn, DbResult};

/// What is written of a message that somebody cancelled.
const BY_HAND: &str = "cancelled by hand";

/// Reads it, but for what was there before entries were asked for.
pub(super) fn done(conn: &mut Conn) -> DbResult<RecordedActs> {
    let starts: Vec<(String, i32)> = audit_start::table
        .order(audit_start::of_table)
        .select((audit_start::of_table, audit_start::last_id))
        .load(conn)?;
    let starts: HashMap<String, i32> = starts.into_iter().collect();
    let start = |table: &str| starts.get(table).copied().unwrap_or(0);
    let months: Vec<(String, String, String)> = snapshot::table
        .inner_join(organisation::table)
        .filter(snapshot::id.gt(start("snapshot")))
        .order(snapshot::id)
        .select((organisation::code, snapshot::month, snapshot::content_hash))
        .load(conn)?;
    let bounces =
        || bounce::table.filter(bounce::id.gt(start("bounce"))).order(bounce::id).select(bounce::id);
    let read: i64 = bounce::table.filter(bounce::id.gt(start("bounce"))).count().get_result(conn)?;
    let cancelled: i64 = message::table
        .filter(message::id.gt(start("message")).and(message::last_error.eq(BY_HAND)))
        .count()
        .get_result(conn)?;
    // A backup is its installation's no longer, and nobody's until it is adopted.
    let adopted_by: Option<Option<i32>> = installation::table
        .filter(installation::backup_made_at.is_null())
        .select(installation::audit_entry)
        .first(conn)
        .optional()?;
    let purged = diesel::select(diesel::dsl::exists(purged_import::table.select(purged_import::import_id)))
        .get_result(conn)?;
    Ok(RecordedActs {
        imports: import::table
            .filter(import::id.gt(start("import")))
            .order(import::id)
            .select(import::id)
            .load(conn)?,
        policies: policy_version::table
            .filter(policy_version::id.gt(start("policy_version")))
            .order(policy_version::id)
            .select(policy_version::content_hash)
            .load(conn)?,
        months: months.into_iter().map(|(code, month, hash)| (format!("{month} of {code}"), hash)).collect(),
        confirmed: bounces().filter(bounce::confirmed_at.is_not_null()).load(conn)?,
        cleared: bounces().filter(bounce::cleared_at.is_not_null()).load(conn)?,
        bounces: read.unsigned_abs(),
        cancelled: cancelled.unsigned_abs(),
        purged: purged && start("purged_import") == 0,
        adopted_by: adopted_by.flatten(),
    })
}
