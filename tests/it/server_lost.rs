//! The server goes away in the midst of everything: what was in hand is done once it is back, once, and nothing is lost
//! (spec 20.7).

use std::collections::BTreeSet;
use std::fmt::Write;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::cluster::Cluster;
use crate::support::mailing::{Daemon, until};
use crate::support::pooler::Pooler;
use crate::support::program::{Folder, Ran};
use crate::support::smtp::{Act, Point, Script, SmtpServer};

const PEOPLE: usize = 60;
/// A reminder each, and the list of those whom nobody leads.
const MAILS: usize = PEOPLE + 1;

/// What happens to the server, or to what stands before it.
#[derive(Debug, Clone, Copy)]
enum Disturbance {
    /// It is killed, and started again.
    Killed,
    /// It ends every connection.
    ConnectionsEnded,
    /// What serves us stands still for a while.
    StoodStill,
    /// A pooler before it is killed, and started again.
    PoolerKilled,
}

const DISTURBANCES: [Disturbance; 4] =
    [Disturbance::Killed, Disturbance::ConnectionsEnded, Disturbance::StoodStill, Disturbance::PoolerKilled];

/// A folder whose register is on a server of its own.
struct Site {
    cluster: Cluster,
    pooler: Option<Pooler>,
    folder: Folder,
    url: String,
}

impl Site {
    fn new(server: Option<&SmtpServer>) -> Self {
        let cluster = Cluster::start();
        let url = cluster.url();
        let site = Self { cluster, pooler: None, folder: Folder::empty(), url };
        site.run("init").ended(0);
        let port = server.map_or(9, |server| server.address.port());
        // What is prepared for one connection is unknown to the next that an old pooler hands out.
        site.folder.write(
            "refresher.toml",
            format!(
                "[node]\ninstance = \"test\"\n[engine]\nprepared = false\n\
                 [organisation]\ncode = \"RXX\"\nname = \"Example\"\n\
                 safeguarding_email = \"safeguarding@example.org\"\n\
                 [smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"t@example.org\"\n\
                 per_minute = 100000\nper_day = 1000000\nconnections = 4\n"
            ),
        );
        let policy = site.folder.read("policy.toml");
        let policy = policy.replace("working_days_only = true", "working_days_only = false");
        site.folder.write("policy.toml", policy.replace("max_messages = 25.0", "max_messages = 100.0"));
        site
    }

    /// A site to which that is to happen.
    fn with(disturbance: Disturbance, server: Option<&SmtpServer>) -> Self {
        let mut site = Self::new(server);
        if matches!(disturbance, Disturbance::PoolerKilled) {
            let pooler = Pooler::before(&site.cluster);
            site.url = pooler.url();
            site.pooler = Some(pooler);
        }
        site
    }

    /// Has it happen, and be over after so long.
    async fn disturb(&mut self, disturbance: Disturbance, lasts: Duration) {
        match disturbance {
            Disturbance::Killed => self.cluster.kill(),
            Disturbance::ConnectionsEnded => self.cluster.end_connections(),
            Disturbance::StoodStill => self.cluster.stand_still(true),
            Disturbance::PoolerKilled => self.pooler.as_mut().unwrap().kill(),
        }
        tokio::time::sleep(lasts).await;
        match disturbance {
            Disturbance::Killed => self.cluster.go(),
            Disturbance::ConnectionsEnded => {}
            Disturbance::StoodStill => self.cluster.stand_still(false),
            Disturbance::PoolerKilled => self.pooler.as_mut().unwrap().go(),
        }
    }

    fn command(&self, words: &str) -> std::process::Command {
        let mut command = self.folder.command();
        command
            .env("REFRESHER_DATABASE", &self.url)
            .env_remove("REFRESHER_NODE_INSTANCE")
            .args(words.split_whitespace());
        command
    }

    fn run(&self, words: &str) -> Ran {
        let output = self.command(words).output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        Ran { status: output.status.code().unwrap(), out, err }
    }

    fn spawn(&self, words: &str) -> Child {
        self.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn staff(&self, people: usize) {
        let mut staff = "employee_number,last_name,email,start_date\n".to_owned();
        for number in 0..people {
            writeln!(staff, "{number:06},Person,person{number}@example.org,2020-01-01").unwrap();
        }
        self.folder.write("staff.csv", staff);
    }

    /// Waits until somebody is at this statement.
    async fn until_at(&self, statement: &str) {
        let asked = format!(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'register' \
             AND query LIKE '{statement}%'"
        );
        until(statement, || self.cluster.said(&asked) != ["0"]).await;
    }
}

fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    Ran { status: output.status.code().unwrap(), out, err }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_in_hand_is_done_whatever_happens_to_the_server_and_once() {
    for disturbance in DISTURBANCES {
        let mut site = Site::with(disturbance, None);
        site.staff(40_000);
        let import = site.spawn("--json import staff staff.csv");
        site.until_at("COPY ").await;
        site.disturb(disturbance, Duration::from_secs(1)).await;
        let report = ended(import).ended(0).json();
        assert_eq!(
            (report["joiners"].as_u64(), report["refused"].is_null()),
            (Some(40_000), true),
            "{disturbance:?}: {report}"
        );
        let of = |what: &str| site.cluster.said(&format!("SELECT {what}")).remove(0);
        assert_eq!(of("COUNT(*) FROM staff_version"), "40000", "{disturbance:?}");
        assert_eq!(of("COUNT(*) FROM import WHERE kind = 'staff'"), "1", "{disturbance:?}");
        assert_eq!(of("MAX(id) FROM staff_version"), "40000", "{disturbance:?}: a gap was left");
        assert_eq!(site.run("--json audit").ended(0).json()["chain"]["sound"], true, "{disturbance:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_in_hand_is_made_whatever_happens_to_the_server_and_once() {
    for disturbance in DISTURBANCES {
        let mut site = Site::with(disturbance, None);
        site.staff(3_000);
        site.run("import staff staff.csv").ended(0);
        let plan = site.spawn("--json remind");
        site.until_at("INSERT INTO message").await;
        site.disturb(disturbance, Duration::from_secs(1)).await;
        // One each, and the list of those whom nobody leads.
        assert_eq!(ended(plan).ended(0).json()["total"], 3_001, "{disturbance:?}");
        assert_eq!(
            site.cluster.said("SELECT COUNT(DISTINCT recipient) FROM message"),
            ["3001"],
            "{disturbance:?}"
        );
        assert_eq!(site.cluster.said("SELECT COUNT(*) FROM message"), ["3001"], "{disturbance:?}");
    }
}

/// Has that happen for so long while mail is on its way.
async fn disturb_mail_in_hand(disturbance: Disturbance, lasts: Duration) {
    let slow = Script::accepting().at(Point::Content, Act::Late(Duration::from_millis(300)));
    let server = SmtpServer::start(slow).await;
    let mut site = Site::with(disturbance, Some(&server));
    site.staff(PEOPLE);
    site.run("import staff staff.csv").ended(0);
    site.run("remind").ended(0);
    let daemon = Daemon::spawn(site.command("daemon"));
    server.until_received(8).await;
    site.disturb(disturbance, lasts).await;
    let (meanwhile, began) = (server.received().len(), Instant::now());
    let sent = || site.cluster.said("SELECT COUNT(*) FROM message WHERE state = 'sent'");
    until("mail goes on", || server.received().len() > meanwhile || sent() == [MAILS.to_string()]).await;
    assert!(began.elapsed() < Duration::from_secs(10), "{disturbance:?}: {:?}", began.elapsed());
    until("all is sent", || sent() == [MAILS.to_string()]).await;
    assert_eq!(daemon.terminate().0, Some(0), "{disturbance:?}: it ended by itself");
    let ids: Vec<String> =
        server.received().iter().map(|one| one.header("Message-ID").unwrap().to_owned()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), MAILS, "{disturbance:?}");
    assert_eq!(ids.len(), MAILS, "{disturbance:?}: what was confirmed meanwhile is held, and recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_in_hand_goes_on_within_ten_seconds_whatever_happened_to_the_server_and_nothing_goes_twice() {
    for disturbance in DISTURBANCES {
        disturb_mail_in_hand(disturbance, Duration::from_secs(3)).await;
    }
}

/// Longer than anybody has a message in hand, a statement may take, or a transaction do nothing.
#[ignore = "it takes five minutes: ./test --postgres runs it"]
#[tokio::test(flavor = "multi_thread")]
async fn mail_in_hand_goes_on_where_what_serves_us_stood_still_for_minutes() {
    disturb_mail_in_hand(Disturbance::StoodStill, Duration::from_secs(300)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_without_its_server_says_so_and_lives_on_and_is_ready_within_ten_seconds_of_its_return() {
    let site = Site::new(None);
    let token = site.run("--json token add watcher --scope import:staff").ended(0).json()["token"].clone();
    let token = token.as_str();
    let mut command = site.command("daemon");
    command.env("REFRESHER_API_LISTEN", "127.0.0.1:0").env("REFRESHER_WEB_LISTEN", "off");
    let daemon = Daemon::spawn(command);
    until("it listens", || daemon.interface().is_some()).await;
    let tells = |path: &str, status: u16, word: &str| {
        let told = daemon.ask(path, None);
        told.starts_with(&format!("HTTP/1.1 {status} ")) && told.ends_with(&format!("\r\n\r\n{word}\n"))
    };
    until("it is ready", || tells("/readyz", 200, "ready")).await;
    site.cluster.kill();
    until("it is told", || tells("/readyz", 503, "database")).await;
    assert!(tells("/healthz", 200, "ok"), "the loops turn without the database");
    let answer = daemon.ask("/api/imports", token).to_lowercase();
    assert!(answer.starts_with("http/1.1 503 ") && answer.contains("\r\nretry-after: 30\r\n"), "{answer}");
    site.cluster.go();
    let back = Instant::now();
    until("it is ready again", || tells("/readyz", 200, "ready")).await;
    assert!(back.elapsed() < Duration::from_secs(10), "{:?}", back.elapsed());
    assert!(daemon.ask("/api/imports", token).starts_with("HTTP/1.1 200 "));
    assert_eq!(daemon.terminate().0, Some(0), "it did not end by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_takes_over_has_all_that_was_confirmed_and_goes_on() {
    let server =
        SmtpServer::start(Script::accepting().at(Point::Content, Act::Late(Duration::from_millis(200))))
            .await;
    let mut site = Site::new(Some(&server));
    site.staff(PEOPLE);
    site.run("import staff staff.csv").ended(0);
    site.run("remind").ended(0);
    let standby = site.cluster.standby();
    site.url = format!(
        "postgresql://refresher@/register?host={},{}&target_session_attrs=read-write",
        site.cluster.socket(),
        standby.socket()
    );
    let daemon = Daemon::spawn(site.command("daemon"));
    server.until_received(8).await;
    site.cluster.kill();
    standby.promote();
    let sent = || standby.said("SELECT COUNT(*) FROM message WHERE state = 'sent'");
    until("all is sent", || sent() == [MAILS.to_string()]).await;
    assert_eq!(daemon.terminate().0, Some(0));
    let ids: Vec<String> =
        server.received().iter().map(|one| one.header("Message-ID").unwrap().to_owned()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), MAILS, "nothing is lost");
    assert_eq!(ids.len(), MAILS, "nothing goes twice");
    let kept = site.run("--json audit").ended(0).json();
    assert_eq!(kept["chain"]["sound"], true, "{kept}");
}

#[test]
fn a_pooler_that_has_no_connection_for_a_second_reader_holds_nobody_up_for_long() {
    let mut site = Site::new(None);
    site.staff(200);
    site.run("import staff staff.csv").ended(0);
    let expected = site.run("--json --today 2030-01-01 status").ended(0).json();
    let pooler = Pooler::with_connections(&site.cluster, 1);
    site.url = pooler.url();
    site.pooler = Some(pooler);
    let began = Instant::now();
    let answer = site.run("--json --today 2030-01-01 status").ended(0).json();
    assert_eq!(answer["staff"], expected["staff"], "{answer}");
    assert_eq!(answer["staff"]["in_post"], 200, "{answer}");
    // A pooler lets nobody wait for more than two minutes, nor the server a transaction that does nothing for one.
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}
