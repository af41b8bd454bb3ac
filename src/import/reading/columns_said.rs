//! Which headers a file has and which columns they may be, for a person to say what is not recognised (spec 8.9).

use std::ops::ControlFlow;
use std::path::Path;

use super::visiting::visit_rows;
use crate::import::cells::text;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::{ColumnNeed, normalised};
use crate::import::columns::headers::Headers;
use crate::import::{ImportError, ReadOptions};
use crate::tabular::{RawRow, SourceFile, shapes};

/// The header is looked for in this many rows: a person sees what was found.
const WITHIN: usize = 50;
/// The most headers that are offered.
const MOST_HEADERS: usize = 200;

/// The headers of a file, and our columns with what each of them is called there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnsSaid {
    /// The headers as they stand in the file, each once.
    pub(crate) headers: Vec<String>,
    /// Our columns, in the order of the kind.
    pub(crate) columns: Vec<ColumnSaid>,
}

/// A column of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnSaid {
    /// Its canonical name.
    pub(crate) name: &'static str,
    /// Whether every file of the kind has it, or what stands for it.
    pub(crate) is_required: bool,
    /// The header that is recognised as it, or may be meant for it.
    pub(crate) header: Option<String>,
}

impl ColumnsSaid {
    /// Whether a column that every file of the kind has is not found.
    pub(crate) fn lacks_required(&self) -> bool {
        self.columns.iter().any(|column| column.is_required && column.header.is_none())
    }
}

/// What the headers of the file at `path` are: of the rows at its beginning, those of the row that names the most columns, or
/// has the most cells.
///
/// # Errors
/// When the file can't be read.
pub(crate) fn columns_said(
    path: &Path,
    options: &ReadOptions,
    kind: FileKind,
) -> Result<ColumnsSaid, ImportError> {
    let source = SourceFile::look(path, options.links, &options.limits, options.encoding)?;
    let headers = Headers::of(kind, options)?;
    let mut best: ((usize, usize), Vec<String>) = Default::default();
    for shape in shapes(&source, options.sheet.as_deref()) {
        let mut seen = 0;
        // Under a wrong separator a sound file may look broken: another shape is what it has.
        let _ = visit_rows(&source, &shape, &options.limits, &mut |row| {
            seen += 1;
            let texts = texts(row);
            let weight = (headers.recognised_in(row), texts.len());
            if weight > best.0 && texts.len() > 1 {
                best = (weight, texts);
            }
            Ok(if seen == WITHIN { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        });
    }
    let theirs = best.1;
    let columns = kind.columns().iter().map(|column| {
        let known = |header: &&String| {
            headers.known.get(&normalised(header)).is_some_and(|(field, _)| *field == column.field)
        };
        let perhaps = |header: &&String| headers.perhaps(header) == Some(column.field);
        let header = theirs.iter().find(known).or_else(|| theirs.iter().find(perhaps));
        let is_required = column.need == ColumnNeed::Required;
        ColumnSaid { name: column.name, is_required, header: header.cloned() }
    });
    Ok(ColumnsSaid { columns: columns.collect(), headers: theirs })
}

/// The texts of a row, each once: what is a number or a date is no header.
fn texts(row: &RawRow) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for cell in row.cells().filter_map(|cell| text::clean(cell).ok()) {
        let is_header = cell.chars().any(char::is_alphabetic) && cell.len() <= 200;
        if is_header && texts.len() < MOST_HEADERS && !texts.iter().any(|known| *known == cell) {
            texts.push(cell.into_owned());
        }
    }
    texts
}
