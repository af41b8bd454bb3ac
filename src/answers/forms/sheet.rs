//! Lists as tables, CSV or XLSX, with cells that a spreadsheet would run as a formula made harmless (spec 3.6).

use std::io::{Seek, Write};

use chrono::NaiveDate;
use rust_xlsxwriter::{Format, FormatAlign, Workbook};

use super::table::{ListColumn, table};
use crate::files::{CsvWriter, LineEnd};
use crate::wording::neutralised;

/// The widest column, in characters: what is longer is read in the cell.
const WIDEST: usize = 60;

/// One cell of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerCell {
    /// Words.
    Text(String),
    /// A count.
    Count(u64),
    /// A day, or none.
    Day(Option<NaiveDate>),
}

impl From<String> for AnswerCell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for AnswerCell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl AnswerCell {
    fn width(&self) -> usize {
        self.to_string().chars().count()
    }
}

impl std::fmt::Display for AnswerCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Count(count) => count.fmt(f),
            Self::Day(Some(day)) => day.fmt(f),
            Self::Day(None) => Ok(()),
        }
    }
}

/// The rows of an answer below their headers: a table for a terminal, CSV or a workbook.
pub struct AnswerRows<'a> {
    /// What a workbook calls it.
    pub name: &'static str,
    /// The columns.
    pub columns: Vec<ListColumn>,
    /// The rows, made as they are written.
    pub rows: Box<dyn Iterator<Item = Vec<AnswerCell>> + 'a>,
}

impl<'a> AnswerRows<'a> {
    /// A sheet of these rows.
    pub fn new(
        name: &'static str,
        columns: Vec<ListColumn>,
        rows: impl Iterator<Item = Vec<AnswerCell>> + 'a,
    ) -> Self {
        Self { name, columns, rows: Box::new(rows) }
    }

    /// The table for a terminal that is so wide.
    pub fn table(self, width: usize) -> String {
        let rows = self.rows.map(|row| row.iter().map(ToString::to_string).collect());
        table(&self.columns, rows, width)
    }

    /// Writes it as CSV, with a byte order mark, which makes a spreadsheet read the file as UTF-8.
    pub fn write_csv(self, out: &mut impl Write) -> anyhow::Result<()> {
        csv(out, &self.columns, self.rows)
    }

    /// Writes it as a workbook.
    pub(crate) fn write_xlsx(self, out: &mut (impl Write + Seek + Send)) -> anyhow::Result<()> {
        xlsx(out, self.name, &self.columns, self.rows)
    }
}

fn csv(
    out: &mut impl Write,
    columns: &[ListColumn],
    rows: impl Iterator<Item = Vec<AnswerCell>>,
) -> anyhow::Result<()> {
    let mut writer = CsvWriter::marked(out, LineEnd::CrLf)?;
    writer.row(columns.iter().map(|column| &column.header))?;
    for row in rows {
        let cells = row.iter().map(ToString::to_string);
        writer.row(cells.map(|cell| neutralised(&cell).into_owned()))?;
    }
    writer.finish()?;
    Ok(())
}

fn xlsx(
    out: &mut (impl Write + Seek + Send),
    name: &str,
    columns: &[ListColumn],
    rows: impl Iterator<Item = Vec<AnswerCell>>,
) -> anyhow::Result<()> {
    let mut book = Workbook::new();
    // Row by row, however many there are.
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left);
    let mut widths = Vec::new();
    for (at, column) in (0u16..).zip(columns) {
        sheet.write_string_with_format(0, at, &column.header, &bold)?;
        // The button of the filter takes the room of three characters.
        widths.push(column.header.chars().count() + 3);
    }
    let mut last = 0;
    for (number, row) in (1u32..).zip(rows) {
        for ((column, cell), width) in (0u16..).zip(row).zip(&mut widths) {
            *width = cell.width().max(*width);
            match cell {
                AnswerCell::Text(text) => sheet.write_string(number, column, neutralised(&text))?,
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "no count of people comes near what a double holds"
                )]
                AnswerCell::Count(count) => sheet.write_number(number, column, count as f64)?,
                AnswerCell::Day(Some(on)) => sheet.write_datetime_with_format(number, column, on, &day)?,
                AnswerCell::Day(None) => continue,
            };
        }
        last = number;
    }
    for (column, width) in (0u16..).zip(widths) {
        sheet.set_column_width(column, u16::try_from(width.min(WIDEST))? + 1)?;
    }
    let last_column = u16::try_from(columns.len().saturating_sub(1))?;
    sheet.autofilter(0, 0, last, last_column)?;
    book.save_to_writer(out)?;
    Ok(())
}
