//! Places booked in the fictional trust: some of those whose training lapses soon, or lapsed this year, have one.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::history::VALID;
use super::trust::FictionalTrust;

/// Courses that are taught in a room, on a day.
const TAUGHT: [&str; 4] = ["SGC-L2", "SGC-L3", "SGA-L2", "SGA-L3"];

/// Days from today to each day of teaching, and where it is.
const SESSIONS: [(u64, &str); 4] = [
    (12, "Learning Centre, Room 2"),
    (26, "Learning Centre, Room 2"),
    (47, "Fellbrook House, Lecture Theatre"),
    (75, "Learning Centre, Room 1"),
];

/// A booked place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DemoBooking {
    /// Whose.
    pub number: String,
    /// Course code.
    pub course: &'static str,
    /// The day, never on a weekend.
    pub on: NaiveDate,
    /// Where.
    pub place: &'static str,
}

/// Every third course that lapses in these months and is taught has a place, on one of the days in turn.
pub(super) fn bookings(trust: &FictionalTrust) -> Vec<DemoBooking> {
    let mut latest: BTreeMap<(usize, &'static str), NaiveDate> = BTreeMap::new();
    for (person, completion) in &trust.completions {
        // They are in order of day.
        latest.insert((*person, completion.course), completion.on);
    }
    let near = trust.today - Days::new(240)..trust.today + Days::new(110);
    let due = latest
        .into_iter()
        .filter(|((_, course), on)| TAUGHT.contains(course) && near.contains(&(*on + VALID)));
    due.filter_map(|((person, course), _)| Some((trust.people.get(person)?, course)))
        .filter(|(person, _)| person.is_counted(trust.today))
        .step_by(3)
        .zip(SESSIONS.into_iter().cycle())
        .map(|((person, course), (days, place))| DemoBooking {
            number: person.number.clone(),
            course,
            on: weekday(trust.today + Days::new(days)),
            place,
        })
        .collect()
}

/// The day itself, or the Monday after a weekend.
fn weekday(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day + Days::new(2),
        Weekday::Sun => day + Days::new(1),
        _ => day,
    }
}
