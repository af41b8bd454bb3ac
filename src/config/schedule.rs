//! `[schedule]`: the time of day of each job; the day is the rules' to give (spec section 2 and 5).

use std::path::{Path, PathBuf};

use crate::schedule::{Expression, ExpressionError};
use crate::toml_file::TableSection;

/// When jobs run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Staff reminders, on sending days. Default `0 0 8 * * *`.
    pub reminders: Expression,
    /// Managers' digests, on the first sending day of the week from the policy's `manager_day` on. Default
    /// `0 0 8 * * *`.
    pub manager_digest: Expression,
    /// Board summaries, on the first working day of the month. Default `0 0 9 * * *`.
    pub board_summary: Expression,
    /// The purge of leavers' data, before the backup. Default `0 30 1 * * *`.
    pub purge: Expression,
    /// Backups. Default `0 0 2 * * *`.
    pub backup: Expression,
    /// A copy of the government's list of bank holidays. Default: none, the holidays follow from their rules.
    pub bank_holidays: Option<PathBuf>,
}

/// `None` only where a fault was noted.
pub(super) fn read(root: &TableSection<'_>, folder: &Path) -> Option<Schedule> {
    let section = root.table("schedule", "[schedule]");
    let read = |key, default| expression(section.as_ref(), key, default);
    let reminders = read("reminders", "0 0 8 * * *");
    let manager_digest = read("manager_digest", "0 0 8 * * *");
    let board_summary = read("board_summary", "0 0 9 * * *");
    let purge = read("purge", "0 30 1 * * *");
    let backup = read("backup", "0 0 2 * * *");
    let bank_holidays = section.as_ref().and_then(|section| section.text("bank_holidays"));
    if let Some(section) = section {
        section.finish();
    }
    Some(Schedule {
        reminders: reminders?,
        manager_digest: manager_digest?,
        board_summary: board_summary?,
        purge: purge?,
        backup: backup?,
        bank_holidays: bank_holidays.map(|file| folder.join(file)),
    })
}

fn expression<'a>(section: Option<&TableSection<'a>>, key: &'a str, default: &str) -> Option<Expression> {
    let Some((section, text)) = section.and_then(|section| Some((section, section.text(key)?))) else {
        return default.parse().ok(); // Sound: a constant that a test reads.
    };
    match text.parse() {
        Ok(expression) => Some(expression),
        Err(why) => {
            let why: ExpressionError = why;
            section.fault(key, format!("`{key}`: {why}"));
            None
        }
    }
}
