//! Databases of other versions: who may bring them up to date, what is kept, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{SqliteConnection, sql_query};

use crate::support::program::Folder;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(file: &Path, query: &str) -> Vec<String> {
    let mut conn = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    let found: Vec<Line> = sql_query(query).load(&mut conn).unwrap();
    found.into_iter().map(|line| line.line).collect()
}

fn run(file: &Path, statements: &str) {
    SqliteConnection::establish(&file.to_string_lossy()).unwrap().batch_execute(statements).unwrap();
}

/// The steps of the migrations, in order.
fn steps() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut steps: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|step| step.unwrap().path()).collect();
    steps.sort();
    steps
}

/// A folder with the database of an earlier version: the first `count` steps, something imported.
fn old(count: usize) -> Folder {
    let folder = Folder::new();
    let file = folder.file("refresher.db");
    fs::remove_file(&file).unwrap();
    run(
        &file,
        "PRAGMA journal_mode = WAL; CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
         run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    );
    for step in steps().into_iter().take(count) {
        run(&file, &fs::read_to_string(step.join("up.sql")).unwrap());
        let name = step.file_name().unwrap().to_str().unwrap().to_owned();
        let version: String = name.split('_').next().unwrap().replace('-', "");
        run(&file, &format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')"));
    }
    run(
        &file,
        "INSERT INTO import (id, kind, file, content_hash, as_of, recorded_at) \
         VALUES (1, 'configuration', '', '', '2026-01-01', '2026-01-01 00:00:00.123456789'); \
         INSERT INTO organisation (id, code) VALUES (1, 'RXX'); \
         INSERT INTO organisation_version (organisation_id, name, kind, safeguarding_email, opened_by) \
         VALUES (1, 'An Old Trust', 'acute', '', 1); \
         INSERT INTO import_organisation VALUES (1, 1);",
    );
    folder.write(
        "staff.csv",
        "employee_number,last_name,email,start_date\n00123456,Bello,aisha.bello@example.org,2021-09-01\n",
    );
    folder
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn whoever_writes_brings_an_older_database_up_to_date_after_a_backup_beside_it() {
    for count in [1, 5, steps().len() - 1] {
        for words in ["migrate", "import staff staff.csv", "init"] {
            let folder = old(count);
            let before = folder.database();
            let ran = folder.run(words).ended(0);
            let backup = folder.file(&format!("refresher.before-{VERSION}.db"));
            assert!(backup.exists(), "{words} from step {count}: {ran:?}");
            let said = format!("{}{}", ran.out, ran.err);
            assert!(said.contains("up to date") || words == "init", "{said}");
            let kept = Folder::empty();
            fs::copy(&backup, kept.file("refresher.db")).unwrap();
            assert_eq!(kept.database(), before, "the backup is not what was there");
            folder.run("status").ended(0);
            let again = folder.run("migrate").ended(0);
            assert!(again.out.contains("is up to date"), "{again:?}");
            let program = lines(&folder.file("refresher.db"), "SELECT version AS line FROM program_version");
            assert_eq!(program, [VERSION]);
        }
    }
}

#[test]
fn whoever_only_reads_or_does_something_else_says_that_it_is_older_and_leaves_it() {
    let folder = old(steps().len() - 1);
    let before = folder.database();
    for words in [
        "status",
        "staff",
        "explain 00123456",
        "forecast",
        "budget",
        "review",
        "board",
        "board --send --month 2026-09",
        "remind",
        "remind --dry-run",
        "rehearse --until 2026-12-24",
        "outbox",
        "outbox release",
        "send",
        "jobs",
        "audit",
        "bounces",
        "exempt list",
        "exempt add 00123456 --reason x",
        "person export 00123456",
        "person purge 00123456 --yes",
        "policy impact policy.toml",
        "import list",
        "import staff staff.csv --dry-run",
        "backup copy.db",
    ] {
        let ran = folder.run(words).ended(1);
        assert!(ran.err.contains("of an older version"), "{words}: {ran:?}");
        assert!(ran.err.contains("refresher migrate"), "{words}: {ran:?}");
        assert_eq!(ran.err.trim_end().lines().count(), 1, "{words}: {ran:?}");
    }
    let check = folder.run("check").ended(1);
    assert!(check.out.contains("of an older version"), "{check:?}");
    assert_eq!(folder.database(), before);
    assert!(!folder.file(&format!("refresher.before-{VERSION}.db")).exists());
}

#[test]
fn without_its_backup_an_older_database_stays_as_it_is() {
    let backup = format!("refresher.before-{VERSION}.db");
    for words in ["migrate", "import staff staff.csv", "init"] {
        let folder = old(3);
        fs::create_dir(folder.file(&backup)).unwrap();
        let before = folder.database();
        let ran = folder.run(words).ended(1);
        assert!(ran.err.contains(&backup) && ran.err.contains("nothing was changed"), "{words}: {ran:?}");
        assert_eq!(folder.database(), before, "{words}");
    }
}

#[test]
fn steps_that_fail_leave_the_database_as_it_was_and_no_backup_in_the_way() {
    // A table that a step to come makes is there already.
    let to_come = steps().iter().position(|step| step.to_string_lossy().ends_with("_known_at")).unwrap();
    let folder = old(to_come);
    run(&folder.file("refresher.db"), "CREATE TABLE configuration (id INTEGER)");
    let before = folder.database();
    let ran = folder.run("migrate").ended(1);
    assert!(ran.err.contains("can't be brought up to date"), "{ran:?}");
    assert_eq!(folder.database(), before);
    assert!(!folder.file(&format!("refresher.before-{VERSION}.db")).exists());
}

#[test]
fn a_newer_database_is_refused_by_every_command_naming_both_versions() {
    let folder = Folder::with_everything();
    let file = folder.file("refresher.db");
    run(
        &file,
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001'); \
         UPDATE program_version SET version = '9.8.7'",
    );
    let before = folder.database();
    for words in ["status", "import staff staff.csv", "init", "migrate", "remind", "backup copy.db", "daemon"]
    {
        let ran = if words == "daemon" { folder.run_as(words) } else { folder.run(words) }.ended(1);
        for version in ["refresher 9.8.7", "20991231000001", &format!("refresher {VERSION}")] {
            assert!(ran.err.contains(version), "{words}: {ran:?}");
        }
    }
    assert_eq!(folder.database(), before);
}

#[test]
fn what_is_no_database_of_ours_is_refused_and_left_alone() {
    let folder = Folder::new();
    let file = folder.file("other.db");
    run(&file, "CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup')");
    for words in ["status", "import staff staff.csv", "migrate", "remind"] {
        let ran = folder.run(&format!("--database sqlite:other.db {words}")).ended(1);
        assert!(ran.err.contains("another program"), "{words}: {ran:?}");
    }
    assert_eq!(lines(&file, "SELECT name AS line FROM sqlite_master"), ["recipe"]);
    folder.write("empty.db", "");
    let ran = folder.run("--database sqlite:empty.db status").ended(1);
    assert!(ran.err.contains("refresher init"), "{ran:?}");
    assert_eq!(folder.read("empty.db"), "");
}

#[test]
fn a_database_kept_before_an_upgrade_belongs_to_nobody_until_it_is_adopted() {
    let folder = old(steps().len() - 1);
    let file = folder.file("refresher.db");
    run(
        &file,
        "INSERT INTO installation (id, identity, place, adopted_at) VALUES (1, 'x', 'here', '2026-01-01 00:00:00')",
    );
    folder.run("migrate").ended(0);
    let query = "SELECT COALESCE(backup_made_at, '') AS line FROM installation";
    assert_eq!(lines(&file, query), [""]);
    assert_ne!(lines(&folder.file(&format!("refresher.before-{VERSION}.db")), query), [""]);
}

/// What earlier versions kept in four places is one ledger: what was promised stays so, and what was taken back is free.
#[test]
fn what_an_earlier_version_promised_stays_promised() {
    let before = steps().iter().position(|step| step.to_string_lossy().ends_with("_promise")).unwrap();
    let folder = old(before);
    let file = folder.file("refresher.db");
    run(
        &file,
        "INSERT INTO staff (id, organisation_id, employee_number) VALUES (1, 1, '01'), (2, 1, '02');
         INSERT INTO message (id, kind, organisation_id, staff_id, recipient, subject, message_id, once_key, planned_on, queued_at, state)
         VALUES
           (1, 'reminder', 1, 1, 'a@example.org', 's', 'm1', NULL, '2026-11-25', '2026-11-25 08:00:00', 'sent'),
           (2, 'manager-digest', 1, 2, 'b@example.org', '', 'm2', 'manager-digest RXX 2026-11-23 02', '2026-11-25', '2026-11-25 08:00:00', 'held'),
           (3, 'manager-digest', 1, NULL, 'c@example.org', '', 'm3', 'taken back 3: manager-digest RXX 2026-11-23', '2026-11-29', '2026-11-29 08:00:00', 'cancelled'),
           (4, 'board-summary', 1, NULL, 'd@example.org', 's', 'm4', 'board-summary RXX 2026-10 d@example.org', '2026-11-02', '2026-11-02 08:00:00', 'sent'),
           (5, 'operator', 1, NULL, 'o@example.org', 's', 'm5', 'taken back 5: job-failed backup 2026-11-25', '2026-11-25', '2026-11-25 08:00:00', 'cancelled'),
           (6, 'assurance-review', 1, NULL, 'w@example.org', 's', 'm6', NULL, '2026-11-25', '2026-11-25 08:00:00', 'sent'),
           (7, 'assurance-review', 1, NULL, 'w@example.org', '', 'm7', NULL, '2026-11-26', '2026-11-26 08:00:00', 'cancelled');
         INSERT INTO message_body (message_id, text_body, html_body) VALUES (1, 'text', '<p>');
         INSERT INTO told (message_id, staff_id, course, due_on, stage, withdrawn)
         VALUES (1, 1, 'SGC-L2', '2026-12-01', 7, FALSE), (1, 1, 'SGC-L2', '2026-12-01', 14, TRUE);
         INSERT INTO review_told (message_id, organisation_id, statement, review_by, months_overdue)
         VALUES (6, 1, 'supervision', '2026-10-01', 1), (7, 1, 'supervision', '2026-10-01', 1);
         INSERT INTO digest_week (organisation_id, week, planned_on, ran_at, digests)
         VALUES (1, '2026-11-23', '2026-11-25', '2026-11-25 08:00:00', 2);
         INSERT INTO bounce_report (id, content_hash, file, read_at, finding) VALUES (1, 'h', 'f', '2026-11-25 09:00:00', '');
         INSERT INTO bounce (bounce_report_id, message_id, address, kind, status, reason, read_at)
         VALUES (1, 1, 'a@example.org', 'hard', '5.1.1', '', '2026-11-25 09:00:00')",
    );
    folder.run("migrate").ended(0);
    let ledger = "SELECT kind || ' | ' || key || ' | ' || coalesce(message_id, '-') || ' | ' || coalesce(staff_id, '-') || \
                  ' | ' || coalesce(about, '-') || ' ' || coalesce(due_on, '-') || ' ' || coalesce(step, '-') || \
                  CASE WHEN withdrawn THEN ' | taken back' ELSE '' END AS line FROM promise ORDER BY id";
    assert_eq!(
        lines(&file, ledger),
        [
            "reminder | 1 SGC-L2 2026-12-01 7 | 1 | 1 | SGC-L2 2026-12-01 7",
            "reminder | 1 SGC-L2 2026-12-01 14 | 1 | 1 | SGC-L2 2026-12-01 14 | taken back",
            "assurance-review | 1 supervision 2026-10-01 1 w@example.org | 6 | - | supervision 2026-10-01 1",
            "assurance-review | 1 supervision 2026-10-01 1 w@example.org | 7 | - | supervision 2026-10-01 1 | taken back",
            "manager-digest | 1 2026-11-23 | - | - | - 2026-11-23 -",
            "manager-digest | 1 2026-11-23 2 | 2 | 2 | - 2026-11-23 -",
            "manager-digest | 1 2026-11-23 contact | 3 | - | - 2026-11-23 - | taken back",
            "board-summary | 1 2026-10 d@example.org | 4 | - | - - -",
            "operator | job-failed backup 2026-11-25 | 5 | - | - - - | taken back",
        ]
    );
    let kept = "SELECT (SELECT count(*) FROM message) || ' ' || (SELECT text_body FROM message_body) || ' ' || \
                (SELECT message_id FROM bounce) AS line";
    assert_eq!(lines(&file, kept), ["7 text 1"], "what refers to messages moves with them");
    assert_eq!(lines(&file, "SELECT \"table\" AS line FROM pragma_foreign_key_check"), [""; 0]);
    let gone = "SELECT name AS line FROM sqlite_master WHERE name IN ('told', 'review_told', 'digest_week')";
    assert_eq!(lines(&file, gone), [""; 0]);
}
