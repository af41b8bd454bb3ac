//! The kept picture: the register of today, judged, in memory, for whoever asks again and again (spec 8.8).
//!
//! A picture is of what was known at an instant, on a day, by a policy. Whoever asks gets the one that is of just that;
//! where there is none, it is made, once for all who wait. Of today's, the one before is shown to who would wait longer
//! than a few seconds: their question is then about the instant of that one, and says so.

pub(super) mod picture;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use anyhow::Context;
use picture::{Picture, PictureOf, RegisterOf};

use super::policies::policy_text;
use super::question::{AnsweredFrom, Question};
use super::register::{bouncing, told_back};
use super::viewer::Viewer;
use crate::app::App;
use crate::audit::{self, Action};
use crate::register::store::{self, KnownAt};

/// How long somebody waits for today's picture who could be shown the one before.
const SHORT_WAIT: Duration = Duration::from_secs(3);
/// How long somebody waits at all.
const LONG_WAIT: Duration = Duration::from_secs(10);
/// So many pictures of other days and instants are made at once, and kept.
const OTHERS: usize = 2;

/// What is asked for is still being worked out: ask again.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("these figures are still being worked out: ask again in a moment")]
pub struct StillWorking;

/// The pictures that are kept, and those that are being made.
#[derive(Debug, Default)]
pub struct KeptPictures {
    shelf: Mutex<PictureShelf>,
    /// Told when one was made, or could not be.
    made: Condvar,
}

#[derive(Debug, Default)]
struct PictureShelf {
    /// Today's, one of each organisation and one of all, as they were asked for.
    todays: Vec<Arc<Picture>>,
    /// Of other days and instants; the one asked for last stands last.
    others: Vec<Arc<Picture>>,
    making: Vec<PictureInMaking>,
}

#[derive(Debug, Clone)]
struct PictureInMaking {
    of: Arc<PictureOf>,
    sort: PictureSort,
    outcome: Arc<Mutex<Option<String>>>,
}

/// Which pictures it is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PictureSort {
    Todays,
    Other,
}

impl KeptPictures {
    /// The question with the picture that answers it, for who sees all there is or all of an organisation; others are few
    /// enough to be read. Where today's picture isn't made yet and there is one before, the question is about the instant
    /// of that one.
    ///
    /// # Errors
    /// [`StillWorking`] where it takes too long.
    pub fn answering(
        self: &Arc<Self>,
        app: &App,
        question: Question,
        viewer: &Viewer,
    ) -> anyhow::Result<Question> {
        let scope = match viewer {
            Viewer::Everything => question.organisation.clone(),
            Viewer::Organisation(code) => Some(code.clone()),
            _ => return Ok(question),
        };
        let sort = if question.asked_now && question.as_at == app.today() {
            PictureSort::Todays
        } else {
            PictureSort::Other
        };
        let of = Arc::new(asked(app, &question, scope)?);
        let began = Instant::now();
        let wait = |longest: Duration| self.wait_for(app, (&of, sort), question.known_at, began + longest);
        let before = || self.shelf().todays.iter().find(|kept| kept.of.scope() == of.scope()).cloned();
        let picture = match sort {
            PictureSort::Other => wait(LONG_WAIT)?,
            PictureSort::Todays => match wait(SHORT_WAIT)?.or_else(before) {
                Some(picture) => Some(picture),
                None => wait(LONG_WAIT)?,
            },
        };
        let picture = picture.ok_or(StillWorking)?;
        if picture.of == *of {
            return Ok(Question { from: AnsweredFrom::Picture(picture), ..question });
        }
        Ok(Question {
            as_at: picture.judged.day(),
            known: KnownAt::At(picture.known_at),
            known_at: picture.known_at,
            asked_now: false,
            from: AnsweredFrom::Picture(picture),
            ..question
        })
    }

    /// The picture, made where it isn't there; `None` where it is not by then.
    fn wait_for(
        self: &Arc<Self>,
        app: &App,
        (of, sort): (&Arc<PictureOf>, PictureSort),
        known_at: DateTime<Utc>,
        until: Instant,
    ) -> anyhow::Result<Option<Arc<Picture>>> {
        let mut mine: Option<PictureInMaking> = None;
        let mut shelf = self.shelf();
        loop {
            if let Some(picture) = shelf.find(of) {
                return Ok(Some(picture));
            }
            if let Some(failed) = mine.as_ref().and_then(PictureInMaking::failed) {
                anyhow::bail!("{failed}");
            }
            mine = shelf.making.iter().find(|making| making.of == *of).cloned().or(mine);
            let others = shelf.making.iter().filter(|making| making.sort == PictureSort::Other).count();
            if mine.is_none() && (sort == PictureSort::Todays || others < OTHERS) {
                let making = PictureInMaking { of: Arc::clone(of), sort, outcome: Arc::default() };
                shelf.making.push(making.clone());
                let before = shelf.before(of);
                self.make(app.clone(), making.clone(), known_at, before);
                mine = Some(making);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            shelf = self.made.wait_timeout(shelf, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Makes it beside whoever waits.
    fn make(
        self: &Arc<Self>,
        app: App,
        making: PictureInMaking,
        known_at: DateTime<Utc>,
        before: Option<Arc<Picture>>,
    ) {
        let pictures = Arc::clone(self);
        std::thread::spawn(move || {
            // What ends it in any way lets those go on who wait.
            let end = EndOfMaking { pictures: &pictures, making: &making };
            match Picture::make(&app, (*making.of).clone(), known_at, before.as_deref()) {
                Ok(picture) => pictures.shelf().keep(Arc::new(picture), making.sort),
                Err(error) => making.fail(format!("{error:#}")),
            }
            drop(end);
        });
    }

    fn shelf(&self) -> MutexGuard<'_, PictureShelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a picture for the question would be of: of the organisation with the code `scope`, or of all.
fn asked(app: &App, question: &Question, scope: Option<String>) -> anyhow::Result<PictureOf> {
    let policy = policy_text(app, question)?.context("no policy was ever recorded")?;
    let register = app.db.read(|conn| {
        Ok(RegisterOf {
            scope,
            import: store::newest_import(conn, question.known)?,
            purge: audit::newest_of(conn, Action::Purge)?,
            unreached: bouncing(app, conn, told_back(question))?,
        })
    })?;
    Ok(PictureOf { register, day: question.as_at, policy })
}

/// However a making ends, those who wait are told.
struct EndOfMaking<'a> {
    pictures: &'a KeptPictures,
    making: &'a PictureInMaking,
}

impl Drop for EndOfMaking<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.making.fail("a picture of the register could not be made".to_owned());
        }
        self.pictures.shelf().making.retain(|making| making.of != self.making.of);
        self.pictures.made.notify_all();
    }
}

impl PictureInMaking {
    fn failed(&self) -> Option<String> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fail(&self, why: String) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }
}

impl PictureShelf {
    fn find(&mut self, of: &PictureOf) -> Option<Arc<Picture>> {
        if let Some(todays) = self.todays.iter().find(|kept| kept.of == *of) {
            return Some(Arc::clone(todays));
        }
        let at = self.others.iter().position(|kept| kept.of == *of)?;
        let found = self.others.remove(at);
        self.others.push(Arc::clone(&found));
        Some(found)
    }

    /// The one that it takes least to make another from.
    fn before(&self, of: &PictureOf) -> Option<Arc<Picture>> {
        let of_it = || self.todays.iter().chain(&self.others).filter(|kept| kept.of.scope() == of.scope());
        of_it().find(|kept| kept.of.is_of_the_register_of(of)).or_else(|| of_it().next()).cloned()
    }

    fn keep(&mut self, picture: Arc<Picture>, sort: PictureSort) {
        match sort {
            PictureSort::Todays => {
                self.todays.retain(|kept| kept.of.scope() != picture.of.scope());
                self.todays.push(picture);
            }
            PictureSort::Other => {
                if self.others.len() >= OTHERS {
                    self.others.remove(0);
                }
                self.others.push(picture);
            }
        }
    }
}
