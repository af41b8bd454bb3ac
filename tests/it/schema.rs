//! The tables as they are made: what the database itself refuses, whatever the code above it does.

use crate::support::database::url;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Integer, Text};
use refresher::db::{Conn, Db, IfMissing, Locks};
#[cfg(not(feature = "postgres"))]
use refresher::db::{DbResult, Durability};
use refresher::outbox::MessageKind;

fn open() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&url(&folder.path().join("register.db")), IfMissing::Create).unwrap();
    (folder, db)
}

fn run(conn: &mut Conn, statements: &str) -> QueryResult<()> {
    statements.split(';').map(str::trim).filter(|statement| !statement.is_empty()).try_for_each(|statement| {
        sql_query(statement).execute(conn)?;
        Ok(())
    })
}

const GIVEN: &str = "
    INSERT INTO import (id, kind, file, content_hash, as_of, recorded_at) VALUES (1, 'staff', 'f', 'h', '2026-01-01', '2026-01-01 00:00:00');
    INSERT INTO organisation (id, code) VALUES (1, 'RXX');
    INSERT INTO organisation_version (organisation_id, name, kind, safeguarding_email, opened_by) VALUES (1, 'X', 'acute', '', 1);
    INSERT INTO staff (id, organisation_id, employee_number) VALUES (1, 1, '001');
    INSERT INTO staff_version (staff_id, first_name, last_name, email, opened_by) VALUES (1, 'A', 'B', '', 1);
    INSERT INTO course (id, code) VALUES (1, 'SGC-L1');
    INSERT INTO training_record (staff_id, course_id, completed_on, provider, certificate, opened_by) VALUES (1, 1, '2026-01-01', '', '', 1);
    INSERT INTO budget (organisation_id, financial_year, allocated_pence, opened_by) VALUES (1, 2026, 100, 1);
    INSERT INTO expense (organisation_id, dated_on, description, amount_pence, course, reference, opened_by) VALUES (1, '2026-01-01', '', 1, '', 'R1', 1);
    INSERT INTO expense (organisation_id, dated_on, description, amount_pence, course, reference, opened_by) VALUES (1, '2026-01-01', '', 1, '', '', 1);
    INSERT INTO booking (staff_id, course_id, takes_place_on, place, opened_by) VALUES (1, 1, '2026-12-03', '', 1);
    INSERT INTO assurance_answer (organisation_id, statement, answer, answered_on, evidence, owner_email, opened_by) VALUES (1, 'supervision', 'yes', '2026-01-01', '', '', 1);
    INSERT INTO message (id, kind, organisation_id, staff_id, recipient, subject, message_id, planned_on, queued_at, state)
        VALUES (1, 'reminder', 1, 1, 'a@example.org', '', 'm1', '2026-01-01', '2026-01-01 00:00:00', 'queued');
    INSERT INTO bounce_report (id, content_hash, file, read_at, finding) VALUES (1, 'h', 'f', '2026-01-01 00:00:00', '');
    INSERT INTO promise (kind, key, organisation_id, message_id, staff_id, about, due_on, step) VALUES ('reminder', '1 SGC-L1 2026-01-01 30', 1, 1, 1, 'SGC-L1', '2026-01-01', 30);
    INSERT INTO job_run (job, slot, started_at, lease_until) VALUES ('reminders', '2026-01-01 08:00:00', '2026-01-01 08:00:00', '2026-01-01 08:00:00');
    INSERT INTO snapshot (organisation_id, month, as_at, known_at, frozen_at, content_hash, figures)
        VALUES (1, '2026-01', '2026-01-31', '2026-02-01 00:00:00', '2026-02-01 00:00:00', '', '')
";

const REFUSED: &[(&str, &str)] = &[
    ("two organisations of one code", "INSERT INTO organisation (code) VALUES ('RXX')"),
    ("an organisation of an unknown kind",
     "INSERT INTO organisation_version (organisation_id, name, kind, safeguarding_email, opened_by, closed_by) VALUES (1, 'X', 'vet', '', 1, 1)"),
    ("two open versions of an organisation",
     "INSERT INTO organisation_version (organisation_id, name, kind, safeguarding_email, opened_by) VALUES (1, 'Y', 'acute', '', 1)"),
    ("two people of one number in an organisation", "INSERT INTO staff (organisation_id, employee_number) VALUES (1, '001')"),
    ("a person of no organisation", "INSERT INTO staff (organisation_id, employee_number) VALUES (9, '002')"),
    ("two open names of a person",
     "INSERT INTO staff_version (staff_id, first_name, last_name, email, opened_by) VALUES (1, 'C', 'D', '', 1)"),
    ("a name that no import opened",
     "INSERT INTO staff_version (staff_id, first_name, last_name, email, opened_by, closed_by) VALUES (1, 'C', 'D', '', 9, 9)"),
    ("the same training record twice",
     "INSERT INTO training_record (staff_id, course_id, completed_on, provider, certificate, opened_by) VALUES (1, 1, '2026-01-01', 'P', '', 1)"),
    ("a training record of nobody",
     "INSERT INTO training_record (staff_id, course_id, completed_on, provider, certificate, opened_by) VALUES (9, 1, '2026-01-01', '', '', 1)"),
    ("two open allocations of a year", "INSERT INTO budget (organisation_id, financial_year, allocated_pence, opened_by) VALUES (1, 2026, 200, 1)"),
    ("two open expenses of one reference",
     "INSERT INTO expense (organisation_id, dated_on, description, amount_pence, course, reference, opened_by) VALUES (1, '2026-01-02', '', 2, '', 'R1', 1)"),
    ("a place booked twice", "INSERT INTO booking (staff_id, course_id, takes_place_on, place, opened_by) VALUES (1, 1, '2026-12-03', 'Room 2', 1)"),
    ("two open answers to a statement on one day",
     "INSERT INTO assurance_answer (organisation_id, statement, answer, answered_on, evidence, owner_email, opened_by) VALUES (1, 'supervision', 'no', '2026-01-01', '', '', 1)"),
    ("a promise that no message keeps", "INSERT INTO promise (kind, key, organisation_id, message_id) VALUES ('operator', 'k', 1, 9)"),
    ("the same thing promised twice",
     "INSERT INTO promise (kind, key, organisation_id) VALUES ('reminder', '1 SGC-L1 2026-01-01 30', 1)"),
    ("a promise of an unknown kind", "INSERT INTO promise (kind, key, organisation_id) VALUES ('advert', 'k', 1)"),
    ("a message of an unknown state", "UPDATE message SET state = 'lost'"),
    ("a message of an unknown kind", "UPDATE message SET kind = 'advert'"),
    ("a file of returned mail read twice",
     "INSERT INTO bounce_report (content_hash, file, read_at, finding) VALUES ('h', 'g', '2026-01-01 00:00:00', '')"),
    ("a bounce of an unknown kind",
     "INSERT INTO bounce (bounce_report_id, address, kind, status, reason, read_at) VALUES (1, 'a@example.org', 'odd', '', '', '2026-01-01 00:00:00')"),
    ("a slot that runs twice",
     "INSERT INTO job_run (job, slot, started_at, lease_until) VALUES ('reminders', '2026-01-01 08:00:00', '2026-01-01 09:00:00', '2026-01-01 09:00:00')"),
    ("a month frozen twice",
     "INSERT INTO snapshot (organisation_id, month, as_at, known_at, frozen_at, content_hash, figures)
      VALUES (1, '2026-01', '2026-01-31', '2026-02-01 00:00:00', '2026-02-01 00:00:00', '', '')"),
    ("an account that does not add up",
     "INSERT INTO planning_run (organisation_id, planned_on, ran_at, in_post, considered, nothing_due, no_email, already_told, messaged, held)
      VALUES (1, '2026-01-01', '2026-01-01 00:00:00', 3, 3, 1, 0, 0, 1, 0)"),
];

#[test]
fn the_database_itself_refuses_what_must_never_be() {
    let (_folder, db) = open();
    db.write(Locks::ALL, |conn| run(conn, GIVEN)).unwrap();
    // What a version says opened it is not declared on a server: it would cost as much as all indexes (spec 20.2).
    let undeclared = |what: &str| cfg!(feature = "postgres") && what == "a name that no import opened";
    for (what, statement) in REFUSED.iter().filter(|(what, _)| !undeclared(what)) {
        let outcome = db.write(Locks::ALL, |conn| run(conn, statement));
        assert!(outcome.is_err(), "{what} is not refused");
    }
    let allowed = "UPDATE promise SET withdrawn = TRUE; INSERT INTO promise (kind, key, organisation_id, message_id) \
                   VALUES ('reminder', '1 SGC-L1 2026-01-01 30', 1, 1); \
                   INSERT INTO expense (organisation_id, dated_on, description, amount_pence, course, reference, opened_by) \
                   VALUES (1, '2026-01-01', '', 1, '', '', 1)";
    db.write(Locks::ALL, |conn| run(conn, allowed)).unwrap();
}

#[test]
fn the_kinds_of_mail_that_the_database_knows_are_the_programs() {
    let (_folder, db) = open();
    let query = "SELECT name AS value FROM mail_kind ORDER BY name";
    let known: Vec<Pragma> = db.read(|conn| sql_query(query).load(conn)).unwrap();
    let known: Vec<String> = known.into_iter().map(|one| one.value).collect();
    let mut kinds: Vec<&str> = MessageKind::ALL.iter().map(|kind| kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(known, kinds);
}

#[derive(QueryableByName)]
struct Pragma {
    #[diesel(sql_type = Text)]
    value: String,
}

#[cfg(not(feature = "postgres"))]
fn pragma(conn: &mut Conn, name: &str) -> DbResult<String> {
    let query = format!("SELECT CAST({name} AS TEXT) AS value FROM pragma_{name}");
    Ok(sql_query(query).get_result::<Pragma>(conn)?.value)
}

#[cfg(not(feature = "postgres"))] // What a server keeps is its own setting, and looked at when it is opened.
#[test]
fn every_connection_keeps_what_was_confirmed_and_checks_what_is_referred_to() {
    let (_folder, db) = open();
    db.read(|conn| {
        for (name, expected) in [("foreign_keys", "1"), ("journal_mode", "wal"), ("synchronous", "2")] {
            assert_eq!(pragma(conn, name)?, expected, "{name}");
        }
        Ok(())
    })
    .unwrap();
}

#[cfg(not(feature = "postgres"))] // There it is said for each transaction.
#[test]
fn only_what_may_last_soon_does_not_wait_for_the_disk() {
    let (_folder, db) = open();
    let waits = |conn: &mut Conn| pragma(conn, "synchronous");
    for (lasts, expected) in [(Durability::Soon, "1"), (Durability::AtOnce, "2"), (Durability::Soon, "1")] {
        assert_eq!(db.write_lasting(Locks::ALL, lasts, waits).unwrap(), expected, "{lasts:?}");
    }
    db.make_last().unwrap();
    // The connection of a write that lasts soon is used again.
    assert_eq!(db.write(Locks::ALL, waits).unwrap(), "2");
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    required: i32,
}

/// `schema.rs` is generated; a migration without it would be read wrongly.
#[test]
fn the_generated_schema_is_that_of_the_migrations() {
    let (_folder, db) = open();
    let query = if cfg!(feature = "postgres") {
        "SELECT table_name::text AS of_table, column_name::text AS name, data_type::text AS kind, \
         CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END AS required FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' ORDER BY table_name, ordinal_position"
    } else {
        "SELECT m.name AS of_table, c.name AS name, c.type AS kind, c.\"notnull\" AS required \
         FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY m.name, c.cid"
    };
    let columns = db.read(|conn| sql_query(query).load::<Column>(conn)).unwrap();
    let mut made: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for column in columns {
        let kind = match column.kind.as_str() {
            "INTEGER" | "integer" => "Integer",
            "BIGINT" | "bigint" => "BigInt",
            "TEXT" | "text" => "Text",
            "DATE" | "date" => "Date",
            "TIMESTAMP" | "timestamp without time zone" => "Timestamp",
            "BOOLEAN" | "boolean" => "Bool",
            "BLOB" | "bytea" => "Binary",
            other => panic!("{}.{}: {other} is no portable column type", column.of_table, column.name),
        };
        let kind = if column.required == 1 { kind.to_owned() } else { format!("Nullable<{kind}>") };
        made.entry(column.of_table).or_default().push(format!("{} -> {kind},", column.name));
    }
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/schema.rs")).unwrap();
    let mut generated: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|(_, rest)| rest.ends_with(") {")) {
            table = name.to_owned();
        } else if line.contains(" -> ") && !line.contains('(') {
            generated.entry(table.clone()).or_default().push(line.to_owned());
        }
    }
    assert_eq!(generated, made);
}

/// The tables and indexes that a folder of steps makes, each as one line without what is said otherwise on the other engine.
fn made_by(engine: &str) -> BTreeMap<String, Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let mut steps = BTreeMap::new();
    for step in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let text = fs::read_to_string(step.path().join("up.sql")).unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
        let text = lines.collect::<Vec<_>>().join(" ");
        let statements = text.split(';').map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "));
        let made = statements.filter(|one| {
            ["CREATE TABLE", "CREATE INDEX", "CREATE UNIQUE", "INSERT"]
                .iter()
                .any(|begins| one.starts_with(begins))
        });
        let name = step.file_name().to_str().unwrap().to_owned();
        steps.insert(name, made.map(|statement| neutral(&statement)).collect());
    }
    steps
}

/// A statement as both engines have it: types of one name, and of versions no reference to what opened them.
fn neutral(statement: &str) -> String {
    let mut text = statement.replace(" DEFERRABLE INITIALLY DEFERRED", "").replace(" COLLATE \"C\"", "");
    for (theirs, ours) in [
        ("integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", "INTEGER NOT NULL PRIMARY KEY"),
        ("timestamp(6)", "TIMESTAMP"),
        ("bytea", "BLOB"),
        ("integer", "INTEGER"),
        ("bigint", "BIGINT"),
        ("boolean", "BOOLEAN"),
        (" text", " TEXT"),
        (" date", " DATE"),
        ("uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())", "randomblob(32)"),
    ] {
        text = text.replace(theirs, ours);
    }
    if text.contains("opened_by") {
        for column in ["opened_by", "closed_by", "course_id"] {
            for needed in [" NOT NULL", ""] {
                let of = if column == "course_id" { "course" } else { "import" };
                let declared = format!("{column} INTEGER{needed} REFERENCES {of} (id)");
                text = text.replace(&declared, &format!("{column} INTEGER{needed}"));
            }
        }
    }
    text
}

#[test]
fn both_engines_have_the_same_steps_that_make_the_same_tables() {
    let (here, there) = (made_by("sqlite"), made_by("postgres"));
    assert!(here.values().map(Vec::len).sum::<usize>() > 60, "{here:#?}");
    assert_eq!(here, there);
}

#[test]
fn every_text_of_a_server_is_compared_byte_by_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    for step in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let text = fs::read_to_string(step.path().join("up.sql")).unwrap();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("--")) {
            let columns = line.trim_start().matches(" text").count();
            assert_eq!(columns, line.matches(" text COLLATE \"C\"").count(), "{line}");
        }
    }
}
