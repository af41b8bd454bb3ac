//! The months to come, by course: a course that is withheld now is withheld in all of them.

use super::few::why;
use super::figures::{
    DisclosedActions, DisclosedBooked, DisclosedCourse, DisclosedCourseActions, DisclosedCourseAhead,
    DisclosedCourseForecast, DisclosedMonthActions, DisclosedMonthEnd, PlacesToBook,
};
use super::shown::{Shown, Withheld};
use crate::board::{Actions, BoardFigures, CourseActions};
use crate::compliance::{ForecastCourse, Rate};

pub(super) fn forecast(figures: &BoardFigures, courses: &[DisclosedCourse]) -> Vec<DisclosedMonthEnd> {
    let now = why(figures.counts.staff);
    let staff = |rate: Rate| Shown::unless(why(rate).or(now.map(|_| Withheld::Beside)), rate);
    let each = |of: &[ForecastCourse]| {
        let ahead = of.iter().map(|of| DisclosedCourseAhead {
            course: of.course.clone(),
            ahead: Shown::unless(
                by_then(courses, of),
                DisclosedCourseForecast { rate: of.rate, needed: of.needed },
            ),
        });
        ahead.collect()
    };
    let months = figures.forecast.iter();
    months
        .map(|month| DisclosedMonthEnd {
            as_at: month.as_at,
            staff: staff(month.staff),
            courses: each(&month.courses),
            booked: month
                .booked
                .as_ref()
                .map(|booked| DisclosedBooked { staff: staff(booked.staff), courses: each(&booked.courses) }),
        })
        .collect()
}

/// Why a course is withheld at a month-end to come, if it is.
fn by_then(courses: &[DisclosedCourse], of: &ForecastCourse) -> Option<Withheld> {
    let now =
        courses.iter().find(|course| course.key == of.course).and_then(|course| course.counts.withheld());
    why(of.rate).or(now.map(|_| Withheld::Beside))
}

/// What it takes, summed over the courses told; `None` where no course with people is.
pub(super) fn actions(
    actions: &Actions,
    figures: &BoardFigures,
    courses: &[DisclosedCourse],
) -> Option<DisclosedActions> {
    let is_withheld = |course: &CourseActions| {
        courses.iter().any(|of| of.key == course.course && of.counts.withheld().is_some())
    };
    let told: Vec<DisclosedCourseActions> =
        actions.courses.iter().filter(|of| !is_withheld(of)).map(|of| course(of, figures, courses)).collect();
    let at_the_end = |course: &DisclosedCourseActions| {
        course.months.iter().find(|month| month.as_at == actions.until).map(|month| month.places)
    };
    let by_then: Vec<PlacesToBook> =
        told.iter().filter_map(at_the_end).filter_map(|places| places.value().copied()).collect();
    let sum = |of: fn(&PlacesToBook) -> u64| by_then.iter().map(of).sum::<u64>();
    let missing = sum(|places| places.missing);
    let cost = |each: i64| i64::try_from(missing).ok().and_then(|missing| each.checked_mul(missing));
    let withheld = actions.courses.len().saturating_sub(by_then.len());
    let mut people =
        courses.iter().filter_map(|course| course.counts.value()).map(|counts| counts.requirements.counted);
    if withheld > 0 && people.all(|people| people == 0) {
        return None;
    }
    Some(DisclosedActions {
        until: actions.until,
        courses: told,
        courses_withheld: u64::try_from(withheld).unwrap_or(u64::MAX),
        to_train: sum(|places| places.to_train),
        booked: sum(|places| places.booked),
        missing,
        cost_pence: match withheld {
            0 => actions.cost_pence,
            _ => figures.budget.cost_per_completion_pence.and_then(cost),
        },
        left_pence: actions.left_pence,
    })
}

fn course(of: &CourseActions, figures: &BoardFigures, courses: &[DisclosedCourse]) -> DisclosedCourseActions {
    let months = of.months.iter().map(|month| {
        let at = figures.forecast.iter().find(|ahead| ahead.as_at == month.as_at);
        let ahead = at.and_then(|ahead| ahead.courses.iter().find(|ahead| ahead.course == of.course));
        let places = PlacesToBook { to_train: month.to_train, booked: month.booked, missing: month.missing };
        let why = ahead.and_then(|ahead| by_then(courses, ahead));
        DisclosedMonthActions { as_at: month.as_at, places: Shown::unless(why, places) }
    });
    DisclosedCourseActions { course: of.course.clone(), title: of.title.clone(), months: months.collect() }
}
