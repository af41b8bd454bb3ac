//! A console that listens on a free port of this machine, and browsers that ask it. Every answer of every test is looked
//! at for what every answer must be.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use chrono::{DateTime, TimeDelta, Utc};
use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::app::App;
use refresher::audit::Actor;
use refresher::jobs::{self, LinkDelivery, NewUser};
use refresher::register::EmailAddress;
use refresher::web::Console as Listening;
use tokio::sync::oneshot;

use super::trust::{Trust, instant};

/// A password that nobody would guess.
pub const PASSWORD: &str = "five blue cows dance";

const POLICY: &str = include_str!("../../../src/policy/default.toml");

/// A trust with a console at a fixed instant.
pub struct Console {
    pub trust: Trust,
    pub now: DateTime<Utc>,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

impl Console {
    /// One of a trust of nobody, on a Tuesday morning.
    pub fn start() -> Self {
        Self::with_settings("")
    }

    /// The same, with further settings.
    pub fn with_settings(more: &str) -> Self {
        Self::of(Trust::with_settings(POLICY, more), instant("2026-11-24T09:00:00Z"))
    }

    /// One where people sign in at this identity provider too.
    #[cfg(feature = "sso")]
    pub fn with_provider(provider: &super::identity_provider::IdentityProvider, more: &str) -> Self {
        Self::at_provider(&(provider.settings() + more), instant("2026-11-24T09:00:00Z"))
    }

    /// One with these settings of an identity provider.
    #[cfg(feature = "sso")]
    pub fn at_provider(settings: &str, now: DateTime<Utc>) -> Self {
        let trust = Trust::with_settings(POLICY, settings);
        trust.write("client-secret", super::identity_provider::SECRET);
        Self::of(trust, now)
    }

    /// That of this trust at this instant.
    pub fn of(trust: Trust, now: DateTime<Utc>) -> Self {
        let (address, stop, serving) = listen(trust.app(now));
        Self { trust, now, address, stop: Some(stop), serving: Some(serving) }
    }

    /// The installation, as it stands now.
    pub fn app(&self) -> Arc<App> {
        self.trust.app(self.now)
    }

    /// So much later: the console is another process, with what the database keeps and nothing else.
    pub fn later(&mut self, by: TimeDelta) {
        self.end();
        self.now += by;
        let (address, stop, serving) = listen(self.app());
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

    /// Somebody's browser.
    pub fn browser(&self) -> Browser<'_> {
        Browser { console: self, cookie: RefCell::new(None), sso: RefCell::new(None), is_checked: true }
    }

    /// An account with a role at the trust, whose holder was invited.
    pub fn invite(&self, email: &str, role: AccessRole) {
        self.invite_with(
            email,
            AccessGrant { role, organisation: Some("RXX".to_owned()), scope: GrantScope::Everyone },
        );
    }

    /// An account with this grant.
    pub fn invite_with(&self, email: &str, grant: AccessGrant) {
        self.invite_as(email, None, grant);
    }

    /// An account with this grant, of the member of staff with this number.
    pub fn invite_as(&self, email: &str, number: Option<&str>, grant: AccessGrant) {
        let address = EmailAddress::parse(email).unwrap();
        let new =
            NewUser { email: &address, name: "Aisha Bello", number, grant, invite: LinkDelivery::Mailed };
        jobs::add_user(&self.app(), &new, &Actor::named("test"), self.now).unwrap();
    }

    /// The text of the newest mail to somebody, delivered.
    pub fn newest_mail(&self, to: &str) -> Option<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.trust.deliver(self.now));
        let sent = self.trust.memory.sent();
        let theirs = sent.iter().rfind(|mail| mail.recipient == to)?;
        Some(String::from_utf8(theirs.bytes.clone()).unwrap().replace("=\r\n", "").replace("=3D", "="))
    }

    /// The path of the link in the newest mail to somebody.
    pub fn link_to(&self, to: &str) -> String {
        let mail = self.newest_mail(to).unwrap();
        let at = mail.find("/l/").unwrap_or_else(|| panic!("no link: {mail}"));
        mail[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c)).collect()
    }

    /// The link of somebody who was invited and did nothing.
    pub fn link_to_open_for(&self, email: &str) -> String {
        self.invite(email, AccessRole::Board);
        self.link_to(email)
    }

    /// An account with a role whose holder has chosen a password; of one that needs a device, with its secret.
    pub fn user(&self, email: &str, role: AccessRole) -> User<'_> {
        let organisation = Some("RXX".to_owned());
        self.user_with(email, AccessGrant { role, organisation, scope: GrantScope::Everyone })
    }

    /// The same, with a grant at all organisations.
    pub fn user_of_all(&self, email: &str, role: AccessRole) -> User<'_> {
        self.user_with(email, AccessGrant { role, organisation: None, scope: GrantScope::Everyone })
    }

    fn user_with(&self, email: &str, grant: AccessGrant) -> User<'_> {
        self.invite_with(email, grant);
        self.opens(email)
    }

    /// Somebody who was invited, and chooses a password.
    pub fn opens(&self, email: &str) -> User<'_> {
        let browser = self.browser();
        let page = browser.get(&self.link_to(email));
        page.submit("choose", &[("new_password", PASSWORD)]).sees("/sign-in?done=password");
        User { console: self, email: email.to_owned(), secret: RefCell::new(None) }
    }
}

impl Drop for Console {
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

fn listen(app: Arc<App>) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listening = Listening::listen(app, "127.0.0.1:0".parse().unwrap()).unwrap();
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

/// Somebody with an account.
pub struct User<'a> {
    console: &'a Console,
    pub email: String,
    /// What their device and the console share.
    pub secret: RefCell<Option<String>>,
}

impl<'a> User<'a> {
    /// Signs in in a browser of its own, and connects a device where one is asked for.
    pub fn signs_in(&self) -> Browser<'a> {
        let browser = self.console.browser();
        let next = browser
            .get("/sign-in")
            .submit("sign-in", &[("email", &self.email), ("password", PASSWORD)])
            .location();
        if next.starts_with("/sign-in/device") {
            let page = browser.get(&next);
            self.secret.replace(Some(page.key()));
            page.submit("device", &[("code", &self.code())]).sees("/account");
        } else if next.starts_with("/sign-in/code") {
            browser.get(&next).submit("code", &[("code", &self.code())]).location();
        }
        browser
    }

    /// What the device shows now.
    pub fn code(&self) -> String {
        let secret = self.secret.borrow().clone().unwrap();
        code(&secret, self.console.now)
    }
}

/// What a device with this secret shows at this instant.
pub fn code(secret: &str, now: DateTime<Utc>) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(now.timestamp()).unwrap()).to_string()
}

/// A browser with its cookies.
pub struct Browser<'a> {
    pub console: &'a Console,
    pub cookie: RefCell<Option<String>>,
    /// What it keeps of a request to an identity provider.
    pub sso: RefCell<Option<String>>,
    is_checked: bool,
}

/// What was answered.
pub struct Page<'a> {
    browser: &'a Browser<'a>,
    pub path: String,
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Browser<'_> {
    /// Asks for a page.
    pub fn get(&self, path: &str) -> Page<'_> {
        self.ask("GET", path, &[], None)
    }

    /// Sends a form as a page of the console's own would, whatever is in it.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page<'_> {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let origin = format!("http://{}", self.console.address);
        let headers = [("Origin", origin.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        self.ask("POST", path, &headers, Some(&body))
    }

    /// Asks for anything.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Page<'_> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request += &format!("Host: {}\r\n", self.console.address);
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if let Some(cookie) = &*self.cookie.borrow() {
            request += &format!("Cookie: other=1; __Host-refresher={cookie}\r\n");
        }
        if let Some(sso) = &*self.sso.borrow() {
            request += &format!("Cookie: __Host-refresher-sso={sso}\r\n");
        }
        if let Some(body) = body {
            request += &format!("Content-Length: {}\r\n", body.len());
        }
        request += "\r\n";
        let mut stream = TcpStream::connect(self.console.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        // What is too much is answered before it was read.
        let _ = stream.write_all(body.unwrap_or_default().as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let page = self.read(path, &answer);
        for cookie in page.headers.get("set-cookie").into_iter().flat_map(|cookies| cookies.lines()) {
            let (name_and_value, attributes) = cookie.split_once("; ").unwrap();
            if let Some(value) = name_and_value.strip_prefix("__Host-refresher-sso=") {
                let seconds = if value.is_empty() { 0 } else { 600 };
                let expected = format!("Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}");
                assert_eq!(attributes, expected);
                self.sso.replace(Some(value.to_owned()).filter(|value| !value.is_empty()));
                continue;
            }
            let value = name_and_value.strip_prefix("__Host-refresher=").unwrap();
            let is_gone = value.is_empty();
            let end = if is_gone { "; Max-Age=0" } else { "" };
            assert_eq!(attributes, format!("Secure; HttpOnly; SameSite=Lax; Path=/{end}"));
            self.cookie.replace(Some(value.to_owned()).filter(|_| !is_gone));
        }
        if self.is_checked && method != "HEAD" {
            super::page_rules::check(&page);
        }
        page
    }

    fn read(&self, path: &str, answer: &[u8]) -> Page<'_> {
        let at = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("no answer");
        let head = String::from_utf8(answer[..at].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = BTreeMap::new();
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            let name = name.to_lowercase();
            let before: Option<String> = headers.remove(&name);
            assert!(before.is_none() || name == "set-cookie", "{name} stands twice");
            let value = before.map_or_else(|| value.to_owned(), |before| format!("{before}\n{value}"));
            headers.insert(name, value);
        }
        let body = &answer[at + 4..];
        let body = match headers.get("content-encoding").map(String::as_str) {
            Some("gzip") => {
                let mut text = String::new();
                flate2::read::GzDecoder::new(body).read_to_string(&mut text).unwrap();
                text
            }
            _ => String::from_utf8_lossy(body).into_owned(),
        };
        Page { browser: self, path: path.to_owned(), status, headers, body }
    }
}

impl<'a> Page<'a> {
    /// It has this status.
    #[track_caller]
    pub fn has(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.path, self.body);
        self
    }

    /// Where it sends the browser.
    #[track_caller]
    pub fn location(&self) -> String {
        assert_eq!(self.status, 303, "{}: {}", self.path, self.body);
        self.headers["location"].clone()
    }

    /// It sends the browser there.
    #[track_caller]
    pub fn sees(self, path: &str) -> Self {
        assert_eq!(self.location(), path);
        self
    }

    /// What stands between the tags of it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut is_tag = false;
        for c in self.body.chars() {
            match c {
                '<' => is_tag = true,
                '>' => (is_tag, text) = (false, text + " "),
                _ if is_tag => {}
                _ => text.push(c),
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ").replace("&#39;", "'").replace("&#38;", "&")
    }

    /// It says this.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.text().contains(words), "{words:?} is not in: {}", self.text());
        self
    }

    /// It does not say this. Tokens, keys and codes are made by chance, and in any of them may stand a short word: they
    /// say nothing.
    #[track_caller]
    pub fn never_says(self, words: &str) -> Self {
        let is_of_a_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let is_token = |run: &&str| run.len() >= 20 && words.len() < 8;
        let body = self
            .body
            .split(|c| !is_of_a_token(c))
            .filter(is_token)
            .fold(self.body.clone(), |body, run| body.replace(run, ""));
        assert!(!body.contains(words), "{words:?} is in: {}", self.text());
        self
    }

    /// The key of a device that is to be connected.
    pub fn key(&self) -> String {
        let (_, rest) = self.body.split_once("class=\"key\">").unwrap();
        rest.split('<').next().unwrap().replace(' ', "")
    }

    /// What the form that does `verb` carries unseen, and where it goes.
    #[track_caller]
    pub fn form(&self, verb: &str) -> (String, Vec<(String, String)>) {
        let mark = format!("data-do=\"{verb}\"");
        let at = self.body.find(&mark).unwrap_or_else(|| panic!("no form does {verb}: {}", self.body));
        let start = self.body[..at].rfind("<form").unwrap();
        let form = self.body[start..].split("</form>").next().unwrap();
        let tag = form.split('>').next().unwrap();
        // A form may have several buttons, each of which sends it elsewhere.
        let marked = &self.body[self.body[..at].rfind('<').unwrap()..];
        let elsewhere = attribute(marked.split('>').next().unwrap(), "formaction");
        let action = elsewhere.or(attribute(tag, "action")).unwrap_or_else(|| self.path.clone());
        let inputs = form.split("<input").skip(1).map(|input| input.split('>').next().unwrap());
        let unseen = inputs.filter(|input| {
            attribute(input, "type").as_deref() == Some("hidden") || input.contains(" checked")
        });
        let fields = unseen
            .map(|input| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap_or_default()));
        (action, fields.collect())
    }

    /// Fills in the form that does `verb`, and sends what stands in the page with it.
    #[track_caller]
    pub fn submit(&self, verb: &str, typed: &[(&str, &str)]) -> Page<'a> {
        let (action, unseen) = self.form(verb);
        let unseen = unseen.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<(&str, &str)> = unseen.chain(typed.iter().copied()).collect();
        self.browser.post(&action, &fields)
    }
}

/// The value of an attribute of a tag.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(
        rest.split('"')
            .next()?
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&"),
    )
}
