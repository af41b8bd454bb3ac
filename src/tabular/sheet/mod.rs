//! Spreadsheets as rows, each cell as the text that a CSV export would hold.
//!
//! `xlsx`, `ods` and `xls` read a workbook as it comes and hand its cells to `rows`, which makes rows of them and holds
//! one at a time. They are written here, on an XML reader (`xml`), a zip reader (`zipped`) and a reader of compound
//! files, because the spreadsheet libraries hold whole workbooks as tables, believe the sizes that a file declares, and
//! with that let a few bytes of a hostile file fill the memory or loop for ever; a row count, a string's length and a
//! nesting depth are limits here.

use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) use quiet::panics_are_refusals;

use super::fault::damaged;
use super::format::Format;
use super::limits::Limits;
use super::read_error::ReadError;
use super::row::{Visit, Visited};
use super::source::SourceFile;
use rows::Rows;
use stop::WorkbookStop;

mod beside_digits;
mod biff;
mod cells;
mod choice;
mod format_code;
mod formats;
mod masks;
mod ods;
mod ods_shown;
mod quiet;
mod rows;
mod stop;
mod strings;
mod xls;
mod xlsx;
mod xlsx_book;

/// Shows every row of the named sheet, or of the first visible one, to `visit`.
pub(super) fn visit_rows(
    source: &SourceFile,
    sheet: Option<&str>,
    limits: &Limits,
    visit: &mut Visit<'_>,
) -> Result<Visited, ReadError> {
    let mut rows = Rows::new(limits, visit);
    let read = quiet::refusing_panics(|| {
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
        Ok(Ok(()) | Err(WorkbookStop::Enough)) => Ok(Visited { merged: rows.merged, sheet: rows.sheet }),
        Ok(Err(WorkbookStop::Refused(fault))) => Err(source.refused(fault)),
        Ok(Err(WorkbookStop::Failed(error))) => Err(error),
        Err(_) => Err(source.refused(damaged("it is not built as spreadsheets are"))),
    }
}
