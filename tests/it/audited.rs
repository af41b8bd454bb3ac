//! Every command and job that changes something or hands out personal data leaves an entry in the audit log.
#![cfg(test)]

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use clap::CommandFactory;
use refresher::app::App;
use refresher::cli::Cli;
use refresher::clock::Clock;
use refresher::db::{IfMissing, Locks};
use refresher::jobs;
use refresher::schedule::{JobRun, Slot};
use serde_json::Value;

use crate::support::database::url;
use crate::support::engine::overrides;
use crate::support::program::Folder;

/// What a command leaves in the log.
enum Leaves {
    /// Entries of these actions, by whichever words it is called here.
    Entries(&'static str, &'static [&'static str]),
    /// None, because it shows what is there and changes nothing.
    Shows(&'static str),
    /// None, for this reason.
    Nothing(&'static str),
}

use Leaves::{Entries, Nothing, Shows};

/// Every command, in the order in which they are run here, one after the other in one folder.
const COMMANDS: &[(&str, Leaves)] = &[
    ("demo", Nothing("it makes a trust of its own, and calls what the others call; see the test of it")),
    ("init", Nothing("what it writes is taken up, and told, by the first command that works with it")),
    ("import", Entries("import training more.csv", &["import"])),
    ("import list", Shows("import list")),
    ("import show", Shows("import show 2")),
    ("import undo", Entries("import undo 8", &["undo"])),
    ("status", Shows("status")),
    ("staff", Shows("staff")),
    ("explain", Shows("explain 00123456")),
    ("forecast", Shows("forecast")),
    ("budget", Shows("budget")),
    ("rehearse", Shows("rehearse --until 2026-11-30")),
    ("remind", Entries("remind", &["plan"])),
    ("outbox", Shows("outbox")),
    ("outbox show", Shows("outbox show 1")),
    ("outbox release", Entries("outbox release", &["outbox-release"])),
    ("outbox cancel", Entries("outbox cancel 1", &["outbox-cancel"])),
    ("outbox retry", Entries("outbox retry --failed", &["outbox-retry"])),
    ("send", Nothing("what became of each message is kept with the message")),
    ("bounces read", Entries("bounces read", &["bounces-read"])),
    ("bounces", Shows("bounces")),
    ("bounces confirm", Entries("bounces confirm --all", &["bounces-confirm"])),
    ("bounces clear", Entries("bounces clear tom.okafor@example.org", &["bounces-clear"])),
    ("board", Entries("board --month 2026-10 --send", &["board-send"])),
    ("review", Shows("review")),
    ("export facts", Entries("export facts --identified --output facts", &["facts-export"])),
    ("jobs", Shows("jobs")),
    ("nodes", Shows("nodes")),
    ("healthz", Nothing("it shows whether a daemon runs, and fails where none does")),
    ("policy check", Shows("policy check policy.toml")),
    ("policy impact", Shows("policy impact policy.toml")),
    ("policy alias add", Nothing("the policy is taken up, and told, by the next command that works with it")),
    ("exempt list", Shows("exempt list")),
    ("exempt add", Entries("exempt add 00123457 --course PREVENT-AWARE --reason Leave", &["exempt-add"])),
    ("exempt end", Entries("exempt end 00123457 --course PREVENT-AWARE --until 2026-12-31", &["exempt-end"])),
    ("organisation rename", Entries("organisation rename RYY RAA", &["organisation-rename"])),
    ("person export", Entries("person export 00123456", &["person-export"])),
    ("person purge", Entries("person purge 00123456 --yes", &["purge"])),
    ("purge", Entries("purge --confirm", &["purge"])),
    ("backup", Entries("backup copy.db", &["backup"])),
    ("adopt", Entries("adopt", &["adopt"])),
    (
        "migrate-schema",
        Nothing("it brings tables up to date and changes nothing that they say; a backup stays beside it"),
    ),
    (
        "move",
        Nothing("its entry is in the database that it moved to; moved there and back is a test of its own"),
    ),
    ("restore-mark", Entries("restore-mark", &["restore-mark"])),
    ("user add", Entries("user add ann@example.org --role operator --all", &["user-add", "grant"])),
    ("user grant", Entries("user grant ann@example.org hr --organisation RXX", &["grant"])),
    ("user revoke", Entries("user revoke ann@example.org hr --organisation RXX", &["revoke"])),
    ("user list", Shows("user list")),
    ("user reset", Entries("user reset ann@example.org", &["user-reset"])),
    ("user end-sign-ins", Entries("user end-sign-ins --all", &["user-end-sign-ins"])),
    ("user disable", Entries("user disable bob@example.org", &["user-disable"])),
    ("user enable", Entries("user enable bob@example.org", &["user-enable"])),
    ("token add", Entries("token add esr --scope import:staff", &["token-add"])),
    ("token list", Shows("token list")),
    ("token revoke", Entries("token revoke esr", &["token-revoke"])),
    ("check", Shows("check")),
    ("manual", Shows("manual")),
    ("completions", Shows("completions bash")),
    ("audit", Shows("audit")),
    ("daemon", Nothing("what its jobs do is told by them; with --adopt it does what `adopt` does")),
];

/// Every scheduled job.
const JOBS: &[(&str, Leaves)] = &[
    (jobs::REMINDERS, Entries("", &["plan"])),
    (jobs::MANAGER_DIGEST, Nothing("the run of the reminders planned the week's")),
    (jobs::BOARD_SUMMARY, Entries("", &["board-send"])),
    (jobs::PURGE, Entries("", &["purge"])),
    (jobs::BACKUP, Entries("", &["backup"])),
    (jobs::WATCH, Nothing("it tells the operator what it found, and changes nothing")),
];

fn entries(folder: &Folder) -> Vec<Value> {
    let log = folder.run("--json audit --limit 1000").ended(0).json();
    log["entries"].as_array().unwrap().clone()
}

/// The actions of the entries beyond the first `before`, oldest first.
fn since(folder: &Folder, before: usize) -> Vec<String> {
    let mut entries = entries(folder);
    entries.truncate(entries.len() - before);
    entries.iter().rev().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

/// Everything there is something to do for.
fn folder() -> Folder {
    let folder = Folder::with_everything();
    folder.write("more.csv", "employee_number,course,completed_on\n00123457,SGC-L2,2025-05-20\n");
    folder
}

/// Prepares what a command is to do, where it would otherwise have nothing to do.
fn prepare(folder: &Folder, command: &str) {
    let sql = match command {
        "outbox release" => "UPDATE message SET state = 'held' WHERE id = 1".to_owned(),
        "outbox retry" => "UPDATE message SET state = 'failed' WHERE id = 2".to_owned(),
        "bounces read" => {
            folder.run("send").ended(0);
            let settings = folder.read("refresher.toml");
            let with_folder =
                format!("{}\n[bounces]\nfolder = \"returned\"\n", settings.replace("[bounces]", ""));
            folder.write("refresher.toml", with_folder);
            std::fs::create_dir_all(folder.file("returned")).unwrap();
            let outbox = folder.run("--json outbox").ended(0).json();
            let sent = outbox["messages"].as_array().unwrap().iter();
            let mut to_tom =
                sent.filter(|one| one["to"] == "tom.okafor@example.org" && one["state"] == "sent");
            let id = to_tom.next_back().unwrap()["message_id"].as_str().unwrap().to_owned();
            folder.write(
                "returned/1.eml",
                format!(
                    "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nMessage-ID: <r@mx.example.org>\n\
                     Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
                     --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n\
                     Final-Recipient: rfc822; tom.okafor@example.org\nAction: failed\nStatus: 5.1.1\n\n\
                     --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {id}\n\n--b--\n"
                ),
            );
            return;
        }
        "user disable" => {
            folder.run("user add bob@example.org --role board --organisation RXX --no-invite").ended(0);
            return;
        }
        "bounces confirm" => "UPDATE bounce SET held_at = read_at".to_owned(),
        _ => return,
    };
    let db = refresher::db::Db::open(&url(&folder.file("refresher.db")), IfMissing::Fail).unwrap();
    db.write(Locks::ALL, |conn| {
        use diesel::RunQueryDsl;
        diesel::sql_query(&sql).execute(conn)?;
        Ok(())
    })
    .unwrap();
}

#[test]
fn each_command_that_changes_something_or_hands_out_personal_data_is_in_the_audit_log() {
    fn leaves(command: &clap::Command, words: &str, into: &mut BTreeSet<String>) {
        let words = format!("{words} {}", command.get_name()).trim().to_owned();
        if command.get_subcommands().next().is_none() || !command.is_subcommand_required_set() {
            into.insert(words.clone());
        }
        command.get_subcommands().for_each(|command| leaves(command, &words, into));
    }
    let mut all = BTreeSet::new();
    Cli::command().get_subcommands().for_each(|command| leaves(command, "", &mut all));
    let known: BTreeSet<String> = COMMANDS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known, all, "say of every command which entry it leaves, or why none");

    let folder = folder();
    for (name, what) in COMMANDS {
        prepare(&folder, name);
        let before = entries(&folder).len();
        let (words, expected) = match what {
            Entries(words, expected) => (*words, *expected),
            Shows(words) => (*words, &[] as &[&str]),
            Nothing(why) => {
                assert!(!why.is_empty());
                continue;
            }
        };
        let ran = folder.run(words);
        assert!(ran.status == 0 || *name == "check", "{name}: {ran:?}");
        assert_eq!(since(&folder, before), expected, "{name}");
    }
    assert_eq!(folder.run("--json audit").ended(0).json()["chain"]["missing"], serde_json::json!([]));
}

#[test]
fn each_job_that_changes_something_is_in_the_audit_log() {
    let folder = folder();
    folder.write(
        "gone.csv",
        "employee_number,last_name,email,start_date,leave_date\n00999999,Gone,gone@example.org,2010-01-01,2011-01-31\n",
    );
    folder.run("import staff gone.csv --partial").ended(0);
    let app = App::open(
        &folder.file("refresher.toml"),
        &overrides(&folder.file("refresher.toml")),
        Clock::System,
        IfMissing::Fail,
    );
    let app = Arc::new(app.unwrap());
    let all = jobs::all(&app).unwrap();
    let known: Vec<&str> = JOBS.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        known,
        all.iter().map(|job| job.name).collect::<Vec<_>>(),
        "say of every job which entry it leaves"
    );
    // A Tuesday that is the first working day of its month; the board's schedule was looked at before.
    let today: NaiveDate = "2026-12-01".parse().unwrap();
    let now = today.and_hms_opt(9, 0, 0).unwrap().and_utc();
    let earlier = Slot(now - Days::new(9));
    app.db
        .write(Locks::ALL, |conn| {
            refresher::schedule::store::skip(conn, jobs::BOARD_SUMMARY, earlier, "given", earlier.0)?;
            Ok(())
        })
        .unwrap();
    for (name, what) in JOBS {
        let before = entries(&folder).len();
        let job = all.iter().find(|job| job.name == *name).unwrap();
        (job.run)(JobRun { now, today, slot: Slot(now) }).unwrap();
        match what {
            Entries(_, expected) => assert_eq!(since(&folder, before), *expected, "{name}"),
            Nothing(why) | Shows(why) => assert_eq!(since(&folder, before), [] as [&str; 0], "{name}: {why}"),
        }
    }
    assert_eq!(folder.run("--json audit").ended(0).json()["chain"]["sound"], true);
}

#[test]
fn the_demo_leaves_a_log_that_lacks_nothing() {
    let folder = Folder::empty();
    folder.run("demo --once --dir demo").ended(0);
    let log = folder.run("--config demo/refresher.toml --json audit --limit 1000").ended(0).json();
    assert_eq!(log["chain"]["sound"], true, "{}", log["chain"]);
}
