//! Files brought by HTTPS: taken in as any other, whole or not at all, and once.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use refresher::import::{FileKind, Force};
use serde_json::Value;

use crate::support::interface::{Interface, Told};
use crate::support::trust::{Trust, day, instant};

const HEADER: &str = "employee_number,first_name,last_name,email,start_date,organisation\n";
const POLICY: &str = include_str!("../../../src/policy/default.toml");

/// A staff list of so many people of an organisation.
fn staff(code: &str, people: usize) -> String {
    let mut list = HEADER.to_owned();
    for number in 0..people {
        writeln!(list, "{number:05},Ann,Bello,ann{number}@example.org,2020-01-01,{code}").unwrap();
    }
    list
}

fn put(interface: &Interface, token: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Told {
    interface.ask(token, "PUT", path, headers, body.as_bytes())
}

/// The numbers of the imports that a token may see, the newest first.
fn imports(interface: &Interface, token: &str) -> Vec<i64> {
    let listed = interface.get_as(token, "/api/imports").has(200).json();
    listed["imports"].as_array().unwrap().iter().map(|line| line["id"].as_i64().unwrap()).collect()
}

/// What lies in the spool.
fn spooled(interface: &Interface) -> usize {
    std::fs::read_dir(interface.trust.folder.path().join("spool")).map_or(0, Iterator::count)
}

/// Waits until nothing lies in the spool any more.
fn until_spool_is_empty(interface: &Interface) {
    let began = Instant::now();
    while spooled(interface) > 0 {
        assert!(began.elapsed() < Duration::from_secs(40), "a file is left in the spool");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn audited(interface: &Interface) -> Vec<(String, String)> {
    let entries = interface.app().db.read(|conn| refresher::audit::entries(conn, 5)).unwrap();
    entries.into_iter().map(|entry| (entry.actor, entry.action)).collect()
}

#[test]
fn a_file_is_taken_in_and_answered_with_the_document_of_an_import() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    let list = staff("RXX", 3);
    let path = "/api/imports/staff?name=staff.csv&as_of=2026-11-20";
    let told = put(&interface, &token, path, &[], &list).has(200);
    assert_eq!(told.headers["content-type"], "application/json");
    let document = told.json();
    assert_eq!((&document["file"], &document["joiners"]), (&"staff.csv".into(), &3.into()));
    assert_eq!(audited(&interface)[0], ("token:esr".to_owned(), "import".to_owned()));
    let id = document["id"].as_i64().unwrap();
    assert_eq!(imports(&interface, &token), [id]);
    let one = interface.get_as(&token, &format!("/api/imports/{id}")).has(200).json();
    assert_eq!((&one["as_of"], &one["actor"]), (&"2026-11-20".into(), &"token:esr".into()));
    // The very same again is known, and changes nothing.
    let again = interface.ask(&token, "POST", path, &[], list.as_bytes()).has(200).json();
    assert_eq!((&again["id"], &again["applied"]), (&document["id"], &0.into()));
    assert_eq!(imports(&interface, &token), [id]);
    assert_eq!(spooled(&interface), 0);
}

#[test]
fn rows_to_put_right_are_in_the_answer_and_can_be_fetched_as_a_file() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    let list = staff("RXX", 30) + "00031,No,Start,no@example.org,soon,RXX\n";
    let document = put(&interface, &token, "/api/imports/staff", &[], &list).has(200).json();
    assert_eq!(document["rejected"][0]["line"], 32);
    let id = document["id"].as_i64().unwrap();
    let rows = interface.get_as(&token, &format!("/api/imports/{id}/rejected.csv")).has(200);
    assert_eq!(rows.headers["content-type"], "text/csv; charset=utf-8");
    assert!(rows.body.contains("00031,No,Start") && rows.body.contains("is not a date"), "{}", rows.body);
    let other = interface.token("lms", &["import:training"]);
    for path in [format!("/api/imports/{id}"), format!("/api/imports/{id}/rejected.csv")] {
        interface.get_as(&other, &path).has(404).tells_problem("not-found", "there is no import");
    }
    interface.get_as(&token, "/api/imports/1/rejected.csv").has(404);
}

#[test]
fn what_a_brake_refuses_changes_nothing_and_no_parameter_overrules_it() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    put(&interface, &token, "/api/imports/staff", &[], &staff("RXX", 40)).has(200);
    let before = imports(&interface, &token);
    let refused = put(&interface, &token, "/api/imports/staff", &[], &staff("RXX", 10)).has(409).json();
    assert!(refused["refused"].as_str().unwrap().contains("max_leavers"), "{refused}");
    assert_eq!(refused["id"], Value::Null);
    put(&interface, &token, "/api/imports/staff", &[], &staff("RXX", 11)).has(409);
    let messages = interface.trust.messages();
    let told: Vec<&str> = messages.iter().map(|message| message.subject.as_str()).collect();
    assert_eq!(told, ["The staff file by esr was refused on 24 November 2026"], "once a day");
    for force in ["force", "force=true", "force=leavers"] {
        put(&interface, &token, &format!("/api/imports/staff?{force}"), &[], &staff("RXX", 10))
            .has(400)
            .tells_problem("bad-request", "overruled by a person");
    }
    assert_eq!(imports(&interface, &token), before);
    let partial = "/api/imports/staff?partial=true";
    put(&interface, &token, partial, &[], &staff("RXX", 10)).has(200);
}

#[test]
fn a_dry_run_shows_what_would_change_and_changes_nothing() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    let document =
        put(&interface, &token, "/api/imports/staff?dry_run=true", &[], &staff("RXX", 3)).has(200).json();
    assert_eq!((&document["joiners"], &document["id"]), (&3.into(), &Value::Null));
    assert!(imports(&interface, &token).is_empty());
}

#[test]
fn what_can_not_be_used_is_a_problem_that_says_what_to_do() {
    let interface = Interface::with_settings("[import]\ncsv_megabytes = 1\n");
    let token = interface.token("esr", &["import:staff"]);
    let list = staff("RXX", 3);
    let staff_path = "/api/imports/staff";
    let large = list.clone() + &"x".repeat(1_100_000);
    let chunked = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    let long_key = "k".repeat(256);
    for (path, headers, body, status, kind, says) in [
        (staff_path, &[][..], "", 422, "unusable", "empty"),
        (staff_path, &[], "\u{0}\u{1}\u{2}", 422, "unusable", ""),
        (staff_path, &[], "nothing,known\n1,2\n", 422, "unusable", ""),
        (staff_path, &[], &large, 413, "too-large", "1 MB"),
        (staff_path, &[("Transfer-Encoding", "chunked")], &chunked, 413, "too-large", "1 MB"),
        (staff_path, &[("Content-Type", "application/json")], &list, 415, "unknown-media", "send CSV"),
        (staff_path, &[("Content-Type", "multipart/form-data; boundary=x")], &list, 415, "unknown-media", ""),
        (staff_path, &[("Content-Encoding", "gzip")], &list, 415, "unknown-media", "as it is"),
        (staff_path, &[("Content-Digest", "sha-256=nonsense")], &list, 400, "bad-request", "base 64"),
        (staff_path, &[("Idempotency-Key", &long_key)], &list, 400, "bad-request", "1 to 255"),
        ("/api/imports/staff?as_of=yesterday", &[], &list, 400, "bad-request", "2026-11-22"),
        ("/api/imports/staff?partial=maybe", &[], &list, 400, "bad-request", "true or false"),
        ("/api/imports/staff?name=../../etc/passwd", &[], &list, 400, "bad-request", "staff.csv"),
        ("/api/imports/staff?colour=red", &[], &list, 400, "bad-request", "it takes as_of"),
        ("/api/imports/training", &[], &list, 403, "not-for-this", "import:training"),
        ("/api/imports/everything", &[], &list, 404, "not-found", "the kinds are staff"),
    ] {
        put(&interface, &token, path, headers, body).has(status).tells_problem(kind, says);
    }
    assert!(imports(&interface, &token).is_empty());
    until_spool_is_empty(&interface);
}

#[test]
fn a_file_that_did_not_arrive_whole_is_never_half_a_list() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    let list = staff("RXX", 40);
    let half = &list[..list.len() / 2];
    let head = |how: &str| {
        format!(
            "PUT /api/imports/staff HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{how}\r\n\r\n"
        )
    };
    interface.begin(format!("{}{half}", head(&format!("Content-Length: {}", list.len()))).as_bytes());
    let chunk = format!("{:x}\r\n{half}\r\n", half.len());
    interface.begin(format!("{}{chunk}", head("Transfer-Encoding: chunked")).as_bytes());
    // A sender that counts what it has, not what there is: its digest tells.
    let digest = |of: &str| {
        let digest = ring::digest::digest(&ring::digest::SHA256, of.as_bytes());
        format!("sha-256=:{}:", STANDARD.encode(digest))
    };
    let whole = digest(&list);
    put(&interface, &token, "/api/imports/staff", &[("Content-Digest", &whole)], half)
        .has(400)
        .tells_problem("cut-off", "another digest");
    until_spool_is_empty(&interface);
    assert!(imports(&interface, &token).is_empty());
    put(&interface, &token, "/api/imports/staff", &[("Content-Digest", &whole)], &list).has(200);
    let chunks = format!("5\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n", &list[..5], list.len() - 5, &list[5..]);
    let known = put(&interface, &token, "/api/imports/staff", &[("Transfer-Encoding", "chunked")], &chunks);
    assert_eq!(known.has(200).json()["applied"], 0, "the same file, in pieces");
}

#[test]
fn the_same_request_gets_the_same_answer_for_thirty_days_and_is_done_once() {
    let mut interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    let (list, key) = (staff("RXX", 3), [("Idempotency-Key", "2026-11-24/staff")]);
    let first = put(&interface, &token, "/api/imports/staff", &key, &list).has(200);
    let again = put(&interface, &token, "/api/imports/staff", &key, &list).has(200);
    assert_eq!(first.body, again.body);
    assert_eq!(first.json()["joiners"], 3);
    let other = staff("RXX", 4);
    put(&interface, &token, "/api/imports/staff", &key, &other)
        .has(422)
        .tells_problem("key-used", "another file");
    put(&interface, &token, "/api/imports/staff?partial=true", &key, &list)
        .has(422)
        .tells_problem("key-used", "");
    assert_eq!(imports(&interface, &token).len(), 1);
    let colleague = interface.token("other", &["import:staff"]);
    let known = put(&interface, &colleague, "/api/imports/staff", &key, &list).has(200).json();
    assert_eq!(known["joiners"], 0, "keys are each token's own");
    interface.later(TimeDelta::days(29));
    assert_eq!(put(&interface, &token, "/api/imports/staff", &key, &list).has(200).body, first.body);
    interface.later(TimeDelta::days(2));
    let anew = put(&interface, &token, "/api/imports/staff", &key, &list).has(200).json();
    assert_eq!(
        (&anew["joiners"], &anew["id"]),
        (&0.into(), &first.json()["id"]),
        "it is known by what it holds"
    );
}

#[test]
fn what_was_refused_is_answered_the_same_too() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    put(&interface, &token, "/api/imports/staff", &[], &staff("RXX", 40)).has(200);
    let refused = |key: &str, body: &str, status| {
        put(&interface, &token, "/api/imports/staff", &[("Idempotency-Key", key)], body).has(status).body
    };
    assert_eq!(refused("brake", &staff("RXX", 10), 409), refused("brake", &staff("RXX", 10), 409));
    assert_eq!(refused("none", "nothing,known\n1,2\n", 422), refused("none", "nothing,known\n1,2\n", 422));
}

/// A trust that knows another organisation, RYY, with so many people.
fn two_organisations(people: usize) -> Trust {
    let trust = Trust::new(POLICY);
    let (on, now) = (day("2026-11-20"), instant("2026-11-20T07:00:00Z"));
    trust.import(on, FileKind::Organisations, "code,name,kind\nRYY,Other NHS Trust,acute\n");
    trust.import_at(now, FileKind::Staff, &staff("RYY", people), Force::Everything);
    trust
}

#[test]
fn a_token_of_one_organisation_says_and_sees_nothing_of_another() {
    let interface = Interface::of(two_organisations(20), instant("2026-11-24T09:00:00Z"));
    let own = interface.token_of("ours", &["import:staff", "import:organisations"], &["RXX"], &[]);
    let all = interface.token("all", &["import:staff"]);
    let before = imports(&interface, &all);
    assert_eq!(before.len(), 1);
    assert!(imports(&interface, &own).is_empty(), "the list of RYY");
    interface.get_as(&own, &format!("/api/imports/{}", before[0])).has(404);
    // Rows of another are rejected, and whoever stands there is no leaver for it.
    let mixed = staff("RXX", 30) + "00001,Eve,Other,eve@example.org,2020-01-01,RYY\n";
    let document = put(&interface, &own, "/api/imports/staff", &[], &mixed).has(200).json();
    let reason = document["rejected"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("no say about") && !reason.contains("RYY"), "{reason}");
    assert_eq!((&document["joiners"], &document["leavers"]), (&30.into(), &0.into()));
    // A file about others alone is never taken for its own.
    let others = put(&interface, &own, "/api/imports/staff", &[], &staff("RYY", 19)).has(409).json();
    assert_eq!((&others["joiners"], &others["applied"]), (&0.into(), &0.into()));
    let name =
        put(&interface, &own, "/api/imports/staff", &[], &staff("Other NHS Trust", 20)).has(409).json();
    assert_eq!(name["applied"], 0);
    let organisations = "code,name,kind\nRYY,Renamed,acute\nRXX,Example NHS Trust,acute\n";
    let document = put(&interface, &own, "/api/imports/organisations", &[], organisations).has(200).json();
    assert_eq!(document["rejected"].as_array().unwrap().len(), 1, "{document}");
    assert_eq!(imports(&interface, &all).len(), 2);
}

#[test]
fn rows_that_name_no_organisation_are_of_the_one_that_the_token_is_for() {
    let interface = Interface::of(two_organisations(1), instant("2026-11-24T09:00:00Z"));
    let token = interface.token_of("theirs", &["import:staff"], &["RYY"], &[]);
    let list = "employee_number,last_name,start_date\n00000,Bello,2020-01-01\n00009,New,2020-01-01\n";
    let document = put(&interface, &token, "/api/imports/staff?partial=true", &[], list).has(200).json();
    assert_eq!(document["joiners"], 1, "{document}");
    let id = document["id"].as_i64().unwrap();
    let one = interface.get_as(&token, &format!("/api/imports/{id}")).has(200).json();
    assert_eq!(one["organisations"], serde_json::json!(["RYY"]));
}

#[test]
fn what_takes_long_is_answered_later_to_its_own_token() {
    let trust = Trust::new(POLICY);
    let interface = Interface::answering_within(trust, instant("2026-11-24T09:00:00Z"), Duration::ZERO);
    let token = interface.token("esr", &["import:staff"]);
    let told = put(&interface, &token, "/api/imports/staff", &[], &staff("RXX", 300)).has(202);
    let location = told.headers["location"].clone();
    assert_eq!(told.json()["location"], location.as_str());
    let began = Instant::now();
    let ended = loop {
        let told = interface.get_as(&token, &location);
        if told.status != 202 {
            break told.has(200).json();
        }
        assert!(began.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(ended["joiners"], 300);
    let other = interface.token("other", &["import:staff"]);
    interface.get_as(&other, &location).has(404).tells_problem("not-found", "no run");
    until_spool_is_empty(&interface);
}

#[test]
fn a_purge_forgets_what_programs_were_answered() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    let list = "employee_number,first_name,last_name,start_date,leave_date\n\
                00001,Zebedee,Quillfeather,2010-01-01,2015-01-01\n00002,Ann,Archer,2020-01-01,\n\
                00003,Ben,Baker,2020-01-01,soon\n";
    let key = [("Idempotency-Key", "k")];
    let first = put(&interface, &token, "/api/imports/staff", &key, list).has(200);
    let id = first.json()["id"].as_i64().unwrap();
    interface.get_as(&token, &format!("/api/imports/{id}/rejected.csv")).has(200);
    assert_eq!(put(&interface, &token, "/api/imports/staff", &key, list).has(200).body, first.body);
    let (app, by) = (interface.app(), refresher::audit::Actor::named("test"));
    let confirmed = refresher::jobs::PurgeConfirmed::Yes;
    let purged = refresher::jobs::purge_leavers(&app, confirmed, &by, app.today(), app.now()).unwrap();
    assert_eq!(purged.people, 1);
    interface.get_as(&token, &format!("/api/imports/{id}/rejected.csv")).has(404);
    assert_ne!(
        put(&interface, &token, "/api/imports/staff?dry_run=true", &key, list).has(200).body,
        first.body
    );
}
