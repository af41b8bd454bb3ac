//! What stands around a matrix and speaks of its dates.

use rust_xlsxwriter::Workbook;

use super::matrix::{completions, matrix};
use super::*;

const ROWS: &str = "Employee Number,SGC-L2,SGA-L1\n7,12/03/2025,\n8,,12/03/2025\n";

/// Refused as it is, and read once it is said that its dates are completions.
fn assert_asks(file: &ScratchFile, told: &str) {
    let error = matrix(file.path(), None).map(|checked| completions(&checked)).unwrap_err().to_string();
    assert!(error.contains(told) && error.contains("--cells completed"), "{told}: {error}");
    let checked = matrix(file.path(), Some(CellsSay::Completed)).unwrap();
    assert_eq!(completions(&checked), ["7 0 2025-03-12 -", "8 1 2025-03-12 -"], "{told}");
}

#[test]
fn a_title_of_expiries_or_plans_is_asked_about() {
    for title in [
        "Training booked 2026/27",
        "Planned training",
        "Booked dates",
        "Deadline",
        "Last day valid",
        "Date required by",
        "Expiry dates",
    ] {
        assert_asks(
            &ScratchFile::new("m.csv", format!("{title},,\n{ROWS}")),
            &format!("above its header ({title})"),
        );
    }
}

#[test]
fn a_note_of_expiries_or_plans_is_asked_about() {
    for note in [
        "Dates above are expiry dates",
        ",Dates above are expiry dates",
        "\"All dates are of booked courses, not of completions\"",
    ] {
        assert_asks(&ScratchFile::new("m.csv", format!("{ROWS}\n{note}\n")), "in a note below its header");
    }
    let by_name = "Staff Name,SGC-L2,SGA-L1\nAnn Archer,12/03/2025,\nDates above are expiry dates,,\n";
    let error = matrix(ScratchFile::new("m.csv", by_name).path(), None).unwrap_err().to_string();
    assert!(error.contains("in a note below its header"), "{error}");
    for note in ["Red: expired or out of date", "Report run on the date above", "Total expired,3,2"] {
        let file = ScratchFile::new("m.csv", format!("{ROWS}{note}\n"));
        assert_eq!(completions(&matrix(file.path(), None).unwrap()).len(), 2, "{note}");
    }
}

#[test]
fn the_name_of_a_sheet_or_file_is_asked_about() {
    assert_asks(&ScratchFile::new("training expiry dates.csv", ROWS), "in its name (training expiry dates)");
    assert_asks(&ScratchFile::new("training booked.csv", ROWS), "in its name (training booked)");
    for (name, told) in [
        ("Expiry dates", Some("in the name of its sheet (Expiry dates)")),
        ("Training booked 26-27", Some("in the name of its sheet")),
        ("Mandatory training", None),
        ("Sheet1", None),
    ] {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, line) in (0..).zip(ROWS.lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                sheet.write(row, column, cell).unwrap();
            }
        }
        let file = ScratchFile::new("m.xlsx", book.save_to_buffer().unwrap());
        match told {
            Some(told) => assert_asks(&file, told),
            None => assert_eq!(completions(&matrix(file.path(), None).unwrap()).len(), 2, "{name}"),
        }
    }
}

#[test]
fn a_matrix_that_says_itself_what_its_dates_are_is_asked_nothing() {
    for header in [
        "Employee Number,SGC-L2 Completed,SGA-L1 Date completed",
        "Employee Number,SGC-L2,Expires,SGA-L1,Expires",
    ] {
        let file =
            ScratchFile::new("m.csv", format!("Training and its expiry dates\n{header}\n7,12/03/2025,,,\n"));
        assert_eq!(completions(&matrix(file.path(), None).unwrap()), ["7 0 2025-03-12 -"], "{header}");
    }
}

#[test]
fn more_than_a_few_days_ahead_are_asked_about() {
    for (past, ahead, is_asked) in [
        (1, 2, false),
        (0, 3, true),
        (3, 3, true),
        (4, 4, true),
        (40, 3, true),
        (57, 3, false),
        (90, 5, true),
        (0, 1, false),
    ] {
        let days = (0..past).map(|_| "12/03/2025").chain((0..ahead).map(|_| "12/03/2027"));
        let rows: String = days.enumerate().map(|(number, day)| format!("{number},{day},\n")).collect();
        let file = ScratchFile::new("m.csv", format!("Employee Number,SGC-L2,SGA-L1\n{rows}"));
        let told = matrix(file.path(), None).map_err(|error| error.to_string());
        match &told {
            Ok(checked) => assert_eq!((checked.warnings.len(), is_asked), (ahead, false), "{past} {ahead}"),
            Err(told) => {
                assert!(is_asked && told.contains("dates are in the future"), "{past} {ahead}: {told}")
            }
        }
        assert!(matrix(file.path(), Some(CellsSay::Completed)).is_ok(), "{past} {ahead}");
    }
}
