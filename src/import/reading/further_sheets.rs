//! The sheets of a workbook besides the one that is read: what lies on them is not taken, and whoever brings the file may
//! think that it was.

use std::ops::ControlFlow;

use super::visiting::visit_rows;
use crate::import::cells::text;
use crate::import::columns::headers::{HEADER_WITHIN, Headers};
use crate::import::{ImportError, ReadOptions};
use crate::tabular::{Shape, SourceFile, Visited};

/// How many further sheets are looked at: each takes the workbook to be opened once more.
const MOST_LOOKED_AT: usize = 8;

/// The names of further sheets that are shown and hold a list of the kind, where nobody said which sheet is meant.
pub(super) fn with_lists(
    source: &SourceFile,
    options: &ReadOptions,
    headers: &Headers,
    visited: &Visited,
) -> Vec<String> {
    let further = visited.sheet.iter().flat_map(|sheet| &sheet.further).take(MOST_LOOKED_AT);
    // What can't be read of another sheet is no fault of this one.
    let has_list = |name: &&String| has_list(source, options, headers, name).unwrap_or(false);
    further.filter(has_list).cloned().collect()
}

/// Whether the sheet has a header of the kind, and anything below it.
fn has_list(
    source: &SourceFile,
    options: &ReadOptions,
    headers: &Headers,
    name: &str,
) -> Result<bool, ImportError> {
    let (mut seen, mut has_header, mut goes_on) = (0, false, false);
    visit_rows(source, &Shape::Sheet(Some(name.to_owned())), &options.limits, &mut |row| {
        seen += 1;
        if has_header {
            goes_on = !row.cells().all(text::is_blank);
        } else {
            has_header = headers.is_header(row) || headers.is_matrix(row);
        }
        let is_enough = goes_on || (seen >= HEADER_WITHIN && !has_header);
        Ok(if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(goes_on)
}
