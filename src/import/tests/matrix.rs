//! Matrices: what the dates of each column are, also once rejected rows were put right.

use super::*;

/// Reads a matrix of which this was said.
pub(super) fn matrix(file: &Path, cells: Option<CellsSay>) -> Result<CheckedFile<TrainingRow>, ImportError> {
    let options = ReadOptions { cells, ..ReadOptions::default() };
    crate::import::read::<TrainingRecords>(file, &options, &TestContext::new().known())
}

/// Each completion: whose, of the course at which place, when, and until when.
pub(super) fn completions(checked: &CheckedFile<TrainingRow>) -> Vec<String> {
    let rows = checked.rows.iter().map(|(_, row)| {
        let until = row.expires_on.map_or("-".to_owned(), |day| day.to_string());
        format!("{} {} {} {until}", row.employee_number, row.course.place(), row.completed_on)
    });
    rows.collect()
}

#[test]
fn rejected_rows_that_were_put_right_are_read_as_the_file_was() {
    const PLAIN: &str = "Employee Number,Safeguarding Children Level 2,Safeguarding Adults Level 1\n";
    const LABELLED: &str = "Employee Number,SGC-L2 Completed,SGC-L2 Expires,SGA-L1 Expires\n";
    for (header, cells, first) in [
        (PLAIN, None, "1 0 2024-05-05 -"),
        (PLAIN, Some(CellsSay::Completed), "1 0 2024-05-05 -"),
        (PLAIN, Some(CellsSay::Expires), "1 0 2021-05-05 2024-05-05"),
        (
            "Employee Number;SGC-L2 Expires;SGA-L1 (expiry date)\n",
            Some(CellsSay::Expires),
            "1 0 2021-05-05 2024-05-05",
        ),
        ("Due dates\nEmployee Number,SGC-L2,SGA-L1\n", Some(CellsSay::Expires), "1 0 2021-05-05 2024-05-05"),
        ("Employee Number,SGC-L2,Expires,SGA-L1,Expires\n", None, "1 0 2024-05-05 2026-05-05"),
        (LABELLED, None, "1 0 2024-05-05 2026-05-05"),
        (LABELLED, Some(CellsSay::Expires), "1 0 2024-05-05 2026-05-05"),
        (
            "Employee Number,SGC-L2,,SGA-L1,\n,Completed,Expires,Completed,Expires\n",
            None,
            "1 0 2024-05-05 2026-05-05",
        ),
        (
            "Employee Number,SGC-L2,,SGA-L1,\n,Expires,Notes,Expires,Notes\n",
            Some(CellsSay::Expires),
            "1 0 2021-05-05 2024-05-05",
        ),
    ] {
        let separator = if header.contains(';') { ";" } else { "," };
        let right =
            format!("{header}1,05/05/2024,05/05/2026,06/06/2024,06/06/2026\n").replace(',', separator);
        let width = header.lines().map(|line| line.split(separator).count()).max().unwrap();
        let right: Vec<&str> = right.trim_end().split('\n').collect();
        let cut = |line: &&str| line.split(separator).take(width).collect::<Vec<_>>().join(separator) + "\n";
        let right: String = right.iter().map(cut).collect();
        let wrong = ScratchFile::new("m.csv", right.replace("05/05/2024", "oops"));
        let checked = matrix(wrong.path(), cells).unwrap();
        assert_eq!(checked.rejected_lines(), 1, "{header}");
        let written = write_rejected(
            wrong.path(),
            &ReadOptions { cells, ..ReadOptions::default() },
            FileKind::Training,
            &RejectedHeaders::of(&checked),
            &checked.rejected,
            Existing::OursReplaced,
            RejectedReaders::OfTheFile,
        );
        let rejected = std::fs::read_to_string(written.unwrap()).unwrap();
        let again = ScratchFile::new("again.csv", rejected.replacen("oops", "05/05/2024", 1));
        let again = matrix(again.path(), None).unwrap_or_else(|error| panic!("{error}\n{rejected}"));
        let whole = matrix(ScratchFile::new("right.csv", &right).path(), cells).unwrap();
        assert_eq!(completions(&again), completions(&whole), "{rejected}");
        assert_eq!(completions(&again)[0], first, "{rejected}");
    }
}

#[test]
fn expiries_beside_a_course_are_its_own() {
    for (header, row, expected) in [
        (
            "Employee Number,Name,Safeguarding Children Level 2,Expires,Safeguarding Adults Level 1,Expires",
            "3,F,01/01/2024,01/01/2025,,",
            &["3 0 2024-01-01 2025-01-01"][..],
        ),
        (
            "Employee Number,SGC-L2,Expiry Date,SGA-L1,Expiry Date",
            "3,01/01/2024,,02/02/2024,02/02/2025",
            &["3 0 2024-01-01 -", "3 1 2024-02-02 2025-02-02"],
        ),
        (
            "Employee Number,SGC-L2,Expires,SGA-L1,Expires2",
            "3,01/01/2024,01/01/2025,02/02/2024,02/02/2025",
            &["3 0 2024-01-01 2025-01-01", "3 1 2024-02-02 2025-02-02"],
        ),
        (
            "Employee Number,SGC-L2,Valid until,SGA-L1",
            "3,01/01/2024,01/01/2025,",
            &["3 0 2024-01-01 2025-01-01"],
        ),
        (
            "Employee Number,SGC-L2 Completed,Renewal date,SGA-L1",
            "3,01/01/2024,01/01/2025,",
            &["3 0 2024-01-01 2025-01-01"],
        ),
        // One course is enough where its expiries make a second column.
        ("Employee Number,SGC-L2,Due", "3,01/01/2024,01/01/2025", &["3 0 2024-01-01 2025-01-01"]),
        // Below a subject with levels.
        (
            "Employee Number,Safeguarding Children,,Safeguarding Adults,\n,Level 2,Expires,Level 1,Expires",
            "3,01/01/2024,01/01/2025,02/02/2024,02/02/2025",
            &["3 0 2024-01-01 2025-01-01", "3 1 2024-02-02 2025-02-02"],
        ),
        // What is another course's, which the policy does not have, is nobody's here.
        (
            "Employee Number,SGC-L2,Fire Safety,Expires,SGA-L1",
            "3,01/01/2024,01/01/2024,01/01/2025,",
            &["3 0 2024-01-01 -"],
        ),
        (
            "Employee Number,SGC-L2,Fire Safety,,SGA-L1\n,Completed,Completed,Expires,Completed",
            "3,01/01/2024,01/01/2024,01/01/2025,",
            &["3 0 2024-01-01 -"],
        ),
    ] {
        let file = ScratchFile::new("m.csv", format!("{header}\n{row}\n"));
        let checked = matrix(file.path(), None).unwrap_or_else(|error| panic!("{error}\n{header}"));
        assert_eq!(completions(&checked), expected, "{header}");
        assert_eq!(checked.rejected, [], "{header}");
    }
    let file = ScratchFile::new("m.csv", "Employee Number,Expires,SGC-L2,SGA-L1\n3,01/01/2025,01/01/2024,\n");
    let checked = matrix(file.path(), None).unwrap();
    assert!(
        checked.warnings[0].reason.contains("of no course that stands to its left"),
        "{:?}",
        checked.warnings
    );
}

#[test]
fn a_matrix_below_a_title_of_expiries_is_refused_until_it_is_said_what_its_dates_are() {
    for title in
        ["Training due dates", "Refresher due by", "Valid to", "Lapse dates", "Out of date on", "Exp. dates"]
    {
        let file =
            ScratchFile::new("m.csv", format!("{title},,\nEmployee Number,SGC-L2,SGA-L1\n3,01/01/2025,\n"));
        let error = matrix(file.path(), None).unwrap_err().to_string();
        assert!(error.contains(&format!("speaks of expiries above its header ({title})")), "{error}");
        let checked = matrix(file.path(), Some(CellsSay::Completed)).unwrap();
        assert_eq!(completions(&checked), ["3 0 2025-01-01 -"], "{title}");
    }
}

#[test]
fn a_row_is_named_by_last_name_and_first_name() {
    let file = ScratchFile::new(
        "m.csv",
        "Name,First Name,SGC-L2,SGA-L1\nArcher,Ann,01/01/2024,\nAnn Archer,Ann,02/01/2024,\n",
    );
    let checked = matrix(file.path(), None).unwrap();
    assert_eq!(completions(&checked), ["Ann Archer 0 2024-01-01 -", "Ann Archer 0 2024-01-02 -"]);
}

#[test]
fn a_header_of_two_rows_says_by_either_of_them_what_the_dates_are() {
    const BOTH: &[&str] = &["3 0 2024-01-01 2026-01-01", "3 1 2024-02-02 2026-02-02"];
    const PLAIN: &[&str] = &["3 0 2024-01-01 -", "3 1 2024-02-02 -"];
    for (header, row, expected) in [
        (
            ",Completed,,Expires,\nEmployee Number,SGC-L2,SGA-L1,SGC-L2,SGA-L1",
            "01/01/2024,02/02/2024,01/01/2026,02/02/2026",
            BOTH,
        ),
        (
            ",Expiry date,,Date completed,\nEmployee Number,SGC-L2,SGA-L1,SGC-L2,SGA-L1",
            "01/01/2026,02/02/2026,01/01/2024,02/02/2024",
            BOTH,
        ),
        (
            ",Completed,,Booked,\nEmployee Number,SGC-L2,SGA-L1,SGC-L2,SGA-L1",
            "01/01/2024,02/02/2024,01/01/2026,02/02/2026",
            PLAIN,
        ),
        (
            ",SGC-L2,,SGA-L1,\nEmployee Number,Date,Expires,Date,Expires",
            "01/01/2024,01/01/2026,02/02/2024,02/02/2026",
            BOTH,
        ),
        (
            "Employee Number,SGC-L2,,SGA-L1,\n,Date,Expires,Date,Expires",
            "01/01/2024,01/01/2026,02/02/2024,02/02/2026",
            BOTH,
        ),
        (
            ",SGC-L2,,,SGA-L1,,\nEmployee Number,Date,Expires,Status,Date,Expires,Status",
            "01/01/2024,01/01/2026,Passed,02/02/2024,02/02/2026,Failed",
            &BOTH[..1],
        ),
        ("Employee Number,SGC-L2 Date,SGA-L1 Date", "01/01/2024,02/02/2024", PLAIN),
        ("Employee Number,Date of SGC-L2,Date of SGA-L1", "01/01/2024,02/02/2024", PLAIN),
        (
            "Employee Number,Safeguarding Children,,Safeguarding Adults\n,L2,L3,L1",
            "01/01/2024,03/03/2024,02/02/2024",
            PLAIN,
        ),
        (
            ",Safeguarding Children,Safeguarding Adults\nEmployee Number,Lvl 2,L 1",
            "01/01/2024,02/02/2024",
            PLAIN,
        ),
    ] {
        let file = ScratchFile::new("m.csv", format!("{header}\n3,{row}\n"));
        let checked = matrix(file.path(), None).unwrap_or_else(|error| panic!("{error}\n{header}"));
        assert_eq!(completions(&checked), expected, "{header}");
        if expected == BOTH {
            let said = matrix(file.path(), Some(CellsSay::Expires));
            assert_eq!(said.map(|checked| completions(&checked)).unwrap(), BOTH, "{header}");
        }
    }
    let file = ScratchFile::new(
        "m.csv",
        ",SGC-L2,,SGA-L1,\nEmployee Number,When,Expires,When,Expires\n3,01/01/2024,01/01/2026,,\n",
    );
    let told = matrix(file.path(), None).unwrap_err().to_string();
    assert!(told.contains("SGC-L2 - When is not understood") && !told.contains("--cells"), "{told}");
}
