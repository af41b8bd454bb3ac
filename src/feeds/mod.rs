//! What programs brought: a ledger of the files that came by HTTPS, with what was answered (spec 21.3).
//!
//! Comes in: a run, written with the import that it is, or by itself where there is none. Goes out: the same answer for the
//! same request, for thirty days, and the rows to be put right. It takes nothing in and judges nothing.

pub(crate) mod store;

/// For how many days what was answered is kept.
pub(crate) const KEPT_DAYS: i64 = 30;

/// Which request a run was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunRequest {
    /// The name by which whoever brought the file asks for it.
    pub(crate) name: String,
    /// The number of the token.
    pub(crate) token: i32,
    /// The key by which the same request is known again.
    pub(crate) key: Option<String>,
    /// What was asked: path and parameters.
    pub(crate) request: String,
    /// The SHA-256 of the file, in hexadecimal.
    pub(crate) content_hash: String,
}

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BroughtOutcome {
    /// The file was taken in, or known already, or only looked at: the document is that of the import.
    Taken,
    /// A brake refused it: likewise.
    Refused,
    /// It can't be used at all: the document says why, in a text.
    Unusable,
}

/// A run with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptRun {
    /// Which request it was.
    pub(crate) request: RunRequest,
    /// What it came to.
    pub(crate) outcome: BroughtOutcome,
    /// The import, where there is one.
    pub(crate) import: Option<i32>,
    /// What was answered, as JSON.
    pub(crate) document: String,
}

impl BroughtOutcome {
    /// The status of its answer.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Taken => 200,
            Self::Refused => 409,
            Self::Unusable => 422,
        }
    }

    /// The outcome with this status; `None` of any other.
    fn of_status(status: i32) -> Option<Self> {
        [Self::Taken, Self::Refused, Self::Unusable]
            .into_iter()
            .find(|outcome| i32::from(outcome.status()) == status)
    }
}
