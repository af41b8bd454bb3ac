//! The database: how it is opened, migrated, read and written. The only room, with the `store` modules, that knows
//! diesel.

mod access;
mod backup;
mod conn;
pub(crate) mod dialect;
mod error;
mod instant;
mod opening;
mod pool;
pub(crate) mod row;
pub(crate) mod schema;
mod stamp;
mod sweep;
mod url;
mod versions;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use backup::Thoroughness;
pub(crate) use conn::Backend;
use conn::WriterWait;
pub use conn::{Conn, DbResult, Durability, IfMissing};
pub use error::{BackupError, DbError};
use pool::Pool;
pub(crate) use row::{InsertedRow, insert_all};
pub(crate) use stamp::UNSTAMPED;
pub use sweep::SweepOutcome;
pub(crate) use url::{DEFAULT_URL, url_beside};

use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};

/// A pool of connections to one database.
#[derive(Clone)]
pub struct Db {
    pool: Arc<Pool>,
    path: PathBuf,
    kept_as_it_was: Option<PathBuf>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Db {
    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The backup of the database as it was, where opening it brought its tables up to date.
    pub(crate) fn kept_as_it_was(&self) -> Option<&Path> {
        self.kept_as_it_was.as_deref()
    }

    /// Reads within one transaction, so that everything read belongs together.
    pub fn read<T>(&self, read: impl FnOnce(&mut Conn) -> DbResult<T>) -> Result<T, DbError> {
        self.try_read(|conn| Ok(read(conn)?))
    }

    /// [`Db::read`], for what may also fail for a reason of the reader's own.
    pub(crate) fn try_read<T, E: From<DbError> + From<diesel::result::Error>>(
        &self,
        read: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        self.pool.connected(|conn| conn.transaction(read))
    }

    /// Writes within one transaction that takes the write lock at once: all of it is kept, or nothing. That it can't be
    /// begun, or kept, is the database's fault and names its file.
    pub fn write<T>(&self, write: impl FnOnce(&mut Conn) -> DbResult<T>) -> Result<T, DbError> {
        self.write_lasting(Durability::AtOnce, write)
    }

    /// [`Db::write`], for what the writer may also give up, with nothing kept, for a reason of its own.
    pub(crate) fn try_write<T, E: From<DbError>>(
        &self,
        write: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_then(Durability::AtOnce, write, nothing_unstamped)
    }

    /// [`Db::write`], where whoever writes many small things one after the other has them outlive a power cut together:
    /// each waits for the disk otherwise, and for nothing but that.
    pub fn write_lasting<T>(
        &self,
        lasts: Durability,
        write: impl FnOnce(&mut Conn) -> DbResult<T>,
    ) -> Result<T, DbError> {
        self.write_then(lasts, |conn| Ok(write(conn)?), nothing_unstamped)
    }

    /// [`Db::write_lasting`], for whoever must not wait; `None`, with nothing done, where another writes at this moment.
    pub(crate) fn write_unless_busy<T>(
        &self,
        lasts: Durability,
        write: impl FnOnce(&mut Conn) -> DbResult<T>,
    ) -> Option<Result<T, DbError>> {
        let written = self.pool.connected_to_write(lasts, WriterWait::Never, |conn| {
            match AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE") {
                Ok(()) => self.write_begun(conn, |conn| Ok(write(conn)?), nothing_unstamped).map(Some),
                Err(_) => Ok(None),
            }
        });
        written.transpose()
    }

    /// Has everything that was committed outlive a power cut.
    pub fn make_last(&self) -> Result<(), DbError> {
        match self.log_file().and_then(File::open).and_then(|log| log.sync_data()) {
            // What is no longer in the log was moved to the file, which waits for the disk.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(DbError::Write(self.path.clone(), error.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// The engine's log, which stands beside the file itself, not beside a link to it.
    fn log_file(&self) -> std::io::Result<PathBuf> {
        let mut log = std::fs::canonicalize(&self.path)?.into_os_string();
        log.push("-wal");
        Ok(log.into())
    }

    /// Writes, then does what is to be done `last` of all before the commit; the file that this gives, and its lock, are
    /// held until the commit has returned.
    fn write_then<T, E: From<DbError>>(
        &self,
        lasts: Durability,
        write: impl FnOnce(&mut Conn) -> Result<T, E>,
        last: impl FnOnce(&mut Conn) -> Result<Option<File>, DbError>,
    ) -> Result<T, E> {
        self.pool.connected_to_write(lasts, WriterWait::AWhile, |conn| {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
                .map_err(|error| self.unwritten(&error))?;
            self.write_begun(conn, write, last)
        })
    }

    /// The rest of a transaction that has begun.
    fn write_begun<T, E: From<DbError>>(
        &self,
        conn: &mut Conn,
        write: impl FnOnce(&mut Conn) -> Result<T, E>,
        last: impl FnOnce(&mut Conn) -> Result<Option<File>, DbError>,
    ) -> Result<T, E> {
        match write(conn).and_then(|value| Ok((value, last(conn)?))) {
            Ok((value, held)) => {
                AnsiTransactionManager::commit_transaction(conn).map_err(|error| self.unwritten(&error))?;
                if held.is_some() {
                    access::checkpoint_as_usual(conn);
                }
                Ok(value)
            }
            Err(error) => {
                // A read-only file lets a transaction begin, and refuses the first statement that writes.
                let refused = conn.batch_execute(WRITES_NOTHING).map_err(|error| self.unwritten(&error));
                // A full disk has ended it already. A connection that is still in it is given up.
                let _ = AnsiTransactionManager::rollback_transaction(conn);
                access::checkpoint_as_usual(conn);
                refused?;
                Err(error)
            }
        }
    }

    fn unwritten(&self, error: &diesel::result::Error) -> DbError {
        DbError::Write(self.path.clone(), error.to_string())
    }
}

/// Holds, while developing, that nothing is left to be stamped by whoever doesn't stamp.
fn nothing_unstamped(conn: &mut Conn) -> Result<Option<File>, DbError> {
    if cfg!(debug_assertions) {
        stamp::refuse_unstamped(conn)?;
    }
    Ok(None)
}

/// A statement that writes, but for what it writes.
const WRITES_NOTHING: &str = "DELETE FROM __diesel_schema_migrations WHERE 1 = 0";

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_log_of_a_database_that_is_a_link_is_found_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("kept/r.db"), folder.path().join("r.db"));
        drop(Db::open(&file.to_string_lossy(), IfMissing::Create).unwrap());
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let db = Db::open(&link.to_string_lossy(), IfMissing::Fail).unwrap();
        db.write_lasting(Durability::Soon, |conn| conn.batch_execute("CREATE TABLE one (id)")).unwrap();
        assert!(db.log_file().unwrap().exists());
        db.make_last().unwrap();
    }
}
