//! Why a file has no header row: what comes nearest to one, or the kind of file that it is instead.

use std::ops::ControlFlow;

use super::visiting::visit_rows;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::ColumnField;
use crate::import::columns::headers::{HEADER_WITHIN, Headers};
use crate::import::columns::reports::known_report;
use crate::import::messages::Refusal;
use crate::import::{ImportError, ReadOptions};
use crate::tabular::{Limits, RawRow, Shape, SourceFile};

/// A row that comes near to a header is looked for in this many rows: it takes far longer than to recognise one.
const NEAR_WITHIN: usize = 50;

/// What may stand between columns besides what parts them.
const SEPARATORS: [char; 7] = [',', ';', '\t', '|', '^', '~', ':'];

/// Looks again at the rows in which the header was sought.
pub(in crate::import) fn explained(
    source: &SourceFile,
    shape: &Shape,
    limits: &Limits,
    headers: &Headers,
) -> ImportError {
    match look(source, shape, limits, headers) {
        Ok(refusal) => ImportError::refused(&source.path, &refusal),
        Err(error) => error,
    }
}

fn look(
    source: &SourceFile,
    shape: &Shape,
    limits: &Limits,
    headers: &Headers,
) -> Result<Refusal, ImportError> {
    let others = FileKind::ALL.into_iter().filter(|kind| *kind != headers.kind);
    let others =
        others.map(|kind| Headers::of(kind, &ReadOptions::default())).collect::<Result<Vec<_>, _>>()?;
    let (mut nearest, mut most) = (None, 0);
    let (mut other, mut known, mut one_cell, mut rows) = (None, None, None, 0);
    let visited = visit_rows(source, shape, limits, &mut |row| {
        rows += 1;
        let recognisable = if rows <= NEAR_WITHIN { headers.recognisable_in(row) } else { 0 };
        if recognisable > most {
            (nearest, most) = (Some(row.copied()), recognisable);
        }
        known = known.take().or_else(|| known_report(headers.kind, row));
        one_cell = one_cell.or_else(|| is_header_in_one_cell(headers, row).then_some(row.line));
        other = others.iter().find_map(|of| of_other_kind(headers.kind, of, row));
        let enough = rows == HEADER_WITHIN || other.is_some();
        Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let one_cell = one_cell.map(|line| Refusal::OneCell { line: line.to_string() });
    let told = known.or(other).or(one_cell);
    Ok(told.unwrap_or_else(|| headers.not_found(nearest.as_ref(), visited.sheet.as_ref())))
}

/// What to do about a row that is the header of files of another kind.
fn of_other_kind(kind: FileKind, other: &Headers, row: &RawRow) -> Option<Refusal> {
    let layout = other.is_header(row).then(|| other.layout(row).ok()).flatten()?;
    let line = row.line.to_string();
    Some(match (kind, other.kind) {
        // Completions taken for booked places would be lost, and nobody the wiser.
        (FileKind::Training, FileKind::Bookings) => {
            Refusal::NoDay { line, date: layout.header(ColumnField::Date) }
        }
        _ => Refusal::OtherKind { line, kind: kind.to_string(), other: other.kind.to_string() },
    })
}

/// Whether the row would be a header if its one cell were parted: its lines are quoted whole, or parted by something else.
fn is_header_in_one_cell(headers: &Headers, row: &RawRow) -> bool {
    let mut filled = row.cells().filter(|cell| !cell.trim().is_empty());
    let Some(cell) = filled.next().filter(|_| filled.next().is_none()) else { return false };
    SEPARATORS.iter().any(|&separator| {
        let mut parted = RawRow { line: row.line, ..RawRow::default() };
        for piece in cell.split(separator) {
            let start = parted.text.len();
            parted.text.push_str(piece.trim_matches('"'));
            parted.spans.push((start, parted.text.len()));
        }
        headers.is_header(&parted) || headers.is_matrix(&parted)
    })
}
