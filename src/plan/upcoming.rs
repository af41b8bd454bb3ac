//! When the next reminder of a course will come, if nothing changes: what `explain` tells.

use chrono::{Days, NaiveDate};

use super::stage::{days_to_go, latest_reached};
use crate::compliance::{Assessment, CourseState, Judge, Presence};
use crate::register::PersonIndex;

/// The longest wait between two stages is an interval of the policy; beyond this nothing more is looked for.
const LOOK_AHEAD_DAYS: u64 = 800;

/// The first sending day from `today` on which this course would trigger a reminder, given what was told before: each
/// day is judged as [`super::plan`] will judge it, so that what is known to begin and end by then counts (leave dates,
/// exemptions, rules, another course that covers this one). `None` where none will come: it never lapses, the person
/// leaves before, is absent or can't be reached by mail.
pub(crate) fn next_reminder(
    judge: &Judge<'_>,
    person: PersonIndex,
    course: &CourseState,
    told: impl Fn(NaiveDate, i32) -> bool,
    today: NaiveDate,
    is_sending_day: impl Fn(NaiveDate) -> bool,
) -> Option<NaiveDate> {
    if !judge.view.is_reached(person) {
        return None;
    }
    let exempt_until = judge.view.exemptions(person).iter().filter_map(|exemption| exemption.until).max();
    let until = [course.due_on, exempt_until].into_iter().flatten().fold(today, NaiveDate::max);
    let until = until.checked_add_days(Days::new(LOOK_AHEAD_DAYS)).unwrap_or(NaiveDate::MAX);
    let mut assessment = Assessment::default();
    today.iter_days().take_while(|day| *day <= until).filter(|day| is_sending_day(*day)).find(|day| {
        judge.assess(person, *day, *day, &mut assessment);
        assessment.presence == Presence::Present
            && assessment.courses.iter().any(|then| {
                then.course == course.course
                    && then.state.is_reminded()
                    && then.due_on.is_some_and(|due_on| {
                        latest_reached(&judge.policy.reminders, days_to_go(due_on, *day))
                            .is_some_and(|stage| !told(due_on, stage))
                    })
            })
    })
}
