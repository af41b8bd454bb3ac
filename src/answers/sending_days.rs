//! The days on which reminders and digests go out (spec 2.8).

use chrono::{Days, NaiveDate};

use crate::app::App;
use crate::policy::ReminderRules;
use crate::schedule::Calendar;

/// The sending days that the policy's rules and the settings make.
#[derive(Debug, Clone)]
pub(crate) struct SendingDays {
    /// The working days behind them.
    pub(crate) calendar: Calendar,
    working_days_only: bool,
}

impl SendingDays {
    /// Reads the published bank holidays, where the settings name a file.
    pub(crate) fn read(app: &App, rules: &ReminderRules) -> anyhow::Result<Self> {
        let calendar =
            Calendar::new(rules.extra_holidays.iter().copied(), rules.not_holidays.iter().copied())
                .with(app.published_holidays()?);
        Ok(Self { calendar, working_days_only: rules.working_days_only })
    }

    /// Whether reminders go out on `day`.
    pub(crate) fn includes(&self, day: NaiveDate) -> bool {
        !self.working_days_only || self.calendar.is_working_day(day)
    }

    /// The first sending day after `day`; where there is none for a year, the end of it.
    pub(crate) fn next_after(&self, day: NaiveDate) -> NaiveDate {
        let last = day.checked_add_days(Days::new(366)).unwrap_or(day);
        day.iter_days().skip(1).take_while(|day| *day < last).find(|day| self.includes(*day)).unwrap_or(last)
    }
}
