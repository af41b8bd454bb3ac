//! Everything the register holds about one person, every version of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{Hours, Pence};

/// What was said of something, from when it was recorded until it was replaced or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version<T> {
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
    pub names: Vec<Version<NameSaid>>,
    /// Posts.
    pub assignments: Vec<Version<AssignmentSaid>>,
    /// Training records.
    pub records: Vec<Version<RecordSaid>>,
    /// Exemptions.
    pub exemptions: Vec<Version<ExemptionSaid>>,
    /// Booked places.
    pub bookings: Vec<Version<BookingSaid>>,
}

/// A name and address, in the words of a staff list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the columns of spec 3.1")]
pub struct NameSaid {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
}

/// A post, in the words of a staff list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the columns of spec 3.1")]
pub struct AssignmentSaid {
    pub assignment_number: String,
    pub primary_assignment: bool,
    pub job_title: String,
    pub staff_group: String,
    pub unit: String,
    pub manager_employee_number: String,
    pub assignment_status: String,
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
