//! When what is recorded counts as known: an answer for an instant never changes (spec 2.1).
//!
//! Whoever records anything that can be asked for by an instant writes [`UNSTAMPED`](super::UNSTAMPED) and goes through
//! [`Db::write_stamped`]: the last statements before the commit put the instant in its place, under a lock that is held
//! until the commit has returned. Whoever asks by an instant gets it from [`Db::known_by`], which waits for that lock.
//! So everything stamped by the instant is there to be read, and whatever is stamped later is stamped later than it.

use chrono::{DateTime, SubsecRound, Utc};

use super::conn::WriteTerms;
use super::engine;
use super::stamp::{newest, stamp};
use super::{Conn, Db, DbError, DbResult, Locks};
use crate::clock::Clock;

impl Db {
    /// [`Db::write`], with everything recorded as [`UNSTAMPED`](super::UNSTAMPED) stamped at its end: with the instant of `clock` then, or
    /// just after the newest instant recorded anywhere where the clock stood still or went back.
    ///
    /// # Errors
    /// As [`Db::write`], and when somebody has kept the lock for too long.
    pub fn write_stamped<T>(
        &self,
        locks: Locks,
        clock: impl Into<Clock>,
        mut write: impl FnMut(&mut Conn) -> DbResult<T>,
    ) -> Result<T, DbError> {
        self.try_write_stamped(locks, clock, |conn| Ok(write(conn)?))
    }

    /// [`Db::write_stamped`], for what the writer may also give up for a reason of its own.
    pub(crate) fn try_write_stamped<T, E: From<DbError>>(
        &self,
        locks: Locks,
        clock: impl Into<Clock>,
        write: impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_then_stamp(WriteTerms::USUAL, locks, clock.into(), write)
    }

    /// [`Db::try_write_stamped`], for an import: rows by the million, of which each refers to what was read or written in the
    /// same transaction.
    pub(crate) fn try_write_import<T, E: From<DbError>>(
        &self,
        locks: Locks,
        clock: impl Into<Clock>,
        write: impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_then_stamp(WriteTerms::IMPORT, locks, clock.into(), write)
    }

    fn write_then_stamp<T, E: From<DbError>>(
        &self,
        terms: WriteTerms,
        locks: Locks,
        clock: Clock,
        write: impl FnMut(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_then(terms, locks, write, |conn| {
            engine::before_stamped(conn)?;
            let held = engine::lock_to_stamp(self.place(), conn)?;
            stamp(conn, clock)?;
            Ok(Some(held))
        })
    }

    /// The instant by which what is known is to be told: the one `asked` for, or that of asking. From then on, whatever
    /// is read as known by it stays as it is.
    ///
    /// # Errors
    /// When it is in the future, the database can't be read, or somebody has kept the lock for too long.
    pub fn known_by(
        &self,
        asked: Option<DateTime<Utc>>,
        clock: impl Into<Clock>,
    ) -> Result<DateTime<Utc>, DbError> {
        let clock = clock.into();
        let newest = || self.read(newest);
        if let Some(asked) = asked.map(|asked| asked.trunc_subsecs(6)) {
            // Instants are given in the order of commits: what was stamped by then was committed before the newest.
            if newest()?.is_some_and(|newest| asked <= newest) {
                return Ok(asked);
            }
            let now = self.read(|conn| engine::now(conn, clock))?;
            if asked > now {
                return Err(DbError::InTheFuture { asked, now });
            }
            return match self.wait_for_stamps()? {
                StampWait::InVain(unread) => Err(DbError::NotSettled(unread)),
                StampWait::Enough => Ok(asked),
            };
        }
        let now = self.read(|conn| engine::now(conn, clock))?;
        let waited = self.wait_for_stamps()?;
        let newest = newest()?;
        Ok(match (newest, waited) {
            (Some(newest), StampWait::Enough) => newest.max(now),
            // What was committed last was stamped last, so that nothing is still to come with an instant before it.
            (Some(newest), StampWait::InVain(_)) => newest,
            (None, _) => now,
        })
    }

    /// The newest instant at which anything was recorded; `None` where nothing ever was.
    pub fn newest_instant(&self) -> Result<Option<DateTime<Utc>>, DbError> {
        self.read(newest)
    }

    fn wait_for_stamps(&self) -> Result<StampWait, DbError> {
        self.try_read(|conn| engine::wait_for_stamps(self.place(), conn))
    }
}

/// Whether everybody between a stamp and its commit was waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StampWait {
    Enough,
    /// What would tell may not be read by this user.
    #[cfg_attr(feature = "postgres", expect(dead_code, reason = "it is no file there"))]
    InVain(String),
}
