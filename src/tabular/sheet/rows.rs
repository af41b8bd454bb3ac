//! Cells on their way into rows, and how much of them is taken.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::super::fault::{Fault, damaged};
use super::super::label::NumberLabel;
use super::super::letters::column_letters;
use super::super::limits::Limits;
use super::super::row::{CellKind, LONGEST_ROW, Merged, RawRow, SheetRead, Visit};
use super::cells::{CellValue, write_cell};
use super::stop::WorkbookStop;

/// The last row that a sheet can have in any spreadsheet program; files that say otherwise are made to fill memories.
pub(super) const LAST_ROW: u64 = 1_048_576;
/// The most cells that are read of a sheet; a few bytes of file may stand for more.
const MOST_CELLS: u64 = 100_000_000;
/// How much of a formula is kept for the people who read of it, in characters.
const LONGEST_FORMULA: usize = 200;
/// How many rows merged cells may go over, all together.
const MOST_MERGED: u64 = 1_000_000;

/// Takes cells and shows a row as soon as one of another row comes.
pub(super) struct Rows<'v, 'f> {
    limits: &'v Limits,
    visit: &'v mut Visit<'f>,
    row: RawRow,
    cells: u64,
    bytes: u64,
    /// The sheet that they are of.
    pub(super) sheet: Option<SheetRead>,
    /// Cells that are shown as one, and how many rows they go over.
    pub(super) merged: Vec<Merged>,
    merged_rows: u64,
}

impl<'v, 'f> Rows<'v, 'f> {
    pub(super) fn new(limits: &'v Limits, visit: &'v mut Visit<'f>) -> Self {
        let (row, merged) = (RawRow::default(), Vec::new());
        Self { limits, visit, row, cells: 0, bytes: 0, sheet: None, merged, merged_rows: 0 }
    }

    /// Takes the next cell, at a row and column counted from 0; a cell of another row ends the one in hand.
    pub(super) fn take(&mut self, at: (u32, u32), value: CellValue<'_>) -> Result<(), WorkbookStop> {
        let line = u64::from(at.0) + 1;
        if line < self.row.line {
            let (row, above) = (line.to_string(), self.row.line.to_string());
            return Err(Fault::RowsOutOfOrder { row, above }.into());
        }
        if line > LAST_ROW {
            return Err(Fault::TooManyRows { most: LAST_ROW.to_string() }.into());
        }
        if line > self.row.line {
            self.finish_row()?;
            self.row.line = line;
        }
        let start = self.row.text.len();
        self.make_room(value)?;
        write_cell(&mut self.row.text, value);
        let end = self.row.text.len();
        if end == start {
            return Ok(());
        }
        let column = usize::try_from(at.1).unwrap_or(usize::MAX);
        if column >= self.limits.columns {
            let (line, most) = (line.to_string(), self.limits.columns.to_string());
            return Err(Fault::TooManyColumns { line, most }.into());
        }
        if column >= self.row.spans.len() {
            self.row.spans.resize(column + 1, (0, 0));
        }
        if let Some(span) = self.row.spans.get_mut(column) {
            if span.0 < span.1 {
                return Err(Fault::CellTwice { row: line.to_string(), column: column_letters(column) }.into());
            }
            *span = (start, end);
        }
        if value.kind() != CellKind::Other {
            self.row.kinds.push((column, value.kind()));
        }
        if let CellValue::Labelled(number, display) = value
            && let Some(label) = display.label(number)
        {
            self.row.labels.push((column, Arc::clone(label)));
        }
        if let CellValue::NoResult(formula) = value {
            let formula = formula.chars().take(LONGEST_FORMULA).collect();
            self.row.without_result.push((column, formula));
        }
        Ok(())
    }

    /// Says what the cell that was taken last, in this column, shows beside its number.
    pub(super) fn label(&mut self, column: u32, label: &Arc<NumberLabel>) {
        self.row.labels.push((usize::try_from(column).unwrap_or(usize::MAX), Arc::clone(label)));
    }

    /// Refuses a cell that would be too much: the same long text may stand in millions of cells.
    fn make_room(&mut self, value: CellValue<'_>) -> Result<(), WorkbookStop> {
        let length = match value {
            CellValue::Text(text) | CellValue::NoResult(text) => text.len(),
            _ => 0,
        };
        if self.row.text.len() + length > LONGEST_ROW {
            return Err(Fault::LongRow { row: self.row.line.to_string() }.into());
        }
        self.cells += 1;
        self.bytes += length as u64;
        if self.cells > MOST_CELLS {
            return Err(Fault::VastTable { most: MOST_CELLS.to_string() }.into());
        }
        if self.bytes > self.limits.csv_bytes {
            let most = (self.limits.csv_bytes / 1_000_000).to_string();
            return Err(Fault::UnpacksTooLarge { most }.into());
        }
        Ok(())
    }

    /// Remembers that cells are merged.
    pub(super) fn merge(&mut self, merged: Merged) -> Result<(), Fault> {
        self.merged_rows += u64::from(merged.last.0.saturating_sub(merged.first.0)) + 1;
        if self.merged_rows > MOST_MERGED {
            return Err(damaged("more cells are merged than a list has"));
        }
        self.merged.push(merged);
        Ok(())
    }

    /// Shows the row in hand.
    pub(super) fn finish_row(&mut self) -> Result<(), WorkbookStop> {
        let visited =
            if self.row.spans.is_empty() { ControlFlow::Continue(()) } else { (self.visit)(&self.row) };
        self.row.clear();
        match visited {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(WorkbookStop::Enough),
        }
    }
}
