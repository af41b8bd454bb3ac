//! The daemon as a process of its own, killed and stopped while it mails to a real server.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::future::Future;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;

use crate::support::program::Folder;
use crate::support::smtp::{Act, Point, Script, SmtpServer};

/// Fewer than the mail brake looks at.
const PEOPLE: usize = 40;
const CONNECTIONS: usize = 3;

/// A trust whose people have never been trained, their first reminders queued, mailing to `server`.
fn trust(server: &SmtpServer) -> Folder {
    let folder = Folder::new();
    let settings = folder.read("refresher.toml").replace(
        "transport = \"file\"",
        &format!(
            "transport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n\
             from = \"safeguarding@example.org\"",
            server.address.port()
        ),
    );
    let settings = settings.replace("per_minute = 30", "per_minute = 10000");
    folder.write("refresher.toml", settings);
    // Mail goes out on whatever day this test is run.
    let policy = folder.read("policy.toml").replace("working_days_only = true", "working_days_only = false");
    folder.write("policy.toml", policy);
    let mut staff = "employee_number,last_name,email,start_date\n".to_owned();
    for number in 0..PEOPLE {
        writeln!(staff, "{number:04},Person,person{number}@example.org,2020-01-01").unwrap();
    }
    folder.write("staff.csv", staff);
    folder.run_as("import staff staff.csv").ended(0);
    let planned = folder.run_as("--json remind").ended(0).json();
    assert_eq!(planned["total"], PEOPLE);
    folder
}

/// A running daemon; killed when it is dropped.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Daemon {
    fn start(folder: &Folder) -> Self {
        Self(folder.command().arg("daemon").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Asks it to stop; says how it ended and how long that took.
    fn terminate(mut self) -> (Option<i32>, Duration) {
        let began = Instant::now();
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(asked.success());
        (self.0.wait().unwrap().code(), began.elapsed())
    }
}

/// Two minutes go by: the leases of a process that is gone have run out.
fn two_minutes_later(folder: &Folder) {
    let file = folder.file("refresher.db");
    let mut conn = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    diesel::sql_query(
        "UPDATE message SET lease_until = datetime('now', '-1 second') WHERE lease_until IS NOT NULL",
    )
    .execute(&mut conn)
    .unwrap();
}

/// The `Message-ID`s of the messages in this state.
fn in_state(folder: &Folder, state: &str) -> BTreeSet<String> {
    let listed = folder.run_as(&format!("--json outbox --state {state}")).ended(0).json();
    let messages = listed["messages"].as_array().unwrap().iter();
    messages.map(|message| message["message_id"].as_str().unwrap().to_owned()).collect()
}

async fn soon(what: impl Future<Output = ()>) {
    tokio::time::timeout(Duration::from_secs(60), what).await.expect("it takes too long");
}

async fn until_all_sent(folder: &Folder) {
    while in_state(folder, "sent").len() < PEOPLE {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_daemon_loses_nothing_and_repeats_nothing_confirmed() {
    let slow = Act::Late(Duration::from_millis(30));
    let server = SmtpServer::start(Script::accepting().at(Point::Content, slow)).await;
    let folder = trust(&server);
    // What was confirmed by each kill, and how much had been received by then.
    let mut confirmed: Vec<(BTreeSet<String>, usize)> = Vec::new();
    for received in [8, 20] {
        let daemon = Daemon::start(&folder);
        soon(server.until_received(received)).await;
        daemon.kill();
        two_minutes_later(&folder);
        let sent = in_state(&folder, "sent");
        assert!(!sent.is_empty() && sent.len() < PEOPLE, "not killed in the middle: {}", sent.len());
        confirmed.push((sent, server.received().len()));
    }
    let daemon = Daemon::start(&folder);
    soon(until_all_sent(&folder)).await;
    let (status, took) = daemon.terminate();
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(15), "{took:?}");

    let ids: Vec<String> =
        server.received().iter().map(|mail| mail.header("Message-ID").unwrap().to_owned()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), PEOPLE, "something was lost");
    assert!(
        ids.len() - PEOPLE <= 2 * CONNECTIONS,
        "more was repeated than was in flight: {}",
        ids.len() - PEOPLE
    );
    for (sent, received) in confirmed {
        let again: Vec<&String> = ids.iter().skip(received).filter(|id| sent.contains(*id)).collect();
        assert!(again.is_empty(), "confirmed, and sent again: {again:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_asked_to_stop_lets_the_send_in_hand_finish_and_ends_well() {
    let slow = Act::Late(Duration::from_secs(1));
    let server = SmtpServer::start(Script::accepting().at(Point::Content, slow)).await;
    let folder = trust(&server);
    let daemon = Daemon::start(&folder);
    soon(server.until_received(1)).await;
    let (status, took) = daemon.terminate();
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(15), "{took:?}");
    let sent = in_state(&folder, "sent");
    assert_eq!(
        sent.len(),
        server.received().len(),
        "what was in hand was seen to the end, and no more was begun"
    );
    assert!(in_state(&folder, "sending").is_empty());
    assert_eq!(in_state(&folder, "queued").len(), PEOPLE - sent.len());
}
