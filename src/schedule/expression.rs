//! Cron expressions in an organisation's time zone, and the slots they name.
//!
//! croner says which *local* times an expression names; which instant a local time is, is decided here. Left to itself,
//! croner runs `0 15 1 * * *` after the gap of March but `0 */15 1 * * *` not at all, and the latter twice in the fold of
//! October: the rule is one for all (spec section 5).

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, SubsecRound, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

/// The instant a job was to run at by its expression. With the job's name it is the key of the run ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Slot(pub DateTime<Utc>);

/// A cron expression of six fields: second, minute, hour, day of month, month, day of week.
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
    cron: Cron,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Expression {}

/// Why an expression can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// It can't be read.
    #[error(
        "{0:?} is not a cron expression ({1}): write six fields, second minute hour day month weekday, such as \"0 0 8 * * *\" for eight every morning"
    )]
    Unreadable(String, String),
    /// It names no time, as 30 February.
    #[error("{0:?} names a time that never comes: correct its day and month")]
    Never(String),
}

impl FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        let parser = CronParser::builder().seconds(Seconds::Required).year(Year::Disallowed).build();
        let cron = parser
            .parse(text)
            .map_err(|error| ExpressionError::Unreadable(text.to_owned(), error.to_string()))?;
        match cron.find_next_occurrence(&DateTime::UNIX_EPOCH, true) {
            Ok(_) => Ok(Self { text: text.to_owned(), cron }),
            Err(_) => Err(ExpressionError::Never(text.to_owned())),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Expression {
    /// The latest slot at or before `now`, if it is after `after`. All slots between are passed over: a missed job runs
    /// once, not once for each time it was missed.
    pub fn latest_slot(&self, zone: Tz, after: Option<Slot>, now: DateTime<Utc>) -> Option<Slot> {
        // When the clock has gone back an hour, local times after the present one have been already: they are looked
        // at too. At any other time the two instants are the same.
        let local_now = local(zone, now);
        let repeated = now.trunc_subsecs(0) - instant(zone, local_now)?;
        let mut time = local_now.checked_add_signed(repeated)?.and_utc();
        let mut inclusive = true;
        loop {
            time = self.cron.find_previous_occurrence(&time, inclusive).ok()?;
            inclusive = false;
            let slot = Slot(instant(zone, time.naive_utc())?);
            if slot.0 <= now {
                return Some(slot).filter(|slot| after.is_none_or(|after| *slot > after));
            }
        }
    }

    /// The first slot after `after`; `None` beyond the end of the calendar.
    pub(crate) fn next_slot(&self, zone: Tz, after: DateTime<Utc>) -> Option<Slot> {
        let mut time = local(zone, after).and_utc();
        loop {
            time = self.cron.find_next_occurrence(&time, false).ok()?;
            let slot = Slot(instant(zone, time.naive_utc())?);
            if slot.0 > after {
                return Some(slot);
            }
        }
    }
}

/// What the clock on the wall shows, in whole seconds.
fn local(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local().trunc_subsecs(0)
}

/// The first instant at which the clock on the wall shows `time`, or has gone past it: the end of the gap for a time
/// that does not exist, the first of the two for one that comes twice.
fn instant(zone: Tz, time: NaiveDateTime) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&time) {
        MappedLocalTime::Single(at) => Some(at.to_utc()),
        MappedLocalTime::Ambiguous(first, second) => Some(first.min(second).to_utc()),
        MappedLocalTime::None => GapInfo::new(&time, &zone)?.end.map(|end| end.to_utc()),
    }
}

#[cfg(test)]
mod tests;
