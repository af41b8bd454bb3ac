//! What every request stands on.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::rates::RequestRates;
use crate::access::{KeyFile, PasswordWork};
use crate::app::App;
use crate::jobs::accounts::key_of;
use crate::jobs::drafts::DraftDesk;

/// Files that are received at once.
const UPLOADS: usize = 20;

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
    /// What is being done with files that were brought.
    pub(super) drafts: DraftDesk,
    /// Room for those that are being received.
    pub(super) uploads: Semaphore,
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
            drafts: DraftDesk::default(),
            uploads: Semaphore::new(UPLOADS),
            app,
        })
    }

    /// Whether people reach it by https.
    pub(super) fn is_secure(&self) -> bool {
        let web = &self.app.config.web;
        web.tls.is_some() || web.public_url.as_ref().is_some_and(|url| url.starts_with("https:"))
    }
}
