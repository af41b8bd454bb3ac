//! One person, by the number that people type.

/// A staff member, in post or not, known still or taken back since: somebody about whom something is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// The register's own number for them.
    pub id: i32,
    /// Their organisation's.
    pub organisation_id: i32,
    /// Their organisation's code.
    pub organisation: String,
    /// Their employee number.
    pub employee_number: String,
}

/// Why a number is nobody's, or more than one person's. Each message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhomError {
    /// Nobody has it.
    #[error("no staff member has the employee number {number:?}: {}", hint(.near.as_deref()))]
    Nobody {
        /// The number.
        number: String,
        /// One that differs in leading zeros only.
        near: Option<String>,
    },
    /// People of several organisations have it.
    #[error("{} organisations use the number {number:?}: add --organisation {}", .codes.len(), .codes.join(" or "))]
    Several {
        /// The number.
        number: String,
        /// The organisations' codes.
        codes: Vec<String>,
    },
}

fn hint(near: Option<&str>) -> String {
    near.map_or_else(
        || "`refresher staff` lists everyone in post".to_owned(),
        |near| format!("did you mean {near}?"),
    )
}
