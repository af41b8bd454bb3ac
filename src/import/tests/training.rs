use std::sync::Arc;

use super::*;
use crate::register::Hours;
use crate::sample::day;

const HEADER: &str =
    "employee_number,course,completed_on,expires_on,hours,mode,provider,certificate,cost,organisation\n";

#[test]
fn a_row_says_everything_about_a_completion() {
    let checked = training(format!(
        "{HEADER}007,NHS|CSTF|Safeguarding Children - Level 2 - 3 Years|,22/11/2025,21-Nov-28,7.5,E-Learning,Example Ltd,C1,\"£1,234.50\",RX2\n"
    ))
    .unwrap();
    let expected = TrainingRow {
        organisation: 0.into(),
        employee_number: "007".into(),
        course: 0.into(),
        completed_on: day("2025-11-22"),
        expires_on: Some(day("2028-11-21")),
        certificate: "C1".into(),
        details: Arc::new(RecordDetails {
            hours: Some(Hours(750)),
            participatory: Some(false),
            provider: "Example Ltd".into(),
            cost_pence: Some(123_450),
        }),
    };
    assert_eq!(checked.rows, [(2, expected)]);
    assert_eq!(checked.organisations[..], ["RX2"]);
}

#[test]
fn the_headers_of_competence_exports_are_known() {
    let checked = training(
        "Employee Number,Competence Name,Date Last Awarded,Expiry Date\n1,SGC-L2,2025/12/02 00:00:00,No expiry\n",
    )
    .unwrap();
    assert_eq!(checked.rows[0].1.completed_on, day("2025-12-02"));
    assert_eq!(checked.rows[0].1.expires_on, None);
}

#[test]
fn what_a_completion_cannot_be_is_rejected_at_its_cell() {
    let cases = [
        ("1,Unknown,2025-01-01,,,,,,,", "course"),
        ("1,,2025-01-01,,,,,,,", "course"),
        ("1,SGC-L2,,,,,,,,", "completed_on"),
        ("1,SGC-L2,31-Dec-4712,,,,,,,", "completed_on"),
        ("1,SGC-L2,2025-01-02,2025-01-01,,,,,,", "expires_on"),
        ("1,SGC-L2,2025-01-01,,1000.5,,,,,", "hours"),
        ("1,SGC-L2,2025-01-01,,,sometimes,,,,", "mode"),
        ("1,SGC-L2,2025-01-01,,,,,,1.234,", "cost"),
        ("1,SGC-L2,#N/A,,,,,,,", "completed_on"),
        (",SGC-L2,2025-01-01,,,,,,,", "employee_number"),
    ];
    for (row, column) in cases {
        let checked = training(format!("{HEADER}{row}\n9,SGA-L1,2025-01-01,2025-01-01,,,,,,\n")).unwrap();
        assert_eq!(faults(&checked), [(2, column)], "{row}");
        assert_eq!(checked.rows.len(), 1, "{row}");
        assert_adds_up(&checked);
    }
}

#[test]
fn a_completion_in_the_future_is_taken_and_warned_about() {
    let checked =
        training(format!("{HEADER}1,SGC-L2,2026-11-24,,,,,,,\n2,SGC-L2,2026-11-25,,,,,,,\n")).unwrap();
    assert_eq!(checked.rows.len(), 2);
    assert_eq!(checked.warnings.len(), 1);
    assert_eq!((checked.warnings[0].line, checked.warnings[0].column.as_str()), (3, "completed_on"));
}

#[test]
fn the_same_completion_twice_is_one_if_equal_and_none_if_not() {
    let cases = [
        ("1,SGC-L2,2025-01-01,,4,,,C1,,\n1,sgc-l2,01/01/2025,,4.0,,,C1,,\n", 1, 1, 0),
        ("1,SGC-L2,2025-01-01,,4,,,C1,,\n1,SGC-L2,2025-01-01,,5,,,C1,,\n", 0, 0, 2),
        ("1,SGC-L2,2025-01-01,,4,,,C1,,\n1,SGC-L2,2025-01-01,,5,,,C2,,\n", 2, 0, 0),
        ("1,SGC-L2,2025-01-01,,4,,,,,\n01,SGC-L2,2025-01-01,,5,,,,,\n", 2, 0, 0),
        ("1,SGC-L2,2025-01-01,,4,,,,,\n1,SGC-L2,2025-01-01,,4,,,,,RX2\n", 2, 0, 0),
        ("1,SGC-L2,2025-01-01,,4,,,,,\n1,SGC-L2,2025-01-01,,4,,,,,\n1,SGC-L2,2025-01-01,,5,,,,,\n", 0, 0, 3),
    ];
    for (rows, kept, repeats, rejected) in cases {
        let checked = training(format!("{HEADER}{rows}")).unwrap();
        assert_eq!(
            (checked.rows.len(), checked.repeats, checked.rejected_lines()),
            (kept, repeats, rejected),
            "{rows}"
        );
        assert_adds_up(&checked);
    }
}

#[test]
fn the_reading_says_how_far_it_has_come() {
    let content = format!("{HEADER}1,SGC-L2,2026-01-01,,,,,,,RX2\n2,SGC-L2,2026-01-01,,,,,,,RX2\n");
    let (options, file) = (ReadOptions::default(), ScratchFile::new("a.csv", &content));
    crate::import::read::<TrainingRecords>(file.path(), &options, &TestContext::new().known()).unwrap();
    let size = content.len() as u64;
    assert_eq!(options.progress.now(), (ImportStep::Reading, size, size));
}

fn skipped(checked: &CheckedFile<TrainingRow>) -> (u64, u64) {
    (checked.skipped.of(SkipReason::NotACompletion), checked.skipped.of(SkipReason::NotOurCourse))
}

#[test]
fn under_every_header_of_a_status_only_a_completion_is_one() {
    for header in [
        "status",
        "Status",
        "Completion Status",
        "Course Completion Status",
        "Result",
        "Outcome",
        "Attendance",
        "Progress",
    ] {
        let checked = training(format!(
            "employee_number,course,completed_on,{header}\n1,SGC-L2,2025-01-01,Completed\n2,SGC-L2,2025-01-01,Failed\n\
             3,SGC-L2,,In progress\n4,No such course,not a day,Did not attend\n5,SGC-L2,2025-01-01,Perhaps\n"
        ))
        .unwrap();
        let taken: Vec<&str> = checked.rows.iter().map(|(_, row)| row.employee_number.as_str()).collect();
        assert_eq!((taken, skipped(&checked), checked.row_count), (vec!["1"], (3, 0), 5), "{header}");
        let [fault] = &checked.rejected[..] else { panic!("{header}: {:?}", checked.rejected) };
        assert_eq!((fault.line, fault.column.as_str(), fault.value.as_str()), (6, header, "Perhaps"));
        assert!(fault.reason.contains("completed, passed") && fault.reason.contains("failed"), "{fault:?}");
    }
}

#[test]
fn progress_below_the_whole_is_no_completion_and_elsewhere_a_mark_is_not_understood() {
    let file = |header: &str| {
        let head = format!("employee_number,course,completed_on,{header}\n");
        training(head + "1,SGC-L2,2025-01-01,100%\n2,SGC-L2,2025-01-01,99%\n3,SGC-L2,2025-01-01,80\n")
            .unwrap()
    };
    let progress = file("Progress");
    assert_eq!((progress.rows.len(), skipped(&progress), progress.rejected.len()), (1, (2, 0), 0));
    let result = file("Result");
    assert_eq!((result.rows.len(), skipped(&result), result.rejected.len()), (1, (0, 0), 2));
}

#[test]
fn a_status_that_is_empty_rejects_the_row_only_where_others_are_filled() {
    let head = "employee_number,course,completed_on,status\n";
    let some =
        training(format!("{head}1,SGC-L2,2025-01-01,\n2,SGC-L2,2025-01-01,Passed\n3,SGC-L2,2025-01-01, \n"));
    let some = some.unwrap();
    let lines: Vec<u64> = some.rejected.iter().map(|fault| fault.line).collect();
    assert_eq!((some.rows.len(), lines), (1, vec![2, 4]));
    assert_eq!((some.rejected[0].column.as_str(), some.rejected[0].value.as_str()), ("status", ""));
    let none = training(format!("{head}1,SGC-L2,2025-01-01,\n2,SGC-L2,2025-01-01,\n")).unwrap();
    assert_eq!((none.rows.len(), none.rejected.len()), (2, 0));
    // A status of a row that is skipped or rejected fills the column too.
    let failed = training(format!("{head}1,SGC-L2,2025-01-01,\n2,SGC-L2,2025-01-01,Failed\n")).unwrap();
    assert_eq!((failed.rows.len(), skipped(&failed), failed.rejected.len()), (0, (1, 0), 1));
}

#[test]
fn a_row_that_any_column_of_a_status_denies_is_no_completion() {
    for (headers, cells, is_one) in [
        ("Status,Result", "Completed,Fail", false),
        ("Result,Status", "Fail,Completed", false),
        ("Completion Status,Outcome", "Completed,Did not attend", false),
        ("Status,Attendance,Result", "Completed,Attended,Failed", false),
        ("Status,Progress", "Completed,50%", false),
        ("Status,Completed", "Passed,No", false),
        ("Status,Result", ",Fail", false),
        ("Status,Progress", "Completed,100%", true),
        ("Status,Result", "Completed,Pass", true),
        ("Status,Result", "Completed,87", true),
        ("Status,Result", "Completed,", true),
        // A course may be done before all of it is.
        ("Completed,Progress", "Yes,80%", true),
    ] {
        let file = format!("employee_number,course,completed_on,{headers}\n1,SGC-L2,2025-01-01,{cells}\n");
        let checked = training(file).unwrap();
        let expected = if is_one { (1, (0, 0)) } else { (0, (1, 0)) };
        assert_eq!((checked.rows.len(), skipped(&checked)), expected, "{headers}: {cells}");
        assert_eq!(checked.rejected, [], "{headers}: {cells}");
        let unread: &[&str] = if headers == "Completed,Progress" { &["Progress"] } else { &[] };
        assert_eq!(checked.ignored_columns, unread, "{headers}");
    }
}

#[test]
fn a_share_of_a_course_is_no_completion_under_whichever_header() {
    let aliases = columns().find(|(kind, name, _)| (*kind, *name) == ("training", "status")).unwrap().2;
    for header in aliases {
        let head = format!("employee_number,course,completed_on,{header}\n");
        let rows = "1,SGC-L2,2025-01-01,Completed 50%\n2,SGC-L2,2025-01-01,Complete: 75%\n3,SGC-L2,2025-01-01,Completed 100%\n";
        let checked = training(head + rows).unwrap();
        assert_eq!((checked.rows.len(), skipped(&checked)), (1, (2, 0)), "{header}");
    }
}

#[test]
fn whoever_is_missing_is_asked_for_in_a_column_that_the_file_has() {
    for (headers, cells, column) in [
        ("Email", "", "Email"),
        ("User Name", "", "User Name"),
        ("Email,Username", ",", "Email"),
        ("Username,Learner Email", ",", "Learner Email"),
        ("Email,Staff Number", ",", "Staff Number"),
        ("Staff Number", "", "Staff Number"),
    ] {
        let file = format!(
            "{headers},Course,Completion Date\n{cells},SGC-L2,2025-01-01\n{},SGC-L2,2025-01-01\n",
            cells.replace(',', "a@example.org,") + "a@example.org"
        );
        let checked = training(file).unwrap();
        let fault = checked.rejected.first().unwrap();
        assert_eq!((fault.line, fault.column.as_str()), (2, column), "{headers}");
        assert_eq!(fault.reason, format!("{column} is missing: fill it in"), "{headers}");
    }
}

#[test]
fn a_day_that_may_be_of_anything_is_asked_about() {
    let error = training("Employee Number,Course,Date\n1,SGC-L2,2025-01-01\n").unwrap_err().to_string();
    assert!(
        error.contains("no column that says when training was completed: if Date does, call it completed_on"),
        "{error}"
    );
    assert!(
        error.contains("[training] \"Date\" = \"completed_on\"; if it is a list of booked places"),
        "{error}"
    );
}

#[test]
fn an_error_in_any_column_that_may_say_no_rejects_its_row() {
    for header in [
        "status,Result",
        "status,Booking Status",
        "Did Not Attend,provider",
        "Proficiency Level,provider",
        "RAG,provider",
        "RAG,Result",
    ] {
        for error in ["#N/A", "#REF!", "a\u{7}b"] {
            for (first, second) in [("passed", error), (error, "")] {
                if header.ends_with("provider") == (first == "passed") {
                    continue;
                }
                let checked = training(format!(
                    "employee_number,course,completed_on,{header}\n1001,SGC-L2,2025-11-22,{first},{second}\n"
                ));
                let checked = checked.unwrap();
                assert_eq!(
                    (checked.rows.len(), checked.rejected_lines()),
                    (0, 1),
                    "{header} {first} {second}"
                );
            }
        }
    }
}
