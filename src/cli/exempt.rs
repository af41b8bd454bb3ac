//! `exempt`: exemptions by hand, and which there are.

use anyhow::Context;
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::args::{ExemptAction, ExemptAddArgs, ExemptArgs, ExemptEndArgs, ExemptListArgs};
use super::exit::Exit;
use super::out::{Out, table};
use crate::answers::{self, Question};
use crate::app::App;
use crate::audit::Actor;
use crate::import::{self, Exempted, FromWhat, Outcome, ToEnd, ToExempt};
use crate::register::store::{self, Known, ListedExemption};

/// What stands for all courses where a course can be named.
const ALL: &str = "all";

/// Adds, ends or lists exemptions.
pub fn run(app: &App, args: &ExemptArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.action {
        ExemptAction::Add(args) => add(app, args, out),
        ExemptAction::End(args) => end(app, args, out),
        ExemptAction::List(args) => list(app, args, out),
    }
}

fn add(app: &App, args: &ExemptAddArgs, out: Out) -> anyhow::Result<Exit> {
    let today = app.today();
    let wanted = ToExempt {
        employee_number: &args.employee_number,
        organisation: args.organisation.as_deref(),
        course: Some(args.course.as_str()).filter(|course| !course.eq_ignore_ascii_case(ALL)),
        from_on: args.from.unwrap_or(today),
        until_on: args.until,
        reason: &args.reason,
    };
    let done = import::exempt(
        &app.db,
        &wanted,
        &answers::policy_of(app, today)?,
        &Actor::of_process(),
        today,
        app.clock,
    )?;
    told(&done, out)
}

fn end(app: &App, args: &ExemptEndArgs, out: Out) -> anyhow::Result<Exit> {
    let today = app.today();
    let yesterday = today.checked_sub_days(Days::new(1)).context("there is no day before today")?;
    let wanted = ToEnd {
        employee_number: &args.employee_number,
        organisation: args.organisation.as_deref(),
        course: match args.course.as_deref() {
            None => FromWhat::Any,
            Some(course) if course.eq_ignore_ascii_case(ALL) => FromWhat::AllCourses,
            Some(course) => FromWhat::Course(course),
        },
        from_on: args.from,
        until_on: args.until.unwrap_or(yesterday),
    };
    let done = import::end_exemption(
        &app.db,
        &wanted,
        &answers::policy_of(app, today)?,
        &Actor::of_process(),
        today,
        app.clock,
    )?;
    told(&done, out)
}

fn told(done: &Exempted, out: Out) -> anyhow::Result<Exit> {
    if out.json {
        out.document(done)?;
        return Ok(Exit::Done);
    }
    let what = format!(
        "the exemption of {} at {} from {}",
        done.employee_number,
        done.organisation,
        done.course.as_deref().unwrap_or("all courses")
    );
    let days = days(done.from, done.until);
    let said = match done.outcome {
        Outcome::Added => format!("added {what}, {days}"),
        Outcome::Corrected => match &done.before {
            Some(before) if before.until != done.until => {
                format!("corrected {what}: {days} (it was {})", self::days(done.from, before.until))
            }
            _ => format!("corrected {what}, {days}"),
        },
        Outcome::Unchanged => format!("{what} is there already, {days}: nothing changed"),
        Outcome::Ended => format!("ended {what}: {days}"),
        Outcome::Withdrawn => format!("withdrew {what}: it would have ended before it began"),
    };
    let back = done.id.map_or(String::new(), |id| format!("; `refresher import undo {id}` takes that back"));
    out.text(&format!("{said}{back}"))?;
    Ok(Exit::Done)
}

/// `from 2026-11-25 to 2026-12-31`.
fn days(from: Option<NaiveDate>, until: Option<NaiveDate>) -> String {
    let until = until.map_or("until it is ended".to_owned(), |until| format!("to {until}"));
    from.map_or(until.clone(), |from| format!("from {from} {until}"))
}

fn list(app: &App, args: &ExemptListArgs, out: Out) -> anyhow::Result<Exit> {
    let today = app.today();
    let mut question = Question::now(args.as_at.unwrap_or(today), app.now(), args.organisation.as_deref());
    question.known_at = app.db.known_by(args.known_at, app.clock)?;
    question.known = Known::At(question.known_at);
    answers::check_organisation(app, &question)?;
    let scope = question.organisation.as_deref();
    let mut listed = app.db.read(|conn| {
        if let Some(number) = &args.employee_number {
            store::whom(conn, number, scope)??;
        }
        Ok::<_, anyhow::Error>(store::listed_exemptions(conn, question.known, scope, None)?)
    })?;
    listed.retain(|one| {
        let is_theirs = args.employee_number.as_ref().is_none_or(|number| *number == one.employee_number);
        is_theirs && (args.all || one.until_on.is_none_or(|until| until >= question.as_at))
    });
    if out.json {
        let listed: Vec<Value> = listed.iter().map(|one| document(one, question.as_at)).collect();
        out.document(&json!({ "as_at": question.as_at, "exemptions": listed }))?;
        return Ok(Exit::Done);
    }
    if listed.is_empty() {
        out.text(if args.all {
            "there are no exemptions"
        } else {
            "no exemption holds or is to come; --all lists those that are over"
        })?;
        return Ok(Exit::Done);
    }
    let headers = ["organisation", "number", "name", "course", "from", "until", "state", "reason"];
    let row = |one: &ListedExemption| {
        let day = |day: Option<NaiveDate>| day.map_or(String::new(), |day| day.to_string());
        vec![
            one.organisation.clone(),
            one.employee_number.clone(),
            one.name.clone(),
            one.course.clone().unwrap_or_else(|| "all courses".to_owned()),
            day(one.from_on),
            day(one.until_on),
            state(one, question.as_at).replace('_', " "),
            one.reason.clone(),
        ]
    };
    out.text(&table(&headers, headers.len(), listed.iter().map(row)))?;
    Ok(Exit::Done)
}

fn state(one: &ListedExemption, as_at: NaiveDate) -> &'static str {
    if one.until_on.is_some_and(|until| until < as_at) {
        "over"
    } else if one.from_on.is_some_and(|from| from > as_at) {
        "to_come"
    } else {
        "holds"
    }
}

fn document(one: &ListedExemption, as_at: NaiveDate) -> Value {
    json!({
        "organisation": one.organisation,
        "employee_number": one.employee_number,
        "name": one.name,
        "course": one.course,
        "from": one.from_on,
        "until": one.until_on,
        "reason": one.reason,
        "state": state(one, as_at),
    })
}
