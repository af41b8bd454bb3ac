//! A PostgreSQL server of a test's own, that may be killed and started again, and a standby of it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use refresher::db::Conn;

/// A server in a folder of its own, on a socket in it; it ends with its owner.
pub struct Cluster {
    dir: tempfile::TempDir,
    /// The processes that stand still.
    stopped: RefCell<Vec<String>>,
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

impl Cluster {
    /// A new server with the database `register`, which belongs to the role `refresher`.
    pub fn start() -> Self {
        let cluster = Self::folder();
        cluster.program("initdb", &["-D", &cluster.data(), "-U", "owner", "-A", "trust", "-E", "UTF8", "-N"]);
        cluster.go();
        let mut conn = cluster.connect("postgres");
        conn.batch_execute("CREATE ROLE refresher LOGIN").unwrap();
        conn.batch_execute("CREATE DATABASE register OWNER refresher").unwrap();
        cluster
    }

    /// A standby of this server, which confirms nothing from here on that the standby has not.
    pub fn standby(&self) -> Self {
        let standby = Self::folder();
        let from = format!("host={} user=owner application_name=standby", self.socket());
        standby.program("pg_basebackup", &["-D", &standby.data(), "-R", "-d", &from]);
        standby.go();
        let mut conn = self.connect("postgres");
        conn.batch_execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'").unwrap();
        conn.batch_execute("SELECT pg_reload_conf()").unwrap();
        standby
    }

    fn folder() -> Self {
        let dir = tempfile::Builder::new().prefix("pg").tempdir().unwrap();
        if is_root() {
            let given = Command::new("chown").arg("postgres").arg(dir.path()).status().unwrap();
            assert!(given.success());
        }
        Self { dir, stopped: RefCell::default() }
    }

    pub fn go(&self) {
        let options = format!("-c listen_addresses='' -k {}", self.socket());
        let log = self.dir.path().join("log").display().to_string();
        self.program("pg_ctl", &["-D", &self.data(), "-w", "-l", &log, "-o", &options, "start"]);
    }

    /// Ends it as a power cut would.
    pub fn kill(&self) {
        self.program("pg_ctl", &["-D", &self.data(), "-w", "-m", "immediate", "stop"]);
    }

    /// Ends it as whoever restores it does.
    pub fn stop(&self) {
        self.program("pg_ctl", &["-D", &self.data(), "-w", "-m", "fast", "stop"]);
    }

    /// Makes a standby the one that is written to.
    pub fn promote(&self) {
        self.program("pg_ctl", &["-D", &self.data(), "-w", "promote"]);
    }

    /// The folder that the server keeps everything in.
    pub fn data(&self) -> String {
        self.dir.path().join("data").display().to_string()
    }

    pub fn socket(&self) -> String {
        self.dir.path().display().to_string()
    }

    /// Where the program finds the register.
    pub fn url(&self) -> String {
        format!("postgresql://refresher@/register?host={}", self.socket())
    }

    /// A connection as the server's owner.
    pub fn connect(&self, database: &str) -> Conn {
        Conn::establish(&format!("postgresql://owner@/{database}?host={}", self.socket())).unwrap()
    }

    /// What a query of one text finds in the register.
    pub fn said(&self, query: &str) -> Vec<String> {
        let rows: Vec<Said> = diesel::sql_query(format!("SELECT ({query})::text AS said"))
            .load(&mut self.connect("register"))
            .unwrap();
        rows.into_iter().map(|row| row.said).collect()
    }

    /// Ends every connection to the register but the caller's own.
    pub fn end_connections(&self) {
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = 'register' AND pid <> pg_backend_pid()";
        self.connect("register").batch_execute(end).unwrap();
    }

    /// Has the processes that serve the register stand still, as where a machine hangs, or go on.
    pub fn stand_still(&self, stopped: bool) {
        let theirs = "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity \
                      WHERE datname = 'register' AND usename = 'refresher'";
        let pids: Vec<String> = match stopped {
            true => self.said(theirs).iter().flat_map(|pids| pids.split(' ').map(str::to_owned)).collect(),
            false => std::mem::take(&mut *self.stopped.borrow_mut()),
        };
        let signal = if stopped { "-STOP" } else { "-CONT" };
        // One may have ended.
        let _ = Command::new("kill").arg(signal).args(&pids).stderr(Stdio::null()).status();
        if stopped {
            *self.stopped.borrow_mut() = pids;
        }
    }

    /// Has the server's user run a program of the server's.
    fn program(&self, name: &str, args: &[&str]) -> Output {
        self.as_its_user(&bin().join(name), args)
    }

    /// Has the server's user run a program, which succeeds.
    pub fn as_its_user(&self, program: &Path, args: &[&str]) -> Output {
        let mut command = Command::new(program);
        if is_root() {
            // The server refuses to be run by root.
            command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
        }
        // What a server inherits it keeps open: nobody waits for that.
        let log = std::fs::File::create(self.dir.path().with_extension("said")).unwrap();
        let status = command
            .args(args)
            .current_dir("/")
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .status()
            .unwrap();
        let said = std::fs::read(self.dir.path().with_extension("said")).unwrap();
        assert!(status.success(), "{} {args:?}: {}", program.display(), String::from_utf8_lossy(&said));
        Output { status, stdout: said, stderr: Vec::new() }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let pid = std::fs::read_to_string(self.dir.path().join("data/postmaster.pid")).unwrap_or_default();
        if let Some(pid) = pid.lines().next() {
            // It may have ended.
            let _ = Command::new("kill").args(["-QUIT", pid]).status();
        }
        let _ = std::fs::remove_file(self.dir.path().with_extension("said"));
    }
}

/// Where the server's programs are: the newest that is installed, or wherever the path says.
fn bin() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest =
        versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max();
    newest.unwrap_or_else(|| Path::new("").to_owned())
}

pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.starts_with(b"0\n")
}
