use diesel::connection::SimpleConnection;
use refresher::audit::{self, Act, Action, Actor, AuditChain};
use refresher::db::{Db, DbError, IfMissing, Locks};
use serde_json::{Value, json};

use super::{undo, undone};
use crate::imports::given::*;
use crate::support::database::url;
use crate::support::engine::without_triggers;
use crate::support::program::Folder;

fn verify(db: &Db) -> AuditChain {
    db.read(|conn| Ok(audit::examine(conn)?.chain)).unwrap()
}

fn told(db: &Db) -> Vec<(String, String, String, Value)> {
    let entries = db.read(|conn| audit::entries(conn, 100)).unwrap();
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
    let dry = refresher::import::ImportOptions { dry_run: true, ..options("2026-11-01") };
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
        register.db.write(Locks::ALL, |conn| audit::record(conn, &act, now)).unwrap();
    }
}

fn execute(db: &Db, sql: &str) -> Result<(), DbError> {
    db.write(Locks::ALL, |conn| conn.batch_execute(sql))
}

#[test]
fn the_log_refuses_to_be_changed() {
    let register = Register::new();
    log(&register, 3);
    for sql in [
        "UPDATE audit SET actor = 'eve' WHERE id = 2",
        "DELETE FROM audit WHERE id = 3",
        "DELETE FROM audit",
        if cfg!(feature = "postgres") {
            "TRUNCATE audit"
        } else {
            "INSERT OR REPLACE INTO audit SELECT id, recorded_at, 'eve', action, object, details, previous_hash, hash \
             FROM audit WHERE id = 2"
        },
        "UPDATE audit_head SET entries = 2",
        "DELETE FROM audit_head",
        "INSERT INTO audit SELECT 9, recorded_at, 'eve', action, object, details, previous_hash, 'h' FROM audit \
         WHERE id = 2",
    ] {
        let error = execute(&register.db, sql).unwrap_err().to_string();
        // A second entry after one is refused by the index there.
        let refused = ["the audit log is append-only", "audit_previous_hash_key"];
        assert!(refused.iter().any(|why| error.contains(why)), "{sql}: {error}");
    }
    assert!(matches!(verify(&register.db), AuditChain::Sound { entries: 3, .. }));
}

#[test]
fn an_entry_that_was_changed_removed_or_slipped_in_behind_the_triggers_is_found() {
    for (sql, expected) in [
        ("UPDATE audit SET actor = 'eve' WHERE id = 2", 2),
        ("UPDATE audit SET details = '{}' WHERE id = 1", 1),
        ("UPDATE audit SET recorded_at = '2026-11-01 10:00:00' WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("DELETE FROM audit WHERE id = 3", 3),
        ("DELETE FROM audit", 1),
        (
            "INSERT INTO audit SELECT 4, recorded_at, actor, action, object, details, hash, 'x' FROM audit WHERE id = 3",
            4,
        ),
    ] {
        let register = Register::new();
        log(&register, 3);
        execute(&register.db, &format!("{}; {sql}", without_triggers())).unwrap();
        assert!(
            matches!(verify(&register.db), AuditChain::Broken { entry, .. } if entry == expected),
            "{sql}"
        );
    }
}

/// A file of the database, changed by whoever can write to it, knowing how the log is kept.
fn tampered(folder: &Folder, sql: &str) {
    execute(
        &Db::open(&url(&folder.file("refresher.db")), IfMissing::Fail).unwrap(),
        &format!("{}; {sql}", without_triggers()),
    )
    .unwrap();
}

#[cfg_attr(feature = "postgres", ignore = "it puts the file of the other engine back, or opens a copy of it")]
#[test]
fn whatever_was_done_and_has_no_entry_is_found_by_check_and_audit_also_where_the_head_was_put_right() {
    const HEAD: &str = "UPDATE audit_head SET entries = (SELECT count(*) FROM audit), \
                        hash = coalesce((SELECT hash FROM audit ORDER BY id DESC LIMIT 1), '')";
    let folder = Folder::with_everything();
    folder.run("exempt add 00123457 --course PREVENT-AWARE --reason Leave").ended(0);
    folder.run("import undo 4").ended(0);
    folder.run("board --month 2026-10 --send").ended(0);
    folder.run("remind").ended(0);
    let id = folder.run("--json outbox").ended(0).json()["messages"][0]["id"].to_string();
    folder.run(&format!("outbox cancel {id}")).ended(0);
    let whole = folder.run("--json audit").ended(0).json();
    assert_eq!(whole["chain"]["sound"], true, "{whole}");
    let entries = whole["chain"]["entries"].as_i64().unwrap();
    let kept = std::fs::read(folder.file("refresher.db")).unwrap();
    let mut named = std::collections::BTreeSet::new();
    for last in 0..entries {
        for head in ["SELECT 1", HEAD] {
            for side in ["refresher.db-wal", "refresher.db-shm"] {
                let _ = std::fs::remove_file(folder.file(side)); // There is none where the last process ended well.
            }
            folder.write("refresher.db", &kept);
            tampered(&folder, &format!("DELETE FROM audit WHERE id > {last}; {head}"));
            let shown = folder.run("--json audit").ended(1).json();
            assert_eq!(shown["chain"]["sound"], false, "{shown}");
            let missing = shown["chain"]["missing"].as_array().unwrap();
            named.extend(
                missing
                    .iter()
                    .map(|one| one.as_str().unwrap().split(' ').take(2).collect::<Vec<_>>().join(" ")),
            );
        }
    }
    let checked = folder.run("--json check").ended(1).json();
    let log = checked["checks"].as_array().unwrap().iter().find(|one| one["what"] == "audit log").unwrap();
    assert_eq!(log["verdict"], "fault", "{log}");
    for what in ["import 4", "import 9", "a policy", "the board", "the cancelling"] {
        assert!(named.iter().any(|name| name == what), "{what}: {named:?}");
    }
}

#[cfg_attr(feature = "postgres", ignore = "it puts the file of the other engine back, or opens a copy of it")]
#[test]
fn an_import_that_nobody_recorded_is_found_and_a_backup_is_as_sound_as_what_it_is_of() {
    let folder = Folder::with_everything();
    folder.run("backup copy.db").ended(0);
    let of_copy = folder.run("--json --database sqlite:copy.db audit").ended(0).json();
    let of_all = folder.run("--json audit").ended(0).json();
    assert_eq!(
        of_copy["chain"]["entries"].as_i64().unwrap() + 1,
        of_all["chain"]["entries"].as_i64().unwrap()
    );
    let slipped_in = "INSERT INTO import (id, kind, file, content_hash, as_of, recorded_at) \
                      VALUES (77, 'staff', 'f', 'h', '2026-01-01', '2026-01-01 00:00:00')";
    tampered(&folder, slipped_in);
    let shown = folder.run("audit").ended(1);
    assert!(shown.err.contains("there is none of import 77"), "{shown:?}");
}
