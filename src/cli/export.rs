//! Lists written as CSV or XLSX, with cells that a spreadsheet would run as a formula made harmless (spec 3.6).

use std::path::Path;

use anyhow::{Context, bail};
use rust_xlsxwriter::{Format, Workbook};

/// Writes the rows below the headers to `file`, as its ending says.
pub fn write(file: &Path, headers: &[&str], rows: impl Iterator<Item = Vec<String>>) -> anyhow::Result<()> {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let written = match ending.as_deref() {
        Some("csv") => csv(file, headers, rows),
        Some("xlsx") => xlsx(file, headers, rows),
        _ => bail!("{} must end in .csv or .xlsx", file.display()),
    };
    written.with_context(|| format!("the list can't be written to {}", file.display()))
}

fn csv(file: &Path, headers: &[&str], rows: impl Iterator<Item = Vec<String>>) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::fs::File::create(file)?;
    // The byte order mark makes a spreadsheet read the file as UTF-8.
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record(headers)?;
    for row in rows {
        writer.write_record(row.into_iter().map(harmless))?;
    }
    writer.flush()?;
    Ok(())
}

fn xlsx(file: &Path, headers: &[&str], rows: impl Iterator<Item = Vec<String>>) -> anyhow::Result<()> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    for (column, header) in (0u16..).zip(headers) {
        sheet.write_string_with_format(0, column, *header, &bold)?;
        sheet.set_column_width(column, 22)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let mut last = 0;
    for (number, row) in (1u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(row) {
            // Text cells are never run as formulas.
            sheet.write_string(number, column, cell)?;
        }
        last = number;
    }
    let last_column = u16::try_from(headers.len().saturating_sub(1))?;
    sheet.autofilter(0, 0, last, last_column)?;
    book.save(file)?;
    Ok(())
}

/// A cell that does not begin as a formula does.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}
