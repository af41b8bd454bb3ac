//! The commands that only ask: `status`, `staff`, `explain`, `forecast`, `budget`, `review`, `jobs`, `nodes`,
//! `healthz`, `audit`.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use serde_json::json;

use super::args::{
    AuditArgs, BudgetArgs, ExplainArgs, FigureArgs, ForecastArgs, OutputArgs, ReviewArgs, StaffArgs,
    StatusArgs, WhichPolicy,
};
use super::exit::Exit;
use super::out::{Out, complain};
use crate::answers::{self, Answer, AnswerRows, JudgedBy, PeopleFilter, Question, Viewer};
use crate::app::App;
use crate::files::{Draft, Existing};
use crate::wording::counted;

/// The permissions of a list of people.
const OWNER_ALONE: u32 = 0o600;

/// What the flags ask, checked: a day, an instant, an organisation that exists.
pub(crate) fn question(app: &App, asked: &FigureArgs) -> anyhow::Result<Question> {
    let policy = match asked.policy {
        WhichPolicy::Then => JudgedBy::PolicyThen,
        WhichPolicy::Now => JudgedBy::PolicyNow,
    };
    Question::asked(app, asked.as_at, asked.known_at, asked.organisation.as_deref(), policy)
}

/// Prints the share of staff up to date on a day, and by group.
pub(crate) fn status(app: &App, args: &StatusArgs, out: Out) -> anyhow::Result<Exit> {
    let by: Vec<_> = args.by.map(Into::into).into_iter().collect();
    let status = answers::status(app, &question(app, &args.asked)?, &Viewer::Everything, &by)?;
    list(&status, status.sheet(), "figures", &args.to, out)
}

/// Prints everyone in post with the courses they need, or with filters the people and courses that match; writes them with
/// `--output`.
pub(crate) fn staff(app: &App, args: &StaffArgs, out: Out) -> anyhow::Result<Exit> {
    let filter = PeopleFilter {
        states: args.state.clone(),
        standings: args.standing.clone(),
        courses: args.course.clone(),
        unit: args.unit.clone(),
        staff_group: args.staff_group.clone(),
        job_title: args.job_title.clone(),
        manager: args.manager.clone(),
        name: args.name.clone(),
        search: args.search.clone(),
        due_before: args.due_before,
        data_quality: args.data_quality,
        order: args.sort,
    };
    let people = answers::people(app, &question(app, &args.asked)?, &Viewer::Everything, &filter)?;
    let sheet = if args.matrix { people.matrix() } else { people.sheet() };
    list(&people, sheet, &counted(people.count(), "person", "people"), &args.to, out)
}

/// Writes an answer's sheet where a file is named, says that so much was written, and prints the answer where none is; as a
/// document in any case where that is asked for.
fn list(
    answer: &impl Answer,
    sheet: AnswerRows<'_>,
    what: &str,
    to: &OutputArgs,
    out: Out,
) -> anyhow::Result<Exit> {
    let Some(file) = &to.output else { return out.answer(answer) };
    write(file, sheet, to.force)?;
    out.note(&format!("wrote {what} to {}", file.display()));
    if out.json {
        out.document(answer)?;
    }
    Ok(Exit::Done)
}

/// Writes the rows to `file`, as its ending says, for its owner alone to read. With `force` it replaces a file that is
/// there.
fn write(file: &Path, sheet: AnswerRows<'_>, force: bool) -> anyhow::Result<()> {
    let existing = if force { Existing::Replaced } else { Existing::Kept };
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let written = match ending.as_deref() {
        Some("csv") => to_draft(file, existing, |out| sheet.write_csv(out)),
        Some("xlsx") => to_draft(file, existing, |out| sheet.write_xlsx(out)),
        _ => bail!("{} must end in .csv or .xlsx", file.display()),
    };
    written.with_context(|| format!("the list can't be written to {}", file.display()))
}

fn to_draft(
    file: &Path,
    existing: Existing,
    write: impl FnOnce(&mut File) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut draft = Draft::begin(file, existing, Some(OWNER_ALONE))?;
    write(draft.file())?;
    Ok(draft.finish()?)
}

/// Prints a person's assignments, the rules that matched, the records that count, lapse dates and reminders.
pub(crate) fn explain(app: &App, args: &ExplainArgs, out: Out) -> anyhow::Result<Exit> {
    let question = question(app, &args.asked)?;
    out.answer(&answers::person(app, &question, &Viewer::Everything, &args.employee_number)?)
}

/// Prints the rates at coming month-ends, and how many more people to train for each course to be at its target.
pub(crate) fn forecast(app: &App, args: &ForecastArgs, out: Out) -> anyhow::Result<Exit> {
    let question = question(app, &args.asked)?;
    out.answer(&answers::forecast(app, &question, &Viewer::Everything, args.months)?)
}

/// Prints each organisation's allocation, spending and cost per completion for a financial year.
pub(crate) fn budget(app: &App, args: &BudgetArgs, out: Out) -> anyhow::Result<Exit> {
    out.answer(&answers::budget(app, &question(app, &args.asked)?, &Viewer::Everything, args.year)?)
}

/// Prints rates and assurance answers across organisations.
pub(crate) fn review(app: &App, args: &ReviewArgs, out: Out) -> anyhow::Result<Exit> {
    out.answer(&answers::review(app, &question(app, &args.asked)?, &Viewer::Everything, args.publish)?)
}

/// Prints each scheduled job with its expression, last run and result, next run and how late it is.
pub(crate) fn jobs(app: &Arc<App>, out: Out) -> anyhow::Result<Exit> {
    out.answer(&answers::jobs(app, &Viewer::Everything, &crate::jobs::all(app)?)?)
}

/// Prints the daemons of the installation, with what each does and when it was last seen.
pub(crate) fn nodes(app: &App, out: Out) -> anyhow::Result<Exit> {
    out.answer(&answers::nodes(app, &Viewer::Everything)?)
}

/// Says whether the daemon of this name was seen of late; exit status 1 where it was not.
pub(crate) fn healthz(app: &App, out: Out) -> anyhow::Result<Exit> {
    let name = app.node_name();
    let is_running = answers::nodes(app, &Viewer::Everything)?.runs(&name);
    if out.json {
        out.document(&json!({ "node": name, "running": is_running }))?;
    } else if is_running {
        out.text(&format!("the daemon {name} is running"))?;
    }
    if is_running {
        return Ok(Exit::Done);
    }
    complain(&format!(
        "refresher: the daemon {name} was not seen in the last 90 seconds: look at its log, and start it again"
    ));
    Ok(Exit::Failed)
}

/// Prints the log's newest entries, and whether all of it is as it was written; exit status 1 where it is not.
pub(crate) fn audit(app: &App, args: &AuditArgs, out: Out) -> anyhow::Result<Exit> {
    let log = answers::audit_log(app, &Viewer::Everything, args.limit)?;
    out.answer(&log)?;
    let Some(fault) = log.fault() else { return Ok(Exit::Done) };
    complain(&format!("refresher: {fault}"));
    Ok(Exit::Failed)
}
