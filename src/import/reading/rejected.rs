//! `<file>.rejected.csv`: the rows that could not be used, ready to be put right (spec 3.6 and 3.7).

use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::visiting::{choose_shape, visit_rows};
use crate::files::{CsvWriter, Draft, Existing, LineEnd};
use crate::import::cells::text::without_neutraliser;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::normalised;
use crate::import::columns::headers::Headers;
use crate::import::{CheckedFile, ImportError, ReadOptions, Remark};
use crate::register::store::{RejectedRow, RejectedRows};
use crate::tabular::{RawRow, SourceFile};
use crate::wording;

/// Where the rejected rows of a file are written: beside it, `.rejected.csv` after its name.
pub(crate) fn rejected_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".rejected.csv");
    PathBuf::from(name)
}

/// Who may read rejected rows.
#[derive(Debug, Clone, Copy)]
pub enum RejectedReaders<'a> {
    /// Those who may read the file whose rows they are.
    OfTheFile,
    /// Those who may read in this folder, which the file stands below.
    OfFolder(&'a Path),
}

/// The headers of a file whose rows were rejected.
#[derive(Debug, Clone)]
pub struct RejectedHeaders {
    /// As they stand in the file.
    of_file: Vec<String>,
    /// As the file of its rejected rows has them.
    to_put_right: Vec<String>,
}

impl RejectedHeaders {
    /// Those of a file that was read.
    pub fn of<Row>(checked: &CheckedFile<Row>) -> Self {
        Self { of_file: checked.headers.clone(), to_put_right: checked.headers_to_put_right.clone() }
    }

    /// What the file of rejected rows calls the column that the file calls so.
    fn renamed(&self, column: &str) -> String {
        let mut names = self.of_file.iter().zip(&self.to_put_right);
        names
            .find(|(of_file, _)| *of_file == column)
            .map_or(column, |(_, to_put_right)| to_put_right)
            .to_owned()
    }
}

/// Writes the rejected rows of the file at `path` beside it and returns where: a row a rejected line, its original
/// cells, and `reason` last. `rejected` is in order of line. The file is read again, so that rejected rows need not be
/// held; cells that a spreadsheet would run as a formula get a leading `'`. What stands in its place already, an earlier
/// list that somebody has put right perhaps, fares as `existing` says.
///
/// # Errors
/// When the file can't be read again, its folder can't be written, or what stands there is not to be replaced.
pub fn write_rejected(
    path: &Path,
    options: &ReadOptions,
    kind: FileKind,
    headers: &RejectedHeaders,
    rejected: &[Remark],
    existing: Existing,
    readers: RejectedReaders<'_>,
) -> Result<PathBuf, ImportError> {
    let target = rejected_path(path);
    let unwritable = |source: io::Error| ImportError::Unwritable { path: target.clone(), source };
    let draft = match readers {
        RejectedReaders::OfTheFile => mode_like(path).and_then(|mode| Draft::begin(&target, existing, mode)),
        RejectedReaders::OfFolder(folder) => Draft::begin_for(folder, &target, existing),
    };
    let mut draft = draft.map_err(unwritable)?;
    let out = BufWriter::new(draft.file());
    write_rows(path, options, kind, (headers, rejected), out, &unwritable)?;
    draft.finish().map_err(unwritable)?;
    Ok(target)
}

fn write_rows(
    path: &Path,
    options: &ReadOptions,
    kind: FileKind,
    (headers, rejected): (&RejectedHeaders, &[Remark]),
    out: BufWriter<&mut File>,
    unwritable: &dyn Fn(io::Error) -> ImportError,
) -> Result<(), ImportError> {
    // The reasons of an earlier import are put aside for those of this one; an exemption's own reason stays.
    let is_reason = |header: &String| normalised(header) == "reason";
    let written = &headers.to_put_right;
    let earlier = written.last().is_some_and(is_reason)
        && (kind != FileKind::Exemptions || written.iter().filter(|header| is_reason(header)).count() > 1);
    let width = written.len() - usize::from(earlier);
    let mut writer = CsvWriter::marked(out, LineEnd::Lf).map_err(unwritable)?;
    let mut write = |cells: &mut dyn Iterator<Item = String>| writer.row(cells).map_err(unwritable);
    write(&mut written.iter().take(width).map(|header| neutralised(header)).chain(["reason".to_owned()]))?;
    each_rejected(path, options, kind, (&headers.of_file, rejected), |row, faults| {
        write(&mut original(row, width, written.len()).chain([neutralised(&reason(faults))]))
    })?;
    writer.finish().map_err(unwritable)?;
    Ok(())
}

/// Shows each rejected row of the file with its faults, in order of line; the file is read again.
fn each_rejected(
    path: &Path,
    options: &ReadOptions,
    kind: FileKind,
    (headers, rejected): (&[String], &[Remark]),
    mut show: impl FnMut(&RawRow, &[Remark]) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let source = SourceFile::look(path, options.links, &options.limits, options.encoding)?;
    let shape = choose_shape(&source, options, &Headers::of(kind, options)?.and_these(headers))?;
    let mut lines = rejected.chunk_by(|a, b| a.line == b.line).peekable();
    visit_rows(&source, &shape, &options.limits, &mut |row| {
        let Some(faults) = lines.next_if(|faults| faults.first().is_some_and(|fault| fault.line == row.line))
        else {
            return Ok(ControlFlow::Continue(()));
        };
        show(row, faults)?;
        Ok(if lines.peek().is_some() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(())
}

/// The rejected rows of the file at `path`, with their cells as they stand there.
///
/// # Errors
/// When the file can't be read again.
pub(crate) fn rejected_rows(
    path: &Path,
    options: &ReadOptions,
    kind: FileKind,
    headers: &RejectedHeaders,
    rejected: &[Remark],
) -> Result<RejectedRows, ImportError> {
    let mut found = RejectedRows { headers: headers.to_put_right.clone(), ..RejectedRows::default() };
    each_rejected(path, options, kind, (&headers.of_file, rejected), |row, faults| {
        let cells = (0..headers.of_file.len()).map(|index| row.cell(index).to_owned()).collect();
        let faults =
            faults.iter().map(|fault| (headers.renamed(&fault.column), fault.reason.clone())).collect();
        found.rows.push(RejectedRow { line: row.line, cells, faults });
        Ok(())
    })?;
    Ok(found)
}

/// The permissions by which only those may read a file who may read `like`, and its owner may put it right.
#[cfg(unix)]
fn mode_like(like: &Path) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;
    Ok(Some(std::fs::metadata(like)?.permissions().mode() & 0o666 | 0o600))
}

#[cfg(not(unix))]
fn mode_like(_: &Path) -> io::Result<Option<u32>> {
    Ok(None)
}

/// The row's cells under the header's columns; what stands beyond them is joined to the last, so that the row can be
/// read and put right.
fn original(row: &RawRow, width: usize, columns: usize) -> impl Iterator<Item = String> {
    let beyond: Vec<&str> = if row.more_is_wrong { row.cells().skip(columns).collect() } else { Vec::new() };
    let extra = beyond.iter().any(|cell| !cell.is_empty()).then(|| beyond.join(","));
    (0..width).map(move |index| {
        let cell = row.cell(index);
        match &extra {
            Some(extra) if index + 1 == width => neutralised(&format!("{cell},{extra}")),
            _ => neutralised(cell),
        }
    })
}

/// Every fault of the row with its column, in one text.
fn reason(faults: &[Remark]) -> String {
    let faults = faults.iter().map(|fault| match fault.column.as_str() {
        "" => fault.reason.clone(),
        column => format!("{column}: {}", fault.reason),
    });
    faults.collect::<Vec<_>>().join("; ")
}

/// The cell with a leading `'` where a spreadsheet would run it as a formula; reading takes it off again.
fn neutralised(cell: &str) -> String {
    wording::neutralised(without_neutraliser(cell)).into_owned()
}
