//! Everything the register holds about one person, every version of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{Hours, Pence, PersonFields, PostFields};

/// What was said of something, from when it was recorded until it was replaced or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionSaid<T> {
    /// What was said.
    #[serde(flatten)]
    pub said: T,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// When it was replaced or taken back; `None` while it stands.
    pub replaced_at: Option<DateTime<Utc>>,
}

/// Every version of everything about one person, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct History {
    /// Names and addresses.
    pub names: Vec<VersionSaid<PersonFields<String>>>,
    /// Posts.
    pub assignments: Vec<VersionSaid<AssignmentSaid>>,
    /// Training records.
    pub records: Vec<VersionSaid<RecordSaid>>,
    /// Exemptions.
    pub exemptions: Vec<VersionSaid<ExemptionSaid>>,
    /// Booked places.
    pub bookings: Vec<VersionSaid<BookingSaid>>,
}

/// A post, in the words of a staff list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the columns of spec 3.1")]
pub struct AssignmentSaid {
    #[serde(flatten)]
    pub texts: PostFields<String>,
    pub primary_assignment: bool,
    pub start_date: NaiveDate,
    pub leave_date: Option<NaiveDate>,
}

/// A training record, in the words of a training file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the columns of spec 3.2")]
pub struct RecordSaid {
    pub course: String,
    pub completed_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    pub hours: Option<Hours>,
    pub participatory: Option<bool>,
    pub provider: String,
    pub certificate: String,
    pub cost_pence: Option<Pence>,
}

/// An exemption; the course is `None` for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the columns of spec 3.5")]
pub struct ExemptionSaid {
    pub course: Option<String>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub reason: String,
}

/// A booked place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the columns of spec 3.5")]
pub struct BookingSaid {
    pub course: String,
    pub date: NaiveDate,
    pub place: String,
}
