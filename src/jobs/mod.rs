//! Use cases: each reads, decides through the pure rooms, and writes once. The list of all scheduled jobs is here.
//!
//! A job may run again, late, twice or in two processes at once without harm: what it promises is promised in the
//! database, not in its memory.

mod adopt;
mod backup;
mod board_due;
mod board_summary;
mod booked;
mod check;
mod deliver;
mod import_file;
mod money;
mod ping;
mod plan_reminders;
mod planned;
mod read_bounces;
mod recheck;
mod watch;

use std::sync::Arc;

pub use adopt::{adopt, claim_installation, standing};
pub use backup::{backup, nightly_ones};
pub use board_summary::{Frozen, Issued, issue_board_summary, month_figures, summary};
pub use check::{Checked, Verdict, check};
pub use deliver::{delivery, delivery_service};
pub use import_file::{HowToImport, Imported, import_file};
pub use money::budget_figures;
pub use plan_reminders::{Writing, plan_reminders};
pub use planned::{Planned, PlannedMessage};
pub use read_bounces::{BouncesRead, bounce_service, read_bounces};

use crate::app::App;
use crate::schedule::{Expression, Job, JobName, JobRun};

/// The name of the job that plans reminders to staff.
pub const REMINDERS: &str = "reminders";
/// The name of the job that issues board summaries.
pub const BOARD_SUMMARY: &str = "board_summary";

/// The name of the job that makes the nightly backup.
pub const BACKUP: &str = "backup";
/// The name of the job that watches over the others.
pub const WATCH: &str = "watch";
/// When it looks: often enough that a failure is told while it is fresh.
const WATCH_EXPRESSION: &str = "0 */15 * * * *";

/// Every scheduled job, with its expression from the configuration.
pub fn all(app: &Arc<App>) -> anyhow::Result<Vec<Job>> {
    let schedule = &app.config.schedule;
    Ok(vec![
        daily(app, REMINDERS, &schedule.reminders, plan_the_day),
        daily(app, BOARD_SUMMARY, &schedule.board_summary, board_due::issue_due),
        daily(app, BACKUP, &schedule.backup, backup::nightly),
        Job::new(WATCH, WATCH_EXPRESSION.parse()?, {
            let app = Arc::clone(app);
            move |run| watch::watch(&app, run)
        }),
    ])
}

/// A job whose good runs are told to the watching service, if there is one.
fn daily(
    app: &Arc<App>,
    name: JobName,
    expression: &Expression,
    work: fn(&App, JobRun) -> anyhow::Result<String>,
) -> Job {
    let app = Arc::clone(app);
    Job::new(name, expression.clone(), move |run| {
        let detail = work(&app, run)?;
        if let Some(address) = &app.config.operator.ping_url {
            ping::ping(address);
        }
        Ok(detail)
    })
}

fn plan_the_day(app: &App, run: JobRun) -> anyhow::Result<String> {
    app.take_up_policy()?;
    let planned = plan_reminders(app, None, run.today, run.now, Writing::Outbox)?;
    if !planned.sending_day {
        return Ok("not a sending day".to_owned());
    }
    for held in &planned.held {
        tracing::warn!("{held}");
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
