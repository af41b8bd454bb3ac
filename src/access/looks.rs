//! Who looked at whom: what the console keeps beside the audit log.

use chrono::NaiveDate;

/// Somebody looked at somebody else on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PersonLook {
    /// The account of whoever looked.
    pub(crate) account: i32,
    /// Whoever was looked at, by the register's number.
    pub(crate) staff_id: i32,
    /// The day.
    pub(crate) on: NaiveDate,
}
