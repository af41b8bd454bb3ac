//! Imports on record as programs read them (spec 4.1): these types are the document and its description.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answers::shapes;
use crate::register::store::ImportLine;

/// An import on record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportDocument {
    /// Its id.
    id: i32,
    /// What was imported.
    kind: String,
    /// The file's name; empty of what was not brought by one.
    file: String,
    /// The day the file spoke of.
    #[schema(value_type = String, format = Date)]
    as_of: NaiveDate,
    /// When it was recorded.
    #[schema(format = DateTime)]
    recorded_at: String,
    /// Whether a staff list was taken as partial.
    partial: bool,
    /// Whether the brakes were overruled.
    forced: bool,
    /// The import that it undoes, if it is an undo.
    #[schema(required = true)]
    undoes: Option<i32>,
    /// The undo that took it back, if that stands.
    #[schema(required = true)]
    undone_by: Option<i32>,
    /// Rows that are neither blank nor totals.
    rows: u64,
    /// Rows that changed something.
    applied: u64,
    /// Good rows that changed nothing.
    unchanged: u64,
    /// Rows that were understood and held nothing to keep.
    skipped: u64,
    /// Rejected lines.
    rejected: u64,
    /// People new to the register or back in post.
    joiners: u64,
    /// Other people about whom something changed.
    changes: u64,
    /// People no longer in post.
    leavers: u64,
    /// Training records added.
    records_added: u64,
    /// Training records corrected.
    records_corrected: u64,
}

/// Imports, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportList {
    /// The imports.
    pub(super) imports: Vec<ImportDocument>,
}

/// An import by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportAlone<'a> {
    #[serde(flatten)]
    pub(super) line: ImportDocument,
    /// The codes of the organisations that it touched.
    pub(super) organisations: &'a [String],
    /// Who brought it, where that is on record.
    #[schema(required = true)]
    pub(super) actor: Option<&'a str>,
}

impl From<&ImportLine> for ImportDocument {
    fn from(line: &ImportLine) -> Self {
        let counts = line.counts;
        Self {
            id: line.id,
            kind: line.kind.clone(),
            file: line.file.clone(),
            as_of: line.as_of,
            recorded_at: shapes::instant(line.recorded_at),
            partial: line.partial,
            forced: line.forced,
            undoes: line.undoes,
            undone_by: line.undone_by,
            rows: counts.rows,
            applied: counts.applied,
            unchanged: counts.unchanged,
            skipped: counts.skipped,
            rejected: counts.rejected,
            joiners: counts.joiners,
            changes: counts.changes,
            leavers: counts.leavers,
            records_added: counts.records_added,
            records_corrected: counts.records_corrected,
        }
    }
}
