//! `staff`: a list of people with their states.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::args::StaffArgs;
use super::exit::Exit;
use super::export::Cell;
use super::out::{Out, table};
use super::{export, json as shapes};
use crate::answers;
use crate::app::App;
use crate::compliance::{Assessment, CourseState, Judge, Presence};
use crate::policy::{Pattern, PatternKind};
use crate::register::store::Detail;
use crate::register::{Address, Assignment, PersonIndex, TextId};
use crate::wording::counted;

/// One person of the list with the courses that match.
struct Listed {
    person: PersonIndex,
    courses: Vec<CourseState>,
}

/// Prints everyone in post with the courses they need, or with filters the people and courses that match.
pub fn run(app: &App, args: &StaffArgs, out: Out) -> anyhow::Result<Exit> {
    let question = super::question(app, &args.asked)?;
    let policy = answers::policy(app, &question)?;
    let view = answers::view(app, &question, Detail::WithNames)?;
    let judge = Judge::new(&view, &policy);
    if let Some(code) = &args.course
        && !policy.courses.iter().any(|course| course.code == *code)
    {
        let codes: Vec<&str> = policy.courses.iter().map(|course| course.code.as_str()).collect();
        anyhow::bail!("the policy has no course {code:?}; its courses are {}", codes.join(", "));
    }
    let listed = list(&judge, args, question.as_at);
    if let Some(file) = &args.output {
        let rows = listed.iter().flat_map(|listed| rows(&judge, listed, question.as_at));
        export::write(file, "Staff", &HEADERS, rows, args.force)?;
        out.note(&format!("wrote {} to {}", counted(listed.len(), "person", "people"), file.display()));
    }
    if out.json {
        let people = shapes::List(|| listed.iter().map(|listed| person(&judge, listed)));
        out.document(&BTreeMap::from([("people", people)]))?;
    } else if args.output.is_none() {
        let rows = listed.iter().flat_map(|listed| rows(&judge, listed, question.as_at));
        let rows = rows.map(|row| row.iter().map(ToString::to_string).collect());
        let people = counted(listed.len(), "person", "people");
        out.text(&format!("{}\n{people}", table(&HEADERS, HEADERS.len(), rows)))?;
    }
    Ok(Exit::Done)
}

const HEADERS: [&str; 8] =
    ["organisation", "employee_number", "name", "unit", "course", "state", "due_date", "lapse_date"];

fn list(judge: &Judge<'_>, args: &StaffArgs, as_at: NaiveDate) -> Vec<Listed> {
    let unit = args.unit.as_ref().map(|pattern| Pattern::new(pattern, PatternKind::Unit));
    let group = args.staff_group.as_ref().map(|pattern| Pattern::new(pattern, PatternKind::Text));
    let by_course = args.state.is_some() || args.course.is_some() || args.due_before.is_some();
    let filtered = by_course || unit.is_some() || group.is_some();
    let matches = |course: &CourseState| {
        args.state.is_none_or(|state| state == course.state)
            && args.due_before.is_none_or(|day| course.due_on.is_some_and(|due_on| due_on < day))
            && args
                .course
                .as_ref()
                .is_none_or(|code| judge.policy.courses.get(course.course).is_some_and(|c| c.code == *code))
    };
    let is_of = |pattern: &Option<Pattern>, person: PersonIndex, text: fn(&Assignment) -> TextId| {
        pattern.as_ref().is_none_or(|pattern| {
            let primary = judge.primary(person, as_at);
            primary.is_some_and(|primary| pattern.matches(judge.view.texts.get(text(primary))))
        })
    };
    let mut assessment = Assessment::default();
    let mut listed = Vec::new();
    for person in 0..judge.view.people.len() {
        judge.assess(person, as_at, as_at, &mut assessment);
        let is_asked =
            is_of(&unit, person, |held| held.unit) && is_of(&group, person, |held| held.staff_group);
        let is_doubted = || args.data_quality.is_none_or(|doubt| doubt.is_of(judge, person, as_at));
        if assessment.presence == Presence::NotInPost || !is_asked || !is_doubted() {
            continue;
        }
        let courses: Vec<CourseState> =
            assessment.courses.iter().filter(|course| matches(course)).copied().collect();
        if !filtered || !courses.is_empty() {
            listed.push(Listed { person, courses });
        }
    }
    listed
}

fn person(judge: &Judge<'_>, listed: &Listed) -> Value {
    let who = judge.view.people.get(listed.person);
    let courses = listed.courses.iter();
    let mut shape = json!({
        "organisation": who.map(|who| judge.view.organisation_code(who)),
        "employee_number": who.map(|who| who.employee_number.as_ref()),
        "name": judge.view.names.get(listed.person).map(crate::register::Name::full),
        "courses": courses.map(|course| shapes::course_state(judge.policy, course)).collect::<Vec<_>>(),
    });
    // Only of those whose mail comes back: since when they are not mailed, and by which bounce.
    if let (Value::Object(shape), Some(Address::Bouncing { since, bounce })) =
        (&mut shape, who.map(|who| who.address))
    {
        shape.insert("bouncing".to_owned(), json!({ "since": since, "bounce": bounce }));
    }
    shape
}

/// A row a course; one row with empty course cells for a person with none.
fn rows(judge: &Judge<'_>, listed: &Listed, as_at: NaiveDate) -> Vec<Vec<Cell>> {
    let view = judge.view;
    let who = view.people.get(listed.person);
    let unit = judge.primary(listed.person, as_at);
    let first = [
        who.map_or(String::new(), |who| view.organisation_code(who).to_owned()),
        who.map_or(String::new(), |who| who.employee_number.to_string()),
        view.names.get(listed.person).map_or(String::new(), crate::register::Name::full),
        unit.map_or(String::new(), |assignment| view.texts.get(assignment.unit).to_owned()),
    ]
    .map(Cell::Text);
    let cells = |course: &CourseState| {
        [
            Cell::Text(shapes::course_code(judge.policy, course.course).to_owned()),
            Cell::Text(course.state.as_str().to_owned()),
            Cell::Day(course.due_on),
            Cell::Day(course.lapse_on),
        ]
    };
    if listed.courses.is_empty() {
        return vec![first.into_iter().chain(std::iter::repeat_n(Cell::Day(None), 4)).collect()];
    }
    listed.courses.iter().map(|course| first.iter().cloned().chain(cells(course)).collect()).collect()
}
