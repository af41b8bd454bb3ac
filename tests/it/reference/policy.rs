//! The policy file (6.1), read straight from TOML, with the defaults that 2.8 and 6.1 show.

use chrono::NaiveDate;
use toml::{Table, Value};

use super::days;

/// A number as written, exactly: `num / den`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    /// Above the line.
    pub num: i128,
    /// Below the line, a power of ten.
    pub den: i128,
}

impl Exact {
    /// The exact value of a decimal as written, like `90`, `87.5` or `0.05`.
    pub fn parse(text: &str) -> Self {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let num = format!("{whole}{fraction}").parse().unwrap_or_else(|_| panic!("no number: {text:?}"));
        Self { num, den: 10_i128.pow(fraction.len() as u32) }
    }

    fn of(value: &Value) -> Self {
        match value {
            Value::Integer(n) => Self { num: i128::from(*n), den: 1 },
            Value::Float(f) => Self::parse(&f.to_string()),
            other => panic!("no number: {other}"),
        }
    }

    /// In hundredths; more decimals than two are not expected.
    pub fn hundredths(self) -> i128 {
        self.num * 100 / self.den
    }

    /// Whether `self <= other`.
    pub fn at_most(self, other: Self) -> bool {
        self.num * other.den <= other.num * self.den
    }
}

/// A course of the policy.
#[derive(Debug, Clone)]
pub struct Course {
    pub code: String,
    pub title: String,
    pub valid_months: Option<i64>,
    pub satisfies: Vec<String>,
    pub aliases: Vec<String>,
    /// In hundredths.
    pub default_hours: i128,
    /// Percent.
    pub target: Option<Exact>,
}

/// A requirement of the policy. A selector that is not named is `None`.
#[derive(Debug, Clone)]
pub struct Requirement {
    pub course: String,
    pub staff_groups: Option<Vec<String>>,
    pub job_titles: Option<Vec<String>>,
    pub units: Option<Vec<String>>,
    pub organisations: Option<Vec<String>>,
    /// 2.2: none is a grace of 0 days.
    pub within_days: i64,
    /// In hundredths, as is `initial_hours`.
    pub hours: Option<i128>,
    pub initial_hours: Option<i128>,
    pub participatory_share: Option<Exact>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// The `[reminders]` table.
#[derive(Debug, Clone)]
pub struct Reminders {
    pub before_days: Vec<i64>,
    pub overdue_every_days: i64,
    pub overdue_limit: i64,
    pub overdue_then_every_days: i64,
    /// Percent.
    pub max_messages: Exact,
    /// Days after Monday.
    pub manager_day: u32,
    pub manager_from_days: i64,
    pub working_days_only: bool,
    pub extra_holidays: Vec<NaiveDate>,
    pub not_holidays: Vec<NaiveDate>,
}

/// The whole policy.
#[derive(Debug, Clone)]
pub struct Policy {
    pub due_soon_days: i64,
    /// Percent.
    pub target: Exact,
    /// Points.
    pub amber_margin: Exact,
    pub grace_counts: bool,
    pub absent_statuses: Vec<String>,
    pub courses: Vec<Course>,
    pub requirements: Vec<Requirement>,
    pub reminders: Reminders,
}

fn texts(table: &Table, key: &str) -> Option<Vec<String>> {
    let list = table.get(key)?.as_array().unwrap();
    Some(list.iter().map(|v| v.as_str().unwrap().to_owned()).collect())
}

fn whole(table: &Table, key: &str) -> Option<i64> {
    table.get(key).map(|v| v.as_integer().unwrap_or_else(|| panic!("{key} is not a whole number")))
}

fn exact(table: &Table, key: &str) -> Option<Exact> {
    table.get(key).map(Exact::of)
}

fn date_of(value: &Value) -> NaiveDate {
    days::parse(&value.as_datetime().expect("a date").to_string())
}

fn dates(table: &Table, key: &str) -> Vec<NaiveDate> {
    table.get(key).map_or_else(Vec::new, |v| v.as_array().unwrap().iter().map(date_of).collect())
}

fn tables<'a>(table: &'a Table, key: &str) -> Vec<&'a Table> {
    table
        .get(key)
        .map_or_else(Vec::new, |v| v.as_array().unwrap().iter().map(|t| t.as_table().unwrap()).collect())
}

fn text(table: &Table, key: &str) -> String {
    table[key].as_str().unwrap().to_owned()
}

impl Policy {
    /// Reads a policy file.
    pub fn parse(source: &str) -> Self {
        let table: Table = source.parse().unwrap_or_else(|e| panic!("{e}\n{source}"));
        let none = Table::new();
        let reminders = table.get("reminders").map_or(&none, |v| v.as_table().unwrap());
        Self {
            due_soon_days: whole(&table, "due_soon_days").unwrap_or(90),
            target: exact(&table, "target").unwrap_or(Exact::parse("90")),
            amber_margin: exact(&table, "amber_margin").unwrap_or(Exact::parse("5")),
            grace_counts: table.get("grace").is_some_and(|g| g.as_str() == Some("count")),
            absent_statuses: texts(&table, "absent_statuses").expect("absent_statuses written out"),
            courses: tables(&table, "course").into_iter().map(course).collect(),
            requirements: tables(&table, "requirement").into_iter().map(requirement).collect(),
            reminders: Reminders::of(reminders),
        }
    }

    /// 3.2: a course by its code, title or alias, ignoring case.
    pub fn course_named(&self, name: &str) -> usize {
        let same = |other: &String| other.to_lowercase() == name.to_lowercase();
        self.courses
            .iter()
            .position(|c| same(&c.code) || same(&c.title) || c.aliases.iter().any(same))
            .unwrap_or_else(|| panic!("no course {name:?}"))
    }

    /// 2.4: whether a completion of `course` gives credit for `other`: itself, or satisfied directly or through others.
    pub fn gives_credit_for(&self, course: usize, other: usize) -> bool {
        course == other
            || self.courses[course]
                .satisfies
                .iter()
                .any(|next| self.gives_credit_for(self.course_named(next), other))
    }

    /// 2.5: the course's own target, else the policy's; percent.
    pub fn target_of(&self, course: usize) -> Exact {
        self.courses[course].target.unwrap_or(self.target)
    }

    /// 2.5: every course that some requirement names, in the policy's order.
    pub fn required_courses(&self) -> Vec<usize> {
        (0..self.courses.len())
            .filter(|c| self.requirements.iter().any(|r| self.course_named(&r.course) == *c))
            .collect()
    }
}

impl Reminders {
    fn of(table: &Table) -> Self {
        Self {
            before_days: table.get("before_days").map_or(vec![90, 60, 30, 14, 7, 1], |v| {
                v.as_array().unwrap().iter().map(|n| n.as_integer().unwrap()).collect()
            }),
            overdue_every_days: whole(table, "overdue_every_days").unwrap_or(7),
            overdue_limit: whole(table, "overdue_limit").unwrap_or(12),
            overdue_then_every_days: whole(table, "overdue_then_every_days").unwrap_or(30),
            max_messages: exact(table, "max_messages").unwrap_or(Exact::parse("25")),
            manager_day: weekday(table.get("manager_day").map_or("monday", |v| v.as_str().unwrap())),
            manager_from_days: whole(table, "manager_from_days").unwrap_or(30),
            working_days_only: table.get("working_days_only").is_none_or(|v| v.as_bool().unwrap()),
            extra_holidays: dates(table, "extra_holidays"),
            not_holidays: dates(table, "not_holidays"),
        }
    }
}

fn weekday(name: &str) -> u32 {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    days.iter().position(|day| *day == name).unwrap() as u32
}

fn course(table: &Table) -> Course {
    Course {
        code: text(table, "code"),
        title: text(table, "title"),
        valid_months: whole(table, "valid_months"),
        satisfies: texts(table, "satisfies").unwrap_or_default(),
        aliases: texts(table, "aliases").unwrap_or_default(),
        default_hours: exact(table, "default_hours").map_or(0, Exact::hundredths),
        target: exact(table, "target"),
    }
}

fn requirement(table: &Table) -> Requirement {
    Requirement {
        course: text(table, "course"),
        staff_groups: texts(table, "staff_groups"),
        job_titles: texts(table, "job_titles"),
        units: texts(table, "units"),
        organisations: texts(table, "organisations"),
        within_days: whole(table, "within_days").unwrap_or(0),
        hours: exact(table, "hours").map(Exact::hundredths),
        initial_hours: exact(table, "initial_hours").map(Exact::hundredths),
        participatory_share: exact(table, "participatory_share"),
        from: table.get("from").map(date_of),
        until: table.get("until").map(date_of),
    }
}
