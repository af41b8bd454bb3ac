//! An import is taken back from the browser: once, and only where it would do what was shown (spec 8.9).

use std::cell::Cell;

use chrono::{DateTime, Utc};

use super::FormOnce;
use crate::app::App;
use crate::audit::Actor;
use crate::db::Conn;
use crate::import::{self, AlongsideVerdict, UndoPreview};

/// What came of the wish to undo an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UndoOutcome {
    /// It is undone, by the import with this number.
    Undone(i32),
    /// It would do something else than was shown, or something stands in the way.
    Changed,
    /// This form did it before.
    SentBefore,
}

/// By which the same undo is known again.
pub(crate) fn undo_mark(preview: &UndoPreview) -> String {
    let parts = preview
        .parts
        .iter()
        .map(|part| format!(" {} {} {}", part.what, part.counts.closed, part.counts.restored));
    let shown = format!("{}{}", preview.standing, parts.collect::<String>());
    blake3::hash(shown.as_bytes()).to_hex().to_string()
}

/// Undoes the import with this number for `by`, where that would do what was shown with this mark.
pub(crate) fn undo_import(
    app: &App,
    (id, mark): (i32, &str),
    by: &Actor,
    once: &FormOnce,
    now: DateTime<Utc>,
) -> anyhow::Result<UndoOutcome> {
    let used = Cell::new(false);
    let undone = import::undo_if(&app.db, id, by, app.today(), app.clock, &|conn: &mut Conn, preview| {
        let is_first = once.is_first(conn, now)?;
        used.set(!is_first);
        let is_as_shown = undo_mark(preview) == mark;
        Ok(if is_first && is_as_shown { AlongsideVerdict::Keep } else { AlongsideVerdict::PutBack })
    })?;
    Ok(match undone.and_then(|report| report.id) {
        Some(undo) => UndoOutcome::Undone(undo),
        None if used.get() => UndoOutcome::SentBefore,
        None => UndoOutcome::Changed,
    })
}
