//! Exit statuses (spec section 4).

use std::process::ExitCode;

/// A command line that can't be meant so (status 2), found out after it was parsed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongUsage(pub(crate) String);

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Failed, with one line on standard error.
    Failed,
    /// Used wrongly.
    Usage,
    /// Refused by a brake or by `--strict`; nothing changed.
    Refused,
    /// Done, with rejected rows.
    Rejected,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Refused => 3,
            Exit::Rejected => 4,
        })
    }
}
