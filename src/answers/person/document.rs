//! What is told about one person as JSON (spec 4.1).

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::explained::{CreditingRecord, PersonExplained};
use super::texts::{add_texts, said_of_post};
use crate::answers::forms::selectors::selectors;
use crate::answers::forms::shapes;
use crate::compliance::{CourseState, Judge, Presence};
use crate::outbox::PersonStage;
use crate::policy::RequirementIndex;
use crate::register::{Assignment, Booking, Name, PostFields, View};

/// The shape of `explain` (spec 4.1).
pub(super) fn document(told: &PersonExplained) -> Value {
    let (view, person, judge) = (&told.view, told.person, &told.judge());
    let who = view.people.get(person);
    let explanation = &told.explanation;
    let code = |course| judge.policy.course_code(course);
    let mut document = json!({
        "employee_number": who.map(|who| who.employee_number.as_ref()),
        "name": view.names.get(person).map(Name::full),
        "organisation": who.map(|who| view.organisation_code(who.organisation)),
        "as_at": told.as_at,
        "in_post": explanation.presence != Presence::NotInPost,
        "absent": explanation.presence == Presence::Absent,
        "start_date": explanation.start_on,
        "assignments": view
            .assignments(person)
            .iter()
            .map(|assignment| assignment_document(judge, told, assignment, told.as_at))
            .collect::<Vec<_>>(),
        "courses": explanation
            .courses
            .iter()
            .map(|(course, because)| course_document(told, judge, course, because))
            .collect::<Vec<_>>(),
        "bookings": view
            .bookings(person, told.as_at)
            .map(|booking| booking_document(view, booking))
            .collect::<Vec<_>>(),
        "covered": explanation
            .covered
            .iter()
            .map(|(course, by)| json!({ "course": code(*course), "covered_by": code(*by) }))
            .collect::<Vec<_>>(),
    });
    let own = told.said.0.each().map(|(field, said)| (field.about(), said));
    add_texts(&mut document, own.filter(|(about, _)| !about.label.is_empty()));
    document
}

fn booking_document(view: &View, booking: &Booking) -> Value {
    json!({
        "course": view.courses.get(booking.course),
        "date": booking.takes_place_on,
        "place": view.texts.get(booking.place),
    })
}

fn assignment_document(
    judge: &Judge<'_>,
    told: &PersonExplained,
    assignment: &Assignment,
    as_at: NaiveDate,
) -> Value {
    let mut document = json!({
        "primary": assignment.primary,
        "start_date": assignment.start_on,
        "leave_date": assignment.leave_on,
        "held": assignment.held_on(as_at),
        "absent": judge.is_absent(assignment),
    });
    let said = said_of_post(&told.said.1, assignment).into_iter().flat_map(PostFields::each);
    add_texts(&mut document, said.map(|(field, said)| (field.about(), said)));
    document
}

fn course_document(
    told: &PersonExplained,
    judge: &Judge<'_>,
    course: &CourseState,
    because: &[RequirementIndex],
) -> Value {
    let policy = &told.policy;
    let requirement = |number: &RequirementIndex| {
        let selectors = policy.requirements.get(*number).map(selectors);
        json!({ "requirement": number.number(), "selectors": selectors })
    };
    let by_hours = course.hours.is_some();
    let credit = told.credit(judge, course.course).map(|credit| credit.document(by_hours));
    let mut shape = shapes::course_state(policy, course);
    if let Value::Object(shape) = &mut shape {
        shape.extend(course.hours.map(|hours| ("hours".to_owned(), json!(hours))));
        shape.insert("because".to_owned(), because.iter().map(requirement).collect());
        shape.insert("credit".to_owned(), credit.collect());
        shape.insert("reminders".to_owned(), told.told(course).map(reminder).collect());
        shape.insert("next_reminder".to_owned(), json!(told.next_reminder(judge, course)));
    }
    shape
}

fn mode(participatory: bool) -> &'static str {
    if participatory { "participatory" } else { "e-learning" }
}

impl CreditingRecord<'_> {
    /// Where the course is asked for by hours, the hours that it counts, and whether they are the default.
    fn document(&self, by_hours: bool) -> Value {
        let CreditingRecord { record, lapse, default_hours } = self;
        let mut shape = json!({
            "course": record.course,
            "completed_on": record.completed_on,
            "expires_on": record.expires_on,
            "lapse_date": lapse,
            "hours": record.hours,
            "mode": record.participatory.map(mode),
            "provider": record.provider,
            "certificate": record.certificate,
        });
        if let (Value::Object(shape), true) = (&mut shape, by_hours) {
            shape.insert("hours".to_owned(), json!(record.hours.unwrap_or(*default_hours)));
            shape.insert("default_hours".to_owned(), json!(record.hours.is_none()));
        }
        shape
    }
}

fn reminder(of: &PersonStage) -> Value {
    json!({
        "stage": of.told.stage,
        "due_date": of.told.due_on,
        "planned_on": of.planned_on,
        "sent_at": of.sent_at.map(shapes::instant),
        "outcome": of.state.as_str(),
    })
}
