//! Use cases: each reads, decides through the pure rooms, and writes once. The list of all scheduled jobs is here.
//!
//! A job may run again, late, twice or in two processes at once without harm: what it promises is promised in the
//! database, not in its memory.

mod adopt;
mod assurance_reviews;
mod backup;
mod board_due;
mod board_summary;
mod booked;
mod brake_alert;
mod check;
mod deliver;
mod digest_mail;
mod digest_weeks;
mod each;
mod import_file;
mod inbox;
mod left_behind;
mod outbox_change;
mod person_export;
mod ping;
mod plan_reminders;
mod planned;
mod planning_jobs;
mod purge;
mod purge_guard;
mod read_bounces;
mod receivers;
mod recheck;
mod rehearse;
mod reminder_mail;
mod returned_mail;
mod silent_rules;
mod watch;
mod watch_returned;

use std::sync::Arc;

pub use adopt::{Adopted, adopt, claim_installation, standing};
pub use backup::{backup, nightly_ones};
pub use board_summary::{Issued, issue_board_summary};
pub use check::{Checked, Verdict, check, unusable_database, without_database as check_without_database};
pub use deliver::{delivery, delivery_service};
pub use import_file::{HowToImport, Imported, import_file};
pub use inbox::{Inbox, Looked, inbox_service};
pub use left_behind::left_behind;
pub use outbox_change::{Held, OutboxChange, SeveralHeld, change_outbox};
pub use person_export::tell_of_export;
pub use plan_reminders::{Parts, Writing, plan_reminders};
pub use planned::{Planned, PlannedDay, PlannedItem, PlannedMessage, Totals};
pub use purge::{Confirmed, PurgeDue, Purged, purge_due, purge_leavers, purge_person, sweep};
pub use read_bounces::{BouncesRead, bounce_service, read_bounces};
pub use recheck::would_say;
pub use rehearse::rehearse;
pub use returned_mail::{Decision, Effect, Returned, Which, by_address, decide, returned_mail};
pub use silent_rules::silent_rules;

use crate::app::App;
use crate::schedule::{Expression, Job, JobName, JobRun};

/// The name of the job that plans reminders to staff.
pub const REMINDERS: &str = "reminders";
/// The name of the job that plans managers' digests.
pub const MANAGER_DIGEST: &str = "manager_digest";
/// The name of the job that issues board summaries.
pub const BOARD_SUMMARY: &str = "board_summary";
/// The name of the job that makes the nightly backup.
pub const BACKUP: &str = "backup";
/// The name of the job that purges what was kept long enough.
pub const PURGE: &str = "purge";
/// The name of the job that watches over the others.
pub const WATCH: &str = "watch";
/// When it looks: often enough that a failure is told while it is fresh.
const WATCH_EXPRESSION: &str = "0 */15 * * * *";

/// Every scheduled job, with its expression from the configuration.
pub fn all(app: &Arc<App>) -> anyhow::Result<Vec<Job>> {
    let schedule = &app.config.schedule;
    Ok(vec![
        daily(app, REMINDERS, &schedule.reminders, planning_jobs::plan_the_day),
        daily(app, MANAGER_DIGEST, &schedule.manager_digest, planning_jobs::plan_the_week),
        daily(app, BOARD_SUMMARY, &schedule.board_summary, board_due::issue_due),
        daily(app, PURGE, &schedule.purge, purge::nightly),
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
