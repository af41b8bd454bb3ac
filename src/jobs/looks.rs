//! Who looked at whom, noted beside what they looked at: reading waits for no writer (spec 8.7).

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;

use crate::access::{PersonLook, store};
use crate::app::App;
use crate::db::{Durability, Locks};

/// As many are noted while somebody waits; more are noted beside the answer.
const AT_ONCE: usize = 500;

/// What is to be noted, and what was noted today.
#[derive(Debug, Default)]
pub(crate) struct LookDesk {
    waiting: Mutex<HashSet<PersonLook>>,
    noted: Mutex<HashSet<PersonLook>>,
}

impl LookDesk {
    /// Notes that the account looked at these people, once a day. Where another writes at this moment, it is noted with the
    /// next.
    pub(crate) fn note(
        self: &Arc<Self>,
        app: &Arc<App>,
        account: i32,
        on: NaiveDate,
        people: impl IntoIterator<Item = i32>,
    ) {
        let looks = people.into_iter().map(|staff_id| PersonLook { account, staff_id, on });
        let waiting = {
            let noted = locked(&self.noted);
            let mut waiting = locked(&self.waiting);
            waiting.extend(looks.filter(|look| !noted.contains(look)));
            waiting.len()
        };
        if waiting <= AT_ONCE {
            self.write(app);
        } else {
            let (desk, app) = (Arc::clone(self), Arc::clone(app));
            std::thread::spawn(move || desk.write(&app));
        }
    }

    /// Writes what waits, a part at a time, for as long as nobody else writes.
    fn write(&self, app: &App) {
        loop {
            let some: Vec<PersonLook> = locked(&self.waiting).iter().take(AT_ONCE).copied().collect();
            if some.is_empty() {
                return;
            }
            let written = app
                .db
                .write_unless_busy(Locks::NONE, Durability::Soon, |conn| store::note_looks(conn, &some));
            match written {
                Some(Ok(())) => {}
                Some(Err(error)) => {
                    tracing::warn!(%error, "who looked at whom is noted with the next page");
                    return;
                }
                None => return,
            }
            let mut noted = locked(&self.noted);
            // What is remembered is today's.
            let newest = some.iter().map(|look| look.on).max();
            noted.retain(|look| Some(look.on) >= newest);
            let mut waiting = locked(&self.waiting);
            for look in some {
                waiting.remove(&look);
                noted.insert(look);
            }
        }
    }
}

/// A panic left nothing half done that would matter.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
