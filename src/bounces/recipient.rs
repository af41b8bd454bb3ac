//! What a report says of one recipient, whoever wrote it.

use super::weight::BounceWeight;
use crate::wording::one_line;

/// How much of a reason is kept.
pub(super) const REASON_CHARS: usize = 200;

/// What a report says of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient {
    /// Its Final- and Original-Recipient, in small letters, in every way in which they may be meant.
    pub(crate) addresses: Vec<String>,
    /// The address that failed, as it stands in the report.
    pub(crate) shown: String,
    /// What became of the mail.
    pub(crate) outcome: BounceOutcome,
    /// The enhanced status code; empty where there is none.
    pub(crate) status: String,
    /// What the server said, as one line of bounded length.
    pub(crate) reason: String,
}

/// What became of a mail to one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BounceOutcome {
    /// It arrived, or went on.
    Arrived,
    /// It came back, or has not arrived yet.
    Returned(BounceWeight),
}

/// One line of bounded length, without control characters.
pub(super) fn bounded_line(text: &str) -> String {
    one_line(text).chars().take(REASON_CHARS).collect()
}
