//! The one place the time is read. A job or command reads it once and passes `now` and `today` down.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use chrono_tz::Tz;

/// Where the time comes from: the machine, a stand-in for the current date, or a fixed instant in tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's instants, but this civil date as today (`--today`, spec section 4).
    OnDate(NaiveDate),
    /// Always this instant.
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// The current instant, in whole microseconds: every engine keeps those and compares them alike.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            Clock::System | Clock::OnDate(_) => Utc::now(),
            Clock::Fixed(now) => *now,
        };
        now.trunc_subsecs(6)
    }

    /// Whether the current civil date in `zone` is the machine's own.
    pub(crate) fn is_real_day(&self, zone: Tz) -> bool {
        match self {
            Clock::OnDate(today) => *today == Clock::System.today(zone),
            Clock::System | Clock::Fixed(_) => true,
        }
    }

    /// `today` as it counts for what is recorded for good: no stand-in for it is later than the machine's own date.
    pub(crate) fn today_for_good(&self, today: NaiveDate, zone: Tz) -> NaiveDate {
        match self {
            Clock::OnDate(_) => today.min(Clock::System.today(zone)),
            Clock::System | Clock::Fixed(_) => today,
        }
    }

    /// The current civil date in `zone`.
    pub fn today(&self, zone: Tz) -> NaiveDate {
        match self {
            Clock::OnDate(today) => *today,
            Clock::System | Clock::Fixed(_) => self.now().with_timezone(&zone).date_naive(),
        }
    }
}

/// A clock that stands still at the instant.
impl From<DateTime<Utc>> for Clock {
    fn from(now: DateTime<Utc>) -> Self {
        Self::Fixed(now)
    }
}
