//! Spreadsheets as rows, each cell as the text that a CSV export would hold.
//!
//! `xlsx`, `ods` and `xls` read a workbook as it comes and hand its cells to `rows`, which makes rows of them and holds
//! one at a time. They are written here, on an XML reader (`xml`), a zip reader (`zipped`) and a reader of compound
//! files, because the spreadsheet libraries hold whole workbooks as tables, believe the sizes that a file declares, and
//! with that let a few bytes of a hostile file fill the memory or loop for ever; a row count, a string's length and a
//! nesting depth are limits here.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::ImportError;
use super::messages::Refusal;
use super::raw::{SheetRead, Visit, Visited};
use super::source::{Format, Limits, Source};
use rows::Rows;

mod biff;
mod cells;
mod formats;
mod ods;
mod quiet;
mod rows;
mod xls;
mod xlsx;
mod xlsx_book;
mod xml;
mod zipped;

pub(super) use zipped::unpacked_format;

/// How many sheets are named when none fits.
const MOST_NAMED: usize = 20;

/// Why the reading of a workbook stops before its end.
#[derive(Debug)]
enum Stop {
    /// Enough was seen.
    Enough,
    /// What the workbook holds can't be used.
    Refused(Refusal),
    /// Whoever sees the rows can't go on.
    Failed(ImportError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ControlFlow<()>> for Stop {
    fn from(_: ControlFlow<()>) -> Self {
        Self::Enough
    }
}

/// Shows every row of the named sheet, or of the first visible one, to `visit`.
pub(super) fn visit_rows(
    source: &Source,
    sheet: Option<&str>,
    limits: &Limits,
    visit: &mut Visit<'_>,
) -> Result<Visited, ImportError> {
    let mut rows = Rows::new(limits, visit);
    let read = quiet::without_words(|| {
        catch_unwind(AssertUnwindSafe(|| {
            match source.format {
                Format::Xlsx => xlsx::read(source, sheet, &mut rows)?,
                Format::Ods => ods::read(source, sheet, &mut rows)?,
                Format::Xls | Format::Csv(_) => xls::read(source, sheet, &mut rows)?,
            }
            rows.finish_row()
        }))
    });
    match read {
        Ok(Ok(()) | Err(Stop::Enough)) => Ok(Visited { merged: rows.merged, sheet: rows.sheet }),
        Ok(Err(Stop::Refused(refusal))) => Err(source.refused(&refusal)),
        Ok(Err(Stop::Failed(error))) => Err(error),
        Err(_) => Err(source.refused(&damaged("it is not built as spreadsheets are"))),
    }
}

fn damaged(why: impl ToString) -> Refusal {
    Refusal::DamagedSheet { why: why.to_string() }
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sheet {
    name: String,
    /// Whether it is shown, and made of cells.
    is_visible: bool,
}

/// The place of the sheet called `wanted`, in any case; of the first visible one where none is named. The rows are told
/// which it is.
fn choose_sheet(sheets: &[Sheet], wanted: Option<&str>, rows: &mut Rows<'_, '_>) -> Result<usize, Refusal> {
    let place = place_of(sheets, wanted)?;
    let name = |sheet: &Sheet| sheet.name.clone();
    rows.sheet = sheets.get(place).map(|chosen| SheetRead {
        name: chosen.name.clone(),
        others: sheets.iter().filter(|sheet| *sheet != chosen).take(MOST_NAMED).map(name).collect(),
    });
    Ok(place)
}

fn place_of(sheets: &[Sheet], wanted: Option<&str>) -> Result<usize, Refusal> {
    let found = match wanted {
        Some(name) => sheets
            .iter()
            .position(|sheet| sheet.name == name)
            .or_else(|| sheets.iter().position(|sheet| sheet.name.to_lowercase() == name.to_lowercase())),
        None => sheets.iter().position(|sheet| sheet.is_visible),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = sheets.iter().take(MOST_NAMED).map(|sheet| sheet.name.as_str()).collect();
        let sheets = names.join(", ");
        match wanted {
            Some(name) => Refusal::NoSuchSheet { name: name.into(), sheets },
            None => Refusal::NoVisibleSheet { sheets },
        }
    })
}
