//! What a fictional trust is to be like, and what is the same of each.

use chrono::NaiveDate;

/// Code of the fictional organisation.
pub const ORGANISATION_CODE: &str = "RZX";

/// Name of the fictional organisation.
pub const ORGANISATION_NAME: &str = "Fellbrook Hospitals NHS Trust";

/// Its safeguarding contact.
pub const SAFEGUARDING_EMAIL: &str = "safeguarding@example.org";

/// Wishes for a fictional trust.
#[derive(Debug, Clone)]
pub struct TrustOptions {
    /// People in the staff list, leavers and absent ones included; below 100 some kinds of people are missing.
    pub people: u64,
    /// How many of 100 counted people have everything their post calls for.
    pub up_to_date_percent: u64,
    /// The same seed gives the same trust.
    pub seed: u64,
    /// The day it is; all other dates follow from it.
    pub today: NaiveDate,
}

impl TrustOptions {
    /// 600 people, 54% of them up to date: what the review of 2009 found in England.
    pub fn new(today: NaiveDate) -> Self {
        Self { people: 600, up_to_date_percent: 54, seed: 2009, today }
    }
}
