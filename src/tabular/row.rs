//! Rows as they stand in a file, whatever its format: the one interface between the readers and whoever reads.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::label::NumberLabel;

/// What sort of cell a spreadsheet says that one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellKind {
    /// A date.
    Date,
    /// True or false.
    Bool,
    /// A number of more digits than spreadsheets keep: what stands for the last of them is made up.
    LongNumber,
    /// Text or a number, or nothing that is known: text files say nothing of it.
    Other,
}

/// A row as it stands in the file; reused from row to row.
#[derive(Debug, Default)]
pub(crate) struct RawRow {
    /// The physical line on which it begins, or the row number in a sheet.
    pub(crate) line: u64,
    /// The cells' text, and perhaps separators between them.
    pub(crate) text: String,
    /// Where each cell begins and ends in `text`.
    pub(crate) spans: Vec<(usize, usize)>,
    /// The most separators that stand in a line which lies inside a quoted cell as a whole: as many as the header has mean
    /// that the quote swallowed a row.
    pub(crate) inner_separators: usize,
    /// The most separators that stand between a line break inside a quoted cell and the end of the row, within the cell and
    /// behind it: as many as the header has mean the same. Of the row's first cell nothing is told so.
    pub(crate) behind_break: usize,
    /// Whether more cells than the header has put the row out of shape, as in text; a sheet's cells keep their column.
    pub(crate) more_is_wrong: bool,
    /// Cells whose formula has no stored result, each with the formula. They hold an error for a value.
    pub(crate) without_result: Vec<(usize, String)>,
    /// The cells of a sheet that are neither text nor numbers.
    pub(crate) kinds: Vec<(usize, CellKind)>,
    /// The number cells of a sheet that show more than a number.
    pub(crate) labels: Vec<(usize, Arc<NumberLabel>)>,
    /// Whether the row goes over several lines and a quote in it is closed in the middle of a cell.
    pub(crate) stray_quote: bool,
}

impl RawRow {
    /// The text of a cell; empty where the row has fewer.
    pub(crate) fn cell(&self, index: usize) -> &str {
        self.spans.get(index).and_then(|&(start, end)| self.text.get(start..end)).unwrap_or_default()
    }

    /// What sort of cell it is.
    pub(crate) fn kind(&self, index: usize) -> CellKind {
        self.kinds.iter().find(|(column, _)| *column == index).map_or(CellKind::Other, |(_, kind)| *kind)
    }

    /// What the cell shows beside its number.
    pub(crate) fn label(&self, index: usize) -> Option<&NumberLabel> {
        self.labels.iter().find(|(column, _)| *column == index).map(|(_, label)| label.as_ref())
    }

    /// The formula of a cell that has no stored result.
    pub(crate) fn formula_without_result(&self, index: usize) -> Option<&str> {
        let formula = self.without_result.iter().find(|(column, _)| *column == index);
        formula.map(|(_, formula)| formula.as_str())
    }

    /// How many cells the row has.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// The cells in order.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.cell(index))
    }

    /// The row as it stands, to be kept.
    pub(crate) fn copied(&self) -> Self {
        Self { line: self.line, text: self.text.clone(), spans: self.spans.clone(), ..Self::default() }
    }

    /// Holds what another row does, in the memory it has.
    pub(crate) fn copy(&mut self, other: &Self) {
        let Self {
            line,
            text,
            spans,
            inner_separators,
            behind_break,
            more_is_wrong,
            without_result,
            kinds,
            labels,
            stray_quote,
        } = other;
        self.line = *line;
        self.text.clone_from(text);
        self.spans.clone_from(spans);
        self.inner_separators = *inner_separators;
        self.behind_break = *behind_break;
        self.more_is_wrong = *more_is_wrong;
        self.without_result.clone_from(without_result);
        self.kinds.clone_from(kinds);
        self.labels.clone_from(labels);
        self.stray_quote = *stray_quote;
    }

    /// The bytes of what it holds, about.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + self.beside_text(self.spans.len(), self.kinds.len())
    }

    /// The bytes of the memory that it has for what it holds, about.
    pub(crate) fn memory(&self) -> usize {
        self.text.capacity() + self.beside_text(self.spans.capacity(), self.kinds.capacity())
    }

    fn beside_text(&self, spans: usize, kinds: usize) -> usize {
        let formula = |(_, formula): &(usize, String)| size_of::<(usize, String)>() + formula.len();
        let formulas: usize = self.without_result.iter().map(formula).sum();
        let labels = self.labels.capacity() * size_of::<(usize, Arc<NumberLabel>)>();
        spans * size_of::<(usize, usize)>() + kinds * size_of::<(usize, CellKind)>() + labels + formulas
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.without_result.clear();
        self.kinds.clear();
        self.labels.clear();
        self.inner_separators = 0;
        self.behind_break = 0;
        self.stray_quote = false;
    }
}

/// The longest row, in bytes: more than the widest allowed, little enough to hold.
pub(crate) const LONGEST_ROW: usize = 64 * 1024 * 1024;

/// Cells of a sheet that are shown as one: the first and the last row and column, counted from 0. Only the first of them
/// holds anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merged {
    pub(crate) first: (u32, u32),
    pub(crate) last: (u32, u32),
}

/// The sheet whose rows were read, and its workbook's others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetRead {
    pub(crate) name: String,
    pub(crate) others: Vec<String>,
    /// Those of the others that are shown, where nobody said which sheet is meant.
    pub(crate) further: Vec<String>,
}

/// What is known of a source beside its rows, once they were visited; nothing of text.
#[derive(Debug, Default)]
pub(crate) struct Visited {
    /// Which of the sheet's cells are merged.
    pub(crate) merged: Vec<Merged>,
    /// The sheet.
    pub(crate) sheet: Option<SheetRead>,
}

/// What is done with each row; `Break` ends the reading early.
pub(crate) type Visit<'v> = dyn FnMut(&RawRow) -> ControlFlow<()> + 'v;
