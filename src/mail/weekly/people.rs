//! The table of people: a line for each, or for each of their courses that stand otherwise, with the day that is booked.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use super::report::{DirectReport, ReportCourse, overdue_for};
use crate::mail::wording::{all_of, counted, days_away, long_date, more_than_a_year_back, one_line};
use crate::mail::{ItemState, hours_words};
use crate::register::Address;

/// People under one heading.
pub(super) struct PeopleGroup {
    pub heading: String,
    pub people: Vec<PersonLines>,
}

/// One person.
pub(super) struct PersonLines {
    pub name: String,
    /// Why no reminder reaches them, and what to do.
    pub note: Option<String>,
    pub lines: Vec<CourseLine>,
}

/// The courses of a person that stand alike.
pub(super) struct CourseLine {
    pub courses: String,
    pub standing: CourseStanding,
}

/// How courses stand, in words.
#[derive(PartialEq, Eq)]
pub(super) struct CourseStanding {
    /// `overdue for 94 days`, `due in 11 days`.
    pub status: String,
    pub overdue: bool,
    pub detail: String,
    /// When and where, if a place is booked.
    pub booked: Option<String>,
}

/// Whom a list is read by, as far as its words differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListReader {
    /// Somebody who knows them: a number is shown only where two have one name.
    Theirs,
    /// Somebody who knows few of them: numbers are shown.
    Another,
}

/// Everyone by unit, those without one last; in each the longest overdue first.
pub(super) fn by_unit(reports: &[DirectReport], reader: ListReader, today: NaiveDate) -> Vec<PeopleGroup> {
    let names = Names::of(reports, reader);
    let mut units: BTreeMap<(bool, String), Vec<PersonLines>> = BTreeMap::new();
    for report in in_order(reports.iter()) {
        let unit = one_line(&report.unit);
        let is_unknown = unit.is_empty();
        let unit = if is_unknown { "No unit recorded".to_owned() } else { unit };
        units.entry((is_unknown, unit)).or_default().push(names.person(report, today));
    }
    let group = |((_, unit), people): ((bool, String), Vec<PersonLines>)| PeopleGroup {
        heading: format!("{unit}: {}", counted(people.len(), "person", "people")),
        people,
    };
    units.into_iter().map(group).collect()
}

/// Those with whom a day is still to be agreed, the longest overdue first, and those who are booked for all, by day.
pub(super) fn open_and_booked(reports: &[DirectReport], today: NaiveDate) -> Vec<PeopleGroup> {
    let names = Names::of(reports, ListReader::Theirs);
    let open = in_order(reports.iter().filter(|report| !report.is_booked()));
    let mut booked: Vec<&DirectReport> = reports.iter().filter(|report| report.is_booked()).collect();
    booked.sort_by_key(|report| {
        let day = report.courses.iter().filter_map(|course| course.booked.as_ref()).map(|of| of.on).min();
        (day, &report.name, &report.employee_number)
    });
    let group = |heading: &str, people: Vec<&DirectReport>| PeopleGroup {
        heading: format!("{heading} ({})", people.len()),
        people: people.into_iter().map(|report| names.person(report, today)).collect(),
    };
    let mut groups = vec![group("To agree a day with", open), group("Booked already", booked)];
    groups.retain(|group| !group.people.is_empty());
    groups
}

/// Those overdue first, the longest before the others; then by the day it is due.
fn in_order<'a>(reports: impl Iterator<Item = &'a DirectReport>) -> Vec<&'a DirectReport> {
    let mut reports: Vec<&DirectReport> = reports.collect();
    reports.sort_by_key(|report| {
        let since = report.overdue_since();
        (since.is_none(), since, report.first_due_on(), &report.name, &report.employee_number)
    });
    reports
}

/// How people are named.
struct Names<'a> {
    reader: ListReader,
    /// The names that more than one of them has.
    twice: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(reports: &'a [DirectReport], reader: ListReader) -> Self {
        let mut names = HashSet::new();
        let twice =
            reports.iter().map(|report| report.name.as_str()).filter(|name| !names.insert(*name)).collect();
        Self { reader, twice }
    }

    fn person(&self, report: &DirectReport, today: NaiveDate) -> PersonLines {
        let name = one_line(&report.name);
        let with_number = self.reader == ListReader::Another || self.twice.contains(report.name.as_str());
        let mut courses: Vec<&ReportCourse> = report.courses.iter().collect();
        courses.sort_by_key(|course| (!course.state.is_overdue(), course.due_on, &course.course));
        PersonLines {
            name: if with_number { format!("{name} ({})", report.employee_number) } else { name },
            note: match report.address {
                Address::Reached => None,
                Address::Missing => Some(
                    "No reminder reaches them, as they have no email address: please tell them.".to_owned(),
                ),
                Address::Bouncing { since, bounce } => Some(format!(
                    "No reminder reaches them, as their email has come back since {} (report {bounce}): please tell them.",
                    long_date(since)
                )),
            },
            lines: lines(&courses, today),
        }
    }
}

/// A line for those that stand alike, in the order in which they first come.
fn lines(courses: &[&ReportCourse], today: NaiveDate) -> Vec<CourseLine> {
    let mut alike: Vec<(CourseStanding, Vec<String>)> = Vec::new();
    for course in courses {
        let (standing, title) = (standing(course, today), one_line(&course.course));
        match alike.iter_mut().find(|(known, _)| *known == standing) {
            Some((_, titles)) => titles.push(title),
            None => alike.push((standing, vec![title])),
        }
    }
    let line =
        |(standing, titles): (CourseStanding, Vec<String>)| CourseLine { courses: all_of(&titles), standing };
    alike.into_iter().map(line).collect()
}

fn standing(course: &ReportCourse, today: NaiveDate) -> CourseStanding {
    let detail = detail(course, today);
    let booked = course.booked.as_ref().map(|place| {
        let late = if course.is_booked() { "" } else { ", after it is due" };
        format!("{}{late}", place.short_words(&course.course))
    });
    CourseStanding {
        status: match course.overdue_since() {
            Some(since) => format!("overdue for {}", overdue_for(since, today)),
            None => format!("due {}", days_away(course.due_on, today)),
        },
        overdue: course.state.is_overdue(),
        detail: match course.hours {
            Some(hours) => format!("{detail}; {}", hours_words(hours)),
            None => detail,
        },
        booked,
    }
}

fn detail(course: &ReportCourse, today: NaiveDate) -> String {
    let (due, is_old) = (long_date(course.due_on), more_than_a_year_back(course.due_on, today));
    match course.state {
        ItemState::Lapsed { lapsed_on } if lapsed_on == course.due_on || is_old => {
            format!("lapsed on {}", long_date(lapsed_on))
        }
        ItemState::Lapsed { lapsed_on } => {
            format!("lapsed on {}, was due again by {due}", long_date(lapsed_on))
        }
        ItemState::NotDone { .. } if is_old => "not on record".to_owned(),
        ItemState::NotDone { .. } => format!("not done yet, was due by {due}"),
        ItemState::DueSoon { .. } => format!("lapses on {due}"),
        ItemState::InGrace { .. } => format!("to be done by {due}"),
    }
}
