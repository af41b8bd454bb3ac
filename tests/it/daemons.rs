//! Daemons as processes of their own: two on one database, and one on a copy.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::support::mailing::{CONNECTIONS, Daemon, Mailing, until};
use crate::support::smtp::{Act, Point, Script, SmtpServer};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many rows there are of what stands after `FROM`.
fn count(mailing: &Mailing, from: &str) -> i64 {
    let found: Count = diesel::sql_query(format!("SELECT count(*) AS count FROM {from}"))
        .get_result(&mut mailing.connect())
        .unwrap();
    found.count
}

#[tokio::test(flavor = "multi_thread")]
async fn two_daemons_on_one_database_share_the_mail_and_run_each_slot_once() {
    let slow = Act::Late(Duration::from_millis(100));
    let server = SmtpServer::start(Script::accepting().at(Point::Content, slow)).await;
    let mailing = Mailing::to(&server, 150);
    let settings = mailing.folder.read("refresher.toml");
    mailing.folder.write("refresher.toml", settings.replace("\"0 0 8 * * *\"", "\"* * * * * *\""));
    let before = count(&mailing, "planning_run");
    let daemons = [Daemon::start(&mailing.folder), Daemon::start(&mailing.folder)];
    mailing.until_all_sent().await;
    let run = "job_run WHERE job = 'reminders' AND outcome = 'done'";
    until("the schedule has rung a few times", || count(&mailing, run) >= 4).await;
    for daemon in daemons {
        assert_eq!(daemon.terminate().0, Some(0));
    }
    let ids = server.confirmed_ids();
    assert_eq!(ids.len(), 150, "something was sent twice");
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), mailing.in_state("sent"));
    assert!(server.most_open() > CONNECTIONS, "one of them did all the work");
    assert_eq!(count(&mailing, "planning_run"), before + count(&mailing, run), "a slot ran twice");
    assert_eq!(count(&mailing, "job_run WHERE outcome = 'failed'"), 0);
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[tokio::test(flavor = "multi_thread")]
async fn a_copied_database_mails_nobody_until_it_is_adopted_and_then_holds_what_may_have_been_sent() {
    let server = SmtpServer::start(Script::accepting()).await;
    let mailing = Mailing::to(&server, 12);
    let folder = &mailing.folder;
    folder.run_as("send --limit 5").ended(0);
    mailing.run_sql("PRAGMA wal_checkpoint(TRUNCATE)");
    std::fs::copy(mailing.database(), folder.file("copy.db")).unwrap();
    let start = |words: &str| {
        let mut command = folder.command();
        command.args(["--database", "sqlite:copy.db"]).args(words.split(' '));
        Daemon::spawn(command)
    };

    let (status, said) = start("daemon").ended().await;
    assert_eq!(status, Some(1));
    assert!(said.contains("this may be a copy of it") && said.contains("`refresher adopt`"), "{said}");

    let daemon = start("daemon --adopt");
    daemon.until_it_says("7 messages that waited in it may have been sent").await;
    daemon.until_it_says("daemon starts").await;
    assert_eq!(daemon.terminate().0, Some(0));
    assert_eq!(server.received().len(), 5, "the copy mailed somebody");
    let held = folder.run_as("--database sqlite:copy.db --json outbox --state held").ended(0).json();
    assert_eq!(held["messages"].as_array().unwrap().len(), 7);
    let audit = folder.run_as("--database sqlite:copy.db --json audit").ended(0).json();
    let entries = audit["entries"].as_array().unwrap();
    let adopted: Vec<_> = entries.iter().filter(|entry| entry["action"] == "adopt").collect();
    assert_eq!(adopted.len(), 1, "{audit}");

    // It is this installation's from now on, and what was held goes when somebody says so.
    folder.run_as("--database sqlite:copy.db outbox release").ended(0);
    folder.run_as("--database sqlite:copy.db send").ended(0);
    assert_eq!(server.received().len(), 12);
    // The one it was copied from knows nothing of that, and is still its own.
    folder.run_as("send --limit 1").ended(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_has_the_policy_read_again_and_says_what_takes_a_restart_and_ends_nothing() {
    let server = SmtpServer::start(Script::accepting()).await;
    let mailing = Mailing::to(&server, 3);
    let folder = &mailing.folder;
    let change = |file: &str, from: &str, to: &str| {
        let text = folder.read(file);
        assert!(text.contains(from), "{text}");
        folder.write(file, text.replace(from, to));
    };
    let daemon = Daemon::start(folder);
    daemon.until_it_says("daemon starts").await;
    daemon.hang_up();
    daemon.until_it_says("nothing else of the settings has changed").await;
    mailing.until_all_sent().await;
    let versions = count(&mailing, "policy_version");
    change("policy.toml", "max_messages = 100.0", "max_messages = 99.0");
    daemon.hang_up();
    until("the new policy is taken up", || count(&mailing, "policy_version") == versions + 1).await;
    change("policy.toml", "max_messages = 99.0", "max_messages = \"all\"");
    change("refresher.toml", "per_minute = 100000", "per_minute = 90000");
    daemon.hang_up();
    daemon.until_it_says("the settings have changed in [smtp]: that takes a restart").await;
    assert!(daemon.said().contains("the policy stays as it is"), "{}", daemon.said());
    assert_eq!(count(&mailing, "policy_version"), versions + 1);
    folder.write("refresher.toml", "nonsense");
    daemon.hang_up();
    daemon.until_it_says("the settings stay as they were").await;
    assert_eq!(daemon.terminate().0, Some(0));
}

/// At whatever moment of its start it comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_ends_no_daemon_that_is_only_starting() {
    let server = SmtpServer::start(Script::accepting()).await;
    let mailing = Mailing::to(&server, 1);
    let daemon = Daemon::start(&mailing.folder);
    for _ in 0..40 {
        // Before its first words it may not be so far.
        if !daemon.said().is_empty() {
            daemon.hang_up();
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    daemon.until_it_says("daemon starts").await;
    assert_eq!(daemon.terminate().0, Some(0));
}
