//! How what we know of a training record changed between two instants.

use chrono::NaiveDate;

/// A training record that we knew at one instant and not at another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordChange {
    /// The register's key of the person.
    pub(crate) staff_id: i32,
    /// The course's code.
    pub(crate) course: String,
    /// The day of completion.
    pub(crate) completed_on: NaiveDate,
    /// The expiry it names.
    pub(crate) expires_on: Option<NaiveDate>,
    /// Whether it came into sight or went out of it.
    pub(crate) seen: RecordSide,
    /// The import that brought it, or took it out of sight.
    pub(crate) import: i32,
}

/// On which side of a change a record is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RecordSide {
    /// Known before, not after.
    NoLonger,
    /// Known after, not before.
    Newly,
}
