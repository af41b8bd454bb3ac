//! `exempt`: exemptions by hand, and which there are.

use anyhow::Context;
use chrono::{Days, NaiveDate};

use super::args::{ExemptAction, ExemptAddArgs, ExemptArgs, ExemptEndArgs};
use super::exit::Exit;
use super::out::Out;
use crate::answers::{self, ExemptionFilter, Viewer};
use crate::app::App;
use crate::audit::Actor;
use crate::import::{self, ExemptCourses, ExemptionOutcome, ExemptionReport, ExemptionToAdd, ExemptionToEnd};

/// What stands for all courses where a course can be named.
const ALL: &str = "all";

/// Adds, ends or lists exemptions.
pub(crate) fn run(app: &App, args: &ExemptArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.action {
        ExemptAction::Add(args) => add(app, args, out),
        ExemptAction::End(args) => end(app, args, out),
        ExemptAction::List(args) => {
            let filter = ExemptionFilter {
                employee_number: args.employee_number.clone(),
                organisation: args.organisation.clone(),
                as_at: args.as_at,
                known_at: args.known_at,
                over_too: args.all,
            };
            out.answer(&answers::exemptions(app, &Viewer::Everything, &filter)?)
        }
    }
}

fn add(app: &App, args: &ExemptAddArgs, out: Out) -> anyhow::Result<Exit> {
    let today = app.today();
    let wanted = ExemptionToAdd {
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
    print_exemption(&done, out)
}

fn end(app: &App, args: &ExemptEndArgs, out: Out) -> anyhow::Result<Exit> {
    let today = app.today();
    let yesterday = today.checked_sub_days(Days::new(1)).context("there is no day before today")?;
    let wanted = ExemptionToEnd {
        employee_number: &args.employee_number,
        organisation: args.organisation.as_deref(),
        course: match args.course.as_deref() {
            None => ExemptCourses::Any,
            Some(course) if course.eq_ignore_ascii_case(ALL) => ExemptCourses::AllCourses,
            Some(course) => ExemptCourses::Course(course),
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
    print_exemption(&done, out)
}

fn print_exemption(done: &ExemptionReport, out: Out) -> anyhow::Result<Exit> {
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
        ExemptionOutcome::Added => format!("added {what}, {days}"),
        ExemptionOutcome::Corrected => match &done.before {
            Some(before) if before.until != done.until => {
                format!("corrected {what}: {days} (it was {})", self::days(done.from, before.until))
            }
            _ => format!("corrected {what}, {days}"),
        },
        ExemptionOutcome::Unchanged => format!("{what} is there already, {days}: nothing changed"),
        ExemptionOutcome::Ended => format!("ended {what}: {days}"),
        ExemptionOutcome::Withdrawn => format!("withdrew {what}: it would have ended before it began"),
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
