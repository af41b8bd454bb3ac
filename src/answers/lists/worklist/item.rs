//! Something that waits, with what was done about it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::casework::{WorkCase, WorkKey, WorkState};

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkItem {
    /// What it is about.
    pub(crate) key: WorkKey,
    /// Of the person, or the first of them; empty where there is none.
    pub(crate) unit: String,
    /// Whom it is about, by the register's numbers.
    pub(crate) people: Vec<i32>,
    /// Those of them whom it names.
    pub(crate) named: Vec<i32>,
    /// What waits, in words.
    pub(crate) what: String,
    /// Since which day.
    pub(crate) since: NaiveDate,
    /// When its cause happened last: what was closed before that is open again.
    pub(crate) renewed_at: DateTime<Utc>,
    /// How many working days it waits.
    pub(crate) working_days: u64,
    /// What was done about it.
    pub(crate) case: WorkCase,
    /// What the holder of the account is called whose it is; empty where it is nobody's.
    pub(crate) taken_by: String,
}

impl WorkItem {
    /// Whether it waits.
    pub(crate) fn state(&self) -> WorkState {
        self.case.state(self.renewed_at)
    }

    /// Why it is to wait no longer; empty where it waits.
    pub(crate) fn reason(&self) -> &str {
        let closed = self.case.closed.as_ref().filter(|_| self.state() == WorkState::Closed);
        closed.map_or("", |closed| closed.reason.as_str())
    }
}
