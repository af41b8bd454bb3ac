//! What a fictional trust is to be like, and what is the same of each.

use chrono::NaiveDate;

/// Code of the fictional organisation.
pub(crate) const ORGANISATION_CODE: &str = "RZX";

/// Name of the fictional organisation.
pub(crate) const ORGANISATION_NAME: &str = "Fellbrook Hospitals NHS Trust";

/// Its safeguarding contact.
pub(crate) const SAFEGUARDING_EMAIL: &str = "safeguarding@example.org";

/// Wishes for a fictional trust.
#[derive(Debug, Clone)]
pub(crate) struct TrustOptions {
    /// People in the staff list, leavers and absent ones included; below 100 some kinds of people are missing.
    pub(crate) people: u64,
    /// How many of 100 counted people have everything their post calls for.
    pub(crate) up_to_date_percent: u64,
    /// The same seed gives the same trust.
    pub(crate) seed: u64,
    /// The day it is; all other dates follow from it.
    pub(crate) today: NaiveDate,
}

impl TrustOptions {
    /// 600 people, 54% of them up to date: what the review of 2009 found in England.
    pub(crate) fn new(today: NaiveDate) -> Self {
        Self { people: 600, up_to_date_percent: 54, seed: 2009, today }
    }
}
