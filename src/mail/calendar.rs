//! Entries for the reader's calendar, to be attached to a mail.

use chrono::{Days, Duration, NaiveDate};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property};

use super::part::{MailPart, PartPlace};
use super::wording::one_line;

/// What a calendar is told of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CalendarEntry {
    /// What stands for it in every mail about it: a calendar that has it already is brought up to date.
    pub(super) uid: String,
    /// The whole day, because no times are known.
    pub(super) on: NaiveDate,
    /// Its title.
    pub(super) summary: String,
    /// What else is to be said.
    pub(super) description: String,
    /// Where; empty for nowhere in particular.
    pub(super) place: String,
    /// Whether the day is taken by it, or only marked.
    pub(super) is_busy: bool,
    /// How many days before it the calendar speaks up, if it does.
    pub(super) alarm_days: Option<u32>,
}

impl CalendarEntry {
    /// The entry as a file of its own, made on the day `today`.
    pub(super) fn file(&self, today: NaiveDate) -> String {
        let made = today.format("%Y%m%dT000000Z").to_string();
        let mut event = Event::new();
        event
            .uid(&self.uid)
            .add_property("DTSTAMP", &made)
            .starts(self.on)
            .ends(self.on + Days::new(1))
            .summary(&one_line(&self.summary))
            .description(&one_line(&self.description));
        let place = one_line(&self.place);
        if !place.is_empty() {
            event.location(&place);
        }
        if !self.is_busy {
            event.add_property("TRANSP", "TRANSPARENT");
        }
        if let Some(days) = self.alarm_days {
            let mut alarm = Alarm::display(&one_line(&self.summary), -Duration::days(i64::from(days)));
            // What is not given here the library makes up anew each time.
            alarm.add_property("UID", format!("alarm-{}", self.uid)).add_property("DTSTAMP", &made);
            event.alarm(alarm.done());
        }
        let mut calendar = Calendar::empty();
        calendar.append_property(Property::new("VERSION", "2.0"));
        calendar.append_property(Property::new("PRODID", "-//refresher//training//EN"));
        calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
        calendar.append_property(Property::new("METHOD", "PUBLISH"));
        calendar.push(event.done());
        calendar.to_string()
    }
}

/// The entries as attachments named after `what` they are and their day, none twice: a file each, as calendars take in a
/// file at a time.
pub(super) fn attached(
    what: &str,
    entries: impl IntoIterator<Item = CalendarEntry>,
    today: NaiveDate,
) -> Vec<MailPart> {
    let mut seen = Vec::new();
    let mut parts: Vec<MailPart> = Vec::new();
    for entry in entries {
        if seen.contains(&entry.uid) {
            continue;
        }
        let name = format!("{what}-{}", entry.on);
        let same_day = parts.iter().filter(|part| part.name.starts_with(&name)).count();
        let further = if same_day == 0 { String::new() } else { format!("-{}", same_day + 1) };
        parts.push(MailPart {
            name: format!("{name}{further}.ics"),
            content_type: "text/calendar; charset=utf-8; method=PUBLISH".to_owned(),
            place: PartPlace::Attached,
            content: entry.file(today).into_bytes(),
        });
        seen.push(entry.uid);
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use icalendar::{CalendarComponent, DatePerhapsTime};
    use proptest::prelude::*;

    use super::*;
    use crate::sample::day;

    fn entry(summary: &str, place: &str) -> CalendarEntry {
        CalendarEntry {
            uid: "u@refresher".to_owned(),
            on: day("2028-02-29"),
            summary: summary.to_owned(),
            description: "Booked for you by Marlow Vale NHS Foundation Trust.".to_owned(),
            place: place.to_owned(),
            is_busy: true,
            alarm_days: None,
        }
    }

    #[test]
    fn an_entry_is_a_published_event_of_the_whole_day_and_the_same_bytes_each_time() {
        let booked = entry("Level 2; adults, children", "Room 2");
        let marked = CalendarEntry { is_busy: false, alarm_days: Some(14), ..entry("Last day: Level 2", "") };
        let files = [booked.file(day("2026-11-24")), marked.file(day("2026-11-24"))];
        for file in &files {
            assert!(file.lines().count() == file.matches("\r\n").count(), "{file:?}");
        }
        assert_eq!(marked.file(day("2026-11-24")), files[1]);
        insta::assert_snapshot!(files.join("\n").replace("\r\n", "\n"));
    }

    #[test]
    fn each_entry_is_a_file_of_its_own_and_none_is_attached_twice() {
        let of =
            |uid: &str, on: &str| CalendarEntry { uid: uid.to_owned(), on: day(on), ..entry("Level 2", "") };
        let entries =
            [of("a", "2026-12-03"), of("a", "2026-12-03"), of("b", "2026-12-03"), of("c", "2026-12-04")];
        let names: Vec<String> =
            attached("booked", entries, day("2026-11-24")).into_iter().map(|part| part.name).collect();
        assert_eq!(names, ["booked-2026-12-03.ics", "booked-2026-12-03-2.ics", "booked-2026-12-04.ics"]);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_for_course_and_place_a_parser_reads_back_one_event(
            course in "\\PC{0,200}|[\\x00-\\x20a-z:;,\\\\]{0,80}",
            place in "\\PC{0,200}|[\\x00-\\x20a-z:;,\\\\]{0,80}",
            alarm_days in proptest::option::of(1_u32..90),
        ) {
            let entry = CalendarEntry { alarm_days, ..entry(&course, &place) }.file(day("2026-11-24"));
            prop_assert!(entry.lines().all(|line| line.len() <= 77), "{entry:?}");
            let read = Calendar::from_str(&entry).unwrap();
            let [CalendarComponent::Event(event)] = &read.components[..] else { panic!("{entry:?}") };
            prop_assert_eq!(event.get_uid(), Some("u@refresher"));
            prop_assert_eq!(event.get_start(), Some(DatePerhapsTime::Date(day("2028-02-29"))));
            prop_assert_eq!(event.get_summary().unwrap_or_default(), one_line(&course));
        }
    }
}
