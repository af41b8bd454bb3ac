use proptest::prelude::*;

use super::*;
use crate::mail::ItemState;
use crate::mail::booked::BookedPlace;
use crate::mail::tests::page_of;
use crate::mail::weekly::ReportCourse;
use crate::register::Address;
use crate::sample::day;

fn lapsed(course: &str, on: &str) -> ReportCourse {
    let due_on = day(on);
    ReportCourse {
        course: course.to_owned(),
        due_on,
        hours: None,
        booked: None,
        state: ItemState::Lapsed { lapsed_on: due_on },
    }
}

fn not_done(course: &str, on: &str) -> ReportCourse {
    let due_on = day(on);
    ReportCourse {
        course: course.to_owned(),
        due_on,
        hours: None,
        booked: None,
        state: ItemState::NotDone { due_on },
    }
}

fn due_soon(course: &str, on: &str) -> ReportCourse {
    let due_on = day(on);
    ReportCourse {
        course: course.to_owned(),
        due_on,
        hours: None,
        booked: None,
        state: ItemState::DueSoon { lapses_on: due_on },
    }
}

fn in_grace(course: &str, on: &str) -> ReportCourse {
    let due_on = day(on);
    ReportCourse {
        course: course.to_owned(),
        due_on,
        hours: None,
        booked: None,
        state: ItemState::InGrace { due_on },
    }
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

fn to_manager(counted: u64, up_to_date: u64) -> Audience {
    Audience::Manager { people: counted, team: Rate { counted, up_to_date }, division: None }
}

fn to_contact() -> Audience {
    let unled = vec![
        Unled { why: NoLineManager::NotNamed, people: 3 },
        Unled { why: NoLineManager::NotInPost, people: 1 },
    ];
    Audience::Contact { people: 9, unled }
}

fn digest(reports: Vec<DirectReport>) -> ManagerDigest {
    ManagerDigest {
        first_name: "Amara".to_owned(),
        organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
        contact: EmailAddress::parse("safeguarding@marlowvale.example.org"),
        today: day("2026-11-24"),
        audience: to_manager(12, 7),
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

fn booked(course: ReportCourse, on: &str, place: &str) -> ReportCourse {
    let booked = BookedPlace {
        course: course.course.clone(),
        on: day(on),
        place: place.to_owned(),
        uid: "u@refresher".to_owned(),
    };
    ReportCourse { booked: Some(booked), ..course }
}

#[test]
fn a_ward_managers_week() {
    let mut reports = team();
    reports[0].courses[0] = booked(due_soon(ADULTS, "2026-12-05"), "2026-12-03", "Education Centre, Room 2");
    let division =
        Some(DivisionRate { name: "Surgery".to_owned(), staff: Rate { counted: 98, up_to_date: 60 } });
    let team = Rate { counted: 12, up_to_date: 7 };
    let audience = Audience::Manager { people: 12, team, division };
    let mail = ManagerDigest { audience, ..digest(reports) };
    insta::assert_snapshot!(page_of(&mail));
}

#[test]
fn staff_without_a_manager_by_unit() {
    let mut reports = team();
    for (report, unit) in
        reports.iter_mut().zip(["Surgery / Theatres", "Medicine / Ward 4", "", "Surgery / Theatres"])
    {
        report.unit = unit.to_owned();
    }
    let mail = ManagerDigest { first_name: String::new(), audience: to_contact(), ..digest(reports) };
    insta::assert_snapshot!(page_of(&mail));
}

/// Every case in which a digest says something of its own, as text.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_a_digest_says_in_each_case() {
    let overdue = || report("Grace Adeyemi", "", vec![lapsed(CHILDREN, "2026-08-22")]);
    let never = || report("Owen Pryce", "", vec![not_done(PREVENT, "2007-07-02")]);
    let long = || report("Ana Reis", "Theatres", vec![lapsed(CHILDREN, "2019-03-02")]);
    let soon = || report("Tomasz Wren", "", vec![due_soon(ADULTS, "2026-12-05")]);
    let starter = || report("Mei Lin Carver", "", vec![in_grace(CHILDREN, "2026-11-25")]);
    let has_place = || {
        report(
            "Sam Field",
            "",
            vec![booked(lapsed(CHILDREN, "2026-10-01"), "2026-12-03", "Education Centre")],
        )
    };
    let has_late_place =
        || report("Lou Hart", "", vec![booked(due_soon(ADULTS, "2026-12-05"), "2027-01-12", "")]);
    let has_one_place = || {
        report(
            "Ken Abara",
            "",
            vec![booked(lapsed(CHILDREN, "2026-10-01"), "2026-12-03", ""), due_soon(ADULTS, "2026-12-20")],
        )
    };
    let silent = || DirectReport {
        address: Address::Bouncing { since: day("2026-11-03"), bounce: 7 },
        ..report("Ida Moss", "", vec![not_done(PREVENT, "2026-11-01")])
    };
    let rate = |counted, up_to_date| Rate { counted, up_to_date };
    let surgery = |up_to_date| Some(DivisionRate { name: "Surgery".to_owned(), staff: rate(98, up_to_date) });
    let to = |team: Rate, division| Audience::Manager { people: team.counted.max(2), team, division };
    let contact = |people, unled: &[(NoLineManager, u64)]| {
        let unled = unled.iter().map(|(why, people)| Unled { why: *why, people: *people }).collect();
        Audience::Contact { people, unled }
    };
    let cases = [
        ("one overdue of twelve", to(rate(12, 11), surgery(60)), vec![overdue()]),
        ("one of one overdue", to_manager(1, 0), vec![overdue()]),
        ("one of one due soon", to_manager(1, 1), vec![soon()]),
        ("one counts of two", to(rate(1, 1), surgery(98)), vec![soon()]),
        ("all are up to date, two due soon", to(rate(12, 12), surgery(0)), vec![soon(), has_late_place()]),
        ("none is up to date", to(rate(3, 0), None), vec![overdue(), never(), silent()]),
        ("one of two is", to(rate(2, 1), None), vec![overdue()]),
        ("a starter alone", to(rate(0, 0), None), vec![starter()]),
        ("two starters", to(rate(0, 0), None), vec![starter(), soon()]),
        ("a trust began yesterday", to(rate(2, 0), None), vec![never(), long()]),
        ("the one is booked", to(rate(12, 11), None), vec![has_place()]),
        ("all are booked", to(rate(12, 10), None), vec![has_late_place(), has_place()]),
        ("one place of two", to(rate(12, 10), None), vec![has_one_place()]),
        (
            "some of each",
            to(rate(12, 6), surgery(60)),
            vec![soon(), overdue(), has_place(), never(), starter(), has_one_place()],
        ),
        ("the contact, of one", contact(1, &[(NoLineManager::NotFound, 1)]), vec![overdue()]),
        (
            "the contact, of several",
            contact(
                7,
                &[
                    (NoLineManager::NotNamed, 1),
                    (NoLineManager::Themselves, 1),
                    (NoLineManager::Absent, 1),
                    (NoLineManager::NotReached, 2),
                ],
            ),
            vec![overdue(), never(), long(), has_place(), soon()],
        ),
        ("the contact, of one booked", contact(2, &[(NoLineManager::NotInPost, 1)]), vec![has_place()]),
    ];
    let said = cases.map(|(case, audience, reports)| {
        let Rendered { subject, text, .. } = ManagerDigest { audience, ..digest(reports) }.render().unwrap();
        let text = text.split("\nEveryone with an email").next().unwrap().to_owned();
        format!("======== {case}\nSubject: {subject}\n\n{text}")
    });
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn the_subject_says_how_many_and_for_how_long_or_by_when() {
    let overdue = || report("A", "", vec![lapsed(CHILDREN, "2026-11-23")]);
    let long = || report("B", "", vec![not_done(ADULTS, "2022-11-24"), due_soon(CHILDREN, "2026-12-01")]);
    let soon = || report("C", "", vec![due_soon(PREVENT, "2026-12-09"), in_grace(ADULTS, "2026-12-05")]);
    let sure = || report("D", "", vec![booked(lapsed(CHILDREN, "2020-11-23"), "2026-12-03", "")]);
    for (reports, audience, subject) in [
        (vec![overdue()], to_manager(1, 0), "1 of your team overdue, longest 1 day"),
        (vec![overdue(), long(), soon()], to_manager(9, 7), "2 of your team overdue, longest over a year"),
        // What is booked is not chased.
        (vec![overdue(), sure()], to_manager(9, 7), "1 of your team overdue, longest 1 day"),
        (vec![soon(), sure()], to_manager(9, 7), "1 of your team due by 5 December 2026"),
        (vec![sure()], to_manager(9, 7), "1 of your team booked, nobody to chase"),
        (vec![overdue(), long()], to_contact(), "2 people overdue, no manager to tell"),
        (vec![soon()], to_contact(), "1 person due by 5 December 2026, no manager"),
        (vec![sure()], to_contact(), "1 person booked, no manager to tell"),
    ] {
        let mail = ManagerDigest { audience, ..digest(reports) };
        assert_eq!(mail.render().unwrap().subject, format!("Safeguarding training: {subject}"));
    }
}

#[test]
fn each_thing_says_how_long_it_has_been_overdue_counted_from_its_due_date() {
    let again = |due_on: &str| ReportCourse { due_on: day(due_on), ..lapsed(CHILDREN, "2019-03-02") };
    for (course, words) in [
        (lapsed(CHILDREN, "2026-11-23"), "overdue for 1 day (lapsed on 23 November 2026)"),
        (not_done(CHILDREN, "2026-11-22"), "overdue for 2 days (not done yet, was due by 22 November 2026)"),
        (
            again("2026-11-17"),
            "overdue for 7 days (lapsed on 2 March 2019, was due again by 17 November 2026)",
        ),
        (again("2025-11-17"), "overdue for more than a year (lapsed on 2 March 2019)"),
        (lapsed(CHILDREN, "2025-11-24"), "overdue for 365 days (lapsed on 24 November 2025)"),
        (lapsed(CHILDREN, "2025-11-23"), "overdue for more than a year (lapsed on 23 November 2025)"),
        (not_done(CHILDREN, "2007-07-02"), "overdue for more than a year (not on record)"),
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
    assert!(text.contains("Grace Adeyemi:"), "{text}");
}

#[test]
fn names_titles_and_units_are_escaped_and_stay_on_one_line() {
    let mut reports = vec![report(
        "<b>Zoë\r\nBcc: all@example.org</b>",
        "A & <i>E</i>\n",
        vec![booked(lapsed("<u>X</u>\r\n", "2026-11-01"), "2026-12-01", "<u>here</u>\r\nBcc: x")],
    )];
    reports.extend(team());
    for audience in [to_manager(12, 7), to_contact()] {
        let mail = ManagerDigest { audience, ..digest(reports.clone()) }.render().unwrap();
        for tag in ["<b>", "<i>", "<u>"] {
            assert!(!mail.html.contains(tag), "{}", mail.html);
        }
        assert!(!mail.text.contains("\nBcc:") && !mail.text.contains('\r'), "{}", mail.text);
    }
}

#[test]
fn a_digest_of_25_people_with_25_courses_is_smaller_than_what_mail_programs_cut_off() {
    let course = |number: usize| {
        booked(lapsed(&format!("{CHILDREN} and more, part {number}"), "2026-08-22"), "2026-12-03", "")
    };
    let people = |number: usize| {
        report(&format!("Grace Adeyemi {number}"), "", (0..25).map(course).take(10).collect())
    };
    let html = digest((0..25).map(people).collect()).render().unwrap().html;
    assert!(html.len() < 90_000, "{} bytes", html.len());
    assert!(!html.contains("<th></th>") && !html.contains("<td></td>"), "{html}");
}

#[test]
fn a_report_whom_no_mail_reaches_is_said_to_be_so_since_when_and_by_which_report() {
    let address = Address::Bouncing { since: day("2026-11-03"), bounce: 7 };
    let silenced =
        DirectReport { address, ..report("Grace Adeyemi", "", vec![lapsed(CHILDREN, "2026-08-22")]) };
    let text = digest(vec![silenced]).render().unwrap().text;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "No reminder reaches them, as their email has come back since 3 November 2026 (report 7): please tell them.";
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
        ReportCourse { course, due_on, state, hours: None, booked: None }
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
        is_to_contact in any::<bool>(),
    ) {
        let audience = if is_to_contact { to_contact() } else { to_manager(12, 7) };
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
