//! A scheduled job: its name, when it runs, and what it runs.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::expression::{Expression, Slot};

/// A job's name, the same in the settings, the ledger and on every page.
pub type JobName = &'static str;

/// What a job is told of the time. It reads no clock itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobRun {
    /// The instant the run began.
    pub now: DateTime<Utc>,
    /// The civil date of the run in the organisation's zone: a slot made up for late is worked off as of this day.
    pub today: NaiveDate,
    /// The slot that is run; hours or days before `now` when it was missed.
    pub slot: Slot,
}

/// The work of a job. What it returns, success or error, is kept in the ledger for anyone to read: counts and reasons,
/// nobody's name or address. It runs on a blocking thread and may be started again after being cut off, so doing it
/// twice must be harmless.
pub(crate) type JobWork = Arc<dyn Fn(JobRun) -> anyhow::Result<String> + Send + Sync>;

/// A scheduled job.
#[derive(Clone)]
pub struct ScheduledJob {
    /// Its name.
    pub name: JobName,
    /// When it runs, in the organisation's zone.
    pub expression: Expression,
    /// What it does.
    pub run: JobWork,
}

impl ScheduledJob {
    /// A job that does `run` at the times of `expression`.
    pub fn new(
        name: JobName,
        expression: Expression,
        run: impl Fn(JobRun) -> anyhow::Result<String> + Send + Sync + 'static,
    ) -> Self {
        Self { name, expression, run: Arc::new(run) }
    }
}

impl fmt::Debug for ScheduledJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("name", &self.name)
            .field("expression", &self.expression.to_string())
            .finish()
    }
}
