//! Names that were read in a wrong encoding (spec 3.7, *Text*), and files that are told for what they are.

use super::*;

/// Why a file with these bytes is refused; `None` where it is read.
fn refusal(content: &[u8]) -> Option<String> {
    staff(content).err().map(|error| error.to_string())
}

#[test]
fn a_name_of_central_europe_refuses_a_file_that_does_not_say_its_encoding() {
    for (header, name, reading) in [
        ("last_name", &b"Pawe\xB3"[..], "--encoding windows-1250 reads it Pawe\u{142}"),
        ("last_name", b"\xA3ukasz", "--encoding iso-8859-2 reads it \u{141}ukasz"),
        ("last_name", b"\xAFak", "--encoding windows-1250 reads it \u{17b}ak"),
        ("last_name", b"\xAAtefan", "--encoding windows-1250 reads it \u{15e}tefan"),
        ("last_name", b"Ry\xB6", "--encoding iso-8859-2 reads it Ry\u{15b}"),
        ("full_name", b"Anna Pawe\xB3", "--encoding windows-1250 reads it Pawe\u{142}"),
        ("Surname", b"Micha\xB3owski", "--encoding windows-1250 reads it Micha\u{142}owski"),
    ] {
        let rows = [b"\n1,Ash,2020-01-01\n2,", name, b",2020-01-01\n"].concat();
        let content = [format!("employee_number,{header},start_date").as_bytes(), &rows].concat();
        let told = refusal(&content).unwrap_or_default();
        assert!(told.contains("line 3 has") && told.contains(reading), "{told}");
    }
    let sound = b"employee_number,first_name,last_name,start_date,job_title\n1,M\xAA,Ren\xE9,2020-01-01,Grade \xA35 m\xB3 1\xAA Nurse\xB9\n";
    assert_eq!(refusal(sound), None);
}

#[test]
fn a_name_that_was_misread_before_rejects_its_row_alone() {
    let rows = "1,Ash,2020-01-01\n2,Pawe\u{b3},2020-01-01\n3,M\u{fc}ller,2020-01-01\n";
    let checked = staff(format!("employee_number,Surname,start_date\n{rows}")).unwrap();
    assert_eq!((faults(&checked), checked.rows.len()), (vec![(3, "Surname")], 2));
}

#[test]
fn a_repeated_header_is_told_as_that_alone() {
    let header =
        "Employee Number,Last Name,Employee Email Address,Latest Start Date,Assignment Status,Org L2";
    let row = "1,Ash,a@example.org,2020-01-01,Active Assignment,Surgery";
    let checked = staff(format!("{header}\n{row}\n{header}\n{}\n", row.replacen('1', "2", 1))).unwrap();
    assert_eq!((faults(&checked), checked.rows.len()), (vec![(3, "")], 2));
    assert!(checked.rejected[0].reason.starts_with("this row repeats the header"));
    assert_eq!(checked.warnings, []);
    assert!(!checked.rejected_unknown);
    // Of kinds without a date, such a row would be sound.
    let file = ScratchFile::new("file.csv", "code,name\nRX3,Other\nCode,Name\nRX4,Another\n");
    let checked = crate::import::read::<OrganisationLists>(
        file.path(),
        &ReadOptions::default(),
        &TestContext::new().known(),
    )
    .unwrap();
    assert_eq!((faults(&checked), checked.rows.len()), (vec![(3, "")], 2));
}

#[test]
fn packed_files_and_documents_are_told_for_what_they_are() {
    for (content, expected) in [
        (
            &b"\x1F\x8B\x08\0\0\0\0\0\0\x03"[..],
            "is a gzip file, not a spreadsheet: unpack it and name the file inside",
        ),
        (b"7z\xBC\xAF\x27\x1C\0\x04", "is a 7z file"),
        (b"Rar!\x1A\x07\0", "is a RAR file"),
        (b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", "is a PDF, not a CSV file or spreadsheet"),
    ] {
        let told = refusal(content).unwrap_or_default();
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn what_an_export_writes_for_characters_is_read_and_what_it_writes_for_nothing_is_no_name() {
    for (first, last, expected) in [
        ("Ann", "O&#039;Neill", Ok("Ann O'Neill")),
        ("Ren&eacute;e", "Roy", Ok("Ren\u{e9}e Roy")),
        ("NULL", "Roy", Ok("Roy")),
        ("NULL", "NULL", Err("last_name")),
        ("Ann", "NULL", Err("last_name")),
        ("", "NULL", Err("last_name")),
        // Jennifer Null is a person.
        ("JENNIFER", "NULL", Ok("JENNIFER NULL")),
        ("Jennifer", "Null", Ok("Jennifer Null")),
    ] {
        let checked = staff(format!(
            "employee_number,first_name,last_name,start_date,job_title,unit,email,leave_date,manager_employee_number\n\
             7,{first},{last},2020-01-01,R&amp;D Nurse,A &amp; E,NULL,NULL,NULL\n"
        ))
        .unwrap();
        match expected {
            Ok(name) => {
                assert_eq!(checked.rejected, [], "{first} {last}");
                let row = &checked.rows[0].1;
                let whole = format!("{} {}", row.person.first_name, row.person.last_name);
                assert_eq!(whole.trim(), name);
                let said = [
                    &row.post.job_title,
                    &row.post.unit,
                    &row.person.email,
                    &row.post.manager_employee_number,
                ];
                assert_eq!(said.map(|text| text.as_str()), ["R&D Nurse", "A & E", "", ""]);
                assert_eq!(row.leave_on, None);
            }
            Err(column) => assert_eq!(faults(&checked), [(2, column)], "{first} {last}"),
        }
    }
    for (full, is_name) in
        [("NULL", false), ("NULL NULL", false), ("Roy, NULL", false), ("NULL, JENNIFER", true)]
    {
        let checked =
            staff(format!("employee_number,full_name,start_date\n7,\"{full}\",2020-01-01\n")).unwrap();
        assert_eq!(checked.rejected.is_empty(), is_name, "{full}");
    }
    // Of a status, a course and a number it must be told what is meant.
    for row in [
        "NULL,SGC-L2,2025-01-01,passed",
        "7,NULL,2025-01-01,passed",
        "7,SGC-L2,NULL,passed",
        "7,SGC-L2,2025-01-01,NULL",
    ] {
        let checked =
            training(format!("employee_number,course,completed_on,status,expires_on\n{row},NULL\n")).unwrap();
        assert_eq!((checked.rows.len(), checked.rejected_lines()), (0, 1), "{row}");
    }
    let checked =
        training("employee_number,course,completed_on,expires_on\n7,SGC-L2,2025-01-01,NULL\n").unwrap();
    assert_eq!((checked.rows.len(), checked.rejected.len()), (1, 0));
}
