use refresher::import::CheckedFile;
use refresher::register::store::{self, KnownAt};

use super::{answers, undo, undone};
use crate::imports::given::*;

fn register() -> Register {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    register
}

/// The imports of the organisations come first.
const STAFF: i32 = 3;

#[test]
fn leavers_come_back_and_joiners_are_gone_from_every_read() {
    let register = register();
    let before = answers(&register, KnownAt::Latest);
    let report = register.staff(2, &file(people(2..=21)));
    assert_eq!((report.joiners, report.leavers), (1, 1));
    undone(&register, 3, report.id.unwrap());
    assert_eq!(answers(&register, KnownAt::Latest), before);
    assert!(register.view(KnownAt::Latest).find(0.into(), "021").is_none());
}

#[test]
fn what_was_known_before_between_and_after_stays_known() {
    let register = register();
    register.staff(2, &file(people(1..=21)));
    undone(&register, 3, STAFF + 1);
    undone(&register, 4, STAFF + 2);
    for (minutes, people) in [(0, 0), (1, 20), (2, 21), (3, 20), (4, 21)] {
        assert_eq!(register.view(KnownAt::At(minute(minutes))).people.len(), people, "at minute {minutes}");
    }
}

#[test]
fn a_later_import_that_replaced_a_version_is_named_with_what_it_changed() {
    let register = register();
    register.training(2, &file([record("001", 0, "2026-01-01"), record("002", 0, "2026-01-01")]));
    register.training(
        3,
        &file([record("001", 0, "2026-01-01")].map(|mut row| {
            details(&mut row).provider = "Somebody".into();
            row
        })),
    );
    let before = answers(&register, KnownAt::Latest);
    let refused = undo(&register, 4, STAFF + 1).refused.unwrap();
    assert_eq!(
        refused,
        "later imports built on import 4: import 5 (training, file.csv) changed 1 training record. Undo those first, \
         the newest first: `refresher import undo 5`"
    );
    assert_eq!(answers(&register, KnownAt::Latest), before);
    undone(&register, 5, STAFF + 2);
    undone(&register, 6, STAFF + 1);
    assert_eq!(answers(&register, KnownAt::Latest), answers(&register, KnownAt::At(minute(1))));
}

#[test]
fn records_of_people_whom_it_brought_stand_against_an_undo_but_others_do_not() {
    let register = register();
    register.staff(2, &file(people(1..=21)));
    register.training(3, &file([record("001", 0, "2026-01-01")]));
    let brought = STAFF + 1;
    undone(&register, 4, brought);
    undone(&register, 5, STAFF + 3);
    register.training(6, &file([record("021", 0, "2026-01-01")]));
    let refused = undo(&register, 7, brought).refused.unwrap();
    assert!(refused.contains("(training, file.csv) changed 1 training record"), "{refused}");
}

#[test]
fn staff_of_an_organisation_that_it_brought_stand_against_an_undo() {
    let register = Register::new();
    let row = refresher::import::OrganisationRow {
        code: "RXC".into(),
        name: "New".into(),
        kind: refresher::register::OrganisationKind::Acute,
        safeguarding_email: String::new(),
    };
    let options = options("2026-11-01");
    refresher::import::apply::<refresher::import::OrganisationLists>(
        &register.db,
        &source(1),
        &file([row]),
        &policy(),
        &options,
        minute(1),
    )
    .unwrap();
    register.staff(2, &CheckedFile { organisations: vec!["RXC".into()].into(), ..file(people(1..=2)) });
    let refused = undo(&register, 3, STAFF).refused.unwrap();
    assert!(refused.contains("2 names or addresses, 2 assignments"), "{refused}");
}

#[test]
fn what_was_undone_can_be_put_back_and_undone_again() {
    let register = register();
    let before = answers(&register, KnownAt::Latest);
    register.staff(2, &file(people(1..=21)));
    let with = answers(&register, KnownAt::Latest);
    let list = STAFF + 1;
    let first = undone(&register, 3, list);
    let again = undo(&register, 4, list);
    assert_eq!(
        again.refused.unwrap(),
        format!(
            "import {list} was undone already, by import {first}; `refresher import undo {first}` puts it back"
        )
    );
    let put_back = undone(&register, 5, first);
    assert_eq!(answers(&register, KnownAt::Latest), with);
    let last = undo(&register, 6, list);
    assert_eq!((last.undoes, last.refused), (put_back, None));
    assert!(last.notes[0].contains("put back by import 6"), "{:?}", last.notes);
    assert_eq!(answers(&register, KnownAt::Latest), before);
}

#[test]
fn what_the_settings_say_is_not_undone_here() {
    let register = register();
    let refused = undo(&register, 2, 1).refused.unwrap();
    assert!(refused.contains("[organisation]"), "{refused}");
}

#[test]
fn an_import_that_is_not_there_is_an_error_that_says_where_to_look() {
    let register = register();
    let actor = refresher::audit::Actor::named("x");
    let error = refresher::import::undo(&register.db, 99, &actor, day("2026-11-01"), minute(2)).unwrap_err();
    assert_eq!(error.to_string(), "there is no import 99: `refresher import list` lists them");
}

#[test]
fn after_an_undo_the_same_file_is_imported_again_and_after_putting_back_it_is_known() {
    let register = register();
    let list = file(people(1..=21));
    assert_eq!(register.staff(2, &list).joiners, 1);
    let undo = undone(&register, 3, STAFF + 1);
    undone(&register, 4, undo);
    assert_eq!(register.staff(2, &list).id, Some(STAFF + 1), "put back, so known");
    undone(&register, 5, STAFF + 1);
    let report = register.staff(2, &list);
    assert_eq!((report.joiners, report.id), (1, Some(STAFF + 5)));
}

#[test]
fn an_earlier_file_is_known_again_once_the_one_after_it_is_undone() {
    let register = register();
    register.staff(2, &file(people(1..=19)));
    undone(&register, 3, STAFF + 1);
    assert_eq!(register.staff(1, &file(people(1..=20))).id, Some(STAFF));
}

#[test]
fn a_later_file_is_not_taken_for_known_after_an_earlier_one_was_undone() {
    let register = register();
    let renamed = |number| {
        let mut row = person(number);
        row.person.last_name = "Other".into();
        row
    };
    register.staff_with(
        2,
        &file([renamed("001")]),
        &refresher::import::ImportOptions { partial: true, ..options("2026-11-01") },
    );
    let later = || file([renamed("001"), renamed("002")]);
    let partial = refresher::import::ImportOptions { partial: true, ..options("2026-11-01") };
    assert_eq!(register.staff_with(3, &later(), &partial).applied, 1);
    let undone = undo(&register, 4, STAFF + 1);
    assert_eq!(undone.refused, None);
    assert!(undone.notes[0].contains("import 5 (file.csv) came later"), "{:?}", undone.notes);
    assert_eq!(register.staff_with(3, &later(), &partial).applied, 1, "the name that was taken back");
}

#[test]
fn the_last_staff_list_and_the_rejected_rows_are_those_that_stand() {
    let register = register();
    let read = || {
        register
            .db
            .read(|conn| {
                let lists = store::last_staff_imports(conn, KnownAt::Latest)?;
                let rejected = store::rejected_rows(conn, KnownAt::Latest, None, minute(0), minute(60))?;
                Ok((lists.get("RXA").copied(), rejected))
            })
            .unwrap()
    };
    register.staff(2, &with_rejected(file(people(1..=19)), 21, Some("020")));
    assert_eq!(read(), (Some(minute(2)), 1));
    undone(&register, 3, STAFF + 1);
    assert_eq!(read(), (Some(minute(1)), 0));
    undone(&register, 4, STAFF + 2);
    assert_eq!(read(), (Some(minute(2)), 1));
}

#[test]
fn the_history_says_what_was_undone_by_what() {
    let register = register();
    undone(&register, 2, STAFF);
    let lines = register.db.read(store::imports).unwrap();
    let told: Vec<_> = lines.iter().map(|line| (line.id, &*line.kind, line.undoes, line.undone_by)).collect();
    assert_eq!(
        told,
        [
            (4, "undo", Some(3), None),
            (3, "staff", None, Some(4)),
            (2, "configuration", None, None),
            (1, "configuration", None, None)
        ]
    );
}
