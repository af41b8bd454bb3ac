//! Databases of other versions: who may bring them up to date, what is kept, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;

use crate::support::program::{Folder, lines};

fn run(file: &Path, statements: &str) {
    SqliteConnection::establish(&file.to_string_lossy()).unwrap().batch_execute(statements).unwrap();
}

/// The steps of the migrations, in order.
fn steps() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut steps: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|step| step.unwrap().path()).collect();
    steps.sort();
    steps
}

/// The number by which a database knows a step that it has had.
fn number(step: &Path) -> String {
    let name = step.file_name().unwrap().to_str().unwrap();
    name.split('_').next().unwrap().replace('-', "")
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
        run(&file, &format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{}')", number(&step)));
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
    let to_come = steps().iter().position(|step| step.to_string_lossy().ends_with("_installation")).unwrap();
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
fn a_database_of_a_development_version_is_refused_by_every_command_with_what_to_do() {
    const FIRST: &str = "20261124000001";
    let folder = Folder::with_everything();
    let file = folder.file("refresher.db");
    // Besides what this version has had; without the step that replaced it; and alone, in a database with few tables.
    for had in [
        format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{FIRST}')"),
        format!("DELETE FROM __diesel_schema_migrations WHERE version = '{}'", number(&steps()[0])),
        format!(
            "DELETE FROM __diesel_schema_migrations WHERE version <> '{FIRST}'; DROP TABLE program_version; \
             DROP TABLE configuration"
        ),
    ] {
        run(&file, &had);
        let before = folder.database();
        for words in [
            "status",
            "import staff staff.csv",
            "init",
            "migrate",
            "remind",
            "backup copy.db",
            "daemon",
            "audit",
        ] {
            let ran = if words == "daemon" { folder.run_as(words) } else { folder.run(words) }.ended(1);
            let said = ran.err.trim_end().lines().last().unwrap();
            for told in ["of a development version", "refresher init", "import the files again"] {
                assert!(said.contains(told), "{words}: {ran:?}");
            }
        }
        let check = folder.run("check").ended(1);
        assert!(check.out.contains("of a development version"), "{check:?}");
        assert_eq!(folder.database(), before, "after {had}");
        assert!(!folder.file(&format!("refresher.before-{VERSION}.db")).exists());
    }
}

#[test]
fn every_step_can_be_taken_back_and_taken_again() {
    let folder = Folder::empty();
    let file = folder.file("steps.db");
    let made = || lines(&file, "SELECT sql AS line FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name");
    let mut before = Vec::new();
    for step in steps() {
        before.push(made());
        run(&file, &fs::read_to_string(step.join("up.sql")).unwrap());
        assert_ne!(before.last(), Some(&made()), "{} makes nothing", step.display());
    }
    let all = made();
    for (step, before) in steps().iter().zip(&before).rev() {
        run(&file, &fs::read_to_string(step.join("down.sql")).unwrap());
        assert_eq!(made(), *before, "after {} was taken back", step.display());
    }
    for step in steps() {
        run(&file, &fs::read_to_string(step.join("up.sql")).unwrap());
    }
    assert_eq!(made(), all);
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
