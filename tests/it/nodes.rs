//! Several daemons on one database, each a process of its own: they share the work, and what they share is told.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use diesel::RunQueryDsl;
use refresher::db::Locks;
use refresher::outbox::{MailRoute, store};

use crate::delivery::{World, at};
use crate::support::engine::moved;
use crate::support::mailing::{CONNECTIONS, Daemon, Mailing, until};
use crate::support::program::Folder;
use crate::support::smtp::{Act, Point, Script, SmtpServer};

/// How many daemons and messages, and how often one is killed; more, where somebody wants to see it at length.
static NODES: LazyLock<usize> = LazyLock::new(|| asked_for("TEST_NODES", 4));
static MESSAGES: LazyLock<usize> = LazyLock::new(|| asked_for("TEST_NODES_MESSAGES", 2_400));
static KILLS: LazyLock<usize> = LazyLock::new(|| asked_for("TEST_NODES_KILLS", 24));

fn asked_for(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |asked| asked.parse().unwrap())
}

/// Anything below `bound`: what a kill falls on must not be the same each time this is run.
fn any_below(bound: u64) -> u64 {
    RandomState::new().build_hasher().finish() % bound
}

fn start(folder: &Folder, name: &str) -> Daemon {
    let mut command = folder.command();
    command.env("REFRESHER_NODE_NAME", name).arg("daemon");
    Daemon::spawn(command)
}

/// A daemon of these roles, with settings of its own beside the others'.
fn start_with(folder: &Folder, name: &str, roles: &str) -> Daemon {
    let settings = folder.read("refresher.toml");
    let node = format!("[node]\nname = \"{name}\"\nroles = [{roles}]\n");
    assert!(settings.contains("[node]\n"));
    let file = format!("{name}.toml");
    folder.write(&file, settings.replacen("[node]\n", &node, 1));
    let mut command = folder.command();
    command.args(["--config", &file, "daemon"]);
    Daemon::spawn(command)
}

fn nodes(folder: &Folder) -> BTreeMap<String, (String, String)> {
    let listed = folder.run_as("--json nodes").ended(0).json();
    let node = |node: &serde_json::Value| {
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let roles: Vec<String> = node["roles"].as_array().unwrap().iter().map(text).collect();
        (text(&node["name"]), (text(&node["standing"]), roles.join(" ")))
    };
    listed["nodes"].as_array().unwrap().iter().map(node).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_daemon_does_what_its_roles_say_and_check_tells_what_none_does() {
    let server = SmtpServer::start(Script::accepting()).await;
    let mailing = Mailing::to(&server, 20);
    let folder = &mailing.folder;
    let none = folder.run_as("nodes").ended(0);
    assert!(none.out.contains("No daemon was seen in the last thirty days"), "{none:?}");
    let check = folder.run_as("check");
    assert!(check.out.contains("warning  daemon: none was seen in the last 30 days"), "{check:?}");
    let planner = start_with(folder, "planner", "\"schedule\"");
    planner.until_it_says("daemon starts").await;
    until("it is listed", || nodes(folder).contains_key("planner")).await;
    assert_eq!(nodes(folder)["planner"], ("running".to_owned(), "schedule".to_owned()));
    folder.run_as("--config planner.toml healthz").ended(0);
    let other = folder.run_as("healthz").ended(1);
    assert!(other.err.contains("was not seen in the last 90 seconds"), "of another name: {other:?}");
    let check = folder.run_as("check");
    assert!(check.out.contains("nodes: no daemon that runs does delivery, folders"), "{check:?}");
    // Longer than a daemon that delivers leaves anything lying.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(server.received().len(), 0, "mailed by one that is not to");
    let sender = start_with(folder, "sender", "\"delivery\"");
    mailing.until_all_sent().await;
    let backups = start_with(folder, "backups", "\"folders\"");
    until("all are listed", || nodes(folder).len() == 3).await;
    let check = folder.run_as("check");
    assert!(check.out.contains("nodes: 3 running: backups, planner, sender"), "{check:?}");
    let table = folder.run_as("nodes").ended(0).out;
    assert!(table.contains("planner") && table.contains("running") && table.contains("schedule"), "{table}");
    for daemon in [planner, sender, backups] {
        assert_eq!(daemon.terminate().0, Some(0));
    }
    assert_eq!(nodes(folder)["planner"].0, "stopped");
    let check = folder.run_as("check");
    assert!(check.out.contains("warning  daemon: ") && check.out.contains(" was stopped at "), "{check:?}");
    mailing.run_sql("UPDATE node SET process = 'another'");
    let seen = moved("seen_at", "-91 seconds");
    mailing.run_sql(&format!("UPDATE node SET seen_at = {seen} WHERE name = 'sender'"));
    mailing.run_sql("UPDATE node SET twin_at = seen_at WHERE name = 'planner'");
    assert_eq!(nodes(folder)["sender"].0, "gone");
    folder.run_as("--config sender.toml healthz").ended(1);
    assert_eq!(nodes(folder)["planner"].0, "shared-name");
    let check = folder.run_as("check");
    assert!(check.out.contains("good     daemon: "), "{check:?}");
    assert!(check.out.contains("nodes: no daemon that runs does delivery"), "{check:?}");
    assert!(check.out.contains("nodes: two daemons go by the name planner"), "{check:?}");
    mailing.run_sql(&format!("UPDATE node SET seen_at = {}", moved("seen_at", "-181 seconds")));
    let check = folder.run_as("check").ended(1);
    assert!(check.out.contains("fault    daemon: "), "{check:?}");
    assert!(check.out.contains("more than 3 minutes ago, and was not told to stop"), "{check:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn daemons_killed_at_random_lose_nothing_and_repeat_only_what_was_in_flight() {
    let slow = Act::Late(Duration::from_millis(20));
    let server = SmtpServer::start(Script::accepting().at(Point::Content, slow)).await;
    let mailing = Mailing::to(&server, *MESSAGES);
    let named = |place: usize| start(&mailing.folder, &format!("node-{place}"));
    let mut daemons: Vec<Option<Daemon>> = (0..*NODES).map(|place| Some(named(place))).collect();
    until("they mail", || server.received().len() > *NODES).await;
    let mut kills = Vec::new();
    let mut on_record = Vec::new();
    for _ in 0..*KILLS {
        tokio::time::sleep(Duration::from_micros(any_below(250_000))).await;
        let place = usize::try_from(any_below(*NODES as u64)).unwrap();
        daemons[place].take().unwrap().kill();
        kills.push(Instant::now());
        on_record.push((server.received().len(), mailing.in_state("sent")));
        daemons[place] = Some(named(place));
    }
    let before_the_end = mailing.in_state("sent").len();
    assert!(before_the_end < *MESSAGES, "all kills are to fall while there is mail");
    for daemon in daemons.into_iter().flatten() {
        daemon.terminate();
    }
    // What the killed ones had in hand; nobody else has anything now.
    mailing.two_minutes_later();
    let daemons: Vec<Daemon> = (0..*NODES).map(named).collect();
    mailing.until_all_sent().await;
    for daemon in daemons {
        assert_eq!(daemon.terminate().0, Some(0));
    }
    let received = server.received();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut repeats = 0;
    for (n, mail) in received.iter().enumerate() {
        let id = mail.header("Message-ID").unwrap().to_owned();
        let Some(earlier) = first.insert(id.clone(), n) else { continue };
        repeats += 1;
        assert_eq!(received[earlier].data, mail.data, "a repeat is the same mail");
        let at = received[earlier].at;
        let was_cut_off = kills.iter().any(|kill| {
            *kill + Duration::from_millis(200) > at
                && kill.saturating_duration_since(at) < Duration::from_secs(2)
        });
        assert!(was_cut_off, "repeated, and nobody was killed over it: {id}");
        let recorded = on_record.iter().find(|(received, sent)| *received <= n && sent.contains(&id));
        assert!(recorded.is_none(), "on record as sent, and sent again: {id}");
    }
    assert!(repeats <= *KILLS * CONNECTIONS, "{repeats} repeats of {} kills", *KILLS);
    assert_eq!(first.into_keys().collect::<BTreeSet<_>>(), mailing.in_state("sent"));
    assert_eq!(mailing.in_state("sent").len(), *MESSAGES);
}

#[cfg_attr(
    not(feature = "postgres"),
    ignore = "where one writes at a time, nobody changes a message meanwhile"
)]
#[test]
fn a_claim_waits_for_nobody_who_changes_a_message_and_leaves_it_to_the_next() {
    let world = World::with_messages(3);
    let claim = || {
        let (route, now) = (MailRoute::default(), at(0));
        let claimed = world.db.write(Locks::pace_of(&route.key), |conn| {
            store::claim(conn, &route, (now, now.date_naive()), (9, &[]), store::LEASE)
        });
        claimed.unwrap().into_iter().map(|one| one.message.listed.id).collect::<Vec<_>>()
    };
    world
        .db
        .write(Locks::NONE, |conn| {
            diesel::sql_query("UPDATE message SET attempts = attempts WHERE id = 1").execute(conn)?;
            assert_eq!(claim(), [2, 3]);
            Ok(())
        })
        .unwrap();
    assert_eq!(claim(), [1]);
    assert!(claim().is_empty());
}
