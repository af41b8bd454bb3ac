//! Why a file has no header row: what comes nearest to one, or the kind of file that it is instead.

use std::ops::ControlFlow;

use super::visiting::visit_rows;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::headers::{HEADER_WITHIN, Headers};
use crate::import::columns::reports::known_report;
use crate::import::messages::Refusal;
use crate::import::{ImportError, ReadOptions};
use crate::tabular::{Limits, Shape, SourceFile};

/// A row that comes near to a header is looked for in this many rows: it takes far longer than to recognise one.
const NEAR_WITHIN: usize = 50;

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
    let (mut other, mut known, mut rows) = (None, None, 0);
    let visited = visit_rows(source, shape, limits, &mut |row| {
        rows += 1;
        let recognisable = if rows <= NEAR_WITHIN { headers.recognisable_in(row) } else { 0 };
        if recognisable > most {
            (nearest, most) = (Some(row.copied()), recognisable);
        }
        known = known.take().or_else(|| known_report(headers.kind, row));
        let is_header = |of: &&Headers| of.is_header(row) && of.layout(row).is_ok();
        other = others.iter().find(is_header).map(|of| (row.line, of.kind));
        let enough = rows == HEADER_WITHIN || other.is_some();
        Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(match (known, other) {
        (Some(known), _) => known,
        (None, Some((line, other))) => Refusal::OtherKind {
            line: line.to_string(),
            kind: headers.kind.to_string(),
            other: other.to_string(),
        },
        (None, None) => headers.not_found(nearest.as_ref(), visited.sheet.as_ref()),
    })
}
