//! How far an import has come, for a person who waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};

/// What an import is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportStep {
    /// Reading and checking the file; counted in bytes, about.
    Reading,
    /// Comparing its rows with the register; not counted.
    Comparing,
    /// Recording what changes; counted in records, or in people.
    Recording,
}

/// How far an import has come: it says so as it goes, and whoever holds a clone may look at any time.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<ProgressCounts>);

#[derive(Debug, Default)]
struct ProgressCounts {
    step: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// What it is at, how much of that is done, and how much there is to do; 0 where that can't be said.
    pub fn now(&self) -> (ImportStep, u64, u64) {
        let step = match self.0.step.load(Relaxed) {
            0 => ImportStep::Reading,
            1 => ImportStep::Comparing,
            _ => ImportStep::Recording,
        };
        (step, self.0.done.load(Relaxed), self.0.total.load(Relaxed))
    }

    /// A step begins.
    pub(in crate::import) fn begin(&self, step: ImportStep, total: u64) {
        let step = match step {
            ImportStep::Reading => 0,
            ImportStep::Comparing => 1,
            ImportStep::Recording => 2,
        };
        self.0.total.store(total, Relaxed);
        self.0.done.store(0, Relaxed);
        self.0.step.store(step, Relaxed);
    }

    /// A little more of the step is done.
    pub(in crate::import) fn advance(&self, by: u64) {
        self.0.done.fetch_add(by, Relaxed);
    }
}
