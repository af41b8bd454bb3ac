//! The failed tries at an account.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::access::FailedTries;
use crate::db::Conn;
use crate::db::schema::account;

/// Those of the account with this number.
pub(crate) fn failed_tries(conn: &mut Conn, account_id: i32) -> QueryResult<FailedTries> {
    let found: Option<(i32, Option<NaiveDateTime>, Option<NaiveDateTime>)> = account::table
        .find(account_id)
        .select((account::failures, account::first_failure_at, account::wait_until))
        .first(conn)
        .optional()?;
    let (count, first_at, wait_until) = found.unwrap_or_default();
    let at = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
    Ok(FailedTries { count, first_at: at(first_at), wait_until: at(wait_until) })
}

/// Keeps them.
pub(crate) fn keep_failed_tries(conn: &mut Conn, account_id: i32, tries: &FailedTries) -> QueryResult<()> {
    diesel::update(account::table.find(account_id))
        .set((
            account::failures.eq(tries.count),
            account::first_failure_at.eq(tries.first_at.map(|at| at.naive_utc())),
            account::wait_until.eq(tries.wait_until.map(|at| at.naive_utc())),
        ))
        .execute(conn)?;
    Ok(())
}
