//! What an answer of the provider came to.

/// What an answer of the provider came to.
pub(crate) enum SsoOutcome {
    /// Somebody is signed in, or has proved once more who they are: their cookie holds this.
    SignedIn {
        /// What the cookie holds.
        token: String,
        /// Where to go.
        to: String,
        /// Whether what their groups let them do is not theirs this time, since the provider did not tell them.
        without_groups: bool,
    },
    /// The account that is signed in is bound to who its holder is there.
    Connected,
    /// Nobody is, for whatever reason: the log says which.
    Refused(RefusedAnswer),
}

/// Why nobody is signed in, for the log alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefusedAnswer {
    /// Why.
    pub(crate) why: String,
    /// The account whose it would have been, where one is known.
    pub(crate) account: Option<i32>,
}

impl RefusedAnswer {
    pub(super) fn of(why: impl ToString) -> SsoOutcome {
        SsoOutcome::Refused(Self { why: why.to_string(), account: None })
    }
}
