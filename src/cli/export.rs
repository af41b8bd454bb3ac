//! Lists written as CSV or XLSX, with cells that a spreadsheet would run as a formula made harmless (spec 3.6).

use std::fs::File;
use std::path::Path;

use anyhow::{Context, bail};
use chrono::NaiveDate;
use rust_xlsxwriter::{Format, FormatAlign, Workbook};

use crate::files::{Draft, Existing};
use crate::wording::neutralised;

/// The widest column, in characters: what is longer is read in the cell.
const WIDEST: usize = 60;

/// The permissions of a list of people.
const OWNER_ALONE: u32 = 0o600;

/// One cell of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A day, or none.
    Day(Option<NaiveDate>),
}

impl Cell {
    fn width(&self) -> usize {
        self.to_string().chars().count()
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Day(Some(day)) => day.fmt(f),
            Self::Day(None) => Ok(()),
        }
    }
}

/// Writes the rows below the headers to `file`, as its ending says, for its owner alone to read; in a workbook the sheet
/// has this name. With `force` it replaces a file that is there.
pub fn write(
    file: &Path,
    name: &str,
    headers: &[&str],
    rows: impl Iterator<Item = Vec<Cell>>,
    force: bool,
) -> anyhow::Result<()> {
    let existing = if force { Existing::Replaced } else { Existing::Kept };
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let written = match ending.as_deref() {
        Some("csv") => to_draft(file, existing, |out| csv(out, headers, rows)),
        Some("xlsx") => to_draft(file, existing, |out| xlsx(out, name, headers, rows)),
        _ => bail!("{} must end in .csv or .xlsx", file.display()),
    };
    written.with_context(|| format!("the list can't be written to {}", file.display()))
}

fn to_draft(
    file: &Path,
    existing: Existing,
    write: impl FnOnce(&mut File) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut draft = Draft::begin(file, existing, Some(OWNER_ALONE))?;
    write(draft.file())?;
    Ok(draft.finish()?)
}

fn csv(out: &mut File, headers: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> anyhow::Result<()> {
    use std::io::Write;
    // The byte order mark makes a spreadsheet read the file as UTF-8.
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record(headers)?;
    for row in rows {
        let cells = row.iter().map(ToString::to_string);
        writer.write_record(cells.map(|cell| neutralised(&cell).into_owned()))?;
    }
    writer.flush()?;
    Ok(())
}

fn xlsx(
    out: &mut File,
    name: &str,
    headers: &[&str],
    rows: impl Iterator<Item = Vec<Cell>>,
) -> anyhow::Result<()> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left);
    let mut widths = Vec::new();
    for (column, header) in (0u16..).zip(headers) {
        sheet.write_string_with_format(0, column, *header, &bold)?;
        // The button of the filter takes the room of three characters.
        widths.push(header.chars().count() + 3);
    }
    let mut last = 0;
    for (number, row) in (1u32..).zip(rows) {
        for ((column, cell), width) in (0u16..).zip(row).zip(&mut widths) {
            *width = cell.width().max(*width);
            match cell {
                Cell::Text(text) => sheet.write_string(number, column, neutralised(&text))?,
                Cell::Day(Some(on)) => sheet.write_datetime_with_format(number, column, on, &day)?,
                Cell::Day(None) => continue,
            };
        }
        last = number;
    }
    for (column, width) in (0u16..).zip(widths) {
        sheet.set_column_width(column, u16::try_from(width.min(WIDEST))? + 1)?;
    }
    let last_column = u16::try_from(headers.len().saturating_sub(1))?;
    sheet.autofilter(0, 0, last, last_column)?;
    book.save_to_writer(out)?;
    Ok(())
}
