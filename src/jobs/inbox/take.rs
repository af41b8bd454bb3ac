//! One file of the inbox, from the folder to the register and on to where it is kept.

use std::cell::Cell;
use std::io::ErrorKind;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};

use super::look::InboxLook;
use super::report::{self, file_location, outcome, queue, queue_report};
use crate::app::App;
use crate::audit::Actor;
use crate::db::{Conn, DbError, Locks};
use crate::files::{Existing, Links};
use crate::import::{self, AlongsideVerdict, FileKind, Force, ImportError, ImportOutcome, RejectedReaders};
use crate::inbox::store::{self, InboxEntry, TakenFile};
use crate::inbox::{AnsweredFolder, Folder, MoveOutcome, SeenFile};
use crate::jobs::import_file::{HowToImport, ImportedFile, take_in};
use crate::mail::{FileOutcome, Remarks};
use crate::register::store as register;

/// A file about to be taken.
struct FileToTake<'a> {
    app: &'a App,
    folder: &'a Folder,
    kind: FileKind,
    seen: &'a SeenFile,
    content_hash: String,
    today: NaiveDate,
    now: DateTime<Utc>,
}

/// Takes a file that has stopped growing, unless it was taken before.
pub(super) fn take(
    app: &App,
    folder: &Folder,
    kind: FileKind,
    seen: &SeenFile,
    looked: &mut InboxLook,
) -> anyhow::Result<()> {
    let path = folder.below(&seen.name);
    let hash = import::content_hash(&path, Links::Refused);
    if !folder.has_still(seen) {
        return Ok(());
    }
    let content_hash = match hash {
        Ok(hash) => hash,
        Err(error) => return unreadable(app, folder, seen, &error, looked),
    };
    let (today, now) = (app.today(), app.now());
    let taking = FileToTake { app, folder, kind, seen, content_hash, today, now };
    match app.db.read(|conn| store::find(conn, seen, &taking.content_hash))? {
        // It could not be moved away, and that was said.
        Some(entry) if entry.settled_at.is_none() => Ok(()),
        Some(entry) if still_holds(app, &entry)? => taking.take_no_more(&entry, looked),
        Some(_) | None => taking.import(looked),
    }
}

/// Whether what a file did is still there. One that was refused changed nothing, and what was in its way may have been
/// put right since; an import that was undone may be done again.
fn still_holds(app: &App, entry: &InboxEntry) -> anyhow::Result<bool> {
    match (entry.taken.outcome, entry.taken.import) {
        (AnsweredFolder::Refused, _) => Ok(false),
        (AnsweredFolder::Done, None) => Ok(true),
        (AnsweredFolder::Done, Some(import)) => {
            Ok(app.db.read(|conn| register::stands_in(conn, import))?.is_ok())
        }
    }
}

/// Finishes what was begun with files taken before: tells of them, moves them away and writes their rejected rows down.
pub(super) fn finish(app: &App, folder: &Folder, looked: &mut InboxLook) -> anyhow::Result<()> {
    let unsettled = app.db.read(store::unsettled)?;
    for entry in unsettled {
        // One that can't be finished must not stand in the way of the others.
        if let Err(error) = settle(app, folder, &entry, None, looked) {
            looked
                .troubles
                .push(format!("a {} file was taken, and not put away: {error:#}", entry.taken.kind));
        }
    }
    Ok(())
}

impl FileToTake<'_> {
    fn import(&self, looked: &mut InboxLook) -> anyhow::Result<()> {
        let done = self.free_place(AnsweredFolder::Done);
        let entered = Cell::new(None);
        let alongside = |conn: &mut Conn, report: &ImportOutcome| {
            entered.set(Some(self.enter(conn, report, &done)?));
            Ok(AlongsideVerdict::Keep)
        };
        let path = self.folder.below(&self.seen.name);
        let how = HowToImport { links: Links::Refused, by: Actor::daemon(), ..HowToImport::default() };
        let taken = take_in(self.app, self.kind, &path, &how, Some(&alongside), self.today);
        let (entry, taken) = match (taken, entered.take()) {
            (Ok(taken), Some(entry)) => (entry, Some(taken)),
            (Ok(taken), None) => {
                let place = if taken.report.refused.is_some() {
                    AnsweredFolder::Refused
                } else {
                    AnsweredFolder::Done
                };
                let to = if place == AnsweredFolder::Done { done } else { self.free_place(place) };
                match self
                    .app
                    .db
                    .try_write(Locks::AUDIT.and(Locks::PLAN), |conn| self.enter(conn, &taken.report, &to))
                {
                    Ok(entry) => (entry, Some(taken)),
                    Err(error) => return self.unless_taken_elsewhere(error.into()),
                }
            }
            (Err(error), _) => match error.downcast::<ImportError>() {
                Ok(error @ ImportError::Unreadable { .. }) => {
                    return unreadable(self.app, self.folder, self.seen, &error, looked);
                }
                // The settings are to be put right, not the file: it waits.
                Ok(error @ ImportError::Map { .. }) => {
                    looked.troubles.push(format!("no file of the inbox can be taken: {error}"));
                    return Ok(());
                }
                Ok(error) => match self.refuse(&error) {
                    Ok(entry) => (entry, None),
                    Err(error) => return self.unless_taken_elsewhere(error.into()),
                },
                Err(error) => return self.unless_taken_elsewhere(error),
            },
        };
        looked.taken.push(in_words(&entry.taken, taken.as_ref()));
        settle(self.app, self.folder, &entry, taken.as_ref(), looked)
    }

    fn free_place(&self, place: AnsweredFolder) -> String {
        let at = self.now.with_timezone(&self.app.config.time_zone).naive_local();
        self.folder.free_place(place, &self.seen.shown(), at)
    }

    /// Enters what the file came to.
    fn enter(&self, conn: &mut Conn, report: &ImportOutcome, to: &str) -> Result<InboxEntry, DbError> {
        let refused = report.refused.is_some();
        let to_tell = outcome(report, file_location(self.folder, self.kind.as_str(), to));
        let taken = TakenFile {
            outcome: if refused { AnsweredFolder::Refused } else { AnsweredFolder::Done },
            import: report.id,
            has_rejected: !report.rejected.is_empty(),
            ..self.taken(to)
        };
        self.enter_as(conn, taken.clone(), &to_tell)
    }

    /// Enters a file that can't be used at all.
    fn refuse(&self, error: &ImportError) -> Result<InboxEntry, DbError> {
        let to = self.free_place(AnsweredFolder::Refused);
        let why = match error {
            ImportError::Refused { reason, .. } => import::reason_of("It", reason),
            other => other.to_string(),
        };
        let lies = file_location(self.folder, self.kind.as_str(), &to);
        let rejected = Remarks::default();
        let to_tell = FileOutcome::Refused { why, can_be_forced: false, rejected, lies };
        let taken = TakenFile { outcome: AnsweredFolder::Refused, ..self.taken(&to) };
        self.app
            .db
            .try_write(Locks::AUDIT.and(Locks::PLAN), |conn| self.enter_as(conn, taken.clone(), &to_tell))
    }

    fn taken(&self, to: &str) -> TakenFile {
        TakenFile {
            seen: self.seen.clone(),
            content_hash: self.content_hash.clone(),
            kind: self.kind.as_str().to_owned(),
            outcome: AnsweredFolder::Done,
            import: None,
            moved_to: to.to_owned(),
            has_rejected: false,
            untold: None,
        }
    }

    fn enter_as(
        &self,
        conn: &mut Conn,
        taken: TakenFile,
        to_tell: &FileOutcome,
    ) -> Result<InboxEntry, DbError> {
        // What was read is what stands there now; or it was still being written, or another process has taken it.
        if !self.folder.has_still(self.seen) {
            return Err(DbError::GivenUp("the file changed while it was read".to_owned()));
        }
        let taken = TakenFile { untold: Some(report::kept(to_tell)?), ..taken };
        let id = store::enter(conn, &taken, self.now)?;
        Ok(InboxEntry { id, taken, taken_at: self.now, settled_at: None })
    }

    /// Puts away a file that is the very one taken before, and says so, once a day at most.
    fn take_no_more(&self, before: &InboxEntry, looked: &mut InboxLook) -> anyhow::Result<()> {
        let to = self.free_place(AnsweredFolder::Refused);
        let outcome = FileOutcome::TakenBefore {
            on: before.taken_at.with_timezone(&self.app.config.time_zone).date_naive(),
            import: before.taken.import,
            lies: file_location(self.folder, self.kind.as_str(), &to),
        };
        queue_report(self.app, self.seen, outcome, format!("inbox-again {} {}", before.id, self.today))?;
        match self.folder.put_away(self.seen, &to) {
            Ok(_) => {
                looked.taken.push(format!("a {} file was taken before, and was not taken again", self.kind))
            }
            Err(error) => looked.troubles.push(immovable(self.kind.as_str(), &error)),
        }
        Ok(())
    }

    /// The error, unless the file changed meanwhile, or another process took it.
    fn unless_taken_elsewhere(&self, error: anyhow::Error) -> anyhow::Result<()> {
        let unsettled = self.app.db.read(store::unsettled)?;
        if !self.folder.has_still(self.seen) || unsettled.iter().any(|entry| entry.taken.seen == *self.seen) {
            return Ok(());
        }
        Err(error).with_context(|| format!("a {} file of the inbox could not be imported", self.kind))
    }
}

/// Queues the report of what an entry's file came to, where that was not done yet.
fn tell(app: &App, entry: &InboxEntry) -> anyhow::Result<()> {
    let Some(kept) = &entry.taken.untold else { return Ok(()) };
    let taken_on = entry.taken_at.with_timezone(&app.config.time_zone).date_naive();
    let words = report::report(app, &entry.taken.seen, report::to_tell(kept)?, taken_on)?;
    let (key, today, now) = (format!("inbox-file {}", entry.id), app.today(), app.now());
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        queue(app, conn, &words, &key, (today, now))?;
        store::note_told(conn, entry.id)?;
        Ok::<_, DbError>(())
    })?;
    Ok(())
}

/// Tells what an entry's file came to, moves it away and writes its rejected rows down; `taken` where it was only just
/// taken in. What can't be done is said to HR once, and tried again at every look.
fn settle(
    app: &App,
    folder: &Folder,
    entry: &InboxEntry,
    taken: Option<&ImportedFile>,
    looked: &mut InboxLook,
) -> anyhow::Result<()> {
    tell(app, entry)?;
    let TakenFile { seen, kind, moved_to, has_rejected, .. } = &entry.taken;
    let put_away = match folder.put_away(seen, moved_to) {
        Ok(put_away) => put_away,
        Err(error) => {
            looked.troubles.push(immovable(kind, &error));
            let outcome =
                FileOutcome::Stuck { why: error.to_string(), lies: file_location(folder, kind, moved_to) };
            return Ok(queue_report(app, seen, outcome, format!("inbox-stuck {}", entry.id))?);
        }
    };
    if *has_rejected && put_away == MoveOutcome::There {
        let path = folder.below(moved_to);
        let again;
        let taken = match taken {
            Some(taken) => taken,
            // The process that took it ended before it could write them: they are found again, and nothing is changed.
            None => {
                again = read_again(app, entry, folder)?;
                &again
            }
        };
        let readers = RejectedReaders::OfFolder(folder.path());
        let written = match taken.write_rejected(&path, Existing::OursReplaced, readers) {
            // The process that took it ended after it had written them, and somebody has put them right since.
            Some(Err(ImportError::Unwritable { source, .. }))
                if source.kind() == ErrorKind::AlreadyExists =>
            {
                Ok(())
            }
            Some(Err(error)) => Err(error.to_string()),
            Some(Ok(_)) | None => Ok(()),
        };
        if let Err(error) = written {
            looked.troubles.push(error);
            return Ok(());
        }
    }
    let now = app.now();
    app.db.write(Locks::NONE, |conn| store::settle(conn, entry.id, now))?;
    Ok(())
}

fn read_again(app: &App, entry: &InboxEntry, folder: &Folder) -> anyhow::Result<ImportedFile> {
    let kind = FileKind::ALL.into_iter().find(|kind| kind.as_str() == entry.taken.kind);
    let kind = kind.with_context(|| format!("the ledger of files names a kind {:?}", entry.taken.kind))?;
    let how = HowToImport {
        dry_run: true,
        force: Force::Everything,
        links: Links::Refused,
        by: Actor::daemon(),
        ..HowToImport::default()
    };
    take_in(app, kind, &folder.below(&entry.taken.moved_to), &how, None, app.today())
}

/// Says, once, that a file can't be read; it is tried again at every look.
fn unreadable(
    app: &App,
    folder: &Folder,
    seen: &SeenFile,
    error: &ImportError,
    looked: &mut InboxLook,
) -> anyhow::Result<()> {
    if !folder.has_still(seen) {
        return Ok(()); // It went, or another process has taken it.
    }
    let why = match error {
        ImportError::Unreadable { source, .. } => source.to_string(),
        other => other.to_string(),
    };
    looked.troubles.push(format!("a file of the inbox can't be read ({why}): correct its permissions"));
    let key = format!("inbox-unreadable {}", seen.mark());
    Ok(queue_report(app, seen, FileOutcome::Unreadable { why }, key)?)
}

/// For the log, which names no file: its name may be somebody's.
fn immovable(kind: &str, error: &std::io::Error) -> String {
    format!(
        "a {kind} file can't be moved out of the inbox ({error}): let refresher write into it, `done` and `refused`"
    )
}

fn in_words(taken: &TakenFile, report: Option<&ImportedFile>) -> String {
    let Some(ImportedFile { report, .. }) = report.filter(|_| taken.outcome == AnsweredFolder::Done) else {
        return format!("a {} file was refused, and nothing changed", taken.kind);
    };
    format!(
        "a {} file was imported: {} of {} rows changed something, {} are to be put right",
        taken.kind,
        report.applied,
        report.rows,
        report.rejected_lines().len()
    )
}
