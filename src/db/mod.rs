//! The database: how it is opened, migrated, read and written. The only room, with the `store` modules, that knows
//! diesel.

mod clock;
mod conn;
pub(crate) mod engine;
mod error;
mod instant;
mod locks;
mod opening;
mod pool;
pub(crate) mod row;
pub(crate) mod schema;
mod stamp;
mod upkeep;
mod versions;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use clock::{agreed_now, agrees, now};
pub(crate) use conn::Home;
use conn::WriteTerms;
pub(crate) use conn::WriterWait;
pub use conn::{DbResult, Durability, IfMissing, IfOlder};
pub(crate) use engine::{
    BACKUP_ENDING, Backend, DEFAULT_URL, DateColumn, DayText, Streaming, TextColumn, url_beside,
};
pub use engine::{Conn, Place};
pub use error::{BackupError, DbError};
use locks::Holding;
pub(crate) use locks::expect_held;
pub use locks::{Lock, Locks};
use pool::Pool;
pub(crate) use row::{InsertedRow, insert_all};
pub(crate) use stamp::UNSTAMPED;
pub use upkeep::SweepOutcome;
pub(crate) use upkeep::Thoroughness;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use engine::StampLock;

/// A pool of connections to one database.
#[derive(Clone)]
pub struct Db {
    pool: Arc<Pool>,
    kept_as_it_was: Option<PathBuf>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("place", self.place()).finish_non_exhaustive()
    }
}

impl Db {
    /// Where the database is.
    pub fn place(&self) -> &Place {
        self.pool.access().place()
    }

    /// What the database is known by, wherever it is opened from.
    pub(crate) fn home(&self) -> Result<Home, DbError> {
        engine::home(self.place(), || self.pool.access().connect())
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
        self.pool.within(None, engine::begin_read, E::from, |conn, ()| match read(conn) {
            Ok(value) => {
                AnsiTransactionManager::commit_transaction(conn)?;
                Ok(value)
            }
            Err(error) => {
                // A connection that is still in it is given up.
                let _ = AnsiTransactionManager::rollback_transaction(conn);
                Err(error)
            }
        })
    }

    /// Writes within one transaction that takes these locks at once: all of it is kept, or nothing. That it can't be
    /// begun, or kept, is the database's fault and names it.
    pub fn write<T>(&self, locks: Locks, write: impl FnOnce(&mut Conn) -> DbResult<T>) -> Result<T, DbError> {
        self.write_lasting(locks, Durability::AtOnce, write)
    }

    /// [`Db::write`], for what the writer may also give up, with nothing kept, for a reason of its own.
    pub(crate) fn try_write<T, E: From<DbError>>(
        &self,
        locks: Locks,
        write: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_then(locks, Durability::AtOnce, write, nothing_unstamped)
    }

    /// [`Db::write`], where whoever writes many small things one after the other has them outlive a power cut together:
    /// each waits for the disk otherwise, and for nothing but that.
    pub fn write_lasting<T>(
        &self,
        locks: Locks,
        lasts: Durability,
        write: impl FnOnce(&mut Conn) -> DbResult<T>,
    ) -> Result<T, DbError> {
        self.write_then(locks, lasts, |conn| Ok(write(conn)?), nothing_unstamped)
    }

    /// [`Db::write_lasting`], for whoever must not wait; `None`, with nothing done, where another writes at this moment.
    pub(crate) fn write_unless_busy<T>(
        &self,
        locks: Locks,
        lasts: Durability,
        write: impl FnOnce(&mut Conn) -> DbResult<T>,
    ) -> Option<Result<T, DbError>> {
        let terms = WriteTerms { lasts, waits: WriterWait::Never };
        let begin = |conn: &mut Conn| engine::begin_write_unless_busy(conn, locks, terms);
        let written = self.pool.within(
            Some(terms),
            begin,
            |error| self.unwritten(&error),
            |conn, begun| match begun {
                true => self.write_begun(conn, locks, |conn| Ok(write(conn)?), nothing_unstamped).map(Some),
                false => Ok(None),
            },
        );
        written.transpose()
    }

    /// Has everything that was committed outlive a power cut.
    pub fn make_last(&self) -> Result<(), DbError> {
        engine::make_last(self.place(), || self.pool.access().connect())
    }

    /// Writes, then does what is to be done `last` of all before the commit; the lock that this gives is held until the
    /// commit has returned.
    fn write_then<T, E: From<DbError>>(
        &self,
        locks: Locks,
        lasts: Durability,
        write: impl FnOnce(&mut Conn) -> Result<T, E>,
        last: impl FnOnce(&mut Conn) -> Result<Option<StampLock>, DbError>,
    ) -> Result<T, E> {
        let terms = WriteTerms { lasts, waits: WriterWait::AWhile };
        let begin = |conn: &mut Conn| engine::begin_write(conn, locks, terms);
        self.pool.within(
            Some(terms),
            begin,
            |error| self.unwritten(&error).into(),
            |conn, ()| self.write_begun(conn, locks, write, last),
        )
    }

    /// The rest of a transaction that has begun.
    fn write_begun<T, E: From<DbError>>(
        &self,
        conn: &mut Conn,
        locks: Locks,
        write: impl FnOnce(&mut Conn) -> Result<T, E>,
        last: impl FnOnce(&mut Conn) -> Result<Option<StampLock>, DbError>,
    ) -> Result<T, E> {
        let holding = Holding::new(locks);
        let written = write(conn).and_then(|value| Ok((value, last(conn)?)));
        drop(holding);
        match written {
            Ok((value, held)) => {
                AnsiTransactionManager::commit_transaction(conn).map_err(|error| self.unwritten(&error))?;
                if held.is_some() {
                    engine::after_stamped(conn);
                }
                Ok(value)
            }
            Err(error) => {
                engine::put_back(conn).map_err(|error| self.unwritten(&error))?;
                Err(error)
            }
        }
    }

    fn unwritten(&self, error: &diesel::result::Error) -> DbError {
        DbError::Write(self.place().to_string(), error.to_string())
    }
}

/// Holds, while developing, that nothing is left to be stamped by whoever doesn't stamp.
fn nothing_unstamped(conn: &mut Conn) -> Result<Option<StampLock>, DbError> {
    if cfg!(debug_assertions) {
        stamp::refuse_unstamped(conn)?;
    }
    Ok(None)
}
