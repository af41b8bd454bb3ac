//! The calendar month that a board summary is about.

use std::fmt;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A calendar month, `2026-10` in files and commands, `October 2026` to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(NaiveDate);

impl Month {
    /// The month that `date` falls in.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.with_day(1).unwrap_or(date))
    }

    /// The month written `2026-10`, or `None` when `text` is something else.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1).map(Self)
    }

    /// The month this many months before.
    pub fn minus(self, months: u32) -> Self {
        Self(self.0.checked_sub_months(Months::new(months)).unwrap_or(self.0))
    }

    /// The month this many months later.
    pub(crate) fn plus(self, months: u32) -> Self {
        Self(self.0.checked_add_months(Months::new(months)).unwrap_or(self.0))
    }

    /// Its first day.
    pub(crate) fn first_day(self) -> NaiveDate {
        self.0
    }

    /// Its last day: the day its summary is as at.
    pub(crate) fn last_day(self) -> NaiveDate {
        self.0.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(self.0)
    }

    /// Its name for people: `October 2026`.
    pub fn long(self) -> String {
        self.0.format("%B %Y").to_string()
    }

    /// Its name where there is little room: `Oct 2026`.
    pub fn short(self) -> String {
        self.0.format("%b %Y").to_string()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is not a month, write it as 2026-10"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_four_digits_a_hyphen_and_two_digits_that_exist() {
        for (text, month) in [
            ("2026-10", Some("2026-10")),
            ("2026-01", Some("2026-01")),
            ("2026-13", None),
            ("2026-00", None),
            ("2026-1", None),
            ("26-10", None),
            ("2026-+1", None),
            ("2026-10-01", None),
            ("", None),
        ] {
            assert_eq!(Month::parse(text).map(|month| month.to_string()).as_deref(), month, "{text:?}");
        }
    }

    #[test]
    fn a_month_ends_on_its_last_day_and_goes_back_over_new_year() {
        let february = Month::parse("2028-02").unwrap();
        assert_eq!(february.last_day().to_string(), "2028-02-29");
        assert_eq!(february.minus(2).to_string(), "2027-12");
        assert_eq!(february.minus(12).to_string(), "2027-02");
        assert_eq!(Month::of(february.last_day()), february);
        assert_eq!(february.long(), "February 2028");
    }

    #[test]
    fn a_month_is_text_in_json() {
        let json = serde_json::to_string(&Month::parse("2026-10").unwrap()).unwrap();
        assert_eq!(json, "\"2026-10\"");
        assert_eq!(serde_json::from_str::<Month>(&json).unwrap().to_string(), "2026-10");
        assert!(serde_json::from_str::<Month>("\"October\"").is_err());
    }
}
