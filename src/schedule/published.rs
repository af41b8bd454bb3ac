//! The government's own list of bank holidays, as a file that somebody copied: `https://www.gov.uk/bank-holidays.json`,
//! or its part for England and Wales alone. It has proclaimed holidays, and only a few years.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

/// As many bank holidays as England has in every year. A list with fewer in a year is no whole year.
const WHOLE_YEAR: usize = 8;

/// The bank holidays that a list has, by year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublishedDays(BTreeMap<i32, BTreeSet<NaiveDate>>);

/// Why a list can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PublishedError {
    /// It is no JSON of the right shape.
    #[error("{0}")]
    Unreadable(#[from] serde_json::Error),
    /// It has another country's holidays, or none.
    #[error("it has no days under \"england-and-wales\"")]
    NoDays,
}

#[derive(Deserialize)]
struct PublishedHolidays {
    #[serde(rename = "england-and-wales")]
    england_and_wales: Option<Division>,
    division: Option<String>,
    #[serde(default)]
    events: Vec<HolidayEvent>,
}

#[derive(Deserialize)]
struct Division {
    events: Vec<HolidayEvent>,
}

#[derive(Deserialize)]
struct HolidayEvent {
    date: NaiveDate,
}

impl PublishedDays {
    /// The list in the text of the file.
    pub fn parse(text: &str) -> Result<Self, PublishedError> {
        let file: PublishedHolidays = serde_json::from_str(text)?;
        let events = match (file.england_and_wales, file.division.as_deref()) {
            (Some(division), _) => division.events,
            (None, Some("england-and-wales")) => file.events,
            (None, _) => return Err(PublishedError::NoDays),
        };
        let mut years: BTreeMap<i32, BTreeSet<NaiveDate>> = BTreeMap::new();
        for event in events {
            years.entry(event.date.year()).or_default().insert(event.date);
        }
        if years.is_empty() { Err(PublishedError::NoDays) } else { Ok(Self(years)) }
    }

    /// The last year of the list; `None` for no list.
    pub(crate) fn last_year(&self) -> Option<i32> {
        self.0.keys().next_back().copied()
    }

    /// The bank holidays of a year: as published where the list has a whole year, else those by rule, with what the
    /// list has beside them.
    pub(super) fn year(
        &self,
        year: i32,
        by_rule: impl Fn(i32) -> BTreeSet<NaiveDate>,
    ) -> BTreeSet<NaiveDate> {
        match self.0.get(&year) {
            None => by_rule(year),
            Some(days) if days.len() >= WHOLE_YEAR => days.clone(),
            Some(days) => by_rule(year).union(days).copied().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;
    use crate::schedule::Calendar;

    fn list(days: &[&str]) -> String {
        let events: Vec<String> = days
            .iter()
            .map(|day| format!(r#"{{"title":"A day","date":"{day}","notes":"","bunting":true}}"#))
            .collect();
        format!(
            r#"{{"england-and-wales":{{"division":"england-and-wales","events":[{}]}},
                 "scotland":{{"division":"scotland","events":[{{"title":"2nd January","date":"2027-01-04","notes":"Substitute day","bunting":true}}]}}}}"#,
            events.join(",")
        )
    }

    #[test]
    fn a_whole_year_counts_as_published_and_every_other_year_by_rule() {
        // Spring moved from 31 May to 4 June, and a day proclaimed on 7 June.
        let text = list(&[
            "2027-01-01",
            "2027-03-26",
            "2027-03-29",
            "2027-05-03",
            "2027-06-04",
            "2027-06-07",
            "2027-08-30",
            "2027-12-27",
            "2027-12-28",
        ]);
        let calendar = Calendar::default().with(PublishedDays::parse(&text).unwrap());
        for (text, worked) in [
            ("2027-05-31", true),
            ("2027-06-04", false),
            ("2027-06-07", false),
            ("2027-01-04", true), // Scotland's
            ("2028-05-29", false),
            ("2028-06-05", true),
        ] {
            assert_eq!(calendar.is_working_day(day(text)), worked, "{text}");
        }
    }

    #[test]
    fn a_part_of_a_year_adds_to_the_rules() {
        let calendar = Calendar::default().with(PublishedDays::parse(&list(&["2027-06-07"])).unwrap());
        assert!(!calendar.is_working_day(day("2027-06-07")));
        assert!(!calendar.is_working_day(day("2027-05-31")), "a rule's day stays");
    }

    #[test]
    fn the_settings_have_the_last_word() {
        let calendar = Calendar::new([day("2027-06-08")], [day("2027-06-07")]);
        let calendar = calendar.with(PublishedDays::parse(&list(&["2027-06-07"])).unwrap());
        assert!(calendar.is_working_day(day("2027-06-07")));
        assert!(!calendar.is_working_day(day("2027-06-08")));
    }

    #[test]
    fn the_part_for_england_and_wales_is_a_list_by_itself() {
        let part = r#"{"division":"england-and-wales","events":[{"title":"A day","date":"2027-06-07"}]}"#;
        assert_eq!(
            PublishedDays::parse(part).unwrap(),
            PublishedDays::parse(&list(&["2027-06-07"])).unwrap()
        );
    }

    #[test]
    fn a_file_that_is_no_such_list_says_what_is_wrong_and_where() {
        for (text, says) in [
            ("", "EOF while parsing a value at line 1"),
            ("<!DOCTYPE html>", "expected value at line 1 column 1"),
            (r#"{"england-and-wales":{"events":[{"title":"A","date":"07/06/2027"}]}}"#, "line 1 column"),
            (r#"{"england-and-wales":{}}"#, "missing field `events`"),
            (r#"{"england-and-wales":{"division":"england-and-wales","events":[]}}"#, "no days"),
            (r#"{"scotland":{"division":"scotland","events":[]}}"#, "england-and-wales"),
            (r#"{"division":"scotland","events":[{"title":"A","date":"2027-06-07"}]}"#, "england-and-wales"),
            ("[]", "invalid length 0"),
        ] {
            let message = PublishedDays::parse(text).unwrap_err().to_string();
            assert!(message.contains(says), "{text}: {message}");
        }
    }
}
