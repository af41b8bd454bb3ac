//! The same at a provider of somebody else's making, npm's `oidc-provider`, whole: it looks at our requests as closely as we do
//! at its answers.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use chrono::{TimeDelta, Utc};
use refresher::access::AccessRole;
use serde_json::json;

use super::{ANN, account};
use crate::support::console::{Browser, Console};
use crate::support::identity_provider::SECRET;

/// Where browsers come back to: at the port of whichever console they asked.
const BACK: &str = "http://127.0.0.1/sign-in/sso/done";

/// The folder with the provider; `None` where it is not here. Where the environment says that it is required, as `./test`
/// does once it has installed it, a missing one is a failure.
pub fn provider_folder() -> Option<String> {
    let required = std::env::var("REFRESHER_TEST_TOOLS").is_ok_and(|value| value == "required");
    let folder = std::env::var("TEST_OIDC").ok().filter(|folder| {
        let has_node = Command::new("node").arg("--version").output().is_ok_and(|node| node.status.success());
        has_node && std::path::Path::new(folder).join("node_modules/oidc-provider").exists()
    });
    assert!(folder.is_some() || !required, "node and oidc-provider (TEST_OIDC) are needed");
    if folder.is_none() {
        eprintln!("LEFT OUT: node or oidc-provider is not here; `./test` as root installs them.");
    }
    folder
}

/// A provider that runs.
pub struct Provider {
    process: Child,
    pub issuer: String,
    cookies: BTreeMap<String, String>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Provider {
    pub fn start(folder: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/oidc_provider.mjs");
        let mut process = Command::new("node")
            .args([script, folder, SECRET, BACK])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut issuer = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut issuer).unwrap();
        Self { process, issuer: issuer.trim().to_owned(), cookies: BTreeMap::new() }
    }

    pub fn settings(&self, client: &str) -> String {
        format!(
            "[web.oidc]\nissuer = \"{}\"\nclient_id = \"{client}\"\nclient_secret_file = \"client-secret\"\n\
             [[web.oidc.role]]\ngroup = \"keepers\"\nrole = \"hr\"\norganisation = \"RXX\"\n",
            self.issuer
        )
    }

    /// Goes from page to page there, until it sends the browser back: to which page of the console.
    fn sends_back(&mut self, from: &str) -> String {
        let mut address = from.to_owned();
        for _ in 0..10 {
            if !address.starts_with(&self.issuer)
                && let Some((_, back)) = address.split_once("://127.0.0.1:")
            {
                return back[back.find('/').unwrap()..].to_owned();
            }
            let path = address.strip_prefix(&self.issuer).unwrap_or(&address).to_owned();
            address = self.follow(&path);
        }
        panic!("it leads nowhere: {address}");
    }

    fn follow(&mut self, path: &str) -> String {
        let host = self.issuer.strip_prefix("http://").unwrap();
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut stream = TcpStream::connect(host).unwrap();
        let cookies = cookies.join("; ");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let mut location = None;
        for line in answer.split("\r\n\r\n").next().unwrap().split("\r\n") {
            match line.split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("set-cookie") => {
                    let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
                Some((name, value)) if name.eq_ignore_ascii_case("location") => {
                    location = Some(value.to_owned());
                }
                _ => {}
            }
        }
        location.unwrap_or_else(|| panic!("{path}: {answer}"))
    }
}

fn signs_in(browser: &Browser<'_>, provider: &mut Provider) {
    let back = provider.sends_back(&browser.get("/sign-in/sso").location());
    browser.get(&back).sees("/");
}

#[test]
fn people_sign_in_at_a_provider_of_somebody_else() {
    let Some(folder) = provider_folder() else { return };
    let mut provider = Provider::start(&folder);
    for client in ["RS256", "PS256", "ES256"] {
        provider.cookies.clear();
        let mut console = Console::at_provider(&provider.settings(client), Utc::now());
        console.invite(ANN, AccessRole::Board);
        let browser = console.browser();
        signs_in(&browser, &mut provider);
        // What the token does not hold, userinfo told: the address, and the groups.
        let ann = account(&console, ANN).unwrap();
        let identity = json!([{ "issuer": provider.issuer, "subject": "ann-of-others" }]);
        assert_eq!(ann["identities"], identity, "{client}");
        browser.get("/imports/new").has(200);
        // Once more, with the provider's own cookie: nobody is asked anything there.
        signs_in(&console.browser(), &mut provider);
        // After a while, something that matters: whoever it is proves it anew, though the provider knows them.
        let cookie = browser.cookie.borrow().clone();
        drop(browser);
        console.later(TimeDelta::minutes(11));
        let browser = console.browser();
        browser.cookie.replace(cookie);
        browser.get("/account/device").sees("/sign-in/again?to=%2Faccount%2Fdevice");
        let sent_to = browser.get("/sign-in/sso/again?to=%2Faccount%2Fdevice").location();
        let back = provider.sends_back(&sent_to);
        // The console's clock is ahead of the provider's by these minutes: what was proved there is too old here.
        browser.get(&back).has(422);
        let way_out = format!("{}/session/end?client_id={client}", provider.issuer);
        browser.get("/sign-out/sso").sees(&way_out);
    }
}

#[test]
fn whoever_is_asked_again_proves_it_at_a_provider_of_somebody_else() {
    let Some(folder) = provider_folder() else { return };
    let mut provider = Provider::start(&folder);
    let mut console = Console::at_provider(&provider.settings("RS256"), Utc::now() - TimeDelta::minutes(11));
    console.invite(ANN, AccessRole::Board);
    let ann = console.link_to(ANN);
    let browser = console.browser();
    // With a password, eleven minutes ago; then known there too, in another browser.
    let page = browser.get(&ann);
    let password = crate::support::console::PASSWORD;
    page.submit("choose", &[("new_password", password)]).sees("/sign-in?done=password");
    browser.get("/sign-in").submit("sign-in", &[("email", ANN), ("password", password)]).sees("/");
    let cookie = browser.cookie.borrow().clone();
    drop(browser);
    console.later(Utc::now() - console.now);
    signs_in(&console.browser(), &mut provider);
    let browser = console.browser();
    browser.cookie.replace(cookie);
    browser.get("/account/device").sees("/sign-in/again?to=%2Faccount%2Fdevice");
    let sent_to = browser.get("/sign-in/sso/again?to=%2Faccount%2Fdevice").location();
    let back = provider.sends_back(&sent_to);
    browser.get(&back).sees("/account/device");
    browser.get("/account/device").has(200);
}
