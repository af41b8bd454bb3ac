//! Random policies: chains of levels, hours, grace, dates and selectors.

use std::fmt::Write;

use chrono::NaiveDate;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::days::plus;
use super::near;

/// A course, its code by its place: `C0`, `C1`, ...
#[derive(Debug, Clone)]
pub struct Course {
    pub valid_months: Option<i64>,
    /// Whether it satisfies the one before it.
    satisfies: bool,
    default_hours: Option<&'static str>,
    target: Option<&'static str>,
}

/// A requirement; dates in days from today.
#[derive(Debug, Clone)]
struct Requirement {
    course: usize,
    selectors: &'static str,
    within_days: Option<i64>,
    hours: Option<&'static str>,
    initial: Option<&'static str>,
    share: Option<&'static str>,
    from: Option<i64>,
    lasts: Option<i64>,
}

/// A policy.
#[derive(Debug, Clone)]
pub struct Rules {
    keys: (i64, &'static str, &'static str, bool),
    pub courses: Vec<Course>,
    requirements: Vec<Requirement>,
    reminders: (&'static str, i64, i64, i64, &'static str, bool, &'static str, i64),
}

/// Selectors as written; patterns in odd case and with odd spaces, as the staff list has them.
const SELECTORS: [&str; 12] = [
    "",
    "",
    "",
    "staff_groups = ['nursing *']\n",
    "staff_groups = ['Medical', 'Nursing  Registered']\n",
    "job_titles = ['*nurse*']\n",
    "job_titles = ['*']\nunits = ['Surgery']\n",
    "units = ['surgery/ THEATRES']\n",
    "units = ['*ward*', 'Sur*']\n",
    "units = ['* / Recovery']\n",
    "organisations = ['rx1']\n",
    "staff_groups = ['*']\norganisations = ['RX2', 'RY*']\n",
];

fn course() -> impl Strategy<Value = Course> {
    (
        select(vec![Some(12), Some(36), Some(6), Some(1), None]),
        proptest::bool::weighted(0.7),
        weighted(0.3, select(vec!["1.5", "4", "0.33"])),
        weighted(0.3, select(vec!["85.0", "50", "100.0", "66.7"])),
    )
        .prop_map(|(valid_months, satisfies, default_hours, target)| Course {
            valid_months,
            satisfies,
            default_hours,
            target,
        })
}

fn requirement() -> impl Strategy<Value = Requirement> {
    (
        0..4_usize,
        select(SELECTORS.to_vec()),
        weighted(0.7, select(vec![0, 1, 30, 90, 365])),
        weighted(0.35, select(vec!["4", "2.5", "1"])),
        weighted(0.4, select(vec!["8", "4", "4.5"])),
        weighted(0.4, select(vec!["0.5", "0.1", "1.0", "0.333", "0"])),
        weighted(0.3, near()),
        weighted(0.2, prop_oneof![0..60_i64, 300..900_i64]),
    )
        .prop_map(|(course, selectors, within_days, hours, initial, share, from, lasts)| Requirement {
            course,
            selectors,
            within_days,
            hours,
            initial: initial.filter(|_| hours.is_some()),
            share: share.filter(|_| hours.is_some()),
            from,
            lasts,
        })
}

/// A policy.
pub fn rules() -> impl Strategy<Value = Rules> {
    let keys = (
        select(vec![30, 90, 0, 1]),
        select(vec!["90.0", "50.0", "66.7", "100.0", "33.3"]),
        select(vec!["5.0", "0", "16.7"]),
        proptest::bool::weighted(0.25),
    );
    let reminders = (
        select(vec!["[90, 60, 30, 14, 7, 1]", "[30, 7]", "[7, 1, 0]"]),
        select(vec![7, 1]),
        select(vec![12, 2, 0]),
        select(vec![30, 3]),
        select(vec!["25.0", "10", "100", "2.5"]),
        proptest::bool::weighted(0.7),
        select(vec!["monday", "wednesday", "friday"]),
        select(vec![30, 100, 0]),
    );
    (keys, vec(course(), 1..5), vec(requirement(), 1..6), reminders)
        .prop_map(|(keys, courses, requirements, reminders)| Rules { keys, courses, requirements, reminders })
}

/// `key = value`, where there is a value.
fn key(text: &mut String, name: &str, value: Option<impl std::fmt::Display>) {
    if let Some(value) = value {
        writeln!(text, "{name} = {value}").unwrap();
    }
}

impl Rules {
    /// `policy.toml`.
    pub fn policy(&self, today: NaiveDate) -> String {
        let (due_soon, target, margin, counts) = self.keys;
        let grace = if counts { "count" } else { "exclude" };
        let mut text = format!(
            "due_soon_days = {due_soon}\ntarget = {target}\namber_margin = {margin}\ngrace = \"{grace}\"\n\
             absent_statuses = [\"Maternity & Adoption\", \"Career Break\"]\n"
        );
        for (at, course) in self.courses.iter().enumerate() {
            write!(text, "\n[[course]]\ncode = \"C{at}\"\ntitle = \"Course {at}\"\n").unwrap();
            key(&mut text, "valid_months", course.valid_months);
            if course.satisfies && at > 0 {
                writeln!(text, "satisfies = [\"C{}\"]", at - 1).unwrap();
            }
            key(&mut text, "default_hours", course.default_hours);
            key(&mut text, "target", course.target);
        }
        for requirement in &self.requirements {
            requirement.write(&mut text, today, self.courses.len());
        }
        let (before, every, limit, then, most, working, day, from) = self.reminders;
        write!(
            text,
            "\n[reminders]\nbefore_days = {before}\noverdue_every_days = {every}\noverdue_limit = {limit}\n\
             overdue_then_every_days = {then}\nmax_messages = {most}\nworking_days_only = {working}\n\
             manager_day = \"{day}\"\nmanager_from_days = {from}\n"
        )
        .unwrap();
        text
    }
}

impl Requirement {
    fn write(&self, text: &mut String, today: NaiveDate, courses: usize) {
        write!(text, "\n[[requirement]]\ncourse = \"C{}\"\n{}", self.course % courses, self.selectors)
            .unwrap();
        key(text, "within_days", self.within_days);
        key(text, "hours", self.hours);
        let number = |value: Option<&str>| value.map_or(0.0, |text| text.parse::<f64>().unwrap());
        // The initial hours are at least the hours, or the policy is refused.
        key(text, "initial_hours", self.initial.filter(|_| number(self.initial) >= number(self.hours)));
        key(text, "participatory_share", self.share);
        let from = self.from.map(|days| plus(today, days));
        key(text, "from", from);
        key(text, "until", self.lasts.map(|days| plus(from.unwrap_or(plus(today, -30)), days)));
    }
}
