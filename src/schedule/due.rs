//! Which slots are to run now: decided from the run ledger and the time alone (spec section 5).

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::expression::Slot;
use super::job::{JobName, ScheduledJob};

/// How long a run belongs to whoever began it without word from them. The runner renews it while the job is at work; a
/// run that was cut off is taken up again after it.
pub(crate) const LEASE: TimeDelta = TimeDelta::minutes(2);

/// A failed run is tried again when as much time has gone by since as between its slot and its failure, but at least and
/// at most so much: often while the trouble is new, seldom where it lasts.
const TRY_AGAIN_AFTER: (TimeDelta, TimeDelta) = (TimeDelta::minutes(15), TimeDelta::hours(4));

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RunOutcome {
    /// The job did its work.
    Done,
    /// The job gave an error, panicked, or was cut off and overtaken by its next slot.
    Failed,
    /// The slot was before the first start: there was nothing to make up for.
    Skipped,
}

impl RunOutcome {
    /// The word kept in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            RunOutcome::Done => "done",
            RunOutcome::Failed => "failed",
            RunOutcome::Skipped => "skipped",
        }
    }

    /// The outcome a ledger word stands for.
    pub fn parse(word: &str) -> Option<Self> {
        [RunOutcome::Done, RunOutcome::Failed, RunOutcome::Skipped]
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

impl fmt::Display for RunOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One line of the run ledger: a slot of a job that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerLine {
    /// The job's name.
    pub job: String,
    /// The slot it ran for.
    pub slot: Slot,
    /// When it was begun, or begun again.
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it is at work, or when it was cut off.
    pub finished_at: Option<DateTime<Utc>>,
    /// Until when it belongs to whoever began it.
    pub lease_until: DateTime<Utc>,
    /// What came of it; `None` as long as it has not ended.
    pub outcome: Option<RunOutcome>,
    /// What the job, or its error, said.
    pub detail: String,
}

impl LedgerLine {
    /// Whether somebody is at work on it. A lease that ends much later than one given now would, was given by a clock
    /// that was wrong, and holds nobody up; a little later it can end, because whoever asks may have read the clock
    /// first and waited for the database.
    pub(crate) fn is_at_work(&self, now: DateTime<Utc>) -> bool {
        self.finished_at.is_none() && now < self.lease_until && self.lease_until <= now + LEASE * 2
    }

    /// Whether it was cut off, or failed and is to be tried again by now: on the day of its slot alone, lest a job of
    /// the morning run in the night.
    fn is_to_run_again(&self, now: DateTime<Utc>, zone: Tz) -> bool {
        let Some(ended_at) = self.finished_at else { return true };
        let (least, most) = TRY_AGAIN_AFTER;
        let wait = (ended_at - self.slot.0).clamp(least, most);
        let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        self.outcome == Some(RunOutcome::Failed) && now - ended_at >= wait && day(now) == day(self.slot.0)
    }
}

/// The latest run of each job whose slot has come. Slots after the present are left out: a clock that was wrong for a
/// while must not silence a job until its time has come again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunLedger {
    latest: BTreeMap<String, LedgerLine>,
}

impl FromIterator<LedgerLine> for RunLedger {
    fn from_iter<I: IntoIterator<Item = LedgerLine>>(runs: I) -> Self {
        let mut latest: BTreeMap<String, LedgerLine> = BTreeMap::new();
        for run in runs {
            if latest.get(&run.job).is_none_or(|other| other.slot < run.slot) {
                latest.insert(run.job.clone(), run);
            }
        }
        Self { latest }
    }
}

impl RunLedger {
    /// The latest run of a job.
    pub fn last(&self, job: &str) -> Option<&LedgerLine> {
        self.latest.get(job)
    }
}

/// The slots to run now, in the order of `jobs`: of each job the latest that has come and was not run, however many
/// were missed before it; or its last one again, if that was cut off, or failed a while ago. A job that is at work, or
/// not yet in the ledger, has none.
pub fn due(ledger: &RunLedger, jobs: &[ScheduledJob], now: DateTime<Utc>, zone: Tz) -> Vec<(JobName, Slot)> {
    jobs.iter()
        .filter_map(|job| Some((job.name, due_slot(ledger.last(job.name)?, job, now, zone)?)))
        .collect()
}

fn due_slot(last: &LedgerLine, job: &ScheduledJob, now: DateTime<Utc>, zone: Tz) -> Option<Slot> {
    if last.is_at_work(now) {
        return None;
    }
    let again = last.is_to_run_again(now, zone).then_some(last.slot);
    job.expression.latest_slot(zone, Some(last.slot), now).or(again)
}

/// Where the ledger of jobs that are not in it yet begins: their latest past slot, which counts as dealt with, so that
/// the first one to run is the next.
pub(crate) fn first_slots(
    ledger: &RunLedger,
    jobs: &[ScheduledJob],
    now: DateTime<Utc>,
    zone: Tz,
) -> Vec<(JobName, Slot)> {
    jobs.iter()
        .filter(|job| ledger.last(job.name).is_none())
        .filter_map(|job| Some((job.name, job.expression.latest_slot(zone, None, now)?)))
        .collect()
}

#[cfg(test)]
mod tests;
