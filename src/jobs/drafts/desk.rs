//! What is being done with drafts at this moment, on threads of their own: a page asks how far it is, and never waits long.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::apply::{self, ApplyOrder};
use super::read::{DraftEnd, read};
use crate::app::App;
use crate::import::{ImportStep, Progress};
use crate::uploads::ImportDraft;

/// So many drafts are remembered as they were read: each holds all that it would change.
const MOST_REMEMBERED: usize = 4;

/// What is being done with drafts, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct DraftDesk {
    works: Mutex<Vec<Arc<DraftWork>>>,
    /// Whoever reads: one at a time, since each holds a whole file's rows.
    reading: Arc<Mutex<()>>,
}

/// What is being done with a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DraftStage {
    /// It is read and compared.
    Reading,
    /// It is applied.
    Applying,
}

/// How a draft stands.
#[derive(Debug, Clone)]
pub(crate) enum DraftLook {
    /// It is at this, at this step, so much done of so much; 0 where that can't be said.
    Underway(DraftStage, (ImportStep, u64, u64)),
    /// It ended.
    Ended(DraftEnd),
}

#[derive(Debug)]
struct DraftWork {
    draft: i32,
    /// Of the draft, for whoever asks once it is applied and gone.
    organisation: Option<String>,
    /// With which further headers it is read.
    map: String,
    /// Whether it is read though the very file was imported before.
    again: bool,
    stage: DraftStage,
    progress: Progress,
    end: Mutex<Option<DraftEnd>>,
    ended: Condvar,
}

impl DraftDesk {
    /// How a draft stands, once it was read or after `wait`; it is read where that was not begun.
    pub(crate) fn look(&self, app: &Arc<App>, draft: &ImportDraft, wait: Duration) -> DraftLook {
        let begun = |work: &Arc<DraftWork>| {
            work.draft == draft.id && work.map == draft.map && work.again == draft.again
        };
        let work = locked(&self.works).iter().find(|work| begun(work)).map(Arc::clone);
        let work = work.unwrap_or_else(|| {
            let (app, one_at_a_time) = (Arc::clone(app), Arc::clone(&self.reading));
            self.begin(draft, DraftStage::Reading, move |draft, progress| {
                let _turn = locked(&one_at_a_time);
                read(&app, &draft, progress)
            })
        });
        work.look(wait)
    }

    /// Applies a draft, unless it would change something else than was shown; gives how it stands after `wait`.
    pub(crate) fn apply(
        &self,
        app: &Arc<App>,
        draft: &ImportDraft,
        order: ApplyOrder,
        wait: Duration,
    ) -> DraftLook {
        // One that it became is given again: whoever asks at the same time as another gets the same answer.
        let is_at_it = |work: &Arc<DraftWork>| {
            let is_open = || matches!(work.end(), None | Some(DraftEnd::Applied(_)));
            work.draft == draft.id && work.stage == DraftStage::Applying && is_open()
        };
        let at_it = locked(&self.works).iter().find(|work| is_at_it(work)).map(Arc::clone);
        let work = at_it.unwrap_or_else(|| {
            let app = Arc::clone(app);
            self.begin(draft, DraftStage::Applying, move |draft, progress| {
                apply::apply(&app, &draft, &order, progress)
            })
        });
        work.look(wait)
    }

    /// The import that a draft became, where it did here a short time ago, and the organisation that it was for. Where it is
    /// being applied, that is awaited for so long: the draft goes a moment before this is known.
    pub(crate) fn became(&self, draft: i32, wait: Duration) -> Option<(i32, Option<String>)> {
        let is_it = |work: &Arc<DraftWork>| work.draft == draft && work.stage == DraftStage::Applying;
        let work = locked(&self.works).iter().find(|work| is_it(work)).map(Arc::clone)?;
        match work.look(wait) {
            DraftLook::Ended(DraftEnd::Applied(import)) => Some((import, work.organisation.clone())),
            _ => None,
        }
    }

    /// Whether a draft is being applied at this moment: then it can't be discarded.
    pub(crate) fn is_applying(&self, draft: i32) -> bool {
        let is_it = |work: &Arc<DraftWork>| work.draft == draft && work.stage == DraftStage::Applying;
        locked(&self.works).iter().any(|work| is_it(work) && work.end().is_none())
    }

    fn begin(
        &self,
        draft: &ImportDraft,
        stage: DraftStage,
        work_on: impl FnOnce(ImportDraft, Progress) -> anyhow::Result<DraftEnd> + Send + 'static,
    ) -> Arc<DraftWork> {
        let work = Arc::new(DraftWork {
            draft: draft.id,
            organisation: draft.organisation.clone(),
            map: draft.map.clone(),
            again: draft.again,
            stage,
            progress: Progress::default(),
            end: Mutex::new(None),
            ended: Condvar::new(),
        });
        {
            let mut works = locked(&self.works);
            works.retain(|other| other.draft != draft.id);
            // Those that are being worked on stay, however many they are.
            while works.len() >= MOST_REMEMBERED {
                let Some(oldest) = works.iter().position(|work| work.end().is_some()) else { break };
                works.remove(oldest);
            }
            works.push(Arc::clone(&work));
        }
        let (on, draft) = (Arc::clone(&work), draft.clone());
        std::thread::spawn(move || {
            let progress = on.progress.clone();
            let ended = catch_unwind(AssertUnwindSafe(|| work_on(draft, progress)));
            on.finish(match ended {
                Ok(Ok(end)) => end,
                Ok(Err(error)) => {
                    tracing::error!(error = format!("{error:#}"), "a draft of an import failed");
                    DraftEnd::Failed
                }
                // The panic was told where it happened.
                Err(_) => DraftEnd::Failed,
            });
        });
        work
    }
}

impl DraftWork {
    fn end(&self) -> Option<DraftEnd> {
        locked(&self.end).clone()
    }

    fn finish(&self, end: DraftEnd) {
        *locked(&self.end) = Some(end);
        self.ended.notify_all();
    }

    fn look(&self, wait: Duration) -> DraftLook {
        let is_underway = |end: &mut Option<DraftEnd>| end.is_none();
        let waited = self.ended.wait_timeout_while(locked(&self.end), wait, is_underway);
        let (end, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match &*end {
            Some(end) => DraftLook::Ended(end.clone()),
            None => DraftLook::Underway(self.stage, self.progress.now()),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind is whole whenever it is let go.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
