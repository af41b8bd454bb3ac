//! Why nobody is signed in by what a provider says. No message holds a token, or says who somebody is.

use crate::access::secrets::NoRandomness;

/// A call to the provider came to nothing: why, in words without an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct LineFault(pub(crate) String);

/// Why the provider's word is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderFault {
    /// It can't be asked.
    #[error("the provider can't be reached: {0}")]
    Unreachable(String),
    /// What it says of itself is not what it should be.
    #[error("the provider does not say of itself what it should: {0}")]
    Unsound(String),
    /// What came back is no answer to what was asked, or not the provider's.
    #[error("the answer is refused: {0}")]
    Refused(String),
    /// There is nothing to make a request from.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl ProviderFault {
    /// An answer that is refused.
    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}
