//! Returned mail, from the file to what it changes: nothing more is sent to an address that mail comes back from, until
//! a staff list brings another.
#![cfg(test)]

use std::sync::Arc;

use refresher::app::App;
use refresher::clock::Clock;
use refresher::db::IfMissing;
use refresher::jobs;
use refresher::schedule::{JobRun, Slot};
use serde_json::Value;

use crate::support::engine::overrides;
use crate::support::program::{Folder, Ran};

const SETTINGS: &str = r#"
database = "sqlite:refresher.db"
policy = "policy.toml"

[organisation]
code = "RX1"
name = "Northbank Trust"
kind = "acute"
safeguarding_email = "safeguarding@northbank.test"

[smtp]
transport = "file"
from = "training@northbank.test"
file_dir = "mail"

[bounces]
folder = "returned"
"#;

const POLICY: &str = r#"
[[course]]
code = "L2"
title = "Level 2"
valid_months = 36

[[requirement]]
course = "L2"
"#;

/// Two people who have lapsed, in a folder of their own.
struct Northbank {
    folder: Folder,
}

impl Northbank {
    fn new() -> Self {
        let trust = Self { folder: Folder::new() };
        trust.folder.write("refresher.toml", SETTINGS);
        trust.folder.write("policy.toml", POLICY);
        trust.staff("ada@example.org");
        std::fs::create_dir(trust.folder.file("returned")).unwrap();
        trust
    }

    /// Imports a staff list in which Ada has this address.
    fn staff(&self, ada: &str) {
        let list = format!(
            "employee_number,first_name,last_name,email,start_date\n001,Ada,Lovelace,{ada},2020-01-01\n\
             002,Grace,Hopper,grace@example.org,2020-01-01\n"
        );
        self.folder.write("staff.csv", list);
        self.run("2027-01-15", "import staff staff.csv");
    }

    /// What the program did on that day.
    fn ran(&self, today: &str, words: &str) -> Ran {
        self.folder.run(&format!("--json --today {today} {words}"))
    }

    #[track_caller]
    fn run(&self, today: &str, words: &str) -> Value {
        self.ran(today, words).ended(0).json()
    }

    /// Plans and sends the reminders of a day; returns the account.
    fn remind(&self, today: &str) -> Value {
        let planned = self.run(today, "remind");
        self.run(today, "send");
        planned["account"].clone()
    }

    /// The outbox's last message to this address.
    fn last_to(&self, address: &str) -> Value {
        let outbox = self.run("2027-01-15", "outbox");
        let messages = outbox["messages"].as_array().unwrap();
        messages.iter().rfind(|message| message["to"] == address).unwrap().clone()
    }
}

/// A delivery report about the message with this `Message-ID`.
fn report(id: &str, message_id: &str, address: &str, status: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nSubject: Undelivered Mail Returned to Sender\n\
         Message-ID: <{id}@mx.example.org>\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
         --b\nContent-Type: text/plain\n\nSorry.\n\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; {address}\nAction: failed\nStatus: {status}\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nTo: {address}\nMessage-ID: {message_id}\n\n--b--\n"
    )
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn a_hard_bounce_stops_mail_to_the_address_until_the_staff_list_brings_another() {
    let trust = Northbank::new();
    assert_eq!(trust.remind("2027-01-15")["messaged"], 2);
    let sent = trust.last_to("ada@example.org");
    // A message that is queued already when the news comes.
    assert_eq!(trust.run("2027-01-22", "remind")["account"]["messaged"], 2);
    let hard = report("one", text(&sent["message_id"]), "ADA@example.org", "5.1.1");
    trust.folder.write("returned/1.eml", &hard);
    let read = trust.run("2027-01-22", "bounces read");
    assert_eq!((&read["files"], &read["hard"], &read["soft"]), (&1.into(), &1.into(), &0.into()));

    trust.run("2027-01-22", "send");
    let cancelled = trust.last_to("ada@example.org");
    assert_eq!(cancelled["state"], "cancelled");
    assert!(text(&cancelled["last_error"]).contains("comes back"), "{cancelled}");
    assert_eq!(trust.last_to("grace@example.org")["state"], "sent", "another's bounce holds up nobody");

    let account = trust.remind("2027-01-25");
    assert_eq!((&account["no_email"], &account["messaged"]), (&1.into(), &0.into()), "{account}");
    // What was cancelled was never told, so the corrected address hears of it.
    trust.staff("ada.lovelace@example.org");
    assert_eq!(trust.remind("2027-01-25")["messaged"], 1);
    assert_eq!(trust.last_to("ada.lovelace@example.org")["state"], "sent");
    // The bounce stays with the address.
    trust.staff("ada@example.org");
    assert_eq!(trust.remind("2027-01-29")["no_email"], 1);
    trust.run("2027-01-29", "bounces clear Ada@Example.org");
    assert_eq!(trust.remind("2027-01-29")["no_email"], 0);
    let listed = trust.run("2027-01-29", "bounces");
    assert_eq!(listed["bounces"].as_array().unwrap().len(), 1);
    assert!(listed["bounces"][0]["cleared_at"].is_string());
}

#[test]
fn a_soft_bounce_is_noted_and_mail_goes_on() {
    let trust = Northbank::new();
    trust.remind("2027-01-15");
    let sent = trust.last_to("ada@example.org");
    trust.folder.write("returned/full", report("one", text(&sent["message_id"]), "ada@example.org", "5.2.2"));
    assert_eq!(trust.run("2027-01-15", "bounces read")["soft"], 1);
    let listed = trust.run("2027-01-15", "bounces");
    let bounce = &listed["bounces"][0];
    assert_eq!((&bounce["kind"], &bounce["status"]), (&"soft".into(), &"5.2.2".into()), "{listed}");
    assert_eq!(bounce["message"], sent["id"]);
    assert_eq!(trust.remind("2027-01-22")["messaged"], 2);
}

#[test]
fn the_same_report_is_never_counted_twice_whatever_its_file_is_called() {
    let trust = Northbank::new();
    trust.remind("2027-01-15");
    let sent = trust.last_to("ada@example.org");
    let hard = report("one", text(&sent["message_id"]), "ada@example.org", "5.1.1");
    for folder in ["new", "cur", "tmp"] {
        std::fs::create_dir(trust.folder.file("returned").join(folder)).unwrap();
    }
    trust.folder.write("returned/tmp/unfinished", "From: half a mai");
    trust.folder.write("returned/new/1700000000.M1.mx", &hard);
    let read = |files: u32, hard: u32| {
        let read = trust.run("2027-01-15", "bounces read");
        assert_eq!((&read["files"], &read["hard"]), (&files.into(), &hard.into()), "{read}");
    };
    read(1, 1);
    read(0, 0);
    let (new, seen) = ("returned/new/1700000000.M1.mx", "returned/cur/1700000000.M1.mx:2,S");
    std::fs::rename(trust.folder.file(new), trust.folder.file(seen)).unwrap();
    read(0, 0);
    // The same report over another way, with another line at its head.
    trust.folder.write("returned/new/1700000001.M2.mx", format!("Received: from mx2.example.org\n{hard}"));
    read(1, 0);
    assert_eq!(trust.run("2027-01-15", "bounces")["bounces"].as_array().unwrap().len(), 1);
}

#[test]
fn only_reports_about_our_own_mail_count() {
    let trust = Northbank::new();
    trust.remind("2027-01-15");
    let never_sent = "<made-up@northbank.test>";
    let bare = |address: &str| report("x", "", address, "5.1.1").replace("Message-ID: \n", "");
    trust.folder.write("returned/1-foreign", report("two", never_sent, "ada@example.org", "5.1.1"));
    trust.folder.write("returned/2-stranger", bare("stranger@example.org"));
    trust.folder.write("returned/3-garbage", [0xff, 0, 1, 2, 3]);
    trust.folder.write(
        "returned/4-answer",
        "From: ada@example.org\nSubject: Automatic reply\n\nI am away. 550 5.1.1\n",
    );
    trust.folder.write("returned/5-empty", "");
    let read = trust.run("2027-01-15", "bounces read");
    assert_eq!((&read["files"], &read["hard"], &read["soft"]), (&5.into(), &0.into(), &0.into()), "{read}");
    let others: Vec<&str> = read["others"].as_array().unwrap().iter().map(text).collect();
    insta::assert_snapshot!(others.join("\n"));
    // Without the Message-ID of what came back, a report says nothing, also of an address that we sent to.
    trust.folder.write("returned/6-bare", bare("Ada@example.org").replace("<x@", "<y@"));
    assert_eq!(trust.run("2027-01-15", "bounces read")["hard"], 0);
    assert_eq!(trust.remind("2027-01-22")["messaged"], 2);
}

#[test]
fn a_report_that_names_everybody_silences_nobody_but_whom_its_message_went_to() {
    let trust = Northbank::new();
    trust.remind("2027-01-15");
    let sent = trust.last_to("ada@example.org");
    let id = text(&sent["message_id"]);
    let group =
        |address: &str| format!("Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n\n");
    let everybody = |first: &str| {
        let one = report(&format!("r{}", first.len()), id, first, "5.1.1");
        let also: String = ["grace@example.org", "safeguarding@northbank.test"].map(group).concat();
        one.replacen("Status: 5.1.1\n\n", &format!("Status: 5.1.1\n\n{also}"), 1)
    };
    trust.folder.write("returned/1", everybody("nobody@example.org"));
    let read = trust.run("2027-01-15", "bounces read");
    assert_eq!(read["hard"], 0, "{read}");
    assert!(text(&read["others"][0]).contains("but not about the address that it went to"), "{read}");
    trust.folder.write("returned/2", everybody("ada@example.org"));
    assert_eq!(trust.run("2027-01-15", "bounces read")["hard"], 1);
    let account = trust.remind("2027-01-22");
    assert_eq!((&account["messaged"], &account["no_email"]), (&1.into(), &1.into()), "{account}");
}

#[test]
fn contacts_are_never_silenced_also_where_somebody_on_the_staff_has_the_address() {
    const CONTACT: &str = "safeguarding@northbank.test";
    for ada in ["ada@example.org", CONTACT] {
        let trust = Northbank::new();
        trust.staff(ada);
        trust.remind("2027-01-18");
        let digest = |trust: &Northbank| {
            let outbox = trust.run("2027-01-18", "outbox");
            let to_contact =
                |message: &&Value| message["to"] == CONTACT && message["kind"] == "manager-digest";
            let mut digests: Vec<Value> =
                outbox["messages"].as_array().unwrap().iter().filter(to_contact).cloned().collect();
            digests.pop().unwrap()
        };
        let first = digest(&trust);
        assert_eq!(first["state"], "sent");
        trust.folder.write("returned/1", report("one", text(&first["message_id"]), CONTACT, "5.1.1"));
        assert_eq!(trust.run("2027-01-18", "bounces read")["hard"], 1);
        let account = trust.remind("2027-01-25");
        let second = digest(&trust);
        assert!(second["id"] != first["id"] && second["state"] == "sent", "{second}");
        let own = if ada == CONTACT { 1 } else { 0 };
        assert_eq!(account["no_email"], own, "mail to them as staff: {account}");
        let listed = trust.run("2027-01-25", "bounces")["bounces"][0].clone();
        let effect = if ada == CONTACT { "silenced" } else { "reported" };
        assert_eq!(listed["effect"], effect, "{listed}");
        let told = trust.finding("mail that goes on came back");
        assert!(told.contains("the safeguarding contact of RX1") && told.contains(CONTACT), "{told}");
    }
}

#[test]
fn what_is_silenced_stands_in_the_check_with_since_when_and_by_which_report_and_several_are_cleared_at_once()
{
    let trust = Northbank::new();
    trust.remind("2027-01-15");
    for (number, address) in ["ada@example.org", "grace@example.org"].iter().enumerate() {
        let sent = trust.last_to(address);
        let name = format!("returned/{number}.eml");
        trust.folder.write(&name, report(&format!("r{number}"), text(&sent["message_id"]), address, "5.1.1"));
    }
    trust.run("2027-01-15", "bounces read");
    let listed = trust.run("2027-01-15", "bounces");
    let first = &listed["bounces"][0];
    assert_eq!((&first["effect"], &first["failed_address"]), (&"silenced".into(), &"ada@example.org".into()));
    assert!(first["silenced_since"].is_string() && first["organisation"] == "RX1", "{first}");
    let told = trust.finding("staff are not mailed at 2 addresses");
    assert!(told.contains("ada@example.org since ") && told.contains("report 0.eml"), "{told}");

    let unknown = trust.ran("2027-01-15", "bounces clear ada@example.org nobody@example.org");
    assert_eq!(unknown.status, 1);
    assert!(unknown.err.contains("nobody@example.org") && !unknown.err.contains("ada@"), "{}", unknown.err);
    assert_eq!(trust.remind("2027-01-18")["no_email"], 2, "one that is wrong, and none is cleared");
    let cleared = trust.run("2027-01-18", "bounces clear ada@example.org GRACE@example.org");
    assert_eq!(cleared["cleared"], 2);
    assert_eq!(trust.remind("2027-01-22")["no_email"], 0);
    let audit = trust.run("2027-01-22", "audit");
    let entry = audit["entries"].as_array().unwrap().iter().find(|entry| entry["action"] == "bounces-clear");
    assert_eq!(entry.unwrap()["details"]["bounces"], serde_json::json!([1, 2]));
    assert!(!audit.to_string().contains("example.org"), "the log names nobody");
    assert_eq!(trust.run("2027-01-22", "audit")["chain"]["sound"], true);
}

/// The settings without the pace of a mail server's limits.
fn unpaced() -> String {
    SETTINGS.replace("file_dir = \"mail\"", "file_dir = \"mail\"\nper_minute = 100000\nper_day = 1000000")
}

/// A trust of a hundred people of whom none is trained, reminded once.
fn a_hundred() -> Northbank {
    use std::fmt::Write as _;
    let trust = Northbank::new();
    trust.folder.write("policy.toml", format!("{POLICY}\n[reminders]\nmax_messages = 100.0\n"));
    let mut list = "employee_number,last_name,email,start_date\n".to_owned();
    for number in 0..100 {
        writeln!(list, "{number:03},Person,p{number}@example.org,2020-01-01").unwrap();
    }
    trust.folder.write("staff.csv", list);
    trust.folder.write("refresher.toml", unpaced());
    trust.run("2027-01-15", "import staff staff.csv --force");
    assert_eq!(trust.remind("2027-01-15")["messaged"], 100);
    trust
}

impl Northbank {
    /// Puts a report about the message to each of these people into the folder.
    fn returned(&self, numbers: std::ops::Range<u32>) {
        let outbox = self.run("2027-01-15", "outbox");
        let messages = outbox["messages"].as_array().unwrap();
        for number in numbers {
            let address = format!("p{number}@example.org");
            let sent = messages.iter().rfind(|message| message["to"] == address).unwrap();
            let report = report(&format!("r{number}"), text(&sent["message_id"]), &address, "5.1.1");
            self.folder.write(&format!("returned/{number}.eml"), report);
        }
    }

    /// What the check says of returned mail, where it says this.
    fn finding(&self, saying: &str) -> String {
        let checked = self.ran("2027-01-25", "check").json();
        let checks = checked["checks"].as_array().unwrap().iter();
        let of_mail = checks.filter(|one| one["what"] == "returned mail").map(|one| text(&one["says"]));
        let said: Vec<&str> = of_mail.collect();
        said.iter()
            .find(|says| says.contains(saying))
            .unwrap_or_else(|| panic!("{saying}: {said:?}"))
            .to_string()
    }
}

#[test]
fn more_than_a_twentieth_in_a_day_are_held_until_a_person_confirms_them() {
    let trust = a_hundred();
    trust.returned(0..5);
    let read = trust.run("2027-01-15", "bounces read");
    assert_eq!(
        (&read["hard"], &read["held"]),
        (&5.into(), &0.into()),
        "five of a hundred are believed: {read}"
    );
    assert_eq!(trust.remind("2027-01-22")["no_email"], 5);
    trust.returned(5..6);
    let read = trust.run("2027-01-22", "bounces read");
    assert_eq!((&read["hard"], &read["held"]), (&1.into(), &6.into()), "{read}");
    assert_eq!(trust.remind("2027-01-25")["no_email"], 0, "those of the same day are held too");
    trust.returned(6..7);
    assert_eq!(trust.run("2027-01-25", "bounces read")["held"], 1);
    let effects = |effect: &str| {
        let listed = trust.run("2027-01-25", "bounces");
        listed["bounces"].as_array().unwrap().iter().filter(|one| one["effect"] == effect).count()
    };
    assert_eq!(effects("held"), 7);
    let told = trust.finding("too many to be believed");
    assert!(told.contains("7 addresses of RX1") && told.contains("p6@example.org"), "{told}");

    let wrong = trust.ran("2027-01-25", "bounces confirm p50@example.org");
    assert_eq!(wrong.status, 1);
    assert!(
        wrong.err.contains("p50@example.org is held") || wrong.err.contains("p50@example.org"),
        "{}",
        wrong.err
    );
    assert_eq!(trust.ran("2027-01-25", "bounces confirm").status, 2, "of which?");
    assert_eq!(trust.ran("2027-01-25", "bounces confirm --day 2020-01-01").status, 1);
    assert_eq!(trust.ran("2027-01-25", "bounces confirm --organisation RYY").status, 1);
    assert_eq!(trust.run("2027-01-25", "bounces confirm p0@example.org P1@example.org")["confirmed"], 2);
    assert_eq!((effects("silenced"), effects("held")), (2, 5));
    assert_eq!(trust.run("2027-01-25", "bounces clear --held --organisation RX1")["cleared"], 5);
    assert_eq!((effects("silenced"), effects("held"), effects("cleared")), (2, 0, 5));
    assert_eq!(trust.remind("2027-01-29")["no_email"], 2);
    let audit = trust.run("2027-01-29", "audit --limit 100");
    assert_eq!(audit["chain"]["sound"], true, "{}", audit["chain"]);
}

#[test]
fn the_operator_is_told_once_of_what_is_held_and_of_what_is_silenced() {
    let trust = a_hundred();
    let told = |trust: &Northbank| -> Vec<String> {
        let app = App::open(
            &trust.folder.file("refresher.toml"),
            &overrides(&trust.folder.file("refresher.toml")),
            Clock::System,
            IfMissing::Fail,
        );
        let app = Arc::new(app.unwrap());
        let now = app.now();
        let run = JobRun { now, today: app.today(), slot: Slot(now) };
        let all = jobs::all(&app).unwrap();
        (all.iter().find(|job| job.name == jobs::WATCH).unwrap().run)(run).unwrap();
        let outbox = trust.run("2027-01-15", "outbox");
        let messages = outbox["messages"].as_array().unwrap().iter();
        let subjects =
            messages.filter(|message| message["kind"] == "operator").map(|message| text(&message["subject"]));
        subjects.filter(|subject| subject.contains("ail")).map(str::to_owned).collect()
    };
    trust
        .folder
        .write("refresher.toml", format!("{}\n[operator]\nemail = \"operator@northbank.test\"\n", unpaced()));
    trust.returned(0..3);
    trust.run("2027-01-15", "bounces read");
    assert_eq!(told(&trust), ["Mail comes back from 3 addresses"]);
    assert_eq!(told(&trust).len(), 1);
    trust.returned(3..9);
    trust.run("2027-01-15", "bounces read");
    let subjects = told(&trust);
    assert!(subjects.len() == 2 && subjects[1].starts_with("Returned mail of "), "{subjects:?}");
    assert_eq!(told(&trust).len(), 2);
}

#[test]
fn a_folder_that_is_not_there_is_told_with_what_to_do() {
    let trust = Northbank::new();
    std::fs::remove_dir(trust.folder.file("returned")).unwrap();
    let Ran { status, err: error, .. } = trust.ran("2027-01-15", "bounces read");
    assert_eq!(status, 1);
    assert!(error.contains("returned") && error.contains("[bounces]"), "{error}");
    trust.folder.write("refresher.toml", SETTINGS.replace("[bounces]\nfolder = \"returned\"\n", ""));
    let Ran { status, err: error, .. } = trust.ran("2027-01-15", "bounces read");
    assert_eq!(status, 1);
    assert!(error.contains("no folder of returned mail is configured"), "{error}");
    let Ran { status, err: error, .. } = trust.ran("2027-01-15", "bounces clear nobody@example.org");
    assert_eq!(status, 1);
    assert!(error.contains("nobody@example.org"), "{error}");
}

#[test]
fn the_board_summary_counts_those_whose_mail_comes_back() {
    let trust = Northbank::new();
    trust.remind("2027-01-15");
    let sent = trust.last_to("ada@example.org");
    trust.folder.write("returned/1", report("one", text(&sent["message_id"]), "ada@example.org", "5.1.1"));
    trust.run("2027-01-15", "bounces read");
    let board = trust.run("2027-02-01", "board --month 2027-01");
    assert_eq!(board["summaries"][0]["figures"]["data_quality"]["bouncing"], 1, "{board}");
    let listed = trust.run("2027-02-01", "staff --as-at 2027-01-31 --data-quality bouncing");
    let people = listed["people"].as_array().unwrap();
    assert_eq!(people.len(), 1, "{listed}");
    assert_eq!(people[0]["employee_number"], "001");
}

#[test]
fn no_next_reminder_is_foretold_to_somebody_whose_mail_comes_back() {
    let trust = Northbank::new();
    trust.remind("2027-01-15");
    let next = |explained: Value| -> Vec<Value> {
        let courses = explained["courses"].as_array().unwrap().iter();
        courses.map(|course| course["next_reminder"].clone()).collect()
    };
    assert!(next(trust.run("2027-01-15", "explain 001")).iter().any(Value::is_string));
    let sent = trust.last_to("ada@example.org");
    trust.folder.write("returned/1", report("one", text(&sent["message_id"]), "ada@example.org", "5.1.1"));
    trust.run("2027-01-15", "bounces read");
    let explained = trust.run("2027-01-15", "explain 001");
    assert!(next(explained.clone()).iter().all(Value::is_null), "{explained}");
}
