//! Who is reminded today, of what, and why nobody else is (spec 2.8).

use chrono::NaiveDate;

use super::history::PersonHistory;
use super::stage::{days_to_go, latest_reached};
use crate::compliance::{CourseState, HoursStanding, Judge, TrainingState};
use crate::policy::CourseIndex;
use crate::register::PersonIndex;

/// One course that a message lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedItem {
    /// The course's place in the policy.
    pub course: CourseIndex,
    /// Its state today.
    pub state: TrainingState,
    /// When it is or was due.
    pub due_on: NaiveDate,
    /// The last day it was met, where it was.
    pub lapse_on: Option<NaiveDate>,
    /// Where it is asked for by hours: how many count today, of how many.
    pub hours: Option<HoursStanding>,
    /// The latest stage reached, if any.
    pub stage: Option<i32>,
    /// Whether it is a reason for the message: its stage was never told before. Never so in a digest, which comes with
    /// the week.
    pub triggers: bool,
}

/// Whether a message goes out or waits for a person to let it go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailBrake {
    /// It goes out.
    Open,
    /// The mail brake holds it.
    Held,
}

/// A reminder to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedReminder {
    /// Whom it is for.
    pub person: PersonIndex,
    /// What it lists: triggering items first, then by due date, then by course code.
    pub items: Vec<PlannedItem>,
    /// Whether the mail brake holds it.
    pub brake: MailBrake,
}

/// What a person is owed today.
pub(super) enum Due {
    Nothing,
    AlreadyTold,
    Now(Vec<PlannedItem>),
}

/// What the person behind `told` is owed today, given how their courses stand.
pub(super) fn due(
    judge: &Judge<'_>,
    courses: &[CourseState],
    told: &PersonHistory<'_>,
    today: NaiveDate,
) -> Due {
    let listed = || courses.iter().filter(|course| course.state.is_reminded());
    let reached = |due_on| latest_reached(&judge.policy.reminders, days_to_go(due_on, today));
    if !listed().any(|course| course.due_on.is_some_and(|due_on| reached(due_on).is_some())) {
        return Due::Nothing;
    }
    let triggers = |course: &CourseState, due_on| {
        let which = (course.course, code(judge, course.course));
        reached(due_on).is_some_and(|stage| !told.contains(which, due_on, stage))
    };
    if !listed().any(|course| course.due_on.is_some_and(|due_on| triggers(course, due_on))) {
        return Due::AlreadyTold;
    }
    Due::Now(items(judge, courses, today, triggers))
}

/// Everything of a person's that a reminder lists, in its order.
fn items(
    judge: &Judge<'_>,
    courses: &[CourseState],
    today: NaiveDate,
    triggers: impl Fn(&CourseState, NaiveDate) -> bool,
) -> Vec<PlannedItem> {
    let listed = courses.iter().filter(|course| course.state.is_reminded());
    let mut items: Vec<PlannedItem> = listed
        .filter_map(|course| {
            let mut item = item(judge, course, today)?;
            item.triggers = triggers(course, item.due_on);
            Some(item)
        })
        .collect();
    items.sort_by(|a, b| {
        (!a.triggers, a.due_on, code(judge, a.course)).cmp(&(!b.triggers, b.due_on, code(judge, b.course)))
    });
    items
}

/// What a reminder that was promised before lists on the day it is put into words: what triggered it, where that is still
/// due, and everything else of the person's that is due by then. `None` where nothing that it promised is due any more.
pub(crate) fn promised_items(
    judge: &Judge<'_>,
    courses: &[CourseState],
    promised: impl Fn(&str, NaiveDate) -> bool,
    today: NaiveDate,
) -> Option<Vec<PlannedItem>> {
    let triggers = |course: &CourseState, due_on| promised(code(judge, course.course), due_on);
    let items = items(judge, courses, today, triggers);
    items.iter().any(|item| item.triggers).then_some(items)
}

/// A course as a message lists it, triggering nothing; `None` where it has no due date.
pub(super) fn item(judge: &Judge<'_>, course: &CourseState, today: NaiveDate) -> Option<PlannedItem> {
    let due_on = course.due_on?;
    Some(PlannedItem {
        course: course.course,
        state: course.state,
        due_on,
        lapse_on: course.lapse_on,
        hours: course.hours,
        stage: latest_reached(&judge.policy.reminders, days_to_go(due_on, today)),
        triggers: false,
    })
}

/// The code of a course of the policy.
pub(super) fn code<'a>(judge: &Judge<'a>, course: CourseIndex) -> &'a str {
    judge.policy.course_code(course)
}
