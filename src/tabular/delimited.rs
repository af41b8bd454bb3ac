//! Delimited text as rows.
//!
//! Written here rather than left to a CSV library because a person must be told the physical line of a row, the line
//! on which an unclosed quote opened, and that a quote has swallowed the rows below it; libraries keep none of these.

use std::io::BufRead;
use std::ops::ControlFlow;

use super::encoding::TextEncoding;
use super::fault::Fault;
use super::read_error::ReadError;
use super::row::{LONGEST_ROW, RawRow, Visit};
use super::source::SourceFile;

/// The mark by which DOS tells where a text ends.
const DOS_END: u8 = 0x1A;

/// Shows every row to `visit`.
pub(super) fn visit_rows(
    source: &SourceFile,
    encoding: TextEncoding,
    separator: u8,
    most_columns: usize,
    visit: &mut Visit<'_>,
) -> Result<(), ReadError> {
    let mut reader = CsvReader {
        source,
        input: source.open_text(encoding)?,
        separator,
        most_columns,
        line: Vec::new(),
        line_number: 0,
        after_return: false,
        bytes: Vec::new(),
    };
    let mut row = RawRow { more_is_wrong: true, ..RawRow::default() };
    while reader.read_row(&mut row)? {
        if let ControlFlow::Break(()) = visit(&row) {
            break;
        }
    }
    Ok(())
}

struct CsvReader<'s> {
    source: &'s SourceFile,
    input: Box<dyn BufRead>,
    separator: u8,
    most_columns: usize,
    /// The physical line in hand, without its end.
    line: Vec<u8>,
    line_number: u64,
    /// Whether the last line ended in a carriage return, so that a line feed next belongs to it.
    after_return: bool,
    /// The cells of a row with quotes, unquoted.
    bytes: Vec<u8>,
}

/// Where in a cell the reading stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CsvPosition {
    Start,
    Plain,
    Quoted,
    Closed,
}

/// What stands behind line breaks inside quoted cells of a row, in separators.
#[derive(Default)]
struct CellBreaks {
    /// The most of a line that lies inside a cell as a whole.
    of_line: usize,
    /// Of the break with the most behind it: how many stand behind it up to the end of its cell, and how many before the cell.
    around: (usize, usize),
}

impl CellBreaks {
    /// A cell ends so many separators behind its last break, if it has one, and so many behind the row's beginning.
    fn close(&mut self, behind: Option<usize>, before: usize) {
        match (behind, before) {
            (Some(behind), 0) => self.of_line = self.of_line.max(behind),
            (Some(behind), before)
                if self.around.1 == 0 || behind + self.around.1 > self.around.0 + before =>
            {
                self.around = (behind, before);
            }
            _ => {}
        }
    }

    /// A cell goes on in the next line.
    fn go_on(&mut self, of_line: Option<usize>) {
        self.of_line = self.of_line.max(of_line.unwrap_or_default());
    }

    /// Tells the row, which is whole now.
    fn tell(&self, row: &mut RawRow) {
        row.inner_separators = self.of_line;
        let (behind, before) = self.around;
        if before > 0 {
            row.behind_break = (row.len() - 1 + behind).saturating_sub(before);
        }
    }
}

impl CsvReader<'_> {
    /// The next row; `false` at the end.
    fn read_row(&mut self, row: &mut RawRow) -> Result<bool, ReadError> {
        row.clear();
        if !self.read_line()? {
            return Ok(false);
        }
        row.line = self.line_number;
        if self.line.contains(&b'"') {
            self.read_quoted(row)?;
        } else {
            let text = std::str::from_utf8(&self.line).map_err(|_| self.changed())?;
            row.text.push_str(text);
            let mut start = 0;
            for (at, &byte) in self.line.iter().enumerate() {
                if byte == self.separator {
                    self.end_cell(row, (start, at))?;
                    start = at + 1;
                }
            }
            self.end_cell(row, (start, self.line.len()))?;
        }
        Ok(true)
    }

    /// Ends a cell; refuses a row that has too many before it grows.
    fn end_cell(&self, row: &mut RawRow, span: (usize, usize)) -> Result<(), ReadError> {
        row.spans.push(span);
        if row.len() > self.most_columns {
            let (line, most) = (row.line.to_string(), self.most_columns.to_string());
            return Err(self.source.refused(Fault::TooManyColumns { line, most }));
        }
        Ok(())
    }

    /// A row with quotes, which may go over several lines.
    fn read_quoted(&mut self, row: &mut RawRow) -> Result<(), ReadError> {
        self.bytes.clear();
        let mut place = CsvPosition::Start;
        let mut opened_on = self.line_number;
        let mut start = 0;
        let mut breaks = CellBreaks::default();
        loop {
            // Separators of a line that began inside the cell in hand, while still in it.
            let mut inner: Option<usize> = (place == CsvPosition::Quoted).then_some(0);
            let mut line = self.line.iter().copied().peekable();
            while let Some(byte) = line.next() {
                match (place, byte) {
                    (CsvPosition::Quoted, b'"') if line.peek() == Some(&b'"') => {
                        line.next();
                        self.bytes.push(b'"');
                    }
                    (CsvPosition::Quoted, b'"') => {
                        place = CsvPosition::Closed;
                        let goes_on = opened_on < self.line_number;
                        breaks.close(inner.take().filter(|_| goes_on), row.spans.len());
                    }
                    (CsvPosition::Quoted, _) => {
                        inner = inner.map(|count| count + usize::from(byte == self.separator));
                        self.bytes.push(byte);
                    }
                    (CsvPosition::Start, b'"') => {
                        place = CsvPosition::Quoted;
                        opened_on = self.line_number;
                        // Of the row's first cell, this line too lies inside it as a whole.
                        inner = row.spans.is_empty().then_some(0);
                    }
                    (_, byte) if byte == self.separator => {
                        self.end_cell(row, (start, self.bytes.len()))?;
                        start = self.bytes.len();
                        place = CsvPosition::Start;
                    }
                    (_, byte) => {
                        row.stray_quote = row.stray_quote || place == CsvPosition::Closed;
                        place = CsvPosition::Plain;
                        self.bytes.push(byte);
                    }
                }
            }
            breaks.go_on(inner);
            if place != CsvPosition::Quoted {
                break;
            }
            self.bytes.push(b'\n');
            if self.bytes.len() > LONGEST_ROW || !self.read_line()? {
                return Err(self.unclosed(opened_on));
            }
        }
        self.end_cell(row, (start, self.bytes.len()))?;
        breaks.tell(row);
        // On one line a stray quote is part of the text, as in `5" bandage`; over several it has eaten line ends.
        row.stray_quote = row.stray_quote && self.line_number > row.line;
        row.text.push_str(std::str::from_utf8(&self.bytes).map_err(|_| self.changed())?);
        Ok(())
    }

    /// The next line; `false` at the end, behind which some programs of DOS leave a mark or fill up with NUL.
    fn read_line(&mut self) -> Result<bool, ReadError> {
        if !self.read_physical_line()? {
            return Ok(false);
        }
        if !matches!(self.line.last(), Some(&(DOS_END | 0))) || !self.is_at_end()? {
            return Ok(true);
        }
        let text =
            self.line.iter().rposition(|byte| !matches!(*byte, DOS_END | 0)).map_or(0, |last| last + 1);
        // A line that is filled up with NUL before its end is perhaps cut off.
        if text == 0 || self.line.get(text) == Some(&DOS_END) {
            self.line.truncate(text);
        }
        Ok(!self.line.is_empty())
    }

    /// Whether nothing follows the line in hand.
    fn is_at_end(&mut self) -> Result<bool, ReadError> {
        let unreadable = |error| self.source.unreadable(error);
        if self.after_return && self.input.fill_buf().map_err(unreadable)?.first() == Some(&b'\n') {
            self.after_return = false;
            self.input.consume(1);
        }
        Ok(self.input.fill_buf().map_err(unreadable)?.is_empty())
    }

    /// The next physical line, ended by a line feed, a carriage return or both; `false` at the end.
    fn read_physical_line(&mut self) -> Result<bool, ReadError> {
        self.line.clear();
        let mut begun = false;
        loop {
            let buffer = self.input.fill_buf().map_err(|error| self.source.unreadable(error))?;
            let Some(&first) = buffer.first() else {
                self.line_number += u64::from(begun);
                return Ok(begun);
            };
            if std::mem::take(&mut self.after_return) && first == b'\n' {
                self.input.consume(1);
                continue;
            }
            begun = true;
            let end = buffer.iter().position(|&byte| byte == b'\n' || byte == b'\r');
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            self.line.extend_from_slice(part);
            self.after_return = end.and_then(|end| buffer.get(end)) == Some(&b'\r');
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.input.consume(used);
            if end.is_some() {
                self.line_number += 1;
                return Ok(true);
            }
            if self.line.len() > LONGEST_ROW {
                let line = (self.line_number + 1).to_string();
                return Err(self.source.refused(Fault::LongLine { line }));
            }
        }
    }

    fn unclosed(&self, line: u64) -> ReadError {
        self.source.refused(Fault::UnclosedQuote { line: line.to_string() })
    }

    fn changed(&self) -> ReadError {
        self.source.refused(Fault::Changed)
    }
}
