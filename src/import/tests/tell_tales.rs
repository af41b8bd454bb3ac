//! Columns of training records and staff lists that decide: whether something was completed, until when it holds, who leaves.

use super::*;
use crate::sample::day;

/// What a file of one training record with this further column comes to: whether it counts, and how many rows are rejected.
fn with_column(header: &str, cell: &str) -> (usize, u64, u64) {
    let content = format!("Employee Number,Course,Completion Date,{header}\n7,SGC-L2,12/03/2025,{cell}\n");
    let checked = training(content).unwrap_or_else(|error| panic!("{error}\n{header}"));
    assert_adds_up(&checked);
    (checked.rows.len(), checked.skipped.total(), checked.rejected_lines())
}

const COUNTS: (usize, u64, u64) = (1, 0, 0);
const IS_NONE: (usize, u64, u64) = (0, 1, 0);
const REJECTED: (usize, u64, u64) = (0, 0, 1);

#[test]
fn every_column_that_says_whether_it_was_completed_is_read() {
    for header in [
        "Enrolment Status",
        "Enrollment Status",
        "Booking Status",
        "Delegate Status",
        "Learner Status",
        "Success Status",
        "Competency Status",
    ] {
        for (cell, expected) in
            [("Completed", COUNTS), ("Failed", IS_NONE), ("Did not attend", IS_NONE), ("Perhaps", REJECTED)]
        {
            assert_eq!(with_column(header, cell), expected, "{header}: {cell}");
        }
    }
    for header in ["Passed", "Pass/Fail", "Attended"] {
        for (cell, expected) in [
            ("Yes", COUNTS),
            ("Y", COUNTS),
            ("TRUE", COUNTS),
            ("No", IS_NONE),
            ("n", IS_NONE),
            ("FALSE", IS_NONE),
        ] {
            assert_eq!(with_column(header, cell), expected, "{header}: {cell}");
        }
    }
    for (cell, expected) in
        [("100%", COUNTS), ("100", COUNTS), ("50%", IS_NONE), ("0", IS_NONE), ("most", REJECTED)]
    {
        assert_eq!(with_column("Completion %", cell), expected, "{cell}");
    }
    for (cell, expected) in [("Green", COUNTS), ("Red", IS_NONE), ("Striped", REJECTED)] {
        assert_eq!(with_column("RAG Rating", cell), expected, "{cell}");
    }
    for header in ["Did Not Attend", "Cancelled", "Failed", "No Show", "Withdrawn", "not_completed"] {
        for (cell, expected) in [
            ("Yes", IS_NONE),
            ("x", IS_NONE),
            ("TRUE", IS_NONE),
            ("1", IS_NONE),
            ("Failed", IS_NONE),
            ("No", COUNTS),
            ("", COUNTS),
            ("n/a", COUNTS),
            ("12/03/2025", REJECTED),
        ] {
            assert_eq!(with_column(header, cell), expected, "{header}: {cell}");
        }
    }
}

#[test]
fn a_level_of_none_is_no_completion() {
    for (level, expected) in [
        ("0 - Not assessed", IS_NONE),
        ("0", IS_NONE),
        ("0 - None", IS_NONE),
        ("Not assessed", IS_NONE),
        ("In training", IS_NONE),
        ("Not Applicable", IS_NONE),
        ("1 - Attended", COUNTS),
        ("2", COUNTS),
        ("", COUNTS),
    ] {
        assert_eq!(with_column("Proficiency Level", level), expected, "{level}");
    }
}

#[test]
fn of_several_columns_that_decide_each_that_says_no_is_enough() {
    for (headers, cells, expected) in [
        ("Failed,Cancelled", "No,Yes", IS_NONE),
        ("Failed,Cancelled", "No,", COUNTS),
        ("Completion Status,Attended", "Completed,No", IS_NONE),
        // Whoever has completed is enrolled still; who gave the place up has not.
        ("Enrolment Status,Completion Status", "Enrolled,Completed", COUNTS),
        ("Enrolment Status,Completion Status", "Enrolled,Failed", IS_NONE),
        ("Completion Status,Booking Status", "Completed,Booked", COUNTS),
        ("Completion Status,Booking Status", "Completed,Cancelled", IS_NONE),
        ("Booking Status,Attended", "Booked,Yes", COUNTS),
        ("Booking Status,Completed", "Booked,Yes", COUNTS),
    ] {
        assert_eq!(with_column(headers, cells), expected, "{headers}: {cells}");
    }
}

#[test]
fn every_header_of_an_expiry_is_read() {
    for header in [
        "Expiration Date",
        "Valid To",
        "Date of Expiry",
        "Certification Expiry Date",
        "Time Expires",
        "Renewal Date",
    ] {
        let content =
            format!("Employee Number,Course,Completion Date,{header}\n7,SGC-L2,12/03/2025,11/03/2026\n");
        assert_eq!(training(content).unwrap().rows[0].1.expires_on, Some(day("2026-03-11")), "{header}");
    }
}

#[test]
fn every_header_of_a_last_day_is_read_where_that_is_safe() {
    for (header, expected) in [
        ("Date Left", true),
        ("Leaving Date", true),
        ("Date of Leaving", true),
        ("Last Working Day", true),
        ("Employment End Date", true),
        ("End Date", false),
        ("Effective End Date", false),
        ("Contract End Date", false),
    ] {
        let list =
            staff(format!("Employee Number,Last Name,Start Date,{header}\n7,Archer,01/01/2020,30/11/2026\n"));
        let list = list.unwrap();
        assert_eq!(list.rows[0].1.leave_on.is_some(), expected, "{header}");
        let told: Vec<&str> = list.warnings.iter().map(|warning| warning.reason.as_str()).collect();
        let is_told = told
            .iter()
            .any(|told| told.contains("[staff]") && told.contains(&format!("\"{header}\" = \"\"")));
        assert_eq!(is_told, !expected, "{header}: {told:?}");
    }
}

#[test]
fn a_header_that_speaks_of_what_decides_and_is_not_read_is_warned_about() {
    for (header, column) in [
        ("Assessment outcome", "status"),
        ("Licence expiry", "expires_on"),
        ("Reason for cancellation", "status"),
    ] {
        let content = format!("Employee Number,Course,Completion Date,{header}\n7,SGC-L2,12/03/2025,?\n");
        let warnings = training(content).unwrap().warnings;
        let told = format!("[training] \"{header}\" = \"{column}\"; if it is not, with \"{header}\" = \"\"");
        assert!(warnings.iter().any(|warning| warning.reason.ends_with(&told)), "{header}: {warnings:?}");
    }
    let map = ScratchFile::new("m.toml", "[training]\n'Assessment outcome' = ''\n");
    let options = ReadOptions { map: Some(map.path().into()), ..ReadOptions::default() };
    let file = ScratchFile::new(
        "t.csv",
        "Employee Number,Course,Completion Date,Assessment outcome\n7,SGC-L2,12/03/2025,?\n",
    );
    let known = TestContext::new();
    let checked = crate::import::read::<TrainingRecords>(file.path(), &options, &known.known()).unwrap();
    assert_eq!(checked.warnings, []);
}

#[test]
fn a_name_that_says_what_became_of_it_is_not_suggested_for_a_course() {
    for (name, never) in [
        ("Safeguarding Children Level 2 - Failed", "alias add"),
        ("Safeguarding Children Level 2 - Booked", "alias add"),
        ("Safeguarding Children Level 2 (cancelled)", "alias add"),
        ("Safeguarding Children Level 2 - not completed", "alias add"),
        ("SGC-L9", "did you mean"),
    ] {
        let content = format!("Employee Number,Course,Completion Date\n7,{name},12/03/2025\n");
        let checked = training(content).unwrap();
        let reason = &checked.rejected[0].reason;
        assert!(!reason.contains(never), "{name}: {reason}");
        let matrix =
            ScratchFile::new("m.csv", format!("Employee Number,SGC-L2,SGA-L1,{name}\n7,12/03/2025,,\n"));
        let checked = super::matrix::matrix(matrix.path(), None).unwrap();
        let told = |warning: &Remark| warning.reason.contains("policy alias add");
        assert!(!checked.warnings.iter().any(told), "{name}: {:?}", checked.warnings);
    }
}
