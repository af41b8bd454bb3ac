//! A PgBouncer of a test's own before a server, which hands each transaction whatever connection is free.

use std::process::{Child, Command};
use std::time::Duration;

use super::cluster::{Cluster, is_root};

/// A pooler in a folder of its own, on a socket in it; it ends with its owner.
pub struct Pooler {
    dir: tempfile::TempDir,
    running: Option<Child>,
}

const PORT: u16 = 6432;

impl Pooler {
    /// Starts one before the register of this server.
    pub fn before(cluster: &Cluster) -> Self {
        Self::with_connections(cluster, 8)
    }

    /// [`Pooler::before`], with so many connections to the server.
    pub fn with_connections(cluster: &Cluster, connections: usize) -> Self {
        let dir = tempfile::Builder::new().prefix("pool").tempdir().unwrap();
        let folder = dir.path().display();
        std::fs::write(dir.path().join("users"), "\"refresher\" \"\"\n").unwrap();
        let settings = format!(
            "[databases]\nregister = host={} dbname=register\n[pgbouncer]\nlisten_addr =\nlisten_port = {PORT}\n\
             unix_socket_dir = {folder}\nauth_type = trust\nauth_file = {folder}/users\npool_mode = transaction\n\
             default_pool_size = {connections}\nserver_login_retry = 1\nlogfile = {folder}/log\n",
            cluster.socket()
        );
        std::fs::write(dir.path().join("pooler.ini"), settings).unwrap();
        if is_root() {
            let given = Command::new("chown").args(["-R", "postgres"]).arg(dir.path()).status().unwrap();
            assert!(given.success());
        }
        let mut pooler = Self { dir, running: None };
        pooler.go();
        pooler
    }

    /// Starts it again.
    pub fn go(&mut self) {
        let mut command = Command::new("pgbouncer");
        if is_root() {
            // It refuses to be run by root.
            command.args(["-u", "postgres"]);
        }
        let settings = self.dir.path().join("pooler.ini");
        self.running = Some(command.arg("-q").arg(settings).spawn().unwrap());
        let socket = self.dir.path().join(format!(".s.PGSQL.{PORT}"));
        while std::os::unix::net::UnixStream::connect(&socket).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills it, and with it every connection through it.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.kill().unwrap();
            running.wait().unwrap();
            let _ = std::fs::remove_file(self.dir.path().join(format!(".s.PGSQL.{PORT}")));
        }
    }

    /// Where the program finds the register.
    pub fn url(&self) -> String {
        format!("postgresql://refresher@/register?host={}&port={PORT}", self.dir.path().display())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.kill();
    }
}
