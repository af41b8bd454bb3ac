//! How a transaction begins, when what it commits outlives a power cut, and what is left to do after it.

use std::fs::File;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};

use super::Conn;
use super::place::Place;
use crate::clock::Clock;
use crate::db::conn::{Durability, RowReferences, WriteTerms, WriterWait};
use crate::db::error::DbError;
use crate::db::locks::Locks;

/// Begins a transaction that reads the database as it is at its first statement.
pub(crate) fn begin_read(conn: &mut Conn) -> QueryResult<()> {
    AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN")
}

/// What another transaction sees: a file has no name for it.
pub(crate) struct SharedSnapshot;

/// Has others see what this transaction sees, as near as they can.
pub(crate) fn share_snapshot(_: &mut Conn) -> QueryResult<SharedSnapshot> {
    Ok(SharedSnapshot)
}

/// Begins a transaction that reads the database as another does, unless something was written since that one began.
pub(crate) fn begin_read_as(conn: &mut Conn, _: &SharedSnapshot) -> QueryResult<()> {
    begin_read(conn)
}

/// Begins a transaction that writes. Whichever locks are wanted: there is one writer at a time.
pub(crate) fn begin_write(conn: &mut Conn, _: Locks, _: WriteTerms) -> QueryResult<()> {
    AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
}

/// As [`begin_write`], where nobody writes at this moment; whether it has begun.
pub(crate) fn begin_write_unless_busy(conn: &mut Conn, locks: Locks, terms: WriteTerms) -> QueryResult<bool> {
    Ok(begin_write(conn, locks, terms).is_ok())
}

/// Those rows of a table that nobody else holds at this moment, by their ids: all, where one writes at a time.
pub(crate) fn unlocked(_: &mut Conn, _: &'static str, ids: Vec<i32>) -> QueryResult<Vec<i32>> {
    Ok(ids)
}

/// Has the connection commit and wait on other terms than before. What was written before and after is never mixed up,
/// so that a database is whole in any case. What lasts soon is written in many small steps, which change the same pages
/// again and again: they are moved to the file less often.
pub(crate) fn agree(conn: &mut Conn, before: WriteTerms, terms: WriteTerms) -> Result<(), DbError> {
    if before.lasts != terms.lasts {
        conn.batch_execute(match terms.lasts {
            Durability::AtOnce => "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000",
            Durability::Soon => "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000",
        })?;
    }
    if before.waits != terms.waits {
        conn.batch_execute(match terms.waits {
            WriterWait::AWhile => "PRAGMA busy_timeout = 30000",
            WriterWait::Never => "PRAGMA busy_timeout = 0",
        })?;
    }
    if before.references != terms.references {
        conn.batch_execute(match terms.references {
            RowReferences::AtHand if !cfg!(debug_assertions) => "PRAGMA foreign_keys = OFF",
            _ => "PRAGMA foreign_keys = ON",
        })?;
    }
    Ok(())
}

/// A statement that writes, but for what it writes.
const WRITES_NOTHING: &str = "DELETE FROM __diesel_schema_migrations WHERE 1 = 0";

/// Puts a transaction back that failed; why the engine takes no writes at all, where that is so: a read-only file lets a
/// transaction begin, and refuses the first statement that writes.
pub(crate) fn put_back(conn: &mut Conn) -> QueryResult<()> {
    let refused = conn.batch_execute(WRITES_NOTHING);
    // A full disk has ended it already. A connection that is still in it is given up.
    let _ = AnsiTransactionManager::rollback_transaction(conn);
    after_stamped(conn);
    refused
}

/// Leaves moving what a long import wrote from the log to the file to a later commit, which nobody waits for.
pub(crate) fn before_stamped(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute("PRAGMA wal_autocheckpoint = 0")
}

/// Has what is committed moved from the log to the file as the engine does by default.
pub(crate) fn after_stamped(conn: &mut Conn) {
    // Where it can't be set, the log only grows until the connection ends.
    let _ = conn.batch_execute("PRAGMA wal_autocheckpoint = 1000");
}

/// The instant at which something is recorded.
pub(crate) fn now(_: &mut Conn, clock: Clock) -> QueryResult<DateTime<Utc>> {
    Ok(clock.now())
}

/// Whether the connection is gone, so that another one may do better: never, it is a file.
pub(crate) fn is_lost(_: &diesel::result::Error) -> bool {
    false
}

/// The word for an error that passes: none does, a writer has waited its turn here.
pub(crate) fn passes(_: &diesel::result::Error) -> Option<&'static str> {
    None
}

/// The word for an error that passes, which this thread's transaction met.
pub(crate) fn saw_what_passes() -> Option<&'static str> {
    None
}

/// What tells afterwards whether a transaction was kept: here whoever commits is told.
pub(crate) struct CommitMark;

/// What tells afterwards whether this transaction was kept.
pub(crate) fn commit_mark(_: &mut Conn) -> QueryResult<CommitMark> {
    Ok(CommitMark)
}

/// Whether a transaction was kept whose commit ended with this error; `None` where trying again would do no good.
pub(crate) fn was_kept(
    _: &diesel::result::Error,
    _: CommitMark,
    _: impl Fn() -> Result<Conn, DbError>,
) -> Option<bool> {
    None
}

/// Has everything that was committed outlive a power cut.
pub(crate) fn make_last(place: &Place) -> Result<(), DbError> {
    match log_file(place).and_then(File::open).and_then(|log| log.sync_data()) {
        // What is no longer in the log was moved to the file, which waits for the disk.
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(DbError::Write(place.to_string(), error.to_string()))
        }
        _ => Ok(()),
    }
}

/// The engine's log, which stands beside the file itself, not beside a link to it.
fn log_file(place: &Place) -> std::io::Result<PathBuf> {
    let mut log = std::fs::canonicalize(place.path())?.into_os_string();
    log.push("-wal");
    Ok(log.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, IfMissing};

    #[cfg(unix)]
    #[test]
    fn the_log_of_a_database_that_is_a_link_is_found_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("kept/r.db"), folder.path().join("r.db"));
        drop(Db::open(&*file.to_string_lossy(), IfMissing::Create).unwrap());
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let db = Db::open(&*link.to_string_lossy(), IfMissing::Fail).unwrap();
        db.write_lasting(Locks::NONE, Durability::Soon, |conn| conn.batch_execute("CREATE TABLE one (id)"))
            .unwrap();
        assert!(log_file(db.place()).unwrap().exists());
        db.make_last().unwrap();
    }
}
