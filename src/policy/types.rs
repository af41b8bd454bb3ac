//! The rules as data: what `policy.toml` says, checked (spec 6.1).

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::register::{EmailAddress, Hours, Indexed, index};

index! {
    /// The place of a course in a [`Policy`].
    pub CourseIndex(u16)
}

index! {
    /// The place of a requirement in a [`Policy`]; the first is number 1 to people.
    pub RequirementIndex(u16)
}

index! {
    /// The place of an assurance statement in a [`Policy`].
    pub StatementIndex(u16)
}

/// A percentage in exact millionths of a percent: 92.5% is `Percent(92_500_000)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(pub u64);

impl Percent {
    /// One percent.
    pub const ONE: Self = Self(1_000_000);

    /// The percentage as a fraction of 1 in millionths, rounded down: 92.5% is 925,000.
    pub fn millionths(self) -> u64 {
        self.0 / 100
    }

    /// Whether `part` of `whole` is at least this percentage; exact.
    pub(crate) fn reached_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(100 * Self::ONE.0) >= u128::from(self.0) * u128::from(whole)
    }

    /// Whether `part` of `whole` is more than this percentage; exact.
    pub(crate) fn exceeded_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(100 * Self::ONE.0) > u128::from(self.0) * u128::from(whole)
    }

    /// The smallest part of `whole` that is at least this percentage.
    pub(crate) fn least_of(self, whole: u64) -> u64 {
        let exact = (u128::from(self.0) * u128::from(whole)).div_ceil(u128::from(100 * Self::ONE.0));
        u64::try_from(exact).unwrap_or(u64::MAX)
    }
}

/// A fraction of 1 in exact billionths: `participatory_share`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Share(pub u32);

impl Share {
    /// The whole.
    pub(crate) const WHOLE: u32 = 1_000_000_000;

    /// Whether `part` is at least this share of `whole`; exact.
    pub(crate) fn reached_by(self, part: Hours, whole: Hours) -> bool {
        u64::from(part.0) * u64::from(Self::WHOLE) >= u64::from(self.0) * u64::from(whole.0)
    }

    /// The fewest hours, in whole hundredths, that are at least this share of `whole`.
    pub(crate) fn least_of(self, whole: Hours) -> Hours {
        let exact = (u64::from(self.0) * u64::from(whole.0)).div_ceil(u64::from(Self::WHOLE));
        Hours(u32::try_from(exact).unwrap_or(u32::MAX)) // Never more than the whole.
    }
}

/// What becomes of a requirement while a new starter is in grace (spec 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grace {
    /// Left out of both counts.
    Exclude,
    /// Counted as not done.
    Count,
}

/// A course: something one is trained in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Its code, the name the register keeps.
    pub code: String,
    /// Its title for people.
    pub title: String,
    /// Calendar months that a completion counts for; `None`: it never lapses.
    pub valid_months: Option<u32>,
    /// The courses it satisfies directly.
    pub satisfies: Vec<CourseIndex>,
    /// Other names it goes by in imports.
    pub aliases: Vec<String>,
    /// Hours that a record without hours counts.
    pub default_hours: Option<Hours>,
    /// Its own target.
    pub target: Option<Percent>,
    /// Where a place is booked: an address of the web, which reminders link to.
    pub book_url: Option<String>,
    /// The ways in which it can be done, in words that reminders say: `e-learning`, `classroom`.
    pub modes: Vec<String>,
}

/// A rule that says which staff need which course, and how soon after starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The course asked for.
    pub course: CourseIndex,
    /// Patterns for the staff group; `None`: any.
    pub staff_groups: Option<Vec<String>>,
    /// Patterns for the job title; `None`: any.
    pub job_titles: Option<Vec<String>>,
    /// Patterns for the unit path, each also matching everything below; `None`: any.
    pub units: Option<Vec<String>>,
    /// Patterns for the organisation's code; `None`: any.
    pub organisations: Option<Vec<String>>,
    /// Patterns for the assignment category; `None`: any.
    pub categories: Option<Vec<String>>,
    /// Days of grace after the start.
    pub within_days: Option<u32>,
    /// Hours that must give credit at once.
    pub hours: Option<Hours>,
    /// Hours needed until they have once been met.
    pub initial_hours: Option<Hours>,
    /// The share of the hours in force that must be participatory.
    pub participatory_share: Option<Share>,
    /// First day it applies.
    pub from: Option<NaiveDate>,
    /// Last day it applies.
    pub until: Option<NaiveDate>,
}

impl Requirement {
    /// Whether it applies on `day`.
    pub(crate) fn applies_on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// When staff and managers are reminded (spec 2.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderRules {
    /// Stages before the due date, in days to go, largest first.
    pub before_days: Vec<u32>,
    /// Days between the first overdue stages.
    pub overdue_every_days: u32,
    /// How many overdue stages come at that interval after the first.
    pub overdue_limit: u32,
    /// Days between overdue stages from then on.
    pub overdue_then_every_days: u32,
    /// The mail brake: the largest share of the people in post that one run may mail.
    pub max_messages: Percent,
    /// The day from which managers get their digest each week.
    pub manager_day: Weekday,
    /// How many days before its due date a report's course is listed to the manager.
    pub manager_from_days: u32,
    /// Whether only Monday to Friday, bank holidays excepted, are sending days.
    pub working_days_only: bool,
    /// Proclaimed holidays.
    pub extra_holidays: Vec<NaiveDate>,
    /// Days that the rules would make holidays and are not.
    pub not_holidays: Vec<NaiveDate>,
    /// Who hears once a week of those overdue for long, where anybody does.
    pub escalation: Option<EscalationRule>,
}

/// Who hears once a week of those who have been overdue for long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationRule {
    /// For longer than so many days.
    pub after_days: u32,
    /// Who hears of it.
    pub to: EmailAddress,
}

/// Something that changed in how training is done: from its day on the trend's process is based anew (spec 6.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessChange {
    /// The first day of it.
    pub on: NaiveDate,
    /// What changed, as people are told.
    pub what: String,
}

/// A statement of board assurance (spec 2.11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its id.
    pub id: String,
    /// The question asked.
    pub question: String,
    /// The answers allowed.
    pub answers: Vec<String>,
}

/// The courses, requirements, targets, reminder stages and assurance statements in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// A completion is due soon when its lapse date is at most this many days away.
    pub due_soon_days: u32,
    /// The target for courses without their own, and for the staff rate.
    pub target: Percent,
    /// How many points below the target are still amber.
    pub amber_margin: Percent,
    /// How a new starter's grace counts.
    pub grace: Grace,
    /// Assignment statuses that make a person absent.
    pub absent_statuses: Vec<String>,
    /// Assignment statuses known to be present, so that only unknown ones are warned about.
    pub present_statuses: Vec<String>,
    /// Assignment categories that are left out as the absent are (spec 3.1).
    pub uncounted_categories: Vec<String>,
    /// Patterns of names in training files that are no courses of ours (spec 3.2).
    pub ignored_courses: Vec<String>,
    /// Courses in the policy's order.
    pub courses: Indexed<CourseIndex, Course>,
    /// Requirements in the policy's order; the first is number 1 to people.
    pub requirements: Indexed<RequirementIndex, Requirement>,
    /// When staff are reminded.
    pub reminders: ReminderRules,
    /// What changed in how training is done, in the order of their days.
    pub changes: Vec<ProcessChange>,
    /// The assurance statements.
    pub statements: Indexed<StatementIndex, Statement>,
}

impl RequirementIndex {
    /// The requirement's number, as people count.
    pub(crate) fn number(self) -> usize {
        self.place() + 1
    }

    /// The requirement of this number, as people count.
    pub(crate) fn numbered(number: usize) -> Option<Self> {
        number.checked_sub(1).map(Self::at)
    }
}

impl Policy {
    /// The code of the course.
    pub fn course_code(&self, course: CourseIndex) -> &str {
        self.courses.get(course).map_or("", |course| &course.code)
    }

    /// The title of the course.
    pub(crate) fn course_title(&self, course: CourseIndex) -> &str {
        self.courses.get(course).map_or("", |course| &course.title)
    }
}
