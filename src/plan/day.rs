//! A sending day, and what is planned for it.

use chrono::NaiveDate;

use super::account::Account;
use super::digest::{Digest, Weekly};
use super::reminder::PlannedReminder;
use crate::register::{Indexed, OrganisationIndex};

/// A sending day on which a run plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendingDay {
    /// The day.
    pub on: NaiveDate,
    /// Which of the week's lists are planned for each of the view's organisations; beyond the end none are.
    pub weekly: Indexed<OrganisationIndex, Weekly>,
}

impl SendingDay {
    /// Which of the week's lists are planned for the organisation.
    pub(super) fn weekly_of(&self, organisation: OrganisationIndex) -> Weekly {
        self.weekly.get(organisation).copied().unwrap_or_default()
    }
}

/// A day's messages, and the account of everyone looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// In order of organisation and employee number.
    pub reminders: Vec<PlannedReminder>,
    /// In order of organisation and manager's employee number, then the contact's, then that of those overdue for long.
    pub digests: Vec<Digest>,
    /// One account for each of the view's organisations.
    pub accounts: Indexed<OrganisationIndex, Account>,
}
