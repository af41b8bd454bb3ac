//! What spreadsheets and exports do to numbers and dates.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use super::*;
use crate::sample::day;

/// Reads a staff list of one sheet.
fn sheet(fill: impl FnOnce(&mut Worksheet)) -> CheckedFile<StaffRow> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, header) in (0..).zip(["employee_number", "last_name", "start_date", "assignment_number"]) {
        sheet.write_string(0, column, header).unwrap();
    }
    fill(sheet);
    let file = ScratchFile::new("staff.xlsx", workbook.save_to_buffer().unwrap());
    staff_in(file.path()).unwrap()
}

fn date(sheet: &mut Worksheet, row: u32, column: u16, text: &str) {
    let date = ExcelDateTime::parse_from_str(text).unwrap();
    sheet
        .write_datetime_with_format(row, column, &date, &Format::new().set_num_format("dd/mm/yyyy"))
        .unwrap();
}

fn row(sheet: &mut Worksheet, row: u32, start: &str) {
    sheet.write_string(row, 1, "Ito").unwrap();
    sheet.write_string(row, 2, start).unwrap();
}

#[test]
fn a_date_or_truth_in_a_numbers_column_rejects_the_row() {
    let checked = sheet(|sheet| {
        for line in 1..=4 {
            row(sheet, line, "2020-01-01");
        }
        date(sheet, 1, 0, "2026-11-22");
        sheet.write_boolean(2, 0, true).unwrap();
        sheet.write_number(3, 0, 107).unwrap();
        sheet.write_number(4, 0, 108).unwrap();
        date(sheet, 4, 3, "2026-11-22");
    });
    let faults: Vec<(u64, &str)> =
        checked.rejected.iter().map(|fault| (fault.line, fault.column.as_str())).collect();
    assert_eq!(faults, [(2, "employee_number"), (3, "employee_number"), (5, "assignment_number")]);
    assert_eq!(checked.rows[0].1.employee_number, "107");
}

#[test]
fn a_number_cell_is_read_as_its_format_shows_it() {
    let formats = [
        "\"E\"00000",
        "00000000",
        "#,##0",
        "000-000",
        "[$-809]00000000",
        "00000000_-",
        "[<=99]00000000;000000",
        "+00000000",
    ];
    let checked = sheet(|sheet| {
        for (line, format) in (1..).zip(formats) {
            row(sheet, line, "2020-01-01");
            let format = Format::new().set_num_format(format);
            sheet.write_number_with_format(line, 0, 1230 + line, &format).unwrap();
        }
    });
    let numbers: Vec<&str> = checked.rows.iter().map(|(_, row)| row.employee_number.as_str()).collect();
    assert_eq!(
        numbers,
        ["E01231", "00001232", "1233", "001-234", "00001235", "00001236", "001237", "+00001238"]
    );
}

#[test]
fn days_and_months_that_were_probably_swapped_are_told_once() {
    let swapped = |cells: &[&str], texts: &[&str]| {
        let checked = sheet(|sheet| {
            for (line, cell) in (1..).zip(cells.iter().chain(texts)) {
                sheet.write_string(line, 0, line.to_string()).unwrap();
                row(sheet, line, cell);
            }
            for (line, cell) in (1..).zip(cells) {
                date(sheet, line, 2, cell);
            }
        });
        assert!(checked.rejected.is_empty(), "{:?}", checked.rejected);
        checked.warnings.iter().filter(|warning| warning.column == "start_date").count()
    };
    assert_eq!(swapped(&["2026-04-03", "2026-12-11"], &["25/04/2026", "13/01/2026"]), 1);
    assert_eq!(swapped(&["2026-04-13"], &["25/04/2026"]), 0);
    assert_eq!(swapped(&["2026-04-03"], &["05/04/2026"]), 0);
    assert_eq!(swapped(&["2026-04-03"], &[]), 0);
    assert_eq!(swapped(&[], &["25/04/2026"]), 0);
}

#[test]
fn numbers_of_one_file_that_differ_only_by_what_people_put_around_them_are_rejected_together() {
    let checked = staff(
        "employee_number,last_name,start_date\n00000007,Ito,2020-01-01\n0000 0007,Ito,2020-01-01\n8,Roy,2020-01-01\n9?,Ali,2020-01-01\n",
    )
    .unwrap();
    let left: Vec<&str> = checked.rows.iter().map(|(_, row)| row.employee_number.as_str()).collect();
    assert_eq!(left, ["8", "9?"]);
    assert_eq!(checked.rejected_lines(), 2);
    assert!(checked.rejected[0].reason.starts_with("0000 0007 and 00000007 differ only by zeros"));
    let spared: Vec<&str> = checked.rejected_people.iter().map(|(_, number)| number.as_str()).collect();
    assert_eq!(spared, ["00000007", "0000 0007"]);
}

#[test]
fn empty_cells_beyond_the_header_are_no_fault() {
    let checked = staff(
        "employee_number,last_name,start_date\n1,Ito,2020-01-01,\n2,Roy,2020-01-01,, ,\n3,Ali,2020-01-01,x\n",
    )
    .unwrap();
    assert_eq!((checked.rows.len(), checked.rejected_lines()), (2, 1));
}

#[test]
fn a_slash_within_a_level_makes_no_unit_and_an_expiry_far_away_is_told_once() {
    let checked = staff("employee_number,last_name,start_date,Org L2,Org L3\n1,Ito,2020-01-01,Women,Obs/Gynae\n2,Roy,2020-01-01,Women,Ante / Postnatal\n").unwrap();
    let units: Vec<&str> = checked.rows.iter().map(|(_, row)| row.post.unit.as_str()).collect();
    assert_eq!(units, ["Women / Obs-Gynae", "Women / Ante-Postnatal"]);
    assert_eq!(checked.warnings.len(), 1);
    let file = ScratchFile::new(
        "training.csv",
        "employee_number,course,completed_on,expires_on\n1,SGC-L2,2026-01-01,2082-01-01\n2,SGC-L2,2026-01-01,2083-01-01\n3,SGC-L2,2026-01-01,2029-01-01\n",
    );
    let mut world = TestContext::new();
    world.give_validity(36);
    let checked = read::<TrainingRecords>(file.path(), &ReadOptions::default(), &world.known()).unwrap();
    assert_eq!((checked.rows.len(), checked.warnings.len()), (3, 1));
    assert_eq!(checked.rows[0].1.expires_on, Some(day("2082-01-01")));
}

#[test]
fn a_number_that_became_a_date_before_it_was_saved_as_text_is_nobodys() {
    for number in ["03-Mar", "Mar-03", "01/02/2020", "2020-02-01", "03-Mar-20", "01/02/20"] {
        let checked = staff(format!(
            "Staff Number,Surname,Hire Date,Manager Number,Assignment No\n{number},Ash,2020-01-01,,\n2,Bell,2020-01-01,{number},\n3,Cox,2020-01-01,,{number}\n4,Day,2020-01-01,5,4-2\n"
        ))
        .unwrap();
        let found = faults(&checked);
        assert_eq!(found, [(2, "Staff Number"), (3, "Manager Number"), (4, "Assignment No")], "{number}");
        assert!(
            checked.rejected_unknown && checked.rejected[0].reason.contains("was spoilt by a spreadsheet")
        );
        let is_spoilt = number.len() == 6;
        let certificate = training(format!(
            "employee_number,course,completed_on,Certificate Number\n1,SGC-L2,2026-01-01,{number}\n"
        ));
        assert_eq!(certificate.unwrap().rows.is_empty(), is_spoilt, "{number}");
        let file = ScratchFile::new(
            "expenses.csv",
            format!("date,description,amount,reference\n2026-04-01,A,5,{number}\n"),
        );
        let expenses =
            read::<ExpenseLists>(file.path(), &ReadOptions::default(), &TestContext::new().known());
        assert_eq!(expenses.unwrap().rows.is_empty(), is_spoilt, "{number}");
    }
}
