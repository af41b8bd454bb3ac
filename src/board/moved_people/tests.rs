use std::collections::BTreeSet;

use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::compliance::rates;
use crate::policy::{Policy, parse};
use crate::register::{Exemption, View};
use crate::sample::{self, SamplePost, day, record};

const RULES: &str = r#"
    absent_statuses = ["Maternity"]
    [[course]]
    code = "L1"
    valid_months = 12
    [[course]]
    code = "L2"
    valid_months = 36
    satisfies = ["L1"]
    [[requirement]]
    course = "L1"
    within_days = 30
    [[requirement]]
    course = "L2"
    job_titles = ["Nurse"]
    within_days = 90
"#;

/// As before, and porters need level 2.
const NEW_RULES: &str = "[[requirement]]\ncourse = \"L2\"\njob_titles = [\"Porter\"]\n";

const COURSES: [&str; 2] = ["L1", "L2"];
const SEPTEMBER: &str = "2026-09-30";
const OCTOBER: &str = "2026-10-31";

fn policy(more: &str) -> Policy {
    parse(&format!("{RULES}{more}"), "policy.toml").unwrap().policy
}

/// What is known of a person.
#[derive(Debug, Clone, PartialEq)]
struct GivenPerson {
    title: &'static str,
    status: &'static str,
    start: NaiveDate,
    leave: Option<NaiveDate>,
    /// Course and day of completion.
    records: Vec<(u16, NaiveDate)>,
    /// Exempt from everything from this day on.
    exempt_from: Option<NaiveDate>,
}

fn porter(records: &[(u16, &str)]) -> GivenPerson {
    GivenPerson {
        title: "Porter",
        status: "",
        start: day("2020-01-06"),
        leave: None,
        records: records.iter().map(|(course, on)| (*course, day(on))).collect(),
        exempt_from: None,
    }
}

/// The register with these people, in the order of their staff ids from 1 on; `None`: not known.
fn view(people: &[Option<GivenPerson>]) -> View {
    let mut builder = sample::register(&COURSES);
    for (staff_id, given) in (1..).zip(people) {
        let Some(given) = given else { continue };
        let owner = sample::person(&mut builder, staff_id);
        let GivenPerson { title: job_title, status, start: start_on, leave: leave_on, .. } = *given;
        let post = SamplePost { job_title, status, start_on, leave_on, ..SamplePost::default() };
        sample::post(&mut builder, owner, &post);
        for (course, completed_on) in given.records.iter().copied() {
            builder.record(owner, record(course, completed_on));
        }
        if let Some(from) = given.exempt_from {
            builder.exemption(owner, Exemption { course: None, from: Some(from), until: None });
        }
    }
    builder.finish()
}

/// The records known on one side only, as the register's versions would tell them.
fn changes(then: &[Option<GivenPerson>], now: &[Option<GivenPerson>]) -> Vec<RecordChange> {
    let records = |given: &Option<GivenPerson>| -> BTreeSet<(u16, NaiveDate)> {
        given.iter().flat_map(|given| given.records.iter().copied()).collect()
    };
    let mut changes = Vec::new();
    for (staff_id, (then, now)) in (1..).zip(then.iter().zip(now)) {
        let (then, now) = (records(then), records(now));
        for (side, seen) in
            [(then.difference(&now), RecordSide::NoLonger), (now.difference(&then), RecordSide::Newly)]
        {
            changes.extend(side.map(|(course, completed_on)| RecordChange {
                staff_id,
                course: COURSES[usize::from(*course)].to_owned(),
                completed_on: *completed_on,
                expires_on: None,
                seen,
                import: 2,
            }));
        }
    }
    changes
}

/// Compares what was known then about September with what is known now about `to`, under the rules of each.
fn compared(
    then: &[Option<GivenPerson>],
    now: &[Option<GivenPerson>],
    to: &str,
    (rules_then, rules_now): (&str, &str),
) -> (Rate, Vec<MovedPerson>, Rate) {
    let (view_then, view_now) = (view(then), view(now));
    let (policy_then, policy_now) = (policy(rules_then), policy(rules_now));
    let before = Standings::of(&Judge::new(&view_then, &policy_then), day(SEPTEMBER));
    let (judge, old) = (Judge::new(&view_now, &policy_now), Judge::new(&view_now, &policy_then));
    let between = ComparedDays {
        before: &before,
        from: day(SEPTEMBER),
        to: day(to),
        judge: &judge,
        by_the_old_rules: (policy_then != policy_now).then_some(&old),
    };
    let mut people = people_who_moved(&between);
    settle(&between, &mut people, &changes(then, now));
    let reported = rates(&Judge::new(&view_then, &policy_then), day(SEPTEMBER), &[]).all.staff;
    assert_eq!(before.staff, reported);
    (reported, people, rates(&judge, day(to), &[]).all.staff)
}

fn cause(then: Option<GivenPerson>, now: Option<GivenPerson>, to: &str, rules: (&str, &str)) -> String {
    let (_, moved, _) = compared(&[then], &[now], to, rules);
    let told = |moved: &MovedPerson| {
        let rate = |rate: Rate| format!("{}/{}", rate.up_to_date, rate.counted);
        format!("{} {} to {}", moved.cause.as_str(), rate(moved.before), rate(moved.after))
    };
    moved.first().map_or("nothing".to_owned(), told)
}

#[test]
fn each_cause_moves_a_person_from_september_to_october() {
    let behind = || porter(&[]);
    let done = || porter(&[(0, "2026-01-05")]);
    let cases = [
        ("nothing", Some(done()), Some(done())),
        (
            "joined 0/0 to 1/1",
            None,
            Some(GivenPerson { start: day("2026-10-01"), ..porter(&[(0, "2026-10-05")]) }),
        ),
        ("nothing", None, Some(GivenPerson { start: day("2026-10-01"), ..behind() })), // in grace
        ("joined 0/0 to 0/1", None, Some(behind())),
        ("left 1/1 to 0/0", Some(done()), Some(GivenPerson { leave: Some(day("2026-10-10")), ..done() })),
        ("left 1/1 to 0/0", Some(done()), None),
        ("nothing", Some(done()), Some(GivenPerson { leave: Some(day("2026-10-31")), ..done() })),
        ("absence 1/1 to 0/0", Some(done()), Some(GivenPerson { status: "Maternity", ..done() })),
        ("absence 0/0 to 0/1", Some(GivenPerson { status: "Maternity", ..behind() }), Some(behind())),
        ("trained 0/1 to 1/1", Some(behind()), Some(porter(&[(0, "2026-10-12")]))),
        ("trained 0/1 to 1/1", Some(behind()), Some(porter(&[(1, "2026-10-31")]))),
        ("recorded_late 0/1 to 1/1", Some(behind()), Some(porter(&[(0, "2026-09-30")]))),
        ("corrected 1/1 to 0/1", Some(done()), Some(behind())),
        ("corrected 0/1 to 1/1", Some(porter(&[(0, "2025-01-05")])), Some(done())),
        ("lapsed 1/1 to 0/1", Some(porter(&[(0, "2025-10-30")])), Some(porter(&[(0, "2025-10-30")]))),
        ("nothing", Some(porter(&[(0, "2025-10-31")])), Some(porter(&[(0, "2025-10-31")]))),
        ("lapsed 1/1 to 0/1", Some(porter(&[(0, "2025-09-30")])), Some(porter(&[(0, "2025-09-30")]))),
        (
            "grace_ended 0/0 to 0/1",
            Some(GivenPerson { start: day("2026-09-10"), ..behind() }),
            Some(GivenPerson { start: day("2026-09-10"), ..behind() }),
        ),
        (
            "trained 0/0 to 1/1",
            Some(GivenPerson { start: day("2026-09-10"), ..behind() }),
            Some(GivenPerson { start: day("2026-09-10"), ..porter(&[(0, "2026-10-05")]) }),
        ),
        (
            "exemption 0/1 to 0/0",
            Some(behind()),
            Some(GivenPerson { exempt_from: Some(day("2026-10-01")), ..behind() }),
        ),
        (
            "exemption 0/0 to 0/1",
            Some(GivenPerson { exempt_from: Some(day("2020-01-01")), ..behind() }),
            Some(behind()),
        ),
        ("post_changed 1/1 to 0/1", Some(done()), Some(GivenPerson { title: "Nurse", ..done() })),
        ("post_changed 0/1 to 1/1", Some(GivenPerson { title: "Nurse", ..done() }), Some(done())),
    ];
    for (expected, then, now) in cases {
        let told = format!("{then:?} then, {now:?} now");
        assert_eq!(cause(then, now, OCTOBER, ("", "")), expected, "{told}");
    }
    assert_eq!(cause(Some(done()), Some(done()), OCTOBER, ("", NEW_RULES)), "policy 1/1 to 0/1");
    let both = || Some(porter(&[(0, "2026-01-05"), (1, "2026-10-12")]));
    assert_eq!(cause(both(), both(), OCTOBER, ("", NEW_RULES)), "nothing");
}

#[test]
fn a_month_that_is_told_otherwise_was_recorded_late_corrected_or_put_right_in_the_staff_list() {
    let behind = || porter(&[]);
    let done = || porter(&[(0, "2026-01-05")]);
    let cases = [
        ("nothing", Some(behind()), Some(porter(&[(0, "2026-10-01")]))),
        ("recorded_late 0/1 to 1/1", Some(behind()), Some(porter(&[(0, "2026-09-30")]))),
        ("recorded_late 0/1 to 1/1", Some(behind()), Some(porter(&[(1, "2026-09-30")]))),
        ("corrected 1/1 to 0/1", Some(done()), Some(porter(&[(0, "2025-01-05")]))),
        (
            "staff_changed 1/1 to 0/0",
            Some(done()),
            Some(GivenPerson { leave: Some(day("2026-09-29")), ..done() }),
        ),
        ("staff_changed 0/0 to 0/1", None, Some(behind())),
        ("staff_changed 1/1 to 0/0", Some(done()), Some(GivenPerson { status: "maternity", ..done() })),
        ("staff_changed 1/1 to 0/1", Some(done()), Some(GivenPerson { title: "Nurse", ..done() })),
        (
            "exemption 0/1 to 0/0",
            Some(behind()),
            Some(GivenPerson { exempt_from: Some(day("2026-09-30")), ..behind() }),
        ),
    ];
    for (expected, then, now) in cases {
        let told = format!("{then:?} then, {now:?} now");
        assert_eq!(cause(then, now, SEPTEMBER, ("", "")), expected, "{told}");
    }
    assert_eq!(cause(Some(done()), Some(done()), SEPTEMBER, ("", NEW_RULES)), "policy 1/1 to 0/1");
}

fn any_day(from: &str, days: u64) -> impl Strategy<Value = NaiveDate> {
    let from = day(from);
    (0..days).prop_map(move |ahead| from + Days::new(ahead))
}

fn any_person() -> impl Strategy<Value = Option<GivenPerson>> {
    let given = (
        prop_oneof![Just("Nurse"), Just("Porter")],
        prop_oneof![4 => Just(""), 1 => Just("Maternity")],
        any_day("2026-05-01", 200),
        prop::option::weighted(0.3, any_day("2026-09-01", 80)),
        prop::collection::vec((0u16..2, any_day("2025-08-15", 460)), 0..3),
        prop::option::weighted(0.2, any_day("2026-09-01", 80)),
    );
    let given = given.prop_map(|(title, status, start, leave, records, exempt_from)| GivenPerson {
        title,
        status,
        start,
        leave,
        records,
        exempt_from,
    });
    prop::option::weighted(0.9, given)
}

/// What was known then and what is known now: often the same, or the same with one thing changed.
fn then_and_now() -> impl Strategy<Value = (Option<GivenPerson>, Option<GivenPerson>)> {
    (any_person(), any_person(), 0u8..8).prop_map(|(then, other, what)| {
        let mut now = then.clone();
        match (&mut now, &other) {
            (Some(now), Some(other)) => match what {
                0 => now.records.clone_from(&other.records),
                1 => now.records.extend(other.records.iter().copied()),
                2 => now.status = other.status,
                3 => now.title = other.title,
                4 => now.leave = other.leave,
                5 => now.exempt_from = other.exempt_from,
                6 => *now = other.clone(),
                _ => {}
            },
            _ if what == 0 => now = other,
            _ => {}
        }
        (then, now)
    })
}

proptest! {
    #[test]
    fn the_causes_add_up_from_one_figure_to_the_other_and_nobody_is_in_two(
        people in prop::collection::vec(then_and_now(), 1..12),
        to in prop_oneof![Just(SEPTEMBER), Just(OCTOBER)],
        rules in prop_oneof![Just(("", "")), Just(("", NEW_RULES)), Just((NEW_RULES, ""))],
    ) {
        let (then, now): (Vec<_>, Vec<_>) = people.into_iter().unzip();
        let (from, moved, to_rate) = compared(&then, &now, to, rules);
        let who: BTreeSet<i32> = moved.iter().map(|moved| moved.staff_id).collect();
        prop_assert_eq!(who.len(), moved.len());
        let steps = steps(&moved, from, to_rate);
        let sum = |of: fn(&BridgeStep) -> i64| steps.iter().map(of).sum::<i64>();
        prop_assert_eq!(from.counted.cast_signed() + sum(|step| step.counted), to_rate.counted.cast_signed());
        prop_assert_eq!(
            from.up_to_date.cast_signed() + sum(|step| step.up_to_date),
            to_rate.up_to_date.cast_signed()
        );
        // Nothing is left over that no person stands behind.
        prop_assert_eq!(steps.iter().map(|step| step.people).sum::<u64>(), moved.len() as u64);
        prop_assert!(steps.iter().all(|step| step.people > 0), "{:?}", steps);
        for moved in &moved {
            prop_assert!(moved.before != moved.after);
            if to == SEPTEMBER {
                let of_the_month = [Cause::Joined, Cause::Left, Cause::Trained, Cause::Lapsed, Cause::GraceEnded];
                prop_assert!(!of_the_month.contains(&moved.cause), "{:?}", moved);
            }
        }
    }
}
