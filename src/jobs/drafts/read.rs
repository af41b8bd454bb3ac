//! A draft is read, to see what it would change.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::bring::{folder, said_encoding};
use crate::app::App;
use crate::audit::Actor;
use crate::files::Links;
use crate::import::{
    CellsSay, ColumnsSaid, FileKind, Force, ImportBrake, ImportError, ImportOutcome, Progress, columns_said,
};
use crate::jobs::import_file::{HowToImport, ImportedFile, reading, take_in};
use crate::uploads::ImportDraft;

/// What came of what was done with a draft.
#[derive(Debug, Clone)]
pub(crate) enum DraftEnd {
    /// It was read.
    Read(Arc<DraftRead>),
    /// It was to be applied, and would change something else than was shown.
    Changed(Arc<DraftRead>),
    /// Nothing of it can be used: why, and whether a person may say which column is which.
    Unusable(Arc<str>, ColumnsFound),
    /// It is the import with this number.
    Applied(i32),
    /// A fault of ours; the log says which.
    Failed,
}

/// Whether all columns were found that a file must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnsFound {
    /// They were, or it has no headers at all.
    All,
    /// Some were not: a person may say which of its headers they are.
    SomeLack,
}

/// What a draft would change.
#[derive(Debug)]
pub(crate) struct DraftRead {
    /// All that it would do.
    pub(crate) report: ImportOutcome,
    /// Headers that are not used.
    pub(crate) ignored_columns: Vec<String>,
    /// By which the same difference is known again.
    pub(crate) mark: String,
}

impl DraftRead {
    /// That of a file that was read.
    pub(super) fn of(taken: ImportedFile) -> anyhow::Result<Self> {
        let mark = difference_mark(&taken.report)?;
        Ok(Self { mark, ignored_columns: taken.ignored_columns, report: taken.report })
    }
}

/// A hash of all that an import changes, whether it is only to be shown or done.
pub(super) fn difference_mark(report: &ImportOutcome) -> anyhow::Result<String> {
    let shown = json!({
        "rows": report.rows,
        "applied": report.applied,
        "unchanged": report.unchanged,
        "joiners": report.joiners,
        "changes": report.changes,
        "leavers": report.leavers,
        "records": [report.records_added, report.records_corrected],
        "rejected": report.rejected,
        "difference": report.difference,
    });
    Ok(blake3::hash(&serde_json::to_vec(&shown)?).to_hex().to_string())
}

/// The brakes that somebody overrules.
pub(crate) type Overruled = BTreeSet<ImportBrake>;

/// How a draft is taken in, by `by`.
pub(super) fn how_to_import(
    app: &App,
    draft: &ImportDraft,
    overruled: Overruled,
    by: Actor,
    progress: Progress,
) -> anyhow::Result<HowToImport> {
    let map = match draft.map.as_str() {
        "" => None,
        map => Some(folder(app).write_map(&draft.upload, map)?),
    };
    Ok(HowToImport {
        as_of: Some(draft.as_of),
        partial: draft.partial,
        force: if draft.again { Force::AgainPast(overruled) } else { Force::Brakes(overruled) },
        map,
        sheet: Some(draft.sheet.clone()).filter(|sheet| !sheet.is_empty()),
        links: Links::Refused,
        listed: usize::MAX,
        progress,
        by,
        named: Some(draft.file.clone()),
        only: draft.organisation.iter().cloned().collect(),
        start_on: draft.reading.start_on,
        encoding: said_encoding(&draft.reading),
        cells: cells_said(&draft.reading.cells),
        ..HowToImport::default()
    })
}

/// What dates in a matrix of training are, by this name; `None` for any other.
fn cells_said(name: &str) -> Option<CellsSay> {
    match name {
        "completed" => Some(CellsSay::Completed),
        "expires" => Some(CellsSay::Expires),
        _ => None,
    }
}

/// The kind that a draft is to be imported as.
pub(super) fn kind_of(draft: &ImportDraft) -> anyhow::Result<FileKind> {
    let kind = FileKind::ALL.into_iter().find(|kind| kind.as_str() == draft.kind);
    kind.ok_or_else(|| anyhow::anyhow!("a draft is of a kind {:?}", draft.kind))
}

/// Reads a draft; nothing is changed.
pub(super) fn read(app: &App, draft: &ImportDraft, progress: Progress) -> anyhow::Result<DraftEnd> {
    let how = how_to_import(app, draft, Overruled::default(), Actor::daemon(), progress)?;
    let how = HowToImport { dry_run: true, ..how };
    let file = folder(app).path(&draft.upload);
    match take_in(app, kind_of(draft)?, &file, &how, None, app.today()) {
        Ok(taken) => Ok(DraftEnd::Read(Arc::new(DraftRead::of(taken)?))),
        Err(error) => unusable(app, draft, error),
    }
}

/// The headers of a draft, and what they are taken for; `None` where none are found.
pub(crate) fn columns_of(app: &App, draft: &ImportDraft) -> anyhow::Result<Option<ColumnsSaid>> {
    let how = how_to_import(app, draft, Overruled::default(), Actor::daemon(), Progress::default())?;
    let file = folder(app).path(&draft.upload);
    match columns_said(&file, &reading(app, &how), kind_of(draft)?) {
        Ok(said) => Ok(Some(said).filter(|said| !said.headers.is_empty())),
        Err(ImportError::Unreadable { source, .. }) => Err(source.into()),
        // What can't be read at all has no headers.
        Err(_) => Ok(None),
    }
}

/// What comes of a draft that can't be taken in.
pub(super) fn unusable(app: &App, draft: &ImportDraft, error: anyhow::Error) -> anyhow::Result<DraftEnd> {
    let why = match error.downcast::<ImportError>()? {
        ImportError::Refused { reason, .. } => format!("The file {reason}."),
        ImportError::Map { reason, .. } => format!("The map {reason}."),
        ImportError::Unreadable { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
            let gone = "The file is no longer here: it was removed, or was brought to another machine of the service.";
            return Ok(DraftEnd::Unusable(gone.into(), ColumnsFound::All));
        }
        other => return Err(other.into()),
    };
    let lacks = columns_of(app, draft)?.is_some_and(|said| said.lacks_required());
    Ok(DraftEnd::Unusable(why.into(), if lacks { ColumnsFound::SomeLack } else { ColumnsFound::All }))
}
