//! Looking for somebody in a file, whatever kind it is and whether or not it could be imported: text line by line, of a
//! workbook every row of every sheet, the hidden ones too.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::files::Links;
use crate::import::ImportError;
use crate::tabular::{self, Format, Limits, Shape, SheetRead, SourceFile};

/// How large a file may be to be looked through: far more than a list of an organisation's staff.
const LIMITS: Limits = Limits {
    csv_bytes: 256_000_000,
    sheet_bytes: 64_000_000,
    unpacked_bytes: 500_000_000,
    rows: 5_000_000,
    columns: 16_384,
};
/// For how long one file is looked through.
const LONGEST: Duration = Duration::from_secs(30);
/// How much is taken for one line of text.
const LONGEST_LINE: u64 = 1 << 20;
/// The most sheets of a workbook, which is how many its readers name beside the first.
const MOST_SHEETS: usize = 20;

/// Whether any row of the file at `path` is wanted; `is_wanted` is given its cells.
///
/// # Errors
/// When the file, or all of it, can't be looked through.
pub(crate) fn look_through(
    path: &Path,
    is_wanted: &mut dyn FnMut(&[&str]) -> bool,
) -> Result<bool, ImportError> {
    let began = Instant::now();
    if std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0) {
        return Ok(false);
    }
    let source = SourceFile::look(path, Links::Refused, &LIMITS, None)?;
    let mut looking = Looking { path, began, is_wanted, found: false, late: false };
    match source.format {
        Format::Csv(encoding) => {
            let text = source.open_text(encoding)?;
            looking.text(text).map_err(|error| source.unreadable(error))?;
        }
        _ => looking.workbook(&source)?,
    }
    if looking.late {
        return Err(looking.unfinished("it takes too long to be looked through"));
    }
    Ok(looking.found)
}

struct Looking<'l> {
    path: &'l Path,
    began: Instant,
    is_wanted: &'l mut dyn FnMut(&[&str]) -> bool,
    found: bool,
    late: bool,
}

impl Looking<'_> {
    fn unfinished(&self, why: &str) -> ImportError {
        ImportError::Refused { path: self.path.to_owned(), reason: why.to_owned(), fault: None }
    }

    /// Whether to look no further.
    fn row(&mut self, cells: &[&str]) -> ControlFlow<()> {
        self.found = (self.is_wanted)(cells);
        self.late = !self.found && self.began.elapsed() > LONGEST;
        if self.found || self.late { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// A file that could not be imported has perhaps no separator that can be told: any is one.
    fn text(&mut self, mut text: Box<dyn BufRead>) -> std::io::Result<()> {
        let mut line = Vec::new();
        loop {
            line.clear();
            if (&mut text).take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            for line in String::from_utf8_lossy(&line).split('\r') {
                let cells: Vec<&str> = line
                    .split([',', ';', '\t', '|'])
                    .map(|cell| cell.trim().trim_matches('"').trim())
                    .collect();
                if self.row(&cells).is_break() {
                    return Ok(());
                }
            }
        }
    }

    fn workbook(&mut self, source: &SourceFile) -> Result<(), ImportError> {
        let first = self.sheet(source, None)?;
        let others = first.map_or(Vec::new(), |sheet| sheet.others);
        if !self.found && others.len() >= MOST_SHEETS {
            return Err(self.unfinished("it has more sheets than are looked through"));
        }
        for name in others {
            if self.found || self.late {
                break;
            }
            self.sheet(source, Some(name))?;
        }
        Ok(())
    }

    fn sheet(&mut self, source: &SourceFile, name: Option<String>) -> Result<Option<SheetRead>, ImportError> {
        let visited = tabular::visit_rows(source, &Shape::Sheet(name), &LIMITS, &mut |row| {
            self.row(&row.cells().collect::<Vec<_>>())
        })?;
        Ok(visited.sheet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(content: &[u8], wanted: &str) -> Result<bool, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, content).unwrap();
        look_through(&path, &mut |cells| cells.contains(&wanted)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_cell_is_found_in_text_of_any_separator_encoding_and_line_end_whether_or_not_it_could_be_imported() {
        let utf16: Vec<u8> =
            "\u{feff}a\tQX44521\r\n".encode_utf16().flat_map(|unit| unit.to_le_bytes()).collect();
        for content in [
            &b"employee_number,last_name\nQX44521,Lee\n"[..],
            b"\xEF\xBB\xBFno such column;x\r\n1;\"QX44521\"\r\n",
            b"a|QX44521\rb|c\r",
            b"a\xE9,QX44521",
            &utf16,
        ] {
            assert_eq!(looked(content, "QX44521"), Ok(true), "{:?}", content.escape_ascii());
            assert_eq!(looked(content, "QX4452"), Ok(false), "{:?}", content.escape_ascii());
        }
        assert_eq!(looked(b"", "QX44521"), Ok(false));
    }

    #[test]
    fn what_cannot_be_read_is_told_and_not_taken_for_a_file_without_anybody() {
        for content in
            [&b"%PDF-1.7 QX44521"[..], b"PK\x03\x04 and so on", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"]
        {
            assert!(looked(content, "QX44521").is_err(), "{:?}", content.escape_ascii());
        }
    }
}
