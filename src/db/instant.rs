//! When what is recorded counts as known: an answer for an instant never changes (spec 2.1).
//!
//! Whoever records anything that can be asked for by an instant writes [`UNSTAMPED`](super::UNSTAMPED) and goes through
//! [`Db::write_stamped`]: the last statements before the commit put the instant in its place, under a lock that is held
//! until the commit has returned. Whoever asks by an instant gets it from [`Db::known_by`], which waits for that lock.
//! So everything stamped by the instant is there to be read, and whatever is stamped later is stamped later than it.
//!
//! The lock is one of a file beside the database, not of the database: nobody waits for a whole import, only for its
//! last statements.

use std::fs::{File, TryLockError};
use std::io;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound, Utc};

use super::access::put_off_checkpoints;
use super::stamp::{newest, stamp};
use super::{Conn, Db, DbError, DbResult, Durability};
use crate::clock::Clock;
use crate::files::private;

/// How long one waits for the other: the lock is held for as long as a commit takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is tried meanwhile.
const TRIED_EVERY: Duration = Duration::from_millis(1);

impl Db {
    /// [`Db::write`], with everything recorded as [`UNSTAMPED`](super::UNSTAMPED) stamped at its end: with the instant of `clock` then, or
    /// just after the newest instant recorded anywhere where the clock stood still or went back.
    ///
    /// # Errors
    /// As [`Db::write`], and when somebody has kept the lock for too long.
    pub fn write_stamped<T>(
        &self,
        clock: impl Into<Clock>,
        write: impl FnOnce(&mut Conn) -> DbResult<T>,
    ) -> Result<T, DbError> {
        self.try_write_stamped(clock, |conn| Ok(write(conn)?))
    }

    /// [`Db::write_stamped`], for what the writer may also give up for a reason of its own.
    pub(crate) fn try_write_stamped<T, E: From<DbError>>(
        &self,
        clock: impl Into<Clock>,
        write: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let clock = clock.into();
        self.write_then(Durability::AtOnce, write, |conn| {
            // Moving what a long import wrote from the log to the file is left to a later commit, which nobody waits for.
            put_off_checkpoints(conn)?;
            let held = self.lock_to_stamp()?;
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
        let now = clock.into().now();
        let newest = || self.read(newest);
        if let Some(asked) = asked.map(|asked| asked.trunc_subsecs(6)) {
            // Instants are given in the order of commits: what was stamped by then was committed before the newest.
            if newest()?.is_some_and(|newest| asked <= newest) {
                return Ok(asked);
            }
            if asked > now {
                return Err(DbError::InTheFuture { asked, now });
            }
            return match self.wait_for_stamps()? {
                StampWait::InVain => Err(DbError::NotSettled(self.lock_file())),
                StampWait::Enough => Ok(asked),
            };
        }
        let waited = self.wait_for_stamps()?;
        let newest = newest()?;
        Ok(match (newest, waited) {
            (Some(newest), StampWait::Enough) => newest.max(now),
            // What was committed last was stamped last, so that nothing is still to come with an instant before it.
            (Some(newest), StampWait::InVain) => newest,
            (None, _) => now,
        })
    }

    /// The newest instant at which anything was recorded; `None` where nothing ever was.
    pub fn newest_instant(&self) -> Result<Option<DateTime<Utc>>, DbError> {
        self.read(newest)
    }

    /// The file whose lock is held from the stamp to the commit.
    fn lock_file(&self) -> PathBuf {
        let mut name = self.path().as_os_str().to_owned();
        name.push("-instant");
        PathBuf::from(name)
    }

    fn lock_to_stamp(&self) -> Result<File, DbError> {
        let path = self.lock_file();
        let failed = |error: io::Error| DbError::Write(path.clone(), error.to_string());
        let file = private::open_beside(&path, self.path()).map_err(failed)?;
        self.lock(&file, File::try_lock)?;
        Ok(file)
    }

    /// Waits until nobody is between a stamp and its commit.
    fn wait_for_stamps(&self) -> Result<StampWait, DbError> {
        match File::open(self.lock_file()) {
            Ok(file) => {
                self.lock(&file, File::try_lock_shared)?;
                Ok(StampWait::Enough)
            }
            // Whoever stamps makes it first: nobody is about to commit.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(StampWait::Enough),
            Err(_) => Ok(StampWait::InVain),
        }
    }

    fn lock(&self, file: &File, lock: fn(&File) -> Result<(), TryLockError>) -> Result<(), DbError> {
        let began = Instant::now();
        loop {
            match lock(file) {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => sleep(TRIED_EVERY),
                Err(TryLockError::WouldBlock) => return Err(DbError::Stamping(self.lock_file())),
                Err(TryLockError::Error(error)) => {
                    return Err(DbError::Write(self.lock_file(), error.to_string()));
                }
            }
        }
    }
}

/// Whether everybody between a stamp and its commit was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StampWait {
    Enough,
    /// The file that tells may not be opened by this user.
    InVain,
}
