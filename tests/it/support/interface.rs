//! An interface for programs that listens on a free port of this machine, and programs that ask it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use refresher::access::{AddressRange, TokenScope};
use refresher::api::Api;
use refresher::app::App;
use refresher::audit::Actor;
use refresher::jobs::{self, NewToken};
use serde_json::Value;
use tokio::sync::oneshot;

use super::trust::{Trust, instant};

const POLICY: &str = include_str!("../../../src/policy/default.toml");

/// A trust whose interface listens, at a fixed instant.
pub struct Interface {
    pub trust: Trust,
    pub now: DateTime<Utc>,
    pub address: SocketAddr,
    within: Duration,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

/// What was answered.
#[derive(Debug)]
pub struct Told {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Interface {
    /// That of a trust of nobody, on a Tuesday morning.
    pub fn start() -> Self {
        Self::with_settings("")
    }

    /// The same, with further settings.
    pub fn with_settings(more: &str) -> Self {
        Self::of(Trust::with_settings(POLICY, more), instant("2026-11-24T09:00:00Z"))
    }

    /// That of this trust at this instant.
    pub fn of(trust: Trust, now: DateTime<Utc>) -> Self {
        Self::answering_within(trust, now, Duration::from_secs(20))
    }

    /// The same, which puts the answer to a file off that takes longer than this.
    pub fn answering_within(trust: Trust, now: DateTime<Utc>, within: Duration) -> Self {
        let (address, stop, serving) = listen(trust.app(now), within);
        Self { trust, now, address, within, stop: Some(stop), serving: Some(serving) }
    }

    /// The installation, as it stands now.
    pub fn app(&self) -> Arc<App> {
        self.trust.app(self.now)
    }

    /// So much later: the interface is another process, with what the database keeps and nothing else.
    pub fn later(&mut self, by: TimeDelta) {
        self.end();
        self.now += by;
        let (address, stop, serving) = listen(self.app(), self.within);
        (self.address, self.stop, self.serving) = (address, Some(stop), Some(serving));
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(serving) = self.serving.take() {
            serving.join().unwrap();
        }
    }

    /// A token for these things, of all organisations.
    pub fn token(&self, name: &str, scopes: &[&str]) -> String {
        self.token_of(name, scopes, &[], &[])
    }

    /// A token for these things, of these organisations, from these addresses.
    pub fn token_of(&self, name: &str, scopes: &[&str], organisations: &[&str], from: &[&str]) -> String {
        let scopes: Vec<TokenScope> = scopes.iter().map(|scope| TokenScope::parse(scope).unwrap()).collect();
        let organisations: Vec<String> = organisations.iter().map(|code| (*code).to_owned()).collect();
        let addresses: Vec<AddressRange> =
            from.iter().map(|range| AddressRange::parse(range).unwrap()).collect();
        let new = NewToken {
            name,
            scopes: &scopes,
            organisations: &organisations,
            addresses: &addresses,
            expires_on: None,
        };
        jobs::add_token(&self.app(), &new, &Actor::named("test"), self.now).unwrap().1
    }

    /// Asks without a token.
    pub fn get(&self, path: &str) -> Told {
        self.send("GET", path, &[], b"")
    }

    /// Asks with one.
    pub fn get_as(&self, token: &str, path: &str) -> Told {
        self.ask(token, "GET", path, &[], b"")
    }

    /// Sends something with a token.
    pub fn ask(&self, token: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Told {
        let bearer = format!("Bearer {token}");
        let headers: Vec<(&str, &str)> =
            std::iter::once(("Authorization", bearer.as_str())).chain(headers.iter().copied()).collect();
        self.send(method, path, &headers, body)
    }

    /// Sends something, with its length unless a header says how it comes.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Told {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        let says = |name: &str| headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        if !body.is_empty() && !says("content-length") && !says("transfer-encoding") {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        head += "\r\n";
        self.raw(head.as_bytes(), body)
    }

    /// Sends these bytes and goes away.
    pub fn begin(&self, bytes: &[u8]) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(bytes).unwrap();
    }

    /// Sends these bytes and no more, and reads what comes back.
    pub fn raw(&self, head: &[u8], body: &[u8]) -> Told {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(head).unwrap();
        // What is too much is answered before it was read.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Told::read(&answer)
    }
}

impl Drop for Interface {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(serving) = self.serving.take()
            && !std::thread::panicking()
        {
            serving.join().unwrap();
        }
    }
}

fn listen(app: Arc<App>, within: Duration) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listening = Api::listen(app, "127.0.0.1:0".parse().unwrap()).unwrap().answering_within(within);
    let address = listening.address().unwrap();
    let (stop, stopped) = oneshot::channel();
    let serving = std::thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let stop = async { drop(stopped.await) };
        runtime.block_on(listening.serve_until(stop)).unwrap();
    });
    (address, stop, serving)
}

impl Told {
    fn read(answer: &[u8]) -> Self {
        let at = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("no answer");
        let head = String::from_utf8(answer[..at].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: BTreeMap<String, String> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let body = String::from_utf8_lossy(&answer[at + 4..]).into_owned();
        Self { status, headers, body }
    }

    /// It has this status. Every answer is kept by nobody, and a problem is told as one.
    #[track_caller]
    pub fn has(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        if status != 431 {
            assert_eq!(self.headers["cache-control"], "no-store");
            assert_eq!(self.headers["x-content-type-options"], "nosniff");
        }
        self
    }

    /// The document that it is.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {self:#?}"))
    }

    /// It is a problem of this kind, and says this.
    #[track_caller]
    pub fn tells_problem(self, kind: &str, says: &str) -> Self {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:#?}");
        let problem = self.json();
        assert_eq!(problem["type"], format!("urn:refresher:problem:{kind}"), "{self:#?}");
        assert_eq!(problem["status"], self.status);
        assert!(problem["detail"].as_str().unwrap().contains(says), "{says:?} is not in {self:#?}");
        self
    }
}
