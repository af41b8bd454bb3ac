//! The organisations side by side, whatever the form of the answer.

use chrono::{DateTime, NaiveDate, Utc};

use crate::board::ReviewGroup;

/// The organisations side by side.
#[derive(Debug)]
pub struct Review {
    pub(super) groups: Vec<ReviewGroup>,
    pub(super) as_at: NaiveDate,
    pub(super) known_at: DateTime<Utc>,
    /// Whether its document goes to others too: then without the figures of small groups.
    pub(super) is_published: bool,
}
