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

/// When what was written was last archived: a file has no archive of its own.
pub(crate) fn last_archived(_: &mut Conn) -> QueryResult<Option<DateTime<Utc>>> {
    Ok(None)
}

/// What is not as it should be, each with what to do.
pub(crate) fn server_findings(_: &mut Conn) -> QueryResult<Vec<ServerFinding>> {
    Ok(Vec::new())
}
