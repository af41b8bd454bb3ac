//! A table as CSV: what is text is made harmless, what is a number is not.

use std::borrow::Cow;
use std::io::{self, Write};

use chrono::NaiveDate;

use crate::files::{CsvWriter, LineEnd};
use crate::wording::neutralised;

/// One cell of a table.
pub(super) enum FactCell<'a> {
    /// Words, which no spreadsheet may run as a formula (spec 3.6).
    Text(Cow<'a, str>),
    /// A count, or pence; may be below 0.
    Number(i64),
    /// 1 or 0, so that it can be added up.
    Flag(bool),
    /// A day.
    Day(NaiveDate),
    /// Millionths of 1, as a fraction with six decimals.
    Fraction(u64),
    /// Nothing is known, or there is nothing.
    Blank,
}

impl<'a> From<&'a str> for FactCell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for FactCell<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<u64> for FactCell<'_> {
    /// A count.
    fn from(count: u64) -> Self {
        Self::Number(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl FactCell<'_> {
    /// What there may be, or a blank.
    pub(super) fn any<T>(what: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        what.map_or(Self::Blank, cell)
    }

    fn written(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => neutralised(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Flag(true) => Cow::Borrowed("1"),
            Self::Flag(false) => Cow::Borrowed("0"),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Fraction(of) => Cow::Owned(format!("{}.{:06}", of / 1_000_000, of % 1_000_000)),
            Self::Blank => Cow::Borrowed(""),
        }
    }
}

/// Writes the rows of a table below its headers, as UTF-8 marked so for spreadsheets.
pub(super) struct FactRows<W: Write> {
    out: CsvWriter<W>,
    rows: u64,
}

impl<W: Write> FactRows<W> {
    /// A table of these columns.
    pub(super) fn below(headers: &[&str], out: W) -> io::Result<Self> {
        let mut out = CsvWriter::marked(out, LineEnd::CrLf)?;
        out.row(headers)?;
        Ok(Self { out, rows: 0 })
    }

    /// A row.
    pub(super) fn row(&mut self, cells: &[FactCell<'_>]) -> io::Result<()> {
        self.rows += 1;
        self.out.row(cells.iter().map(|cell| CellBytes(cell.written())))
    }

    /// The end: how many rows there are below the headers.
    pub(super) fn finish(self) -> io::Result<u64> {
        self.out.finish()?;
        Ok(self.rows)
    }
}

/// What a cell writes.
struct CellBytes<'a>(Cow<'a, str>);

impl AsRef<[u8]> for CellBytes<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_runs_as_a_formula_and_a_number_below_zero_stays_one() {
        let mut written = Vec::new();
        let mut rows = FactRows::below(&["a", "b", "c", "d", "e", "f"], &mut written).unwrap();
        let cells = [
            FactCell::from("=1+1"),
            FactCell::Number(-5),
            FactCell::Flag(true),
            FactCell::Day("2026-11-24".parse().unwrap()),
            FactCell::Fraction(900_001),
            FactCell::Blank,
        ];
        rows.row(&cells).unwrap();
        assert_eq!(rows.finish().unwrap(), 1);
        let text = String::from_utf8(written).unwrap();
        assert_eq!(text, "\u{feff}a,b,c,d,e,f\r\n'=1+1,-5,1,2026-11-24,0.900001,\r\n");
    }
}
