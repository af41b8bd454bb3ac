//! Rows that are none of the kind: totals, repeated headers, and rows whose cells may stand in the wrong columns.

use std::collections::BTreeMap;

use crate::import::Remark;
use crate::import::cells::text;
use crate::import::columns::fields::{ColumnField, normalised};
use crate::import::columns::layout::Layout;
use crate::import::columns::matrix::{Matrix, is_date, is_total};
use crate::import::messages::Rejection;
use crate::tabular::{Merged, RawRow, column_letters};

/// A cell's place as spreadsheets write it: `C5`.
fn cell_name((row, column): (u32, u32)) -> String {
    format!("{}{}", column_letters(usize::try_from(column).unwrap_or(usize::MAX)), u64::from(row) + 1)
}

/// By row, the read cells below the header that are merged with another and hold nothing themselves: what a person sees
/// there is the other's value.
pub(in crate::import) fn covered(merged: &[Merged], layout: &Layout) -> BTreeMap<u64, Remark> {
    let mut covered = BTreeMap::new();
    for Merged { first, last } in merged {
        let first_row = u64::from(first.0) + 1;
        for row in first_row.max(layout.line + 1)..=(u64::from(last.0) + 1) {
            let read = layout.read_positions().find(|&position| {
                let column = u32::try_from(position).unwrap_or(u32::MAX);
                (first.1..=last.1).contains(&column) && (row, column) != (first_row, first.1)
            });
            if let Some(position) = read {
                let reason = Rejection::Merged { with: cell_name(*first) };
                let header = layout.header_at(position);
                covered.insert(row, Remark::rejection(row, header, "", &reason));
            }
        }
    }
    covered
}

/// Whether a row is a total unless a person stands below it: its number, and all that is required beside it, are
/// empty, or a label stands in the number's column (spec 3.7, *Counts*).
pub(in crate::import) fn may_be_total(row: &RawRow, layout: &Layout) -> bool {
    if let Some(matrix) = &layout.matrix {
        return may_be_total_of_matrix(row, layout, matrix);
    }
    let Some(number) = layout.position(layout.person()) else { return false };
    let mut beside = layout.required().filter(|&field| field != layout.person());
    let all_empty =
        beside.all(|field| layout.position(field).is_none_or(|position| text::is_blank(row.cell(position))));
    all_empty && (text::is_blank(row.cell(number)) || is_label(row.cell(number)))
}

/// Whether a row below a matrix's header is a total: it has no date, and where a person is named nothing but a label.
fn may_be_total_of_matrix(row: &RawRow, layout: &Layout, matrix: &Matrix) -> bool {
    let names_nobody = |field: &ColumnField| {
        let cell = layout.position(*field).map_or("", |at| row.cell(at));
        text::is_blank(cell) || is_total(cell) || (*field == ColumnField::EmployeeNumber && is_label(cell))
    };
    let is_dated = matrix.positions().any(|at| is_date(row.cell(at)));
    !is_dated && matrix.who.iter().chain([&ColumnField::FirstName]).all(names_nobody)
}

/// The one filled cell of a row that names nobody, which is a note where no person stands below it (spec 3.7, *Oddities*);
/// a total says itself what it is.
pub(in crate::import) fn note(row: &RawRow, layout: &Layout) -> Option<usize> {
    let person = layout.position(layout.person())?;
    let mut filled = (0..row.len()).filter(|&at| !text::is_blank(row.cell(at)));
    let only = filled.next().filter(|_| filled.next().is_none())?;
    let names = |field: ColumnField| layout.position(field) == Some(only);
    let names_somebody = match &layout.matrix {
        Some(matrix) => matrix.who.iter().any(|field| names(*field)),
        None => only == person,
    };
    let is_labelled = |cell: &str| is_label(cell) && !is_total(cell);
    let by_number = layout.person() == ColumnField::EmployeeNumber;
    (!names_somebody || (only == person && by_number && is_labelled(row.cell(only)))).then_some(only)
}

/// Whether what stands in a number's column is words, like `Total 1,234`, and no number that a person may have.
fn is_label(cell: &str) -> bool {
    let text = cell.trim();
    let letters = text.chars().any(char::is_alphabetic);
    let digits = text.chars().any(|c| c.is_ascii_digit());
    let total = text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("total"));
    letters && (!digits || text.contains(char::is_whitespace) || total)
}

/// Why the row's cells may stand in the wrong columns.
pub(in crate::import) fn out_of_shape(row: &RawRow, layout: &Layout) -> Option<Rejection> {
    if swallows_row(row, layout) {
        return Some(Rejection::SwallowsRow);
    }
    let beyond = || row.cells().skip(layout.width).any(|cell| !text::is_blank(cell));
    (row.more_is_wrong && row.len() > layout.width && beyond())
        .then(|| Rejection::TooManyCells { cells: row.len().to_string(), columns: layout.width.to_string() })
}

/// Whether a quote in the row takes in the row below it.
fn swallows_row(row: &RawRow, layout: &Layout) -> bool {
    let separators = layout.width.saturating_sub(1);
    // In rows that come back with a reason, a line that a quote took in is as wide as the header was without it. The row's
    // own end has the reason behind it.
    let of_line = separators.saturating_sub(usize::from(layout.ends_in_reason));
    row.stray_quote
        || (of_line > 0 && row.inner_separators >= of_line)
        || (separators > 0 && row.behind_break >= separators)
}

/// Whether the row is the header once more, as where two exports were put together.
pub(in crate::import) fn repeats_header(row: &RawRow, layout: &Layout) -> bool {
    let first = |text: &str| text.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase());
    let Some(position) = layout.required().next().and_then(|field| layout.position(field)) else {
        return false;
    };
    // Nearly no row begins like the header.
    if first(row.cell(position)) != layout.headers.get(position).and_then(|header| first(header)) {
        return false;
    }
    layout.required().all(|field| {
        layout.position(field).is_some_and(|position| {
            let header = layout.headers.get(position).map(|header| normalised(header));
            header.is_some_and(|header| {
                row.cell(position).len() < 500 && normalised(row.cell(position)) == header
            })
        })
    })
}
