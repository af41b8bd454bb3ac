use super::*;

const BODY: &str = "employee_number,last_name,start_date\n1,Müller,2020-01-01\n2,Roy,2020-01-02\n";

fn names(checked: &CheckedFile<StaffRow>) -> Vec<&str> {
    checked.rows.iter().map(|(_, row)| row.person.last_name.as_str()).collect()
}

#[test]
fn every_separator_line_end_and_encoding_gives_the_same_rows() {
    let wide = |text: &str, big: bool| -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    };
    let latin: Vec<u8> = BODY.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let cases: Vec<Vec<u8>> = vec![
        BODY.into(),
        BODY.replace(',', ";").into(),
        BODY.replace(',', "\t").into(),
        BODY.replace(',', "|").into(),
        BODY.replace('\n', "\r\n").into(),
        BODY.replace('\n', "\r").into(),
        BODY.trim_end().into(),
        format!("\u{feff}{BODY}").into(),
        BODY.replace("Roy", "\"Roy\"").replace("2,", "\"2\",").into(),
        wide(BODY, false),
        wide(BODY, true),
        wide(&format!("\u{feff}{BODY}"), false),
        wide(&format!("\u{feff}{BODY}"), true),
        latin,
    ];
    let expected = staff(BODY).unwrap();
    for content in cases {
        let checked = staff(&content).unwrap();
        assert_eq!(checked.rows, expected.rows, "{:?}", String::from_utf8_lossy(&content));
    }
    assert_eq!(names(&expected), ["Müller", "Roy"]);
}

#[test]
fn text_in_two_encodings_loses_the_rows_that_do_not_fit() {
    let mut content = BODY.as_bytes().to_vec();
    content.extend(b"3,M\xFCller,2020-01-01\n4,Ali,2020-01-01\n");
    let checked = staff(content).unwrap();
    assert_eq!(names(&checked), ["Müller", "Roy", "Ali"]);
    assert_eq!(faults(&checked), [(4, "last_name")]);
}

#[test]
fn lines_are_the_physical_ones() {
    let checked = staff(
        "employee_number,last_name,start_date,job_title\r\n\r\n1,\"Ito\",2020-01-01,\"Staff\r\nNurse\"\r\n2,Roy,x,\r\n",
    )
    .unwrap();
    assert_eq!(checked.rows[0].0, 3);
    assert_eq!(checked.rows[0].1.post.job_title, "Staff Nurse");
    assert_eq!(faults(&checked), [(5, "start_date")]);
}

#[test]
fn an_unclosed_quote_refuses_the_file_and_names_its_line() {
    for content in [
        "employee_number,last_name,start_date\n1,Ito,2020-01-01\n2,\"Roy,2020-01-01\n3,Ali,2020-01-01\n",
        "employee_number,last_name,start_date\n\n2,\"Roy,2020-01-01",
    ] {
        let error = staff(content).unwrap_err().to_string();
        assert!(error.contains("opened on line 3"), "{error}");
    }
}

#[test]
fn a_quote_that_swallowed_a_row_rejects_it() {
    let header = "employee_number,last_name,start_date,job_title\n";
    for rows in [
        "1,\"Ito,2020-01-01,Nurse\n2,Roy,2020-01-01,Nurse\n3,\"Ali\",2020-01-01,Nurse\n",
        "1,\"Ito,2020-01-01,Nurse\n2,\"Roy\",2020-01-01,Nurse\n",
        "1,\"Ito,2020-01-01,Nurse\n\"2\",\"Roy\",2020-01-01,Nurse\n",
        "1,\"Ito,2020-01-01,Nurse\n2,Roy,2020-01-01,Nurse\"\n",
    ] {
        let checked = staff(format!("{header}{rows}")).unwrap();
        assert_eq!(faults(&checked), [(2, "")], "{rows}");
        assert!(checked.rejected_unknown);
        assert!(checked.rows.is_empty());
    }
}

#[test]
fn more_cells_than_the_header_reject_and_fewer_are_empty() {
    let checked = staff(
        "employee_number,last_name,start_date,job_title\n1,Ito, Jr,2020-01-01,Nurse\n2,Roy,2020-01-01\n3,Ali,2020-01-01,,\n",
    )
    .unwrap();
    assert_eq!(faults(&checked), [(2, "")]);
    assert_eq!(names(&checked), ["Roy", "Ali"]);
    assert_adds_up(&checked);
}

#[test]
fn files_that_are_no_tables_are_named_for_what_they_are() {
    let utf32: Vec<u8> = BODY.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (b"<html><table></table></html>".to_vec(), "web page"),
        (b"%PDF-1.7\n".to_vec(), "PDF"),
        (b"PK\x03\x04 nonsense".to_vec(), "damaged"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 nonsense".to_vec(), "damaged"),
        (utf32, "UTF-32"),
        (b"employee_number,last_name\x81,start_date\n".to_vec(), "another encoding"),
    ];
    for (content, expected) in cases {
        let error = staff(&content).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn limits_refuse_the_file() {
    let file = ScratchFile::new("staff.csv", BODY);
    let limits = Limits::default();
    for (limits, expected) in [
        (Limits { csv_bytes: 10, ..limits }, "MB"),
        (Limits { rows: 1, ..limits }, "more than the 1 rows"),
        (Limits { columns: 2, ..limits }, "the 2 columns"),
    ] {
        let options = ReadOptions { limits, ..ReadOptions::default() };
        let error = crate::import::read::<StaffLists>(file.path(), &options, &TestContext::new().known())
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn the_hash_is_of_the_bytes() {
    let file = ScratchFile::new("staff.csv", BODY);
    let checked = staff_in(file.path()).unwrap();
    assert_eq!(checked.hash, content_hash(file.path(), crate::files::Links::Followed).unwrap());
    assert_eq!(checked.hash, blake3::hash(BODY.as_bytes()).to_hex().to_string());
}

#[test]
fn a_huge_cell_rejects_its_row_alone() {
    let content = format!(
        "employee_number,last_name,start_date\n1,{},2020-01-01\n2,Roy,2020-01-01\n",
        "x".repeat(5_000_000)
    );
    let checked = staff(content).unwrap();
    assert_eq!(faults(&checked), [(2, "last_name")]);
    assert!(checked.rejected[0].value.len() < 500);
    assert_eq!(names(&checked), ["Roy"]);
}

#[test]
fn a_header_in_one_cell_is_told_as_such() {
    for (content, line) in [
        (BODY.lines().map(|line| format!("\"{line}\"\n")).collect::<String>(), 1),
        (format!("Staff list\n{}", BODY.replace(',', "^")), 2),
        (BODY.replace(',', "~"), 1),
    ] {
        let error = staff(&content).unwrap_err().to_string();
        assert!(
            error.contains(&format!("line {line} names columns in one cell: part them with commas")),
            "{error}"
        );
    }
    let error = staff("a list of nobody\nand nothing\n").unwrap_err().to_string();
    assert!(error.contains("has no header row"), "{error}");
}

#[test]
fn the_mark_or_the_filling_at_the_end_of_a_text_file_is_no_row() {
    for end in ["\x1a", "\x1a\x1a", "\x1a\r\n", "\0\0\0\0", "\x1a\0\0", "\0\n"] {
        let checked = staff(format!("{BODY}{end}")).unwrap();
        assert_eq!((names(&checked), checked.rejected.len()), (vec!["M\u{fc}ller", "Roy"], 0), "{end:?}");
        assert_eq!(checked.row_count, 2, "{end:?}");
    }
    let checked = staff(BODY.trim_end().to_owned() + "\x1a").unwrap();
    assert_eq!((names(&checked), checked.rejected.len()), (vec!["M\u{fc}ller", "Roy"], 0));
    // What is filled up before its end may be cut off, and what stands in the middle is no end.
    for content in
        [BODY.trim_end().to_owned() + "\0\0", BODY.replace("Roy", "Roy\x1a"), BODY.replace("2,", "\x1a\n2,")]
    {
        let checked = staff(&content).unwrap();
        assert_eq!(checked.rejected_lines(), 1, "{content:?}");
    }
}
