//! The database's clock, by which leases, due times and slots are judged wherever several machines share it (spec 20.5).

use chrono::{DateTime, TimeDelta, Utc};

use super::engine::{self, Conn};
use super::{Db, DbError, DbResult};
use crate::clock::Clock;

/// How far a machine's own clock may be from the database's before it begins nothing any more: its times would be taken
/// for what they are not by everybody else.
const MOST_OFF: TimeDelta = TimeDelta::seconds(5);

/// The instant by the database's clock, within the transaction that judges by it. A database without a clock of its own
/// goes by `clock`.
pub(crate) fn now(conn: &mut Conn, clock: Clock) -> DbResult<DateTime<Utc>> {
    engine::now(conn, clock)
}

/// [`now`], for whoever begins something.
///
/// # Errors
/// When the two are too far apart for this machine to begin any work, or the database fails.
pub(crate) fn agreed_now(conn: &mut Conn, clock: Clock) -> Result<DateTime<Utc>, DbError> {
    let now = now(conn, clock)?;
    let ahead = clock.now() - now;
    if agrees(ahead) { Ok(now) } else { Err(DbError::ClockOff(ahead)) }
}

impl Db {
    /// How far `clock` is ahead of the database's.
    pub(crate) fn clock_difference(&self, clock: Clock) -> Result<TimeDelta, DbError> {
        self.read(|conn| {
            let before = clock.now();
            let now = now(conn, clock)?;
            // The answer was on its way for about half of the time.
            Ok(before + (clock.now() - before) / 2 - now)
        })
    }
}

/// Whether a clock that is so far ahead, or behind, is near enough.
pub(crate) fn agrees(ahead: TimeDelta) -> bool {
    ahead.abs() <= MOST_OFF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_more_than_five_seconds_off_begins_nothing() {
        for (milliseconds, may) in [(0, true), (5_000, true), (-5_000, true), (5_001, false), (-5_001, false)]
        {
            assert_eq!(agrees(TimeDelta::milliseconds(milliseconds)), may, "{milliseconds}");
        }
    }
}
