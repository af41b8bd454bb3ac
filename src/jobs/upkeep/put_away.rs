//! What the files hold that were put away below the inbox, imported or refused: whom a purge looks for in them.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::import::{self, ImportError, reason_of};
use crate::inbox::{Folder, store as inbox_store};
use crate::register::store;

/// A file that nobody could look into, so that it may hold anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnreadFile {
    /// The file.
    pub(crate) path: PathBuf,
    /// Why not, as a sentence without its stop.
    pub(crate) why: String,
}

/// The entries of the inbox's ledger whose file, or its rejected rows, names one of these people, or can't be looked into.
/// An import alone tells of few: a file that was refused has none, and a list that changed nothing about somebody holds
/// them too. What was taken before `old` is forgotten in any case, and not looked into.
pub(crate) fn files_that_name(app: &App, ids: &[i32], old: DateTime<Utc>) -> anyhow::Result<HashSet<i32>> {
    let (Some(inbox), false) = (&app.config.inbox, ids.is_empty()) else { return Ok(HashSet::new()) };
    let folder = Folder::new(inbox);
    let (traces, entries) =
        app.db.read(|conn| Ok((store::traces(conn, ids)?, inbox_store::remembered(conn)?)))?;
    let mut named = HashSet::new();
    for entry in entries.into_iter().filter(|entry| entry.taken_at >= old) {
        let [file, rejected] = Folder::paths_of(&folder.below(&entry.taken.moved_to));
        // Rows that were never taken name people in ways that no rule foresees, and are no loss.
        if may_hold(&file, &mut |cells| traces.are_in_row(cells))
            || may_hold(&rejected, &mut |cells| traces.may_be_in(&cells.join(", ")))
        {
            named.insert(entry.id);
        }
    }
    Ok(named)
}

fn may_hold(path: &Path, is_wanted: &mut dyn FnMut(&[&str]) -> bool) -> bool {
    // One that somebody took away holds nothing here.
    let is_gone = std::fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound);
    !is_gone && import::look_through(path, is_wanted).unwrap_or(true)
}

/// Those of these files that were put away below the inbox and can't be looked into.
pub(crate) fn not_looked_into(app: &App, files: &[PathBuf]) -> Vec<UnreadFile> {
    let Some(inbox) = &app.config.inbox else { return Vec::new() };
    let unread = |path: &PathBuf| {
        let why = match import::look_through(path, &mut |_| false).err()? {
            ImportError::Refused { reason, .. } => reason_of("it", &reason),
            ImportError::Unreadable { source, .. } => format!("it can't be read ({source})"),
            other => other.to_string(),
        };
        Some(UnreadFile { path: path.clone(), why })
    };
    files.iter().filter(|path| path.starts_with(inbox)).filter_map(unread).collect()
}
