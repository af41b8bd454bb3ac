//! `[schedule]`: the time of day of each job; the day is the rules' to give (spec section 2 and 5).

use chrono::TimeZone;
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

use crate::document::Section;

/// A sound cron expression with seconds, to be read in the configured time zone.
#[derive(Debug, Clone, PartialEq)]
pub struct CronExpression {
    text: String,
    cron: Cron,
}

impl CronExpression {
    /// The expression `text`, or what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parser = CronParser::builder().seconds(Seconds::Required).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| error.to_string())?;
        Ok(Self { text: text.to_owned(), cron })
    }

    /// The expression as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The expression, ready to be asked for its times.
    pub fn cron(&self) -> &Cron {
        &self.cron
    }

    /// Whether it ever comes: 31 February does not. Asked from a fixed day, so that the answer never changes.
    fn ever_comes(&self, zone: Tz) -> bool {
        let from = zone.with_ymd_and_hms(2026, 1, 1, 12, 0, 0).earliest();
        from.is_some_and(|from| self.cron.find_next_occurrence(&from, true).is_ok())
    }
}

/// When jobs run.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Staff reminders, on sending days. Default `0 0 8 * * *`.
    pub reminders: CronExpression,
    /// Managers' digests, on the day the policy gives. Default `0 0 8 * * *`.
    pub manager_digest: CronExpression,
    /// Board summaries, on the first working day of the month. Default `0 0 9 * * *`.
    pub board_summary: CronExpression,
    /// Backups. Default `0 0 2 * * *`.
    pub backup: CronExpression,
}

/// `None` only where a fault was noted.
pub(super) fn read(root: &Section<'_>, zone: Tz) -> Option<Schedule> {
    let section = root.table("schedule", "[schedule]");
    let read = |key, default| expression(section.as_ref(), key, default, zone);
    let reminders = read("reminders", "0 0 8 * * *");
    let manager_digest = read("manager_digest", "0 0 8 * * *");
    let board_summary = read("board_summary", "0 0 9 * * *");
    let backup = read("backup", "0 0 2 * * *");
    if let Some(section) = section {
        section.finish();
    }
    Some(Schedule {
        reminders: reminders?,
        manager_digest: manager_digest?,
        board_summary: board_summary?,
        backup: backup?,
    })
}

fn expression<'a>(
    section: Option<&Section<'a>>,
    key: &'a str,
    default: &str,
    zone: Tz,
) -> Option<CronExpression> {
    let Some((section, text)) = section.and_then(|section| Some((section, section.text(key)?))) else {
        return CronExpression::parse(default).ok(); // Sound: a constant that a test reads.
    };
    let why = match CronExpression::parse(&text) {
        Ok(expression) if expression.ever_comes(zone) => return Some(expression),
        Ok(_) => "it never comes".to_owned(),
        Err(why) => why,
    };
    let message = format!(
        "`{key}` is \"{text}\" and must be a cron expression of six fields (second, minute, hour, day, month, \
         weekday), such as \"{default}\" for every day at that time: {why}"
    );
    section.fault(key, message);
    None
}
