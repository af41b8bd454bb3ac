//! Use cases: each reads, decides through the pure rooms, and writes once. The list of all scheduled jobs is here.
//!
//! A job may run again, late, twice or in two processes at once without harm: what it promises is promised in the
//! database, not in its memory.

mod adopt;
mod assurance_reviews;
mod backup;
mod board_changes;
mod board_due;
mod board_figures;
mod board_summary;
mod booked;
mod brake_alert;
mod check;
mod deliver;
mod digest_mail;
mod digest_weeks;
mod import_file;
mod inbox;
mod money;
mod ping;
mod plan_reminders;
mod planned;
mod policy_impact;
mod purge;
mod read_bounces;
mod receivers;
mod recheck;
mod rehearse;
mod reminder_mail;
mod review;
mod sending_days;
mod silent_rules;
mod watch;

use std::sync::Arc;

pub use adopt::{adopt, claim_installation, standing};
pub use backup::{backup, nightly_ones};
pub use board_changes::Changes;
pub use board_figures::{WorkedOut, work_out};
pub use board_summary::{
    Frozen, Issued, frozen_figures, issue_board_summary, month_again, month_figures, months_before,
};
pub use check::{Checked, Verdict, check, unusable_database, without_database as check_without_database};
pub use deliver::{delivery, delivery_service};
pub use import_file::{HowToImport, Imported, import_file};
pub use inbox::{Inbox, Looked, inbox_service};
pub use money::budget_figures;
pub use plan_reminders::{Parts, Writing, plan_reminders};
pub use planned::{Planned, PlannedDay, PlannedItem, PlannedMessage, Totals};
pub use policy_impact::{PolicyImpact, ReminderImpact, policy_impact};
pub use purge::{Purged, purge_leavers, purge_person, sweep};
pub use read_bounces::{BouncesRead, bounce_service, read_bounces};
pub use recheck::would_say;
pub use rehearse::rehearse;
pub use review::review_organisations;
pub use sending_days::SendingDays;
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
        daily(app, REMINDERS, &schedule.reminders, plan_the_day),
        daily(app, MANAGER_DIGEST, &schedule.manager_digest, plan_the_week),
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

/// Plans reminders, and the week's digests with them where their time of day has come: so the mail brake judges and
/// reports both as one run.
fn plan_the_day(app: &App, run: JobRun) -> anyhow::Result<String> {
    app.take_up_policy()?;
    let zone = app.config.time_zone;
    let last_digest_slot = app.config.schedule.manager_digest.latest_slot(zone, None, run.now);
    let digests_too =
        last_digest_slot.is_some_and(|slot| slot.0.with_timezone(&zone).date_naive() == run.today);
    let parts = if digests_too { Parts::Both } else { Parts::Reminders };
    let planned = plan_reminders(app, None, run.today, run.now, parts, Writing::Outbox)?;
    if planned.days.is_empty() {
        return Ok("not a sending day".to_owned());
    }
    for held in planned.held() {
        tracing::warn!("{held}: `refresher outbox release` lets them go");
    }
    let account = planned.account();
    let digests = match planned.totals().manager_digests {
        0 => String::new(),
        1 => "; 1 manager's digest".to_owned(),
        many => format!("; {many} managers' digests"),
    };
    let reviews = match planned.totals().assurance_reviews {
        0 => String::new(),
        1 => "; 1 owner of overdue reviews".to_owned(),
        many => format!("; {many} owners of overdue reviews"),
    };
    Ok(format!(
        "{} considered: {} messaged, {} held, {} with nothing due, {} told before, {} without an address{digests}{reviews}",
        account.considered(),
        account.messaged,
        account.held,
        account.nothing_due,
        account.already_told,
        account.no_email,
    ))
}

/// Plans the week's digests, unless the run that planned the day's reminders did.
fn plan_the_week(app: &App, run: JobRun) -> anyhow::Result<String> {
    app.take_up_policy()?;
    let planned = plan_reminders(app, None, run.today, run.now, Parts::Digests, Writing::Outbox)?;
    let totals = planned.totals();
    Ok(match totals.manager_digests {
        0 => "nothing due".to_owned(),
        digests => format!("{digests} digests, {} of them held", totals.held),
    })
}
