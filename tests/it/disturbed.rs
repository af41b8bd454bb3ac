//! The daemon as a process of its own, mailing to a real server while its database can't be written: the disk is full,
//! the file is read-only, another process has it locked, the clock is set back.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use diesel::connection::SimpleConnection;

use crate::support::engine::moved;
use crate::support::mailing::{CONNECTIONS, Daemon, Mailing, until};
use crate::support::program::Folder;
use crate::support::smtp::{Act, Point, Script, SmtpServer};

const PEOPLE: usize = 30;
/// Said when what was confirmed can't be recorded.
const HELD: &str = "can't be recorded";

fn ran(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}

/// A server slow enough that something can happen between a message and its confirmation.
async fn slow_server() -> SmtpServer {
    let slow = Act::Late(Duration::from_millis(700));
    SmtpServer::start(Script::accepting().first(CONNECTIONS, Point::Content, slow)).await
}

/// As many messages are on their way as can be, and the server has confirmed none of them yet.
async fn until_in_flight(server: &SmtpServer) {
    until("messages are in flight", || server.received().len() == CONNECTIONS).await;
}

/// Everything went out, and once: what was held was recorded, and never sent again.
async fn assert_each_is_sent_once(mailing: &Mailing, server: &SmtpServer) {
    mailing.until_all_sent().await;
    let ids = server.confirmed_ids();
    assert_eq!(ids.len(), mailing.people, "something was sent twice");
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), mailing.in_state("sent"));
}

/// A small file system of its own, where this machine lets us have one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().to_str()?.to_owned();
        // Not `then_some`: what was not mounted must not be unmounted.
        ran("mount", &["-t", "tmpfs", "-o", "size=8m", "tmpfs", &place]).then(|| Self(folder))
    }

    /// Writes until nothing more can be written.
    fn fill(&self) -> PathBuf {
        let ballast = self.0.path().join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        while std::io::Write::write_all(&mut file, &[0; 4096]).is_ok() {}
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let place = self.0.path().to_str().unwrap_or_default();
        // Lazily, because a daemon that is being ended may still have it open.
        assert!(ran("umount", &["-l", place]), "{place} can't be unmounted");
    }
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_repeats_nothing_and_is_told() {
    // Only root may mount; everyone may bound what a process writes, as the next test does.
    let Some(disk) = SmallDisk::mount() else { return };
    let server = slow_server().await;
    let mailing = Mailing::in_database(Folder::empty(), disk.0.path().join("refresher.db"), &server, PEOPLE);
    let daemon = Daemon::start(&mailing.folder);
    until_in_flight(&server).await;
    // What is written next needs room.
    mailing.run_sql("PRAGMA wal_checkpoint(TRUNCATE)");
    let ballast = disk.fill();
    daemon.until_it_says(HELD).await;
    assert_eq!(server.received().len(), CONNECTIONS, "nothing more is sent meanwhile");
    std::fs::remove_file(ballast).unwrap();
    assert_each_is_sent_once(&mailing, &server).await;
    assert_eq!(daemon.terminate().0, Some(0));
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_not_grow_loses_nothing_repeats_nothing_and_is_told() {
    let server = slow_server().await;
    let mailing = Mailing::to(&server, PEOPLE);
    // A write beyond the bound is an error then, and not the end of the process.
    let mut command = Command::new("sh");
    let program = mailing.folder.command().get_program().to_owned();
    command.args(["-c", "trap '' XFSZ; exec \"$0\" daemon"]).arg(program).current_dir(mailing.folder.path());
    let daemon = Daemon::spawn(command);
    until_in_flight(&server).await;
    let bound =
        |bound: &str| ran("prlimit", &["--pid", &daemon.id().to_string(), &format!("--fsize={bound}:")]);
    assert!(bound("0"));
    daemon.until_it_says(HELD).await;
    assert_eq!(server.received().len(), CONNECTIONS, "nothing more is sent meanwhile");
    assert!(bound("unlimited"));
    assert_each_is_sent_once(&mailing, &server).await;
    assert_eq!(daemon.terminate().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_locked_by_another_process_is_waited_for() {
    let server = slow_server().await;
    let mailing = Mailing::to(&server, PEOPLE);
    let daemon = Daemon::start(&mailing.folder);
    until_in_flight(&server).await;
    let mut other = mailing.connect();
    // Whoever wants to write waits.
    let held = if cfg!(feature = "postgres") {
        "BEGIN; LOCK TABLE message, tried_second, job_run IN EXCLUSIVE MODE"
    } else {
        "BEGIN IMMEDIATE"
    };
    other.batch_execute(held).unwrap();
    until("the confirmations are out", || server.answered() == CONNECTIONS).await;
    assert_eq!(
        server.received().len(),
        CONNECTIONS,
        "nothing is sent before what was confirmed is on record"
    );
    // Another daemon that starts under the lock waits as well, and shares the work.
    let second = Daemon::start(&mailing.folder);
    other.batch_execute("COMMIT").unwrap();
    assert_each_is_sent_once(&mailing, &server).await;
    for daemon in [daemon, second] {
        assert_eq!(daemon.terminate().0, Some(0));
    }
}

/// The daemon, which root's rights over every file are taken from.
fn without_rights_over_files(folder: &Folder) -> Command {
    let plain = folder.command();
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-dac_override", "--inh-caps=-dac_override"]);
    if !ran("setpriv", &["--bounding-set=-dac_override", "--inh-caps=-dac_override", "true"]) {
        // Not root: there is nothing to take.
        command = Command::new("env");
    }
    command.arg(plain.get_program()).arg("daemon").current_dir(folder.path());
    command
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The files beside a database that nobody has open hold nothing, but are as read-only as it was when they were made.
fn remove_what_is_beside(database: &Path) {
    for ending in ["-wal", "-shm"] {
        let mut name = database.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(name); // There may be none.
    }
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_database_mails_nobody_says_so_and_loses_nothing() {
    let server = SmtpServer::start(Script::accepting()).await;
    let mailing = Mailing::to(&server, PEOPLE);
    for (path, read_only, writable) in
        [(mailing.database(), 0o444, 0o644), (mailing.folder.path(), 0o555, 0o755)]
    {
        set_mode(path, read_only);
        let (status, said) = Daemon::spawn(without_rights_over_files(&mailing.folder)).ended().await;
        set_mode(path, writable);
        remove_what_is_beside(mailing.database());
        assert_eq!(status, Some(1), "{said}");
        assert!(said.contains("refresher.db can't be "), "{said}");
    }
    assert_eq!(server.connections(), 0);
    let daemon = Daemon::start(&mailing.folder);
    assert_each_is_sent_once(&mailing, &server).await;
    assert_eq!(daemon.terminate().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_by_a_year_holds_up_nothing() {
    let server = slow_server().await;
    let mailing = Mailing::to(&server, PEOPLE);
    let daemon = Daemon::start(&mailing.folder);
    until_in_flight(&server).await;
    daemon.kill();
    // To a clock that is set back, everything on record lies ahead.
    for (table, columns) in [
        (
            "message",
            ["queued_at", "next_attempt_at", "last_attempt_at", "first_attempt_at", "lease_until"].as_slice(),
        ),
        ("job_run", ["slot", "started_at", "finished_at", "lease_until"].as_slice()),
    ] {
        for column in columns {
            mailing.run_sql(&format!("UPDATE {table} SET {column} = {}", moved(column, "366 days")));
        }
    }
    let daemon = Daemon::start(&mailing.folder);
    let in_hand = PEOPLE - CONNECTIONS;
    until("all but what the dead had in hand is sent", || mailing.in_state("sent").len() == in_hand).await;
    mailing.two_minutes_later();
    mailing.until_all_sent().await;
    assert_eq!(daemon.terminate().0, Some(0));
    let ids: BTreeSet<String> =
        server.received().iter().map(|one| one.header("Message-ID").unwrap().to_owned()).collect();
    assert_eq!(ids.len(), PEOPLE);
    assert!(server.received().len() <= PEOPLE + CONNECTIONS);
}
