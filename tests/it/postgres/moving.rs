//! Moving between PostgreSQL and SQLite: there and back, with everything the same (spec 20.9).

use std::collections::BTreeMap;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Date, Nullable, Text, Timestamp};
use diesel::sqlite::SqliteConnection;
use proptest::prelude::*;

use crate::support::database::url;
use crate::support::engine::connect;
use crate::support::program::{Folder, Ran};

/// A database on the server with this version's tables and nothing in them.
fn made(folder: &Folder, name: &str) -> String {
    let url = url(&folder.file(name));
    folder.run(&format!("--database {url} migrate-schema")).ended(0);
    url
}

fn file_url(folder: &Folder, name: &str) -> String {
    format!("sqlite:{}", folder.file(name).display())
}

fn moved(folder: &Folder, from: &str, to: &str) -> Ran {
    folder.run(&format!("--json move --from {from} --to {to}"))
}

/// The rows of each table of an SQLite file, as SQLite itself writes them.
fn rows(file: &Path) -> BTreeMap<String, Vec<String>> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let mut conn = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    let mut lines = |query: &str| -> Vec<String> {
        let found: Vec<Line> = diesel::sql_query(query).load(&mut conn).unwrap();
        found.into_iter().map(|line| line.line).collect()
    };
    let tables = lines(
        "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    );
    tables
        .into_iter()
        .map(|table| {
            let columns =
                lines(&format!("SELECT name AS line FROM pragma_table_info('{table}') ORDER BY name"));
            let columns: Vec<String> = columns.iter().map(|name| format!("quote(\"{name}\")")).collect();
            let rows =
                lines(&format!("SELECT {} AS line FROM \"{table}\" ORDER BY 1", columns.join(" || ',' || ")));
            (table, rows)
        })
        .collect()
}

/// What is told of the move itself, which each move adds to.
const OF_THE_MOVE: [&str; 3] = ["audit", "audit_head", "installation"];

fn but_for_the_move(mut rows: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    rows.retain(|table, _| !OF_THE_MOVE.contains(&table.as_str()));
    rows
}

/// Something in every part of the database: planned, sent and frozen.
fn trust() -> Folder {
    let folder = Folder::with_everything();
    for words in [
        "remind",
        "outbox cancel 1",
        "send",
        "board --month 2026-10 --send",
        "exempt add 00123457 --course PREVENT-AWARE --reason Leave",
    ] {
        folder.run(words).ended(0);
    }
    folder
}

/// What has the program of the other package answer for a file: this one, asked about the database that the file is a
/// copy of.
fn other_program(folder: &Folder, answers_from: &str) -> String {
    let script = format!(
        "#!/bin/bash\nfor one; do case $one in sqlite:*) set -- \"$@\" '{answers_from}' ;; *) set -- \"$@\" \"$one\" ;; esac; shift; done\n\
         exec {} \"$@\"\n",
        env!("CARGO_BIN_EXE_refresher")
    );
    program(folder, "other-refresher", &script)
}

fn program(folder: &Folder, name: &str, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    folder.write(name, script);
    std::fs::set_permissions(folder.file(name), std::fs::Permissions::from_mode(0o700)).unwrap();
    folder.file(name).display().to_string()
}

#[test]
fn all_of_it_goes_to_a_file_and_back_and_to_a_file_again() {
    let folder = trust();
    let first = url(&folder.file("refresher.db"));
    let known_at = chrono::Utc::now().format("%FT%TZ");
    let asked = [
        &*format!("status --by course --known-at {known_at}"),
        "staff",
        &*format!("review --known-at {known_at}"),
        "board --month 2026-10",
        "outbox",
        "import list",
        "bounces",
        "jobs",
    ];
    // Told from the instant of asking on.
    let of_now = |line: &&str| line.contains("\"empty_at\"");
    let answers = |database: &str| -> Vec<String> {
        asked
            .iter()
            .map(|words| folder.run(&format!("--database {database} --json {words}")).ended(0).out)
            .map(|answer| answer.lines().filter(|line| !of_now(line)).collect::<Vec<_>>().join("\n"))
            .collect()
    };
    let before = answers(&first);
    let other = other_program(&folder, &first);

    let a = file_url(&folder, "a.db");
    let ran =
        folder.run(&format!("--json move --from {first} --to {a} --other-program {other}")).ended(0).json();
    let compared = ran["compared"].as_array().unwrap();
    assert!(compared.len() >= 4, "status, review, the frozen month and a rehearsal: {compared:?}");
    assert!(ran["moved"]["tables"].as_array().unwrap().len() > 30);
    let messages = &ran["moved"]["messages"];
    assert!(messages["sent"].as_u64().unwrap() > 0 && messages["cancelled"] == 1, "{messages}");

    let second = made(&folder, "second.db");
    folder.run(&format!("move --from {a} --to {second} --other-program {other}")).ended(0);
    assert_eq!(answers(&second), before, "after one move there and one back");
    let audit = folder.run(&format!("--database {second} --json audit")).ended(0).json();
    let actions: Vec<&str> =
        audit["entries"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions[..2], ["move", "move"]);
    folder.run(&format!("--database {second} check")).ended(0);

    moved(&folder, &second, &file_url(&folder, "c.db")).ended(0);
    assert_eq!(but_for_the_move(rows(&folder.file("c.db"))), but_for_the_move(rows(&folder.file("a.db"))));
    // What draws ids by itself goes on after those that there are.
    folder.run(&format!("--database {second} remind --today 2026-11-25")).ended(0);
}

#[test]
fn nobody_is_mailed_from_what_was_moved_and_the_installation_goes_on_with_what_it_was_moved_to() {
    let folder = trust();
    let first = url(&folder.file("refresher.db"));
    let smtp = [
        ("REFRESHER_SMTP_TRANSPORT", "smtp"),
        ("REFRESHER_SMTP_HOST", "127.0.0.1"),
        ("REFRESHER_SMTP_PORT", "9"),
        ("REFRESHER_SMTP_SECURITY", "none"),
        ("REFRESHER_SMTP_FROM", "refresher@example.org"),
    ];
    let send = |database: &str| {
        let mut command = folder.command();
        command.envs(smtp).args(["--database", database, "--today", "2026-11-24", "send", "--yes"]);
        let output = command.output().unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(!send(&first).contains("belongs to"), "it is taken by the first that mails from it");
    let a = file_url(&folder, "a.db");
    let ran = moved(&folder, &first, &a).ended(0).json();
    assert_eq!(ran["moved"]["needs_adopting"], false);
    let refused = send(&first);
    assert!(
        refused.contains("a.db, to which it was moved") && refused.contains("refresher adopt"),
        "{refused}"
    );
    let second = made(&folder, "second.db");
    let ran = moved(&folder, &a, &second).ended(0).json();
    assert_eq!(ran["moved"]["needs_adopting"], false);
    assert!(!send(&second).contains("belongs to"), "it need not be adopted");
}

#[test]
fn a_move_is_refused_where_it_could_not_be_whole() {
    let folder = Folder::with_everything();
    let first = url(&folder.file("refresher.db"));
    let second = made(&folder, "second.db");
    let a = file_url(&folder, "a.db");
    moved(&folder, &first, &a).ended(0);
    let full = made(&folder, "full.db");
    folder.run(&format!("--database {full} import staff staff.csv")).ended(0);
    let empty = url(&folder.file("empty.db"));
    for (from, to, said) in [
        (&a, &full, "is not empty: its table"),
        (&a, &empty, "refresher migrate-schema"),
        (&a, &file_url(&folder, "b.db"), "are of one kind"),
        (&first, &second, "are of one kind"),
        (&first, &a, "is not empty: its table"),
        (&file_url(&folder, "nowhere.db"), &second, "there is no database"),
    ] {
        let ran = moved(&folder, from, to).ended(1);
        assert!(ran.err.contains(said), "{from} {to}: {ran:?}");
    }
    let file = folder.file("a.db");
    let mut reader = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    reader.batch_execute("SELECT COUNT(*) FROM import").unwrap();
    let ran = moved(&folder, &a, &second).ended(1);
    assert!(ran.err.contains("is in use"), "somebody has it open, and does nothing: {ran:?}");
    drop(reader);
    reader = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    reader.batch_execute("CREATE TABLE later (id INTEGER NOT NULL PRIMARY KEY)").unwrap();
    drop(reader);
    let ran = moved(&folder, &a, &second).ended(1);
    assert!(ran.err.contains("the table later is in the source only"), "{ran:?}");
    reader = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    reader.batch_execute("DROP TABLE later").unwrap();
    drop(reader);
    moved(&folder, &a, &second).ended(0);
}

#[test]
fn a_character_that_postgresql_keeps_in_no_text_is_named_with_its_row() {
    let folder = Folder::with_everything();
    let (first, a) = (url(&folder.file("refresher.db")), file_url(&folder, "a.db"));
    moved(&folder, &first, &a).ended(0);
    let before = rows(&folder.file("a.db"));
    let mut file = SqliteConnection::establish(&folder.file("a.db").to_string_lossy()).unwrap();
    file.batch_execute("UPDATE course SET code = 'A' || char(0) || 'B' WHERE id = 2").unwrap();
    drop(file);
    let second = made(&folder, "second.db");
    let ran = moved(&folder, &a, &second).ended(1);
    assert!(ran.err.contains("the row id 2 of course") && ran.err.contains("in code"), "{ran:?}");
    let mut file = SqliteConnection::establish(&folder.file("a.db").to_string_lossy()).unwrap();
    let code = before["course"][1].split('\'').nth(1).unwrap();
    file.batch_execute(&format!("UPDATE course SET code = '{code}' WHERE id = 2")).unwrap();
    drop(file);
    assert_eq!(rows(&folder.file("a.db")), before, "the source is as it was, and not marked");
    moved(&folder, &a, &second).ended(0);
}

#[test]
fn what_does_not_arrive_is_found_and_nothing_is_kept() {
    let folder = Folder::with_everything();
    let (first, a) = (url(&folder.file("refresher.db")), file_url(&folder, "a.db"));
    moved(&folder, &first, &a).ended(0);
    let before = rows(&folder.file("a.db"));
    let second = made(&folder, "second.db");
    let mut server = connect(&folder.file("second.db"));
    server
        .batch_execute("CREATE RULE lost AS ON INSERT TO staff WHERE NEW.id = 2 DO INSTEAD NOTHING")
        .unwrap();
    drop(server);
    let ran = moved(&folder, &a, &second).ended(1);
    assert!(ran.err.contains("the row") || ran.err.contains("staff"), "{ran:?}");
    assert_eq!(rows(&folder.file("a.db")), before, "the source is not marked");
    let mut server = connect(&folder.file("second.db"));
    server.batch_execute("DROP RULE lost ON staff").unwrap();
    // Of a table that nothing refers to, only reading it again tells.
    server
        .batch_execute("CREATE RULE lost AS ON INSERT TO exemption WHERE NEW.id = 1 DO INSTEAD NOTHING")
        .unwrap();
    drop(server);
    let ran = moved(&folder, &a, &second).ended(1);
    assert!(ran.err.contains("exemption is not the same on both sides, first at id 1"), "{ran:?}");
    connect(&folder.file("second.db")).batch_execute("DROP RULE lost ON exemption").unwrap();
    moved(&folder, &a, &second).ended(0);
}

#[test]
fn where_figures_differ_the_target_is_dropped_and_the_source_goes_on() {
    let folder = trust();
    let (first, a) = (url(&folder.file("refresher.db")), file_url(&folder, "a.db"));
    let liar = program(&folder, "liar", "#!/bin/bash\necho '{}'\n");
    let ran = folder.run(&format!("move --from {first} --to {a} --other-program {liar}")).ended(1);
    assert!(ran.err.contains("`status --known-at") && ran.err.contains("was dropped"), "{ran:?}");
    assert!(!folder.file("a.db").exists());
    moved(&folder, &first, &a).ended(0);
    let second = made(&folder, "second.db");
    let broken = program(&folder, "broken", "#!/bin/bash\necho no >&2; exit 1\n");
    let ran = folder.run(&format!("move --from {a} --to {second} --other-program {broken}")).ended(1);
    assert!(ran.err.contains("was not answered: no"), "{ran:?}");
    let ran = folder.run(&format!("--database {second} status")).ended(1);
    assert!(ran.err.contains("there is nothing in it yet"), "{ran:?}");
    let second = made(&folder, "second.db");
    moved(&folder, &a, &second).ended(0);
    folder.run(&format!("--database {second} status")).ended(0);
}

#[test]
fn what_is_finer_than_a_microsecond_is_cut_and_counted() {
    let folder = Folder::with_everything();
    let (first, a) = (url(&folder.file("refresher.db")), file_url(&folder, "a.db"));
    moved(&folder, &first, &a).ended(0);
    let mut file = SqliteConnection::establish(&folder.file("a.db").to_string_lossy()).unwrap();
    file.batch_execute(
        "UPDATE import SET recorded_at = '2026-11-24 09:00:00.123456789' WHERE id = 1; \
         UPDATE import SET recorded_at = '2026-11-24 09:00:01.123456000' WHERE id = 2; \
         UPDATE import SET recorded_at = '2026-11-24 09:00:02.5' WHERE id = 3",
    )
    .unwrap();
    drop(file);
    let second = made(&folder, "second.db");
    let ran = moved(&folder, &a, &second).ended(0).json();
    assert_eq!(ran["moved"]["nanoseconds_cut"], 1);
    moved(&folder, &second, &file_url(&folder, "c.db")).ended(0);
    let instants: Vec<String> = rows(&folder.file("c.db"))["import"].clone();
    for written in
        ["'2026-11-24 09:00:00.123456'", "'2026-11-24 09:00:01.123456'", "'2026-11-24 09:00:02.500'"]
    {
        assert!(instants.iter().any(|row| row.contains(written)), "{written}: {instants:?}");
    }
}

/// A row of odd values.
#[derive(Debug, Clone)]
struct Odd {
    text: String,
    other: Option<String>,
    day: chrono::NaiveDate,
    at: chrono::NaiveDateTime,
    bytes: Vec<u8>,
    truth: bool,
}

fn odd() -> impl Strategy<Value = Odd> {
    let text =
        || proptest::collection::vec(any::<char>().prop_filter("no text has it", |c| *c != '\0'), 0..20);
    let text = move || text().prop_map(|characters| characters.into_iter().collect::<String>());
    let day = || {
        let first = chrono::NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
        (0..73_414i64).prop_map(move |days| first + chrono::TimeDelta::days(days))
    };
    let seconds = prop_oneof![Just(0i64), Just(500_000), any::<u32>().prop_map(|n| i64::from(n % 1_000_000))];
    let at = (day(), 0..86_400i64, seconds).prop_map(|(day, second, micros)| {
        day.and_time(chrono::NaiveTime::MIN)
            + chrono::TimeDelta::seconds(second)
            + chrono::TimeDelta::microseconds(micros)
    });
    (
        text(),
        proptest::option::of(text()),
        day(),
        at,
        proptest::collection::vec(any::<u8>(), 0..50),
        any::<bool>(),
    )
        .prop_map(|(text, other, day, at, bytes, truth)| Odd { text, other, day, at, bytes, truth })
}

fn put(conn: &mut SqliteConnection, place: usize, odd: &Odd) {
    let id = place + 1000;
    let message = format!(
        "INSERT INTO message (id, kind, organisation_id, recipient, subject, message_id, planned_on, queued_at, state, \
         last_error) VALUES ({id}, 'operator', 1, ?, ?, '{id}', ?, ?, 'held', ?)"
    );
    diesel::sql_query(message)
        .bind::<Text, _>(&odd.text)
        .bind::<Text, _>(odd.other.as_deref().unwrap_or("\\N"))
        .bind::<Date, _>(odd.day)
        .bind::<Timestamp, _>(odd.at)
        .bind::<Nullable<Text>, _>(odd.other.as_deref())
        .execute(conn)
        .unwrap();
    let part = format!(
        "INSERT INTO message_part (message_id, name, content_type, inline, encoding, content) \
         VALUES ({id}, ?, '', {}, 'plain', ?)",
        odd.truth
    );
    diesel::sql_query(part).bind::<Text, _>(&odd.text).bind::<Binary, _>(&odd.bytes).execute(conn).unwrap();
}

#[test]
fn any_text_day_instant_and_bytes_go_there_and_back_unchanged() {
    let folder = Folder::with_everything();
    let (first, a) = (url(&folder.file("refresher.db")), file_url(&folder, "a.db"));
    moved(&folder, &first, &a).ended(0);
    let plain = folder.file("a.db");
    let config = ProptestConfig {
        cases: 4,
        max_shrink_iters: 20,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let cases = std::cell::Cell::new(0);
    proptest!(config, |(odds in proptest::collection::vec(odd(), 1..120))| {
        let case = cases.get() + 1;
        cases.set(case);
        let there = folder.file(&format!("there{case}.db"));
        std::fs::copy(&plain, &there).unwrap();
        let mut conn = SqliteConnection::establish(&there.to_string_lossy()).unwrap();
        conn.batch_execute("BEGIN").unwrap();
        odds.iter().enumerate().for_each(|(place, odd)| put(&mut conn, place, odd));
        conn.batch_execute("COMMIT").unwrap();
        drop(conn);
        let before = but_for_the_move(rows(&there));
        let server = made(&folder, &format!("server{case}.db"));
        moved(&folder, &file_url(&folder, &format!("there{case}.db")), &server).ended(0);
        moved(&folder, &server, &file_url(&folder, &format!("back{case}.db"))).ended(0);
        let after = but_for_the_move(rows(&folder.file(&format!("back{case}.db"))));
        prop_assert_eq!(after, before);
    });
}
