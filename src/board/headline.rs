//! What the places asked for would make of the headline (spec 2.6, 2.9).

use std::collections::BTreeMap;

use super::{Actions, disclosure::is_few};
use crate::compliance::{ForecastMonth, Group, LackedSets, Rate};
use crate::policy::{CourseIndex, Policy};

/// The staff rate that the places missing would make. `months` are the month-ends to come, `courses` how each course
/// stands now; `lacked` is what people lack by the month-end that the actions look to.
pub(crate) fn with_places(
    actions: &Actions,
    courses: &[Group],
    months: &[ForecastMonth],
    lacked: &LackedSets,
    policy: &Policy,
) -> Option<Rate> {
    let month = months.iter().find(|month| month.as_at == actions.until)?;
    let booked = month.booked.as_ref()?;
    let is_of_few = |code: &str| {
        let now = courses.iter().filter(|course| course.key == code).map(|of| of.counts.requirements);
        let then = month.courses.iter().filter(|course| course.course == code).map(|of| of.rate);
        now.chain(then).any(|rate| is_few(rate.counted))
    };
    let asked = actions.courses.iter().filter(|course| !is_of_few(&course.course));
    let places: BTreeMap<CourseIndex, u64> = asked
        .filter_map(|course| {
            let at_the_end = course.months.iter().find(|month| month.as_at == actions.until)?;
            let place = policy.courses.position(|of| of.code == course.course)?;
            Some((place, at_the_end.missing))
        })
        .collect();
    let brought_up = lacked.brought_up_by(&places);
    Some(Rate { up_to_date: booked.staff.up_to_date + brought_up, ..booked.staff })
}
