//! The days on which reminders and digests go out (spec 2.8).

use std::fs;

use anyhow::Context;
use chrono::NaiveDate;

use crate::app::App;
use crate::policy::ReminderRules;
use crate::schedule::{Calendar, Published};

/// The sending days that the policy's rules and the settings make.
#[derive(Debug, Clone)]
pub struct SendingDays {
    /// The working days behind them.
    pub calendar: Calendar,
    working_days_only: bool,
}

impl SendingDays {
    /// Reads the published bank holidays, where the settings name a file, each time anew: a newer copy counts from the
    /// next run on.
    pub fn read(app: &App, rules: &ReminderRules) -> anyhow::Result<Self> {
        let calendar =
            Calendar::new(rules.extra_holidays.iter().copied(), rules.not_holidays.iter().copied());
        let calendar = match &app.config.schedule.bank_holidays {
            None => calendar,
            Some(file) => {
                let advice = || {
                    format!(
                        "the bank holidays {} can't be read: copy https://www.gov.uk/bank-holidays.json there anew, \
                         or take `bank_holidays` out of [schedule]",
                        file.display()
                    )
                };
                let text = fs::read_to_string(file).with_context(advice)?;
                calendar.with(Published::parse(&text).with_context(advice)?)
            }
        };
        Ok(Self { calendar, working_days_only: rules.working_days_only })
    }

    /// Whether reminders go out on `day`.
    pub fn includes(&self, day: NaiveDate) -> bool {
        !self.working_days_only || self.calendar.is_working_day(day)
    }
}
