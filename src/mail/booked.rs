//! A booked place as a mail shows it: a sentence, and an entry for the reader's calendar (spec 3.5).

use chrono::NaiveDate;

use super::calendar::CalendarEntry;
use super::wording::{days_away, long_date, one_line};

/// A place booked on training to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BookedPlace {
    /// The title of the course booked, which may be another than the one it helps with.
    pub(crate) course: String,
    /// The day of the training.
    pub(crate) on: NaiveDate,
    /// Where; empty when we were not told.
    pub(crate) place: String,
    /// What stands for the booking in every mail about it: a calendar that has it already is brought up to date.
    pub(crate) uid: String,
}

impl BookedPlace {
    /// When and where: `booked on 3 December 2026 at Education Centre (in 9 days)`; and for what, where it is not
    /// `course` itself.
    pub(super) fn words(&self, course: &str, today: NaiveDate) -> String {
        let place = one_line(&self.place);
        let at = if place.is_empty() { String::new() } else { format!(" at {place}") };
        format!(
            "booked on {}{at} ({}){}",
            long_date(self.on),
            days_away(self.on, today),
            self.other_course(course)
        )
    }

    /// When and where, shortly: `3 December 2026, Education Centre`; and for what, where it is not `course` itself.
    pub(super) fn short_words(&self, course: &str) -> String {
        let place = one_line(&self.place);
        let at = if place.is_empty() { String::new() } else { format!(", {place}") };
        format!("{}{at}{}", long_date(self.on), self.other_course(course))
    }

    fn other_course(&self, course: &str) -> String {
        if self.course == course { String::new() } else { format!(", for {}", one_line(&self.course)) }
    }

    /// The entry for a calendar.
    pub(super) fn entry(&self, organisation: &str) -> CalendarEntry {
        CalendarEntry {
            uid: self.uid.clone(),
            on: self.on,
            summary: self.course.clone(),
            description: format!("Booked for you by {}.", one_line(organisation)),
            place: self.place.clone(),
            is_busy: true,
            alarm_days: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;

    #[test]
    fn the_sentence_says_when_where_and_which_course_where_it_is_another() {
        let place = BookedPlace {
            course: "Level 2".to_owned(),
            on: day("2026-12-03"),
            place: "Education Centre,\r\nRoom 2".to_owned(),
            uid: "u@refresher".to_owned(),
        };
        let other = BookedPlace {
            course: "Level 3".to_owned(),
            on: day("2026-11-25"),
            place: String::new(),
            ..place.clone()
        };
        for (booking, words, short) in [
            (
                place.clone(),
                "booked on 3 December 2026 at Education Centre, Room 2 (in 9 days)",
                "3 December 2026, Education Centre, Room 2",
            ),
            (
                BookedPlace { place: " ".into(), ..place.clone() },
                "booked on 3 December 2026 (in 9 days)",
                "3 December 2026",
            ),
            (
                BookedPlace { on: day("2026-11-24"), place: String::new(), ..place },
                "booked on 24 November 2026 (today)",
                "24 November 2026",
            ),
            (other, "booked on 25 November 2026 (tomorrow), for Level 3", "25 November 2026, for Level 3"),
        ] {
            assert_eq!(booking.words("Level 2", day("2026-11-24")), words);
            assert_eq!(booking.short_words("Level 2"), short);
        }
    }
}
