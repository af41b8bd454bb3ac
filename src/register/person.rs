//! Everything the register holds about one person, every version of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{Hours, Pence, PersonFields, PostFields};

/// What was said of something, from when it was recorded until it was replaced or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct VersionSaid<T> {
    /// What was said.
    #[serde(flatten)]
    pub(crate) said: T,
    /// When it was recorded.
    pub(crate) recorded_at: DateTime<Utc>,
    /// When it was replaced or taken back; `None` while it stands.
    pub(crate) replaced_at: Option<DateTime<Utc>>,
}

/// Every version of everything about one person, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct History {
    /// Names and addresses.
    pub(crate) names: Vec<VersionSaid<PersonFields<String>>>,
    /// Posts.
    pub(crate) assignments: Vec<VersionSaid<AssignmentSaid>>,
    /// Training records.
    pub(crate) records: Vec<VersionSaid<RecordSaid>>,
    /// Exemptions.
    pub(crate) exemptions: Vec<VersionSaid<ExemptionSaid>>,
    /// Booked places.
    pub(crate) bookings: Vec<VersionSaid<BookingSaid>>,
}

/// A post, in the words of a staff list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct AssignmentSaid {
    #[serde(flatten)]
    pub(crate) texts: PostFields<String>,
    pub(crate) primary_assignment: bool,
    pub(crate) start_date: NaiveDate,
    pub(crate) leave_date: Option<NaiveDate>,
}

/// A training record, in the words of a training file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RecordSaid {
    pub(crate) course: String,
    pub(crate) completed_on: NaiveDate,
    pub(crate) expires_on: Option<NaiveDate>,
    pub(crate) hours: Option<Hours>,
    pub(crate) participatory: Option<bool>,
    pub(crate) provider: String,
    pub(crate) certificate: String,
    pub(crate) cost_pence: Option<Pence>,
}

/// An exemption; the course is `None` for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ExemptionSaid {
    pub(crate) course: Option<String>,
    pub(crate) from: Option<NaiveDate>,
    pub(crate) until: Option<NaiveDate>,
    pub(crate) reason: String,
}

/// A booked place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct BookingSaid {
    pub(crate) course: String,
    pub(crate) date: NaiveDate,
    pub(crate) place: String,
}
