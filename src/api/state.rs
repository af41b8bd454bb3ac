//! What every request stands on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;

use super::limits::TokenLimits;
use super::measured::Measured;
use super::runs::Runs;
use crate::app::App;
use crate::daemon::StopSignal;
use crate::jobs::Readiness;

/// For how long what was found of the database is told again: strangers may ask as often as they like.
const FOUND_FOR: Duration = Duration::from_secs(5);

/// The interface of one installation.
#[derive(Debug)]
pub(super) struct ApiState {
    /// The installation.
    pub(super) app: Arc<App>,
    /// Who asked how often.
    pub(super) limits: Arc<TokenLimits>,
    /// The files that are being taken in.
    pub(super) runs: Arc<Runs>,
    /// What is told in numbers.
    pub(super) measured: Measured,
    /// What the interface is, as programs read it.
    pub(super) described: Bytes,
    /// How long a file may take until its answer is put off.
    pub(super) answer_within: Duration,
    shutdown: StopSignal,
    found: Mutex<Option<(Instant, Readiness)>>,
}

impl ApiState {
    /// That of this installation, until the handle turns true.
    pub(super) fn new(
        app: Arc<App>,
        answer_within: Duration,
        described: Bytes,
        shutdown: StopSignal,
    ) -> Self {
        let (limits, runs, found) = (Arc::default(), Arc::default(), Mutex::default());
        let measured = Measured::default();
        Self { app, limits, runs, measured, described, answer_within, shutdown, found }
    }

    /// Whether the work can go on. It may wait for the database: not to be asked where nothing may be held up.
    pub(super) fn readiness(&self) -> Readiness {
        if *self.shutdown.borrow() {
            return Readiness::Stopping;
        }
        // Held while the database is asked, so that many who ask at once ask it once. Whole at any instant.
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        match *found {
            Some((at, readiness)) if at.elapsed() < FOUND_FOR => readiness,
            _ => {
                let readiness = Readiness::of(&self.app);
                *found = Some((Instant::now(), readiness));
                readiness
            }
        }
    }
}
