//! An online copy of the database: consistent, and checked.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::opening::connection_to_copy;
use super::{Conn, Place};
use serde_json::Value;

use crate::db::{BackupError, Thoroughness};
use crate::files::private;

/// What a backup's name ends in.
pub(crate) const BACKUP_ENDING: &str = ".db";

#[derive(QueryableByName)]
struct IntegrityFinding {
    #[diesel(sql_type = Text)]
    finding: String,
}

/// What is wrong with the database's file, if anything: the first finding of the engine's own check.
pub(crate) fn findings(conn: &mut Conn, how: Thoroughness) -> QueryResult<Option<String>> {
    let pragma = match how {
        Thoroughness::Quick => "quick_check",
        Thoroughness::Full => "integrity_check",
    };
    let query = format!("SELECT {pragma} AS finding FROM pragma_{pragma} LIMIT 1");
    let found: IntegrityFinding = sql_query(query).get_result(conn)?;
    if found.finding != "ok" {
        return Ok(Some(found.finding));
    }
    let dangling: Vec<IntegrityFinding> =
        sql_query("SELECT \"table\" AS finding FROM pragma_foreign_key_check LIMIT 1").load(conn)?;
    Ok(dangling.first().map(|row| format!("a row of {} refers to nothing", row.finding)))
}

/// Copies the database while others read and write it, has the copy marked, and checks it.
pub(crate) fn copy_to(
    place: &Place,
    unfinished: &Path,
    mark: impl FnOnce(&mut Conn) -> QueryResult<()>,
    _: impl FnOnce(&mut Conn) -> QueryResult<Value>,
) -> Result<(), BackupError> {
    let wrong = |error: String| BackupError::Write(unfinished.to_owned(), error);
    private::make_file(unfinished).map_err(|error| wrong(error.to_string()))?;
    let path = unfinished.to_string_lossy();
    let mut conn = connection_to_copy(place)?;
    sql_query("VACUUM INTO ?")
        .bind::<Text, _>(&*path)
        .execute(&mut conn)
        .map_err(|error| wrong(error.to_string()))?;
    drop(conn);
    let mut copy = Conn::establish(&path).map_err(|error| wrong(error.to_string()))?;
    copy.batch_execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;")
        .and_then(|()| copy.transaction(mark))
        .map_err(|error| wrong(error.to_string()))?;
    match findings(&mut copy, Thoroughness::Full).map_err(|error| wrong(error.to_string()))? {
        None => Ok(()),
        Some(finding) => Err(BackupError::Unsound(unfinished.to_owned(), finding)),
    }
}
