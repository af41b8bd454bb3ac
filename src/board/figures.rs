//! The figures of one organisation for one month, as frozen when its summary is made (spec 2.9).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{BudgetFigures, Month};
use crate::compliance::{Counts, ForecastMonth, Group, Rag};
use crate::policy::Percent;

/// Everything a board summary says, as counts. Its JSON is the snapshot: fields keep their order and their names, so
/// that the same figures always give the same bytes, and a summary made again from the snapshot is the same summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardFigures {
    /// The organisation's code.
    pub organisation: String,
    /// The organisation's name.
    pub organisation_name: String,
    /// The month reported.
    pub month: Month,
    /// The day the figures are as at: the month's last.
    pub as_at: NaiveDate,
    /// The instant up to which the register's knowledge was used.
    pub known_at: DateTime<Utc>,
    /// The hash of the policy the figures were judged under.
    pub policy_hash: String,
    /// The target of the staff rate, in millionths of 1.
    pub target_millionths: u64,
    /// How the staff rate stands against it; `None` where nobody is counted.
    pub rag: Option<Rag>,
    /// The counts of the whole organisation.
    pub counts: Counts,
    /// By course, in the policy's order.
    pub courses: Vec<Group>,
    /// By staff group.
    pub staff_groups: Vec<Group>,
    /// By unit, every level of the tree.
    pub units: Vec<Group>,
    /// The month-ends to come, if nobody trains again (spec 2.6).
    pub forecast: Vec<ForecastMonth>,
    /// The money of the financial year that `as_at` falls in.
    pub budget: BudgetFigures,
    /// How far the figures can be trusted.
    pub data_quality: DataQuality,
    /// What staff were sent in the month.
    pub reminders: ReminderFigures,
}

impl BoardFigures {
    /// The smallest number of further people up to date that puts the staff rate at its target.
    pub fn needed_for_target(&self) -> u64 {
        self.counts.staff.needed(Percent(self.target_millionths * 100))
    }
}

/// How far the figures can be trusted, as at the month's last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DataQuality {
    /// People in post without an e-mail address: they can't be reminded.
    pub no_email: u64,
    /// People in post with an address that no mail reaches: what was sent there came back.
    #[serde(default)]
    pub bouncing: u64,
    /// People in post whose line manager is named and not known: they are in no manager's digest.
    pub unknown_managers: u64,
    /// Rows that the month's imports rejected.
    pub rejected_rows: u64,
    /// Days from the last staff import to `as_at`; `None`: there was none.
    pub days_since_staff_import: Option<u64>,
}

/// What staff were sent in the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReminderFigures {
    /// Reminders sent to staff.
    pub sent: u64,
    /// The people they went to.
    pub people: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::example::october;

    #[test]
    fn a_snapshot_reads_back_the_same_and_is_written_the_same_again() {
        let json = serde_json::to_string(&october()).unwrap();
        let read: BoardFigures = serde_json::from_str(&json).unwrap();
        assert_eq!(read, october());
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }

    #[test]
    fn the_people_needed_reach_the_target_exactly() {
        assert_eq!(october().needed_for_target(), 209, "521 of 578 are 90.1%, 520 are 89.9%");
    }
}
