//! The database: how it is opened, migrated, read and written. The only room, with the `store` modules, that knows
//! diesel.

mod clock;
mod conn;
pub(crate) mod engine;
mod error;
mod instant;
mod locks;
#[cfg_attr(
    not(feature = "postgres"),
    expect(dead_code, reason = "the build for PostgreSQL is the one that moves")
)]
pub(crate) mod moving;
mod opening;
mod pool;
mod rewording;
pub(crate) mod row;
pub(crate) mod schema;
mod stamp;
mod upkeep;
mod versions;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

pub(crate) use clock::{agreed_now, agrees, now};
pub(crate) use conn::Home;
use conn::WriteTerms;
pub(crate) use conn::WriterWait;
pub use conn::{DatabaseAt, DbResult, Durability, IfMissing, IfOlder, Statements};
pub(crate) use engine::grants;
pub(crate) use engine::{
    BACKUP_ENDING, Backend, DEFAULT_URL, DateColumn, DayValue, MADE_AT_ONCE, Streaming, TextColumn, each_row,
    number, unlocked, url_beside, with_first_rows,
};
pub use engine::{Conn, Place};
pub use error::{BackupError, DbError};
use locks::Holding;
pub(crate) use locks::expect_held;
pub use locks::{Lock, Locks};
use pool::Pool;
pub(crate) use rewording::{TextsIn, reword};
pub(crate) use row::{InsertedRow, insert_all};
pub(crate) use stamp::UNSTAMPED;
pub(crate) use upkeep::{Gravity, RewriteRight, Thoroughness};
pub use upkeep::{SweepOutcome, SweepWay};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use engine::StampLock;

use crate::measures::{Measures, Occurrence, TimedWork};

/// A pool of connections to one database.
#[derive(Clone)]
pub struct Db {
    pool: Arc<Pool>,
    measures: Arc<Measures>,
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

    /// What this process measured of itself, of this database and of all that is done with it.
    pub(crate) fn measures(&self) -> &Measures {
        &self.measures
    }

    /// How many connections there are, and how many of them are in use. It asks no database.
    pub(crate) fn connections(&self) -> (usize, usize) {
        self.pool.connections()
    }

    /// What the database is known by, wherever it is opened from.
    pub(crate) fn home(&self) -> Result<Home, DbError> {
        self.try_read(|conn| engine::home(self.place(), conn))
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
        self.try_read_begun(engine::begin_read, read)
    }

    /// Two readers side by side, each over a connection of its own; `None`, where there was no second one in time. On a server
    /// both see the same; a file may be written to between the beginnings of the two, which they have to notice.
    pub(crate) fn read_side_by_side<A, B: Send>(
        &self,
        first: impl FnOnce(&mut Conn) -> DbResult<A>,
        second: impl FnOnce(&mut Conn) -> DbResult<B> + Send,
    ) -> Result<Option<(A, B)>, DbError> {
        let (shares, shared) = mpsc::channel();
        let (begins, begun) = mpsc::channel();
        let (first, second) = std::thread::scope(|threads| {
            let second = threads.spawn(move || {
                let shared = shared.recv().map_err(|_| stopped())?;
                self.try_read_begun(
                    |conn| engine::begin_read_as(conn, &shared),
                    |conn| {
                        // Whoever waits for it has gone, where that fails.
                        let _ = begins.send(());
                        Ok::<_, DbError>(second(conn)?)
                    },
                )
            });
            let first = self.read(move |conn| {
                // Whoever waits for it has gone, where that fails; and here.
                let _ = shares.send(engine::share_snapshot(conn)?);
                let value = first(conn)?;
                // A pooler may have none for the second before this one is given back.
                Ok((value, begun.recv_timeout(SECOND_READER_WITHIN)))
            });
            (first, second.join())
        });
        let (first, second) = (first?, second.map_err(|_| stopped())?);
        match first {
            (_, Err(RecvTimeoutError::Timeout)) => Ok(None),
            (first, _) => Ok(Some((first, second?))),
        }
    }

    fn try_read_begun<T, E: From<DbError> + From<diesel::result::Error>>(
        &self,
        begin: impl FnMut(&mut Conn) -> Result<(), diesel::result::Error>,
        read: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        self.pool.within(None, begin, E::from, |conn, ()| match read(conn) {
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
    ///
    /// Where the engine puts it back for a reason that passes, such as a connection that was lost, it is written again
    /// (spec 20.3): `write` may be called more than once, and does nothing outside the database.
    pub fn write<T>(
        &self,
        locks: Locks,
        mut write: impl FnMut(&mut Conn) -> DbResult<T>,
    ) -> Result<T, DbError> {
        self.write_then(WriteTerms::USUAL, locks, |conn| Ok(write(conn)?), nothing_unstamped)
    }

    /// [`Db::write`], for what the writer may also give up, with nothing kept, for a reason of its own.
    pub(crate) fn try_write<T, E: From<DbError>>(
        &self,
        locks: Locks,
        write: impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_then(WriteTerms::USUAL, locks, write, nothing_unstamped)
    }

    /// Writes once, as whoever writes many small things one after the other, and comes back to what could not be written:
    /// they outlive a power cut together where they last soon, since each waits for the disk otherwise, and for nothing but
    /// that.
    pub fn write_lasting<T>(
        &self,
        locks: Locks,
        lasts: Durability,
        write: impl FnOnce(&mut Conn) -> DbResult<T>,
    ) -> Result<T, DbError> {
        let terms = WriteTerms { lasts, ..WriteTerms::USUAL };
        self.pool.within(
            Some(terms),
            |conn| self.begin_write(conn, locks, terms),
            |error| self.unwritten(&error),
            |conn, ()| self.write_once(conn, locks, write),
        )
    }

    /// [`Db::write_lasting`], for whoever must not wait; `None`, with nothing done, where another writes at this moment.
    pub(crate) fn write_unless_busy<T>(
        &self,
        locks: Locks,
        lasts: Durability,
        write: impl FnOnce(&mut Conn) -> DbResult<T>,
    ) -> Option<Result<T, DbError>> {
        let terms = WriteTerms { lasts, waits: WriterWait::Never, ..WriteTerms::USUAL };
        let begin = |conn: &mut Conn| engine::begin_write_unless_busy(conn, locks, terms);
        let written = self.pool.within(
            Some(terms),
            begin,
            |error| self.unwritten(&error),
            |conn, begun| match begun {
                true => self.write_once(conn, locks, write).map(Some),
                false => Ok(None),
            },
        );
        written.transpose()
    }

    /// Has everything that was committed outlive a power cut.
    pub fn make_last(&self) -> Result<(), DbError> {
        engine::make_last(self.place())
    }

    /// The rest of a transaction that has begun and is not written again.
    fn write_once<T>(
        &self,
        conn: &mut Conn,
        locks: Locks,
        write: impl FnOnce(&mut Conn) -> DbResult<T>,
    ) -> Result<T, DbError> {
        let written = self.write_begun(conn, locks, |conn| Ok(write(conn)?), nothing_unstamped);
        written.map_err(|put_back: PutBack<DbError>| put_back.error)
    }

    /// Writes, then does what is to be done `last` of all before the commit; the lock that this gives is held until the
    /// commit has returned. What was put back for a reason that passes is written again.
    fn write_then<T, E: From<DbError>>(
        &self,
        terms: WriteTerms,
        locks: Locks,
        mut write: impl FnMut(&mut Conn) -> Result<T, E>,
        last: impl Fn(&mut Conn) -> Result<Option<StampLock>, DbError>,
    ) -> Result<T, E> {
        let mut left = TRIED_AGAIN;
        loop {
            let ended = self.pool.within(
                Some(terms),
                |conn| self.begin_write(conn, locks, terms),
                |error| PutBack { passes: engine::passes(&error), error: self.unwritten(&error).into() },
                |conn, ()| self.write_begun(conn, locks, &mut write, &last),
            );
            match ended {
                Ok(value) => return Ok(value),
                Err(PutBack { passes: Some(word), .. }) if left > 0 => {
                    self.measures.count(Occurrence::DatabaseRetry, &[word]);
                    left -= 1;
                }
                Err(PutBack { error, .. }) => return Err(error),
            }
            self.pool.await_return();
        }
    }

    /// The rest of a transaction that has begun.
    fn write_begun<T, E: From<DbError>>(
        &self,
        conn: &mut Conn,
        locks: Locks,
        write: impl FnOnce(&mut Conn) -> Result<T, E>,
        last: impl FnOnce(&mut Conn) -> Result<Option<StampLock>, DbError>,
    ) -> Result<T, PutBack<E>> {
        let holding = Holding::new(locks);
        let written = write(conn).and_then(|value| {
            let held = last(conn)?;
            Ok((value, held, engine::commit_mark(conn).map_err(DbError::from)?))
        });
        drop(holding);
        let (value, held, mark) = match written {
            Ok(written) => written,
            Err(error) => {
                let passes = engine::saw_what_passes();
                let refused = engine::put_back(conn).map_err(|error| self.unwritten(&error).into());
                return Err(PutBack { passes, error: refused.err().unwrap_or(error) });
            }
        };
        if let Err(error) = AnsiTransactionManager::commit_transaction(conn) {
            let kept = engine::was_kept(&error, mark, || self.pool.access().connect());
            if kept != Some(true) {
                let passes = engine::passes(&error).filter(|_| kept == Some(false));
                return Err(PutBack { passes, error: self.unwritten(&error).into() });
            }
        }
        if held.is_some() {
            engine::after_stamped(conn);
        }
        Ok(value)
    }

    /// Begins a transaction that writes, and measures how long it waited for others.
    fn begin_write(
        &self,
        conn: &mut Conn,
        locks: Locks,
        terms: WriteTerms,
    ) -> Result<(), diesel::result::Error> {
        let asked = Instant::now();
        let begun = engine::begin_write(conn, locks, terms);
        self.measures.took(TimedWork::LockWait, &[&locks.word()], asked.elapsed());
        begun
    }

    fn unwritten(&self, error: &diesel::result::Error) -> DbError {
        DbError::Write(self.place().to_string(), error.to_string())
    }
}

/// A reader that ended before its time.
fn stopped() -> DbError {
    DbError::Stopped("a reader stopped".to_owned())
}

/// For how long a reader that has all it wants waits for the other to begin.
const SECOND_READER_WITHIN: Duration = Duration::from_secs(5);

/// How often what was put back for a reason that passes is written again.
const TRIED_AGAIN: u32 = 3;

/// Why nothing of a transaction is kept, and the word for what passes, where another try may fare better.
struct PutBack<E> {
    passes: Option<&'static str>,
    error: E,
}

impl<E: From<DbError>> From<DbError> for PutBack<E> {
    fn from(error: DbError) -> Self {
        Self { passes: None, error: error.into() }
    }
}

/// Holds, while developing, that nothing is left to be stamped by whoever doesn't stamp.
fn nothing_unstamped(conn: &mut Conn) -> Result<Option<StampLock>, DbError> {
    if cfg!(debug_assertions) {
        stamp::refuse_unstamped(conn)?;
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
