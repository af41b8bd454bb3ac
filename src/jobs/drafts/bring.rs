//! A file is received and kept as a draft, or a draft is discarded.

use std::fs::File;
use std::io;

use chrono::{DateTime, NaiveDate, Utc};

use crate::access::random_token;
use crate::app::App;
use crate::db::Locks;
use crate::import::{self, FileEncoding, FileKind, ImportError};
use crate::jobs::FormOnce;
use crate::jobs::import_file::limits;
use crate::register::store as register;
use crate::uploads::{DraftReading, ImportDraft, NewDraft, ReceivedFile, UploadFolder, store};

/// A file that somebody brings, with what they said of it.
#[derive(Debug)]
pub(crate) struct DraftOrder<'a> {
    /// The file.
    pub(crate) received: &'a ReceivedFile,
    /// What they call it.
    pub(crate) file: &'a str,
    /// What it is to be imported as.
    pub(crate) kind: FileKind,
    /// The code of the organisation whose rows it may hold; `None`: of all.
    pub(crate) organisation: Option<&'a str>,
    /// The day it speaks of.
    pub(crate) as_of: NaiveDate,
    /// Whether a staff list names only some of the staff.
    pub(crate) partial: bool,
    /// The sheet to read; empty: the first.
    pub(crate) sheet: &'a str,
    /// Further headers, as a map file says them; empty: those said last for such a file.
    pub(crate) map: &'a str,
    /// How it is to be read.
    pub(crate) reading: &'a DraftReading,
    /// Whether it takes the place of a draft that waits.
    pub(crate) replaces: bool,
    /// The form by which it is brought.
    pub(crate) once: FormOnce,
}

/// What became of a file that somebody brought.
#[derive(Debug)]
pub(crate) enum BringOutcome {
    /// It is the draft with this number.
    Kept(i32),
    /// This form brought it before: as the draft with this number, where that still waits.
    SentBefore(Option<i32>),
    /// Another of its kind waits for its organisation.
    AnotherWaits(Box<ImportDraft>),
    /// It is nothing that is read.
    NotRead(ImportError),
}

/// The folder of uploads of this node.
pub(super) fn folder(app: &App) -> UploadFolder {
    UploadFolder::new(&app.config.web.uploads)
}

/// Begins to receive a file.
///
/// # Errors
/// Where the folder of uploads can't be made or written.
pub(crate) fn receive(app: &App) -> io::Result<(File, ReceivedFile)> {
    let chance = random_token().map_err(io::Error::other)?;
    folder(app).receive(&chance, app.now())
}

/// The encoding that was said. What can't be read any more was said to another version: the file says it itself.
pub(super) fn said_encoding(reading: &DraftReading) -> Option<FileEncoding> {
    FileEncoding::named(&reading.encoding).ok()
}

/// Keeps a file that was received as a draft.
pub(crate) fn bring(app: &App, order: &DraftOrder<'_>, now: DateTime<Utc>) -> anyhow::Result<BringOutcome> {
    let limits = limits(&app.config.import);
    if let Err(error) = import::look_over(order.received.path(), &limits, said_encoding(order.reading)) {
        return Ok(BringOutcome::NotRead(error));
    }
    tidy_drafts(app, now)?;
    let folder = folder(app);
    let upload = folder.keep(order.received)?;
    let brought = app.db.try_write(Locks::NONE, |conn| -> anyhow::Result<_> {
        let kind = order.kind.as_str();
        let waiting = store::find_at(conn, order.organisation, kind)?;
        if !order.once.is_first(conn, now)? {
            return Ok((BringOutcome::SentBefore(waiting.map(|draft| draft.id)), None));
        }
        let replaced = match waiting {
            Some(waiting) if !order.replaces => {
                anyhow::bail!(AnotherDraftWaits(Box::new(waiting)));
            }
            waiting => waiting,
        };
        if let Some(replaced) = &replaced {
            store::remove(conn, replaced.id)?;
        }
        let usual;
        let map = if order.map.is_empty() {
            usual = store::usual_map(conn, order.organisation, kind)?;
            &usual
        } else {
            order.map
        };
        let new = NewDraft {
            account: order.once.account,
            organisation: order.organisation,
            kind,
            file: order.file,
            upload: &upload,
            as_of: order.as_of,
            partial: order.partial,
            sheet: order.sheet,
            map,
            reading: order.reading,
        };
        Ok((BringOutcome::Kept(store::keep(conn, &new, now)?), replaced))
    });
    match brought {
        Ok((kept @ BringOutcome::Kept(_), replaced)) => {
            if let Some(replaced) = replaced {
                folder.remove(&replaced.upload);
            }
            Ok(kept)
        }
        Ok((otherwise, _)) => {
            folder.remove(&upload);
            Ok(otherwise)
        }
        Err(error) => {
            folder.remove(&upload);
            let AnotherDraftWaits(waiting) = error.downcast()?;
            Ok(BringOutcome::AnotherWaits(waiting))
        }
    }
}

/// Nothing is kept, the key of the form included: it can be sent again with a word that it replaces the other.
#[derive(Debug, thiserror::Error)]
#[error("another draft of its kind waits")]
struct AnotherDraftWaits(Box<ImportDraft>);

/// Discards a draft with its file; nothing is done where it is gone.
pub(crate) fn discard(app: &App, draft: &ImportDraft) -> anyhow::Result<()> {
    app.db.write(Locks::NONE, |conn| store::remove(conn, draft.id))?;
    folder(app).remove(&draft.upload);
    Ok(())
}

/// Has a draft be imported though the very file was before.
pub(crate) fn import_again(app: &App, draft: &ImportDraft) -> anyhow::Result<()> {
    Ok(app.db.write(Locks::NONE, |conn| store::set_again(conn, draft.id))?)
}

/// Removes the drafts that nobody has decided about within a day, with their files, and rejected rows that nobody has put
/// right within a month.
pub(crate) fn tidy_drafts(app: &App, now: DateTime<Utc>) -> anyhow::Result<()> {
    app.db.write(Locks::NONE, |conn| {
        store::tidy(conn, now)?;
        register::tidy_rejected(conn, now)
    })?;
    Ok(folder(app).tidy(now)?)
}

/// The draft with this number.
pub(crate) fn draft_with_id(app: &App, id: i32) -> anyhow::Result<Option<ImportDraft>> {
    Ok(app.db.read(|conn| store::find(conn, id))?)
}

/// The drafts that wait, in order of kind and organisation.
pub(crate) fn drafts_waiting(app: &App) -> anyhow::Result<Vec<ImportDraft>> {
    Ok(app.db.read(store::drafts)?)
}
