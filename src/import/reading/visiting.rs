//! A file's rows, under the separator that its header is found with.

use std::ops::ControlFlow;
use std::path::Path;

use crate::files::Links;
use crate::import::columns::headers::{HEADER_WITHIN, Headers};
use crate::import::{ImportError, ReadOptions};
use crate::tabular::{self, FileEncoding, Limits, RawRow, Shape, SourceFile, Visited, shapes};

/// Shows every row of the source to `visit`, in the order of the file; what `visit` can't go on with ends the reading.
pub(in crate::import) fn visit_rows(
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

/// The hash of a file's bytes by which the same file is recognised (spec 3.6).
///
/// # Errors
/// When the file can't be read.
pub(crate) fn content_hash(path: &Path, links: Links) -> Result<String, ImportError> {
    Ok(tabular::content_hash(path, links)?)
}

/// Looks at a file, of text in this encoding where one is said, without reading its rows.
///
/// # Errors
/// When it is nothing that is read, by what it holds.
pub(crate) fn look_over(path: &Path, limits: &Limits, said: Option<FileEncoding>) -> Result<(), ImportError> {
    SourceFile::look(path, Links::Refused, limits, said)?;
    Ok(())
}

/// How to read the source: for text, the separator under which a header row is found that names the most columns.
pub(in crate::import) fn choose_shape(
    source: &SourceFile,
    options: &ReadOptions,
    headers: &Headers,
) -> Result<Shape, ImportError> {
    let mut shapes = shapes(source, options.sheet.as_deref());
    let mut best = (0, 0);
    if shapes.len() > 1 {
        for (index, shape) in shapes.iter().enumerate() {
            let (mut recognised, mut seen, mut is_header) = (0, 0, false);
            let looked = visit_rows(source, shape, &options.limits, &mut |row| {
                recognised = headers.recognised_in(row).max(recognised);
                seen += 1;
                is_header = headers.is_header(row) || headers.is_matrix(row);
                let found = is_header || seen == HEADER_WITHIN;
                Ok(if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            });
            // Under a wrong separator a sound file may look broken: only the shape chosen has to be readable.
            if recognised > best.0 && (looked.is_ok() || is_header) {
                best = (recognised, index);
            }
        }
    }
    Ok(shapes.swap_remove(best.1))
}
