//! What was rejected comes back: written beside the file, put right there, imported.

use proptest::prelude::*;

use super::*;

/// The form in which a list is brought.
#[derive(Debug, Clone, Copy)]
enum FileForm {
    Csv(char, &'static str),
    Utf16,
    Windows1252,
    Xlsx,
}

const HEADERS: [&str; 8] = [
    "Notes",
    "Employee Number",
    "Surname",
    "Hire Date",
    "Email",
    "Primary",
    "Organisation",
    "Termination Date",
];

/// A fault that a cell may have: its column, the faulty value, and what is right.
const FAULTS: [(usize, &str, &str); 14] = [
    (1, "", "77"),
    (1, "1.23457E+07", "12345678"),
    (2, "", "Ito"),
    (2, "#N/A", "Ito"),
    (2, "I\u{7}to", "Ito"),
    (3, "31/02/2026", "28/02/2026"),
    (3, "45983", "2025-11-22"),
    (3, "31-Dec-4712", "01-Dec-2012"),
    (4, "a@example.org;b@example.org", "a@example.org"),
    (4, "a@example.org\nBcc: b", "a@example.org"),
    (5, "perhaps", "yes"),
    (6, "#N/A", "RX2"),
    (7, "1999-01-01", ""),
    (2, "=SUM(A1)\u{1}", "=SUM(A1)"),
];

fn sound_row(number: usize, note: &str) -> Vec<String> {
    let texts = [note, &format!("{number:05}"), "M\u{fc}ller", "22-Nov-2020", "", "no", "RX1", ""];
    texts.map(str::to_owned).to_vec()
}

/// Notes that are hard to write down: separators, quotes, line breaks, formulas.
fn note() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("a, b; c\td".to_owned()),
        Just("5\" bandage, \"quoted\"".to_owned()),
        Just("two\nlines".to_owned()),
        Just("=1+1".to_owned()),
        Just("'=1+1".to_owned()),
        Just("-5".to_owned()),
        Just("caf\u{e9} \u{20ac}".to_owned()),
        "[ -~]{0,12}",
    ]
}

fn form() -> impl Strategy<Value = FileForm> {
    let separator = prop_oneof![Just(','), Just(';'), Just('\t')];
    let csv = (separator, prop_oneof![Just("\n"), Just("\r\n"), Just("\r")]);
    prop_oneof![
        csv.prop_map(|(separator, end)| FileForm::Csv(separator, end)),
        Just(FileForm::Utf16),
        Just(FileForm::Windows1252),
        Just(FileForm::Xlsx),
    ]
}

fn csv(rows: &[Vec<String>], separator: char, end: &str) -> String {
    let cell = |cell: &String| {
        let needs_quotes = cell.contains([separator, '"', '\n', '\r']);
        if needs_quotes { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    };
    let line =
        |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(&separator.to_string()) + end;
    rows.iter().map(line).collect()
}

fn written(rows: &[Vec<String>], form: FileForm) -> Vec<u8> {
    match form {
        FileForm::Csv(separator, end) => csv(rows, separator, end).into_bytes(),
        FileForm::Utf16 => {
            let text = csv(rows, '\t', "\r\n");
            std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        }
        FileForm::Windows1252 => encoding_rs::WINDOWS_1252.encode(&csv(rows, ';', "\r\n")).0.into_owned(),
        FileForm::Xlsx => {
            let mut workbook = rust_xlsxwriter::Workbook::new();
            let sheet = workbook.add_worksheet();
            for (row, cells) in (0..).zip(rows) {
                for (column, cell) in (0..).zip(cells) {
                    sheet.write_string(row, column, cell).unwrap();
                }
            }
            workbook.save_to_buffer().unwrap()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rejected_row_put_right_is_the_row_that_was_meant(
        form in form(),
        rows in proptest::collection::vec((note(), proptest::option::of(0..FAULTS.len())), 1..8),
    ) {
        let headers = HEADERS.map(str::to_owned).to_vec();
        let (mut right, mut wrong) = (vec![headers.clone()], vec![headers]);
        for (number, (note, fault)) in rows.iter().enumerate() {
            let mut row = sound_row(number, note);
            if let Some((column, _, sound)) = fault.map(|fault| FAULTS[fault]) {
                row[column] = sound.to_owned();
            }
            if fault.is_some_and(|fault| FAULTS[fault].0 == 1) {
                row[1] = format!("{}{number}", row[1]);
            }
            right.push(row.clone());
            if let Some((column, faulty, _)) = fault.map(|fault| FAULTS[fault]) {
                row[column] = faulty.to_owned();
            }
            wrong.push(row);
        }
        let file = ScratchFile::new("staff.csv", written(&wrong, form));
        let checked = staff_in(file.path()).unwrap();
        assert_adds_up(&checked);
        let faulty: Vec<usize> =
            (0..rows.len()).filter(|&row| rows[row].1.is_some()).collect();
        prop_assert_eq!(checked.rejected_lines(), faulty.len() as u64, "{:?}", checked.rejected);
        if faulty.is_empty() {
            return Ok(());
        }
        let target = write_rejected_of(&file, &checked).unwrap();
        // Not put right, it is rejected again, row by row.
        let again = staff_in(&target).unwrap();
        prop_assert_eq!(again.rejected_lines(), faulty.len() as u64);
        prop_assert!(again.rows.is_empty() && again.ends_in_reason);

        let text = std::fs::read_to_string(&target).unwrap();
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut back: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        prop_assert_eq!(&back[0][..8], &HEADERS[..]);
        prop_assert_eq!(&back[0][8], "reason");
        for (row, &number) in back.iter_mut().skip(1).zip(&faulty) {
            prop_assert!(row[8].len() > 10);
            let (column, _, _) = FAULTS[rows[number].1.unwrap()];
            row[column] = right[number + 1][column].clone();
        }
        let mended = ScratchFile::new("mended.csv", csv(&back, ',', "\r\n"));
        let mended = staff_in(mended.path()).unwrap();
        prop_assert!(mended.rejected.is_empty(), "{:?}", mended.rejected);
        let meant = ScratchFile::new("meant.csv", written(&right, form));
        let all: Vec<StaffRow> =
            checked.rows.into_iter().chain(mended.rows).map(|(_, row)| row).collect();
        let sorted = |mut rows: Vec<StaffRow>| {
            rows.sort_by(|a, b| a.employee_number.cmp(&b.employee_number));
            rows.into_iter().map(|row| StaffRow { organisation: 0.into(), ..row }).collect::<Vec<_>>()
        };
        let meant = staff_in(meant.path()).unwrap().rows.into_iter().map(|(_, row)| row).collect();
        prop_assert_eq!(sorted(all), sorted(meant));
    }
}

#[test]
fn a_row_swallowed_by_a_quote_is_not_taken_when_it_comes_back_as_it_was() {
    let file = ScratchFile::new(
        "staff.csv",
        "employee_number,last_name,start_date\n1,\"Ito,2020-01-01\n2,Roy,2020-01-01\n3,\"Poe\",2020-01-01\n",
    );
    let checked = staff_in(file.path()).unwrap();
    assert!(checked.rows.is_empty(), "{:?}", checked.rows);
    let target = write_rejected_of(&file, &checked).unwrap();
    let again = staff_in(&target).unwrap();
    assert!(again.rows.is_empty(), "{:?}", again.rows);
}
