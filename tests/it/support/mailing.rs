//! A trust whose reminders wait, and the daemon that mails them as a process of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::Text;
use refresher::db::Conn;

use super::engine::connect;
use super::program::Folder;
use super::smtp::SmtpServer;

/// The connections that the settings of `init` allow.
pub const CONNECTIONS: usize = 3;

pub struct Mailing {
    pub folder: Folder,
    pub people: usize,
    database: PathBuf,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    message_id: String,
    #[diesel(sql_type = Text)]
    state: String,
}

impl Mailing {
    /// A trust of so many people who have never been trained, a reminder to each queued, mailing to `server`.
    pub fn to(server: &SmtpServer, people: usize) -> Self {
        let folder = Folder::empty();
        let database = folder.file("refresher.db");
        Self::in_database(folder, database, server, people)
    }

    /// The same, with its database at a place of its own.
    pub fn in_database(folder: Folder, database: PathBuf, server: &SmtpServer, people: usize) -> Self {
        folder.run("init").ended(0);
        let change = |file: &str, from: &str, to: &str| {
            let text = folder.read(file);
            assert!(text.contains(from), "{from} is not in {file}");
            folder.write(file, text.replace(from, to));
        };
        let smtp = format!(
            "transport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nfrom = \"safeguarding@example.org\"",
            server.address.port()
        );
        change("refresher.toml", "transport = \"file\"", &smtp);
        change("refresher.toml", "per_minute = 30", "per_minute = 100000");
        let url = format!("database = \"sqlite:{}\"", database.display());
        // On a server the database is the one that the environment names.
        if cfg!(not(feature = "postgres")) {
            change("refresher.toml", "database = \"sqlite:refresher.db\"", &url);
        }
        // Mail goes out on whatever day this test is run, and to everyone.
        change("policy.toml", "working_days_only = true", "working_days_only = false");
        change("policy.toml", "max_messages = 25.0", "max_messages = 100.0");
        if database != folder.file("refresher.db") {
            std::fs::copy(folder.file("refresher.db"), &database).unwrap();
        }
        let mut staff = "employee_number,last_name,email,start_date\n".to_owned();
        for number in 0..people {
            writeln!(staff, "{number:05},Person,person{number}@example.org,2020-01-01").unwrap();
        }
        folder.write("staff.csv", staff);
        folder.run_as("import staff staff.csv").ended(0);
        let planned = folder.run_as("--json remind").ended(0).json();
        assert_eq!(planned["total"], people);
        Self { folder, people, database }
    }

    /// A connection of another process to the daemon's database.
    pub fn connect(&self) -> Conn {
        connect(&self.database)
    }

    pub fn run_sql(&self, sql: &str) {
        diesel::sql_query(sql).execute(&mut self.connect()).unwrap();
    }

    pub fn database(&self) -> &Path {
        &self.database
    }

    /// The `Message-ID`s of the messages in each state.
    pub fn by_state(&self) -> BTreeMap<String, BTreeSet<String>> {
        let rows: Vec<Row> =
            diesel::sql_query("SELECT message_id, state FROM message").load(&mut self.connect()).unwrap();
        let mut states: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in rows {
            states.entry(row.state).or_default().insert(row.message_id);
        }
        states
    }

    pub fn in_state(&self, state: &str) -> BTreeSet<String> {
        self.by_state().remove(state).unwrap_or_default()
    }

    /// Two minutes go by: the leases of a process that is gone have run out.
    pub fn two_minutes_later(&self) {
        self.run_sql("UPDATE message SET lease_until = '2000-01-01 00:00:00' WHERE lease_until IS NOT NULL");
    }

    pub async fn until_all_sent(&self) {
        until("everything is sent", || self.in_state("sent").len() == self.people).await;
    }
}

/// Waits, but not for ever.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "this takes too long: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A running daemon; killed when it is dropped.
pub struct Daemon {
    child: Child,
    said: Arc<Mutex<String>>,
    /// What keeps it; ends with the daemon, whose end of the pipe closes then.
    listening: Option<JoinHandle<()>>,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Daemon {
    pub fn start(folder: &Folder) -> Self {
        let mut command = folder.command();
        command.arg("daemon");
        Self::spawn(command)
    }

    pub fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (kept, lines) = (Arc::clone(&said), BufReader::new(child.stderr.take().unwrap()).lines());
        let listening = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut kept = kept.lock().unwrap();
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        Self { child, said, listening: Some(listening) }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written for its operator so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// The port that it says its interface for programs listens on, once it does.
    pub fn interface(&self) -> Option<u16> {
        self.port_of("the interface for programs listens")
    }

    /// The port that it says its console listens on, once it does.
    pub fn console(&self) -> Option<u16> {
        self.port_of("the console listens")
    }

    fn port_of(&self, says: &str) -> Option<u16> {
        let said = self.said();
        let line = said.lines().find(|line| line.contains(says))?;
        let (_, rest) = line.split_once("address=127.0.0.1:")?;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    }

    /// Asks its interface, with a token where one is given; the whole answer.
    pub fn ask(&self, path: &str, token: Option<&str>) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.interface().unwrap())).unwrap();
        let bearer = token.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"));
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{bearer}\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    pub async fn until_it_says(&self, words: &str) {
        until(words, || self.said().contains(words)).await;
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to read its files again.
    pub fn hang_up(&self) {
        let asked = Command::new("kill").args(["-HUP", &self.id().to_string()]).status().unwrap();
        assert!(asked.success());
    }

    /// Asks it to stop; says how it ended and how long that took.
    pub fn terminate(mut self) -> (Option<i32>, Duration) {
        let began = Instant::now();
        let asked = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap();
        assert!(asked.success());
        (self.child.wait().unwrap().code(), began.elapsed())
    }

    /// Waits until it ends by itself; says its status and what it said.
    pub async fn ended(mut self) -> (Option<i32>, String) {
        until("the daemon ends", || self.child.try_wait().unwrap().is_some()).await;
        self.listening.take().unwrap().join().unwrap();
        (self.child.wait().unwrap().code(), self.said())
    }
}
