//! Rows that are none of the kind: totals, repeated headers, and rows whose cells may stand in the wrong columns.

use crate::import::cells::text;
use crate::import::columns::fields::normalised;
use crate::import::columns::layout::Layout;
use crate::import::messages::Rejection;
use crate::tabular::RawRow;

/// A cell's place as spreadsheets write it: `C5`.
pub(in crate::import) fn cell_name((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", u64::from(row) + 1)
}

/// Whether a row is a total unless a person stands below it: its number, and all that is required beside it, are
/// empty, or a label stands in the number's column (spec 3.7, *Counts*).
pub(in crate::import) fn may_be_total(row: &RawRow, layout: &Layout) -> bool {
    let Some(number) = layout.position(layout.person()) else { return false };
    let mut beside = layout.required().filter(|&field| field != layout.person());
    let all_empty =
        beside.all(|field| layout.position(field).is_none_or(|position| text::is_blank(row.cell(position))));
    all_empty && (text::is_blank(row.cell(number)) || is_label(row.cell(number)))
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
    // In rows that come back with a reason, what a quote took in is as wide as the header was without it.
    let separators = layout.width.saturating_sub(if layout.ends_in_reason { 2 } else { 1 });
    if (separators > 0 && row.inner_separators >= separators) || row.stray_quote {
        return Some(Rejection::SwallowsRow);
    }
    let beyond = || row.cells().skip(layout.width).any(|cell| !text::is_blank(cell));
    (row.more_is_wrong && row.len() > layout.width && beyond())
        .then(|| Rejection::TooManyCells { cells: row.len().to_string(), columns: layout.width.to_string() })
}

pub(in crate::import) fn repeats_header(row: &RawRow, layout: &Layout) -> bool {
    layout.required().all(|field| {
        layout.position(field).is_some_and(|position| {
            let header = layout.headers.get(position).map(|header| normalised(header));
            header.is_some_and(|header| {
                row.cell(position).len() < 500 && normalised(row.cell(position)) == header
            })
        })
    })
}
