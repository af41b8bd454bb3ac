//! The figures of one organisation for one month, as frozen when its summary is made (spec 2.9).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Actions, Bridge, BudgetFigures, Month, Restatement, StatementFigures};
use crate::compliance::{ForecastMonth, Group, GroupCounts, JobTitleGroup, Rag, Rate, Silent, UnitCourses};
use crate::policy::ProcessChange;

/// Everything a board summary says, as counts. Its JSON is the snapshot: fields keep their order and their names, so
/// that the same figures always give the same bytes, and a summary made again from the snapshot is the same summary.
/// What a snapshot was frozen without stays away from it.
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
    pub counts: GroupCounts,
    /// By course, in the policy's order.
    pub courses: Vec<Group>,
    /// By staff group.
    pub staff_groups: Vec<Group>,
    /// By job title within its staff group; empty in figures that were frozen without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub job_titles: Vec<JobTitleGroup>,
    /// By unit, every level of the tree.
    pub units: Vec<Group>,
    /// Units by courses, the first two levels of the tree; empty in figures that were frozen without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unit_courses: Vec<UnitCourses>,
    /// The month-ends to come, if nobody trains again (spec 2.6).
    pub forecast: Vec<ForecastMonth>,
    /// The money of the financial year that `as_at` falls in.
    pub budget: BudgetFigures,
    /// How far the figures can be trusted.
    pub data_quality: DataQuality,
    /// What staff were sent in the month.
    pub reminders: ReminderFigures,
    /// From last month's staff rate to this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bridge: Option<Bridge>,
    /// Last month as reported and as known now; `None` where no summary was issued for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restatement: Option<Restatement>,
    /// What it takes to reach the targets and hold them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Actions>,
    /// Who stands between the staff rate and its target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<HeadlineFigures>,
    /// What changed in how training is done, up to the month, by the policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ProcessChange>,
    /// The policy's assurance statements with the organisation's answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Vec<StatementFigures>>,
    /// Whether the summary was made later than its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<LateSummary>,
}

/// Who stands between the staff rate and its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadlineFigures {
    /// Of the people not up to date, how many lack one course only.
    pub lacking_one: u64,
    /// The staff rate at the month-end that the actions look to, if every place booked or missing is taken up, those
    /// missing first by people who lack fewest; `None` where none is missing. Courses of few people, now or by then, get
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_places: Option<Rate>,
}

/// When a summary was due and when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateSummary {
    /// The first working day after the month.
    pub due_on: NaiveDate,
    /// The day it was made.
    pub made_on: NaiveDate,
}

impl BoardFigures {
    /// The figures without what `told` was frozen without, so that the two can be compared.
    pub(crate) fn detailed_as(mut self, told: &Self) -> Self {
        if told.job_titles.is_empty() {
            self.job_titles.clear();
        }
        if told.headline.is_none() {
            self.headline = None;
            for month in &mut self.forecast {
                month.headline = None;
                month.booked.iter_mut().for_each(|booked| booked.headline = None);
            }
        }
        self
    }

    /// The figures as a snapshot keeps them, and the hash it is known by.
    pub fn content(&self) -> Result<(String, String), serde_json::Error> {
        let content = serde_json::to_string(self)?;
        let hash = blake3::hash(content.as_bytes()).to_hex().to_string();
        Ok((content, hash))
    }
}

/// How far the figures can be trusted, as at the month's last day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DataQuality {
    /// People in post without an email address: they can't be reminded.
    pub no_email: u64,
    /// People in post with an address that no mail reaches: what was sent there came back.
    #[serde(default)]
    pub bouncing: u64,
    /// Since when the first of them has not been mailed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bouncing_since: Option<NaiveDate>,
    /// People in post of whom no line manager can be told: the safeguarding contact is told in place of one.
    pub unknown_managers: u64,
    /// Rows that the month's imports rejected.
    pub rejected_rows: u64,
    /// Days from the last staff import to the making of the summary; `None`: there was none.
    pub days_since_staff_import: Option<u64>,
    /// Rows rejected in the week before the making of the summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected_rows_last_week: Option<u64>,
    /// Days after which a staff list is too old to rely on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_after_days: Option<u64>,
    /// Requirements of the policy that ask nobody in post, and make people look trained (spec 2.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks_nobody: Option<Vec<Silent>>,
}

impl DataQuality {
    /// Whether the last staff list is too old to rely on, or there was none.
    pub(crate) fn is_stale(&self) -> bool {
        self.stale_after_days
            .is_some_and(|limit| self.days_since_staff_import.is_none_or(|days| days > limit))
    }
}

/// What staff were sent in the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReminderFigures {
    /// Reminders sent to staff.
    pub sent: u64,
    /// The people they went to.
    pub people: u64,
    /// What reminders did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<ReminderEffect>,
}

/// What became of the courses that fell due in the month after their holders had been reminded, and that the holders
/// were still in post to renew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReminderEffect {
    /// Person-course pairs reminded of before a due date within the month.
    pub fell_due: u64,
    /// Those of them with a completion on or after the day of the first reminder, and by the due date.
    pub renewed_in_time: u64,
}

impl ReminderEffect {
    /// The share renewed in time.
    pub fn renewed(self) -> Rate {
        Rate { counted: self.fell_due, up_to_date: self.renewed_in_time }
    }
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
    fn a_snapshot_of_an_earlier_version_reads_back_and_is_written_the_same_again() {
        let mut old = serde_json::to_value(october()).unwrap();
        for field in ["bridge", "restatement", "actions", "assurance", "job_titles"] {
            old.as_object_mut().unwrap().remove(field).unwrap();
        }
        for (part, field) in [
            ("data_quality", "rejected_rows_last_week"),
            ("data_quality", "stale_after_days"),
            ("data_quality", "asks_nobody"),
            ("reminders", "effect"),
        ] {
            old[part].as_object_mut().unwrap().remove(field).unwrap();
        }
        let read: BoardFigures = serde_json::from_value(old.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), old);
        assert!(read.bridge.is_none() && !read.data_quality.is_stale());
        let again = october().detailed_as(&read);
        assert!(again.job_titles.is_empty() && again.staff_groups == read.staff_groups);
        assert_eq!(october().detailed_as(&october()), october());
    }

    #[test]
    fn a_staff_list_is_stale_when_it_is_older_than_the_limit_or_there_is_none() {
        for (limit, days, stale) in [
            (Some(45), Some(45), false),
            (Some(45), Some(46), true),
            (Some(45), None, true),
            (None, Some(900), false),
        ] {
            let quality = DataQuality {
                stale_after_days: limit,
                days_since_staff_import: days,
                ..DataQuality::default()
            };
            assert_eq!(quality.is_stale(), stale, "{limit:?} {days:?}");
        }
    }

    #[test]
    fn the_steps_lead_from_last_months_figure_to_this_one() {
        let october = october();
        assert_eq!(october.bridge.unwrap().to(), october.counts.staff);
        let restatement = october.restatement.unwrap();
        assert_eq!(restatement.to(), restatement.known_now);
    }
}
