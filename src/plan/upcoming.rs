//! When the next reminder of a course will come, if nothing changes: what `explain` tells.

use chrono::{Days, NaiveDate};

use super::stage::{days_to_go, latest_reached};
use crate::compliance::{CourseState, State};
use crate::policy::Policy;

/// The longest wait between two stages is an interval of the policy; beyond this nothing more is looked for.
const LOOK_AHEAD_DAYS: u64 = 800;

/// The first sending day from `today` on which this course would trigger a reminder, given what was told before.
/// `None` where it never will: it never lapses, is exempt, or the person has left by then (`last_day`).
pub fn next_reminder(
    policy: &Policy,
    course: &CourseState,
    told: impl Fn(NaiveDate, i32) -> bool,
    today: NaiveDate,
    last_day: Option<NaiveDate>,
    is_sending_day: impl Fn(NaiveDate) -> bool,
) -> Option<NaiveDate> {
    let due_on = course.due_on?;
    let first_stage = policy.reminders.before_days.iter().max().copied().unwrap_or(0);
    let from = due_on.checked_sub_days(Days::new(u64::from(first_stage))).unwrap_or(today).max(today);
    let lists = |day: NaiveDate| match course.state {
        State::UpToDate | State::DueSoon => {
            days_to_go(due_on, day) <= i32::try_from(policy.due_soon_days).unwrap_or(i32::MAX)
        }
        State::InGrace | State::NotDone | State::Lapsed => true,
        State::Exempt => false,
    };
    from.iter_days()
        .take(usize::try_from(LOOK_AHEAD_DAYS).unwrap_or(usize::MAX))
        .take_while(|day| last_day.is_none_or(|last| *day <= last))
        .find(|day| {
            lists(*day)
                && is_sending_day(*day)
                && latest_reached(&policy.reminders, days_to_go(due_on, *day))
                    .is_some_and(|stage| !told(due_on, stage))
        })
}
