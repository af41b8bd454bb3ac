//! The register as known at an instant.

use std::collections::{BTreeMap, HashMap};

use refresher::import::CheckedFile;
use refresher::register::store::{self, KnownAt, ViewDetail};

use crate::imports::given::*;

#[test]
fn people_are_in_order_of_organisation_and_number_as_text() {
    let register = Register::new();
    let other = CheckedFile { organisations: vec!["RXB".into()].into(), ..file(["1"].map(person)) };
    register.staff(1, &other);
    register.staff(2, &file(["9", "10", "02", "a"].map(person)));
    register.staff(3, &file(["9", "10", "02", "a", "100"].map(person)));
    let view = register.view(KnownAt::Latest);
    let order: Vec<String> = view
        .people
        .iter()
        .map(|person| format!("{} {}", view.organisation_code(person.organisation), person.employee_number))
        .collect();
    assert_eq!(order, ["RXA 02", "RXA 10", "RXA 100", "RXA 9", "RXA a", "RXB 1"]);
    assert_eq!(view.find(0.into(), "100"), Some(2.into()));
}

#[test]
fn records_go_to_their_people_in_order_of_completion_however_they_came() {
    let register = Register::new();
    register.staff(1, &file(people(1..=3)));
    register.training(2, &file([record("003", 0, "2026-03-01"), record("001", 1, "2026-01-01")]));
    register.training(3, &file([record("001", 0, "2025-01-01"), record("003", 0, "2024-01-01")]));
    let view = register.view(KnownAt::Latest);
    let days = |person: u32| {
        view.records(person.into()).iter().map(|record| record.completed_on).collect::<Vec<_>>()
    };
    assert_eq!(days(0), [day("2025-01-01"), day("2026-01-01")]);
    assert_eq!(days(1), []);
    assert_eq!(days(2), [day("2024-01-01"), day("2026-03-01")]);
    assert_eq!(view.record_count(), 4);
}

#[test]
fn a_scope_holds_one_organisation_and_an_unknown_one_nobody() {
    let register = Register::new();
    register.staff(1, &file(people(1..=3)));
    register.staff(2, &CheckedFile { organisations: vec!["RXB".into()].into(), ..file(people(1..=2)) });
    register.training(3, &file([record("003", 0, "2026-03-01")]));
    for (scope, people, records) in
        [(None, 5, 1), (Some("RXA"), 3, 1), (Some("RXB"), 2, 0), (Some("RXZ"), 0, 0)]
    {
        let view = store::view(&register.db, KnownAt::Latest, scope, ViewDetail::Judgement, &HashMap::new())
            .unwrap();
        assert_eq!((view.people.len(), view.record_count()), (people, records), "{scope:?}");
        assert!(view.names.is_empty(), "names were not asked for");
    }
}

#[test]
fn instants_increase_even_where_the_clock_stands_still() {
    let register = Register::new();
    register.staff(5, &file(people(1..=3)));
    register.staff_with(5, &file(people(1..=4)), &forced("2026-11-01"));
    register.staff_with(4, &file(people(1..=5)), &forced("2026-11-01"));
    let imports = register.db.read(store::imports).unwrap();
    assert!(
        imports.is_sorted_by(|newer, older| newer.recorded_at > older.recorded_at && newer.id > older.id)
    );
    for (known, people) in
        [(KnownAt::At(minute(4)), 0), (KnownAt::At(minute(5)), 3), (KnownAt::At(minute(6)), 5)]
    {
        assert_eq!(register.view(known).people.len(), people, "{known:?}");
    }
}

#[test]
fn the_small_reads_say_what_was_imported() {
    let register = Register::new();
    register.staff(1, &file(people(1..=10)));
    register.staff(9, &with_rejected(file(people(1..=10)), 12, Some("011")));
    register.training(
        2,
        &file([
            record("001", 0, "2026-03-31"),
            record("001", 0, "2026-04-01"),
            record("002", 1, "2026-05-01"),
        ]),
    );
    let view = register.view(KnownAt::Latest);
    let ids: Vec<i32> = view.people.iter().map(|person| person.staff_id).collect();
    register
        .db
        .read(|conn| {
            let names = store::names(conn, KnownAt::Latest, &ids[1..3])?;
            assert_eq!(
                names.values().map(|name| &*name.last).collect::<Vec<_>>(),
                ["Example 002", "Example 003"]
            );
            let done = |conn: &mut _, codes: &[&str]| {
                let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
                store::completions(conn, KnownAt::Latest, None, &codes, day("2026-04-01"), day("2027-03-31"))
            };
            assert_eq!(done(conn, &["C0"])?, BTreeMap::from([("RXA".to_owned(), 1)]));
            assert_eq!(done(conn, &["C0", "C1"])?, BTreeMap::from([("RXA".to_owned(), 2)]));
            assert_eq!(done(conn, &["C9"])?, BTreeMap::new());
            let last = store::last_staff_imports(conn, KnownAt::Latest)?;
            assert_eq!(last, BTreeMap::from([("RXA".to_owned(), minute(9))]));
            for (code, expected) in [(None, 1), (Some("RXA"), 1), (Some("RXB"), 0)] {
                assert_eq!(
                    store::rejected_rows(conn, KnownAt::Latest, code, minute(0), minute(10))?,
                    expected,
                    "{code:?}"
                );
            }
            assert_eq!(store::rejected_rows(conn, KnownAt::Latest, None, minute(0), minute(9))?, 0);
            Ok(())
        })
        .unwrap();
}
