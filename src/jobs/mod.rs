//! Use cases: each reads, decides through the pure rooms, and writes once. The list of all scheduled jobs is here.
//!
//! A job may run again, late, twice or in two processes at once without harm: what it promises is promised in the
//! database, not in its memory.

pub(crate) mod accounts;
mod assurance;
mod board;
mod brought;
mod casework;
pub(crate) mod drafts;
mod exempt_rows;
mod exemptions;
mod form_once;
mod import_file;
mod inbox;
mod looks;
mod mail;
mod names;
mod organisation_results;
mod planning;
mod policies;
mod rename_organisation;
mod saved_filters;
mod tokens;
mod undo_import;
mod upkeep;

use std::sync::Arc;

pub(crate) use accounts::add_user_with_password;
pub use accounts::{
    LinkDelivery, NewUser, UserChange, UserChangeOutcome, UserRefused, add_user, change_user,
    end_every_sign_in, reaches_nobody,
};
pub(crate) use accounts::{account_with_id, add_user_once, change_user_once};
pub(crate) use assurance::{AnswerOutcome, TypedAnswer, answer_statement};
pub(crate) use board::again::{SentAgain, send_summary_again};
pub use board::summary::{IssueRefused, IssuedSummary, issue_board_summary};
pub(crate) use brought::{
    BroughtFile, UnusableFile, answered_before, ended_run, rejected_rows, take_brought,
};
pub(crate) use casework::{WaitingWork, WorkOutcome, change_work};
pub(crate) use exempt_rows::{RowToExempt, RowsExempted, RowsToExempt, exempt_mark, exempt_rows};
pub(crate) use exemptions::{ExemptionChange, change_exemption_once};
pub(crate) use form_once::FormOnce;
pub use import_file::{HowToImport, Imported, import_file};
pub(crate) use inbox::inbox_service;
pub use inbox::{Inbox, InboxLook};
pub(crate) use looks::LookDesk;
pub use mail::deliver::deliveries;
pub(crate) use mail::deliver::delivery_service;
pub(crate) use mail::outbox_change::{
    ChangeRefused, HeldMessages, OutboxChange, SeveralHoldMessages, change_outbox, change_outbox_once,
};
pub(crate) use mail::read_bounces::{BouncesRead, bounce_service, read_bounces};
pub use mail::recheck::would_say;
pub(crate) use mail::returned_mail::{
    BounceDecision, BounceEffect, BounceSelection, ReturnedMail, decide, returned_mail,
};
pub use names::{BACKUP, BOARD_SUMMARY, MANAGER_DIGEST, PURGE, REMINDERS, WATCH};
pub use planning::planned::{MessageTotals, Planned, PlannedDay, PlannedItemDocument, PlannedMessage};
pub use planning::planned_parts::{PlannedParts, Writing};
pub use planning::rehearse::rehearse;
pub use planning::run::plan_reminders;
pub(crate) use policies::{
    DayRefused, PolicyOrder, PutInForce, day_refused, drop_policy_draft, policy_draft, policy_mark,
    put_policy_in_force, save_policy_draft,
};
pub(crate) use rename_organisation::{refuse_rename, rename_organisation};
pub(crate) use saved_filters::{FilterSaved, remove_filter, save_filter, saved_filters};
pub use tokens::{NewToken, add_token, revoke_token};
pub(crate) use tokens::{TokenWorth, token_worth};
pub(crate) use undo_import::{UndoOutcome, undo_import, undo_mark};
pub use upkeep::adopt::{Adopted, adopt};
pub use upkeep::backup::backup;
pub(crate) use upkeep::backup::nightly_ones;
pub(crate) use upkeep::check::{
    CheckVerdict, CheckedThing, unusable_database, without_database as check_without_database,
};
pub use upkeep::facts_export::tell_of_facts;
pub use upkeep::installation::claim_installation;
pub(crate) use upkeep::left_behind::left_behind;
pub(crate) use upkeep::moving::{MoveOrder, Moved, move_installation};
pub(crate) use upkeep::nodes::node_service;
pub use upkeep::person_export::tell_of_export;
pub(crate) use upkeep::person_export::tell_of_list;
pub(crate) use upkeep::purge::{MailInHand, purge_due, purge_person};
pub use upkeep::purge::{PurgeConfirmed, Purged, purge_leavers, sweep};
pub(crate) use upkeep::put_away::{UnreadFile, not_looked_into};
pub(crate) use upkeep::readiness::Readiness;
pub(crate) use upkeep::reread::reread_service;
pub(crate) use upkeep::restore_mark::restore_mark;

use upkeep::check::check;
use upkeep::ping::{self, RunTold};

use crate::answers;
use crate::app::App;
use crate::config::NodeRole;
use crate::db::Thoroughness;
use crate::schedule::{Expression, JobName, JobRun, ScheduledJob};

/// Looks over the whole installation, the database thoroughly where that is asked for.
pub(crate) fn look_over(app: &Arc<App>, how: Thoroughness) -> anyhow::Result<Vec<CheckedThing>> {
    let overviews = answers::job_overviews(app, &all(app)?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(check(app, &overviews, how, app.now()))
}

/// The same, no more thoroughly than somebody waits for.
pub(crate) fn look_over_quickly(app: &Arc<App>) -> anyhow::Result<Vec<CheckedThing>> {
    look_over(app, Thoroughness::Quick)
}

/// When it looks: often enough that a failure is told while it is fresh.
const WATCH_EXPRESSION: &str = "0 */15 * * * *";

/// Every scheduled job, with its expression from the configuration.
pub fn all(app: &Arc<App>) -> anyhow::Result<Vec<ScheduledJob>> {
    let schedule = &app.config.schedule;
    Ok(vec![
        daily(app, REMINDERS, &schedule.reminders, planning::scheduled::plan_the_day),
        daily(app, MANAGER_DIGEST, &schedule.manager_digest, planning::scheduled::plan_the_week),
        daily(app, BOARD_SUMMARY, &schedule.board_summary, board::due::issue_due),
        daily(app, PURGE, &schedule.purge, upkeep::purge::nightly),
        daily(app, BACKUP, &schedule.backup, upkeep::backup::nightly),
        ScheduledJob::new(WATCH, WATCH_EXPRESSION.parse()?, {
            let app = Arc::clone(app);
            move |run| upkeep::watch::watch(&app, run)
        }),
    ])
}

/// Those of [`all`] that a node of these roles runs: files of backups are made where there are folders.
pub(crate) fn of_roles(app: &Arc<App>, roles: &[NodeRole]) -> anyhow::Result<Vec<ScheduledJob>> {
    let role = |job: &ScheduledJob| if job.name == BACKUP { NodeRole::Folders } else { NodeRole::Schedule };
    let mut jobs = all(app)?;
    jobs.retain(|job| roles.contains(&role(job)));
    Ok(jobs)
}

/// A job whose runs are told to the watching service, if there is one.
fn daily(
    app: &Arc<App>,
    name: JobName,
    expression: &Expression,
    work: fn(&App, JobRun) -> anyhow::Result<String>,
) -> ScheduledJob {
    let app = Arc::clone(app);
    ScheduledJob::new(name, expression.clone(), move |run| {
        let operator = &app.config.operator;
        ping::tell(operator, RunTold::Start);
        let done = work(&app, run);
        ping::tell(operator, if done.is_ok() { RunTold::Good } else { RunTold::Failure });
        done
    })
}
