//! What an operator relies on: backups that can be restored, a copy that mails nobody, a check that finds what is
//! wrong, alerts that come once, and the call of a dead man's switch.
#![cfg(test)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::SimpleConnection;
use refresher::app::App;
use refresher::audit::Actor;
use refresher::clock::Clock;
use refresher::db::{IfMissing, Locks};
use refresher::delivery::SendingVerdict;
use refresher::jobs;
use refresher::outbox::{MailRoute, MessageState, store};
use refresher::schedule::store::SlotBegin;
use refresher::schedule::{self, JobRun, RunOutcome, Slot};
use serde_json::Value;

use crate::support::database::url;
use crate::support::engine::{connect, overrides, with_database};
use crate::support::program::Folder;
use crate::support::trust::instant;

struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    /// An installation whose `[smtp]` table is `smtp`, with `more` at the end of its settings.
    fn new(smtp: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Self { folder };
        let settings = format!(
            "database = \"sqlite:refresher.db\"\npolicy = \"policy.toml\"\n\n[organisation]\ncode = \"RXX\"\n\
             name = \"Exampleshire Trust\"\nsafeguarding_email = \"contact@example.org\"\n\n[smtp]\n{smtp}\n\n{more}\n"
        );
        home.write("policy.toml", refresher::policy::DEFAULT_POLICY);
        home.write("refresher.toml", &settings);
        home.app(IfMissing::Create);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn app(&self, if_missing: IfMissing) -> Arc<App> {
        let clock = Clock::Fixed(instant("2026-11-01T09:00:00Z"));
        Arc::new(
            App::open(
                &self.path("refresher.toml"),
                &overrides(&self.path("refresher.toml")),
                clock,
                if_missing,
            )
            .unwrap(),
        )
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refresher"));
        with_database(&mut command, self.folder.path());
        command.arg("--config").arg(self.path("refresher.toml")).args(args);
        command.output().unwrap()
    }

    /// One person whose training has lapsed, so that there is something to mail.
    fn with_somebody_overdue(self) -> Self {
        self.write(
            "staff.csv",
            "employee_number,last_name,email,staff_group,start_date\n\
             001,Reed,reed@example.org,Nursing and Midwifery Registered,2020-01-01\n",
        );
        let staff = self.path("staff.csv").display().to_string();
        assert!(self.run(&["import", "staff", &staff]).status.success());
        assert!(self.run(&["--today", "2026-11-25", "remind", "--yes"]).status.success());
        self
    }
}

const FILES: &str = "transport = \"file\"\nfile_dir = \"mail\"";
const SERVER: &str = "host = \"127.0.0.1\"\nport = 9\nsecurity = \"none\"";

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn states(app: &App) -> Vec<MessageState> {
    app.db.read(|conn| store::list(conn, None)).unwrap().into_iter().map(|message| message.state).collect()
}

fn run_at(text: &str, today: &str) -> JobRun {
    JobRun { now: instant(text), today: today.parse().unwrap(), slot: Slot(instant(text)) }
}

/// The job of that name, run as the daemon would.
fn job(app: &Arc<App>, name: &str, run: JobRun) -> anyhow::Result<String> {
    let all = jobs::all(app).unwrap();
    let job = all.iter().find(|job| job.name == name).unwrap();
    (job.run)(run)
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn a_backup_made_while_the_database_is_open_holds_everything_and_overwrites_nothing() {
    let home = Home::new(FILES, "").with_somebody_overdue();
    let app = home.app(IfMissing::Fail);
    let copy = home.path("copy.db").display().to_string();
    let made = home.run(&["--json", "backup", &copy]);
    assert!(made.status.success(), "{}", said(&made));
    let report: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(report["verified"], true);

    let again = home.run(&["backup", &copy]);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("overwrites nothing"), "{}", said(&again));
    assert!(!home.path(".copy.db.part").exists());

    let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let status = |database: &str| {
        let answer = home.run(&["--json", "--database", database, "status", "--known-at", &now]);
        assert!(answer.status.success(), "{}", said(&answer));
        answer.stdout
    };
    assert_eq!(status(&copy), status(&app.db.place().to_string()));
}

#[cfg(unix)]
#[test]
fn a_backup_can_be_read_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new(FILES, "");
    jobs::backup(
        &home.app(IfMissing::Fail),
        &home.path("copy.db"),
        &Actor::of_process(),
        instant("2026-11-25T02:00:00Z"),
    )
    .unwrap();
    assert_eq!(std::fs::metadata(home.path("copy.db")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn a_damaged_database_makes_no_backup_and_leaves_no_file() {
    let home = Home::new(FILES, "").with_somebody_overdue();
    let database = home.path("refresher.db");
    let bytes = std::fs::read(&database).unwrap();
    // The pages behind the first few hold rows and indexes: shuffled, they are no tables any more.
    let damaged: Vec<u8> =
        bytes.iter().enumerate().map(|(n, b)| if n > 60_000 && n % 97 == 0 { !b } else { *b }).collect();
    std::fs::write(&database, damaged).unwrap();
    let backup = home.run(&["backup", &home.path("copy.db").display().to_string()]);
    assert_eq!(backup.status.code(), Some(1), "{}", said(&backup));
    assert!(!home.path("copy.db").exists() && !home.path(".copy.db.part").exists());
}

#[test]
fn the_nightly_backups_are_kept_to_their_number() {
    let home = Home::new(FILES, "[backup]\nfolder = \"kept\"\nkeep = 2");
    let app = home.app(IfMissing::Fail);
    for day in ["2026-11-22", "2026-11-23", "2026-11-24"] {
        job(&app, jobs::BACKUP, run_at(&format!("{day}T02:00:00Z"), day)).unwrap();
    }
    let mut names: Vec<String> = std::fs::read_dir(home.path("kept"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        if cfg!(feature = "postgres") {
            ["refresher-20261123-020000.tar", "refresher-20261124-020000.tar"]
        } else {
            ["refresher-20261123-020000.db", "refresher-20261124-020000.db"]
        }
    );
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn a_restored_backup_mails_nobody_until_it_is_adopted_and_then_holds_what_waited() {
    let home = Home::new(SERVER, "").with_somebody_overdue();
    let copy = home.path("copy.db");
    jobs::backup(&home.app(IfMissing::Fail), &copy, &Actor::of_process(), instant("2026-11-25T02:00:00Z"))
        .unwrap();
    // Put back in its place: even there it may be older than what was sent.
    for old in ["refresher.db-wal", "refresher.db-shm"] {
        let _ = std::fs::remove_file(home.path(old)); // Not there when the last connection closed well.
    }
    std::fs::rename(&copy, home.path("refresher.db")).unwrap();

    for refused in [home.run(&["send"]), home.run(&["daemon"])] {
        assert_eq!(refused.status.code(), Some(1));
        let said = said(&refused);
        assert!(said.contains("is a backup of") && said.contains("`refresher adopt`"), "{said}");
    }
    let app = home.app(IfMissing::Fail);
    assert_eq!(
        states(&app),
        [MessageState::Queued; 2],
        "the reminder, and the safeguarding contact's digest"
    );
    assert_eq!(jobs::adopt(&app, &Actor::of_process(), instant("2026-11-25T09:00:00Z")).unwrap().held, 2);
    assert_eq!(states(&app), [MessageState::Held; 2]);
    assert_eq!(
        jobs::adopt(&app, &Actor::of_process(), instant("2026-11-25T09:00:00Z")).unwrap().held,
        0,
        "what is held stays so"
    );
    assert!(jobs::claim_installation(&app, &Actor::of_process(), instant("2026-11-25T09:00:00Z")).is_ok());
}

#[test]
fn what_had_passed_when_a_database_is_taken_into_use_is_not_made_up_for() {
    let board = "[[board]]\norganisation = \"RXX\"\nrecipients = [\"board@example.org\"]";
    let home = Home::new(FILES, board).with_somebody_overdue();
    let app = home.app(IfMissing::Fail);
    let (zone, all) = (app.config.time_zone, jobs::all(&app).unwrap());
    let due = |now: DateTime<Utc>| {
        let ledger = app.db.read(|conn| schedule::store::ledger(conn, &all, now)).unwrap();
        schedule::due(&ledger, &all, now, zone).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    // The daemon ran until the backup of 28 October; a job was at work, and one had failed.
    let then = instant("2026-10-28T02:00:00Z");
    app.db
        .write(Locks::ALL, |conn| {
            for job in &all {
                let slot = job.expression.latest_slot(zone, None, then).unwrap();
                schedule::store::skip(conn, job.name, slot, "given", then)?;
            }
            let begun =
                schedule::store::begin(conn, jobs::BACKUP, Slot(instant("2026-10-28T02:00:01Z")), then)?;
            assert!(matches!(begun, schedule::store::SlotBegin::Begun(_)));
            Ok(())
        })
        .unwrap();
    // Restored on Wednesday 4 November, after the week's digests and October's summary were to go out.
    let now = instant("2026-11-04T10:00:30Z");
    assert_eq!(due(now).len(), all.len(), "all of it would be made up for");
    let app = Arc::new(App { clock: Clock::Fixed(now), ..App::clone(&app) });
    let adopted = jobs::adopt(&app, &Actor::of_process(), now).unwrap();
    assert_eq!(adopted.passed, all.len());
    assert_eq!(due(now), [] as [&str; 0]);
    let before = states(&app).len();
    for name in [jobs::BOARD_SUMMARY, jobs::MANAGER_DIGEST] {
        job(&app, name, run_at("2026-11-04T10:01:00Z", "2026-11-04")).unwrap();
    }
    assert_eq!(states(&app).len(), before, "neither October's summary nor the week's digests");
    // What comes from then on comes as ever.
    let next = job(&app, jobs::BOARD_SUMMARY, run_at("2026-12-01T09:00:00Z", "2026-12-01")).unwrap();
    assert!(next.contains("2026-11 of RXX") && !next.contains("2026-10"), "{next}");
}

#[test]
fn a_database_that_is_mailed_from_at_this_moment_is_not_taken_into_use() {
    let home = Home::new(FILES, "").with_somebody_overdue();
    let now = instant("2026-11-25T09:00:00Z");
    let app = Arc::new(App { clock: Clock::Fixed(now), ..App::clone(&home.app(IfMissing::Fail)) });
    assert_eq!(jobs::adopt(&app, &Actor::of_process(), now).unwrap().held, 2);
    let recheck = jobs::deliveries(&app, &Actor::of_process()).unwrap().remove(0).recheck;
    app.db
        .write(Locks::ALL, |conn| {
            store::release_held(conn, None, now)?;
            let moment = (now, now.date_naive());
            let claimed =
                store::claim(conn, &MailRoute::default(), moment, (1, &[]), store::LEASE)?.remove(0);
            let Some(Ok(SendingVerdict::Send(handing))) = recheck(conn, &[&claimed.message]).pop() else {
                panic!("not to be sent")
            };
            store::make_out(conn, claimed, handing, moment, store::LEASE)?.unwrap();
            Ok(())
        })
        .unwrap();
    let refused = jobs::adopt(&app, &Actor::of_process(), now).unwrap_err().to_string();
    assert!(refused.contains("is being sent") && refused.contains("stop the daemon"), "{refused}");
    assert_eq!(
        jobs::adopt(&app, &Actor::of_process(), instant("2026-11-25T09:03:00Z")).unwrap().held,
        2,
        "its lease is over"
    );
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn a_copy_at_another_path_mails_nobody_and_the_original_goes_on() {
    let home = Home::new(SERVER, "").with_somebody_overdue();
    let now = instant("2026-11-25T09:00:00Z");
    let original = home.app(IfMissing::Fail);
    jobs::claim_installation(&original, &Actor::of_process(), now).unwrap();
    let copied = home.path("test-copy.db");
    original.db.read(|_| Ok(())).unwrap();
    std::fs::copy(home.path("refresher.db"), &copied).unwrap();
    let _ = std::fs::copy(home.path("refresher.db-wal"), home.path("test-copy.db-wal")); // Where there is one.
    let refused = home.run(&["--database", &url(&copied), "send"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("may be a copy"), "{}", said(&refused));
    jobs::claim_installation(&original, &Actor::of_process(), now).unwrap();
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn a_copy_that_only_writes_files_is_free_to_be_tried() {
    let home = Home::new(FILES, "").with_somebody_overdue();
    let copy = home.path("copy.db");
    jobs::backup(&home.app(IfMissing::Fail), &copy, &Actor::of_process(), instant("2026-11-25T02:00:00Z"))
        .unwrap();
    let sent = home.run(&["--database", &url(&copy), "send"]);
    assert!(sent.status.success(), "{}", said(&sent));
}

#[test]
fn the_check_names_each_thing_with_what_to_do_and_fails_on_a_fault() {
    let home = Home::new(SERVER, "");
    let checked = home.run(&["--json", "check"]);
    assert_eq!(checked.status.code(), Some(1), "nobody answers on that port");
    let document: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let of = |what: &str| {
        let found = document["checks"].as_array().unwrap().iter().find(|one| one["what"] == what);
        found.unwrap_or_else(|| panic!("{what} was not looked at")).clone()
    };
    for (what, verdict) in [
        ("policy", "good"),
        ("database", "good"),
        ("clock", "good"),
        ("installation", "good"),
        ("mail", "fault"),
        ("backups", "warning"),
        ("job", "warning"),
        ("staff list", "warning"),
        ("data quality", "good"),
        ("outbox", "good"),
    ] {
        assert_eq!(of(what)["verdict"], verdict, "{what}: {}", of(what));
        assert_eq!(of(what)["to_do"] == "", verdict == "good", "{what}");
    }
}

#[test]
fn a_full_check_finds_a_row_that_refers_to_nothing_also_where_that_is_not_declared() {
    let folder = Folder::with_everything();
    let database = |words: &str| {
        let document = folder.run(words).json();
        let checks = document["checks"].as_array().unwrap();
        checks.iter().find(|one| one["what"] == "database").unwrap().clone()
    };
    assert_eq!(database("--json check --full")["verdict"], "good");
    let mut conn = connect(&folder.file("refresher.db"));
    if cfg!(not(feature = "postgres")) {
        conn.batch_execute("PRAGMA foreign_keys = OFF").unwrap();
    }
    conn.batch_execute("UPDATE staff_version SET opened_by = 999 WHERE id = 1").unwrap();
    let found = database("--json check --full");
    assert_eq!(found["verdict"], "fault");
    assert!(found["says"].as_str().unwrap().contains("a row of staff_version refers to nothing"), "{found}");
}

#[test]
fn a_board_of_an_organisation_that_nobody_knows_is_a_fault_of_the_check() {
    let board =
        |code: &str| format!("[[board]]\norganisation = \"{code}\"\nrecipients = [\"b@example.org\"]");
    for (code, found) in [("RXX", false), ("RYY", true)] {
        let home = Home::new(FILES, &board(code));
        let checked = home.run(&["check"]);
        let text = String::from_utf8(checked.stdout).unwrap();
        let fault = "fault    board: no organisation has the code RYY; known are RXX\n";
        assert_eq!(text.contains(fault), found, "{text}");
    }
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn the_check_of_a_database_that_cannot_be_used_says_what_to_do_and_looks_at_the_rest() {
    let home = Home::new(SERVER, "");
    let mut damaged = b"SQLite format 3\0".to_vec();
    damaged.resize(8192, b'x');
    for (content, step) in [
        (damaged, "keep the damaged file, and put the newest backup in its place"),
        (b"Dear database".to_vec(), "correct `database` or --database"),
    ] {
        std::fs::write(home.path("refresher.db"), content).unwrap();
        let checked = home.run(&["check"]);
        assert_eq!(checked.status.code(), Some(1));
        let text = String::from_utf8(checked.stdout).unwrap();
        let database = text.lines().find(|line| line.starts_with("fault    database: ")).unwrap_or_default();
        assert!(database.contains(step), "{text}");
        for also in
            ["settings: ", "policy: ", "fault    mail: nothing listens at 127.0.0.1 port 9", "backups: "]
        {
            assert!(text.contains(also), "{also}: {text}");
        }
        let failed = home.run(&["status"]);
        assert_eq!(failed.status.code(), Some(1));
        assert!(said(&failed).contains(step), "{}", said(&failed));
    }
}

#[test]
fn an_old_staff_list_is_told_to_the_operator_once_however_often_it_is_looked_at() {
    let home = Home::new(FILES, "[operator]\nemail = \"operator@example.org\"").with_somebody_overdue();
    let app = home.app(IfMissing::Fail);
    let today: NaiveDate = Utc::now().date_naive() + chrono::Days::new(46);
    let now = today.and_hms_opt(9, 0, 0).unwrap().and_utc();
    let run = JobRun { now, today, slot: Slot(now) };
    for _ in 0..3 {
        job(&app, jobs::WATCH, run).unwrap();
    }
    let listed = app.db.read(|conn| store::list(conn, None)).unwrap();
    let told: Vec<_> = listed.iter().filter(|message| message.recipient == "operator@example.org").collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].subject.starts_with("No new staff list for 4"), "{}", told[0].subject);
}

#[test]
fn missed_backups_are_told_to_the_operator_once_each_time_that_they_stop() {
    let home = Home::new(FILES, "[operator]\nemail = \"operator@example.org\"");
    let app = home.app(IfMissing::Fail);
    let nightly = |at: &str, outcome: RunOutcome| {
        let written = app.db.write(Locks::ALL, |conn| {
            let slot = Slot(instant(at));
            let SlotBegin::Begun(claim) = schedule::store::begin(conn, jobs::BACKUP, slot, slot.0)? else {
                panic!("somebody else makes it")
            };
            schedule::store::finish(conn, &claim, slot.0, outcome, "")
        });
        written.unwrap();
    };
    let told = |at: &str| {
        for _ in 0..2 {
            job(&app, jobs::WATCH, run_at(at, &at[..10])).unwrap();
        }
        let listed = app.db.read(|conn| store::list(conn, None)).unwrap().into_iter();
        let of_operator = listed.filter(|message| message.recipient == "operator@example.org");
        let subjects = of_operator.map(|message| message.subject);
        subjects.filter(|subject| subject.starts_with("No backup")).collect::<Vec<_>>()
    };
    let [first, second] = [23, 25].map(|day| format!("No backup since 02:00 on {day} November 2026"));
    assert_eq!(told("2026-11-22T09:00:00Z"), [""; 0], "none was due yet");
    nightly("2026-11-23T02:00:00Z", RunOutcome::Done);
    nightly("2026-11-24T02:00:00Z", RunOutcome::Failed);
    assert_eq!(told("2026-11-24T04:00:00Z"), [""; 0], "26 hours after the last good one");
    assert_eq!(told("2026-11-24T04:15:00Z"), [&*first]);
    assert_eq!(told("2026-11-24T23:00:00Z"), [&*first], "once");
    nightly("2026-11-25T02:00:00Z", RunOutcome::Done);
    assert_eq!(told("2026-11-26T04:00:00Z"), [&*first]);
    assert_eq!(told("2026-11-26T04:15:00Z"), [&*first, &*second], "they stopped again");
}

/// Answers one call on loopback with `answer`, and gives what was asked.
fn answer_one_call(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/ping/secret-key", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 2_000];
        let read = stream.read(&mut buffer).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8_lossy(&buffer[..read]).into_owned()
    });
    (address, asked)
}

#[test]
fn a_good_run_calls_the_watching_service_and_its_refusal_fails_nothing() {
    for answer in
        ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n"]
    {
        let (address, asked) = answer_one_call(answer);
        let home = Home::new(FILES, &format!("[operator]\nping_url = \"{address}\""));
        let app = home.app(IfMissing::Fail);
        job(&app, jobs::REMINDERS, run_at("2026-11-25T08:00:00Z", "2026-11-25")).unwrap();
        let asked = asked.join().unwrap();
        assert!(asked.starts_with("GET /ping/secret-key HTTP/1.1"), "{asked}");
        assert!(!format!("{:?}", app.config).contains("secret-key"), "the address is a secret");
    }
}

#[test]
fn a_failed_run_calls_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}/ping", listener.local_addr().unwrap());
    let home = Home::new(
        FILES,
        &format!("[operator]\nping_url = \"{address}\"\n[backup]\nfolder = \"policy.toml/impossible\""),
    );
    let failed = job(&home.app(IfMissing::Fail), jobs::BACKUP, run_at("2026-11-25T02:00:00Z", "2026-11-25"));
    let why = format!("{:#}", failed.unwrap_err());
    assert!(why.contains(&*Path::new("policy.toml/impossible").to_string_lossy()), "{why}");
    assert!(listener.accept().is_err(), "nobody called");
}

#[test]
fn a_service_that_takes_them_is_told_of_starts_and_failures_too() {
    for (backups, told) in
        [("backups", ["/key/start", "/key"]), ("policy.toml/impossible", ["/key/start", "/key/fail"])]
    {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/key", listener.local_addr().unwrap());
        let asked = std::thread::spawn(move || {
            [(); 2].map(|()| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut buffer = [0; 2_000];
                let read = stream.read(&mut buffer).unwrap();
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    .unwrap();
                let asked = String::from_utf8_lossy(&buffer[..read]).into_owned();
                asked.split(' ').nth(1).unwrap().to_owned()
            })
        });
        let settings = format!(
            "[operator]\nping_url = \"{address}\"\nping_style = \"every-run\"\n[backup]\nfolder = \"{backups}\""
        );
        let home = Home::new(FILES, &settings);
        let done =
            job(&home.app(IfMissing::Fail), jobs::BACKUP, run_at("2026-11-25T02:00:00Z", "2026-11-25"));
        assert_eq!(done.is_ok(), backups == "backups");
        assert_eq!(asked.join().unwrap(), told);
    }
}

#[test]
fn the_service_of_a_package_is_enabled_only_where_nothing_is_at_fault_and_it_is_known_whose_it_is() {
    let folder = Folder::new();
    let settings = folder.read("refresher.toml");
    let contact = "# safeguarding_email = \"safeguarding@example.org\"";
    assert!(settings.contains(contact) && settings.contains("code = \"RXX\""), "{settings}");
    let [with_code, with_contact] = [("code = \"RXX\"", "code = \"RZZ\""), (contact, &contact[2..])]
        .map(|(of, by)| settings.replace(of, by));
    for incomplete in [&settings, &with_code, &with_contact] {
        folder.write("refresher.toml", incomplete);
        let refused = folder.run("check --enable").ended(1);
        assert!(refused.err.contains("safeguarding_email"), "{refused:?}");
        assert!(!folder.file("enabled").exists());
    }
    let whole = with_code.replace(contact, &contact[2..]);
    folder.write("refresher.toml", whole.replace("policy.toml", "missing.toml"));
    folder.run("check --enable").ended(1);
    assert!(!folder.file("enabled").exists(), "at fault");
    folder.write("refresher.toml", whole);
    folder.run("check").ended(0);
    assert!(!folder.file("enabled").exists(), "by a look alone");
    folder.run("check --enable").ended(0);
    assert!(folder.file("enabled").exists());
}
