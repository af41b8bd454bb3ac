//! A purge of somebody whose number is short and whose name is common: what was written about them, and what was called
//! after them, goes as well.

use std::fs;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use refresher::app::App;
use refresher::audit::Actor;
use refresher::clock::Clock;
use refresher::db::{Db, IfMissing, Locks};
use refresher::jobs::{self, Inbox, PurgeConfirmed};
use refresher::schedule::{JobRun, Slot};
use serde_json::{Value, json};

use super::program::json;
use crate::support::database::url;
use crate::support::engine::{bytes, overrides};
use crate::support::program::Folder;

const STAFF: &str =
    "employee_number,first_name,last_name,email,job_title,staff_group,unit,manager_employee_number,start_date
7,Ai,Ng,ai.ng@example.org,Matron,Nursing and Midwifery Registered,Surgery,0900222,2015-09-01
0900222,Ann,Archer,ann@example.org,Matron,Nursing and Midwifery Registered,Surgery,7,2015-09-01
0900333,Ben,Baker,ben@example.org,Porter,Estates and Ancillary,Estates,7,2021-03-01
";
const ANSWERS: &str = "organisation,statement,answer,answered_on,evidence,owner_email,review_by
RXX,dedicated-budget,yes,2026-01-10,Chaired by Ai Ng,AI.NG@example.org,2026-02-10
RXX,supervision,yes,2026-01-10,Minutes of Ward 7,ann@example.org,2026-02-10
";

fn app(folder: &Folder, now: &str) -> App {
    let clock = Clock::Fixed(now.parse().unwrap());
    App::open(
        &folder.file("refresher.toml"),
        &overrides(&folder.file("refresher.toml")),
        clock,
        IfMissing::Fail,
    )
    .unwrap()
}

/// A register in which files, reports to HR, rejected rows, an owner, evidence and returned mail speak of Ai Ng.
fn folder() -> Folder {
    let folder = Folder::new();
    let settings = folder.read("refresher.toml");
    let settings =
        settings.replace("# inbox = \"inbox\"", "inbox = \"inbox\"").replace("# hr_email", "hr_email");
    let board = "\n[[board]]\norganisation = \"RXX\"\nrecipients = [\"board@example.org\"]\n";
    folder.write("refresher.toml", settings + board);
    folder.write("staff Ng.csv", STAFF);
    // A word alone can't be given on the command line of this helper: the shell's quotes are not read.
    let ran =
        folder.command().args(["--today", "2026-11-20", "import", "staff", "staff Ng.csv"]).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    folder.write("answers.csv", ANSWERS);
    json(&folder, 0, "import assurance answers.csv");
    let app = app(&folder, "2026-11-25T08:10:03Z");
    let mut inbox = Inbox::of(&app).unwrap();
    let good = "employee_number,course,completed_on\n7,SGC-L2,2026-03-01\n0900333,SGC-L1,2026-03-01\n";
    fs::create_dir_all(folder.file("inbox")).unwrap();
    for (name, content) in [
        ("trainingng.csv", good.to_owned()),
        ("training.csv", good.replace("2026-03-01", "2026-04-01") + "7,No such course,2026-03-01\n"),
        (
            "training archer.csv",
            "employee_number,course,completed_on\n0900222,SGC-L1,2026-03-01\n".to_owned(),
        ),
        ("Ng notes.csv", "a\n".to_owned()),
    ] {
        fs::write(folder.file("inbox").join(name), content).unwrap();
    }
    for _ in 0..3 {
        inbox.look(&app).unwrap();
    }
    json(&folder, 0, "--today 2026-11-23 remind");
    json(&folder, 0, "--today 2026-11-23 board --month 2026-10 --send");
    json(&folder, 0, "--today 2026-11-23 send");
    let tampering = "INSERT INTO bounce_report (id, content_hash, file, read_at, finding) VALUES \
         (1, 'h', 'returned Ng.eml', '2026-11-23 09:00:00', 'it is about message 1'), \
         (2, 'i', 'other.eml', '2026-11-23 09:00:00', 'it is about message 2');";
    let db = Db::open(&url(&folder.file("refresher.db")), IfMissing::Fail).unwrap();
    db.write(Locks::ALL, |conn| conn.batch_execute(tampering)).unwrap();
    folder
}

/// The rows of tables that hold the person's name or address as a word of its own, or a file called after them.
fn naming(folder: &Folder) -> Vec<String> {
    let names_them = |line: &String| {
        let lower = line.to_lowercase();
        lower.contains("trainingng") || lower.split(|c: char| !c.is_alphanumeric()).any(|word| word == "ng")
    };
    folder.database().into_iter().filter(names_them).collect()
}

fn kept(folder: &Folder, kind: &str) -> Vec<String> {
    folder.database().into_iter().filter(|line| line.starts_with(kind)).collect()
}

#[test]
fn after_a_purge_no_file_report_row_or_board_names_somebody_of_a_short_number_and_a_common_name() {
    let folder = folder();
    let before = naming(&folder);
    for table in [
        "import:",
        "taken_file:",
        "message:",
        "message_body:",
        "bounce_report:",
        "snapshot:",
        "assurance_answer:",
    ] {
        assert!(before.iter().any(|line| line.starts_with(table)), "{table} names them before: {before:#?}");
    }
    assert!(!before.iter().any(|line| line.starts_with("audit:")), "the log never named them: {before:#?}");
    let figures = |folder: &Folder| {
        let text = json(folder, 0, "--today 2026-11-30 board --month 2026-10").to_string();
        let names = ["AI.NG@example.org", "ai.ng@example.org", "Ai Ng", "(removed)"];
        names.iter().fold(text, |text, name| text.replace(name, ""))
    };
    let told = figures(&folder);
    let audit = kept(&folder, "audit:");

    let purged = json(&folder, 0, "person purge 7 --yes");
    assert_eq!((&purged["people"], &purged["swept"]), (&json!(1), &json!(true)), "{purged}");
    assert_eq!(naming(&folder), [""; 0]);
    let bytes = bytes(&folder).to_ascii_lowercase();
    for text in ["staff ng", "trainingng", "ng notes", "ai.ng", "ai ng", "ng.eml", "no such course"] {
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
    }
    assert_eq!(figures(&folder), told, "what the board was told is as it was");
    let log = kept(&folder, "audit:");
    assert!(audit.iter().all(|entry| log.contains(entry)), "no entry was changed: {log:#?}");
    assert!(folder.run("audit").ended(0).out.contains("The log is as it was written"));
    let all = folder.database().join("\n");
    for of_others in
        ["training archer.csv", "answers.csv", "other.eml", "Minutes of Ward 7", "ann@example.org", "Archer"]
    {
        assert!(all.contains(of_others), "{of_others} is another's");
    }
}

#[test]
fn files_that_hold_what_was_purged_are_listed_until_somebody_removes_them() {
    let folder = folder();
    assert_eq!(json(&folder, 0, "purge --dry-run")["left_behind"], json!([]));
    let purged = json(&folder, 0, "person purge 7 --yes");
    let left: Vec<PathBuf> = purged["left_behind"]
        .as_array()
        .unwrap()
        .iter()
        .map(|path| PathBuf::from(path.as_str().unwrap()))
        .collect();
    let holds = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        text.contains("ai.ng@example.org")
            || text.contains("\n7,")
            || path.to_string_lossy().contains("trainingng")
    };
    let below = |folder_name: &str| {
        let entries = fs::read_dir(folder.file(folder_name)).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_file()).collect::<Vec<_>>()
    };
    let is_listed = |path: &PathBuf| left.iter().any(|left| left.ends_with(path.file_name().unwrap()));
    for path in below("inbox/done").into_iter().chain(below("mail")).filter(|path| holds(path)) {
        assert!(is_listed(&path), "{} in {left:?}", path.display());
    }
    for path in below("inbox/done").iter().chain(&below("mail")) {
        assert!(!is_listed(path) || !path.to_string_lossy().contains("archer"), "{}", path.display());
    }
    assert!(left.iter().any(|path| path.to_string_lossy().ends_with(".rejected.csv")), "{left:?}");
    let check = folder.run("check").out;
    assert!(check.contains("may hold data of people whose data was purged"), "{check}");
    assert_eq!(json(&folder, 0, "purge --dry-run")["left_behind"].as_array().unwrap().len(), left.len());
    for path in &left {
        fs::remove_file(folder.path().join(path)).unwrap();
    }
    assert_eq!(json(&folder, 0, "purge --dry-run")["left_behind"], json!([]));
}

/// Leavers of 2019, and some who stay.
fn leavers(gone: usize, stay: usize) -> Folder {
    let folder = Folder::new();
    let contact = "safeguarding_email = \"safeguarding@example.org\"";
    folder.write("refresher.toml", folder.read("refresher.toml").replace(&format!("# {contact}"), contact));
    let mut list = "employee_number,last_name,start_date,leave_date\n".to_owned();
    (0..gone).for_each(|number| list.push_str(&format!("G{number},Gone{number},2001-01-01,2019-05-31\n")));
    (0..stay).for_each(|number| list.push_str(&format!("S{number},Stays{number},2001-01-01,\n")));
    folder.write("staff.csv", list);
    json(&folder, 0, "import staff staff.csv");
    folder
}

/// The day after the folder's import, or so many days later, at night.
fn night(folder: &Folder, later: i64) -> App {
    let recorded = json(folder, 0, "import list")["imports"][0]["recorded_at"].as_str().unwrap().to_owned();
    let at: chrono::DateTime<chrono::Utc> = recorded.parse().unwrap();
    // Civil days: a clock may change in between. At noon it is the same day everywhere that matters.
    let day = at.with_timezone(&chrono_tz::Europe::London).date_naive() + chrono::TimeDelta::days(later);
    app(folder, &format!("{day}T12:00:00Z"))
}

fn nightly(app: &App) -> String {
    let now = app.now();
    let job =
        jobs::all(&std::sync::Arc::new(app.clone())).unwrap().into_iter().find(|job| job.name == jobs::PURGE);
    (job.unwrap().run)(JobRun { now, today: app.today(), slot: Slot(now) }).unwrap()
}

fn people(folder: &Folder) -> usize {
    folder.database().iter().filter(|line| line.starts_with("staff_version:")).count()
}

#[test]
fn the_scheduled_purge_removes_nobody_by_a_clock_far_ahead_until_somebody_confirms_it() {
    let folder = leavers(1, 3);
    let ahead = night(&folder, 36);
    // What the daemon of that clock does first does not vouch for it.
    jobs::plan_reminders(
        &ahead,
        None,
        ahead.today(),
        ahead.now(),
        &Actor::of_process(),
        jobs::PlannedParts::Both,
        jobs::Writing::Outbox,
    )
    .unwrap();
    let said = nightly(&ahead);
    assert!(said.contains("nobody was purged") && said.contains("may be wrong"), "{said}");
    assert_eq!(people(&folder), 4);
    let day = ahead.today();
    let told = kept(&folder, "message:");
    assert!(told.iter().any(|line| line.contains("The purge was held back")), "{told:?}");
    let refused = folder.run(&format!("--today {day} --json purge")).ended(3);
    assert!(refused.json()["held"].as_str().unwrap().contains("may be wrong"), "{refused:?}");
    let check = folder.run(&format!("--today {day} check")).out;
    assert!(check.contains("refresher purge --confirm"), "{check}");
    assert_eq!(people(&folder), 4);
    let purged =
        jobs::purge_leavers(&ahead, PurgeConfirmed::Yes, &Actor::of_process(), ahead.today(), ahead.now())
            .unwrap();
    assert_eq!((purged.people, people(&folder)), (1, 3));
    assert_eq!(nightly(&night(&folder, 37)), "nobody's data is due");
}

#[test]
fn the_scheduled_purge_does_its_work_while_something_is_recorded() {
    let folder = leavers(1, 3);
    assert!(nightly(&night(&folder, 35)).starts_with("1 people purged"));
    assert_eq!(people(&folder), 3);
}

#[test]
fn the_scheduled_purge_leaves_very_many_at_once_until_somebody_confirms_it() {
    for (gone, stay, held) in [(19, 5, false), (20, 979, true), (20, 980, false), (21, 900, true)] {
        let folder = leavers(gone, stay);
        let said = nightly(&night(&folder, 1));
        assert_eq!(
            said.contains("nobody was purged: it would remove"),
            held,
            "{gone} of {}: {said}",
            gone + stay
        );
        if held {
            let dry: Value = folder.run("--json purge --dry-run").ended(0).json();
            assert_eq!((&dry["people"], dry["held"].is_string()), (&json!(gone), true));
            assert_eq!(people(&folder), gone + stay);
            assert_eq!(folder.run("--json purge").ended(3).json()["people"], gone);
            assert_eq!(folder.run("--json purge --confirm").ended(0).json()["people"], gone);
        }
        assert_eq!(people(&folder), stay);
    }
}

#[test]
fn nobody_is_purged_as_on_a_day_that_has_not_come() {
    let folder = leavers(1, 3);
    let later = chrono::Utc::now().date_naive() + chrono::Days::new(3);
    let refused = folder.run(&format!("--today {later} purge --confirm")).ended(2);
    assert!(refused.err.contains("only looks") && refused.err.contains("purge --dry-run"), "{refused:?}");
    assert_eq!(people(&folder), 4);
    folder.run(&format!("--today {later} purge --dry-run")).ended(0);
}
