//! Spreadsheets as rows, each cell as the text that a CSV export would hold.

use std::fmt::Display;
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsx};

use super::ImportError;
use super::messages::Refusal;
use super::raw::{RawRow, Visit};
use super::source::{Format, Source};

type Book = BufReader<File>;

/// How many sheets are named when none fits.
const MOST_NAMED: usize = 20;

/// Shows every row of the named sheet, or of the first visible one, to `visit`.
pub(super) fn visit_rows(
    source: &Source,
    sheet: Option<&str>,
    most_columns: usize,
    visit: &mut Visit<'_>,
) -> Result<(), ImportError> {
    let book = BufReader::new(source.open()?);
    let mut rows = Rows { source, most_columns, visit, row: RawRow::default() };
    match source.format {
        Format::Xlsx => {
            let mut book: Xlsx<Book> = guarded(source, || Xlsx::new(book))?;
            let name = choose_sheet(source, book.sheets_metadata(), sheet)?;
            let mut cells = guarded(source, || book.worksheet_cells_reader(&name))?;
            // Cell by cell, because a range would be held whole, empty corners included.
            while let Some(cell) = guarded(source, || cells.next_cell())? {
                if let ControlFlow::Break(()) = rows.take(cell.get_position(), cell.get_value())? {
                    return Ok(());
                }
            }
        }
        Format::Ods => {
            let mut book: Ods<Book> = guarded(source, || Ods::new(book))?;
            if let ControlFlow::Break(()) = rows.take_range(&mut book, sheet)? {
                return Ok(());
            }
        }
        Format::Xls | Format::Csv(_) => {
            let mut book: Xls<Book> = guarded(source, || Xls::new(book))?;
            if let ControlFlow::Break(()) = rows.take_range(&mut book, sheet)? {
                return Ok(());
            }
        }
    }
    rows.finish_row().map(|_| ())
}

/// What the spreadsheet library makes of a damaged file, a panic included, as a refusal.
fn guarded<T, E: Display>(source: &Source, read: impl FnOnce() -> Result<T, E>) -> Result<T, ImportError> {
    let why = match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it is not built as spreadsheets are".to_owned(),
    };
    Err(source.refused(&Refusal::DamagedSheet { why }))
}

fn choose_sheet(source: &Source, sheets: &[Sheet], wanted: Option<&str>) -> Result<String, ImportError> {
    let found = match wanted {
        Some(name) => sheets
            .iter()
            .find(|sheet| sheet.name == name)
            .or_else(|| sheets.iter().find(|sheet| sheet.name.to_lowercase() == name.to_lowercase())),
        None => sheets
            .iter()
            .find(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible),
    };
    found.map(|sheet| sheet.name.clone()).ok_or_else(|| {
        let names: Vec<&str> = sheets.iter().take(MOST_NAMED).map(|sheet| sheet.name.as_str()).collect();
        let sheets = names.join(", ");
        source.refused(&match wanted {
            Some(name) => Refusal::NoSuchSheet { name: name.into(), sheets },
            None => Refusal::NoVisibleSheet { sheets },
        })
    })
}

/// Cells on their way into rows.
struct Rows<'s, 'v, 'f> {
    source: &'s Source,
    most_columns: usize,
    visit: &'v mut Visit<'f>,
    row: RawRow,
}

impl Rows<'_, '_, '_> {
    fn take_range<Workbook>(
        &mut self,
        book: &mut Workbook,
        sheet: Option<&str>,
    ) -> Result<ControlFlow<()>, ImportError>
    where
        Workbook: Reader<Book, Error: Display>,
    {
        let name = choose_sheet(self.source, book.sheets_metadata(), sheet)?;
        let range = guarded(self.source, || book.worksheet_range(&name))?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, cells) in (first_row..).zip(range.rows()) {
            for (column, cell) in (first_column..).zip(cells) {
                if *cell != Data::Empty
                    && let ControlFlow::Break(()) = self.take((row, column), &borrowed(cell))?
                {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Takes the next cell; a cell of another row ends the one in hand.
    fn take(&mut self, at: (u32, u32), value: &DataRef<'_>) -> Result<ControlFlow<()>, ImportError> {
        let line = u64::from(at.0) + 1;
        if line < self.row.line {
            let (row, above) = (line.to_string(), self.row.line.to_string());
            return Err(self.source.refused(&Refusal::RowsOutOfOrder { row, above }));
        }
        if line > self.row.line {
            if let ControlFlow::Break(()) = self.finish_row()? {
                return Ok(ControlFlow::Break(()));
            }
            self.row.line = line;
        }
        let start = self.row.text.len();
        write_cell(&mut self.row.text, value);
        if self.row.text.len() == start {
            return Ok(ControlFlow::Continue(()));
        }
        let column = usize::try_from(at.1).unwrap_or(usize::MAX);
        if column >= self.most_columns {
            let (line, most) = (line.to_string(), self.most_columns.to_string());
            return Err(self.source.refused(&Refusal::TooManyColumns { line, most }));
        }
        if column >= self.row.spans.len() {
            self.row.spans.resize(column + 1, (0, 0));
        }
        if let Some(span) = self.row.spans.get_mut(column) {
            *span = (start, self.row.text.len());
        }
        Ok(ControlFlow::Continue(()))
    }

    fn finish_row(&mut self) -> Result<ControlFlow<()>, ImportError> {
        let empty = self.row.spans.is_empty();
        let visited = if empty { Ok(ControlFlow::Continue(())) } else { (self.visit)(&self.row) };
        self.row.clear();
        visited
    }
}

fn borrowed(cell: &Data) -> DataRef<'_> {
    match cell {
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::String(value) => DataRef::SharedString(value),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(value) => DataRef::DateTime(*value),
        Data::DateTimeIso(value) => DataRef::DateTimeIso(value.clone()),
        Data::DurationIso(value) => DataRef::DurationIso(value.clone()),
        Data::Error(value) => DataRef::Error(value.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// The cell as text: numbers without `.0`, dates as `2026-11-22`, errors as the spreadsheet shows them.
fn write_cell(text: &mut String, value: &DataRef<'_>) {
    match value {
        DataRef::Int(value) => text.push_str(&value.to_string()),
        DataRef::Float(value) => text.push_str(&number(*value)),
        DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => {
            text.push_str(value)
        }
        DataRef::SharedString(value) => text.push_str(value),
        DataRef::Bool(value) => text.push_str(if *value { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(value) => text.push_str(&date(value)),
        DataRef::Error(error) => text.push_str(&error.to_string()),
        DataRef::Empty => {}
    }
}

/// A number with the 15 digits that spreadsheets show, so that a formula's 0.30000000000000004 is 0.3.
fn number(value: f64) -> String {
    let shown: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    format!("{shown}")
}

/// A date cell's day; the number itself where it holds a time of day or a span alone.
fn date(value: &ExcelDateTime) -> String {
    if value.is_duration() || value.as_f64() < 1.0 {
        return number(value.as_f64());
    }
    let (year, month, day, ..) = value.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn numbers_are_written_as_a_spreadsheet_shows_them() {
        let cases =
            [(12.0, "12"), (0.1 + 0.2, "0.3"), (7.25, "7.25"), (-5.5, "-5.5"), (12_345_678.0, "12345678")];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn date_cells_are_days_in_both_date_systems() {
        let cases = [
            (46348.0, false, "2026-11-22"),
            (46348.75, false, "2026-11-22"),
            (44886.0, true, "2026-11-22"),
            (1.0, false, "1900-01-01"),
            (0.5, false, "0.5"),
            (-3.0, true, "-3"),
        ];
        for (serial, is_1904, expected) in cases {
            let cell = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904);
            assert_eq!(date(&cell), expected);
        }
    }
}
