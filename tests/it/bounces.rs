//! Returned mail, from the file to what it changes: nothing more is sent to an address that mail comes back from, until
//! a staff list brings another.
#![cfg(test)]

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::program::is_for_real;

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
struct Trust {
    dir: tempfile::TempDir,
}

impl Trust {
    fn new() -> Self {
        let trust = Self { dir: tempfile::tempdir().unwrap() };
        trust.write("refresher.toml", SETTINGS);
        trust.write("policy.toml", POLICY);
        trust.staff("ada@example.org");
        std::fs::create_dir(trust.file("returned")).unwrap();
        trust
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.file(name), text).unwrap();
    }

    /// Imports a staff list in which Ada has this address.
    fn staff(&self, ada: &str) {
        let list = format!(
            "employee_number,first_name,last_name,email,start_date\n001,Ada,Lovelace,{ada},2020-01-01\n\
             002,Grace,Hopper,grace@example.org,2020-01-01\n"
        );
        self.write("staff.csv", list);
        self.write("init.log", "");
        let create = ["init", "--dir"];
        if !self.file("refresher.db").exists() {
            let made = tempfile::tempdir().unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_refresher"));
            assert!(command.args(create).arg(made.path()).output().unwrap().status.success());
            std::fs::copy(made.path().join("refresher.db"), self.file("refresher.db")).unwrap();
        }
        self.run("2027-01-15", "import staff staff.csv");
    }

    /// What the program said, and how it ended.
    fn ran(&self, today: &str, words: &str) -> (i32, Value, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refresher"));
        command.current_dir(self.dir.path()).args(["--json", "--today", today]).args(words.split(' '));
        if is_for_real(words.split(' ')) {
            command.arg("--yes");
        }
        let output = command.env_remove("RUST_LOG").output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        (output.status.code().unwrap(), json, error)
    }

    #[track_caller]
    fn run(&self, today: &str, words: &str) -> Value {
        let (status, json, error) = self.ran(today, words);
        assert_eq!(status, 0, "{words}: {error}");
        json
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
    let trust = Trust::new();
    assert_eq!(trust.remind("2027-01-15")["messaged"], 2);
    let sent = trust.last_to("ada@example.org");
    // A message that is queued already when the news comes.
    assert_eq!(trust.run("2027-01-22", "remind")["account"]["messaged"], 2);
    let hard = report("one", text(&sent["message_id"]), "ADA@example.org", "5.1.1");
    trust.write("returned/1.eml", &hard);
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
    let trust = Trust::new();
    trust.remind("2027-01-15");
    let sent = trust.last_to("ada@example.org");
    trust.write("returned/full", report("one", text(&sent["message_id"]), "ada@example.org", "5.2.2"));
    assert_eq!(trust.run("2027-01-15", "bounces read")["soft"], 1);
    let listed = trust.run("2027-01-15", "bounces");
    let bounce = &listed["bounces"][0];
    assert_eq!((&bounce["kind"], &bounce["status"]), (&"soft".into(), &"5.2.2".into()), "{listed}");
    assert_eq!(bounce["message"], sent["id"]);
    assert_eq!(trust.remind("2027-01-22")["messaged"], 2);
}

#[test]
fn the_same_report_is_never_counted_twice_whatever_its_file_is_called() {
    let trust = Trust::new();
    trust.remind("2027-01-15");
    let sent = trust.last_to("ada@example.org");
    let hard = report("one", text(&sent["message_id"]), "ada@example.org", "5.1.1");
    for folder in ["new", "cur", "tmp"] {
        std::fs::create_dir(trust.file("returned").join(folder)).unwrap();
    }
    trust.write("returned/tmp/unfinished", "From: half a mai");
    trust.write("returned/new/1700000000.M1.mx", &hard);
    let read = |files: u32, hard: u32| {
        let read = trust.run("2027-01-15", "bounces read");
        assert_eq!((&read["files"], &read["hard"]), (&files.into(), &hard.into()), "{read}");
    };
    read(1, 1);
    read(0, 0);
    let (new, seen) = ("returned/new/1700000000.M1.mx", "returned/cur/1700000000.M1.mx:2,S");
    std::fs::rename(trust.file(new), trust.file(seen)).unwrap();
    read(0, 0);
    // The same report over another way, with another line at its head.
    trust.write("returned/new/1700000001.M2.mx", format!("Received: from mx2.example.org\n{hard}"));
    read(1, 0);
    assert_eq!(trust.run("2027-01-15", "bounces")["bounces"].as_array().unwrap().len(), 1);
}

#[test]
fn only_reports_about_our_own_mail_count() {
    let trust = Trust::new();
    trust.remind("2027-01-15");
    let never_sent = "<made-up@northbank.test>";
    let bare = |address: &str| report("x", "", address, "5.1.1").replace("Message-ID: \n", "");
    trust.write("returned/1-foreign", report("two", never_sent, "ada@example.org", "5.1.1"));
    trust.write("returned/2-stranger", bare("stranger@example.org"));
    trust.write("returned/3-garbage", [0xff, 0, 1, 2, 3]);
    trust.write(
        "returned/4-answer",
        "From: ada@example.org\nSubject: Automatic reply\n\nI am away. 550 5.1.1\n",
    );
    trust.write("returned/5-empty", "");
    let read = trust.run("2027-01-15", "bounces read");
    assert_eq!((&read["files"], &read["hard"], &read["soft"]), (&5.into(), &0.into(), &0.into()), "{read}");
    let others: Vec<&str> = read["others"].as_array().unwrap().iter().map(text).collect();
    insta::assert_snapshot!(others.join("\n"));
    // Without a copy of what came back, the address must be one that we sent to.
    trust.write("returned/6-bare", bare("Ada@example.org").replace("<x@", "<y@"));
    assert_eq!(trust.run("2027-01-15", "bounces read")["hard"], 1);
}

#[test]
fn a_folder_that_is_not_there_is_told_with_what_to_do() {
    let trust = Trust::new();
    std::fs::remove_dir(trust.file("returned")).unwrap();
    let (status, _, error) = trust.ran("2027-01-15", "bounces read");
    assert_eq!(status, 1);
    assert!(error.contains("returned") && error.contains("[bounces]"), "{error}");
    trust.write("refresher.toml", SETTINGS.replace("[bounces]\nfolder = \"returned\"\n", ""));
    let (status, _, error) = trust.ran("2027-01-15", "bounces read");
    assert_eq!(status, 1);
    assert!(error.contains("no folder of returned mail is configured"), "{error}");
    let (status, _, error) = trust.ran("2027-01-15", "bounces clear nobody@example.org");
    assert_eq!(status, 1);
    assert!(error.contains("nobody@example.org"), "{error}");
}

#[test]
fn the_board_summary_counts_those_whose_mail_comes_back() {
    let trust = Trust::new();
    trust.remind("2027-01-15");
    let sent = trust.last_to("ada@example.org");
    trust.write("returned/1", report("one", text(&sent["message_id"]), "ada@example.org", "5.1.1"));
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
    let trust = Trust::new();
    trust.remind("2027-01-15");
    let next = |explained: Value| -> Vec<Value> {
        let courses = explained["courses"].as_array().unwrap().iter();
        courses.map(|course| course["next_reminder"].clone()).collect()
    };
    assert!(next(trust.run("2027-01-15", "explain 001")).iter().any(Value::is_string));
    let sent = trust.last_to("ada@example.org");
    trust.write("returned/1", report("one", text(&sent["message_id"]), "ada@example.org", "5.1.1"));
    trust.run("2027-01-15", "bounces read");
    let explained = trust.run("2027-01-15", "explain 001");
    assert!(next(explained.clone()).iter().all(Value::is_null), "{explained}");
}
