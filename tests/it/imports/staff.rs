use std::collections::BTreeSet;

use refresher::import::{CheckedFile, Force, ImportBrake, ImportOptions, ImportOutcome, StaffRow};
use refresher::register::store::KnownAt;

use super::given::*;
use crate::support::program::Folder;

/// (applied, unchanged, joiners, changes, leavers, rejected lines)
fn counts(report: &ImportOutcome) -> (u64, u64, u64, u64, u64, usize) {
    let lines = report.rejected_lines().len();
    assert_eq!(report.rows, report.applied + report.unchanged + lines as u64, "rows add up: {report:?}");
    (report.applied, report.unchanged, report.joiners, report.changes, report.leavers, lines)
}

fn changed(number: &str, change: impl Fn(&mut StaffRow)) -> StaffRow {
    let mut row = person(number);
    change(&mut row);
    row
}

fn twenty_but(number: u32, change: impl Fn(&mut StaffRow)) -> CheckedFile<StaffRow> {
    let mut list = file(people(1..=20));
    list.rows
        .iter_mut()
        .filter(|(_, row)| row.employee_number == format!("{number:03}"))
        .for_each(|(_, row)| change(row));
    list
}

/// A change to a list of twenty: its name, the new list, the counts, the facts gained and those lost.
type Change = (
    &'static str,
    CheckedFile<StaffRow>,
    (u64, u64, u64, u64, u64, usize),
    &'static [&'static str],
    &'static [&'static str],
);

fn kinds_of_change() -> Vec<Change> {
    let without_7 = || file(people(1..=20).filter(|row| row.employee_number != "007"));
    vec![
        ("nothing", file(people(1..=20)), (0, 20, 0, 0, 0, 0), &[], &[]),
        (
            "a joiner",
            file(people(1..=21)),
            (1, 20, 1, 0, 0, 0),
            &[
                "RXA 021 is Ann Example 021 <ann021@example.org>",
                "RXA 021 holds  Nurse, Surgery / Theatres, 900, Active from 2020-01-01",
            ],
            &[],
        ),
        (
            "a leaver by absence, who leaves the day before",
            without_7(),
            (0, 19, 0, 0, 1, 0),
            &["RXA 007 holds  Nurse, Surgery / Theatres, 900, Active from 2020-01-01 to 2026-10-31"],
            &["RXA 007 holds  Nurse, Surgery / Theatres, 900, Active from 2020-01-01"],
        ),
        (
            "a leaver by date",
            twenty_but(7, |row| row.leave_on = Some(day("2026-10-31"))),
            (1, 19, 0, 0, 1, 0),
            &["RXA 007 holds  Nurse, Surgery / Theatres, 900, Active from 2020-01-01 to 2026-10-31"],
            &["RXA 007 holds  Nurse, Surgery / Theatres, 900, Active from 2020-01-01"],
        ),
        (
            "someone whose last day is still to come has not left",
            twenty_but(7, |row| row.leave_on = Some(day("2026-11-01"))),
            (1, 19, 0, 1, 0, 0),
            &["RXA 007 holds  Nurse, Surgery / Theatres, 900, Active from 2020-01-01 to 2026-11-01"],
            &["RXA 007 holds  Nurse, Surgery / Theatres, 900, Active from 2020-01-01"],
        ),
        (
            "a new job",
            twenty_but(7, |row| row.post.job_title = "Matron".into()),
            (1, 19, 0, 1, 0, 0),
            &["RXA 007 holds  Matron, Surgery / Theatres, 900, Active from 2020-01-01"],
            &["RXA 007 holds  Nurse, Surgery / Theatres, 900, Active from 2020-01-01"],
        ),
        (
            "an address lost",
            twenty_but(7, |row| row.person.email.clear()),
            (1, 19, 0, 1, 0, 0),
            &["RXA 007 is Ann Example 007 <>"],
            &["RXA 007 is Ann Example 007 <ann007@example.org>"],
        ),
    ]
}

#[test]
fn each_kind_of_change_is_counted_and_lands() {
    for (case, list, expected, gained, lost) in kinds_of_change() {
        let register = Register::new();
        assert_eq!(counts(&register.staff(1, &file(people(1..=20)))), (20, 0, 20, 0, 0, 0));
        let before = register.facts(KnownAt::Latest);
        let report = register.staff(2, &list);
        assert_eq!(counts(&report), expected, "{case}");
        assert_eq!(report.refused, None, "{case}");
        let mut after = register.facts(KnownAt::Latest);
        let mut wanted: Vec<String> =
            before.iter().filter(|fact| !lost.contains(&fact.as_str())).cloned().collect();
        wanted.extend(gained.iter().map(|fact| (*fact).to_owned()));
        wanted.sort();
        after.sort();
        assert_eq!(after, wanted, "{case}");
        assert_eq!(
            register.facts(KnownAt::At(minute(1))),
            before,
            "{case}: what was known before stays known"
        );
        assert_eq!(register.facts(KnownAt::At(minute(0))), Vec::<String>::new());
    }
}

#[test]
fn a_rejoiner_loses_the_leave_date_they_were_given() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    register.staff(2, &file(people(1..=19)));
    let report = register.staff_with(3, &file(people(1..=20)), &options("2026-12-01"));
    assert_eq!(counts(&report), (1, 19, 1, 0, 0, 0));
    assert_eq!(register.facts(KnownAt::Latest), register.facts(KnownAt::At(minute(1))));
    assert!(register.facts(KnownAt::At(minute(2))).iter().any(|fact| fact.ends_with("to 2026-10-31")));
}

#[test]
fn an_assignment_that_is_not_listed_ends_but_its_holder_stays() {
    let register = Register::new();
    let post = |number: &str, primary| {
        changed("001", |row| {
            row.post.assignment_number = number.into();
            row.primary = primary;
        })
    };
    register.staff(1, &file([post("1-1", false), post("1-2", true), person("002")]));
    let report = register.staff(2, &file([post("1-2", true), person("002")]));
    assert_eq!(counts(&report), (0, 2, 0, 1, 0, 0));
    let facts = register.facts(KnownAt::Latest);
    assert!(
        facts.contains(
            &"RXA 001 holds 1-1 Nurse, Surgery / Theatres, 900, Active from 2020-01-01 to 2026-10-31".into()
        ),
        "{facts:?}"
    );
    assert!(
        facts.contains(&"RXA 001 holds 1-2* Nurse, Surgery / Theatres, 900, Active from 2020-01-01".into())
    );
}

#[test]
fn the_name_is_the_primary_row_s_else_the_first_s() {
    for (primary, expected) in [(None, "First"), (Some(0), "First"), (Some(1), "Second")] {
        let register = Register::new();
        let rows = ["First", "Second"].into_iter().enumerate().map(|(place, name)| {
            changed("001", |row| {
                row.post.assignment_number = place.to_string().into();
                row.person.last_name = name.into();
                row.primary = primary == Some(place);
            })
        });
        register.staff(1, &file(rows));
        assert_eq!(register.view(KnownAt::Latest).names[0].last, expected, "{primary:?}");
    }
}

#[test]
fn the_name_counts_once_on_the_row_that_gives_it() {
    let register = Register::new();
    let rows = |name: &str| {
        [0, 1].map(|place| {
            changed("001", |row| {
                row.post.assignment_number = place.to_string().into();
                row.person.last_name = name.into();
                row.primary = place == 1;
            })
        })
    };
    register.staff(1, &file(rows("Before")));
    assert_eq!(counts(&register.staff(2, &file(rows("After")))), (1, 1, 0, 1, 0, 0));
}

/// What a list without these columns holds: nothing in them.
fn without(columns: &[&'static str], rows: impl IntoIterator<Item = StaffRow>) -> CheckedFile<StaffRow> {
    let rows = rows.into_iter().map(|mut row| {
        for column in columns {
            match *column {
                "first_name" => row.person.first_name.clear(),
                "email" => row.person.email.clear(),
                "job_title" => row.post.job_title.clear(),
                "staff_group" => row.post.staff_group.clear(),
                "unit" => row.post.unit.clear(),
                "manager_employee_number" => row.post.manager_employee_number.clear(),
                "assignment_status" => row.post.assignment_status.clear(),
                "assignment_number" => row.post.assignment_number.clear(),
                "primary_assignment" => row.primary = false,
                "leave_date" => row.leave_on = None,
                other => panic!("no column {other}"),
            }
        }
        row
    });
    CheckedFile { absent_columns: columns.to_vec(), ..file(rows) }
}

const KEPT: [&str; 8] = [
    "assignment_status",
    "email",
    "first_name",
    "job_title",
    "manager_employee_number",
    "primary_assignment",
    "staff_group",
    "unit",
];

#[test]
fn what_a_list_has_no_column_for_is_kept_and_that_is_said_once() {
    let primary = |row: StaffRow| StaffRow { primary: true, ..row };
    let register = Register::new();
    register.staff(1, &file(people(1..=20).map(primary)));
    for (minutes, column) in (2..).zip(KEPT) {
        let report = register.staff(minutes, &without(&[column], people(1..=20).map(primary)));
        assert_eq!(counts(&report), (0, 20, 0, 0, 0, 0), "{column}");
        assert_eq!(report.notes, [format!("the file has no column for {column}: what is known is kept")]);
    }
    let report = register.staff(20, &without(&KEPT, people(1..=20).map(primary)));
    assert_eq!((counts(&report), report.notes.len()), ((0, 20, 0, 0, 0, 0), KEPT.len()));
    assert_eq!(register.facts(KnownAt::Latest), register.facts(KnownAt::At(minute(1))));
}

#[test]
fn an_empty_cell_clears_what_is_known_and_a_joiner_has_nothing_to_keep() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    let mut list = without(&["email", "job_title"], people(1..=21));
    list.absent_columns = vec!["email"];
    let report = register.staff(2, &list);
    assert_eq!(counts(&report), (21, 0, 1, 20, 0, 0), "job titles are cleared");
    assert_eq!(report.notes, ["the file has no column for email: what is known is kept"]);
    let facts = register.facts(KnownAt::Latest);
    assert!(facts.contains(&"RXA 007 is Ann Example 007 <ann007@example.org>".into()), "{facts:?}");
    assert!(facts.contains(&"RXA 007 holds  , Surgery / Theatres, 900, Active from 2020-01-01".into()));
    assert!(facts.contains(&"RXA 021 is Ann Example 021 <>".into()), "{facts:?}");
}

#[test]
fn nothing_is_said_of_a_missing_column_for_which_nothing_is_known() {
    let register = Register::new();
    let no_address = |mut row: StaffRow| {
        row.person.email.clear();
        row
    };
    register.staff(1, &file(people(1..=20).map(no_address)));
    let report = register.staff(2, &without(&["email"], people(1..=20)));
    assert_eq!((counts(&report), report.notes), ((0, 20, 0, 0, 0, 0), Vec::new()));
}

#[test]
fn a_list_without_a_column_for_leave_dates_clears_them_as_one_with_empty_cells_does() {
    let register = Register::new();
    register.staff(1, &twenty_but(7, |row| row.leave_on = Some(day("2027-03-31"))));
    let report = register.staff(2, &without(&["leave_date"], people(1..=20)));
    assert_eq!((counts(&report), report.notes), ((1, 19, 0, 1, 0, 0), Vec::new()));
}

#[test]
fn a_list_without_assignment_numbers_speaks_of_the_only_post_that_somebody_has() {
    let post = |number: &str, held: &str, until: Option<&str>| {
        changed(number, |row| {
            row.post.assignment_number = held.into();
            row.leave_on = until.map(day);
        })
    };
    let register = Register::new();
    let posts = [
        post("001", "1-1", None),
        post("002", "2-1", Some("2026-06-30")),
        post("002", "2-2", None),
        post("003", "3-1", None),
        post("003", "3-2", None),
    ];
    register.staff(1, &file(posts));
    let rows =
        ["001", "002", "003"].map(|number| changed(number, |row| row.post.job_title = "Matron".into()));
    let report = register.staff(2, &without(&["assignment_number"], rows));
    let facts = register.facts(KnownAt::Latest);
    for kept in ["001 holds 1-1 Matron", "002 holds 2-2 Matron", "002 holds 2-1 Nurse", "003 holds  Matron"] {
        assert!(facts.iter().any(|fact| fact.contains(kept)), "{kept}: {facts:?}");
    }
    assert_eq!(report.difference.ended.total, 2, "which of two posts is meant can't be told");
    assert_eq!(report.notes, ["the file has no column for assignment_number: what is known is kept"]);
}

#[test]
fn a_partial_list_ends_nobody() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    let partial = ImportOptions { partial: true, ..options("2026-11-01") };
    let report = register.staff_with(2, &file(people(1..=1)), &partial);
    assert_eq!(counts(&report), (0, 1, 0, 0, 0, 0));
    let put_right = CheckedFile { ends_in_reason: true, ..file(people(1..=1)) };
    let report = register.staff(3, &put_right);
    assert_eq!(counts(&report), (0, 1, 0, 0, 0, 0));
    assert!(report.notes[0].contains("--partial"), "{:?}", report.notes);
    assert_eq!(register.facts(KnownAt::Latest), register.facts(KnownAt::At(minute(1))));
}

#[test]
fn a_list_of_one_organisation_ends_nobody_in_another() {
    let register = Register::new();
    let other = CheckedFile { organisations: vec!["RXB".into()].into(), ..file(people(1..=20)) };
    register.staff(1, &other);
    let report = register.staff(2, &file(people(1..=20)));
    assert_eq!(counts(&report), (20, 0, 20, 0, 0, 0));
    assert_eq!(register.view(KnownAt::Latest).people.len(), 40);
}

#[test]
fn a_rejected_row_never_makes_a_leaver() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    let named = with_rejected(file(people(1..=19)), 21, Some("020"));
    assert_eq!(counts(&register.staff(2, &named)), (0, 19, 0, 0, 0, 1));
    let anybody = with_rejected(file(people(1..=18)), 21, None);
    let report = register.staff(3, &anybody);
    assert_eq!(counts(&report), (0, 18, 0, 0, 0, 1));
    assert!(report.notes[0].contains("nobody"), "{:?}", report.notes);
    assert_eq!(register.facts(KnownAt::Latest), register.facts(KnownAt::At(minute(1))));
}

/// The list with other addresses for the first `count` people.
fn readdressed(mut list: CheckedFile<StaffRow>, count: usize) -> CheckedFile<StaffRow> {
    list.rows
        .iter_mut()
        .take(count)
        .for_each(|(_, row)| row.person.email = format!("x{}", row.person.email).into());
    list
}

/// The list with so many further lines that were rejected when it was read.
fn with_spoilt(list: CheckedFile<StaffRow>, count: u64) -> CheckedFile<StaffRow> {
    (0..count).fold(list, |list, more| with_rejected(list, 100 + more, Some("021")))
}

#[test]
fn the_brakes_refuse_above_ten_percent_and_from_five_on_and_nothing_changes() {
    let usual = || options("2026-11-01");
    let only = |brake| ImportOptions { force: Force::Brakes(BTreeSet::from([brake])), ..usual() };
    let strict = || ImportOptions { strict: true, ..usual() };
    let leavers = "5 of the 20 people in post at RXA, more than max_leavers (10%)";
    let addresses = "5 of the 20 people in post at RXA another email address";
    let rejected = "5 of 25 rows are rejected, more than max_rejected (10%)";
    let all = || readdressed(with_spoilt(file(people(1..=15)), 5), 5);
    for (list, options, refused) in [
        (file(people(1..=16)), usual(), &[][..]),
        (file(people(1..=15)), usual(), &[leavers]),
        (file(people(1..=15)), forced("2026-11-01"), &[]),
        (file(people(1..=15)), only(ImportBrake::Leavers), &[]),
        (file(people(1..=15)), only(ImportBrake::Addresses), &[leavers]),
        (file(people(1..=15)), ImportOptions { brakes: brakes(25), ..usual() }, &[]),
        (file(people(1..=15)), ImportOptions { partial: true, ..usual() }, &[]),
        (readdressed(file(people(1..=20)), 4), usual(), &[]),
        (readdressed(file(people(1..=20)), 5), usual(), &[addresses]),
        (readdressed(file(people(1..=20)), 5), ImportOptions { partial: true, ..usual() }, &[addresses]),
        (readdressed(file(people(1..=20)), 5), only(ImportBrake::Addresses), &[]),
        (with_spoilt(file(people(1..=20)), 4), usual(), &[]),
        (with_spoilt(file(people(1..=20)), 5), usual(), &[rejected]),
        (with_spoilt(file(people(1..=20)), 5), only(ImportBrake::Rejected), &[]),
        (with_spoilt(file(people(1..=20)), 4), ImportOptions { brakes: brakes(0), ..usual() }, &[]),
        (all(), usual(), &["5 of 20 rows", leavers, addresses]),
        (all(), only(ImportBrake::Leavers), &["5 of 20 rows", addresses]),
        (all(), only(ImportBrake::Addresses), &["5 of 20 rows", leavers]),
        (all(), forced("2026-11-01"), &[]),
        (file(people(1..=20)), strict(), &[]),
        (with_spoilt(file(people(1..=20)), 1), strict(), &["--strict"]),
        (
            with_spoilt(file(people(1..=20)), 1),
            ImportOptions { force: Force::Everything, ..strict() },
            &["--strict"],
        ),
        (with_spoilt(file(people(1..=20)), 1), usual(), &[]),
    ] {
        let register = Register::new();
        register.staff(1, &file(people(1..=20)));
        let before = register.facts(KnownAt::Latest);
        let report = register.staff_with(2, &list, &options);
        let said = report.refused.clone().unwrap_or_default();
        assert_eq!(said.is_empty(), refused.is_empty(), "{said}");
        for words in refused {
            assert!(said.contains(words), "{words}: {said}");
        }
        if !refused.is_empty() {
            assert_eq!(report.id, None);
            assert_eq!(register.facts(KnownAt::Latest), before);
        }
    }
}

/// A list of both organisations: people of RXA, then of RXB.
fn of_both(
    first: impl Iterator<Item = StaffRow>,
    second: impl Iterator<Item = StaffRow>,
) -> CheckedFile<StaffRow> {
    let second = second.map(|row| StaffRow { organisation: 1.into(), ..row });
    CheckedFile { organisations: vec!["RXA".into(), "RXB".into()].into(), ..file(first.chain(second)) }
}

#[test]
fn the_brakes_judge_every_organisation_that_a_list_names_by_itself() {
    let a_thousand = || people(1..=900);
    for (list, refused) in [
        (
            of_both(a_thousand(), people(1..=1)),
            Some("it would make leavers of 59 of the 60 people in post at RXB, more"),
        ),
        (
            of_both(people(1..=1), people(1..=60)),
            Some("it would make leavers of 899 of the 900 people in post at RXA, more"),
        ),
        (
            of_both(people(1..=1), people(1..=1)),
            Some(
                "it would make leavers of 899 of the 900 people in post at RXA and 59 of the 60 at RXB, more",
            ),
        ),
        (
            readdressed(of_both(people(1..=60), std::iter::empty()), 7),
            Some("it would make leavers of 840 of the 900 people in post at RXA, more"),
        ),
        (of_both(a_thousand(), people(1..=56)), None),
        (of_both(people(1..=850), people(1..=55)), None),
        (of_both(a_thousand(), std::iter::empty()), None),
    ] {
        let register = Register::new();
        register.staff(1, &of_both(a_thousand(), people(1..=60)));
        let report = register.staff(2, &list);
        match refused {
            None => assert_eq!(report.refused, None),
            Some(words) => {
                assert!(report.refused.as_ref().unwrap().starts_with(words), "{:?}", report.refused)
            }
        }
    }
    let register = Register::new();
    register.staff(1, &of_both(a_thousand(), people(1..=60)));
    let mut list = of_both(a_thousand(), people(1..=60));
    list.rows.iter_mut().skip(900).take(7).for_each(|(_, row)| row.person.email.clear());
    let refused = register.staff(2, &list).refused.unwrap();
    assert!(refused.starts_with("it would give 7 of the 60 people in post at RXB another"), "{refused}");
}

#[test]
fn many_other_last_names_at_once_are_warned_about_and_nothing_is_refused() {
    let other = |field: &'static str, first: u32, last: u32| {
        let mut list = file(people(1..=40));
        for (_, row) in &mut list.rows {
            let number: u32 = row.employee_number.parse().unwrap();
            match field {
                "capitals" => row.person.email = row.person.email.replace("ann", "ANN").as_str().into(),
                "last_name" if (first..=last).contains(&number) => row.person.last_name = "Other".into(),
                _ => {}
            }
        }
        list
    };
    for (list, warned) in [
        (other("last_name", 1, 4), None),
        (other("last_name", 36, 40), Some("5 of the 40 people in post at RXA have another last name")),
        (other("capitals", 1, 40), None),
        (without(&[], people(1..=40)), None),
    ] {
        let register = Register::new();
        register.staff(1, &file(people(1..=40)));
        let report = register.staff(2, &list);
        assert_eq!(report.refused, None);
        match (warned, &report.warnings[..]) {
            (None, []) => {}
            (Some(words), [warning]) => {
                assert_eq!(warning.column, "last_name");
                assert!(warning.reason.starts_with(words), "{}", warning.reason);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn first_addresses_are_no_other_ones_and_a_tenth_is_not_more_than_a_tenth() {
    let register = Register::new();
    let no_address = |mut row: StaffRow| {
        row.person.email.clear();
        row
    };
    register.staff(1, &file(people(1..=50).map(no_address)));
    let first = register.staff(2, &file(people(1..=50)));
    assert_eq!((first.refused, first.warnings), (None, Vec::new()));
    let mut list = file(people(1..=50));
    list.rows.iter_mut().take(5).for_each(|(_, row)| row.person.last_name = "Other".into());
    list.rows.iter_mut().skip(5).take(5).for_each(|(_, row)| row.person.email.clear());
    let tenth = register.staff(3, &list);
    assert_eq!((tenth.refused, tenth.warnings), (None, Vec::new()));
    list.rows.iter_mut().skip(10).take(6).for_each(|(_, row)| row.person.email.clear());
    assert!(register.staff(4, &list).refused.unwrap().contains("max_addresses"), "addresses lost");
}

fn spoilt(numbers: std::ops::RangeInclusive<u32>) -> impl Iterator<Item = StaffRow> {
    numbers.map(|number| person(&number.to_string()))
}

#[test]
fn lost_leading_zeros_are_what_the_refusal_says_first() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    let report = register.staff(2, &file(spoilt(1..=20)));
    assert_eq!(counts(&report), (0, 0, 0, 0, 0, 20));
    let refused = report.refused.unwrap();
    assert!(refused.starts_with("has the file lost its leading zeros? 1 is 001"), "{refused}");
    assert!(!refused.contains("--partial"), "{refused}");
    assert_eq!((report.rejected[0].line, report.rejected[0].column.as_str()), (2, "Employee Number"));
}

#[test]
fn zeros_that_the_register_lacks_are_not_blamed_on_the_file() {
    let register = Register::new();
    register.staff(1, &file(spoilt(1..=20)));
    let report = register.staff(2, &file(people(1..=20)));
    assert_eq!(counts(&report), (0, 0, 0, 0, 0, 20));
    let refused = report.refused.unwrap();
    assert!(refused.starts_with("did an earlier staff list lose its leading zeros? 001 is 1"), "{refused}");
    assert!(report.rejected[0].reason.starts_with("the register has 1, without the leading zeros"));
}

#[test]
fn a_row_that_differs_from_somebody_in_post_only_in_zeros_is_rejected_and_ends_nobody() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    let report = register.staff(2, &file(people(1..=19).chain(spoilt(20..=20))));
    assert_eq!(counts(&report), (0, 19, 0, 0, 0, 1));
    assert_eq!(
        report.rejected[0].reason.split(':').next(),
        Some("the register has 020, which differs only in leading zeros")
    );
    assert_eq!(register.facts(KnownAt::Latest), register.facts(KnownAt::At(minute(1))));
}

/// Beside themselves, of somebody who has left, under their own rejected row: the number is somebody's already.
#[test]
fn a_number_that_differs_from_a_known_one_only_in_zeros_makes_nobody_new() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    let both = || people(1..=20).chain(spoilt(20..=20));
    assert_eq!(counts(&register.staff(2, &file(both()))), (0, 20, 0, 0, 0, 1));
    let without = || file(people(1..=19).chain(spoilt(20..=20)));
    let its_own_row_is_rejected = with_rejected(without(), 40, Some("020"));
    assert_eq!(counts(&register.staff(3, &its_own_row_is_rejected)), (0, 19, 0, 0, 0, 2));
    register.staff(4, &file(people(1..=19)));
    let report = register.staff(5, &without());
    assert_eq!(counts(&report), (0, 19, 0, 0, 0, 1), "they had left, and are no joiner now");
    assert!(report.rejected[0].reason.starts_with("the register has 020"), "{:?}", report.rejected);
    assert_eq!(counts(&register.staff(6, &file(people(1..=20)))), (1, 19, 1, 0, 0, 0), "who came back");
}

/// The manager and the assignment of one of twenty, as a spreadsheet or somebody's typing leaves them.
#[test]
fn a_manager_s_or_an_assignment_s_number_like_a_known_one_rejects_the_row_and_ends_nothing() {
    let list = || {
        people(1..=20).map(|mut row| {
            row.post.manager_employee_number = "001".into();
            row.post.assignment_number = format!("{}-1", row.employee_number).into();
            row
        })
    };
    for (odd, of_manager) in [
        ("1", true),
        ("'001", true),
        ("00 1", true),
        ("001?", true),
        ("20-1", false),
        ("'020-1", false),
        ("020-1.", false),
    ] {
        let register = Register::new();
        register.staff(1, &file(list()));
        let mut changed = file(list());
        let post = &mut changed.rows.last_mut().unwrap().1.post;
        *(if of_manager { &mut post.manager_employee_number } else { &mut post.assignment_number }) =
            odd.into();
        let report = register.staff(2, &changed);
        assert_eq!(counts(&report), (0, 19, 0, 0, 0, 1), "{odd}");
        let column = if of_manager { "manager_employee_number" } else { "assignment_number" };
        assert_eq!((report.rejected[0].column.as_str(), report.rejected[0].value.as_str()), (column, odd));
        assert!(
            report.rejected[0].reason.contains("is known, and this differs from it only by zeros"),
            "{odd}"
        );
        assert_eq!(register.facts(KnownAt::Latest), register.facts(KnownAt::At(minute(1))), "{odd}");
        let first = Register::new().staff(1, &changed);
        assert_eq!(
            counts(&first).5,
            usize::from(of_manager),
            "{odd}: of a first list the manager alone is known"
        );
    }
}

#[test]
fn a_dry_run_shows_everything_and_leaves_no_trace() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    let dry = ImportOptions { dry_run: true, ..options("2026-11-01") };
    let report = register.staff_with(2, &file(people(2..=21)), &dry);
    assert_eq!((counts(&report), report.id, report.dry_run), ((1, 19, 1, 0, 1, 0), None, true));
    assert_eq!(register.facts(KnownAt::Latest), register.facts(KnownAt::At(minute(1))));
    assert_eq!(register.staff(3, &file(people(1..=20))).id, Some(4), "no import was recorded in between");
}

#[test]
fn the_same_file_is_recognised_until_another_of_its_kind_came() {
    let register = Register::new();
    let first = register.staff(1, &file(people(1..=20)));
    let again = register.staff(1, &file(people(1..=20)));
    assert_eq!((counts(&again), again.id), ((0, 20, 0, 0, 0, 0), first.id));
    assert!(again.notes[0].contains("imported before"), "{:?}", again.notes);
    register.training(7, &file([record("001", 0, "2026-01-01")]));
    assert_eq!(register.staff(1, &file(people(1..=20))).id, first.id, "another kind does not count");
    let other = CheckedFile { organisations: vec!["RXB".into()].into(), ..file(people(1..=20)) };
    register.staff(8, &other);
    assert_eq!(register.staff(1, &file(people(1..=20))).id, first.id, "another organisation does not count");
    register.staff(2, &file(people(1..=19)));
    let back = register.staff(1, &file(people(1..=20)));
    assert_eq!(counts(&back), (1, 19, 1, 0, 0, 0));
    let forced = register.staff_with(1, &file(people(1..=20)), &forced("2026-11-01"));
    assert!(forced.id > back.id);
}

#[test]
fn rows_of_an_unknown_organisation_are_rejected() {
    let register = Register::new();
    let mut list = file(people(1..=20));
    list.organisations.push("RXZ".into());
    list.rows[4].1.organisation = 1.into();
    let report = register.staff(1, &list);
    assert_eq!(counts(&report), (19, 0, 19, 0, 0, 1));
    assert_eq!(report.rejected[0].line, 6);
}

#[test]
fn the_report_is_written_as_documented() {
    let register = Register::new();
    let mut list = with_rejected(file(people(1..=20)), 22, Some("021"));
    list.warnings.push(refresher::import::Remark {
        line: 3,
        column: "Email".into(),
        value: "ann".into(),
        reason: "is not an address".into(),
    });
    let options = ImportOptions { listed: 1, ..options("2026-11-01") };
    let json = serde_json::to_value(register.staff_with(1, &list, &options)).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "id": 3, "kind": "staff", "file": "file.csv", "rows": 21, "applied": 20, "unchanged": 0,
            "skipped": { "not_a_completion": 0, "not_our_course": 0 },
            "joiners": 20, "changes": 0, "leavers": 0, "records_added": 0, "records_corrected": 0,
            "rejected": [{"line": 22, "column": "Start Date", "value": "soon", "reason": "is not a date"}],
            "warnings": [{"line": 3, "column": "Email", "value": "ann", "warning": "is not an address"}],
            "refused": null, "dry_run": false, "notes": [],
            "difference": {
                "totals": {"joiners": 20, "leavers": 0, "added": 0, "ended": 0, "changes": 0},
                "fields": {},
                "joiners": [{
                    "organisation": "RXA", "employee_number": "001", "name": "Ann Example 001", "line": 2,
                    "rejoins": false
                }],
                "leavers": [], "added": [], "ended": [], "changes": []
            }
        })
    );
}

#[test]
fn a_list_that_leaves_a_rule_with_nobody_to_ask_warns_of_it_on_a_dry_run_too() {
    let folder = Folder::new();
    folder.write(
        "policy.toml",
        "[[course]]\ncode = 'L1'\ntitle = 'Level 1'\n[[course]]\ncode = 'L3'\ntitle = 'Level 3'\n\
         [[requirement]]\ncourse = 'L1'\n[[requirement]]\ncourse = 'L3'\nunits = ['*Children*']\n\
         [[requirement]]\ncourse = 'L3'\nstaff_groups = ['Nursing*']\n",
    );
    let warnings = |words: &str| -> Vec<String> {
        let report = folder.run(&format!("--json import staff {words}")).ended(0).json();
        let of = |warning: &serde_json::Value| warning["warning"].as_str().unwrap().to_owned();
        report["warnings"].as_array().unwrap().iter().map(of).collect()
    };
    // A ward under a header that is not known, and no staff group: the paediatric nurse would be asked for level 1 alone.
    let head = "employee_number,last_name,start_date";
    folder.write("wards.csv", format!("{head},Area of work\n1,Bello,2020-01-01,Children\n"));
    for words in ["wards.csv --dry-run", "wards.csv"] {
        let told = warnings(words).join("\n");
        assert!(
            told.contains("nobody in post has a unit, and the policy selects by units in requirement 2:"),
            "{told}"
        );
        assert!(
            told.contains("nobody in post has a staff group, and the policy selects by staff_groups"),
            "{told}"
        );
    }
    folder
        .write("all.csv", format!("{head},unit,staff_group\n1,Bello,2020-01-01,Children / Ward 5,Nursing\n"));
    assert_eq!(warnings("all.csv"), [] as [&str; 0]);
    folder.write("porters.csv", format!("{head},unit,staff_group\n1,Bello,2020-01-01,Childrens,Estates\n"));
    let told = warnings("porters.csv --dry-run").join("\n");
    assert!(
        told.contains("has staff_groups = [\"Nursing*\"], and nobody in post has such a staff group"),
        "{told}"
    );
    // Those of another list, and of a partial one, are still in post.
    folder.write("some.csv", format!("{head},unit,staff_group\n2,Ade,2020-01-01,Site,Estates\n"));
    assert_eq!(warnings("some.csv --partial --dry-run"), [] as [&str; 0]);
    // Who is new by a list without the column has none, though others have.
    folder.write("new.csv", format!("{head}\n3,Okafor,2020-01-01\n"));
    let told = warnings("new.csv --partial --dry-run").join("\n");
    assert!(
        told.contains("no column for unit, and the policy selects by units in requirement 2: whoever is new"),
        "{told}"
    );
}
