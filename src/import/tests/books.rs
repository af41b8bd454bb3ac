//! Workbooks as spreadsheet programs save them: LibreOffice wrote `books/records*`, and a library that computes no
//! formula `books/records-without-results.xlsx`. All are the same list.

use calamine::{Data, Reader};

use super::*;
use crate::sample::day;

/// The same list in every format, with dates counted from 1900 and from 1904.
const BOOKS: [(&str, &[u8]); 6] = [
    ("records.xlsx", include_bytes!("books/records.xlsx")),
    ("records.ods", include_bytes!("books/records.ods")),
    ("records.xls", include_bytes!("books/records.xls")),
    ("records-1904.xlsx", include_bytes!("books/records-1904.xlsx")),
    ("records-1904.ods", include_bytes!("books/records-1904.ods")),
    ("records-1904.xls", include_bytes!("books/records-1904.xls")),
];

fn read(content: &[u8], sheet: Option<&str>) -> Result<CheckedFile<TrainingRow>, ImportError> {
    let file = ScratchFile::new("a file", content);
    let options = ReadOptions { sheet: sheet.map(str::to_owned), ..ReadOptions::default() };
    crate::import::read::<TrainingRecords>(file.path(), &options, &TestContext::new().known())
}

#[test]
fn a_list_is_the_same_in_every_format_and_date_system() {
    for (name, content) in BOOKS {
        let checked = read(content, None).unwrap();
        let rows = checked.rows.iter().map(|(line, row)| {
            let hours = row.details.hours.map(|hours| hours.0);
            (*line, &*row.employee_number, row.course.place(), row.completed_on, row.expires_on, hours)
        });
        let on = day("2025-11-22");
        let expected = [
            (4, "00123", 0, on, Some(day("2028-11-21")), Some(750)),
            (5, "1002", 0, on, None, Some(700)),
            (6, "1003", 1, on, None, Some(10)),
            (8, "12345678", 0, on, None, None),
        ];
        assert_eq!(rows.collect::<Vec<_>>(), expected, "{name}");
        let faults: Vec<(u64, &str, &str)> = checked
            .rejected
            .iter()
            .map(|remark| (remark.line, remark.column.as_str(), remark.value.as_str()))
            .collect();
        let expected = [
            (7, "Hours", "#N/A"),
            (9, "Date Last Awarded", "45983"),
            (10, "Hours", "two"),
            (11, "Employee Number", ""),
            (11, "Employee Number", ""),
        ];
        assert_eq!(faults, expected, "{name}");
        let merged = &checked.rejected[4].reason;
        assert_eq!(merged, "this cell is merged with A10: unmerge the cells and write the value into each");
        assert_eq!((checked.row_count, checked.ignored_columns.as_slice()), (8, &["Notes".to_owned()][..]));
    }
}

#[test]
fn another_sheet_is_read_by_name_and_a_hidden_one_only_so() {
    for (name, content) in BOOKS {
        assert_eq!(read(content, Some("records & MORE")).unwrap().rows.len(), 4, "{name}");
        for other in ["Hidden", "Other"] {
            let error = read(content, Some(other)).unwrap_err().to_string();
            assert!(error.contains(&format!("rows of the sheet {other} names")), "{name}: {error}");
            let others = ["Hidden", "Records & more", "Other"].into_iter().filter(|sheet| *sheet != other);
            let others = others.collect::<Vec<_>>().join(", ");
            let others = format!("; the other sheets are {others}, each read with --sheet NAME");
            assert!(error.contains(&others), "{name}: {error}");
        }
        let error = read(content, Some("Nowhere")).unwrap_err().to_string();
        assert!(error.contains("Hidden, Records & more, Other"), "{name}: {error}");
    }
}

#[test]
fn a_formula_whose_result_was_never_computed_rejects_its_row() {
    let checked = read(include_bytes!("books/records-without-results.xlsx"), None).unwrap();
    assert!(faults(&checked).contains(&(5, "Hours")), "{:?}", checked.rejected);
    assert_eq!((checked.rejected[0].line, checked.rejected[0].value.as_str()), (5, "=3+4"));
    assert!(checked.rejected[0].reason.starts_with("this formula has no stored result: open the file"));
}

/// The cells of a sheet as another library reads them: those that hold something, by row and column.
fn by_another_library(content: &[u8]) -> Vec<((u32, u32), Data)> {
    let mut book = calamine::open_workbook_auto_from_rs(std::io::Cursor::new(content)).unwrap();
    let range = book.worksheet_range("Records & more").unwrap();
    let (top, left) = range.start().unwrap();
    let cells = range.used_cells().map(|(row, column, cell)| {
        ((top + u32::try_from(row).unwrap(), left + u32::try_from(column).unwrap()), cell.clone())
    });
    cells.collect()
}

#[test]
fn another_library_reads_the_same_cells() {
    for (name, content) in BOOKS {
        let file = ScratchFile::new(name, content);
        let source = crate::tabular::SourceFile::look(
            file.path(),
            crate::files::Links::Followed,
            &Limits::default(),
            None,
        )
        .unwrap();
        let mut ours: Vec<((u32, u32), String)> = Vec::new();
        crate::tabular::visit_rows(
            &source,
            &crate::tabular::Shape::Sheet(None),
            &Limits::default(),
            &mut |row| {
                for (column, text) in (0..).zip(row.cells()).filter(|(_, text)| !text.is_empty()) {
                    ours.push(((u32::try_from(row.line).unwrap() - 1, column), text.to_owned()));
                }
                std::ops::ControlFlow::Continue(())
            },
        )
        .unwrap();
        let theirs: Vec<((u32, u32), String)> = by_another_library(content)
            .into_iter()
            .map(|(at, cell)| {
                let text = match cell {
                    Data::Bool(yes) => yes.to_string().to_uppercase(),
                    Data::DateTime(date) => date.as_datetime().unwrap().date().to_string(),
                    cell => cell.to_string(),
                };
                (at, text)
            })
            .collect();
        let without_time = |text: &str| text.split('T').next().unwrap_or_default().to_owned();
        assert_eq!(ours.len(), theirs.len(), "{name}: {ours:?} {theirs:?}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!((ours.0, without_time(&ours.1)), (theirs.0, without_time(&theirs.1)), "{name}");
        }
    }
}
