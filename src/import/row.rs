//! Rows as they stand in a file, whatever its format: the one interface between the readers and whoever reads.

use std::ops::ControlFlow;

/// A row as it stands in the file; reused from row to row.
#[derive(Debug, Default)]
pub(super) struct RawRow {
    /// The physical line on which it begins, or the row number in a sheet.
    pub(super) line: u64,
    /// The cells' text, and perhaps separators between them.
    pub(super) text: String,
    /// Where each cell begins and ends in `text`.
    pub(super) spans: Vec<(usize, usize)>,
    /// The most separators that stand in a line which begins inside a quoted cell: as many as the header has mean that
    /// the quote swallowed a row.
    pub(super) inner_separators: usize,
    /// Whether more cells than the header has put the row out of shape, as in text; a sheet's cells keep their column.
    pub(super) more_is_wrong: bool,
    /// Cells whose formula has no stored result, each with the formula. They hold an error for a value.
    pub(super) without_result: Vec<(usize, String)>,
    /// Whether the row goes over several lines and a quote in it is closed in the middle of a cell.
    pub(super) stray_quote: bool,
}

impl RawRow {
    /// The text of a cell; empty where the row has fewer.
    pub(super) fn cell(&self, index: usize) -> &str {
        self.spans.get(index).and_then(|&(start, end)| self.text.get(start..end)).unwrap_or_default()
    }

    /// The formula of a cell that has no stored result.
    pub(super) fn formula_without_result(&self, index: usize) -> Option<&str> {
        let formula = self.without_result.iter().find(|(column, _)| *column == index);
        formula.map(|(_, formula)| formula.as_str())
    }

    /// How many cells the row has.
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// The cells in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.cell(index))
    }

    /// The row as it stands, to be kept.
    pub(super) fn copied(&self) -> Self {
        Self { line: self.line, text: self.text.clone(), spans: self.spans.clone(), ..Self::default() }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.without_result.clear();
        self.inner_separators = 0;
        self.stray_quote = false;
    }
}

/// The longest row, in bytes: more than the widest allowed, little enough to hold.
pub(super) const LONGEST_ROW: usize = 64 * 1024 * 1024;

/// Cells of a sheet that are shown as one: the first and the last row and column, counted from 0. Only the first of them
/// holds anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merged {
    pub(super) first: (u32, u32),
    pub(super) last: (u32, u32),
}

/// The sheet whose rows were read, and its workbook's others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetRead {
    pub(super) name: String,
    pub(super) others: Vec<String>,
}

/// What is known of a source beside its rows, once they were visited; nothing of text.
#[derive(Debug, Default)]
pub(super) struct Visited {
    /// Which of the sheet's cells are merged.
    pub(super) merged: Vec<Merged>,
    /// The sheet.
    pub(super) sheet: Option<SheetRead>,
}

/// What is done with each row; `Break` ends the reading early.
pub(super) type Visit<'v> = dyn FnMut(&RawRow) -> ControlFlow<()> + 'v;
