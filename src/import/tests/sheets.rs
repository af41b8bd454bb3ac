use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::*;
use crate::sample::day;

const HEADERS: [&str; 5] = ["employee_number", "course", "completed_on", "hours", "provider"];

/// A workbook of training records with three sound rows below a title.
fn sheet(worksheet: &mut Worksheet) {
    let dated = Format::new().set_num_format("dd/mm/yyyy");
    worksheet.write(0, 0, "Training").unwrap();
    for (column, header) in (0..).zip(HEADERS) {
        worksheet.write(2, column, header).unwrap();
    }
    for (row, number) in [(3, 1001.0), (5, 1002.0), (6, 1003.0)] {
        worksheet.write(row, 0, number).unwrap();
        worksheet.write(row, 1, "SGC-L2").unwrap();
        let date = ExcelDateTime::from_ymd(2025, 11, 22).unwrap().and_hms(10, 30, 0).unwrap();
        worksheet.write_with_format(row, 2, date, &dated).unwrap();
        worksheet.write(row, 4, "Müller & Roy").unwrap();
    }
    worksheet.write(3, 3, 7.5).unwrap();
    worksheet.write_formula(5, 3, Formula::new("=3+4").set_result("7")).unwrap();
}

fn read(workbook: &mut Workbook, options: &ReadOptions) -> Result<CheckedFile<TrainingRow>, ImportError> {
    // The name says CSV: only the content decides.
    let file = ScratchFile::new("training.csv", workbook.save_to_buffer().unwrap());
    crate::import::read::<TrainingRecords>(file.path(), options, &TestContext::new().known())
}

#[test]
fn a_workbook_and_a_csv_file_give_equal_rows() {
    let mut workbook = Workbook::new();
    sheet(workbook.add_worksheet());
    let from_sheet = read(&mut workbook, &ReadOptions::default()).unwrap();
    let from_csv = training(
        "Training\n\nemployee_number,course,completed_on,hours,provider\n1001,SGC-L2,22/11/2025 10:30,7.5,Müller & Roy\n\n1002,SGC-L2,2025-11-22,7,Müller & Roy\n1003,SGC-L2,22-Nov-25,,Müller & Roy\n",
    )
    .unwrap();
    assert_eq!(from_sheet.rows, from_csv.rows);
    assert_eq!(from_sheet.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [4, 6, 7]);
    assert_eq!(from_sheet.headers, from_csv.headers);
}

#[test]
fn error_cells_and_plain_numbers_for_dates_reject_their_row() {
    let mut workbook = Workbook::new();
    let worksheet = workbook.add_worksheet();
    sheet(worksheet);
    worksheet.write(3, 2, 45983.0).unwrap();
    worksheet.write_formula(5, 3, Formula::new("=NA()").set_result("#N/A")).unwrap();
    let checked = read(&mut workbook, &ReadOptions::default()).unwrap();
    assert_eq!(faults(&checked), [(4, "completed_on"), (6, "hours")]);
    assert_adds_up(&checked);
}

#[test]
fn the_first_visible_sheet_is_read_or_the_one_named() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Hidden").unwrap().set_hidden(true);
    workbook.add_worksheet().set_name("Notes").unwrap().set_active(true).write(0, 0, "nothing").unwrap();
    sheet(workbook.add_worksheet().set_name("Records").unwrap());
    let named = |name: &str| ReadOptions { sheet: Some(name.into()), ..ReadOptions::default() };
    assert!(read(&mut workbook, &ReadOptions::default()).unwrap_err().to_string().contains("no header row"));
    assert_eq!(read(&mut workbook, &named("records")).unwrap().rows.len(), 3);
    let error = read(&mut workbook, &named("Other")).unwrap_err().to_string();
    assert!(error.contains("no sheet called Other") && error.contains("Records"), "{error}");
}

#[test]
fn what_is_too_large_once_unpacked_is_refused_before_it_is_opened() {
    let mut workbook = Workbook::new();
    sheet(workbook.add_worksheet());
    let file = ScratchFile::new("training.xlsx", workbook.save_to_buffer().unwrap());
    let limits = Limits::default();
    for limits in [Limits { unpacked_bytes: 5_000, ..limits }, Limits { sheet_bytes: 1_000, ..limits }] {
        let options = ReadOptions { limits, ..ReadOptions::default() };
        let error =
            crate::import::read::<TrainingRecords>(file.path(), &options, &TestContext::new().known())
                .unwrap_err()
                .to_string();
        assert!(error.contains("than the"), "{error}");
    }
}

#[test]
fn a_damaged_workbook_is_refused_wherever_it_is_cut() {
    let mut workbook = Workbook::new();
    sheet(workbook.add_worksheet());
    let bytes = workbook.save_to_buffer().unwrap();
    for part in 1..40 {
        let file = ScratchFile::new("training.xlsx", &bytes[..bytes.len() * part / 40]);
        assert!(
            crate::import::read::<TrainingRecords>(
                file.path(),
                &ReadOptions::default(),
                &TestContext::new().known()
            )
            .is_err()
        );
    }
}

#[test]
fn far_corners_of_a_sheet_are_not_held() {
    let mut workbook = Workbook::new();
    let worksheet = workbook.add_worksheet();
    sheet(worksheet);
    worksheet.write(1_048_575, 16_383, "x").unwrap();
    let checked = read(&mut workbook, &ReadOptions::default()).unwrap();
    assert_eq!(checked.rows.len(), 3);
}

#[test]
fn an_open_document_sheet_gives_the_rows_it_shows() {
    let cell = |kind: &str, value: &str| format!("<table:table-cell office:value-type=\"{kind}\" {value}/>");
    let text = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let header = row(&["employee_number", "course", "completed_on", "hours"].map(text));
    let body = |number: &str, hours: &str| {
        row(&[
            cell("float", &format!("office:value=\"{number}\"")),
            text("SGC-L2"),
            cell("date", "office:date-value=\"2025-11-22T10:30:00\""),
            hours.to_owned(),
        ])
    };
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:body><office:spreadsheet>\
         <table:table table:name=\"Records\">{header}{}{}{}\
         <table:table-row table:number-rows-repeated=\"1048572\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>\
         </table:table></office:spreadsheet></office:body></office:document-content>",
        body("1001", &cell("float", "office:value=\"7.5\"")),
        body("1002", &cell("float", "office:value=\"1001\"")),
        body("1003", &cell("time", "office:time-value=\"PT06H30M00S\"")),
    );
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest></manifest:manifest>"),
        ("content.xml", &content),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, content.as_bytes()).unwrap();
    }
    let file = ScratchFile::new("training.ods", archive.finish().unwrap().into_inner());
    let checked = crate::import::read::<TrainingRecords>(
        file.path(),
        &ReadOptions::default(),
        &TestContext::new().known(),
    )
    .unwrap();
    let hours: Vec<_> =
        checked.rows.iter().map(|(line, row)| (*line, row.details.hours.unwrap().0)).collect();
    assert_eq!(hours, [(2, 750), (4, 650)]);
    assert_eq!(checked.rows[0].1.employee_number, "1001");
    assert_eq!(checked.rows[0].1.completed_on, day("2025-11-22"));
    assert_eq!(faults(&checked), [(3, "hours")]);
}

#[test]
fn leading_zeros_that_a_number_format_shows_are_read() {
    let mut workbook = Workbook::new();
    let worksheet = workbook.add_worksheet();
    sheet(worksheet);
    worksheet.write_with_format(3, 0, 1001.0, &Format::new().set_num_format("00000000")).unwrap();
    let checked = read(&mut workbook, &ReadOptions::default()).unwrap();
    let numbers: Vec<&str> = checked.rows.iter().map(|(_, row)| &*row.employee_number).collect();
    assert_eq!(numbers, ["00001001", "1002", "1003"]);
}

#[test]
fn a_time_is_hours_and_minutes_and_what_is_no_number_of_hours_never_counts_as_one() {
    for (format, number, expected) in [
        ("h:mm", 0.25, Some(600)),
        ("[h]:mm", 6.5 / 24.0, Some(650)),
        ("[h]:mm:ss", 1.25, Some(3_000)),
        ("[mm]:ss", 0.25, Some(600)),
        ("0.00", 7.25, Some(725)),
        ("0\" hrs\"", 7.0, Some(700)),
        ("0\"h\"", 7.0, Some(700)),
        ("h:mm", 19.0 / 72.0, None),
        ("h:mm AM/PM", 0.25, None),
        ("mm:ss", 6.5 / 1_440.0, None),
        ("dd/mm/yyyy", 45_983.0, None),
        ("dd/mm/yyyy", 60.0, None),
        ("dd/mm/yyyy hh:mm", 0.5, None),
        ("dd/mm/yyyy", 0.0, None),
        ("d mmm", 7.0, None),
    ] {
        let mut workbook = Workbook::new();
        let worksheet = workbook.add_worksheet();
        sheet(worksheet);
        worksheet.write_with_format(3, 3, number, &Format::new().set_num_format(format)).unwrap();
        let checked = read(&mut workbook, &ReadOptions::default()).unwrap();
        let hours = checked.rows.iter().find(|(line, _)| *line == 4).and_then(|(_, row)| row.details.hours);
        assert_eq!(hours.map(|hours| hours.0), expected, "{format} {number}");
        let faulty: &[(u64, &str)] = if expected.is_none() { &[(4, "hours")] } else { &[] };
        assert_eq!(faults(&checked), faulty, "{format} {number}");
    }
}

#[test]
fn further_sheets_with_lists_are_told_and_keep_leavers_from_being_made() {
    const LIST: &str = "employee_number,last_name,start_date\n1,Archer,2020-01-01\n";
    for (further, sheet, told) in [
        (
            &[("Medicine", LIST), ("Notes", "About,this\n"), ("Theatres", LIST)][..],
            None,
            "Medicine, Theatres",
        ),
        (&[("Empty", "employee_number,last_name,start_date\n")], None, ""),
        (&[("Other", "code,name,kind\nRX1,Trust,acute\n")], None, ""),
        (&[("Medicine", LIST)], Some("Surgery"), ""),
        (&[], None, ""),
    ] {
        let mut book = Workbook::new();
        for (name, lines) in [("Surgery", LIST)].iter().chain(further) {
            let sheet = book.add_worksheet().set_name(*name).unwrap();
            for (row, line) in (0..).zip(lines.lines()) {
                for (column, cell) in (0..).zip(line.split(',')) {
                    sheet.write(row, column, cell).unwrap();
                }
            }
        }
        book.add_worksheet().set_name("Hidden").unwrap().set_hidden(true);
        let file = ScratchFile::new("staff.xlsx", book.save_to_buffer().unwrap());
        let options = ReadOptions { sheet: sheet.map(str::to_owned), ..ReadOptions::default() };
        let checked = crate::import::read::<StaffLists>(file.path(), &options, &TestContext::new().known());
        let checked = checked.unwrap();
        assert_eq!(checked.further_sheets.join(", "), told, "{further:?}");
        assert_eq!(checked.may_be_whole(), told.is_empty(), "{further:?}");
        let warned = checked.warnings.iter().filter(|remark| remark.reason.contains("further ones"));
        assert_eq!(warned.count(), usize::from(!told.is_empty()), "{further:?}");
    }
}

#[test]
fn a_day_merged_over_people_rejects_those_who_have_no_other() {
    for last in [None, Some("2025-03-01")] {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, header) in (0..).zip(["Employee Number", "Name", "SGC-L2", "SGA-L1"]) {
            sheet.write(0, column, header).unwrap();
        }
        for row in 1..4 {
            sheet.write(row, 0, row.to_string()).unwrap().write(row, 1, "Archer, Ann").unwrap();
            if let Some(day) = last {
                sheet.write(row, 3, day).unwrap();
            }
        }
        sheet.merge_range(1, 2, 3, 2, "2025-03-01", &Format::new()).unwrap();
        let checked = read(&mut book, &ReadOptions::default()).unwrap();
        assert_eq!(faults(&checked), [(3, "SGC-L2"), (4, "SGC-L2")], "{last:?}");
        assert_eq!(checked.rejected[0].reason.find("this cell is merged with C2"), Some(0));
    }
}
