use super::page::quoted;
use super::*;
use crate::mail::tests::page_of;

fn lies(place: &str, name: &str) -> FileLocation {
    let below = format!("{place}/20261124-081003-{name}");
    FileLocation { kind: "staff".to_owned(), path: format!("/srv/refresher/inbox/{below}"), below }
}

fn report(file: &str, outcome: FileOutcome) -> ImportReport {
    ImportReport {
        organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
        on: "2026-11-24".parse().unwrap(),
        file: file.to_owned(),
        outcome,
    }
}

fn imported(counts: FileCounts, rejected: Remarks) -> FileOutcome {
    let (warnings, notes) = (Remarks::default(), Vec::new());
    FileOutcome::Imported { counts, rejected, warnings, notes, lies: lies("done", "staff.csv") }
}

fn said(place: &str, column: &str, words: &str) -> RowRemark {
    let [place, column, words] = [place, column, words].map(String::from);
    RowRemark { place, column, words }
}

fn rejected(lines: u64) -> Remarks {
    let fault = |line| {
        let words = format!("{line}/02/2026 is not a date: write it like 22/11/2026");
        said(&format!("line {line}"), "Start Date", &words)
    };
    Remarks { lines, first: (30..).take(usize::try_from(lines).unwrap().min(11)).map(fault).collect() }
}

const COUNTS: FileCounts = FileCounts {
    rows: 604,
    applied: 12,
    unchanged: 592,
    skipped: 0,
    joiners: 5,
    changes: 4,
    leavers: 3,
    records_added: 0,
    records_corrected: 0,
};

#[test]
fn a_list_with_rows_to_put_right_and_warnings() {
    let mut first = rejected(2);
    let repeats = "this row repeats the header: delete it";
    first.first.push(said("7 rows (lines 40, 80, 120, 160, 200 and 2 more)", "", repeats));
    let outcome = FileOutcome::Imported {
        counts: FileCounts { unchanged: 590, ..COUNTS },
        rejected: first,
        warnings: Remarks {
            lines: 1,
            first: vec![said("line 51", "Email Address", "reed@ is not an email address, and was left out")],
        },
        notes: vec!["some rejected rows may name anybody, so nobody was made a leaver".to_owned()],
        lies: lies("done", "staff list.csv"),
    };
    insta::assert_snapshot!(page_of(&report("staff list.csv", outcome)));
}

#[test]
fn a_list_with_warnings_alone_asks_to_be_looked_at() {
    let warning = "119 of the 120 people in post have another email address than before".to_owned();
    for (counts, first) in [
        (COUNTS, "Every row of it could be used: 604 rows."),
        (
            FileCounts { rows: 1, unchanged: 1, ..FileCounts::default() },
            "What its 1 row said was known already.",
        ),
    ] {
        let outcome = FileOutcome::Imported {
            counts,
            rejected: Remarks::default(),
            warnings: Remarks { lines: 1, first: vec![said("line 1", "email", &warning)] },
            notes: Vec::new(),
            lies: lies("done", "staff.csv"),
        };
        let text = report("staff.csv", outcome).render().unwrap().text;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&format!("{first} Please look at what is said of it below.")), "{text}");
        assert!(text.contains(&warning) && !text.contains("nothing for you to do"), "{text}");
    }
}

#[test]
fn a_list_that_a_brake_refused() {
    let outcome = FileOutcome::Refused {
        why: "it would make leavers of 120 of the 604 people in post, more than max_leavers (10%): is the list complete?"
            .to_owned(),
        can_be_forced: true,
        rejected: Remarks::default(),
        lies: lies("refused", "staff.csv"),
    };
    insta::assert_snapshot!(page_of(&report("staff.csv", outcome)));
}

#[test]
fn what_else_can_become_of_a_file() {
    let before = |import| FileOutcome::TakenBefore {
        on: "2026-11-20".parse().unwrap(),
        import,
        lies: lies("refused", "staff.csv"),
    };
    let left = |why| FileOutcome::Left { why, beginnings: vec!["staff", "training", "budget"] };
    let outcomes = [
        ("staff.csv", imported(COUNTS, Remarks::default())),
        (
            "staff.csv",
            imported(FileCounts { rows: 1, unchanged: 1, ..FileCounts::default() }, Remarks::default()),
        ),
        ("staff.csv", imported(FileCounts { rows: 1, ..FileCounts::default() }, rejected(1))),
        (
            "staff.csv",
            imported(FileCounts { rows: 2, applied: 1, joiners: 1, ..FileCounts::default() }, rejected(1)),
        ),
        ("staff.csv", imported(FileCounts { rows: 3, ..FileCounts::default() }, rejected(3))),
        ("staff.csv", imported(FileCounts { rows: 700, unchanged: 577, ..COUNTS }, rejected(111))),
        ("staff.csv", before(Some(12))),
        ("staff.csv", before(None)),
        ("notes.docx", left(NotLookedInto::Unclear)),
        ("staff (1).csv", left(NotLookedInto::Copy)),
        ("Thumbs.db", left(NotLookedInto::Kept)),
        (
            "staff.csv",
            FileOutcome::Stuck { why: "Permission denied".to_owned(), lies: lies("done", "staff.csv") },
        ),
        ("staff.csv", FileOutcome::Unreadable { why: "Permission denied".to_owned() }),
    ];
    let texts = outcomes.map(|(file, outcome)| {
        let Rendered { subject, text, .. } = report(file, outcome).render().unwrap();
        format!("Subject: {subject}\n\n{text}")
    });
    insta::assert_snapshot!(texts.join("\n================\n\n"));
}

#[test]
fn a_long_or_hostile_name_cuts_nothing_else_and_is_shown_as_text() {
    let name = format!("staff <img src=x> {}\r\nBcc: all@example.org", "very long ".repeat(20));
    let outcome = FileOutcome::Refused {
        why: "is empty: export it again".to_owned(),
        can_be_forced: false,
        rejected: Remarks::default(),
        lies: FileLocation { kind: "staff".into(), below: name.clone(), path: "it's here".into() },
    };
    let Rendered { subject, html, .. } = report(&name, outcome).render().unwrap();
    assert_eq!(subject, "staff <img src=x> very long…: not imported");
    assert!(!html.contains("<img"), "{html}");
    assert_eq!(quoted("it's here"), "'it'\\''s here'");
}
