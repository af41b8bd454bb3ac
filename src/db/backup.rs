//! An online copy of the database: consistent, checked, and whole or not there at all.

use std::fs::File;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, sql_query};

use super::{BackupError, Conn, Db, DbError};
use crate::files::private;

#[derive(QueryableByName)]
struct IntegrityFinding {
    #[diesel(sql_type = Text)]
    finding: String,
}

/// How thoroughly the database is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thoroughness {
    /// Every page and every row.
    Quick,
    /// That, and whether indexes and rows agree.
    Full,
}

/// What is wrong with the database's file, if anything: the first finding of the engine's own check.
fn findings(conn: &mut Conn, how: Thoroughness) -> diesel::QueryResult<Option<String>> {
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

impl Db {
    /// What is wrong with the database's file, if anything.
    pub(crate) fn integrity(&self, how: Thoroughness) -> Result<Option<String>, DbError> {
        self.read(|conn| findings(conn, how))
    }

    /// Copies the database to `target` while others read and write it. `mark` writes into the copy before it is
    /// checked; only a sound copy gets its name, readable by nobody else.
    pub fn backup(
        &self,
        target: &Path,
        mark: impl FnOnce(&mut Conn) -> diesel::QueryResult<()>,
    ) -> Result<(), BackupError> {
        // A link that leads nowhere is something, too.
        if target.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(target.to_owned()));
        }
        let mut unfinished = target.as_os_str().to_owned();
        unfinished.push(".part");
        let unfinished = PathBuf::from(unfinished);
        let made = self.copy(&unfinished, mark).and_then(|()| {
            File::open(&unfinished)
                .and_then(|file| file.sync_all())
                .and_then(|()| std::fs::rename(&unfinished, target))
                .map_err(|error| BackupError::Write(target.to_owned(), error.to_string()))
        });
        if made.is_err() {
            // What is left of it is of no use; that it can't be removed is no worse than what is reported.
            let _ = std::fs::remove_file(&unfinished);
        }
        made
    }

    fn copy(
        &self,
        unfinished: &Path,
        mark: impl FnOnce(&mut Conn) -> diesel::QueryResult<()>,
    ) -> Result<(), BackupError> {
        let wrong = |error: String| BackupError::Write(unfinished.to_owned(), error);
        private::make_file(unfinished).map_err(|error| wrong(error.to_string()))?;
        let path = unfinished.to_string_lossy();
        let mut conn = self.connection_to_copy()?;
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
}
