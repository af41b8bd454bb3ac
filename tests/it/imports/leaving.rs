//! Who a staff list says leaves: what the brake weighs, and what an older list can't know.

use refresher::import::{CheckedFile, StaffRow};
use refresher::register::store::KnownAt;

use super::given::*;

/// Twenty people, of whom the first few have this last day.
fn with_last_day(few: usize, last_day: Option<&str>) -> CheckedFile<StaffRow> {
    let mut list = file(people(1..=20));
    list.rows.iter_mut().take(few).for_each(|(_, row)| row.leave_on = last_day.map(day));
    list
}

#[test]
fn the_brake_weighs_whose_last_post_ends_sooner_on_whatever_day() {
    for (known, listed, is_refused) in [
        ((0, None), (20, Some("2026-11-01")), true),
        ((0, None), (20, Some("2026-11-02")), true),
        ((0, None), (20, Some("2027-03-31")), true),
        ((0, None), (20, Some("2026-10-31")), true),
        ((0, None), (5, Some("2027-03-31")), true),
        ((0, None), (4, Some("2027-03-31")), false),
        // Sooner than before.
        ((20, Some("2028-08-31")), (20, Some("2026-12-01")), true),
        // As it was, later, or no longer at all.
        ((20, Some("2027-03-31")), (20, Some("2027-03-31")), false),
        ((20, Some("2027-03-31")), (20, Some("2027-08-31")), false),
        ((20, Some("2027-03-31")), (20, None), false),
    ] {
        let register = Register::new();
        let first = register.staff_with(1, &with_last_day(known.0, known.1), &forced("2026-11-01"));
        assert_eq!(first.refused, None);
        let before = register.facts(KnownAt::Latest);
        let report = register.staff(2, &with_last_day(listed.0, listed.1));
        let why = report.refused.clone().unwrap_or_default();
        assert_eq!(why.contains("more than max_leavers"), is_refused, "{known:?} {listed:?}: {why}");
        assert_eq!(register.facts(KnownAt::Latest) == before, is_refused || known == listed, "{listed:?}");
    }
}

#[test]
fn those_who_are_to_leave_count_beside_those_who_are_not_listed() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    let mut list = with_last_day(2, Some("2027-03-31"));
    list.rows.truncate(17);
    let report = register.staff(2, &list);
    assert_eq!(report.leavers, 3, "leavers are those who would no longer be in post");
    let why = report.refused.unwrap_or_default();
    assert!(why.contains("5 of the 20 people in post"), "{why}");
}

#[test]
fn another_post_that_ends_is_no_leaver() {
    let register = Register::new();
    let posts = |ends: Option<&str>| {
        file(people(1..=20).flat_map(move |person| {
            ["1", "2"].map(|number| {
                let mut post = person.clone();
                post.post.assignment_number = number.into();
                post.leave_on = ends.filter(|_| number == "2").map(day);
                post
            })
        }))
    };
    register.staff(1, &posts(None));
    assert_eq!(register.staff(2, &posts(Some("2026-12-31"))).refused, None);
}

#[test]
fn a_list_as_of_an_earlier_day_brings_nobody_back() {
    for (as_of, stays) in [
        // Before what ended it, on the last day itself, and after it.
        ("2026-10-01", true),
        ("2026-11-30", true),
        ("2026-12-01", false),
        ("2026-12-08", false),
    ] {
        let register = Register::new();
        register.staff(1, &file(people(1..=20)));
        let report = register.staff_with(2, &file(people(3..=20)), &options("2026-12-01"));
        assert_eq!(report.leavers, 2);
        let after = register.facts(KnownAt::Latest);
        let report = register.staff_with(3, &file(people(1..=20)), &options(as_of));
        assert_eq!(register.facts(KnownAt::Latest) == after, stays, "{as_of}");
        assert_eq!(report.joiners, if stays { 0 } else { 2 }, "{as_of}");
        let warnings: Vec<&str> = report.warnings.iter().map(|warning| warning.reason.as_str()).collect();
        match &warnings[..] {
            [told] if stays => assert!(
                told.contains("as of 2026-12-01") && told.contains("so 2 people in it who left since"),
                "{told}"
            ),
            none => assert!(none.is_empty() && !stays, "{as_of}: {none:?}"),
        }
        // Who is back in a later list is back.
        register.staff_with(4, &file(people(1..=20)), &options("2026-12-15"));
        let back = register.facts(KnownAt::Latest);
        assert!(!back.iter().any(|fact| fact.contains(" to 2026-")), "{back:?}");
    }
}

#[test]
fn a_leave_date_that_a_later_list_takes_back_is_gone() {
    let register = Register::new();
    register.staff(1, &with_last_day(2, Some("2027-03-31")));
    let report = register.staff_with(2, &file(people(1..=20)), &options("2026-11-08"));
    assert_eq!((report.changes, report.warnings.len()), (2, 0));
    // An older list that gives another one says so itself.
    register.staff_with(3, &with_last_day(2, Some("2026-12-31")), &options("2026-11-05"));
    assert!(register.facts(KnownAt::Latest).iter().any(|fact| fact.ends_with("to 2026-12-31")));
}
