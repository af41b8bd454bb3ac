//! Files with several columns of one meaning, with columns of parts of courses, and with columns that say no: nobody is
//! trained by the one that was read for the one that was not.

use super::*;
use crate::sample::day;

/// Rows taken, skipped and rejected of a file of training records with this row under this header, behind number and course.
fn with(headers: &str, cells: &str) -> (usize, u64, u64) {
    let checked = training(format!("Employee Number,Course Name,{headers}\n7,SGC-L2,{cells}\n"))
        .unwrap_or_else(|error| panic!("{error}\n{headers}"));
    assert_adds_up(&checked);
    (checked.rows.len(), checked.skipped.total(), checked.rejected_lines())
}

const COUNTS: (usize, u64, u64) = (1, 0, 0);
const IS_NONE: (usize, u64, u64) = (0, 1, 0);
const REJECTED: (usize, u64, u64) = (0, 0, 1);

#[test]
fn one_column_that_says_no_is_enough_and_an_unknown_word_in_any_rejects() {
    for (headers, cells, expected) in [
        ("RAG,Compliant", "Amber,No", IS_NONE),
        ("RAG,Compliant", "Amber,Yes", COUNTS),
        ("RAG,Compliant", "Amber,", COUNTS),
        ("RAG,Compliant", "Amber,Striped", REJECTED),
        ("Rating Level,Proficiency Level", "1 - Attended,0 - Not assessed", IS_NONE),
        ("Rating Level,Proficiency Level", "1 - Attended,2", COUNTS),
        ("Status,Outcome", ",Passed", COUNTS),
        ("Status,Outcome", ",Failed", IS_NONE),
        ("Status,Outcome", ",Referred", REJECTED),
        ("Status,Outcome", "Completed,Referred", REJECTED),
        ("Status,Outcome", "Completed,Pending", REJECTED),
        ("Status,Result", "Completed,85", COUNTS),
        ("Incomplete,Score", "Yes,1", IS_NONE),
        ("Booked,Enrolled", "Yes,", IS_NONE),
        ("Booked,Enrolled", ",Yes", IS_NONE),
        ("Booked,Enrolled", "No,01/02/2025", COUNTS),
        ("Enrolled,Status", "Yes,Completed", COUNTS),
    ] {
        let found = with(&format!("Completion Date,{headers}"), &format!("01/03/2025,{cells}"));
        assert_eq!(found, expected, "{headers}: {cells}");
    }
}

#[test]
fn of_two_days_of_completion_that_differ_none_is_taken() {
    for (headers, cells, expected) in [
        ("Completion Date,Date Achieved", "01/03/2025,01/03/2025", COUNTS),
        ("Completion Date,Date Achieved", "01/03/2025,", COUNTS),
        ("Completion Date,Date Achieved", "01/03/2025,02/03/2025", REJECTED),
        ("Activity Completion Date,Course Completion Date", "01/03/2025,", REJECTED),
        ("Activity Completion Date,Course Completion Date", "01/03/2025,04/03/2025", COUNTS),
        ("completed_on,Date Achieved", "01/03/2025,02/03/2025", COUNTS),
        ("Completion Date,Completed", "01/03/2025,Yes", COUNTS),
    ] {
        assert_eq!(with(headers, cells), expected, "{headers}: {cells}");
    }
}

#[test]
fn of_several_expiries_the_earliest_counts() {
    for (headers, cells, expected) in [
        ("Certificate Expiry Date,Course Expiry Date", ",01/03/2026", "2026-03-01"),
        ("Certificate Expiry Date,Course Expiry Date", "01/03/2035,01/03/2026", "2026-03-01"),
        ("Certificate Expiry Date,Course Expiry Date", "01/03/2026,01/03/2035", "2026-03-01"),
        ("Certificate Expiry Date,Course Expiry Date", "01/03/2027,no expiry", "2027-03-01"),
        ("expires_on,Expiry Date", ",01/03/2026", "2026-03-01"),
        ("expires_on,Expiry Date", "01/03/2028,01/03/2026", "2028-03-01"),
    ] {
        let checked = training(format!(
            "Employee Number,Course Name,Completion Date,{headers}\n7,SGC-L2,01/03/2025,{cells}\n"
        ))
        .unwrap();
        assert_eq!(checked.rows[0].1.expires_on, Some(day(expected)), "{headers}: {cells}");
    }
}

#[test]
fn a_part_of_a_course_does_not_complete_it() {
    for header in [
        "Module Name",
        "Module Title",
        "Session Name",
        "Topic",
        "Section Title",
        "Chapter",
        "Learning Object",
    ] {
        let headers = format!("{header},Completion Date");
        assert_eq!(with(&headers, "Module 1: Introduction,01/03/2025"), REJECTED, "{header}");
        assert_eq!(with(&headers, ",01/03/2025"), COUNTS, "{header}");
    }
    // Before the course, or alone.
    for content in [
        "Employee Number,Module Name,Course Name,Completion Date\n7,Module 1,SGC-L2,01/03/2025\n",
        "Employee Number,Module Name,Completion Date\n7,Module 1,01/03/2025\n",
    ] {
        assert_eq!(training(content).unwrap().rejected_lines(), 1, "{content}");
    }
    for header in ["Module Name", "Module Title"] {
        let alone =
            training(format!("Employee Number,{header},Completion Date\n7,SGC-L2,01/03/2025\n")).unwrap();
        assert_eq!(alone.rows.len(), 1, "{header}");
    }
}

/// Places booked, and of them those given up, of a file with this further column.
fn booked(header: &str, cell: &str) -> Vec<bool> {
    let content = format!("Employee Number,Course,Course Date,{header}\n7,SGC-L2,01/02/2027,{cell}\n");
    let file = ScratchFile::new("bookings.csv", content);
    let checked = crate::import::read::<BookedPlaces>(
        file.path(),
        &ReadOptions::default(),
        &TestContext::new().known(),
    )
    .unwrap();
    checked.rows.iter().map(|(_, row)| row.cancelled).collect()
}

#[test]
fn a_place_that_nobody_took_is_given_up() {
    for header in ["Did Not Attend", "DNA", "No Show", "Withdrawn", "Cancelled", "Booking Cancelled"] {
        for (cell, expected) in [("Yes", true), ("No", false), ("", false)] {
            assert_eq!(booked(header, cell), [expected], "{header}: {cell}");
        }
    }
    assert_eq!(booked("Cancelled,DNA", "No,Yes"), [true]);
    assert_eq!(booked("Cancelled,Booking Cancelled", "No,Yes"), [true]);
}

fn exemptions(content: &str) -> Result<CheckedFile<ExemptionRow>, ImportError> {
    let file = ScratchFile::new("exemptions.csv", content);
    crate::import::read::<ExemptionLists>(file.path(), &ReadOptions::default(), &TestContext::new().known())
}

#[test]
fn nobody_is_exempt_from_everything_because_a_header_was_not_read() {
    for headers in [
        "Employee Number,Name,Start Date,End Date,Absence Reason,Reason\n7,Ann,03/03/2026,,Sickness,Cold",
        "Employee Number,What,Reason\n7,SGC-L2,Cold",
        "Employee Number,Course Name,Completion Date,reason\n7,SGC-L2,2025,2025 is not a date",
        "employee_number,course,date,reason\n7,SGC-L2,2025,2025 is not a date",
        "employee_number,last_name,start_date,reason\n7,Ash,2025,2025 is not a date",
    ] {
        assert!(exemptions(&format!("{headers}\n")).is_err(), "{headers}");
    }
    let all = exemptions("employee_number,from,until,reason\n7,,2026-12-31,Long leave\n").unwrap();
    assert_eq!((all.rows[0].1.course, all.warnings.len()), (None, 1));
}

#[test]
fn an_exemption_is_of_the_course_and_the_days_that_its_headers_say() {
    for (headers, cells) in [
        ("Competence,Valid Until", "SGC-L2,31/12/2026"),
        ("Course Title,Date To", "SGC-L2,31/12/2026"),
        ("Competency Title,Expiry Date", "SGC-L2,31/12/2026"),
        ("Training Name,End Date", "SGC-L2,31/12/2026"),
    ] {
        let row = exemptions(&format!("Employee Number,{headers},Reason\n7,{cells},Sick\n")).unwrap();
        let row = &row.rows[0].1;
        assert_eq!((row.course.is_some(), row.until_on), (true, Some(day("2026-12-31"))), "{headers}");
    }
    for (status, expected) in
        [("Approved", Some(false)), ("Declined", Some(true)), ("Expired", Some(true)), ("Perhaps", None)]
    {
        let read =
            exemptions(&format!("Employee Number,Course,Reason,Status\n7,SGC-L2,Sick,{status}\n")).unwrap();
        assert_eq!(read.rows.first().map(|(_, row)| row.refused), expected, "{status}");
    }
}
