//! What every request meets, whatever it asks for: hosts, origins, tokens, limits, and faults as pages.

use refresher::access::AccessRole;

use crate::support::console::Console;

#[test]
fn nothing_is_answered_to_another_host_but_whether_the_console_is_there() {
    let console = Console::start();
    let browser = console.browser();
    for host in ["evil.test", "10.0.0.1", "127.0.0.1.evil.test", "refresher.example.org"] {
        browser.ask("GET", "/sign-in", &[("Host", host)], None).has(421);
        assert_eq!(browser.ask("GET", "/health/live", &[("Host", host)], None).has(200).body, "ok\n");
    }
    assert_eq!(browser.get("/health/ready").has(200).body, "ready\n");
    let named = Console::with_settings("[web]\npublic_url = \"https://refresher.example.org\"\n");
    let browser = named.browser();
    let page = browser.ask("GET", "/sign-in", &[("Host", "refresher.example.org")], None).has(200);
    assert_eq!(page.headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
    named.browser().get("/sign-in").has(421);
}

#[test]
fn a_form_from_elsewhere_does_nothing_and_shows_what_was_typed() {
    let console = Console::start();
    let ann = console.user("ann@example.org", AccessRole::Board);
    let browser = ann.signs_in();
    let other = ann.signs_in();
    let (_, unseen) = browser.get("/account").form("sign-ins");
    let body = |fields: &[(String, String)]| {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .append_pair("note", "typed")
            .finish()
    };
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let own = format!("http://{}", console.address);
    let without_token: Vec<(String, String)> =
        unseen.iter().filter(|(name, _)| name != "form_token").cloned().collect();
    let others: Vec<(String, String)> = other.get("/account").form("sign-ins").1;
    for (headers, fields) in [
        (vec![kind, ("Origin", "https://evil.test")], &unseen),
        (vec![kind, ("Origin", "null")], &unseen),
        (vec![kind], &unseen),
        (vec![kind, ("Sec-Fetch-Site", "cross-site")], &unseen),
        (vec![kind, ("Origin", &own)], &without_token),
        (vec![kind, ("Origin", &own)], &others),
    ] {
        let page = browser.ask("POST", "/account/sign-ins", &headers, Some(&body(fields)));
        page.has(403).says("Nothing was done").says("typed").says("Reference:").never_says("form_token");
    }
    other.get("/account").has(200);
    let headers = [kind, ("Sec-Fetch-Site", "same-origin")];
    browser.ask("POST", "/account/sign-ins", &headers, Some(&body(&unseen))).sees("/account");
    other.get("/account").sees("/sign-in?to=%2Faccount");
}

#[test]
fn what_is_not_there_and_what_cannot_be_done_are_pages() {
    let console = Console::start();
    let browser = console.user("ann@example.org", AccessRole::Board).signs_in();
    for path in
        ["/nowhere", "/account/nothing", "/assets/style.css", "/parked/1", "/parked/x", "/.git/config", "//"]
    {
        browser.get(path).has(404).says("Page not found").never_says("ann@");
    }
    let nobody = console.browser();
    assert_eq!(nobody.get("/nowhere").body, browser.get("/elsewhere").body);
    for (method, path, allow) in [
        ("DELETE", "/sign-in", "GET, HEAD, POST"),
        ("PUT", "/account", "GET, HEAD"),
        ("GET", "/sign-out", "POST"),
        ("GET", "/account/password", "POST"),
        ("POST", "/account", "GET, HEAD"),
    ] {
        assert_eq!(browser.ask(method, path, &[], None).has(405).headers["allow"], allow, "{method} {path}");
    }
    let own = format!("http://{}", console.address);
    let kind = ("Content-Type", "application/json");
    browser.ask("POST", "/sign-in", &[kind, ("Origin", &own)], Some("{}")).has(415);
    let much = format!("email={}", "a".repeat(70_000));
    browser.post("/sign-in", &[("email", &much)]).has(413);
    browser.post("/sign-in", &[("email", "\u{0}\u{fffd}<b>&\"'"), ("password", "x")]).has(422);
}

#[test]
fn whoever_is_not_signed_in_gets_no_page_of_anybody() {
    let console = Console::start();
    let browser = console.browser();
    for cookie in [None, Some("x".to_owned()), Some("A".repeat(43)), Some(String::new())] {
        browser.cookie.replace(cookie);
        browser.get("/").sees("/sign-in");
        browser.get("/account").sees("/sign-in?to=%2Faccount");
        browser.get("/parked/1?a=b").sees("/sign-in?to=%2Fparked%2F1%3Fa%3Db");
        browser.post("/account/password", &[("password", "x")]).sees("/sign-in");
        browser.post("/sign-out", &[]).sees("/sign-in");
    }
}

#[test]
fn asking_changes_nothing() {
    let console = Console::start();
    let browser = console.user("ann@example.org", AccessRole::Board).signs_in();
    let link = console.link_to_open_for("bob@example.org");
    let file = console.trust.folder.path().join("refresher.db");
    let dump = || {
        let query = "SELECT (SELECT count(*) FROM audit) || ' ' || (SELECT count(*) FROM sign_in) || ' ' || \
                     (SELECT count(*) FROM message) || ' ' || (SELECT count(*) FROM parked_form) || ' ' || \
                     (SELECT count(spent_at) FROM account_link) AS line";
        crate::support::program::lines(&file, query)
    };
    let before = dump();
    for path in [
        "/",
        "/account",
        "/account/device",
        "/sign-in",
        "/sign-in/again",
        "/reset",
        &link,
        "/sign-out",
        "/nowhere",
    ] {
        for method in ["GET", "HEAD"] {
            for _ in 0..3 {
                browser.ask(method, path, &[], None);
            }
        }
    }
    assert_eq!(dump(), before);
}

#[test]
fn pages_are_small_packed_where_that_is_asked_for_and_load_one_style() {
    let console = Console::start();
    let browser = console.browser();
    let page = browser.get("/sign-in");
    assert!(!page.headers.contains_key("content-encoding") && page.body.len() < 10_000);
    let packed = browser.ask("GET", "/sign-in", &[("Accept-Encoding", "br, gzip")], None).has(200);
    assert_eq!((packed.headers["content-encoding"].as_str(), &packed.body), ("gzip", &page.body));
    let at = page.body.find("/assets/style-").unwrap();
    let style = page.body[at..].split('"').next().unwrap();
    assert_eq!(browser.get(style).has(200).headers["content-type"], "text/css; charset=utf-8");
}

#[test]
fn a_sign_in_asks_a_hundred_and_twenty_times_a_minute_and_no_more() {
    let console = Console::start();
    let browser = console.user("ann@example.org", AccessRole::Board).signs_in();
    let answers: Vec<u16> = (0..125).map(|_| browser.get("/account").status).collect();
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 5);
    assert_eq!(browser.get("/account").headers["retry-after"], "60");
    console.browser().get("/sign-in").has(200);
}
