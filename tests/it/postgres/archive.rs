//! A server that is gone back to an earlier instant from its archive, as the page has it, and nobody is mailed by mistake
//! (spec 20.8).

use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use serde_json::Value;

use crate::support::cluster::{Cluster, is_root};
use crate::support::program::{Folder, Ran};
use crate::support::smtp::{Script, SmtpServer};

/// The blocks of a kind in a section of the page, without what stands before their lines.
fn blocks(section: &str, kind: &str) -> Vec<String> {
    let page = include_str!("../../../docs/postgres.md");
    let (_, from) = page.split_once(&format!("# {section}\n")).unwrap();
    let section = from.split("\n## ").next().unwrap();
    let opening = format!("```{kind}\n");
    let found = section.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap());
    found.map(|block| block.lines().map(|line| line.trim_start().to_owned() + "\n").collect()).collect()
}

/// A server whose archive is kept as the page has it, in a folder of its own.
struct Archived {
    cluster: Cluster,
    dir: tempfile::TempDir,
}

impl Archived {
    fn start() -> Self {
        let cluster = Cluster::start();
        let dir = tempfile::Builder::new().prefix("archive").tempdir().unwrap();
        let [settings, server] = blocks("An archive, with pgBackRest", "ini").try_into().unwrap();
        let folder = dir.path().display();
        let settings = settings
            .replace("/var/lib/pgbackrest", &format!("{folder}/repo"))
            .replace("/var/lib/postgresql/15/main", &cluster.data())
            // Where Debian has folders for these, and a server that its user reaches without more words.
            .replace(
                "[global]\n",
                &format!("[global]\nlog-path={folder}\nlock-path={folder}/lock\nspool-path={folder}/spool\n"),
            )
            + &format!("pg1-socket-path={}\npg1-user=owner\n", cluster.socket());
        std::fs::write(dir.path().join("pgbackrest.conf"), settings).unwrap();
        if is_root() {
            let given = Command::new("chown").args(["-R", "postgres"]).arg(dir.path()).status().unwrap();
            assert!(given.success());
        }
        let archived = Self { cluster, dir };
        let file = Path::new(&archived.cluster.data()).join("postgresql.conf");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, before + &archived.here(&server)).unwrap();
        archived.cluster.stop();
        archived.cluster.go();
        archived
    }

    /// A command of the page, with the settings of this archive.
    fn here(&self, command: &str) -> String {
        let settings = self.dir.path().join("pgbackrest.conf");
        command.replace("pgbackrest --", &format!("pgbackrest --config={} --", settings.display()))
    }

    /// Has the server's user do what the page says.
    fn walk(&self, commands: &str) {
        self.cluster.as_its_user(Path::new("sh"), &["-ec", &self.here(commands)]);
    }

    /// What the server says of itself.
    fn said(&self, query: &str) -> String {
        self.cluster.said(query).remove(0)
    }
}

/// A folder whose register that server keeps, and which mails by this one.
struct Site {
    folder: Folder,
    url: String,
}

impl Site {
    fn new(archived: &Archived, server: &SmtpServer) -> Self {
        let site = Self { folder: Folder::empty(), url: archived.cluster.url() };
        site.run("init").ended(0);
        site.folder.write(
            "refresher.toml",
            format!(
                "[node]\ninstance = \"test\"\n[organisation]\ncode = \"RXX\"\nname = \"Example\"\n\
                 safeguarding_email = \"safeguarding@example.org\"\n\
                 [smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nfrom = \"t@example.org\"\n",
                server.address.port()
            ),
        );
        let policy =
            site.folder.read("policy.toml").replace("working_days_only = true", "working_days_only = false");
        site.folder.write("policy.toml", policy.replace("max_messages = 25.0", "max_messages = 100.0"));
        site
    }

    fn run(&self, words: &str) -> Ran {
        let mut command = self.folder.command();
        command.env("REFRESHER_DATABASE", &self.url).env_remove("REFRESHER_NODE_INSTANCE");
        let output = command.args(words.split(' ')).output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        Ran { status: output.status.code().unwrap(), out, err }
    }

    /// Takes a staff list of these people.
    fn staff(&self, numbers: &[u32]) {
        let row = |number| format!("{number:05},Person,person{number}@example.org,2020-01-01\n");
        let rows: String = numbers.iter().map(row).collect();
        self.folder.write("staff.csv", format!("employee_number,last_name,email,start_date\n{rows}"));
        self.run("import staff staff.csv").ended(0);
    }

    /// What `check` says of things in this state.
    fn found(&self, verdict: &str) -> Vec<Value> {
        let found = self.run("--json check").json();
        let all = found["checks"].as_array().unwrap().iter();
        all.filter(|one| one["verdict"] == verdict).map(|one| one["what"].clone()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_back_to_an_instant_as_the_page_says_mails_nobody_a_second_time() {
    let server = SmtpServer::start(Script::accepting()).await;
    let archived = Archived::start();
    let site = Site::new(&archived, &server);
    let [once, nightly] = blocks("An archive, with pgBackRest", "sh").try_into().unwrap();
    site.staff(&[1, 2, 3]);
    archived.walk(&once);
    site.run("remind").ended(0);
    archived.walk(&nightly);
    assert!(site.found("good").contains(&"backups".into()), "{}", site.run("check").out);
    let before = archived.said("SELECT clock_timestamp()");
    let waiting = archived.said("SELECT COUNT(*) FROM message WHERE state = 'queued'");
    assert_ne!(waiting, "0");

    // What comes after that instant is gone once it is gone back to.
    sleep(Duration::from_millis(10));
    site.run("send").ended(0);
    site.staff(&[1, 2, 3, 4]);
    let sent = server.received().len();
    assert_eq!(sent.to_string(), waiting);
    archived.cluster.connect("register").batch_execute("SELECT pg_switch_wal()").unwrap();

    archived.cluster.stop();
    let restore = blocks("Restoring, so that nobody is mailed by mistake", "sh").remove(1);
    archived.walk(&restore.replace("2026-11-24 02:00:00+00", &before));
    archived.cluster.go();
    for _ in 0..300 {
        if archived.said("SELECT pg_is_in_recovery()") == "false" {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    assert_eq!(
        archived.said("SELECT COUNT(*) FROM message WHERE state = 'queued'"),
        waiting,
        "as it was then"
    );
    assert_eq!(archived.said("SELECT COUNT(*) FROM staff"), "3");

    site.run("restore-mark").ended(0);
    assert_eq!(site.found("fault"), ["installation"]);
    let refused = site.run("send").ended(1);
    assert!(refused.err.contains("refresher adopt"), "{refused:?}");
    site.run("adopt").ended(0);
    site.staff(&[1, 2, 3, 4]);
    site.run("send").ended(0);
    let held = site.run("--json outbox --state held").ended(0).json();
    assert_eq!(held["messages"].as_array().unwrap().len().to_string(), waiting);
    site.run("outbox cancel --held").ended(0);
    site.run("send").ended(0);
    assert_eq!(server.received().len(), sent, "nobody was mailed twice");
}
