//! What it takes to reach the targets and hold them, and what it costs (spec 2.6, 2.7).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::BudgetFigures;
use crate::compliance::{ForecastCourse, ForecastMonth, Group};
use crate::register::{FinancialYear, Pence};

/// The people to train by course and month-end, the places booked for them, and the money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actions {
    /// The month-end that the sums below look to: the financial year's last, else the last one forecast.
    pub until: NaiveDate,
    /// By course, in the policy's order.
    pub courses: Vec<CourseActions>,
    /// Completions it takes by then, over all courses.
    pub to_train: u64,
    /// Places booked by then on any course.
    pub booked: u64,
    /// Completions for which no booked place helps.
    pub missing: u64,
    /// What the missing ones cost at the year's cost per completion; `None` where there is none yet.
    pub cost_pence: Option<Pence>,
    /// What is left of the budget to pay for them; `None` where none is allocated, or `until` is in another year.
    pub left_pence: Option<Pence>,
}

/// One course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseActions {
    /// Its code.
    pub course: String,
    /// Its title.
    pub title: String,
    /// By month-end to come.
    pub months: Vec<MonthActions>,
}

/// One course by one month-end; each count is of all that is done by then, so that none is smaller than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthActions {
    /// The month-end.
    pub as_at: NaiveDate,
    /// People to have trained by then, so that the course is at its target on it and on every one before.
    pub to_train: u64,
    /// Places booked by then.
    pub booked: u64,
    /// People to have trained by then beside those with a booked place.
    pub missing: u64,
}

/// The actions that a forecast calls for: `booked` says how many places of a course are booked up to a month-end.
/// `None` without a forecast.
pub fn actions(
    courses: &[Group],
    forecast: &[ForecastMonth],
    budget: &BudgetFigures,
    as_at: NaiveDate,
    booked: impl Fn(&str, NaiveDate) -> u64,
) -> Option<Actions> {
    let year = FinancialYear::of(as_at);
    let in_year = forecast.iter().rfind(|month| FinancialYear::of(month.as_at) == year);
    let until = in_year.or(forecast.last())?.as_at;
    let courses: Vec<CourseActions> = courses
        .iter()
        .map(|course| CourseActions {
            course: course.key.clone(),
            title: course.title.clone().unwrap_or_else(|| course.key.clone()),
            months: months(&course.key, forecast, &booked),
        })
        .collect();
    let by_then = courses
        .iter()
        .filter_map(|course| course.months.iter().find(|month| month.as_at == until))
        .fold((0, 0, 0), |(to_train, booked, missing), month| {
            (to_train + month.to_train, booked + month.booked, missing + month.missing)
        });
    let (to_train, booked, missing) = by_then;
    let cost = |each: Pence| i64::try_from(missing).ok().and_then(|missing| each.checked_mul(missing));
    Some(Actions {
        until,
        courses,
        to_train,
        booked,
        missing,
        cost_pence: budget.cost_per_completion_pence.and_then(cost),
        left_pence: budget.remaining_pence.filter(|_| in_year.is_some()),
    })
}

fn months(
    course: &str,
    forecast: &[ForecastMonth],
    booked: impl Fn(&str, NaiveDate) -> u64,
) -> Vec<MonthActions> {
    let needed =
        |courses: &[ForecastCourse]| courses.iter().find(|of| of.course == course).map_or(0, |of| of.needed);
    let (mut to_train, mut missing) = (0, 0);
    forecast
        .iter()
        .map(|month| {
            // Who was trained for an earlier month-end stays trained: the counts only rise.
            to_train = needed(&month.courses).max(to_train);
            let beside = month.booked.as_ref().map_or(&month.courses, |booked| &booked.courses);
            missing = needed(beside).max(missing);
            MonthActions { as_at: month.as_at, to_train, booked: booked(course, month.as_at), missing }
        })
        .collect()
}
