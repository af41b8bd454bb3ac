//! `board --why`: the people behind the steps from last month's figure to this one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::worked_out::WorkedOutMonth;
use crate::answers::forms::table::{ListColumn, table};
use crate::app::App;
use crate::board::MovedPerson;
use crate::compliance::Rate;
use crate::register::store::{self, KnownAt};
use crate::register::{Name, RecordChange, RecordSide};

/// A month worked out, with the names of the people who count otherwise.
#[derive(Debug)]
pub(super) struct BoardWhy {
    worked_out: WorkedOutMonth,
    /// By staff id.
    names: BTreeMap<i32, Name>,
}

impl BoardWhy {
    /// Reads the names, as they were known when the month was worked out.
    pub(crate) fn read(app: &App, worked_out: WorkedOutMonth) -> anyhow::Result<Self> {
        let changes = &worked_out.changes;
        let moved = changes.moved.iter().chain(&changes.restated);
        let staff: Vec<i32> = moved.map(|moved| moved.staff_id).collect();
        let known = KnownAt::At(worked_out.figures.known_at);
        let names = app.db.read(|conn| store::names(conn, known, &staff))?;
        Ok(Self { worked_out, names })
    }
}

/// The people, each with the records that decided where records did.
pub(super) fn document(why: &BoardWhy) -> Value {
    let changes = &why.worked_out.changes;
    let people = |moved: &[MovedPerson]| moved.iter().map(|moved| person(why, moved)).collect::<Vec<_>>();
    json!({ "bridge": people(&changes.moved), "restatement": people(&changes.restated) })
}

/// The same as two tables.
pub(super) fn words(why: &BoardWhy, width: usize) -> String {
    let changes = &why.worked_out.changes;
    let columns = [
        // Who it is comes first: the first column stands before what has no room beside the others, too.
        ListColumn::code("number"),
        ListColumn::words("name"),
        ListColumn::code("cause"),
        ListColumn::code("course"),
        ListColumn::code("before"),
        ListColumn::code("now"),
        ListColumn::words("records"),
    ];
    let list = |moved: &[MovedPerson]| {
        if moved.is_empty() {
            return "Nobody.".to_owned();
        }
        let mut moved: Vec<&MovedPerson> = moved.iter().collect();
        moved.sort_by_key(|moved| moved.cause);
        table(&columns, moved.into_iter().map(|moved| row(why, moved)), width)
    };
    let last = changes.bridge.month.long();
    let mut text = format!(
        "Who counts otherwise in {} than in {last}:\n\n{}",
        why.worked_out.figures.month.long(),
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

fn person(why: &BoardWhy, moved: &MovedPerson) -> Value {
    let (number, name) = who(why, moved);
    let records: Vec<Value> = records(why, moved).map(record).collect();
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
            RecordSide::NoLonger => "no_longer",
            RecordSide::Newly => "newly",
        },
        "import": change.import,
    })
}

fn row(why: &BoardWhy, moved: &MovedPerson) -> Vec<String> {
    let (number, name) = who(why, moved);
    let record = |change: &RecordChange| {
        let side = match change.seen {
            RecordSide::NoLonger => "taken back",
            RecordSide::Newly => "added",
        };
        format!("{} of {} {side} by import {}", change.course, change.completed_on, change.import)
    };
    vec![
        number,
        name,
        moved.cause.words().to_owned(),
        moved.course.clone().unwrap_or_default(),
        standing(moved.before).to_owned(),
        standing(moved.after).to_owned(),
        records(why, moved).map(record).collect::<Vec<_>>().join("; "),
    ]
}

/// Number and name; those no longer in the register have only the number of their row.
fn who(why: &BoardWhy, moved: &MovedPerson) -> (String, String) {
    let people = &why.worked_out.view.people;
    let person = moved.person.and_then(|person| Some((people.get(person)?, why.names.get(&moved.staff_id)?)));
    person.map_or((String::new(), "no longer in the register".to_owned()), |(person, name)| {
        (person.employee_number.to_string(), name.full())
    })
}

/// What was learnt or taken back of a person whom records moved.
fn records<'a>(why: &'a BoardWhy, moved: &'a MovedPerson) -> impl Iterator<Item = &'a RecordChange> {
    let records = why.worked_out.changes.records.iter();
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
