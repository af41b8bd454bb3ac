//! What every request stands on.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

use super::rates::RequestRates;
use crate::access::{KeyFile, PasswordWork};
use crate::answers::KeptPictures;
use crate::app::App;
use crate::jobs::accounts::key_of;
#[cfg(feature = "sso")]
use crate::jobs::accounts::sso::SingleSignOn;
use crate::jobs::drafts::DraftDesk;
use crate::jobs::{CheckedThing, LookDesk};

/// Files that are received at once.
const UPLOADS: usize = 20;

/// What was found when everything was looked over.
#[derive(Debug, Clone)]
pub(super) struct LookedOver {
    /// When.
    pub(super) at: DateTime<Utc>,
    /// Each thing that was looked at.
    pub(super) checked: Vec<CheckedThing>,
}

/// The console of one installation.
#[derive(Debug)]
pub(super) struct ConsoleState {
    /// The installation.
    pub(super) app: Arc<App>,
    /// What vouches for links and forms.
    pub(super) key: KeyFile,
    /// Works passwords out.
    pub(super) passwords: PasswordWork,
    /// Who asked how often.
    pub(super) rates: RequestRates,
    /// The addresses that can be asked for; a part in braces stands for anything.
    pub(super) pages: Vec<String>,
    /// What was found the last time somebody had everything looked over here.
    looked_over: Mutex<Option<LookedOver>>,
    /// What is being done with files that were brought.
    pub(super) drafts: DraftDesk,
    /// Who looked at whom.
    pub(super) looks: Arc<LookDesk>,
    /// Room for those that are being received.
    pub(super) uploads: Semaphore,
    /// The register in memory, judged.
    pub(super) pictures: Arc<KeptPictures>,
    /// The identity provider at which people can sign in.
    #[cfg(feature = "sso")]
    pub(super) sso: Option<SingleSignOn>,
}

impl ConsoleState {
    /// That of this installation; its key file is made where there is none.
    pub(super) fn new(app: Arc<App>, pages: Vec<String>) -> anyhow::Result<Self> {
        let key = key_of(&app)?;
        Ok(Self {
            key,
            passwords: PasswordWork::new()?,
            rates: RequestRates::default(),
            pages,
            looked_over: Mutex::default(),
            drafts: DraftDesk::default(),
            looks: Arc::default(),
            uploads: Semaphore::new(UPLOADS),
            pictures: Arc::default(),
            #[cfg(feature = "sso")]
            sso: SingleSignOn::of(&app),
            app,
        })
    }

    /// What was found the last time somebody had everything looked over here.
    pub(super) fn looked_over(&self) -> Option<LookedOver> {
        self.looked_over.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what was found.
    pub(super) fn keep_looked_over(&self, found: LookedOver) {
        *self.looked_over.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
    }

    /// Whether people reach it by https.
    pub(super) fn is_secure(&self) -> bool {
        let web = &self.app.config.web;
        web.tls.is_some() || web.public_url.as_ref().is_some_and(|url| url.starts_with("https:"))
    }
}
