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
    /// Its Final-Recipient alone, in the same ways; empty where the report names none.
    pub(crate) last: Vec<String>,
    /// The address that failed, as it stands in the report.
    pub(crate) shown: String,
    /// What became of the mail.
    pub(crate) outcome: BounceOutcome,
    /// The enhanced status code; empty where there is none.
    pub(crate) status: String,
    /// What the server said, as one line of bounded length.
    pub(crate) reason: String,
}

impl Recipient {
    /// Whether the mailbox that failed may be another than that of `address`, in small letters: a member of a group, or
    /// whom it is forwarded to. A server that gives an address of its own domain a host's name means the same mailbox.
    pub(crate) fn may_be_another(&self, address: &str) -> bool {
        let same = |last: &String| {
            let (Some((local, host)), Some((our_local, our_host))) =
                (last.rsplit_once('@'), address.rsplit_once('@'))
            else {
                return false;
            };
            let within = |host: &str, domain: &str| {
                host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            local == our_local && (within(host, our_host) || within(our_host, host))
        };
        !self.last.is_empty() && !self.last.iter().any(same)
    }
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
