//! Which rejected rows a page shows, and which of their cells can be put right there.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::jobs::drafts::{RejectedRow, RejectedRows};
use crate::web::request::FormFields;

/// The most bytes of the fields of a page, as a form sends them: what is typed must fit besides.
const MOST_BYTES: usize = 40 * 1024;

/// As much more is typed into a field, by and large.
const TYPED: usize = 16;

/// The name, and id, of the field of a cell.
pub(super) fn field_name(line: u64, place: usize) -> String {
    format!("cell-{line}-{place}")
}

/// The places of the cells that can be put right: those something is wrong with, or all where that is the whole row.
pub(super) fn faulty_cells(row: &RejectedRow, headers: &[String]) -> Vec<usize> {
    let of_columns = |index: &usize| {
        let header = headers.get(*index);
        row.faults.iter().any(|(column, _)| Some(column) == header)
    };
    let places = 0..row.cells.len();
    let faulty: Vec<usize> = places.clone().filter(of_columns).collect();
    let is_known = |(column, _): &(String, String)| headers.contains(column);
    if faulty.is_empty() || !row.faults.iter().all(is_known) { places.collect() } else { faulty }
}

/// How many bytes the fields of a row are, as a form sends them.
fn bytes(row: &RejectedRow, headers: &[String]) -> usize {
    let field = |place: &usize| {
        let value = row.cells.get(*place).map_or("", String::as_str);
        let sent: usize = form_urlencoded::byte_serialize(value.as_bytes()).map(str::len).sum();
        field_name(row.line, *place).len() + sent + TYPED
    };
    faulty_cells(row, headers).iter().map(field).sum()
}

/// The rows of each page: at most `size`, and fewer where their fields would not fit into a form.
pub(super) fn pages(rejected: &RejectedRows, size: usize) -> Vec<Range<usize>> {
    let mut pages: Vec<Range<usize>> = Vec::new();
    let mut sent = 0;
    for (at, row) in rejected.rows.iter().enumerate() {
        let more = bytes(row, &rejected.headers);
        match pages.last_mut() {
            Some(page) if page.len() < size && sent + more <= MOST_BYTES => {
                page.end = at + 1;
                sent += more;
            }
            _ => {
                pages.push(at..at + 1);
                sent = more;
            }
        }
    }
    pages
}

/// The lines of the rows for which the form has a field.
pub(super) fn lines_in(form: &FormFields) -> BTreeSet<u64> {
    let line = |(name, _): (&str, &str)| name.strip_prefix("cell-")?.split_once('-')?.0.parse().ok();
    form.every().filter_map(line).collect()
}

/// Whether the form has a field of this name.
pub(super) fn form_has(form: &FormFields, name: &str) -> bool {
    form.every().any(|(of, _)| of == name)
}

/// The row with what was typed in its cells.
pub(super) fn with_typed(row: &RejectedRow, form: &FormFields) -> RejectedRow {
    let cells = row.cells.iter().enumerate().map(|(place, cell)| {
        let typed = form.only(&field_name(row.line, place));
        typed.every().next().map_or_else(|| cell.clone(), |(_, typed)| typed.to_owned())
    });
    RejectedRow { cells: cells.collect(), ..row.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: u64, cell: &str, is_of_one_cell: bool) -> RejectedRows {
        let headers = ["employee_number", "last_name", "start_date"].map(str::to_owned);
        let faults = if is_of_one_cell { "start_date" } else { "" };
        let row = |line| RejectedRow {
            line,
            cells: vec![cell.to_owned(); headers.len()],
            faults: vec![(faults.to_owned(), "is wrong".to_owned())],
        };
        RejectedRows {
            rows: (2..2 + count).map(row).collect(),
            headers: headers.to_vec(),
            dismissed: Vec::new(),
        }
    }

    #[test]
    fn every_row_is_on_one_page_and_what_a_page_has_fits_into_a_form() {
        let wide = "é".repeat(500);
        for (count, cell, is_of_one_cell, size, expected) in [
            (0, "soon", true, 50, vec![]),
            (1, "soon", true, 50, vec![1]),
            (50, "soon", true, 50, vec![50]),
            (51, "soon", true, 50, vec![50, 1]),
            (500, "soon", true, 200, vec![200, 200, 100]),
            // Two bytes a letter, each sent as three: thirteen rows of one such cell fit, or four of three.
            (30, wide.as_str(), true, 50, vec![13, 13, 4]),
            (9, wide.as_str(), false, 50, vec![4, 4, 1]),
        ] {
            let rejected = rows(count, cell, is_of_one_cell);
            let pages = pages(&rejected, size);
            let lengths: Vec<usize> = pages.iter().map(ExactSizeIterator::len).collect();
            assert_eq!(lengths, expected, "{count} {is_of_one_cell} {size}");
            let all: Vec<usize> = pages.into_iter().flatten().collect();
            assert!(all.into_iter().eq(0..rejected.rows.len()), "{count} {size}");
        }
    }

    #[test]
    fn what_was_typed_is_of_its_own_row_alone() {
        let rejected = rows(20, "soon", true);
        let form = FormFields::parse(b"cell-21-2=1+May+2026&line=2");
        assert_eq!(lines_in(&form), BTreeSet::from([21]));
        assert_eq!(with_typed(&rejected.rows[19], &form).cells, ["soon", "soon", "1 May 2026"]);
        assert_eq!(with_typed(&rejected.rows[0], &form).cells, ["soon", "soon", "soon"]);
    }
}
