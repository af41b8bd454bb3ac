//! What the workbook's sheets hold, as data.

mod assurance;
mod change;
mod groups;
mod months;
mod running;

use chrono::NaiveDate;

use crate::board::{Disclosed, Month, Shown};
use crate::compliance::Rate;
use crate::wording::percent;

/// A table.
pub(super) struct Sheet {
    /// At most 31 characters.
    pub name: &'static str,
    /// What it holds, for the cover.
    pub about: String,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Nothing,
    Text(String),
    Count(u64),
    /// A count with its sign.
    Change(i64),
    /// A share in tenths of a percent.
    Share(i64),
    /// An amount in pence.
    Money(i64),
    Day(NaiveDate),
    Month(Month),
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// What `cell` makes of a figure, or what stands in its place.
    fn told<T>(figure: &Shown<T>, cell: impl FnOnce(&T) -> Self) -> Self {
        match figure {
            Shown::As(value) => cell(value),
            Shown::Withheld(why) => Self::text(why.words()),
        }
    }

    /// A rate as people are shown it, rounded down to tenths of a percent.
    fn rate(rate: Rate) -> Self {
        rate.tenths().map_or(Self::Nothing, |tenths| Self::Share(tenths.cast_signed()))
    }

    fn target(millionths: u64) -> Self {
        Self::Share((millionths / 1_000).cast_signed())
    }

    fn money(pence: Option<i64>) -> Self {
        pence.map_or(Self::Nothing, Self::Money)
    }

    /// About how many characters it is shown in.
    pub fn width(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Text(text) => text.chars().count(),
            Self::Money(_) => 14,
            _ => 11,
        }
    }
}

/// Every table of the summary.
pub(super) fn all(figures: &Disclosed) -> Vec<Sheet> {
    [
        Some(running::summary(figures)),
        Some(groups::courses(figures)),
        change::bridge(figures),
        Some(months::trend(figures)),
        months::forecast(figures),
        months::forecast_by_course(figures),
        months::actions(figures),
        groups::staff_groups(figures),
        groups::units(figures),
        groups::units_by_course(figures),
        Some(running::budget(figures)),
        assurance::assurance(figures),
        change::restatement(figures),
        Some(running::data_quality(figures)),
        Some(running::reminders(figures)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What the words of the workbook mean.
pub(super) fn definitions(figures: &Disclosed) -> Vec<(String, String)> {
    let target = percent(figures.target_millionths);
    [
        ("Up to date", "A person is up to date when every course that counts for them was done and has not lapsed. By course: that course."),
        ("Counted", "People in post, not absent, with at least one course to count. By course: those of them who need it."),
        ("Rate", "Up to date, out of counted. Rounded down to tenths of a percent; exact from the two counts."),
        ("Not up to date", "Counted, and not up to date."),
        ("To train", "The fewest further people up to date by a month-end that put a course at its target then."),
        ("Needed for target", "The fewest further people up to date that put the rate at its target."),
        ("Due soon", "Up to date, with a lapse near enough for a reminder."),
        ("Lapsed", "Done once, and no longer valid."),
        ("Not done", "Never done, and the time given to a new starter is over."),
        ("In grace", "A new starter's course whose time is not over: left out of the rate."),
        ("Exempt", "A course somebody need not do for now: left out of the rate."),
        ("Absent", "In post and away, such as on maternity leave or a career break: left out of the rate."),
        ("Process limits", "The mean of the months shown, plus and minus 2.66 times the mean difference between one month and the next (XmR chart)."),
        ("Under 5", "In place of every figure of fewer than 5 people: one person's training could be read off."),
        ("Withheld", "In place of a figure from which one of fewer than 5 people could be worked out, with the other tables."),
    ]
    .into_iter()
    .map(|(word, meaning)| (word.to_owned(), meaning.to_owned()))
    .chain([("Target".to_owned(), format!("Of the staff rate: {target}. A course may have its own."))])
    .collect()
}
