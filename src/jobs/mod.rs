//! Use cases: each reads, decides through the pure rooms, and writes once. The list of all scheduled jobs is here.
//!
//! A job may run again, late, twice or in two processes at once without harm: what it promises is promised in the
//! database, not in its memory.

mod board_due;
mod board_summary;
mod deliver;
mod import_file;
mod money;
mod plan_reminders;
mod planned;
mod recheck;

use std::sync::Arc;

pub use board_summary::{Frozen, Issued, issue_board_summary, month_figures, summary};
pub use deliver::{delivery, delivery_service};
pub use import_file::{HowToImport, Imported, import_file};
pub use money::budget_figures;
pub use plan_reminders::{Writing, plan_reminders};
pub use planned::{Planned, PlannedMessage};

use crate::app::App;
use crate::schedule::{Job, JobRun};

/// The name of the job that plans reminders to staff.
pub const REMINDERS: &str = "reminders";
/// The name of the job that issues board summaries.
pub const BOARD_SUMMARY: &str = "board_summary";

/// Every scheduled job, with its expression from the configuration.
pub fn all(app: &Arc<App>) -> anyhow::Result<Vec<Job>> {
    let schedule = &app.config.schedule;
    let (reminders, board_summary) = (Arc::clone(app), Arc::clone(app));
    Ok(vec![
        Job::new(REMINDERS, schedule.reminders.clone(), move |run| plan_the_day(&reminders, run)),
        Job::new(BOARD_SUMMARY, schedule.board_summary.clone(), move |run| {
            board_due::issue_due(&board_summary, run)
        }),
    ])
}

fn plan_the_day(app: &App, run: JobRun) -> anyhow::Result<String> {
    app.take_up_policy()?;
    let planned = plan_reminders(app, None, run.today, run.now, Writing::Outbox)?;
    if !planned.sending_day {
        return Ok("not a sending day".to_owned());
    }
    let account = planned.account;
    Ok(format!(
        "{} considered: {} messaged, {} held, {} with nothing due, {} told before, {} without an address",
        account.considered(),
        account.messaged,
        account.held,
        account.nothing_due,
        account.already_told,
        account.no_email,
    ))
}
