//! What is looked at besides the file itself: nothing that somebody else could change.

use chrono::{DateTime, Utc};
use diesel::sql_types::Text;
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::Conn;
use crate::db::upkeep::ServerFinding;

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The engine and its version, for people.
pub(crate) fn version(conn: &mut Conn) -> QueryResult<String> {
    let row: VersionRow = sql_query("SELECT 'SQLite ' || sqlite_version() AS version").get_result(conn)?;
    Ok(row.version)
}

/// By how many seconds the database's clock is ahead of `now`: it has none of its own.
pub(crate) fn clock_ahead(_: &mut Conn, _: DateTime<Utc>) -> QueryResult<i64> {
    Ok(0)
}

/// What is not as it should be, each with what to do.
pub(crate) fn server_findings(_: &mut Conn, _: DateTime<Utc>) -> QueryResult<Vec<ServerFinding>> {
    Ok(Vec::new())
}
