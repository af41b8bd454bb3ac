use super::*;
use crate::compliance::TrainingState::{DueSoon, Exempt, InGrace, Lapsed, NotDone, UpToDate};
use crate::policy::parse;
use crate::register::{Record, RegisterCourseIndex, ViewBuilder};
use crate::sample::{self, SamplePost, day, record};

fn optional(text: &str) -> Option<NaiveDate> {
    (!text.is_empty()).then(|| day(text))
}

/// One person of one organisation, built a post and a record at a time.
struct OnePerson {
    builder: ViewBuilder,
}

impl OnePerson {
    fn new() -> Self {
        let mut builder = sample::register(&["L1", "L2", "L3", "OLD"]);
        sample::person(&mut builder, 42);
        Self { builder }
    }

    fn post(mut self, number: &str, start: &str, leave: &str) -> Self {
        self.add(number, start, leave, "Nurse", "Surgery / Theatres / Recovery", "");
        self
    }

    fn post_as(mut self, number: &str, title: &str, status: &str) -> Self {
        self.add(number, "2020-01-01", "", title, "Surgery / Theatres", status);
        self
    }

    fn add(&mut self, number: &str, start: &str, leave: &str, job_title: &str, unit: &str, status: &str) {
        let (start_on, leave_on) = (day(start), optional(leave));
        let staff_group = "Nursing and Midwifery Registered";
        let post = SamplePost { number, job_title, staff_group, unit, status, start_on, leave_on };
        sample::post(&mut self.builder, 0.into(), &post);
    }

    fn did(mut self, course: u16, completed: &str, expires: &str) -> Self {
        let record = Record { expires_on: optional(expires), ..record(course, day(completed)) };
        self.builder.record(0.into(), record);
        self
    }

    /// A record of so many hundredths of hours, that never expires by itself.
    fn did_hours(mut self, course: u16, completed: &str, hours: Option<u32>, participatory: bool) -> Self {
        let hours = hours.map(Hours);
        let record = Record { hours, participatory, ..record(course, day(completed)) };
        self.builder.record(0.into(), record);
        self
    }

    fn exempt(mut self, course: Option<u16>, from: &str, until: &str) -> Self {
        let course = course.map(RegisterCourseIndex::from);
        let exemption = Exemption { course, from: optional(from), until: optional(until) };
        self.builder.exemption(0.into(), exemption);
        self
    }

    fn view(self) -> View {
        self.builder.finish()
    }
}

const COURSES: &str = r#"
[[course]]
code = "L1"
valid_months = 36
[[course]]
code = "L2"
valid_months = 36
satisfies = ["L1"]
[[course]]
code = "L3"
valid_months = 36
satisfies = ["L2"]
"#;

fn judged(one: OnePerson, requirements: &str, on: &str) -> Vec<(String, TrainingState, String)> {
    let view = one.view();
    let policy = parse(&format!("{COURSES}{requirements}"), "policy.toml").unwrap().policy;
    let judge = Judge::new(&view, &policy);
    let mut assessment = Assessment::default();
    judge.assess(0.into(), day(on), day(on), &mut assessment);
    let due = |date: Option<NaiveDate>| date.map_or(String::new(), |date| date.to_string());
    let course = |c: &CourseState| (policy.courses[c.course.place()].code.clone(), c.state, due(c.due_on));
    assessment.courses.iter().map(course).collect()
}

fn state(one: OnePerson, requirements: &str, on: &str) -> (TrainingState, String) {
    let found = judged(one, requirements, on);
    assert_eq!(found.len(), 1, "{found:?}");
    (found[0].1, found[0].2.clone())
}

const NEEDS_L1: &str = "[[requirement]]\ncourse = \"L1\"\nwithin_days = 30\n";

#[test]
fn a_record_is_up_to_date_then_due_soon_then_lapsed_at_the_day() {
    for (on, expected) in [
        ("2026-08-23", UpToDate), // 91 days before the lapse date
        ("2026-08-24", DueSoon),  // 90
        ("2026-11-22", DueSoon),  // the lapse date itself
        ("2026-11-23", Lapsed),
    ] {
        let one = OnePerson::new().post("1", "2020-01-01", "").did(0, "2023-11-22", "");
        assert_eq!(state(one, NEEDS_L1, on), (expected, "2026-11-22".to_owned()), "on {on}");
    }
}

#[test]
fn grace_runs_from_the_start_through_its_last_day_and_then_it_is_not_done() {
    for (on, expected) in [("2026-01-01", InGrace), ("2026-01-31", InGrace), ("2026-02-01", NotDone)] {
        let one = OnePerson::new().post("1", "2026-01-01", "");
        assert_eq!(state(one, NEEDS_L1, on), (expected, "2026-01-31".to_owned()), "on {on}");
    }
}

#[test]
fn a_requirement_without_within_days_has_its_grace_on_the_day_of_the_start_alone() {
    let needs = "[[requirement]]\ncourse = \"L1\"\n";
    for (on, expected) in [("2026-01-01", InGrace), ("2026-01-02", NotDone)] {
        let one = OnePerson::new().post("1", "2026-01-01", "");
        assert_eq!(state(one, needs, on), (expected, "2026-01-01".to_owned()), "on {on}");
    }
}

#[test]
fn a_new_rule_gives_everyone_its_grace_from_its_first_day() {
    let needs = "[[requirement]]\ncourse = \"L1\"\nwithin_days = 30\nfrom = 2026-06-01\nuntil = 2026-12-31\n";
    for (on, expected) in [("2026-06-01", InGrace), ("2026-07-01", InGrace), ("2026-07-02", NotDone)] {
        let one = OnePerson::new().post("1", "2020-01-01", "");
        assert_eq!(state(one, needs, on).0, expected, "on {on}");
    }
    for on in ["2026-05-31", "2027-01-01"] {
        assert_eq!(judged(OnePerson::new().post("1", "2020-01-01", ""), needs, on), [], "on {on}");
    }
}

#[test]
fn a_rejoiner_has_grace_again_unless_it_was_met_since_the_new_start() {
    let rejoined = || OnePerson::new().post("1", "2026-01-01", "").post("2", "2015-01-01", "2025-12-30");
    // A lapse before the new start is not "since the start": in grace, and due by the end of it.
    let one = rejoined().did(0, "2020-05-05", "");
    assert_eq!(state(one, NEEDS_L1, "2026-01-31"), (InGrace, "2026-01-31".to_owned()));
    // After the grace it is lapsed, as it was met once; still due since the end of the grace.
    let one = rejoined().did(0, "2020-05-05", "");
    assert_eq!(state(one, NEEDS_L1, "2026-02-01"), (Lapsed, "2026-01-31".to_owned()));
    // Met on the very first day and lapsed since: no grace.
    let one = rejoined().did(0, "2023-01-01", "");
    assert_eq!(state(one, NEEDS_L1, "2026-01-02"), (Lapsed, "2026-01-01".to_owned()));
}

#[test]
fn a_post_that_ended_the_day_before_leaves_no_day_out_of_post() {
    // 31 December and 1 January are neighbours: the start is 2015, so the grace was over long ago.
    let one = OnePerson::new().post("1", "2026-01-01", "").post("2", "2015-01-01", "2025-12-31");
    assert_eq!(state(one, NEEDS_L1, "2026-01-02"), (NotDone, "2015-01-31".to_owned()));
}

#[test]
fn the_last_day_of_a_post_is_still_in_post() {
    for (on, presence) in [
        ("2025-12-31", Presence::NotInPost),
        ("2026-01-01", Presence::Present),
        ("2026-03-31", Presence::Present),
        ("2026-04-01", Presence::NotInPost),
    ] {
        let view = OnePerson::new().post("1", "2026-01-01", "2026-03-31").view();
        let policy = parse(COURSES, "policy.toml").unwrap().policy;
        assert_eq!(Judge::new(&view, &policy).presence(0.into(), day(on)), presence, "on {on}");
    }
}

#[test]
fn a_higher_level_covers_lower_ones_unless_it_is_exempt_or_in_grace() {
    let all = "[[requirement]]\ncourse = \"L1\"\n[[requirement]]\ncourse = \"L2\"\n\
               [[requirement]]\ncourse = \"L3\"\nwithin_days = 365\n";
    let codes =
        |one, on| judged(one, all, on).into_iter().map(|(code, state, _)| (code, state)).collect::<Vec<_>>();
    let is = |code: &str, state| (code.to_owned(), state);
    let one = OnePerson::new().post("1", "2026-01-01", "");
    assert_eq!(codes(one, "2026-06-01"), [is("L2", NotDone), is("L3", InGrace)]);
    let one = OnePerson::new().post("1", "2020-01-01", "");
    assert_eq!(codes(one, "2026-06-01"), [is("L3", NotDone)]);
    let one = OnePerson::new().post("1", "2020-01-01", "").exempt(Some(2), "2026-06-01", "2026-06-01");
    assert_eq!(codes(one, "2026-06-01"), [is("L2", NotDone), is("L3", Exempt)]);
    let one = OnePerson::new().post("1", "2020-01-01", "").exempt(None, "", "2026-06-01");
    assert_eq!(codes(one, "2026-06-01"), [is("L1", Exempt), is("L2", Exempt), is("L3", Exempt)]);
    let one = OnePerson::new().post("1", "2020-01-01", "").exempt(None, "", "2026-05-31");
    assert_eq!(codes(one, "2026-06-01"), [is("L3", NotDone)]);
}

#[test]
fn a_record_of_a_higher_level_gives_credit_below_and_one_of_an_unknown_course_none() {
    let one = OnePerson::new().post("1", "2020-01-01", "").did(2, "2025-01-01", "");
    assert_eq!(state(one, NEEDS_L1, "2026-01-01"), (UpToDate, "2028-01-01".to_owned()));
    let one = OnePerson::new().post("1", "2020-01-01", "").did(3, "2025-01-01", "");
    assert_eq!(state(one, NEEDS_L1, "2026-01-01").0, NotDone);
}

#[test]
fn a_completion_in_the_future_gives_no_credit_yet() {
    for (on, expected) in [("2025-12-31", NotDone), ("2026-01-01", UpToDate)] {
        let one = OnePerson::new().post("1", "2020-01-01", "").did(0, "2026-01-01", "");
        assert_eq!(state(one, NEEDS_L1, on).0, expected, "on {on}");
    }
}

#[test]
fn needs_are_the_union_over_posts_that_are_not_absent() {
    let needs = "absent_statuses = [\"Maternity & Adoption\"]\n";
    let rules = "[[requirement]]\ncourse = \"L1\"\njob_titles = [\"*nurse*\"]\n\
                 [[requirement]]\ncourse = \"L3\"\njob_titles = [\"matron\"]\nunits = [\"surgery/theatres\"]\n";
    let policy = parse(&format!("{needs}{COURSES}{rules}"), "policy.toml").unwrap().policy;
    for (nurse, matron, expected) in [
        ("", "", "Present L3"),
        ("", "maternity  &  ADOPTION", "Present L1"),
        ("Maternity & Adoption", "", "Present L3"),
        ("Maternity & Adoption", "Maternity & Adoption", "Absent "),
    ] {
        let view = OnePerson::new().post_as("1", "Staff Nurse", nurse).post_as("2", "Matron", matron).view();
        let judge = Judge::new(&view, &policy);
        let mut assessment = Assessment::default();
        judge.assess(0.into(), day("2026-01-01"), day("2026-01-01"), &mut assessment);
        let codes: Vec<&str> =
            assessment.courses.iter().map(|c| policy.courses[c.course.place()].code.as_str()).collect();
        assert_eq!(
            format!("{:?} {}", assessment.presence, codes.join(" ")),
            expected,
            "{nurse:?} {matron:?}"
        );
    }
}

#[test]
fn of_several_requirements_for_a_course_the_strictest_number_of_each_holds() {
    let needs = "[[requirement]]\ncourse = \"L1\"\nwithin_days = 90\nhours = 2\n\
                 [[requirement]]\ncourse = \"L1\"\nwithin_days = 30\n";
    let one = OnePerson::new().post("1", "2026-01-01", "").did(0, "2026-01-05", "");
    // One completion without hours is none of the two hours that the other requirement asks for.
    assert_eq!(state(one, needs, "2026-02-01"), (NotDone, "2026-01-31".to_owned()));
}

#[test]
fn of_several_rules_for_one_course_the_strictest_of_each_number_is_what_hours_are_counted_against() {
    let rules = |rules: &[&str]| -> String {
        rules.iter().map(|rule| format!("[[requirement]]\ncourse = \"L2\"\n{rule}\n")).collect()
    };
    let hours = |records: &[(u32, bool)], requirements: &str| {
        let one = records
            .iter()
            .fold(OnePerson::new().post("1", "2020-01-01", ""), |one, (hours, participatory)| {
                one.did_hours(1, "2025-01-01", Some(*hours), *participatory)
            });
        let view = one.view();
        let policy = parse(&format!("{COURSES}{requirements}"), "policy.toml").unwrap().policy;
        let mut assessment = Assessment::default();
        Judge::new(&view, &policy).assess(0.into(), day("2025-06-01"), day("2025-06-01"), &mut assessment);
        let course = assessment.courses[0];
        let counted = course.hours.map(|h| {
            ([h.needed, h.participatory_needed, h.counted, h.participatory].map(|hours| hours.0), h.initial)
        });
        (counted, course.state.is_up_to_date())
    };
    let nine = &[(500, true), (400, false)][..];
    let ten = &[(500, true), (400, false), (100, false)][..];
    let three = ["hours = 6\nparticipatory_share = 0.25", "hours = 8", "hours = 4\ninitial_hours = 10"];
    for (records, requirements, counted, met) in [
        (nine, &three[..], Some(([1000, 250, 900, 500], true)), false),
        (ten, &three, Some(([800, 200, 1000, 500], false)), true),
        (nine, &three[..2], Some(([800, 200, 900, 500], false)), true),
        (nine, &["within_days = 30", "hours = 9.5"], Some(([950, 0, 900, 500], false)), false),
        (nine, &["within_days = 30"], None, true),
        // The initial hours are never below the hours of another rule.
        (&nine[..1], &["hours = 8", "hours = 4\ninitial_hours = 6"], Some(([800, 0, 500, 500], true)), false),
        (nine, &["hours = 8", "hours = 4\ninitial_hours = 6"], Some(([800, 0, 900, 500], false)), true),
        (&[], &["hours = 8\nparticipatory_share = 1.0"], Some(([800, 800, 0, 0], false)), false),
    ] {
        assert_eq!(
            hours(records, &rules(requirements)),
            (counted, met),
            "{records:?} under {requirements:?}"
        );
    }
}
