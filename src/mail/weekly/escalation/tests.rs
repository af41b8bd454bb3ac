use super::*;
use crate::mail::ItemState;
use crate::mail::booked::BookedPlace;
use crate::mail::tests::page_of;
use crate::mail::weekly::ReportCourse;
use crate::register::Address;

fn report(name: &str, number: &str, unit: &str, courses: &[(&str, &str, bool)]) -> DirectReport {
    let course = |(course, due_on, lapsed): &(&str, &str, bool)| {
        let due_on: NaiveDate = due_on.parse().unwrap();
        let state =
            if *lapsed { ItemState::Lapsed { lapsed_on: due_on } } else { ItemState::NotDone { due_on } };
        ReportCourse { course: (*course).to_owned(), due_on, state, hours: None, booked: None }
    };
    DirectReport {
        name: name.to_owned(),
        employee_number: number.to_owned(),
        unit: unit.to_owned(),
        address: Address::Reached,
        courses: courses.iter().map(course).collect(),
    }
}

fn with_place(mut report: DirectReport) -> DirectReport {
    for course in &mut report.courses {
        let (on, place) = ("2026-12-03".parse().unwrap(), "Education Centre".to_owned());
        course.booked =
            Some(BookedPlace { course: course.course.clone(), on, place, uid: "u@refresher".to_owned() });
    }
    report
}

fn escalation(people: Vec<DirectReport>) -> Escalation {
    Escalation {
        organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
        contact: EmailAddress::parse("safeguarding@marlowvale.example.org"),
        today: "2026-11-24".parse().unwrap(),
        after_days: 60,
        people,
    }
}

fn wren() -> DirectReport {
    report("Tomasz Wren", "00417", "Surgery / Theatres", &[("Adults Level 2", "2026-09-01", true)])
}

fn pryce() -> DirectReport {
    DirectReport {
        address: Address::Missing,
        ..report("Owen Pryce", "00981", "", &[("Basic Prevent", "2025-11-23", false)])
    }
}

fn adeyemi() -> DirectReport {
    let courses = [("Adults Level 2", "2026-09-24", true), ("Children Level 3", "2026-08-22", false)];
    report("Grace Adeyemi", "00102", "Surgery / Theatres", &courses)
}

#[test]
fn who_has_been_overdue_for_long_by_unit() {
    insta::assert_snapshot!(page_of(&escalation(vec![wren(), pryce(), with_place(adeyemi())])));
}

/// Every case in which an escalation says something of its own, as text.
#[test]
fn what_an_escalation_says_in_each_case() {
    let cases = [
        ("one alone", vec![wren()]),
        ("one alone, booked", vec![with_place(wren())]),
        ("all booked", vec![with_place(wren()), with_place(adeyemi())]),
        ("one booked, one not", vec![with_place(wren()), adeyemi()]),
        ("two booked, two not", vec![with_place(wren()), with_place(adeyemi()), pryce(), wren()]),
    ];
    let said = cases.map(|(case, people)| {
        let Rendered { subject, text, .. } =
            Escalation { contact: None, ..escalation(people) }.render().unwrap();
        format!("======== {case}\nSubject: {subject}\n\n{text}")
    });
    insta::assert_snapshot!(said.join("\n"));
}
