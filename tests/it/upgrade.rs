//! Databases that earlier versions wrote, one kept of each (tests/upgrade), opened by this one: they answer as they did, and
//! the work goes on (spec 23). What is kept is SQLite's, so these are not run on a server.
#![cfg(not(feature = "postgres"))]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use serde_json::Value;

use crate::support::program::{Folder, lines};

/// The day that what is kept was written on.
const TODAY: &str = "2026-11-24";

/// How large an archive may be.
const LARGEST: u64 = 300_000;

const HOW: &str =
    "until the first release, tests/upgrade/keep makes the kept database anew (see CONTRIBUTING, Tables)";

/// Answers that say something else than the version that is kept did, as CHANGELOG names it: the version and the question.
const CHANGED: &[(&str, &str)] = &[];

fn archives() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "zip"))
        .collect();
    found.sort();
    found
}

/// What is kept of a version, in a folder as it was, with what it answered.
struct Kept {
    version: String,
    folder: Folder,
    answers: BTreeMap<String, Value>,
}

impl Kept {
    fn unpacked(archive: &Path) -> Self {
        assert!(std::fs::metadata(archive).unwrap().len() <= LARGEST, "{}", archive.display());
        let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
        let mut text = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let folder = Folder::empty();
        for name in ["refresher.toml", "policy.toml"] {
            folder.write(name, text(name));
        }
        // Tables refer to others that come later.
        run(&folder.file("refresher.db"), &format!("PRAGMA foreign_keys = OFF;\n{}", text("database.sql")));
        let answers = serde_json::from_str(&text("answers.json")).unwrap();
        let version = archive.file_stem().unwrap().to_str().unwrap().to_owned();
        Self { version, folder, answers }
    }

    /// Fails where this program answers otherwise than the version that wrote the database.
    fn compare(&self) {
        for (words, expected) in &self.answers {
            if CHANGED.contains(&(&*self.version, words)) {
                continue;
            }
            let found = self.folder.run(&format!("--json --today {TODAY} {words}")).ended(0).json();
            let mut differing = Vec::new();
            lacking(words, expected, &found, &mut differing);
            assert!(differing.is_empty(), "{}: {}", self.version, differing.join("\n"));
        }
    }

    /// Everything in the database, but for what says which tables it has.
    fn database(&self) -> Vec<String> {
        self.folder.database()
    }
}

fn run(file: &Path, statements: &str) {
    SqliteConnection::establish(&file.to_string_lossy()).unwrap().batch_execute(statements).unwrap();
}

/// Where an answer lacks or contradicts something: fields may be added (spec 4.1).
fn lacking(path: &str, expected: &Value, found: &Value, into: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, value) in expected {
                match found.get(key) {
                    Some(other) => lacking(&format!("{path}/{key}"), value, other, into),
                    None => into.push(format!("{path}/{key} is missing")),
                }
            }
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            for (at, (value, other)) in expected.iter().zip(found).enumerate() {
                lacking(&format!("{path}/{at}"), value, other, into);
            }
        }
        _ if expected == found => {}
        _ => into.push(format!("{path}: it said {expected}, and says {found}")),
    }
}

/// The steps of the migrations, in order, with the number by which a database knows each.
fn steps() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut steps: Vec<(String, PathBuf)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|step| {
            let path = step.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            (name.split('_').next().unwrap().replace('-', ""), path)
        })
        .collect();
    steps.sort();
    steps
}

/// Makes a database older than this program by its newest step, unless it is.
fn made_older(folder: &Folder) {
    let file = folder.file("refresher.db");
    let had = lines(&file, "SELECT version AS line FROM __diesel_schema_migrations ORDER BY version");
    let steps = steps();
    assert!(had.iter().all(|version| steps.iter().any(|(step, _)| step == version)), "{HOW}");
    if had.len() == steps.len() {
        let (newest, step) = steps.last().unwrap();
        run(&file, &std::fs::read_to_string(step.join("down.sql")).unwrap());
        run(&file, &format!("DELETE FROM __diesel_schema_migrations WHERE version = '{newest}'"));
    }
}

#[test]
fn a_database_of_every_version_answers_as_it_did() {
    let archives = archives();
    assert!(
        archives.iter().any(|path| path.file_stem().unwrap() == env!("CARGO_PKG_VERSION")),
        "keep a database of this version: {HOW}"
    );
    for archive in archives {
        let kept = Kept::unpacked(&archive);
        assert!(kept.answers.len() > 15);
        let asked = |what: &str| kept.answers.keys().any(|words| words.starts_with(what));
        assert!(["status", "explain", "board", "audit"].iter().all(|what| asked(what)), "{:?}", kept.answers);
        kept.folder.run("migrate").ended(0);
        kept.compare();
        assert_eq!(kept.folder.run("--json audit").ended(0).json()["chain"]["sound"], true);
    }
}

#[test]
fn an_older_one_is_left_alone_by_whoever_reads_and_brought_up_to_date_with_the_same_answers() {
    for archive in archives() {
        let kept = Kept::unpacked(&archive);
        made_older(&kept.folder);
        let before = kept.database();
        for words in ["status", "explain 1", "board", "audit", "check", "export facts --output facts"] {
            let ran = kept.folder.run(words).ended(1);
            assert!(format!("{}{}", ran.out, ran.err).contains("of an older version"), "{words}: {ran:?}");
        }
        assert_eq!(kept.database(), before, "a reader never migrates");
        kept.folder.run("migrate").ended(0);
        let backup = kept.folder.file(&format!("refresher.before-{}.db", env!("CARGO_PKG_VERSION")));
        assert!(backup.exists(), "as it was, it is kept");
        kept.compare();
    }
}

#[test]
fn a_month_goes_on_in_it() {
    for archive in archives() {
        let kept = Kept::unpacked(&archive);
        made_older(&kept.folder);
        kept.folder.run("migrate").ended(0);
        let first: NaiveDate = TODAY.parse().unwrap();
        let somebody = kept.answers.keys().find_map(|words| words.strip_prefix("explain ")).unwrap();
        let number = somebody.split(' ').next().unwrap();
        kept.folder
            .write("training.csv", format!("employee_number,course,completed_on\n{number},SGC-L2,{TODAY}\n"));
        let taken =
            kept.folder.run(&format!("--json --today {TODAY} import training training.csv")).ended(0).json();
        assert_eq!(taken["records_added"], 1, "{taken}");
        let mut messages = 0;
        for later in 1..=30 {
            let today = first + Days::new(later);
            let planned = kept.folder.run(&format!("--json --today {today} remind")).ended(0).json();
            messages += planned["total"].as_u64().unwrap();
            kept.folder.run(&format!("--today {today} outbox release --all"));
            kept.folder.run(&format!("--today {today} send")).ended(0);
        }
        assert!(messages > 50, "{messages}");
        kept.folder.run(&format!("import undo {}", taken["id"])).ended(0);
        let sent = kept.folder.run("--today 2026-12-01 board --send --month 2026-11").ended(0);
        assert!(sent.err.contains("queued for 2 recipients"), "{sent:?}");
        let log = kept.folder.run("--json audit").ended(0).json();
        assert_eq!(log["chain"]["sound"], true, "{log}");
        assert_eq!(log["chain"]["missing"], serde_json::json!([]));
        // What was frozen says what it said.
        for (words, expected) in kept.answers.iter().filter(|(words, _)| words.starts_with("board")) {
            let found = kept.folder.run(&format!("--json --today {TODAY} {words}")).ended(0).json();
            let mut differing = Vec::new();
            lacking(words, expected, &found, &mut differing);
            assert!(differing.is_empty(), "{}", differing.join("\n"));
        }
    }
}

#[test]
fn one_that_a_newer_version_wrote_is_refused_and_left_as_it_is() {
    let archive = archives().pop().unwrap();
    let kept = Kept::unpacked(&archive);
    run(
        &kept.folder.file("refresher.db"),
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001'); \
         UPDATE program_version SET version = '9.8.7'",
    );
    let before = kept.database();
    for words in ["status", "migrate", "remind", "import staff x.csv", "backup copy.db"] {
        let ran = kept.folder.run(words).ended(1);
        assert!(ran.err.contains("9.8.7") && ran.err.contains(env!("CARGO_PKG_VERSION")), "{words}: {ran:?}");
    }
    assert_eq!(kept.database(), before);
}
