//! The history of imports: taking them back, what is known when, and who did what.

mod any_order;
mod audit;
mod exempt;
mod program;
mod purge;
mod purge_traces;
mod purge_written;
mod undo;

use refresher::audit::Actor;
use refresher::compliance::{GroupBy, Judge, explain, forecast, rates};

use refresher::import::{self, UndoReport};
use refresher::policy::{self, Policy};
use refresher::register::store::{self, KnownAt};

use crate::imports::given::*;

/// Undoes an import at a minute.
fn undo(register: &Register, minutes: i64, id: i32) -> UndoReport {
    let actor = Actor::named("hr.officer");
    import::undo(&register.db, id, &actor, day("2026-11-01"), minute(minutes)).unwrap()
}

/// Undoes an import that nothing stands against, and gives the undo's id.
fn undone(register: &Register, minutes: i64, id: i32) -> i32 {
    let undone = undo(register, minutes, id);
    assert_eq!(undone.refused, None);
    undone.id.unwrap()
}

/// Everything that any read answers, a line a fact, in one order.
fn answers(register: &Register, known: KnownAt) -> Vec<String> {
    let mut answers = register.facts(known);
    let view = register.view(known);
    for (index, person) in view.people.placed() {
        for booking in view.bookings(index, day("2000-01-01")) {
            let course = view.course_code(booking.course);
            answers.push(format!(
                "{} is booked on {course}, {}",
                person.employee_number, booking.takes_place_on
            ));
        }
    }
    let money = register.db.read(|conn| {
        let mut money = Vec::new();
        for organisation in store::organisations(conn, known)? {
            money.push(format!("{organisation:?}"));
        }
        for budget in store::budgets(conn, known)? {
            money.push(format!("{budget:?}"));
        }
        for expense in store::expenses(conn, known, day("2000-01-01"), day("2100-01-01"))? {
            money.push(format!("{expense:?}"));
        }
        for answer in store::assurance_answers(conn, known)? {
            money.push(format!("{answer:?}"));
        }
        let courses = ["C0", "C1", "C2"].map(String::from);
        for (code, count) in
            store::completions(conn, known, None, &courses, day("2000-01-01"), day("2100-01-01"))?
        {
            money.extend((0..count).map(|_| format!("{code} has a completion")));
        }
        Ok(money)
    });
    answers.extend(money.unwrap());
    answers.sort();
    answers
}

/// Rules under which what the tests import makes a difference: by post, by hours, by days, one course covering another.
fn rules() -> Policy {
    let text = r#"
due_soon_days = 60

[[course]]
code = "C0"
title = "Course 0"
valid_months = 6

[[course]]
code = "C1"
title = "Course 1"
valid_months = 12
satisfies = ["C0"]
default_hours = 0.01

[[requirement]]
course = "C0"
within_days = 30

[[requirement]]
course = "C1"
job_titles = ["Matron"]
hours = 0.02
"#;
    policy::parse(text, "rules").unwrap().policy
}

/// What `status`, `staff`, `explain` and `forecast` are made from, a line an answer.
fn judged(register: &Register, rules: &Policy) -> Vec<String> {
    let view = register.view(KnownAt::Latest);
    let judge = Judge::new(&view, rules);
    let mut answers = Vec::new();
    for day in ["2026-03-01", "2026-11-01"].map(day) {
        for by in
            [GroupBy::Course, GroupBy::StaffGroup, GroupBy::Unit, GroupBy::JobTitle, GroupBy::Organisation]
        {
            answers.push(format!("on {day}: {:?}", rates(&judge, day, &[by])));
        }
        answers.push(format!("from {day}: {:?}", forecast(&judge, day, 6)));
        for (index, person) in view.people.placed() {
            let who =
                (view.organisation_code(person.organisation), &person.employee_number, view.names.get(index));
            let records =
                register.db.read(|conn| store::person_records(conn, KnownAt::Latest, person.staff_id));
            answers.push(format!("{who:?} on {day}: {:?} by {records:?}", explain(&judge, index, day)));
        }
    }
    answers
}
