//! Taking an import back (spec 3.6): the register as it was before it, as long as no later import built on it.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::audit::{self, Act, Action, Actor};
use crate::clock::Clock;
use crate::db::{Conn, Db, DbError};
use crate::import::AlongsideVerdict;
use crate::register::store::{
    self, CONFIGURATION, ImportCounts, ImportLine, LaterImport, NewImport, RENAME, UndoCounts, UndoPart,
    WriteAttempt,
};

/// The kind of import that an undo is recorded as.
pub(super) const UNDO: &str = "undo";

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UndoReport {
    /// The import that the undo is recorded as; `None` when it was refused.
    pub id: Option<i32>,
    /// Always `undo`.
    pub kind: &'static str,
    /// The import that was taken back.
    pub undoes: i32,
    /// What that import had taken in; `undo` where an undo was undone.
    pub undone_kind: String,
    /// The file's name; empty where there was none.
    pub file: String,
    /// Versions that were closed.
    pub closed: u64,
    /// Earlier versions that were opened again.
    pub restored: u64,
    /// Why nothing was changed, if it was refused.
    pub refused: Option<String>,
    /// What else a person should know.
    pub notes: Vec<String>,
}

/// Why there is nothing to undo.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// There is no such import.
    #[error("there is no import {0}: `refresher import list` lists them")]
    Unknown(i32),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Takes the import with this id back in one transaction, as a change of its own that can itself be undone. Of one that
/// was undone and put back, the putting back is undone.
///
/// # Errors
/// When there is no such import, or the database fails. That it was refused is no error, but said in the result.
pub fn undo(
    db: &Db,
    id: i32,
    actor: &Actor,
    today: NaiveDate,
    clock: impl Into<Clock>,
) -> Result<UndoReport, UndoError> {
    let undone = undo_if(db, id, actor, today, clock.into(), &|_, _| Ok(AlongsideVerdict::Keep))?;
    undone.ok_or(UndoError::Unknown(id))
}

/// Says, in the transaction that would undo an import, whether it is to be kept, by what it would do.
pub(crate) type UndoJudge<'a> = dyn Fn(&mut Conn, &UndoPreview) -> Result<AlongsideVerdict, DbError> + 'a;

/// [`undo`], where `judge` lets it; `None`, with nothing changed, where it doesn't, or there is no such import. What is
/// refused is not asked about.
///
/// # Errors
/// When the database fails.
pub(crate) fn undo_if(
    db: &Db,
    id: i32,
    actor: &Actor,
    today: NaiveDate,
    clock: Clock,
    judge: &UndoJudge<'_>,
) -> Result<Option<UndoReport>, DbError> {
    store::attempt(db, clock, |conn| {
        let Some((of, preview)) = looked_at(conn, id)? else { return Ok(WriteAttempt::PutBack(None)) };
        if let Some(why) = preview.refused {
            return Ok(WriteAttempt::PutBack(Some(refused(of, why))));
        }
        if judge(conn, &preview)? == AlongsideVerdict::PutBack {
            return Ok(WriteAttempt::PutBack(None));
        }
        let (undo, done) = record(conn, &of, actor, today, clock)?;
        Ok(WriteAttempt::Keep(Some(UndoReport {
            id: Some(undo),
            closed: done.closed,
            restored: done.restored,
            refused: None,
            notes: preview.notes,
            ..refused(of, String::new())
        })))
    })
}

/// What undoing an import would do, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UndoPreview {
    /// The import whose changes would be taken back: the one asked about, or the one that put it back.
    pub(crate) standing: i32,
    /// Why nothing would be changed.
    pub(crate) refused: Option<String>,
    /// Imports that are to be undone first, or the undo that took it back.
    pub(crate) in_the_way: Vec<i32>,
    /// What would be put back.
    pub(crate) parts: Vec<UndoPart>,
    /// What else a person should know.
    pub(crate) notes: Vec<String>,
}

/// What undoing the import with this id would do; `None` where there is none.
///
/// # Errors
/// When the database fails.
pub(crate) fn undo_preview(db: &Db, id: i32) -> Result<Option<UndoPreview>, DbError> {
    db.try_read(|conn| Ok(looked_at(conn, id)?.map(|(_, preview)| preview)))
}

/// The import whose changes an undo would take back, and what it would do.
fn looked_at(conn: &mut Conn, id: i32) -> Result<Option<(ImportLine, UndoPreview)>, DbError> {
    let Some(asked) = store::find_import(conn, id)? else { return Ok(None) };
    let none = UndoPreview {
        standing: id,
        refused: None,
        in_the_way: Vec::new(),
        parts: Vec::new(),
        notes: Vec::new(),
    };
    let (of, mut notes) = match store::stands_in(conn, id)? {
        Err(by) => {
            let why = format!(
                "import {id} was undone already, by import {by}; `refresher import undo {by}` puts it back"
            );
            return Ok(Some((asked, UndoPreview { refused: Some(why), in_the_way: vec![by], ..none })));
        }
        Ok(standing) if standing == id => (asked, Vec::new()),
        Ok(standing) => {
            let note =
                format!("import {id} had been undone and put back by import {standing}, which is undone");
            let standing = store::find_import(conn, standing)?;
            (standing.unwrap_or(asked), vec![note])
        }
    };
    let standing = of.id;
    if let Some((why, in_the_way)) = refusal(conn, &of)? {
        return Ok(Some((of, UndoPreview { standing, refused: Some(why), in_the_way, ..none })));
    }
    notes.extend(later_lists(conn, &of)?);
    let parts = store::would_put_back(conn, standing)?;
    Ok(Some((of, UndoPreview { standing, parts, notes, ..none })))
}

fn refused(of: ImportLine, why: String) -> UndoReport {
    UndoReport {
        id: None,
        kind: UNDO,
        undoes: of.id,
        undone_kind: of.kind,
        file: of.file,
        closed: 0,
        restored: 0,
        refused: Some(why),
        notes: Vec::new(),
    }
}

/// Why the import can't be undone, and which are to be undone first; `None` when it can.
fn refusal(conn: &mut Conn, of: &ImportLine) -> Result<Option<(String, Vec<i32>)>, DbError> {
    if of.kind == CONFIGURATION {
        let why = format!(
            "import {} is what the settings say about the organisation: correct [organisation] there instead",
            of.id
        );
        return Ok(Some((why, Vec::new())));
    }
    if of.kind == RENAME {
        let why = format!(
            "import {} gave an organisation another code: `refresher organisation rename` gives it the one that it had",
            of.id
        );
        return Ok(Some((why, Vec::new())));
    }
    if store::touched_purged(conn, of.id)? {
        let why = format!(
            "import {} changed something about people whose data was purged since, which can't be put back: correct \
             the register with an import of what is right",
            of.id
        );
        return Ok(Some((why, Vec::new())));
    }
    let later = store::built_on(conn, of.id)?;
    let Some(newest) = later.last() else { return Ok(None) };
    let mut named = Vec::with_capacity(later.len());
    for built in &later {
        named.push(described(conn, built)?);
    }
    let why = format!(
        "later imports built on import {}: {}. Undo those first, the newest first: `refresher import undo {}`",
        of.id,
        named.join("; "),
        newest.import
    );
    Ok(Some((why, later.iter().rev().map(|built| built.import).collect())))
}

/// `import 7 (training, spring.csv) changed 12 training records`.
fn described(conn: &mut Conn, built: &LaterImport) -> Result<String, DbError> {
    let what =
        store::find_import(conn, built.import)?.map_or(String::new(), |line| match line.file.as_str() {
            "" => format!(" ({})", line.kind),
            file => format!(" ({}, {file})", line.kind),
        });
    let changed: Vec<String> = built.changed.iter().map(|(count, name)| format!("{count} {name}")).collect();
    Ok(format!("import {}{what} changed {}", built.import, changed.join(", ")))
}

/// A later file of the same kind was compared with what this import had left: what the two agreed on goes with it.
fn later_lists(conn: &mut Conn, of: &ImportLine) -> Result<Option<String>, DbError> {
    let touched = store::touched_organisations(conn, of.id)?;
    for line in store::imports(conn)? {
        let is_later_file =
            line.id > of.id && line.kind == of.kind && line.kind != UNDO && !line.file.is_empty();
        if is_later_file
            && line.undone_by.is_none()
            && store::touched_organisations(conn, line.id)?.iter().any(|code| touched.contains(code))
        {
            return Ok(Some(format!(
                "import {} ({}) came later: where it agreed with import {}, that is taken back too; import its file \
                 again to have all that it says",
                line.id, line.file, of.id
            )));
        }
    }
    Ok(None)
}

fn record(
    conn: &mut Conn,
    of: &ImportLine,
    actor: &Actor,
    today: NaiveDate,
    clock: Clock,
) -> Result<(i32, UndoCounts), DbError> {
    let new = NewImport {
        kind: UNDO,
        file: &of.file,
        content_hash: "",
        as_of: today,
        partial: false,
        forced: false,
        counts: ImportCounts::default(),
        undoes: Some(of.id),
    };
    let undo = store::record_import(conn, &new)?;
    let done = store::put_back(conn, of.id, undo)?;
    let act = Act {
        actor,
        action: Action::Undo,
        object: format!("import {}", of.id),
        details: json!({
            "import": undo, "kind": of.kind, "closed": done.closed, "restored": done.restored,
        }),
    };
    audit::record(conn, &act, clock.now())?;
    Ok((undo, done))
}
