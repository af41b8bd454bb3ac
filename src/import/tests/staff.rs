use super::*;
use crate::register::{PersonFields, PostFields};
use crate::sample::day;

const HEADER: &str =
    "employee_number,last_name,start_date,assignment_number,email,assignment_status,organisation\n";

fn numbers(checked: &CheckedFile<StaffRow>) -> Vec<&str> {
    checked.rows.iter().map(|(_, row)| row.employee_number.as_str()).collect()
}

#[test]
fn a_row_says_everything_about_an_assignment() {
    let checked = staff(
        "Employee Number,First Name,Surname,Email Address,Position Title,Staff Group,Org L2,Org L3,Org L4,\
         Supervisor Employee Number,Latest Start Date,Termination Date,Assignment Number,Primary Assignment,\
         Assignment Status,Shoe Size\n\
         00123,Niamh,O\u{2019}Neill,niamh@example.org,Nurse,Nursing,Surgery,,Theatres,0042,01-Jan-2020,31-Dec-4712,\
         00123-2,Yes,Active  assignment,7\n",
    )
    .unwrap();
    let expected = StaffRow {
        organisation: 0.into(),
        employee_number: "00123".into(),
        person: PersonFields {
            first_name: "Niamh".into(),
            last_name: "O\u{2019}Neill".into(),
            email: "niamh@example.org".into(),
            ..PersonFields::default()
        },
        post: PostFields {
            job_title: "Nurse".into(),
            staff_group: "Nursing".into(),
            unit: "Surgery / Theatres".into(),
            manager_employee_number: "0042".into(),
            assignment_number: "00123-2".into(),
            assignment_status: "Active  assignment".into(),
            assignment_category: "".into(),
        },
        start_on: day("2020-01-01"),
        leave_on: None,
        primary: true,
    };
    assert_eq!(checked.rows, [(2, expected)]);
    assert_eq!(checked.organisations[..], ["RX1"]);
    assert_eq!(checked.ignored_columns, ["Shoe Size"]);
    assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
    assert_adds_up(&checked);
}

#[test]
fn a_unit_is_absent_only_where_none_of_its_levels_has_a_column() {
    let rest = ["first_name", "email", "job_title", "staff_group", "unit", "manager_employee_number"];
    let post = [
        "leave_date",
        "assignment_number",
        "primary_assignment",
        "assignment_status",
        "assignment_category",
        "organisation",
        "professional_registration",
    ];
    let absent = |without: &[&str]| {
        let all = rest.iter().chain(&post).copied();
        all.filter(|column| !without.contains(column)).collect::<Vec<_>>()
    };
    for (header, has) in [
        ("", &[][..]),
        (",Work Email", &["email"]),
        (",unit", &["unit"]),
        (",Org L4", &["unit"]),
        (",Org L2,Org L3,Org L4,Org L5,Org L6,Org L7,Org L8", &["unit"]),
    ] {
        let checked =
            staff(format!("employee_number,last_name,start_date{header}\n1,Ito,2020-01-01\n")).unwrap();
        let sorted = |mut columns: Vec<&'static str>| {
            columns.sort_unstable();
            columns
        };
        assert_eq!(sorted(checked.absent_columns), sorted(absent(has)), "{header}");
    }
}

#[test]
fn title_rows_above_and_total_rows_below_are_no_rows() {
    let checked = staff(
        "Staff list\n\nEmployee Number,Surname,Latest Start Date\n1,Ito,2020-01-01\n\n2,Roy,2020-01-01\nTotal 2,,\n,,\n,,\nGrand Total,,\n",
    )
    .unwrap();
    assert_eq!(numbers(&checked), ["1", "2"]);
    assert_eq!(checked.row_count, 2);
    assert_eq!(checked.rows[1].0, 6);
    assert!(checked.rejected.is_empty());
    assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
}

#[test]
fn one_filled_cell_below_the_last_person_is_a_note_told_once() {
    for notes in [
        ",,,see tab 2\n",
        ",Prepared by HR,,\n,,,and more\n",
        "Bank staff are not listed,,,\n",
        ",,31/10/2026,\nx y,,,\n",
    ] {
        let checked =
            staff(format!("employee_number,last_name,start_date,x\n1,Ito,2020-01-01,\n{notes}")).unwrap();
        assert_eq!((checked.row_count, numbers(&checked)), (1, vec!["1"]), "{notes}");
        assert_eq!(
            (checked.rejected.len(), checked.warnings.len()),
            (0, 1),
            "{notes}: {:?}",
            checked.warnings
        );
        assert_eq!(checked.warnings[0].line, 3, "{notes}");
    }
    // A number by itself is somebody's, and above a person a note is a row.
    for rows in ["2,,,\n", ",,,note\n2,Roy,2020-01-01,\n"] {
        let checked =
            staff(format!("employee_number,last_name,start_date,x\n1,Ito,2020-01-01,\n{rows}")).unwrap();
        assert!(
            !checked.rejected.is_empty() && checked.warnings.is_empty(),
            "{rows}: {:?}",
            checked.warnings
        );
    }
}

#[test]
fn a_total_row_above_a_person_is_rejected_and_may_name_anybody() {
    let checked =
        staff("employee_number,last_name,start_date,x\n1,Ito,2020-01-01,\n,,,7\n2,Roy,2020-01-01,\n")
            .unwrap();
    assert_eq!(faults(&checked), [(3, "employee_number")]);
    assert!(checked.rejected_unknown);
    assert_adds_up(&checked);
}

#[test]
fn a_repeated_header_is_rejected_and_names_nobody() {
    let checked = staff(
        "employee_number,last_name,start_date\n1,Ito,2020-01-01\nEmployee Number,Last Name,START_DATE\n",
    )
    .unwrap();
    assert_eq!(faults(&checked), [(3, "")]);
    assert!(!checked.rejected_unknown);
    assert!(checked.rejected_people.is_empty());
}

#[test]
fn every_fault_of_a_row_is_told_with_its_value() {
    let checked = staff("Employee Number,Surname,Hire Date\n7,,31/02/2026\n8,Roy,2020-01-01\n").unwrap();
    assert_eq!(faults(&checked), [(2, "Hire Date"), (2, "Surname")]);
    assert_eq!(checked.rejected[0].value, "31/02/2026");
    assert!(checked.rejected[0].reason.starts_with("31/02/2026 is not a date"));
    assert_eq!(checked.rejected_people, [(0.into(), "7".to_owned())]);
    assert!(!checked.rejected_unknown);
    assert_adds_up(&checked);
}

#[test]
fn a_person_may_hold_several_assignments() {
    let checked = staff(format!("{HEADER}1,Ito,2020-01-01,1-1,,,\n1,Ito,2021-01-01,1-2,,,\n")).unwrap();
    assert_eq!(checked.rows.len(), 2);
    assert!(checked.warnings.is_empty());
}

#[test]
fn equal_rows_are_one_and_differing_ones_none() {
    let cases = [
        ("1,Ito,2020-01-01,1-1,,,\n1,Ito,2020-01-01,1-1,,,\n", 1, 1, 0),
        ("1,Ito,2020-01-01,,,,\n1,Ito,2020-01-01,,,,\n1,Ito,2020-01-01,,,,\n", 1, 2, 0),
        ("1,Ito,2020-01-01,,,,\n1,Ito,2020-01-02,,,,\n", 0, 0, 2),
        ("1,Ito,2020-01-01,1-1,,,\n1,Ito,2020-01-02,1-1,,,\n1,Ito,2020-01-01,1-2,,,\n", 0, 0, 3),
        ("1,Ito,2020-01-01,1-1,,,\n1,Ito,2020-01-01,,,,\n", 0, 0, 2),
        ("1,Ito,2020-01-01,1-1,,,\n1,Ito,2020-01-02,1-1,,,RX2\n", 2, 0, 0),
    ];
    for (rows, kept, repeats, rejected) in cases {
        let checked = staff(format!("{HEADER}{rows}2,Roy,2020-01-01,,,,\n")).unwrap();
        assert_eq!((checked.rows.len(), checked.repeats), (kept + 1, repeats), "{rows}");
        assert_eq!(checked.rejected_lines(), rejected, "{rows}");
        assert_adds_up(&checked);
    }
}

#[test]
fn differing_names_of_one_person_are_warned_about_once() {
    let checked = staff(format!(
        "{HEADER}1,Ito,2020-01-01,1-1,,,\n1,Itoh,2020-01-01,1-2,,,\n1,Itou,2020-01-01,1-3,,,\n"
    ))
    .unwrap();
    assert_eq!(checked.rows.len(), 3);
    assert_eq!(checked.warnings.len(), 1);
    assert_eq!((checked.warnings[0].line, checked.warnings[0].column.as_str()), (3, "last_name"));
}

#[test]
fn each_field_that_differs_between_a_persons_rows_is_warned_about() {
    let header = "employee_number,first_name,last_name,start_date,assignment_number,email\n";
    let rows = "1,Aiko,Ito,2020-01-01,1-1,a@example.org\n1,Aiko,Ito,2020-01-01,1-2,b@example.org\n\
                1,Aya,Itoh,2020-01-01,1-3,c@example.org\n";
    let checked = staff(format!("{header}{rows}")).unwrap();
    let warned: Vec<_> =
        checked.warnings.iter().map(|warning| (warning.line, warning.column.as_str())).collect();
    assert_eq!(warned, [(3, "email"), (4, "first_name"), (4, "last_name")]);
}

#[test]
fn unknown_statuses_are_warned_about_once_each() {
    let checked = staff(format!(
        "{HEADER}1,Ito,2020-01-01,,,maternity  & ADOPTION,\n2,Roy,2020-01-01,,,On Moon,\n3,Ali,2020-01-01,,,on  moon,\n4,Lee,2020-01-01,,,,\n"
    ))
    .unwrap();
    assert_eq!(checked.warnings.len(), 1, "{:?}", checked.warnings);
    assert_eq!(checked.warnings[0].line, 3);
}

#[test]
fn what_is_no_address_is_dropped_and_what_could_reach_another_rejects() {
    let dropped =
        ["jane@@example.org", "jane", "jane at example.org", "jane@example", "Jane <jane@example.org>"];
    for email in dropped {
        let checked = staff(format!("{HEADER}1,Ito,2020-01-01,,\"{email}\",,\n")).unwrap();
        assert_eq!(checked.rows[0].1.person.email, "", "{email}");
        assert_eq!(checked.warnings.len(), 1, "{email}");
    }
    let rejected = [
        "a@example.org,b@example.org",
        "a@example.org;b@example.org",
        "a@example.org b@example.org",
        "a@example.org\nBcc: b@example.org",
        "a@example.org\r\nX: y",
        "a\u{0}@example.org",
        "a@example.org\u{7}x",
        "a@example.org\u{2028}Bcc: x",
    ];
    for email in rejected {
        let checked = staff(format!("{HEADER}1,Ito,2020-01-01,,\"{email}\",,\n")).unwrap();
        assert_eq!(checked.rows.len(), 0, "{email:?}");
        assert_eq!(checked.rejected[0].column, "email", "{email:?}");
        assert_eq!(checked.rejected_people, [(0.into(), "1".to_owned())]);
    }
}

#[test]
fn numbers_that_cannot_be_read_may_be_anybodys() {
    for number in [
        "1.23457E+07",
        "123.0",
        "=\"00123400\"",
        "\"=\"\"00123400\"\"\"",
        "'=\"00123400\"",
        "a\u{fffd}b",
        &"9".repeat(101),
    ] {
        let checked = staff(format!("{HEADER}{number},Ito,2020-01-01,,,,\n")).unwrap();
        assert_eq!(faults(&checked), [(2, "employee_number")], "{number}");
        assert!(checked.rejected_unknown, "{number}");
    }
}

#[test]
fn an_unknown_organisation_rejects_the_row_and_spares_its_number_everywhere() {
    let checked =
        staff(format!("{HEADER}1,Ito,2020-01-01,,,,rx2\n2,Roy,2020-01-01,,,,\n3,Ali,2020-01-01,,,,RX9\n"))
            .unwrap();
    assert_eq!(checked.organisations[..], ["RX2", "RX1"]);
    assert_eq!(faults(&checked), [(4, "organisation")]);
    assert_eq!(checked.rejected_people, [(0.into(), "3".to_owned()), (1.into(), "3".to_owned())]);
    assert!(!checked.rejected_unknown);
}

#[test]
fn a_leave_date_that_is_none_may_be_left_empty() {
    let header = "employee_number,last_name,start_date,leave_date\n";
    for value in ["N/A", "-", "none"] {
        let checked = staff(format!("{header}1,Ito,{value},\n2,Roy,2020-01-01,{value}\n")).unwrap();
        let reasons: Vec<&str> = checked.rejected.iter().map(|remark| remark.reason.as_str()).collect();
        let written = format!("{value} is not a date: write it like 22/11/2026, 2026-11-22 or 22-Nov-2026");
        assert_eq!(reasons, [written.clone(), format!("{written}, or leave it empty")]);
    }
}

#[test]
fn open_and_impossible_dates_are_told_apart() {
    let content = "employee_number,last_name,start_date,leave_date\n1,Ito,31/12/4712,\n2,Roy,2020-01-01,31/12/9999\n3,Ali,2020-01-01,2019-12-31\n4,Lee,2020-01-01,2020-01-01\n5,Fox,46000,\n";
    let checked = staff(content).unwrap();
    assert_eq!(faults(&checked), [(2, "start_date"), (4, "leave_date"), (6, "start_date")]);
    assert_eq!(checked.rows[0].1.leave_on, None);
    assert_eq!(checked.rows[1].1.leave_on, Some(day("2020-01-01")));
}

#[test]
fn a_file_put_right_ends_in_reason() {
    let checked = staff("employee_number,last_name,start_date,reason\n1,Ito,2020-01-01,was wrong\n").unwrap();
    assert!(checked.ends_in_reason);
    assert!(checked.ignored_columns.is_empty());
}

#[test]
fn a_missing_repeated_or_absent_header_refuses_the_file() {
    let cases = [
        ("employee_number,last_name,email\n1,Ito,\n", "start_date"),
        ("employee_number,last_name,start_date,Last Name\n1,Ito,2020-01-01,x\n", "Last Name"),
        ("a,b,c\n1,2,3\n", "no header row"),
        ("employee_number,last_name,start_date\n", "nothing below"),
        ("employee_number,last_name,start_date\nTotal,,\n", "nothing below"),
        ("", "empty"),
    ];
    for (content, expected) in cases {
        let error = staff(content).unwrap_err().to_string();
        assert!(error.contains(expected), "{content:?}: {error}");
    }
}

#[test]
fn the_canonical_name_wins_and_of_two_aliases_the_first() {
    let checked = staff("Surname,employee_number,last_name,start_date\nWrong,1,Right,2020-01-01\n").unwrap();
    assert_eq!(checked.rows[0].1.person.last_name, "Right");
    assert_eq!(checked.ignored_columns, ["Surname"]);
    assert!(checked.warnings.is_empty());
    let checked =
        staff("employee_number,Surname,Family Name,start_date\n1,First,Second,2020-01-01\n").unwrap();
    assert_eq!(checked.rows[0].1.person.last_name, "First");
    assert_eq!(checked.warnings.len(), 1);
    assert_eq!((checked.warnings[0].line, checked.warnings[0].column.as_str()), (1, "Family Name"));
}

#[test]
fn a_map_file_adds_headers_and_its_mistakes_are_named() {
    let file = ScratchFile::new("staff.csv", "Payroll No,Nachname,start_date\n1,Ito,2020-01-01\n");
    let read = |map: &str| {
        let map = ScratchFile::new("map.toml", map);
        let options = ReadOptions { map: Some(map.path().to_owned()), ..ReadOptions::default() };
        crate::import::read::<StaffLists>(file.path(), &options, &TestContext::new().known())
    };
    let checked = read(
        "[staff]\n\"Payroll No\" = \"employee_number\"\n\"nach-name\" = \"last_name\"\n[bookings]\n\"a\" = \"b\"\n",
    );
    assert_eq!(numbers(&checked.unwrap()), ["1"]);
    for (map, expected) in [
        ("[staff]\n\"Payroll No\" = \"payroll\"\n", "no column payroll"),
        ("[people]\n\"a\" = \"b\"\n", "[people] is not a kind"),
        ("\"a\" = \"b\"\n", "table for each kind"),
        ("[staff\n", "table for each kind"),
    ] {
        let error = read(map).unwrap_err().to_string();
        assert!(error.contains(expected), "{map}: {error}");
    }
}
