//! A source's rows, shown one after the other to whoever may refuse the file for what it sees.

use std::ops::ControlFlow;

use crate::import::ImportError;
use crate::tabular::{self, Limits, RawRow, Shape, SourceFile, Visited};

/// Shows every row of the source to `visit`, in the order of the file; what `visit` can't go on with ends the reading.
pub(super) fn visit_rows(
    source: &SourceFile,
    shape: &Shape,
    limits: &Limits,
    visit: &mut dyn FnMut(&RawRow) -> Result<ControlFlow<()>, ImportError>,
) -> Result<Visited, ImportError> {
    let mut failed = None;
    let visited = tabular::visit_rows(source, shape, limits, &mut |row| {
        visit(row).unwrap_or_else(|error| {
            failed = Some(error);
            ControlFlow::Break(())
        })
    })?;
    failed.map_or(Ok(visited), Err)
}
