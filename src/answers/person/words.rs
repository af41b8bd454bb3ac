//! What is told about one person, for a terminal.

use chrono::NaiveDate;

use super::explained::{CreditingRecord, PersonExplained};
use super::texts::{own_lines, said_of_post};
use crate::answers::forms::selectors::{selector_words, selectors};
use crate::compliance::{CourseState, Judge, Presence, TrainingState};
use crate::mail::hours_words;
use crate::policy::RequirementIndex;
use crate::register::{Address, Assignment, Booking, PostFields, View};
use crate::wording::long_date;

/// What is told about them, for a terminal.
pub(super) fn words(told: &PersonExplained) -> String {
    let (view, person, judge) = (&told.view, told.person, &told.judge());
    let Some(who) = view.people.get(person) else { return String::new() };
    let name = view.full_name(person);
    let standing = match told.explanation.presence {
        Presence::NotInPost => "not in post",
        Presence::Absent => "in post, absent: left out of every figure and reminded of nothing",
        Presence::Present => "in post",
    };
    let mut lines = vec![
        format!("{name}, {} at {}", who.employee_number, view.organisation_code(who.organisation)),
        format!("On {}: {standing}.", long_date(told.as_at)),
    ];
    lines.extend(match who.address {
        Address::Reached => None,
        Address::Missing => Some("No email address on record: no reminder reaches them.".to_owned()),
        Address::Bouncing { since, .. } => Some(format!("Mail has come back since {since}: none is sent.")),
    });
    lines.extend(own_lines(told.said.0.each().map(|(field, said)| (field.about(), said))));
    lines.extend([String::new(), "Assignments".to_owned()]);
    for assignment in view.assignments(person) {
        lines.push(assignment_words(judge, assignment, told.as_at));
        let said = said_of_post(&told.said.1, assignment).into_iter().flat_map(PostFields::each);
        lines.extend(
            own_lines(said.map(|(field, said)| (field.about(), said))).map(|line| format!("    {line}")),
        );
    }
    for (course, because) in &told.explanation.courses {
        lines.push(String::new());
        lines.extend(course_words(told, judge, course, because));
    }
    if view.bookings(person, told.as_at).next().is_some() {
        lines.extend([String::new(), "Booked".to_owned()]);
        lines.extend(view.bookings(person, told.as_at).map(|booking| booking_words(view, booking)));
    }
    for (course, by) in &told.explanation.covered {
        let (course, by) = (judge.policy.course_code(*course), judge.policy.course_code(*by));
        lines.push(String::new());
        lines.push(format!("{course}: covered by {by}"));
    }
    lines.join("\n")
}

fn booking_words(view: &View, booking: &Booking) -> String {
    let place = view.texts.get(booking.place);
    let at = if place.is_empty() { String::new() } else { format!(" at {place}") };
    let course = view.course_code(booking.course);
    format!("  {course} on {}{at}", booking.takes_place_on)
}

fn assignment_words(judge: &Judge<'_>, assignment: &Assignment, as_at: NaiveDate) -> String {
    let text = |id| judge.view.texts.get(id);
    let mut notes = Vec::new();
    if assignment.primary {
        notes.push("primary");
    }
    if !assignment.held_on(as_at) {
        notes.push("not held on this day");
    }
    let category = text(assignment.category);
    if !category.is_empty() {
        notes.push(category);
    }
    if judge.is_uncounted(assignment) {
        notes.push("its category is not counted");
    } else if judge.is_absent(assignment) {
        notes.push("absent");
    }
    let until = assignment.leave_on.map_or(String::new(), |leave| format!(" to {leave}"));
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    format!(
        "  {} {}, {}, {}, from {}{until}{notes}",
        assignment.number,
        text(assignment.job_title),
        text(assignment.staff_group),
        text(assignment.unit),
        assignment.start_on,
    )
}

fn course_words(
    told: &PersonExplained,
    judge: &Judge<'_>,
    course: &CourseState,
    because: &[RequirementIndex],
) -> Vec<String> {
    let policy = &told.policy;
    let (code, title) = (policy.course_code(course.course), policy.course_title(course.course));
    let on = |date: Option<NaiveDate>| date.map_or("never".to_owned(), |date| date.to_string());
    let state = match course.state {
        TrainingState::UpToDate | TrainingState::DueSoon if course.lapse_on.is_none() => {
            "up to date, never lapses".to_owned()
        }
        TrainingState::UpToDate => format!("up to date until {}", on(course.lapse_on)),
        TrainingState::DueSoon => format!("due soon: up to date until {}", on(course.lapse_on)),
        TrainingState::Exempt => "exempt".to_owned(),
        TrainingState::InGrace => format!("in grace until {}", on(course.due_on)),
        TrainingState::Lapsed => format!("lapsed: last up to date on {}", on(course.lapse_on)),
        TrainingState::NotDone => format!("not done: was due by {}", on(course.due_on)),
    };
    let hours = course.hours.map_or(String::new(), |hours| format!("; {}", hours_words(hours)));
    let mut lines = vec![format!("{code} {title}: {state}{hours}")];
    for number in because {
        let selectors = policy.requirements.get(*number).map(selectors).unwrap_or_default();
        lines.push(format!(
            "  needed by requirement {} of the policy: {}",
            number.number(),
            selector_words(&selectors)
        ));
    }
    let by_hours = course.hours.is_some();
    lines.extend(told.credit(judge, course.course).map(|credit| credit.words(by_hours)));
    for of in told.told(course) {
        lines.push(format!(
            "  reminded: stage {} planned {}, {}",
            of.told.stage,
            of.planned_on,
            of.state.as_str()
        ));
    }
    if let Some(next) = told.next_reminder(judge, course) {
        lines.push(format!("  next reminder: {next}"));
    }
    lines
}

impl CreditingRecord<'_> {
    fn words(&self, by_hours: bool) -> String {
        let CreditingRecord { record, lapse, .. } = self;
        let more: String = self.hours_and_mode(by_hours).iter().map(|words| format!(", {words}")).collect();
        let until = lapse.map_or("never".to_owned(), |lapse| lapse.to_string());
        format!("  counts: {} completed {}{more}, until {until}", record.course, record.completed_on)
    }
}
