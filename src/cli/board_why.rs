//! `board --why`: the people behind the steps from last month's figure to this one.

use serde_json::{Value, json};

use super::out::table;
use crate::board::Moved;
use crate::compliance::Rate;
use crate::jobs::WorkedOut;
use crate::register::{RecordChange, Seen};

/// The people, each with the records that decided where records did.
pub fn document(worked_out: &WorkedOut) -> Value {
    let changes = &worked_out.changes;
    let people = |moved: &[Moved]| moved.iter().map(|moved| person(worked_out, moved)).collect::<Vec<_>>();
    json!({ "bridge": people(&changes.moved), "restatement": people(&changes.restated) })
}

/// The same as two tables.
pub fn words(worked_out: &WorkedOut) -> String {
    let changes = &worked_out.changes;
    let headers = ["cause", "employee_number", "name", "course", "before", "now", "records"];
    let list = |moved: &[Moved]| {
        if moved.is_empty() {
            return "Nobody.".to_owned();
        }
        let mut moved: Vec<&Moved> = moved.iter().collect();
        moved.sort_by_key(|moved| moved.cause);
        table(&headers, headers.len(), moved.into_iter().map(|moved| row(worked_out, moved)))
    };
    let last = changes.bridge.month.long();
    let mut text = format!(
        "Who counts otherwise in {} than in {last}:\n\n{}",
        worked_out.figures.month.long(),
        list(&changes.moved)
    );
    if changes.restatement.is_some() {
        text.push_str(&format!(
            "\n\nWho counts otherwise in {last} by what is known now:\n\n{}",
            list(&changes.restated)
        ));
    }
    text
}

fn person(worked_out: &WorkedOut, moved: &Moved) -> Value {
    let (number, name) = who(worked_out, moved);
    let records: Vec<Value> = records(worked_out, moved).map(record).collect();
    json!({
        "employee_number": number,
        "name": name,
        "cause": moved.cause,
        "course": moved.course,
        "before": standing(moved.before),
        "now": standing(moved.after),
        "records": records,
    })
}

fn record(change: &RecordChange) -> Value {
    json!({
        "course": change.course,
        "completed_on": change.completed_on,
        "expires_on": change.expires_on,
        "known": match change.seen {
            Seen::NoLonger => "no_longer",
            Seen::Newly => "newly",
        },
        "import": change.import,
    })
}

fn row(worked_out: &WorkedOut, moved: &Moved) -> Vec<String> {
    let (number, name) = who(worked_out, moved);
    let record = |change: &RecordChange| {
        let side = match change.seen {
            Seen::NoLonger => "taken back",
            Seen::Newly => "added",
        };
        format!("{} of {} {side} by import {}", change.course, change.completed_on, change.import)
    };
    vec![
        moved.cause.as_str().to_owned(),
        number,
        name,
        moved.course.clone().unwrap_or_default(),
        standing(moved.before).to_owned(),
        standing(moved.after).to_owned(),
        records(worked_out, moved).map(record).collect::<Vec<_>>().join("; "),
    ]
}

/// Number and name; those no longer in the register have only the number of their row.
fn who(worked_out: &WorkedOut, moved: &Moved) -> (String, String) {
    let view = &worked_out.view;
    let person = moved.person.and_then(|person| Some((view.people.get(person)?, view.names.get(person)?)));
    person.map_or((String::new(), "no longer in the register".to_owned()), |(person, name)| {
        (person.employee_number.to_string(), name.full())
    })
}

/// What was learnt or taken back of a person whom records moved.
fn records<'a>(worked_out: &'a WorkedOut, moved: &'a Moved) -> impl Iterator<Item = &'a RecordChange> {
    let records = worked_out.changes.records.iter();
    records.filter(|change| change.staff_id == moved.staff_id && crate::board::rests_on_records(moved.cause))
}

/// How somebody counts in the staff rate.
fn standing(of: Rate) -> &'static str {
    match (of.counted, of.up_to_date) {
        (0, _) => "not counted",
        (_, 0) => "not up to date",
        _ => "up to date",
    }
}
