//! The server goes away in the midst of everything: what was in hand is done once it is back, once, and nothing is lost
//! (spec 20.7).

use std::collections::BTreeSet;
use std::fmt::Write;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::cluster::Cluster;
use crate::support::mailing::{Daemon, until};
use crate::support::program::{Folder, Ran};
use crate::support::smtp::{Act, Point, Script, SmtpServer};

const PEOPLE: usize = 60;
/// A reminder each, and the list of those whom nobody leads.
const MAILS: usize = PEOPLE + 1;

/// A folder whose register is on a server of its own.
struct Site {
    cluster: Cluster,
    folder: Folder,
    url: String,
}

impl Site {
    fn new(server: Option<&SmtpServer>) -> Self {
        let cluster = Cluster::start();
        let url = cluster.url();
        let site = Self { cluster, folder: Folder::empty(), url };
        site.run("init").ended(0);
        let port = server.map_or(9, |server| server.address.port());
        site.folder.write(
            "refresher.toml",
            format!(
                "[node]\ninstance = \"test\"\n[organisation]\ncode = \"RXX\"\nname = \"Example\"\n\
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
async fn an_import_in_hand_is_done_once_the_server_is_back() {
    let site = Site::new(None);
    site.staff(60_000);
    let import = site.spawn("--json import staff staff.csv");
    site.until_at("COPY ").await;
    site.cluster.kill();
    tokio::time::sleep(Duration::from_secs(1)).await;
    site.cluster.go();
    let report = ended(import).ended(0).json();
    assert_eq!((report["joiners"].as_u64(), report["refused"].is_null()), (Some(60_000), true), "{report}");
    assert_eq!(site.cluster.said("SELECT COUNT(*) FROM staff_version"), ["60000"]);
    assert_eq!(site.cluster.said("SELECT COUNT(*) FROM import WHERE kind = 'staff'"), ["1"]);
    assert_eq!(
        site.cluster.said("SELECT MAX(id) FROM staff_version"),
        ["60000"],
        "what was put back left no gap"
    );
    assert_eq!(site.run("--json audit").ended(0).json()["chain"]["sound"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_in_hand_goes_on_though_its_connections_are_ended() {
    let site = Site::new(None);
    site.staff(3_000);
    site.run("import staff staff.csv").ended(0);
    let plan = site.spawn("--json remind");
    site.until_at("INSERT INTO message").await;
    site.cluster.end_connections();
    // One each, and the list of those whom nobody leads.
    assert_eq!(ended(plan).ended(0).json()["total"], 3_001);
    assert_eq!(site.cluster.said("SELECT COUNT(DISTINCT recipient) FROM message"), ["3001"]);
    assert_eq!(site.cluster.said("SELECT COUNT(*) FROM message"), ["3001"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_in_hand_goes_on_within_ten_seconds_of_the_servers_return_and_nothing_goes_twice() {
    let server =
        SmtpServer::start(Script::accepting().at(Point::Content, Act::Late(Duration::from_millis(300))))
            .await;
    let site = Site::new(Some(&server));
    site.staff(PEOPLE);
    site.run("import staff staff.csv").ended(0);
    site.run("remind").ended(0);
    let daemon = Daemon::spawn(site.command("daemon"));
    server.until_received(8).await;
    site.cluster.kill();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let meanwhile = server.received().len();
    site.cluster.go();
    let began = Instant::now();
    until("mail goes on", || server.received().len() > meanwhile).await;
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let sent = || site.cluster.said("SELECT COUNT(*) FROM message WHERE state = 'sent'");
    until("all is sent", || sent() == [MAILS.to_string()]).await;
    assert_eq!(daemon.terminate().0, Some(0), "it never ended by itself");
    let ids: Vec<String> =
        server.received().iter().map(|one| one.header("Message-ID").unwrap().to_owned()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), MAILS);
    assert_eq!(ids.len(), MAILS, "what was confirmed while the server was gone was held, and recorded");
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
