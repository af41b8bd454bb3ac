//! Files that are being taken in at this moment, by this process: what has ended stands in the database.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::problem::{Problem, ProblemKind};
use crate::feeds::RunRequest;

/// How many are remembered until those that failed are forgotten.
const MOST_KEPT: usize = 1_000;

/// How a run stands that is not in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RunStanding {
    /// It is at work.
    AtWork,
    /// The program has failed; the log says how, under this reference.
    Failed(String),
}

/// The runs of this process.
#[derive(Debug, Default)]
pub(super) struct Runs {
    all: Mutex<BTreeMap<String, (RunRequest, RunStanding)>>,
}

/// A run that is at work, for as long as it lives.
#[derive(Debug)]
pub(super) struct RunAtWork {
    runs: Arc<Runs>,
    name: String,
}

impl Runs {
    /// Begins a run, unless one with its key is at work.
    pub(super) fn begin(self: &Arc<Self>, request: &RunRequest) -> Result<RunAtWork, Problem> {
        let mut all = self.held();
        let has_key = |(other, standing): &&(RunRequest, RunStanding)| {
            other.token == request.token
                && other.key.is_some()
                && other.key == request.key
                && *standing == RunStanding::AtWork
        };
        if all.values().find(has_key).is_some() {
            let detail = "the first request with this Idempotency-Key is not answered yet: ask again later";
            return Err(Problem::new(ProblemKind::AtWork, detail).after(5));
        }
        if all.len() > MOST_KEPT {
            all.retain(|_, (_, standing)| *standing == RunStanding::AtWork);
        }
        all.insert(request.name.clone(), (request.clone(), RunStanding::AtWork));
        Ok(RunAtWork { runs: Arc::clone(self), name: request.name.clone() })
    }

    /// How the run of this token stands; `None` where this process has none at work that is called so.
    pub(super) fn standing(&self, token: i32, name: &str) -> Option<RunStanding> {
        let all = self.held();
        all.get(name).filter(|(request, _)| request.token == token).map(|(_, standing)| standing.clone())
    }

    /// Whole at any instant.
    fn held(&self) -> MutexGuard<'_, BTreeMap<String, (RunRequest, RunStanding)>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RunAtWork {
    /// It has failed, and whoever waits for it is told so.
    pub(super) fn failed(&self, reference: &str) {
        if let Some((_, standing)) = self.runs.held().get_mut(&self.name) {
            *standing = RunStanding::Failed(reference.to_owned());
        }
    }
}

impl Drop for RunAtWork {
    fn drop(&mut self) {
        let mut all = self.runs.held();
        if all.get(&self.name).is_some_and(|(_, standing)| *standing == RunStanding::AtWork) {
            all.remove(&self.name);
        }
    }
}
