//! What a page did, told once by the next.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::access::KeyFile;
use crate::jobs::accounts::session::{SignedIn, keep_notice};
use crate::web::request::PageRequest;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Notice {
    /// The password was changed.
    PasswordChanged,
    /// A device was connected, or new codes were made.
    RecoveryCodes {
        /// Shown this once.
        codes: Vec<String>,
        /// Whether a device was connected just now.
        device: bool,
    },
    /// The device was taken away.
    DeviceTakenAway,
    /// What was held of an organisation was let go.
    MessagesReleased {
        /// How many.
        messages: usize,
        /// Of which.
        organisation: String,
    },
    /// A message was cancelled.
    MessageCancelled {
        /// Its number.
        id: i32,
    },
    /// A message is to be tried again.
    MessageRetried {
        /// Its number.
        id: i32,
    },
    /// Something was done.
    Done {
        /// What, in words.
        what: String,
        /// What follows, and how to take it back.
        then: String,
    },
    /// A file was imported.
    FileImported {
        /// The import's number.
        id: i32,
        /// How many rows are to be put right.
        rejected: usize,
    },
    /// Rows that were put right were imported.
    RowsPutRight {
        /// The import's number.
        id: i32,
        /// How many.
        rows: usize,
    },
    /// An import was taken back.
    ImportUndone {
        /// Its number.
        id: i32,
        /// The number of the import that took it back.
        undo: i32,
    },
    /// A file was put aside, and changed nothing.
    DraftDiscarded,
    /// The other sign-ins were ended.
    SignInsEnded {
        /// How many.
        count: usize,
    },
}

fn sealed_for(who: &SignedIn) -> String {
    format!("notice of sign-in {}", who.sign_in.id)
}

impl Notice {
    /// Keeps it for the next page, sealed: it may hold what is to be seen once.
    pub(crate) fn keep(&self, asked: &PageRequest<'_>, who: &SignedIn) -> Result<(), Fault> {
        let text = serde_json::to_vec(self).map_err(anyhow::Error::from)?;
        let sealed = asked.state.key.seal(&sealed_for(who), &text).map_err(anyhow::Error::from)?;
        Ok(keep_notice(asked.app(), who, &URL_SAFE_NO_PAD.encode(sealed))?)
    }

    /// What was kept; `None` where it is not from here.
    pub(super) fn opened(key: &KeyFile, who: &SignedIn, kept: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(kept).ok()?; // Another version's is nothing.
        serde_json::from_slice(&key.open(&sealed_for(who), &sealed)?).ok()
    }
}
