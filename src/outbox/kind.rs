//! What a message is, and the states it goes through.

use std::fmt;

use serde::Serialize;

/// What a message is, by the names that tables and JSON use (spec 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// To a staff member, about their own training.
    Reminder,
    /// To a manager or contact, about their reports.
    ManagerDigest,
    /// To a board, about a month.
    BoardSummary,
    /// To the owner of an assurance answer whose review is overdue.
    AssuranceReview,
    /// To the operator or safeguarding contact, about the running of the daemon.
    Operator,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Reminder, Self::ManagerDigest, Self::BoardSummary, Self::AssuranceReview, Self::Operator];

    /// The kind's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::ManagerDigest => "manager-digest",
            Self::BoardSummary => "board-summary",
            Self::AssuranceReview => "assurance-review",
            Self::Operator => "operator",
        }
    }

    /// The kind with exactly this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether a message of this kind is queued as what it promises, and put into words at its first attempt (spec 5).
    pub fn is_worded_late(self) -> bool {
        matches!(self, Self::Reminder | Self::ManagerDigest | Self::AssuranceReview)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a message stands (spec 5).
///
/// `held` → `queued` → `sending` → `sent`, `deferred` (and `sending` again), `failed` or `cancelled`. `sent` and
/// `cancelled` are final; `failed` is left only by a retry or a cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Kept back by the mail brake.
    Held,
    /// To be sent.
    Queued,
    /// In the hands of a process, until its lease is over.
    Sending,
    /// Confirmed by the mail server.
    Sent,
    /// To be tried again.
    Deferred,
    /// Given up.
    Failed,
    /// Not to be sent any more.
    Cancelled,
}

impl State {
    /// Every state, in the spec's order.
    pub const ALL: [Self; 7] =
        [Self::Held, Self::Queued, Self::Sending, Self::Sent, Self::Deferred, Self::Failed, Self::Cancelled];

    /// The state's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with exactly this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The state a message begins in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initially {
    /// Ready to be sent.
    Queued,
    /// Kept back by the mail brake until `outbox release` (spec 2.8).
    Held,
}

impl Initially {
    /// The state of that name.
    pub fn state(self) -> State {
        match self {
            Self::Queued => State::Queued,
            Self::Held => State::Held,
        }
    }
}
