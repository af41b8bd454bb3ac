//! What the `jobs` command and the health page show of each job.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::due::{RunLedger, RunOutcome, due};
use super::expression::Slot;
use super::job::ScheduledJob;

/// One job: when it runs, what came of its last run, and when the next is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct JobOverview {
    /// The job's name.
    pub(crate) job: String,
    /// Its cron expression.
    pub(crate) expression: String,
    /// The slot of its last run; `None` before the daemon's first start.
    pub(crate) last_slot: Option<Slot>,
    /// When its last run began.
    pub(crate) last_started_at: Option<DateTime<Utc>>,
    /// When its last run ended; `None` while it is at work, or when it was cut off.
    pub(crate) last_finished_at: Option<DateTime<Utc>>,
    /// What came of its last run.
    pub(crate) last_outcome: Option<RunOutcome>,
    /// What its last run, or the error, said.
    pub(crate) last_detail: String,
    /// Its next slot after now.
    pub(crate) next_run: Option<Slot>,
    /// For how many seconds that slot is made up for, should it be missed: until the one after it comes. `None` where
    /// none comes.
    pub(crate) late_at_most_seconds: Option<i64>,
    /// How many seconds the slot that is due has been waiting; 0 when none is. More than a minute or two says that no
    /// daemon is running.
    pub(crate) late_seconds: i64,
}

/// The jobs as they stand, in the order of `jobs`.
pub(crate) fn overview(
    ledger: &RunLedger,
    jobs: &[ScheduledJob],
    now: DateTime<Utc>,
    zone: Tz,
) -> Vec<JobOverview> {
    let waiting = due(ledger, jobs, now, zone);
    let late_seconds = |job: &ScheduledJob| {
        // One that failed is no longer late, but in trouble.
        let failed = |slot: Slot| {
            ledger
                .last(job.name)
                .is_some_and(|run| run.slot == slot && run.outcome == Some(RunOutcome::Failed))
        };
        let slot = waiting.iter().find(|(name, _)| *name == job.name).map(|(_, slot)| *slot);
        slot.filter(|slot| !failed(*slot)).map_or(0, |slot| (now - slot.0).num_seconds())
    };
    jobs.iter()
        .map(|job| {
            let last = ledger.last(job.name);
            let next_run = job.expression.next_slot(zone, now);
            let after_next = next_run.and_then(|next| job.expression.next_slot(zone, next.0));
            let seconds_between = |(next, after): (Slot, Slot)| (after.0 - next.0).num_seconds();
            JobOverview {
                job: job.name.to_owned(),
                expression: job.expression.to_string(),
                last_slot: last.map(|run| run.slot),
                last_started_at: last.map(|run| run.started_at),
                last_finished_at: last.and_then(|run| run.finished_at),
                last_outcome: last.and_then(|run| run.outcome),
                last_detail: last.map(|run| run.detail.clone()).unwrap_or_default(),
                next_run,
                late_at_most_seconds: next_run.zip(after_next).map(seconds_between),
                late_seconds: late_seconds(job),
            }
        })
        .collect()
}
