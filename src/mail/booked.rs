//! A booked place as a mail shows it: a sentence, and an entry for the reader's calendar (spec 3.5).

use chrono::{Days, NaiveDate};
use icalendar::{Calendar, Component, Event, EventLike, Property};

use super::part::{MailPart, PartPlace};
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
        let other =
            if self.course == course { String::new() } else { format!(", for {}", one_line(&self.course)) };
        format!("booked on {}{at} ({}){other}", long_date(self.on), days_away(self.on, today))
    }

    /// The entry for a calendar, as made on the day `today`: the whole day, because no times are known.
    fn entry(&self, organisation: &str, today: NaiveDate) -> String {
        let stamp = today.format("%Y%m%dT000000Z").to_string();
        let mut event = Event::new();
        event
            .uid(&self.uid)
            .add_property("DTSTAMP", stamp)
            .starts(self.on)
            .ends(self.on + Days::new(1))
            .summary(&one_line(&self.course))
            .description(&format!("Booked for you by {}.", one_line(organisation)));
        let place = one_line(&self.place);
        if !place.is_empty() {
            event.location(&place);
        }
        let mut calendar = Calendar::empty();
        calendar.append_property(Property::new("VERSION", "2.0"));
        calendar.append_property(Property::new("PRODID", "-//refresher//booked places//EN"));
        calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
        calendar.append_property(Property::new("METHOD", "PUBLISH"));
        calendar.push(event.done());
        calendar.to_string()
    }
}

/// A calendar entry for each of these bookings, to be attached: a file each, as calendars take in a file at a time.
pub(super) fn calendar_entries<'a>(
    bookings: impl Iterator<Item = &'a BookedPlace>,
    organisation: &str,
    today: NaiveDate,
) -> Vec<MailPart> {
    let mut seen = Vec::new();
    let mut parts: Vec<MailPart> = Vec::new();
    for booking in bookings {
        if seen.contains(&booking.uid.as_str()) {
            continue;
        }
        seen.push(booking.uid.as_str());
        let same_day =
            parts.iter().filter(|part| part.name.starts_with(&format!("booked-{}", booking.on))).count();
        let further = if same_day == 0 { String::new() } else { format!("-{}", same_day + 1) };
        parts.push(MailPart {
            name: format!("booked-{}{further}.ics", booking.on),
            content_type: "text/calendar; charset=utf-8; method=PUBLISH".to_owned(),
            place: PartPlace::Attached,
            content: booking.entry(organisation, today).into_bytes(),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use icalendar::{CalendarComponent, DatePerhapsTime};
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn booked(course: &str, on: &str, place: &str) -> BookedPlace {
        BookedPlace {
            course: course.to_owned(),
            on: day(on),
            place: place.to_owned(),
            uid: format!("{}-{on}@refresher", blake3::hash(course.as_bytes()).to_hex().split_at(8).0),
        }
    }

    #[test]
    fn the_sentence_says_when_where_and_which_course_where_it_is_another() {
        let place = booked("Level 2", "2026-12-03", "Education Centre,\r\nRoom 2");
        for (booking, words) in [
            (place.clone(), "booked on 3 December 2026 at Education Centre, Room 2 (in 9 days)"),
            (BookedPlace { place: " ".into(), ..place.clone() }, "booked on 3 December 2026 (in 9 days)"),
            (
                BookedPlace { on: day("2026-11-24"), place: String::new(), ..place },
                "booked on 24 November 2026 (today)",
            ),
            (booked("Level 3", "2026-11-25", ""), "booked on 25 November 2026 (tomorrow), for Level 3"),
        ] {
            assert_eq!(booking.words("Level 2", day("2026-11-24")), words);
        }
    }

    #[test]
    fn a_calendar_entry_is_a_published_event_of_the_whole_day() {
        let entry = booked("Level 2; adults, children", "2026-12-31", "Room 2")
            .entry("Marlow Vale NHS Foundation Trust", day("2026-11-24"));
        insta::assert_snapshot!(entry.replace("\r\n", "\n"));
        assert!(entry.lines().count() == entry.matches("\r\n").count(), "{entry:?}");
    }

    #[test]
    fn each_booking_is_a_file_of_its_own_and_none_is_attached_twice() {
        let bookings = [
            booked("Level 2", "2026-12-03", ""),
            booked("Level 2", "2026-12-03", ""),
            booked("Prevent", "2026-12-03", ""),
            booked("Level 3", "2026-12-04", ""),
        ];
        let parts = calendar_entries(bookings.iter(), "Trust", day("2026-11-24"));
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["booked-2026-12-03.ics", "booked-2026-12-03-2.ics", "booked-2026-12-04.ics"]);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_for_course_and_place_a_parser_reads_back_one_event(
            course in "\\PC{0,200}|[\\x00-\\x20a-z:;,\\\\]{0,80}",
            place in "\\PC{0,200}|[\\x00-\\x20a-z:;,\\\\]{0,80}",
        ) {
            let booking = BookedPlace { course, place, on: day("2028-02-29"), uid: "u@refresher".to_owned() };
            let entry = booking.entry("Trust", day("2026-11-24"));
            prop_assert!(entry.lines().all(|line| line.len() <= 77), "{entry:?}");
            let read = Calendar::from_str(&entry).unwrap();
            let [CalendarComponent::Event(event)] = &read.components[..] else { panic!("{entry:?}") };
            prop_assert_eq!(event.get_uid(), Some("u@refresher"));
            prop_assert_eq!(event.get_start(), Some(DatePerhapsTime::Date(day("2028-02-29"))));
            prop_assert_eq!(event.get_summary().unwrap_or_default(), one_line(&booking.course));
        }
    }
}
