//! A matrix: people down, courses across, dates in the cells (spec 3.2), as people keep them.

use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};

use crate::support::program::Folder;

const POLICY: &str = "[[course]]\ncode = 'SGC-L1'\ntitle = 'Safeguarding Children Level 1'\nvalid_months = 36\n\
     [[course]]\ncode = 'SGC-L2'\ntitle = 'Safeguarding Children Level 2'\nvalid_months = 36\n\
     aliases = ['NHS|CSTF|Safeguarding Children - Level 2 - 3 Years|']\n\
     [[course]]\ncode = 'SGA-L1'\ntitle = 'Safeguarding Adults Level 1'\nvalid_months = 12\n\
     [[course]]\ncode = 'PREV'\ntitle = 'Prevent Awareness'\n\
     [[requirement]]\ncourse = 'SGC-L1'\n[[requirement]]\ncourse = 'SGA-L1'\n";

/// Ann, Ben, two people called Cy Day, and Zoë, on 24 November 2026.
fn trust() -> Folder {
    let folder = Folder::new();
    folder.write("policy.toml", POLICY);
    folder.write(
        "staff.csv",
        "employee_number,first_name,last_name,email,start_date,unit\n\
         00101,Ann,Archer,ann@example.org,2020-01-01,Surgery\n00102,Ben,O\u{2019}Brien,ben@example.org,2020-01-01,Surgery\n\
         00103,Cy,Day,cy@example.org,2020-01-01,Medicine\n00104,Cy,Day,,2020-01-01,Medicine\n\
         00105,Zo\u{eb},Ito-Bell,zoe@example.org,2020-01-01,Medicine\n",
    );
    folder.run("import staff staff.csv").ended(0);
    folder
}

/// Every record: number, course, day of completion, expiry.
fn records(folder: &Folder) -> Vec<String> {
    let mut found = Vec::new();
    for number in ["00101", "00102", "00103", "00104", "00105"] {
        let person = folder.run(&format!("--json person export {number}")).ended(0).json();
        for record in person["records"].as_array().unwrap_or_else(|| panic!("{person:#}")) {
            let of = |key: &str| record[key].as_str().unwrap_or("-").to_owned();
            found.push(format!("{number} {} {} {}", of("course"), of("completed_on"), of("expires_on")));
        }
    }
    found.sort();
    found
}

/// The report of an import that ended so, and its faults: line, column and value.
fn import(folder: &Folder, status: i32, words: &str) -> (Value, Vec<String>) {
    let report = folder.run(&format!("--json import training {words}")).ended(status).json();
    let faults = report["rejected"].as_array().unwrap().iter();
    let faults = faults.map(|fault| {
        format!(
            "{} {} {}",
            fault["line"],
            fault["column"].as_str().unwrap(),
            fault["value"].as_str().unwrap()
        )
    });
    let faults = faults.collect();
    (report, faults)
}

#[test]
fn each_date_is_a_completion_and_each_other_word_rejects_its_cell() {
    let folder = trust();
    folder.write(
        "matrix.csv",
        "Mandatory training 2026,,,,,\nSurgery,,,,,\n\
         Employee Number,Name,SGC-L1,Safeguarding Children (Level 2),Prevent Awareness,Fire Safety\n\
         00101,Ann Archer,12/03/2025,n/a,-,01/01/2026\n\
         00102,Ben,Expired 03/2024,2024-05-06,x,\n\
         00103,Cy Day,Yes,45123,31/02/2025,TRUE\n\
         00999,Who,01/02/2025,02/02/2025,,\n\
         00105,Zoe,,N/A,\u{2013},\n\
         ,,,,,\nTotal,,3,2,1,0\n,Compliance %,75%,50%,,\n",
    );
    let (report, faults) = import(&folder, 4, "matrix.csv");
    assert_eq!(
        faults,
        [
            "5 SGC-L1 Expired 03/2024",
            "6 SGC-L1 Yes",
            "6 Safeguarding Children (Level 2) 45123",
            "6 Prevent Awareness 31/02/2025",
            "7 Employee Number 00999",
        ]
    );
    let counts = ["rows", "applied", "unchanged", "records_added"].map(|key| report[key].as_u64().unwrap());
    assert_eq!(counts, [5, 1, 1, 2], "{report:#}");
    let reason = report["rejected"][0]["reason"].as_str().unwrap();
    assert!(reason.starts_with("00102, SGC-L1: Expired 03/2024 is not a date"), "{reason}");
    assert_eq!(records(&folder), ["00101 SGC-L1 2025-03-12 -", "00102 SGC-L2 2024-05-06 -"]);
    // The rejected rows, put right, are the same matrix: what was taken is known, what was rejected comes in.
    let rejected = folder.read("matrix.csv.rejected.csv");
    assert_eq!(rejected.lines().count(), 4, "{rejected}");
    let right = rejected.replace("Expired 03/2024", "01/03/2021").replace("00999", "00104");
    let right = right.replace("Yes", "").replace("45123", "").replace("31/02/2025", "28/02/2025");
    folder.write("right.csv", right);
    let (report, _) = import(&folder, 0, "right.csv");
    assert_eq!(report["records_added"], 4, "{report:#}");
    let (report, _) = import(&folder, 0, "right.csv --force");
    assert_eq!((&report["applied"], &report["unchanged"]), (&json!(0), &json!(3)));
}

#[test]
fn people_are_named_by_number_address_or_a_name_that_one_in_post_has() {
    let folder = trust();
    for (name, content, faults) in [
        (
            "addresses",
            "E-mail Address,SGC-L1,PREV\nBEN@example.org,01/02/2025,\nnobody@example.org,01/02/2025,\n",
            &["3 E-mail Address nobody@example.org"][..],
        ),
        (
            "names",
            "Staff Name,SGC-L1,PREV\n\"O'Brien, Mr Ben\",01/02/2024,\nZo\u{eb} Ito-Bell,,01/02/2024\nCy Day,01/02/2024,\n\
             Zed,01/02/2024,\n",
            &["4 Staff Name Cy Day", "5 Staff Name Zed"],
        ),
        (
            "parts",
            "Surname,Forename,SGC-L1,PREV\nArcher,Ann,01/02/2023,\nArcher,Anne,01/02/2023,\n",
            &["3 Surname Anne Archer"],
        ),
        // The number first, and what else names the person where it is missing.
        (
            "both",
            "Staff Number,Name,SGC-L1,PREV\n00103,Cy Day,01/02/2022,\n,Ann Archer,01/02/2022,\n,Cy Day,01/02/2022,\n",
            &["4 Name Cy Day"],
        ),
    ] {
        folder.write(&format!("{name}.csv"), content);
        let (_, found) = import(&folder, 4, &format!("{name}.csv"));
        assert_eq!(found, faults, "{name}");
    }
    assert_eq!(
        records(&folder),
        [
            "00101 SGC-L1 2022-02-01 -",
            "00101 SGC-L1 2023-02-01 -",
            "00102 SGC-L1 2024-02-01 -",
            "00102 SGC-L1 2025-02-01 -",
            "00103 SGC-L1 2022-02-01 -",
            "00105 PREV 2024-02-01 -",
        ]
    );
}

#[test]
fn a_header_of_two_rows_is_read_as_one() {
    let folder = trust();
    for (name, content, expected) in [
        // The level below the subject, merged cells being blank.
        (
            "levels",
            "Employee No,Name,Safeguarding Children,,Safeguarding Adults\n,,Level 1,Level 2,Level 1\n00101,Ann,01/01/2025,02/01/2025,03/01/2025\n",
            &["SGA-L1 2025-01-03 -", "SGC-L1 2025-01-01 -", "SGC-L2 2025-01-02 -"][..],
        ),
        // Who it is about stands in the second row.
        (
            "below",
            ",,Safeguarding Children,,Safeguarding Adults\nEmployee No,Name,Level 1,Level 2,Level 1\n00101,Ann,01/01/2025,,03/01/2025\n",
            &["SGA-L1 2025-01-03 -", "SGC-L1 2025-01-01 -"],
        ),
        // Completion and expiry below each course.
        (
            "pairs",
            "Employee No,Name,SGC-L1,,SGA-L1,\n,,Completed,Expires,Date completed,Expiry date\n00101,Ann,01/01/2025,31/12/2027,,\n00102,Ben,,,02/01/2025,n/a\n",
            &["SGC-L1 2025-01-01 2027-12-31", "00102 SGA-L1 2025-01-02 -"],
        ),
        // In one row.
        (
            "labels",
            "Employee No,SGC-L1 Completed,SGC-L1 Expires,PREV - Date Completed\n00101,01/01/2025,31/12/2027,05/01/2025\n",
            &["PREV 2025-01-05 -", "SGC-L1 2025-01-01 2027-12-31"],
        ),
    ] {
        let folder = if name == "levels" { &folder } else { &trust() };
        folder.write(&format!("{name}.csv"), content);
        let (report, _) = import(folder, 0, &format!("{name}.csv"));
        let found = records(folder);
        let expected: Vec<String> = expected
            .iter()
            .map(
                |record| {
                    if record.starts_with("00") { (*record).to_owned() } else { format!("00101 {record}") }
                },
            )
            .collect();
        assert_eq!(found, expected, "{name}: {report:#}");
    }
}

#[test]
fn dates_that_may_be_expiries_are_never_taken_for_completions() {
    let folder = trust();
    let said = |words: &str, content: &str| {
        folder.write("m.csv", content);
        let ran = folder.run(&format!("import training m.csv {words}"));
        (ran.status, ran.err)
    };
    let plain = "Employee No,SGC-L1,SGA-L1\n00101,01/01/2028,02/02/2027\n00102,03/03/2029,04/04/2024\n";
    for (content, told) in [
        (plain.to_owned(), "3 of its 4 dates are in the future"),
        (
            format!("Expiry dates of training,,\n{}", plain.replace("202", "201")),
            "speaks of expiries above its header",
        ),
        (
            "Employee No,SGC-L1 Expires,SGA-L1 Expires\n00101,01/01/2024,\n".to_owned(),
            "by their expiry alone",
        ),
        // What stands below a course and is not understood may be anything.
        (
            "Employee No,SGC-L1,,PREV\n,Booked,Score,Venue\n00101,01/01/2024,5,01/01/2024\n".to_owned(),
            "says of no course",
        ),
        ("Employee No,SGC-L1,sgc-l1\n00101,01/01/2024,01/01/2025\n".to_owned(), "twice"),
        (
            "Employee No,SGC-L1,Safeguarding Children Level 1\n00101,01/01/2024,01/01/2025\n".to_owned(),
            "twice",
        ),
    ] {
        let (status, err) = said("", &content);
        assert!(status == 1 && err.contains(told), "{status}: {err}\n{content}");
    }
    assert_eq!(records(&folder), [] as [&str; 0]);
    let (status, err) = said("--cells expires", plain);
    assert_eq!(status, 0, "{err}");
    // The validity before, cut to the month's end.
    assert_eq!(
        records(&folder),
        [
            "00101 SGA-L1 2026-02-02 2027-02-02",
            "00101 SGC-L1 2025-01-01 2028-01-01",
            "00102 SGA-L1 2023-04-04 2024-04-04",
            "00102 SGC-L1 2026-03-03 2029-03-03",
        ]
    );
    let (status, err) =
        said("--cells expires", "Employee No,SGC-L1,PREV\n00103,31/12/4712,01/01/2024\n00104,29/02/2028,\n");
    assert_eq!(status, 4, "{err}");
    assert!(err.contains("never lapses") && err.contains("means no date"), "{err}");
    assert!(
        records(&folder).contains(&"00104 SGC-L1 2025-02-28 2028-02-29".to_owned()),
        "{:?}",
        records(&folder)
    );
    let (status, _) = said(
        "--cells completed",
        "Employee No,SGC-L1,SGA-L1\n00105,01/01/2028,02/02/2027\n00105,03/01/2028,\n",
    );
    assert_eq!(status, 0);
    let (_, err) = said("--cells completed", "employee_number,course,completed_on\n00105,PREV,2020-01-01\n");
    assert!(err.contains("this file is none"), "{err}");
}

#[test]
fn a_workbook_with_merged_titles_and_date_cells_is_read() {
    let folder = trust();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (bold, day) = (Format::new().set_bold(), Format::new().set_num_format("dd/mm/yyyy"));
    sheet.merge_range(0, 0, 0, 4, "Training matrix", &bold).unwrap();
    sheet.merge_range(1, 2, 1, 3, "Safeguarding Children", &bold).unwrap();
    sheet.write(1, 4, "Safeguarding Adults").unwrap();
    for (column, header) in (0u16..).zip(["Staff Number", "Staff Name", "Level 1", "Level 2", "Level 1"]) {
        sheet.write(2, column, header).unwrap();
    }
    let on = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    sheet.write(3, 0, "00101").unwrap();
    sheet.write_datetime_with_format(3, 2, on("2025-06-07"), &day).unwrap();
    sheet.write(3, 3, true).unwrap();
    sheet.write(3, 4, 45_000).unwrap();
    sheet.write(4, 0, "00102").unwrap();
    sheet.merge_range(4, 2, 4, 3, "08/06/2025", &bold).unwrap();
    sheet.write(6, 2, "updated by HR").unwrap();
    book.save(folder.file("matrix.xlsx")).unwrap();
    let (report, faults) = import(&folder, 4, "matrix.xlsx");
    assert_eq!(
        faults,
        [
            "4 Safeguarding Children - Level 2 TRUE",
            "4 Safeguarding Adults - Level 1 45000",
            "5 Safeguarding Children - Level 2 ",
        ],
        "{report:#}"
    );
    assert_eq!(records(&folder), ["00101 SGC-L1 2025-06-07 -"]);
    assert!(report["warnings"].to_string().contains("taken for a note"), "{report:#}");
}

#[test]
fn what_names_too_few_courses_is_refused_with_what_may_be_meant() {
    let folder = trust();
    folder.write("m.csv", "Employee No,Email,Safeguarding Childern Level 1,SGA-L1\n00101,,01/01/2025,\n");
    let err = folder.run("import training m.csv").ended(1).err;
    assert!(
        err.contains("is Safeguarding Childern Level 1 meant for Safeguarding Children Level 1?"),
        "{err}"
    );
    folder.write(
        "m.csv",
        "Employee No,Safeguarding Childern Level 2,SGC-L1,SGA-L1\n00101,01/01/2025,,02/01/2025\n",
    );
    let (report, _) = import(&folder, 0, "m.csv");
    let warned = report["warnings"][0]["warning"].as_str().unwrap();
    assert!(warned.contains("if it is meant for Safeguarding Children Level 2"), "{report:#}");
    assert_eq!(records(&folder), ["00101 SGA-L1 2025-01-02 -"]);
    // A date that stands below nothing may be anything.
    folder.write("m.csv", "Employee No,SGC-L1,,PREV\n00104,,01/01/2025,\n00104,,02/01/2025,\n");
    let (report, _) = import(&folder, 0, "m.csv");
    assert_eq!(report["warnings"].as_array().unwrap().len(), 1, "{report:#}");
    assert!(report["warnings"].to_string().contains("column C has no header"), "{report:#}");
    // With semicolons and a column that a map leaves out.
    folder.write("map.toml", "[training]\n'SGC-L1' = ''\n");
    folder.write("m.csv", "Employee No;SGC-L1;SGA-L1;PREV\n00102;01/01/2025;02/01/2025;oops\n");
    let (_, faults) = import(&folder, 4, "m.csv --map map.toml");
    assert_eq!(faults, ["2 PREV oops"]);
    assert_eq!(records(&folder)[1..], ["00102 SGA-L1 2025-01-02 -"]);
    assert!(folder.read("m.csv.rejected.csv").contains("00102,01/01/2025,02/01/2025,oops"));
}

#[test]
fn what_staff_writes_as_a_matrix_comes_back_as_it_was() {
    let folder = trust();
    folder.write(
        "training.csv",
        "employee_number,course,completed_on,certificate\n00101,SGC-L1,2020-01-01,A\n00101,SGC-L1,2024-02-02,B\n\
         00101,PREV,2019-01-01,\n00103,SGA-L1,2026-03-03,\n00104,SGA-L1,2027-01-01,\n",
    );
    folder.run("import training training.csv").ended(0);
    let before = records(&folder);
    for form in ["csv", "xlsx"] {
        folder.run(&format!("staff --matrix --output out.{form}")).ended(0);
        let (report, faults) = import(&folder, 0, &format!("out.{form}"));
        assert_eq!((&report["rows"], &report["unchanged"]), (&json!(5), &json!(5)), "{report:#}");
        assert_eq!(faults, [] as [&str; 0]);
    }
    assert_eq!(records(&folder), before);
    let written = folder.read("out.csv");
    let lines: Vec<&str> = written.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines[..2],
        [
            "organisation,employee_number,full_name,unit,Safeguarding Children Level 1,Safeguarding Children Level 2,\
             Safeguarding Adults Level 1,Prevent Awareness",
            "RXX,00101,Ann Archer,Surgery,2024-02-02,,,2019-01-01",
        ]
    );
    // As at an earlier day; and in another register everything comes in anew.
    folder.run("staff --matrix --as-at 2023-01-01 --course SGC-L1 --output then.csv").ended(0);
    assert!(folder.read("then.csv").contains("Surgery,2020-01-01"));
    let other = trust();
    other.write("out.csv", &written);
    let (report, _) = import(&other, 0, "out.csv");
    assert_eq!(report["records_added"], 3, "{report:#}");
    folder.run("staff --matrix").ended(2);
}

/// Every person's states.
fn states(folder: &Folder) -> Value {
    folder.run("--json staff").ended(0).json()
}

#[test]
fn everybody_stands_as_before_once_a_matrix_that_was_written_is_read_into_another_register() {
    for records in [
        // By their own expiry somebody lapsed sooner than by the course's validity, and somebody not yet.
        "00101,SGC-L1,2025-03-01,2026-03-01\n00102,SGC-L1,2025-03-01,\n00103,SGC-L1,2022-03-01,2030-01-01\n",
        // The newest completion is not the one that counts longest.
        "00101,SGC-L1,2024-01-01,2030-01-01\n00101,SGC-L1,2026-01-01,2026-06-01\n",
        "00101,SGC-L1,2024-01-01,\n00101,SGC-L1,2026-01-01,2026-06-01\n00102,SGA-L1,2020-01-01,2020-06-01\n",
        "00101,SGA-L1,2020-01-01,2027-01-10\n00102,SGC-L2,2025-01-01,2026-01-01\n00103,PREV,2020-01-01,2021-01-01\n",
        "00101,SGC-L1,2026-06-01,\n",
        "00101,SGC-L1,2026-06-01,2027-06-01\n00101,SGC-L1,2027-01-01,2031-01-01\n",
    ] {
        let folder = trust();
        folder.write("t.csv", format!("employee_number,course,completed_on,expires_on\n{records}"));
        folder.run("import training t.csv").ended(0);
        for form in ["csv", "xlsx"] {
            folder.run(&format!("staff --matrix --output out.{form}")).ended(0);
            let other = trust();
            std::fs::copy(folder.file(&format!("out.{form}")), other.file(&format!("out.{form}"))).unwrap();
            let (report, _) = import(&other, 0, &format!("out.{form}"));
            assert_eq!(states(&other), states(&folder), "{records}{report:#}");
            // And nothing is lost of what the register that wrote it has.
            let before = self::records(&folder);
            import(&folder, 0, &format!("out.{form}"));
            assert_eq!(self::records(&folder), before, "{records}");
        }
    }
}

#[test]
fn the_list_of_states_is_no_list_of_completions() {
    let folder = trust();
    folder.write(
        "t.csv",
        "employee_number,course,completed_on,expires_on\n00101,SGC-L1,2025-03-01,2026-03-01\n",
    );
    folder.run("import training t.csv").ended(0);
    folder.run("staff --output list.csv").ended(0);
    let told = folder.run("import training list.csv").ended(1).err;
    assert!(told.contains("refresher staff --matrix"), "{told}");
    assert_eq!(records(&folder), ["00101 SGC-L1 2025-03-01 2026-03-01"]);
}

#[test]
fn an_expiry_that_is_known_stays_where_a_matrix_has_those_of_other_courses_alone() {
    let folder = trust();
    folder.write(
        "t.csv",
        "employee_number,course,completed_on,expires_on\n00101,SGC-L1,2025-03-01,2026-03-01\n00101,SGA-L1,2026-03-01,2026-09-01\n",
    );
    folder.run("import training t.csv").ended(0);
    folder.write("m.csv", "Employee No,SGC-L1,Expires,SGA-L1\n00101,2025-03-01,2026-04-01,2026-03-01\n");
    import(&folder, 0, "m.csv");
    // Of what was corrected the version before is known, too.
    let after = records(&folder);
    assert_eq!(after[0], "00101 SGA-L1 2026-03-01 2026-09-01");
    assert_eq!(after[1..], ["00101 SGC-L1 2025-03-01 2026-03-01", "00101 SGC-L1 2025-03-01 2026-04-01"]);
}
