//! The daemon as a process of its own, killed and stopped while it mails to a real server.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::mailing::{CONNECTIONS, Daemon, Mailing, until};
use crate::support::program::{Folder, lines};
use crate::support::smtp::{Act, Point, Script, SmtpServer};

const KILLS: usize = 36;

/// One daemon's life, which ended by a kill.
struct Life {
    killed_at: Instant,
    /// How many messages the server had received by its end, and by the ends of those before.
    received: usize,
    /// What the database held to be sent.
    sent: BTreeSet<String>,
}

/// Anything below `bound`: what a kill falls on must not be the same each time this is run.
fn any_below(bound: u64) -> u64 {
    RandomState::new().build_hasher().finish() % bound
}

/// Starts the daemon and kills it, at any instant from before it mails to some way into it.
async fn live_and_be_killed(mailing: &Mailing, server: &SmtpServer) -> Life {
    let before = server.received().len();
    let daemon = Daemon::start(&mailing.folder);
    let wait = Duration::from_micros(any_below(150_000));
    if any_below(4) > 0 {
        until("the daemon mails", || server.received().len() > before).await;
    }
    tokio::time::sleep(wait).await;
    let killed_at = Instant::now();
    daemon.kill();
    until("the server is left alone", || server.open() == 0).await;
    let life = Life { killed_at, received: server.received().len(), sent: mailing.in_state("sent") };
    mailing.two_minutes_later();
    life
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_daemon_loses_nothing_and_repeats_nothing_confirmed() {
    let slow = Act::Late(Duration::from_millis(8));
    let server = SmtpServer::start(Script::accepting().at(Point::Content, slow)).await;
    let mailing = Mailing::to(&server, 1_000);
    let mut lives = Vec::new();
    for _ in 0..KILLS {
        lives.push(live_and_be_killed(&mailing, &server).await);
    }
    let killed_in_the_middle = lives.iter().filter(|life| life.sent.len() < mailing.people).count();
    assert!(killed_in_the_middle >= KILLS / 2, "only {killed_in_the_middle} kills fell while there was mail");
    let daemon = Daemon::start(&mailing.folder);
    mailing.until_all_sent().await;
    let (status, took) = daemon.terminate();
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert_promise(&mailing, &server, &lives);
}

/// Promise 1: nothing lost, nothing confirmed repeated; what was in flight repeated as the same mail, never more of it
/// than there were connections, and none of it confirmed long before the kill.
fn assert_promise(mailing: &Mailing, server: &SmtpServer, lives: &[Life]) {
    let received = server.received();
    let id = |n: usize| received[n].header("Message-ID").unwrap().to_owned();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut in_doubt: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for n in 0..received.len() {
        let Some(earlier) = first.insert(id(n), n) else { continue };
        assert_eq!(received[earlier].data, received[n].data, "a repeat is the same mail");
        let life = lives.iter().position(|life| earlier < life.received).expect("repeated without a kill");
        assert!(n >= lives[life].received, "repeated in the same life: {}", id(n));
        assert!(!lives[life].sent.contains(&id(n)), "on record as sent, and sent again: {}", id(n));
        let before_the_kill = lives[life].killed_at.saturating_duration_since(received[earlier].at);
        assert!(before_the_kill < Duration::from_secs(2), "confirmed {before_the_kill:?} before the kill");
        in_doubt.entry(life).or_default().insert(id(n));
    }
    assert_eq!(first.len(), mailing.people, "something was lost");
    for (life, repeated) in in_doubt {
        assert!(repeated.len() <= CONNECTIONS, "of life {life}, {} were repeated", repeated.len());
    }
    assert_eq!(first.into_keys().collect::<BTreeSet<_>>(), mailing.in_state("sent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_killed_while_a_server_thinks_over_one_message_repeats_that_one_alone() {
    let server = SmtpServer::start(Script::accepting().nth(7, Point::Content, Act::Hang)).await;
    let mailing = Mailing::to(&server, 60);
    let daemon = Daemon::start(&mailing.folder);
    let all_but_one = mailing.people - 1;
    until("all others are on record", || mailing.in_state("sent").len() == all_but_one).await;
    let in_doubt = mailing.in_state("sending");
    assert_eq!(in_doubt.len(), 1);
    daemon.kill();
    server.follow(Script::accepting());
    mailing.two_minutes_later();
    let daemon = Daemon::start(&mailing.folder);
    mailing.until_all_sent().await;
    assert_eq!(daemon.terminate().0, Some(0));
    let mut times: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in server.received() {
        times.entry(mail.header("Message-ID").unwrap().to_owned()).or_default().push(mail.data);
    }
    assert_eq!(times.len(), mailing.people);
    for (id, mails) in times {
        assert_eq!(mails.len(), if in_doubt.contains(&id) { 2 } else { 1 }, "{id}");
        assert!(mails.iter().all(|mail| *mail == mails[0]), "a repeat is the same mail");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_asked_to_stop_lets_the_send_in_hand_finish_and_ends_well() {
    let slow = Act::Late(Duration::from_secs(1));
    let server = SmtpServer::start(Script::accepting().at(Point::Content, slow)).await;
    let mailing = Mailing::to(&server, 40);
    let daemon = Daemon::start(&mailing.folder);
    until("the daemon mails", || !server.received().is_empty()).await;
    let (status, took) = daemon.terminate();
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(15), "{took:?}");
    let states = mailing.by_state();
    let sent = states.get("sent").map_or(0, BTreeSet::len);
    assert_eq!(sent, server.received().len(), "what was in hand was seen to the end, and no more was begun");
    assert!(!states.contains_key("sending"));
    assert_eq!(states["queued"].len(), mailing.people - sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_cut_off_between_two_organisations_goes_on_with_the_next() {
    const FEW: usize = 20;
    const MANY: usize = 3_000;
    let planned = |folder: &Folder, code: &str| {
        let count = format!(
            "SELECT CAST(COUNT(*) AS TEXT) AS line FROM message JOIN organisation of ON of.id = organisation_id \
             WHERE code = '{code}'"
        );
        lines(&folder.file("refresher.db"), &count)[0].parse::<usize>().unwrap()
    };
    // Where the machine was busy, the second was planned before the process could be killed.
    for _ in 0..5 {
        let folder = Folder::empty();
        folder.run("init").ended(0);
        let policy = folder.read("policy.toml").replace("max_messages = 25.0", "max_messages = 100.0");
        folder.write("policy.toml", policy);
        folder.write(
            "organisations.csv",
            "code,name,safeguarding_email\nRAA,First,first@example.org\nRBB,Second,second@example.org\n",
        );
        folder.run("import organisations organisations.csv").ended(0);
        let mut staff = "organisation,employee_number,last_name,email,start_date\n".to_owned();
        for (code, people) in [("RAA", FEW), ("RBB", MANY)] {
            for number in 0..people {
                writeln!(staff, "{code},{number:05},Person,{code}{number}@example.org,2020-01-01").unwrap();
            }
        }
        folder.write("staff.csv", staff);
        folder.run("import staff staff.csv").ended(0);
        let mut command = folder.command();
        let mut run =
            command.args(["--today", "2026-11-24", "remind", "--yes"]).stdout(Stdio::null()).spawn().unwrap();
        until("the first is planned", || planned(&folder, "RAA") > 0).await;
        run.kill().unwrap();
        run.wait().unwrap();
        let (first, second) = (planned(&folder, "RAA"), planned(&folder, "RBB"));
        assert!(second == 0 || second == MANY + 1, "half of an organisation: {second}");
        folder.run("remind").ended(0);
        // One each, and the list of those whom nobody leads.
        assert_eq!((planned(&folder, "RAA"), planned(&folder, "RBB")), (FEW + 1, MANY + 1));
        assert_eq!(first, FEW + 1, "an organisation is planned whole");
        if second == 0 {
            return;
        }
    }
    panic!("the kill never fell between them");
}
