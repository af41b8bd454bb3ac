//! `explain`: why a person is or isn't up to date.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::args::ExplainArgs;
use super::exit::Exit;
use super::json as shapes;
use super::out::Out;
use super::selectors::{selector_words, selectors};
use crate::app::{App, Question};
use crate::compliance::{CourseState, Explanation, Judge, Presence, State, explain, lapse_date};
use crate::jobs::SendingDays;
use crate::mail::hours_words;
use crate::outbox::{self, store as outbox_store};
use crate::plan;
use crate::policy::Policy;
use crate::register::store::{Detail, PersonRecord, person_records, said_of};
use crate::register::{
    Address, Assignment, Booking, Hours, PersonFields, PersonIndex, PostFields, View, WhomError,
};

mod texts;

use texts::{add_texts, own_lines, said_of_post};

/// Everything that is told about one person.
struct Told {
    explanation: Explanation,
    /// What staff lists say of the person, and of each of their posts.
    said: (PersonFields<String>, Vec<PostFields<String>>),
    records: Vec<PersonRecord>,
    reminders: Vec<outbox::ToldOf>,
    sending_days: SendingDays,
}

/// Prints a person's assignments, the rules that matched, the records that count, lapse dates and reminders.
pub fn run(app: &App, args: &ExplainArgs, out: Out) -> anyhow::Result<Exit> {
    let question = app.question(&args.asked)?;
    let policy = app.policy(&question)?;
    let view = app.view(&question, Detail::WithNames)?;
    let judge = Judge::new(&view, &policy);
    let person = find(&view, &args.employee_number)?;
    let staff_id = view.people.get(person).map_or(0, |who| who.staff_id);
    let (said, records, reminders) = app.db.read(|conn| {
        let said = said_of(conn, question.known, staff_id)?;
        let records = person_records(conn, question.known, staff_id)?;
        Ok::<_, anyhow::Error>((said, records, outbox_store::told_of(conn, staff_id, question.known_at)?))
    })?;
    let explanation = explain(&judge, person, question.as_at);
    let sending_days = SendingDays::read(app, &policy.reminders)?;
    let told = Told { explanation, said, records, reminders, sending_days };
    if out.json {
        out.document(&document(&judge, person, &told, &question))?;
    } else {
        out.text(&words(&judge, person, &told, &question))?;
    }
    Ok(Exit::Done)
}

/// The one person with this number, or a sentence that says what to do.
fn find(view: &View, number: &str) -> Result<PersonIndex, WhomError> {
    let organisations = 0..u16::try_from(view.organisations.len()).unwrap_or(u16::MAX);
    let found: Vec<PersonIndex> =
        organisations.filter_map(|organisation| view.find(organisation, number)).collect();
    match found.as_slice() {
        [person] => Ok(*person),
        [] => {
            let bare = |text: &str| text.trim_start_matches('0').to_owned();
            let near = view.people.iter().find(|who| bare(&who.employee_number) == bare(number));
            let near = near.map(|who| who.employee_number.to_string());
            Err(WhomError::Nobody { number: number.to_owned(), near })
        }
        several => {
            let people = several.iter().filter_map(|person| view.people.get(*person));
            let codes = people.map(|who| view.organisation_code(who).to_owned()).collect();
            Err(WhomError::Several { number: number.to_owned(), codes })
        }
    }
}

fn document(judge: &Judge<'_>, person: PersonIndex, told: &Told, question: &Question) -> Value {
    let view = judge.view;
    let who = view.people.get(person);
    let explanation = &told.explanation;
    let code = |course: usize| shapes::course_code(judge.policy, course);
    let mut document = json!({
        "employee_number": who.map(|who| who.employee_number.as_ref()),
        "name": view.names.get(person).map(crate::register::Name::full),
        "organisation": who.map(|who| view.organisation_code(who)),
        "as_at": question.as_at,
        "in_post": explanation.presence != Presence::NotInPost,
        "absent": explanation.presence == Presence::Absent,
        "start_date": explanation.start_on,
        "assignments": view
            .assignments(person)
            .iter()
            .map(|assignment| assignment_document(judge, told, assignment, question.as_at))
            .collect::<Vec<_>>(),
        "courses": explanation
            .courses
            .iter()
            .map(|(course, because)| course_document(judge, person, told, course, because, question.as_at))
            .collect::<Vec<_>>(),
        "bookings": view
            .bookings(person, question.as_at)
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
        "course": view.courses.get(usize::from(booking.course)),
        "date": booking.takes_place_on,
        "place": view.texts.get(booking.place),
    })
}

fn assignment_document(judge: &Judge<'_>, told: &Told, assignment: &Assignment, as_at: NaiveDate) -> Value {
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
    judge: &Judge<'_>,
    person: PersonIndex,
    told: &Told,
    course: &CourseState,
    because: &[usize],
    as_at: NaiveDate,
) -> Value {
    let policy = judge.policy;
    let requirement = |number: &usize| {
        let selectors = policy.requirements.get(*number).map(selectors);
        json!({ "requirement": number + 1, "selectors": selectors })
    };
    let by_hours = course.hours.is_some();
    let credit = credit(judge, told, course.course, as_at).map(|credit| credit.document(by_hours));
    let mut shape = shapes::course_state(policy, course);
    if let Value::Object(shape) = &mut shape {
        shape.extend(course.hours.map(|hours| ("hours".to_owned(), json!(hours))));
        shape.insert("because".to_owned(), because.iter().map(requirement).collect());
        shape.insert("credit".to_owned(), credit.collect());
        shape.insert("reminders".to_owned(), reminders(policy, told, course).collect());
        shape.insert("next_reminder".to_owned(), json!(next_reminder(judge, person, told, course, as_at)));
    }
    shape
}

fn mode(participatory: bool) -> &'static str {
    if participatory { "participatory" } else { "e-learning" }
}

/// A record that gives credit for a course.
struct Credit<'a> {
    record: &'a PersonRecord,
    lapse: Option<NaiveDate>,
    /// What a record of its course without hours counts (spec 2.4).
    default_hours: Hours,
}

impl Credit<'_> {
    /// Where the course is asked for by hours, the hours that it counts, and whether they are the default.
    fn document(&self, by_hours: bool) -> Value {
        let Credit { record, lapse, default_hours } = self;
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

    fn words(&self, by_hours: bool) -> String {
        let Credit { record, lapse, default_hours } = self;
        let hours = match record.hours {
            Some(hours) => format!(", {hours} hours"),
            None if by_hours => format!(", {default_hours} hours by default"),
            None => String::new(),
        };
        let mode = record
            .participatory
            .filter(|_| by_hours)
            .map_or("", |participatory| if participatory { ", participatory" } else { ", e-learning" });
        let until = lapse.map_or("never".to_owned(), |lapse| lapse.to_string());
        format!("  counts: {} completed {}{hours}{mode}, until {until}", record.course, record.completed_on)
    }
}

/// The records that give credit for the course on the day.
fn credit<'a>(
    judge: &'a Judge<'_>,
    told: &'a Told,
    course: usize,
    as_at: NaiveDate,
) -> impl Iterator<Item = Credit<'a>> {
    told.records.iter().filter_map(move |record| {
        let own = judge.policy.courses.iter().position(|course| course.code == record.course)?;
        let rules = judge.policy.courses.get(own)?;
        let lapse = lapse_date(record.completed_on, record.expires_on, rules.valid_months);
        let default_hours = rules.default_hours.unwrap_or(Hours(0));
        let counts = record.completed_on <= as_at && lapse.is_none_or(|lapse| as_at <= lapse);
        (judge.gives_credit(own, course) && counts).then_some(Credit { record, lapse, default_hours })
    })
}

fn reminders<'a>(
    policy: &'a Policy,
    told: &'a Told,
    course: &'a CourseState,
) -> impl Iterator<Item = Value> + 'a {
    let code = shapes::course_code(policy, course.course);
    told.reminders.iter().filter(move |of| of.told.course == code).map(|of| {
        json!({
            "stage": of.told.stage,
            "due_date": of.told.due_on,
            "planned_on": of.planned_on,
            "sent_at": of.sent_at.map(|at: DateTime<Utc>| shapes::instant(at)),
            "outcome": of.state.as_str(),
        })
    })
}

fn next_reminder(
    judge: &Judge<'_>,
    person: PersonIndex,
    told: &Told,
    course: &CourseState,
    as_at: NaiveDate,
) -> Option<NaiveDate> {
    let code = shapes::course_code(judge.policy, course.course);
    let was_told = |due_on, stage| {
        told.reminders.iter().any(|of| {
            of.state != outbox::State::Cancelled
                && of.told.course == code
                && of.told.due_on == due_on
                && of.told.stage == stage
        })
    };
    plan::next_reminder(judge, person, course, was_told, as_at, |day| told.sending_days.includes(day))
}

fn words(judge: &Judge<'_>, person: PersonIndex, told: &Told, question: &Question) -> String {
    let view = judge.view;
    let Some(who) = view.people.get(person) else { return String::new() };
    let name = view.names.get(person).map_or(String::new(), crate::register::Name::full);
    let standing = match told.explanation.presence {
        Presence::NotInPost => "not in post",
        Presence::Absent => "in post, absent: left out of every figure and reminded of nothing",
        Presence::Present => "in post",
    };
    let mut lines = vec![
        format!("{name}, {} at {}", who.employee_number, view.organisation_code(who)),
        format!("On {}: {standing}.", question.as_at.format("%-d %B %Y")),
    ];
    lines.extend(match who.address {
        Address::Reached => None,
        Address::Missing => Some("No e-mail address on record: no reminder reaches them.".to_owned()),
        Address::Bouncing { since, .. } => Some(format!("Mail has come back since {since}: none is sent.")),
    });
    lines.extend(own_lines(told.said.0.each().map(|(field, said)| (field.about(), said))));
    lines.extend([String::new(), "Assignments".to_owned()]);
    for assignment in view.assignments(person) {
        lines.push(assignment_words(judge, assignment, question.as_at));
        let said = said_of_post(&told.said.1, assignment).into_iter().flat_map(PostFields::each);
        lines.extend(
            own_lines(said.map(|(field, said)| (field.about(), said))).map(|line| format!("    {line}")),
        );
    }
    for (course, because) in &told.explanation.courses {
        lines.push(String::new());
        lines.extend(course_words(judge, person, told, course, because, question.as_at));
    }
    if view.bookings(person, question.as_at).next().is_some() {
        lines.extend([String::new(), "Booked".to_owned()]);
        lines.extend(view.bookings(person, question.as_at).map(|booking| booking_words(view, booking)));
    }
    for (course, by) in &told.explanation.covered {
        let (course, by) =
            (shapes::course_code(judge.policy, *course), shapes::course_code(judge.policy, *by));
        lines.push(String::new());
        lines.push(format!("{course}: covered by {by}"));
    }
    lines.join("\n")
}

fn booking_words(view: &View, booking: &Booking) -> String {
    let place = view.texts.get(booking.place);
    let at = if place.is_empty() { String::new() } else { format!(" at {place}") };
    let course = view.courses.get(usize::from(booking.course)).map_or("", String::as_str);
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
    if judge.is_absent(assignment) {
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
    judge: &Judge<'_>,
    person: PersonIndex,
    told: &Told,
    course: &CourseState,
    because: &[usize],
    as_at: NaiveDate,
) -> Vec<String> {
    let policy = judge.policy;
    let title = policy.courses.get(course.course).map_or("", |course| &course.title);
    let code = shapes::course_code(policy, course.course);
    let on = |date: Option<NaiveDate>| date.map_or("never".to_owned(), |date| date.to_string());
    let state = match course.state {
        State::UpToDate | State::DueSoon if course.lapse_on.is_none() => {
            "up to date, never lapses".to_owned()
        }
        State::UpToDate => format!("up to date until {}", on(course.lapse_on)),
        State::DueSoon => format!("due soon: up to date until {}", on(course.lapse_on)),
        State::Exempt => "exempt".to_owned(),
        State::InGrace => format!("in grace until {}", on(course.due_on)),
        State::Lapsed => format!("lapsed: last up to date on {}", on(course.lapse_on)),
        State::NotDone => format!("not done: was due by {}", on(course.due_on)),
    };
    let hours = course.hours.map_or(String::new(), |hours| format!("; {}", hours_words(hours)));
    let mut lines = vec![format!("{code} {title}: {state}{hours}")];
    for number in because {
        let selectors = policy.requirements.get(*number).map(selectors).unwrap_or_default();
        lines.push(format!(
            "  needed by requirement {} of the policy: {}",
            number + 1,
            selector_words(&selectors)
        ));
    }
    let by_hours = course.hours.is_some();
    lines.extend(credit(judge, told, course.course, as_at).map(|credit| credit.words(by_hours)));
    for of in told.reminders.iter().filter(|of| of.told.course == code) {
        lines.push(format!(
            "  reminded: stage {} planned {}, {}",
            of.told.stage,
            of.planned_on,
            of.state.as_str()
        ));
    }
    if let Some(next) = next_reminder(judge, person, told, course, as_at) {
        lines.push(format!("  next reminder: {next}"));
    }
    lines
}
