//! A real browser: Chromium without a window, driven by chromedriver over the WebDriver protocol.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Under this name the protocol hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// So long something is waited for that a page does by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// The Tab key, as the protocol writes it.
pub const TAB: &str = "\u{E004}";
/// The Enter key.
pub const ENTER: &str = "\u{E007}";

/// Whether the programs that these tests need are there. Where the environment says that they are required, as `./test`
/// does once it has installed them, a missing one is a failure.
pub fn has_browser() -> bool {
    let required = std::env::var("REFRESHER_TEST_TOOLS").is_ok_and(|value| value == "required");
    let there = program("chromedriver").is_some() && program("chromium").is_some() && axe().is_some();
    assert!(there || !required, "chromium, chromedriver and axe-core (TEST_AXE) are needed");
    if !there {
        eprintln!(
            "LEFT OUT: chromium, chromedriver or axe-core is not here; `./test` as root installs them."
        );
    }
    there
}

fn program(name: &str) -> Option<PathBuf> {
    let places = std::env::var("PATH").unwrap_or_default();
    places.split(':').map(|place| Path::new(place).join(name)).find(|path| path.is_file())
}

/// The program that looks for what keeps people from using a page.
fn axe() -> Option<String> {
    std::fs::read_to_string(std::env::var("TEST_AXE").ok()?).ok()
}

/// A browser with a profile of its own; it ends when it is dropped.
pub struct WebBrowser {
    driver: Child,
    session: String,
    _profile: tempfile::TempDir,
}

impl WebBrowser {
    /// A browser that shows nothing yet.
    pub fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let mark = "started successfully on port ";
        let line = lines.map(Result::unwrap).find(|line| line.contains(mark)).expect("chromedriver ended");
        let port = line.split(mark).nth(1).unwrap().trim_end_matches('.');
        let profile = tempfile::tempdir().unwrap();
        let mut args: Vec<String> = [
            "--headless=new",
            "--window-size=1200,1000",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        .map(str::to_owned)
        .to_vec();
        args.push(format!("--user-data-dir={}", profile.path().display()));
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": args, "binary": program("chromium") },
        } } });
        let made = ask("POST", &format!("http://127.0.0.1:{port}/session"), Some(&wanted));
        let id = made["sessionId"].as_str().unwrap_or_else(|| panic!("{made}"));
        let session = format!("http://127.0.0.1:{port}/session/{id}");
        Self { driver, session, _profile: profile }
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        ask("POST", &format!("{}{path}", self.session), Some(body))
    }

    /// Asks for an address.
    pub fn go(&self, address: &str) {
        self.command("/url", &json!({ "url": address }));
    }

    /// Goes back, as by the button.
    pub fn back(&self) {
        self.command("/back", &json!({}));
    }

    /// The address that is shown.
    pub fn address(&self) -> String {
        ask("GET", &format!("{}/url", self.session), None).as_str().unwrap().to_owned()
    }

    /// What a script of the test's own says of the page.
    pub fn script(&self, script: &str, args: &Value) -> Value {
        self.command("/execute/sync", &json!({ "script": script, "args": args }))
    }

    /// Shows pages as on a phone of this width, in pixels.
    pub fn is_a_phone(&self, width: u32) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Shows pages as on a desk again.
    pub fn is_on_a_desk(&self) {
        self.cdp("Emulation.clearDeviceMetricsOverride", &json!({}));
    }

    /// What the reader has set: `light` or `dark`, and whether colours are forced.
    pub fn prefers(&self, scheme: &str, forced_colours: bool) {
        let forced = if forced_colours { "active" } else { "none" };
        self.cdp(
            "Emulation.setEmulatedMedia",
            &json!({ "features": [
                { "name": "prefers-color-scheme", "value": scheme },
                { "name": "forced-colors", "value": forced },
            ] }),
        );
    }

    /// Whether pages are shown as they are printed.
    pub fn prints(&self, prints: bool) {
        let media = if prints { "print" } else { "" };
        self.cdp("Emulation.setEmulatedMedia", &json!({ "media": media }));
    }

    fn cdp(&self, command: &str, params: &Value) {
        self.command("/goog/cdp/execute", &json!({ "cmd": command, "params": params }));
    }

    fn element(&self, css: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let wanted = json!({ "using": "css selector", "value": css });
            let found = self.command("/element", &wanted);
            if let Some(id) = found[ELEMENT].as_str() {
                return format!("{}/element/{id}", self.session);
            }
            assert!(Instant::now() < until, "{css} is not on {}: {}", self.address(), self.text());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Puts text into a field, in place of what was there.
    pub fn fill(&self, css: &str, text: &str) {
        let element = self.element(css);
        ask("POST", &format!("{element}/clear"), Some(&json!({})));
        ask("POST", &format!("{element}/value"), Some(&json!({ "text": text })));
    }

    /// Chooses an option of a field by its value.
    pub fn choose(&self, name: &str, value: &str) {
        self.click(&format!("select[name=\"{name}\"] option[value=\"{value}\"]"));
    }

    /// Clicks on something.
    pub fn click(&self, css: &str) {
        let element = self.element(css);
        let id = element.rsplit('/').next().unwrap_or_default();
        let into_view = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.script(into_view, &json!([{ ELEMENT: id }]));
        let done = ask("POST", &format!("{element}/click"), Some(&json!({})));
        assert!(done.get("error").is_none(), "{css}: {done}");
    }

    /// Clicks on the link with these words.
    pub fn follow(&self, words: &str) {
        let found = self.command("/element", &json!({ "using": "link text", "value": words }));
        let id = found[ELEMENT].as_str().unwrap_or_else(|| panic!("no link {words}: {}", self.text()));
        ask("POST", &format!("{}/element/{id}/click", self.session), Some(&json!({})));
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub fn press(&self, keys: &str) {
        let each = keys.chars().flat_map(|key| {
            let key = key.to_string();
            [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
        });
        let actions: Vec<Value> = each.collect();
        self.command(
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }),
        );
    }

    /// What has the focus: the name of a field, or the words of a link or button.
    pub fn focus(&self) -> String {
        let script = "const on = document.activeElement; return on.name || on.innerText || on.tagName";
        self.script(script, &json!([])).as_str().unwrap_or_default().trim().to_owned()
    }

    /// Moves the focus on by Tab until it is on this field, link or button.
    pub fn tab_to(&self, wanted: &str) {
        for _ in 0..80 {
            if self.focus() == wanted {
                return;
            }
            self.press(TAB);
        }
        panic!("Tab never comes to {wanted} on {}: {}", self.address(), self.text());
    }

    /// The text that is seen.
    pub fn text(&self) -> String {
        let text = self.script("return document.body ? document.body.innerText : ''", &json!([]));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until this is seen.
    #[track_caller]
    pub fn sees(&self, words: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.text().contains(words) {
            assert!(Instant::now() < until, "{words:?} is not on {}: {}", self.address(), self.text());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What axe-core finds wrong with the page by these rules, or by all where none is named.
    pub fn axe(&self, rules: &[&str]) -> Vec<String> {
        let script = format!(
            "{};\nconst [rules, done] = arguments;\n\
             const only = rules.length ? {{ runOnly: {{ type: 'rule', values: rules }} }} : {{}};\n\
             axe.run(document, only).then(\n\
               found => done(found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | '))),\n\
               error => done(['axe failed: ' + error]))",
            axe().expect("axe-core is not here")
        );
        let found = self.command("/execute/async", &json!({ "script": script, "args": [rules] }));
        let found = found.as_array().unwrap_or_else(|| panic!("{found}")).iter();
        found.map(|one| one.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// By how many pixels the page is wider than the screen.
    pub fn is_too_wide_by(&self) -> i64 {
        let script = "return document.scrollingElement.scrollWidth - document.documentElement.clientWidth";
        self.script(script, &json!([])).as_i64().unwrap()
    }

    /// What is seen, as a PNG.
    pub fn picture(&self, to: &Path) {
        use base64::Engine;
        let picture = ask("GET", &format!("{}/screenshot", self.session), None);
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture.as_str().unwrap()).unwrap();
        std::fs::write(to, bytes).unwrap();
    }
}

impl Drop for WebBrowser {
    fn drop(&mut self) {
        ask("DELETE", &self.session, None);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The value of an answer; that of an error says which.
fn ask(method: &str, address: &str, body: Option<&Value>) -> Value {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let answer = match (method, body) {
        ("GET", _) => agent.get(address).call(),
        ("DELETE", _) => agent.delete(address).call(),
        (_, body) => {
            let body = body.map(Value::to_string).unwrap_or_default();
            agent.post(address).content_type("application/json").send(body)
        }
    };
    let Ok(mut answer) = answer else { return Value::Null };
    let text = answer.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string().unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap_or_default();
    document["value"].take()
}
