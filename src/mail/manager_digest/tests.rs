use proptest::prelude::*;

use super::*;
use crate::mail::tests::page_of;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn lapsed(course: &str, on: &str) -> ReportCourse {
    let due_on = day(on);
    ReportCourse {
        course: course.to_owned(),
        due_on,
        hours: None,
        state: ItemState::Lapsed { lapsed_on: due_on },
    }
}

fn not_done(course: &str, on: &str) -> ReportCourse {
    let due_on = day(on);
    ReportCourse { course: course.to_owned(), due_on, hours: None, state: ItemState::NotDone { due_on } }
}

fn due_soon(course: &str, on: &str) -> ReportCourse {
    let due_on = day(on);
    ReportCourse {
        course: course.to_owned(),
        due_on,
        hours: None,
        state: ItemState::DueSoon { lapses_on: due_on },
    }
}

fn in_grace(course: &str, on: &str) -> ReportCourse {
    let due_on = day(on);
    ReportCourse { course: course.to_owned(), due_on, hours: None, state: ItemState::InGrace { due_on } }
}

fn report(name: &str, unit: &str, courses: Vec<ReportCourse>) -> DirectReport {
    DirectReport {
        name: name.to_owned(),
        employee_number: "00417".to_owned(),
        unit: unit.to_owned(),
        address: Address::Reached,
        courses,
    }
}

fn digest(reports: Vec<DirectReport>) -> ManagerDigest {
    ManagerDigest {
        first_name: "Amara".to_owned(),
        organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
        contact: EmailAddress::parse("safeguarding@marlowvale.example.org"),
        today: day("2026-11-24"),
        audience: Audience::Manager,
        reports,
    }
}

const CHILDREN: &str = "Safeguarding Children Level 3";
const ADULTS: &str = "Safeguarding Adults Level 2";
const PREVENT: &str = "Basic Prevent Awareness";

fn team() -> Vec<DirectReport> {
    vec![
        report("Tomasz Wren", "", vec![due_soon(ADULTS, "2026-12-05")]),
        report("Grace Adeyemi", "", vec![lapsed(CHILDREN, "2026-08-22"), due_soon(ADULTS, "2026-12-20")]),
        DirectReport {
            address: Address::Missing,
            ..report("Owen Pryce", "", vec![not_done(PREVENT, "2026-11-23"), lapsed(ADULTS, "2026-11-01")])
        },
        report("Mei Lin Carver", "", vec![in_grace(CHILDREN, "2026-11-25")]),
    ]
}

#[test]
fn a_ward_managers_week() {
    insta::assert_snapshot!(page_of(&digest(team())));
}

#[test]
fn staff_without_a_manager_by_unit() {
    let mut reports = team();
    for (report, unit) in
        reports.iter_mut().zip(["Surgery / Theatres", "Medicine / Ward 4", "", "Surgery / Theatres"])
    {
        report.unit = unit.to_owned();
    }
    let mail = ManagerDigest { first_name: String::new(), audience: Audience::Contact, ..digest(reports) };
    insta::assert_snapshot!(page_of(&mail));
}

#[test]
fn the_subject_says_how_many_and_for_how_long_or_by_when() {
    let overdue = || report("A", "", vec![lapsed(CHILDREN, "2026-11-23")]);
    let long = || report("B", "", vec![not_done(ADULTS, "2022-11-24"), due_soon(CHILDREN, "2026-12-01")]);
    let soon = || report("C", "", vec![due_soon(PREVENT, "2026-12-09"), in_grace(ADULTS, "2026-12-05")]);
    for (reports, audience, subject) in [
        (vec![overdue()], Audience::Manager, "Safeguarding training: 1 of your team overdue, longest 1 day"),
        (
            vec![overdue(), long(), soon()],
            Audience::Manager,
            "Safeguarding training: 2 of your team overdue, longest 1,461 days",
        ),
        (vec![soon()], Audience::Manager, "Safeguarding training: 1 of your team due by 5 December 2026"),
        (
            vec![overdue(), long()],
            Audience::Contact,
            "Safeguarding training: 2 staff overdue with no manager to tell",
        ),
        (
            vec![soon()],
            Audience::Contact,
            "Safeguarding training: 1 staff due by 5 December 2026, no manager",
        ),
    ] {
        let mail = ManagerDigest { audience, ..digest(reports) };
        assert_eq!(mail.render().unwrap().subject, subject);
    }
}

#[test]
fn each_thing_says_how_long_it_has_been_overdue_counted_from_its_due_date() {
    let rejoined = ReportCourse {
        hours: None,
        course: CHILDREN.to_owned(),
        due_on: day("2026-11-17"),
        state: ItemState::Lapsed { lapsed_on: day("2019-03-02") },
    };
    for (course, words) in [
        (lapsed(CHILDREN, "2026-11-23"), "overdue for 1 day (lapsed on 23 November 2026)"),
        (not_done(CHILDREN, "2026-11-22"), "overdue for 2 days (not done yet, was due by 22 November 2026)"),
        (rejoined, "overdue for 7 days (lapsed on 2 March 2019, was due again by 17 November 2026)"),
        (due_soon(CHILDREN, "2026-11-24"), "due today (lapses on 24 November 2026)"),
        (in_grace(CHILDREN, "2026-11-25"), "due tomorrow (to be done by 25 November 2026)"),
    ] {
        let text = digest(vec![report("A", "", vec![course])]).render().unwrap().text;
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "{words:?} in\n{text}");
    }
}

#[test]
fn people_of_one_name_are_told_apart_by_their_numbers() {
    let namesakes = ["00417", "00932"].map(|number| DirectReport {
        employee_number: number.to_owned(),
        ..report("Sam Field", "", vec![lapsed(CHILDREN, "2026-11-01")])
    });
    let other = report("Grace Adeyemi", "", vec![lapsed(CHILDREN, "2026-11-01")]);
    let text = digest([namesakes.to_vec(), vec![other]].concat()).render().unwrap().text;
    assert!(text.contains("Sam Field (00417)") && text.contains("Sam Field (00932)"), "{text}");
    assert!(text.contains("Grace Adeyemi\n"), "{text}");
}

#[test]
fn names_titles_and_units_are_escaped_and_stay_on_one_line() {
    let mut reports = vec![report(
        "<b>Zoë\r\nBcc: all@example.org</b>",
        "A & <i>E</i>\n",
        vec![lapsed("<u>X</u>\r\n", "2026-11-01")],
    )];
    reports.extend(team());
    for audience in [Audience::Manager, Audience::Contact] {
        let mail = ManagerDigest { audience, ..digest(reports.clone()) }.render().unwrap();
        for tag in ["<b>", "<i>", "<u>"] {
            assert!(!mail.html.contains(tag), "{}", mail.html);
        }
        assert!(!mail.text.contains("\nBcc:") && !mail.text.contains('\r'), "{}", mail.text);
    }
}

#[test]
fn a_report_whom_no_mail_reaches_is_said_to_be_so_since_when_and_by_which_report() {
    let address = Address::Bouncing { since: day("2026-11-03"), bounce: 7 };
    let silenced =
        DirectReport { address, ..report("Grace Adeyemi", "", vec![lapsed(CHILDREN, "2026-08-22")]) };
    let text = digest(vec![silenced]).render().unwrap().text;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "Mail to their address has come back since 3 November 2026 (report 7), so no reminder reaches them: please \
                tell them yourself.";
    assert!(text.contains(said), "{text}");
}

fn any_report() -> impl Strategy<Value = DirectReport> {
    let course = ("\\PC{0,90}", 0_i64..3_000, 0_u8..4).prop_map(|(course, offset, kind)| {
        let due_on = day("2024-02-29") + chrono::Days::new(offset.unsigned_abs());
        let state = match kind {
            0 => ItemState::DueSoon { lapses_on: due_on },
            1 => ItemState::Lapsed { lapsed_on: due_on },
            2 => ItemState::NotDone { due_on },
            _ => ItemState::InGrace { due_on },
        };
        ReportCourse { course, due_on, state, hours: None }
    });
    ("\\PC{0,60}", "\\PC{0,60}", proptest::collection::vec(course, 1..4)).prop_map(|(name, unit, courses)| {
        DirectReport {
            name,
            employee_number: "1".to_owned(),
            unit,
            address: Address::Bouncing { since: day("2026-11-03"), bounce: 7 },
            courses,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_is_listed_the_subject_is_one_short_line_and_the_text_names_everyone(
        reports in proptest::collection::vec(any_report(), 1..12),
        to_contact in any::<bool>(),
    ) {
        let audience = if to_contact { Audience::Contact } else { Audience::Manager };
        let rendered = ManagerDigest { audience, ..digest(reports.clone()) }.render().unwrap();
        prop_assert!(rendered.subject.chars().count() <= 70, "{:?}", rendered.subject);
        prop_assert!(!rendered.subject.contains('…'), "{:?}", rendered.subject);
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = flat(&rendered.text);
        for report in &reports {
            prop_assert!(text.contains(&flat(&one_line(&report.name))), "{:?} in {}", report.name, rendered.text);
        }
    }
}
