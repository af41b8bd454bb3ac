//! What only reports, and every dry run: nothing is written, nobody is held up, and no permission to write is needed.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::Value;

use crate::support::database::url;
use crate::support::program::{Folder, Ran};

/// Every command, or way of one, that changes nothing; `{}` is the number of an import.
const REPORTS: &[&str] = &[
    "status",
    "status --by unit",
    "status --known-at 2026-11-28T00:00:00Z",
    "staff",
    "explain 00123456",
    "forecast",
    "budget",
    "review",
    "board",
    "board --why",
    "remind --dry-run",
    "rehearse --until 2026-12-24",
    "outbox",
    "outbox show 1",
    "bounces",
    "exempt list",
    "jobs",
    "audit",
    "check",
    "policy check policy.toml",
    "policy impact policy.toml",
    "import list",
    "import show 1",
    "import staff again-staff.csv --dry-run",
    "import training again-training.csv --dry-run",
    "import organisations again-organisations.csv --dry-run",
    "import budget again-budget.csv --dry-run",
    "import expenses again-expenses.csv --dry-run",
    "import exemptions again-exemptions.csv --dry-run",
    "import assurance again-assurance.csv --dry-run",
    "import bookings again-bookings.csv --dry-run",
];

/// Files that change something about what [`Folder::with_everything`] knows, or add to it, with rows to be rejected.
const AGAIN: [(&str, &str); 8] = [
    (
        "organisations",
        "code,name,kind,safeguarding_email\nRYY,Renamed Trust,community,other@example.org\nRZZ,Third,acute,\n",
    ),
    (
        "staff",
        "employee_number,first_name,last_name,email,job_title,staff_group,unit,manager_employee_number,start_date\n\
         00123456,Aisha,Bello,aisha.bello@example.org,Sister,Nursing and Midwifery Registered,Surgery/Recovery,00123458,2021-09-01\n\
         00123457,Tom,Okafor,tom.okafor@example.org,Porter,Estates and Ancillary,Facilities,00123458,2019-03-04\n\
         00123458,Maria,Costa,maria.costa@example.org,Matron,Nursing and Midwifery Registered,Surgery/Recovery,,2015-01-12\n\
         00123459,Femi,Ade,,Staff Nurse,Nursing and Midwifery Registered,Surgery/Theatres,00123458,2026-11-02\n\
         00123460,Ola,Berg,ola.berg@example.org,Porter,Estates and Ancillary,Facilities,00123458,2026-11-02\n",
    ),
    (
        "training",
        // The courses of the second and third are new to the register; the first corrects what is known.
        "employee_number,course,completed_on,hours,mode,certificate\n\
         00123456,SGC-L2,2023-12-14,6,participatory,C1\n\
         00123457,SGC-L1,2026-01-14,,,C6\n\
         00123457,SGA-L1,2026-01-14,,,C7\n\
         00123459,SGC-L1,2026-01-14,,,C8\n\
         00123459,SGA-L1,2026-01-14,,,C9\n\
         00123458,SGC-L1,2026-01-14,,,C10\n\
         00123458,SGA-L1,2026-01-14,,,C11\n\
         00123456,SGC-L1,2026-01-14,,,C12\n\
         00123456,SGA-L1,2026-01-14,,,C13\n\
         00123457,PREVENT-AWARE,2026-01-14,,,C14\n\
         nobody,SGC-L1,2026-01-14,,,C8\n",
    ),
    (
        "budget",
        "organisation,financial_year,allocated,dedicated\nRXX,2026-27,\"12,000\",yes\nRXX,2027-28,1,no\n",
    ),
    (
        "expenses",
        "date,description,amount,reference\n2026-05-12,Level 3 day,1350.00,E1\n2026-06-12,Room,50.00,E2\n",
    ),
    (
        "exemptions",
        "employee_number,course,from,until,reason\n00123458,PREVENT-AWARE,2026-01-01,2027-12-31,Secondment\n\
         00123457,SGC-L3,2026-01-01,,Porter\n",
    ),
    (
        "assurance",
        "organisation,statement,answer,answered_on,evidence,owner_email,review_by\nRXX,supervision,yes,2026-11-01,Minutes,,2027-01-01\n",
    ),
    (
        "bookings",
        "employee_number,course,date,place\n00123457,SGC-L2,2026-12-03,Room 1\n00123456,SGA-L3,2026-12-03,Room 1\n",
    ),
];

fn with_files() -> Folder {
    let folder = Folder::with_everything();
    for (kind, content) in AGAIN {
        folder.write(&format!("again-{kind}.csv"), content);
    }
    folder
}

/// Every file of a folder with its content, but for what the engine keeps beside a database of a process that ended
/// before it could close all of its connections: an index of its log, and the log, with nothing in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.path().is_file());
    files
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

#[test]
fn a_report_leaves_every_file_as_it_is_byte_by_byte() {
    let folder = with_files();
    folder.run("remind").ended(0);
    // What the files of the settings say has changed since, and is not to be taken up.
    folder.write("policy.toml", folder.read("policy.toml").replacen("target = 90.0", "target = 55.0", 1));
    folder.write("refresher.toml", folder.read("refresher.toml").replacen("name = \"", "name = \"New ", 1));
    let before = files(folder.path());
    for words in REPORTS {
        let ran = folder.run(words);
        assert_ne!(ran.status, 2, "{words}: {ran:?}");
        let after = files(folder.path());
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{words}");
        let changed = before.iter().find(|(name, content)| after.get(*name) != Some(content));
        assert_eq!(changed.map(|(name, _)| name), None, "{words} changed a file");
    }
}

#[test]
fn a_report_is_made_while_somebody_else_holds_the_right_to_write() {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, SqliteConnection};
    let folder = with_files();
    let mut writer = SqliteConnection::establish(&folder.file("refresher.db").to_string_lossy()).unwrap();
    writer.batch_execute("BEGIN IMMEDIATE").unwrap();
    for words in REPORTS.iter().filter(|words| **words != "outbox show 1") {
        let began = std::time::Instant::now();
        let ran = folder.run(words);
        assert!([0, 1, 4].contains(&ran.status) && !ran.err.contains("locked"), "{words}: {ran:?}");
        assert!(began.elapsed().as_secs() < 25, "{words} waited for the writer");
    }
}

/// The program run by a user who may read everything in the folder and write nothing.
#[cfg(unix)]
fn as_reader(folder: &Folder, words: &str) -> Ran {
    use std::os::unix::process::CommandExt;
    let mut command = folder.command();
    command.args(["--today", "2026-11-24"]).args(words.split_whitespace());
    if std::fs::metadata("/proc/self").map(|me| std::os::unix::fs::MetadataExt::uid(&me)).ok() == Some(0) {
        // Root may write whatever the permissions say.
        command.uid(65_534).gid(65_534);
    }
    let output = command.output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    Ran { status: output.status.code().unwrap(), out, err }
}

#[cfg(unix)]
fn permit(folder: &Folder, file: u32, of_folder: u32) {
    use std::os::unix::fs::PermissionsExt;
    for entry in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        let mode = if entry.path().is_dir() { of_folder } else { file };
        std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(of_folder)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_report_needs_no_permission_to_write() {
    let folder = with_files();
    folder.run("remind").ended(0);
    let expected: Vec<Ran> = REPORTS.iter().map(|words| folder.run(words)).collect();
    permit(&folder, 0o444, 0o555);
    let before = files(folder.path());
    for (words, expected) in REPORTS.iter().zip(expected) {
        let ran = as_reader(&folder, words);
        if *words == "check" {
            // It says, rightly, that nothing can be written.
            assert!(ran.out.contains("database: ") && ran.out.contains("is whole"), "{ran:?}");
            continue;
        }
        assert_eq!(ran.status, expected.status, "{words}: {ran:?}");
        // The minute of asking is no answer, nor is the hash that is made of it, wherever a line is folded.
        let is_of_asking = |word: &str| {
            let word = word.trim_matches(|c: char| !c.is_ascii_hexdigit());
            let is_minute = word.len() == 5 && word.chars().all(|c| c.is_ascii_digit() || c == ':');
            is_minute || (word.len() == 12 && word.chars().all(|c| c.is_ascii_hexdigit()))
        };
        let steady = |text: &str| -> Vec<String> {
            let words =
                |line: &str| line.split(' ').filter(|word| !is_of_asking(word)).collect::<Vec<_>>().join(" ");
            text.lines().map(words).collect()
        };
        assert_eq!(steady(&ran.out), steady(&expected.out), "{words}");
    }
    assert_eq!(before, files(folder.path()));
    permit(&folder, 0o644, 0o755);
}

#[cfg(unix)]
#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn a_report_by_a_reader_sees_what_was_written_while_the_database_is_in_use() {
    use std::os::unix::fs::PermissionsExt;
    let folder = with_files();
    permit(&folder, 0o644, 0o755);
    // A connection that is kept open keeps the engine's files beside the database, with all that was written since.
    let held =
        refresher::db::Db::open(&url(&folder.file("refresher.db")), refresher::db::IfMissing::Fail).unwrap();
    held.newest_instant().unwrap();
    folder.run("import staff again-staff.csv").ended(0);
    assert!(std::fs::metadata(folder.file("refresher.db-wal")).unwrap().len() > 0);
    let people = |ran: Ran| ran.ended(0).json()["people"].as_array().unwrap().len();
    assert_eq!(people(as_reader(&folder, "--json staff")), people(folder.run("--json staff")));
    // The lock's file may be shut away from readers: then they are told what is surely settled.
    let lock = folder.file("refresher.db-instant");
    std::fs::set_permissions(&lock, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(people(as_reader(&folder, "--json staff")), 5);
    let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let refused = as_reader(&folder, &format!("--json status --known-at {now}")).ended(1);
    assert!(refused.err.contains("ask again without --known-at"), "{refused:?}");
    drop(held);
}

/// What an import says, but for its number and whether it was kept.
fn said(ran: &Ran) -> Value {
    let mut document = ran.json();
    for key in ["id", "dry_run", "rejected_file"] {
        document.as_object_mut().unwrap().remove(key);
    }
    document
}

#[test]
fn a_dry_run_says_what_the_real_run_then_says_of_every_kind_of_file() {
    let folder = with_files();
    for (kind, _) in AGAIN {
        for more in ["", " --strict", " --force"] {
            let words = format!("--json import {kind} again-{kind}.csv{more}");
            let dry = folder.run(&format!("{words} --dry-run"));
            let before = folder.database();
            let again = folder.run(&format!("{words} --dry-run"));
            assert_eq!(folder.database(), before);
            let real = folder.run(&words);
            assert_eq!((said(&dry), said(&again)), (said(&real), said(&real)), "{words}");
            assert_eq!((dry.status, &dry.json()["dry_run"]), (real.status, &Value::from(true)), "{words}");
        }
    }
}

#[test]
fn the_first_dry_run_reckons_with_the_organisation_that_a_real_run_would_record_first() {
    let folder = Folder::new();
    for (kind, content) in AGAIN {
        folder.write(&format!("{kind}.csv"), content);
    }
    let empty = folder.database();
    for kind in ["staff", "organisations", "budget"] {
        let dry = folder.run(&format!("--json import {kind} {kind}.csv --dry-run"));
        assert_eq!(folder.database(), empty, "{kind}");
        let other = Folder::new();
        for (kind, content) in AGAIN {
            other.write(&format!("{kind}.csv"), content);
        }
        let real = other.run(&format!("--json import {kind} {kind}.csv"));
        assert_eq!(said(&dry), said(&real), "{kind}");
    }
    // Renamed in the settings since: the real run records that first, and compares with it.
    let other = Folder::with_everything();
    other.write("refresher.toml", other.read("refresher.toml").replacen("name = \"", "name = \"New ", 1));
    other.write("again.csv", "code,name,kind,safeguarding_email\nRXX,Example NHS Foundation Trust,acute,safeguarding@example.org\n");
    let dry = other.run("--json import organisations again.csv --dry-run");
    let real = other.run("--json import organisations again.csv");
    assert_eq!(said(&dry), said(&real));
}

#[test]
fn a_dry_run_of_reminders_plans_what_the_real_run_plans() {
    let folder = Folder::with_everything();
    let day: NaiveDate = "2026-11-24".parse().unwrap();
    let dry = folder.run(&format!("--today {day} --json remind --dry-run")).ended(0).json();
    assert_eq!(folder.run(&format!("--today {day} --json remind")).ended(0).json(), dry);
}
