//! One thing that was looked at, and how it stands.

use serde::Serialize;

/// How a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CheckVerdict {
    /// In order.
    Good,
    /// To be looked at.
    Warning,
    /// Broken: something that should happen does not.
    Fault,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CheckedThing {
    /// What it is: `policy`, `mail server`, ...
    pub(crate) what: &'static str,
    /// How it stands.
    pub(crate) verdict: CheckVerdict,
    /// In words.
    pub(crate) says: String,
    /// What to do; empty where it is in order.
    pub(crate) to_do: String,
}

impl CheckedThing {
    pub(super) fn good(what: &'static str, says: impl Into<String>) -> Self {
        Self { what, verdict: CheckVerdict::Good, says: says.into(), to_do: String::new() }
    }

    pub(super) fn warning(what: &'static str, says: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { what, verdict: CheckVerdict::Warning, says: says.into(), to_do: to_do.into() }
    }

    pub(super) fn fault(what: &'static str, says: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { what, verdict: CheckVerdict::Fault, says: says.into(), to_do: to_do.into() }
    }
}
