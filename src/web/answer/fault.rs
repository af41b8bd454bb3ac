//! Everything that can be wrong with a request (spec 8.5).

use crate::answers::StillWorking;
use crate::web::request::FormFields;

/// Why a request was not answered as it was asked.
#[derive(Debug)]
pub(crate) enum Fault {
    /// There is nothing here, or nothing for whoever asks.
    NotFound,
    /// The link leads nowhere any more.
    DeadLink,
    /// The form did not come from a page of ours, or not from this sign-in; what was typed.
    NotOurs(FormFields),
    /// What the identity provider says lets nobody in, or it says nothing; the log says why.
    #[cfg(feature = "sso")]
    NotLetIn,
    /// This can't be done so.
    WrongMethod,
    /// More was sent than is taken.
    TooLarge,
    /// What was sent is no form.
    NoForm,
    /// It came to another address than ours.
    AnotherHost,
    /// Too much was asked in a minute.
    TooMany,
    /// It took too long, or the database is busy.
    Busy,
    /// A fault of ours; the log says which.
    Ours(anyhow::Error),
}

impl From<anyhow::Error> for Fault {
    fn from(error: anyhow::Error) -> Self {
        if error.is::<StillWorking>() { Self::Busy } else { Self::Ours(error) }
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self::Ours(error.into())
    }
}
