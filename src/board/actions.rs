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

/// One course by one month-end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthActions {
    /// The month-end.
    pub as_at: NaiveDate,
    /// People to have trained by then for the course to be at its target.
    pub to_train: u64,
    /// Places booked by then.
    pub booked: u64,
    /// People to have trained by then beside those with a booked place.
    pub missing: u64,
}

/// The actions that a forecast calls for: `booked` says how many places of a course are booked up to a month-end.
/// `None` without a forecast.
pub(crate) fn actions(
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
    let month = |month: &ForecastMonth| {
        let with_booked = month.booked.as_ref().map_or(&month.courses, |booked| &booked.courses);
        MonthActions {
            as_at: month.as_at,
            to_train: needed(&month.courses),
            booked: booked(course, month.as_at),
            missing: needed(with_booked),
        }
    };
    forecast.iter().map(month).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::example::october;
    use crate::compliance::ForecastBooked;
    use crate::policy::Percent;

    fn asked(as_at: &str) -> Actions {
        let figures = october();
        let mut forecast = figures.forecast.clone();
        for month in &mut forecast {
            let mut courses = month.courses.clone();
            for course in courses.iter_mut().filter(|course| course.course == "SGC-L3") {
                course.needed -= 10;
            }
            month.booked = Some(ForecastBooked { staff: month.staff, headline: None, courses });
        }
        let forecast: Vec<_> =
            forecast.into_iter().filter(|month| month.as_at > as_at.parse().unwrap()).collect();
        let booked = |course: &str, _| if course == "SGC-L3" { 12 } else { 0 };
        actions(&figures.courses, &forecast, &figures.budget, as_at.parse().unwrap(), booked).unwrap()
    }

    #[test]
    fn the_sums_look_to_the_end_of_the_financial_year_and_price_what_no_booked_place_helps() {
        let actions = asked("2026-10-31");
        assert_eq!(actions.until.to_string(), "2027-03-31");
        let by_march = |course: &str| {
            let course = actions.courses.iter().find(|of| of.course == course).unwrap();
            *course.months.iter().find(|month| month.as_at == actions.until).unwrap()
        };
        // 204 need level 3, 106 of them will be up to date in March, the target of 85% takes 174.
        assert_eq!(Percent(85_000_000).least_of(204), 174);
        let level_3 = by_march("SGC-L3");
        assert_eq!((level_3.to_train, level_3.booked, level_3.missing), (68, 12, 58));
        let sum = |of: fn(MonthActions) -> u64| {
            ["SGC-L1", "SGC-L2", "SGC-L3", "SGA-L2", "PREVENT", "SGC-L4"]
                .map(by_march)
                .map(of)
                .iter()
                .sum::<u64>()
        };
        assert_eq!(actions.to_train, sum(|month| month.to_train));
        assert_eq!((actions.booked, actions.missing), (12, actions.to_train - 10));
        let each = october().budget.cost_per_completion_pence.unwrap();
        assert_eq!(actions.cost_pence, Some(each * i64::try_from(actions.missing).unwrap()));
        assert_eq!(actions.left_pence, october().budget.remaining_pence);
    }

    #[test]
    fn after_the_years_last_month_they_look_to_the_end_of_the_forecast_which_has_no_budget_yet() {
        let actions = asked("2027-03-31");
        assert_eq!(actions.until.to_string(), "2027-10-31");
        assert!(actions.cost_pence.is_some() && actions.left_pence.is_none());
    }
}
