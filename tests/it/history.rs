//! The history of imports: taking them back, what is known when, and who did what.

mod any_order;
mod audit;
mod program;
mod undo;

use refresher::audit::Actor;
use refresher::db::DbError;
use refresher::import::{self, Undone};
use refresher::register::store::{self, Known};

use crate::imports::given::*;

/// Undoes an import at a minute.
fn undo(register: &Register, minutes: i64, id: i32) -> Undone {
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
fn answers(register: &Register, known: Known) -> Vec<String> {
    let mut answers = register.facts(known);
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
        let courses = ["C0", "C1", "C2"].map(String::from);
        for (code, count) in store::completions(conn, known, &courses, day("2000-01-01"), day("2100-01-01"))?
        {
            money.extend((0..count).map(|_| format!("{code} has a completion")));
        }
        Ok::<_, DbError>(money)
    });
    answers.extend(money.unwrap());
    answers.sort();
    answers
}
