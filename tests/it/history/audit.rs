use diesel::connection::SimpleConnection;
use refresher::audit::{self, Act, Action, Actor, Chain};
use refresher::db::{Db, DbError};
use serde_json::{Value, json};

use super::{undo, undone};
use crate::imports::given::*;

fn verify(db: &Db) -> Chain {
    db.read(|conn| Ok::<_, DbError>(audit::verify(conn)?)).unwrap()
}

fn told(db: &Db) -> Vec<(String, String, String, Value)> {
    let entries = db.read(|conn| Ok::<_, DbError>(audit::entries(conn, 100)?)).unwrap();
    let told = entries.into_iter().rev();
    told.map(|entry| (entry.actor, entry.action, entry.object, serde_json::from_str(&entry.details).unwrap()))
        .collect()
}

#[test]
fn imports_and_undos_are_told_with_who_did_them_and_whether_by_force() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    register.staff_with(2, &file(people(1..=10)), &forced("2026-11-01"));
    undone(&register, 3, 4);
    let told = told(&register.db);
    let who: Vec<_> =
        told.iter().map(|(actor, action, object, _)| (&**actor, &**action, &**object)).collect();
    assert_eq!(
        who,
        [
            ("hr.officer", "import", "import 3"),
            ("hr.officer", "import", "import 4"),
            ("hr.officer", "undo", "import 4")
        ]
    );
    let forced: Vec<_> = told.iter().map(|(.., details)| &details["forced"]).collect();
    assert_eq!(forced, [&json!(false), &json!(true), &json!(null)]);
    assert_eq!(told[2].3["import"], 5);
}

#[test]
fn what_changed_nothing_is_not_told() {
    let register = Register::new();
    register.staff(1, &file(people(1..=20)));
    register.staff(1, &file(people(1..=20)));
    let dry = refresher::import::Options { dry_run: true, ..options("2026-11-01") };
    register.staff_with(2, &file(people(1..=19)), &dry);
    assert!(register.staff(3, &file(people(1..=1))).refused.is_some());
    assert!(undo(&register, 4, 1).refused.is_some());
    assert_eq!(told(&register.db).len(), 1);
}

fn log(register: &Register, entries: i64) {
    for number in 0..entries {
        let actor = Actor::named("ann");
        let act = Act {
            actor: &actor,
            action: Action::Undo,
            object: "import 1".into(),
            details: json!({ "n": number }),
        };
        let now = minute(number) + chrono::TimeDelta::nanoseconds(123_456_789);
        register.db.write(|conn| Ok::<_, DbError>(audit::record(conn, &act, now)?)).unwrap();
    }
}

fn execute(db: &Db, sql: &str) -> Result<(), DbError> {
    db.write(|conn| Ok(conn.batch_execute(sql)?))
}

#[test]
fn the_log_refuses_to_be_changed() {
    let register = Register::new();
    log(&register, 3);
    for sql in [
        "UPDATE audit SET actor = 'eve' WHERE id = 2",
        "DELETE FROM audit WHERE id = 3",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT id, recorded_at, 'eve', action, object, details, previous_hash, hash \
         FROM audit WHERE id = 2",
        "INSERT INTO audit SELECT 9, recorded_at, 'eve', action, object, details, previous_hash, 'h' FROM audit \
         WHERE id = 2",
    ] {
        let error = execute(&register.db, sql).unwrap_err().to_string();
        assert!(error.contains("the audit log is append-only"), "{sql}: {error}");
    }
    assert!(matches!(verify(&register.db), Chain::Sound { entries: 3, .. }));
}

#[test]
fn an_entry_that_was_changed_removed_or_slipped_in_behind_the_triggers_is_found() {
    for (sql, expected) in [
        ("UPDATE audit SET actor = 'eve' WHERE id = 2", 2),
        ("UPDATE audit SET details = '{}' WHERE id = 1", 1),
        ("UPDATE audit SET recorded_at = '2026-11-01 10:00:00' WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("DELETE FROM audit WHERE id = 2", 3),
        (
            "INSERT INTO audit SELECT 4, recorded_at, actor, action, object, details, hash, 'x' FROM audit WHERE id = 3",
            4,
        ),
    ] {
        let register = Register::new();
        log(&register, 3);
        let without_triggers = format!(
            "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_deleted; \
             DROP TRIGGER audit_is_never_replaced; {sql}"
        );
        execute(&register.db, &without_triggers).unwrap();
        assert!(matches!(verify(&register.db), Chain::Broken { entry, .. } if entry == expected), "{sql}");
    }
}
