//! Matrices that say beside a date whether it is one of a completion.

use super::matrix::{completions, matrix};
use super::*;

/// Reads a matrix with this content; its lines are parted by `|`.
fn read(content: &str) -> Result<CheckedFile<TrainingRow>, ImportError> {
    let content = content.replace('|', "\n") + "\n";
    matrix(ScratchFile::new("m.csv", content).path(), None)
}

/// Those who hold `Y` were trained on 12 March 2025: of course 0, of course 1.
const BOTH: &[&str] = &["7 0 2025-03-12 -", "7 1 2025-03-12 -"];
const FIRST: &[&str] = &["7 0 2025-03-12 -"];
const SECOND: &[&str] = &["7 1 2025-03-12 -"];

/// A matrix, the completions that it comes to, how many cells are skipped, and how many rejected.
type MatrixCase = (&'static str, &'static [&'static str], u64, usize);

fn assert_reads(cases: &[MatrixCase]) {
    for &(content, expected, skipped, rejected) in cases {
        let checked = read(content).unwrap_or_else(|error| panic!("{error}\n{content}"));
        assert_eq!(completions(&checked), expected, "{content}: {:?}", checked.rejected);
        assert_eq!(checked.skipped.cells(), skipped, "{content}");
        assert_eq!(checked.rejected.len(), rejected, "{content}: {:?}", checked.rejected);
        assert!(
            checked.rejected.iter().all(|fault| fault.reason.starts_with("7, ")),
            "{:?}",
            checked.rejected
        );
    }
}

#[test]
fn a_date_is_a_completion_only_where_its_status_says_so() {
    assert_reads(&[
        (
            "Employee Number,Safeguarding Children Level 2,Status,Safeguarding Adults Level 1,Status|7,12/03/2025,Failed,12/03/2025,Did not attend",
            &[],
            2,
            0,
        ),
        ("Employee Number,SGC-L2,Status,SGA-L1,Status|7,12/03/2025,Completed,12/03/2025,Passed", BOTH, 0, 0),
        ("Employee Number,SGC-L2,Result,SGA-L1,Outcome|7,12/03/2025,Fail,12/03/2025,Pass", SECOND, 1, 0),
        ("Employee Number,SGC-L2,Status,SGA-L1,Status2|7,12/03/2025,Passed,12/03/2025,DNA", FIRST, 1, 0),
        (
            "Employee Number,SGC-L2,Status,Result,SGA-L1|7,12/03/2025,Completed,Failed,12/03/2025",
            SECOND,
            1,
            0,
        ),
        // Of one course alone.
        ("Employee Number,SGC-L2,Status,SGA-L1|7,12/03/2025,Booked,12/03/2025", SECOND, 1, 0),
        // By its name, wherever it stands.
        (
            "Employee Number,SGC-L2,SGA-L1,SGC-L2 Status,Safeguarding Adults Level 1 - Status|7,12/03/2025,12/03/2025,Failed,Attended",
            SECOND,
            1,
            0,
        ),
        ("Employee Number,SGC-L2,SGA-L1,Status: SGC-L2|7,12/03/2025,12/03/2025,withdrawn", SECOND, 1, 0),
        // In a header of two rows, also below levels.
        (
            "Employee Number,SGC-L2,,SGA-L1,|,Completed,Status,Completed,Status|7,12/03/2025,Failed,12/03/2025,Passed",
            SECOND,
            1,
            0,
        ),
        (
            "Employee Number,Safeguarding Children,,Safeguarding Adults,|,Level 2,Status,Level 1,Status|7,12/03/2025,Failed,12/03/2025,Passed",
            SECOND,
            1,
            0,
        ),
        // Yes or no, shares, reports of compliance, levels, denials.
        ("Employee Number,SGC-L2,Completed,SGA-L1,Completed|7,12/03/2025,No,12/03/2025,Yes", SECOND, 1, 0),
        ("Employee Number,SGC-L2,Attended,SGA-L1,Passed|7,12/03/2025,N,12/03/2025,Y", SECOND, 1, 0),
        ("Employee Number,SGC-L2,% Complete,SGA-L1,Progress|7,12/03/2025,50%,12/03/2025,100", SECOND, 1, 0),
        ("Employee Number,SGC-L2,RAG,SGA-L1,RAG|7,12/03/2025,Red,12/03/2025,Green", SECOND, 1, 0),
        (
            "Employee Number,SGC-L2,Proficiency Level,SGA-L1|7,12/03/2025,0 - Not assessed,12/03/2025",
            SECOND,
            1,
            0,
        ),
        ("Employee Number,SGC-L2,SGC-L2 - Failed,SGA-L1|7,12/03/2025,yes,12/03/2025", SECOND, 1, 0),
        ("Employee Number,SGC-L2,Cancelled,SGA-L1,Cancelled|7,12/03/2025,x,12/03/2025,", SECOND, 1, 0),
    ]);
}

#[test]
fn a_status_that_is_not_understood_rejects_its_cell_and_one_of_something_else_none() {
    assert_reads(&[
        // What is not understood, or missing where others have it, rejects its cell alone.
        ("Employee Number,SGC-L2,Status,SGA-L1|7,12/03/2025,Perhaps,12/03/2025", SECOND, 0, 1),
        ("Employee Number,SGC-L2,Status,SGA-L1|7,12/03/2025,,12/03/2025|8,,Booked,", SECOND, 1, 1),
        ("Employee Number,SGC-L2,Status,SGA-L1|7,12/03/2025,,12/03/2025", BOTH, 0, 0),
        ("Employee Number,SGC-L2,Status,SGA-L1|7,,Completed,12/03/2025", SECOND, 0, 1),
        ("Employee Number,SGC-L2,SGC-L2 Cancelled,SGA-L1|7,12/03/2025,01/02/2025,12/03/2025", SECOND, 0, 1),
        // What says nothing of a day that is not there.
        ("Employee Number,SGC-L2,Status,SGA-L1|7,TBC,Booked,12/03/2025", SECOND, 1, 0),
        ("Employee Number,SGC-L2,Status,SGA-L1|7,n/a,n/a,12/03/2025", SECOND, 0, 0),
        // Of a course that is not ours.
        (
            "Employee Number,SGC-L2,Status,Fire Safety,Status,SGA-L1,Status|7,12/03/2025,Passed,12/03/2025,Failed,12/03/2025,Passed",
            BOTH,
            0,
            0,
        ),
        (
            "Employee Number,Fire Safety,Status,SGC-L2,SGA-L1|7,12/03/2025,Failed,12/03/2025,12/03/2025",
            BOTH,
            0,
            0,
        ),
        // Of everything together: the days hold all the same.
        ("Employee Number,SGC-L2,SGA-L1,% Complete|7,12/03/2025,12/03/2025,50%", BOTH, 0, 0),
        ("Employee Number,SGC-L2,SGA-L1,Compliant|7,12/03/2025,12/03/2025,No", BOTH, 0, 0),
        ("Employee Number,Assignment Status,SGC-L2,SGA-L1|7,Active,12/03/2025,12/03/2025", BOTH, 0, 0),
    ]);
}

#[test]
fn an_expiry_beyond_a_status_is_still_the_course_s() {
    let content = "Employee Number,SGC-L2,Status,Expires,SGA-L1,Status,Expires|7,12/03/2025,Passed,11/03/2027,12/03/2025,Failed,01/01/2030";
    assert_eq!(completions(&read(content).unwrap()), ["7 0 2025-03-12 2027-03-11"]);
    // What lapsed was completed once, and nobody looks trained by it.
    let content = "Employee Number,SGC-L2,Expires,Compliant,SGA-L1|7,12/03/2021,11/03/2024,No,";
    assert_eq!(completions(&read(content).unwrap()), ["7 0 2021-03-12 2024-03-11"]);
}

#[test]
fn a_matrix_is_refused_where_a_status_may_be_of_several_courses() {
    for header in [
        "Employee Number,SGC-L2,SGA-L1,Status",
        "Employee Number,SGC-L2,Expires,SGA-L1,Expires,Outcome",
        "Employee Number,Status,SGC-L2,SGA-L1",
        "Employee Number,Department,Status,SGC-L2,SGA-L1",
        "Employee Number,SGC-L2,Notes,Status,SGA-L1",
        "Employee Number,SGC-L2,SGA-L1,Cancelled",
    ] {
        let error = read(&format!("{header}|7,12/03/2025,12/03/2025,12/03/2025,,,")).unwrap_err().to_string();
        assert!(error.contains("can't be told of which course"), "{header}: {error}");
        assert!(error.contains("like SGC-L2 "), "{header}: {error}");
    }
    let map = ScratchFile::new("m.toml", "[training]\nStatus = ''\n");
    let options = ReadOptions { map: Some(map.path().into()), ..ReadOptions::default() };
    let file =
        ScratchFile::new("m.csv", "Employee Number,Status,SGC-L2,SGA-L1\n7,Active,12/03/2025,12/03/2025\n");
    let known = TestContext::new();
    let checked = crate::import::read::<TrainingRecords>(file.path(), &options, &known.known()).unwrap();
    assert_eq!(completions(&checked), BOTH);
}

#[test]
fn what_was_booked_or_planned_is_left_out_and_that_is_said() {
    for header in [
        "Safeguarding Children Level 2 - Booked",
        "SGC-L2 booking date",
        "Planned: SGC-L2",
        "Booked",
        "SGC-L2 (date scheduled)",
    ] {
        let content = format!("Employee Number,SGC-L2,{header},SGA-L1|7,,12/12/2026,12/03/2025");
        let checked = read(&content).unwrap_or_else(|error| panic!("{error}\n{content}"));
        assert_eq!(completions(&checked), SECOND, "{header}");
        let [warning] = &checked.warnings[..] else { panic!("{header}: {:?}", checked.warnings) };
        assert!(warning.reason.contains("not of completions"), "{header}: {}", warning.reason);
    }
}

#[test]
fn rejected_cells_that_were_put_right_keep_their_status() {
    let file = ScratchFile::new(
        "m.csv",
        "Employee Number,SGC-L2,Status,SGA-L1,Status\n7,oops,Failed,12/03/2025,Passed\n8,oops,Passed,12/03/2025,Failed\n",
    );
    let checked = matrix(file.path(), None).unwrap();
    assert_eq!((completions(&checked).len(), checked.rejected_lines(), checked.skipped.cells()), (1, 1, 2));
    let written = write_rejected(
        file.path(),
        &ReadOptions::default(),
        FileKind::Training,
        &RejectedHeaders::of(&checked),
        &checked.rejected,
        Existing::OursReplaced,
        RejectedReaders::OfTheFile,
    );
    let rejected = std::fs::read_to_string(written.unwrap()).unwrap();
    let again = ScratchFile::new("again.csv", rejected.replace("oops", "12/03/2025"));
    let again = matrix(again.path(), None).unwrap_or_else(|error| panic!("{error}\n{rejected}"));
    assert_eq!((completions(&again), again.skipped.cells()), (vec!["8 0 2025-03-12 -".to_owned()], 1));
}

#[test]
fn words_that_a_map_puts_into_ours_are_read_in_a_matrix_as_in_rows() {
    let map = ScratchFile::new(
        "map.toml",
        "[training.course]\n'Kids 2' = 'SGC-L2'\n[training.status]\n'Signed off' = 'completed'\n'Sent back' = 'failed'\n\
         [training.compliance]\n'Gold' = 'green'\n'Lead' = 'red'\n[training.proficiency]\n'Novice' = '0'\n\
         [training.not_completed]\n'Ja' = 'yes'\n",
    );
    for (header, row, holds) in [
        ("Kids 2,SGA-L1", "12/03/2025,", true),
        ("Kids 2 Completed,SGA-L1", "12/03/2025,", true),
        ("Kids 2,Kids 2 Status,SGA-L1", "12/03/2025,Signed off,", true),
        ("Kids 2,Kids 2 Status,SGA-L1", "12/03/2025,Sent back,", false),
        ("SGC-L2,SGC-L2 RAG,SGA-L1", "12/03/2025,Gold,", true),
        ("SGC-L2,SGC-L2 RAG,SGA-L1", "12/03/2025,Lead,", false),
        ("SGC-L2,SGC-L2 Proficiency Level,SGA-L1", "12/03/2025,Novice,", false),
        ("SGC-L2,SGC-L2 Did Not Attend,SGA-L1", "12/03/2025,Ja,", false),
    ] {
        let file = ScratchFile::new("m.csv", format!("Employee Number,{header}\n7,{row}\n"));
        let options = ReadOptions { map: Some(map.path().to_owned()), ..ReadOptions::default() };
        let checked =
            crate::import::read::<TrainingRecords>(file.path(), &options, &TestContext::new().known());
        let checked = checked.unwrap_or_else(|error| panic!("{error}: {header}"));
        assert_eq!((checked.rows.len(), checked.rejected.len()), (usize::from(holds), 0), "{header} {row}");
    }
    // In rows.
    for (header, row, holds) in
        [("Proficiency Level", "Novice", false), ("RAG", "Gold", true), ("DNA", "Ja", false)]
    {
        let file = ScratchFile::new(
            "t.csv",
            format!("employee_number,course,completed_on,{header}\n7,Kids 2,12/03/2025,{row}\n"),
        );
        let options = ReadOptions { map: Some(map.path().to_owned()), ..ReadOptions::default() };
        let checked =
            crate::import::read::<TrainingRecords>(file.path(), &options, &TestContext::new().known());
        let checked = checked.unwrap();
        assert_eq!((checked.rows.len(), checked.rejected.len()), (usize::from(holds), 0), "{header}");
    }
}
