//! Which programs are let in, and how often.

use chrono::TimeDelta;

use crate::support::interface::Interface;

#[test]
fn health_is_told_to_anybody_in_a_word() {
    let interface = Interface::start();
    for (path, word) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let told = interface.get(path).has(200);
        assert_eq!(told.body, word);
    }
}

#[test]
fn a_token_that_holds_is_let_in_and_any_other_is_told_what_to_do() {
    let mut interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    interface.get_as(&token, "/api/imports").has(200);
    let none = interface.get("/api/imports").has(401).tells_problem("no-token", "refresher token add");
    assert_eq!(none.headers["www-authenticate"], "Bearer");
    let other = if token.ends_with('x') { 'y' } else { 'x' };
    let changed = format!("{}{other}", &token[..token.len() - 1]);
    for wrong in ["", "rfr_", "nonsense", &changed, &token.to_uppercase()] {
        interface.get_as(wrong, "/api/imports").has(401).tells_problem("no-token", "refresher token add");
    }
    let basic = format!("Basic {token}");
    interface.send("GET", "/api/imports", &[("Authorization", &basic)], b"").has(401);
    interface.later(TimeDelta::days(366));
    interface
        .get_as(&token, "/api/imports")
        .has(401)
        .tells_problem("no-token", "last day of this token is over");
}

#[test]
fn a_token_that_is_revoked_is_let_in_no_more_from_the_next_request_on() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    interface.get_as(&token, "/api/imports").has(200);
    let by = refresher::audit::Actor::named("test");
    assert!(refresher::jobs::revoke_token(&interface.app(), "esr", &by, interface.now).unwrap());
    assert!(!refresher::jobs::revoke_token(&interface.app(), "esr", &by, interface.now).unwrap());
    interface.get_as(&token, "/api/imports").has(401).tells_problem("no-token", "was revoked");
}

#[test]
fn a_token_is_for_what_it_is_for_and_from_where_it_may_come() {
    let interface = Interface::start();
    let watching = interface.token("prometheus", &["metrics:read"]);
    interface.get_as(&watching, "/api/imports").has(403).tells_problem("not-for-this", "import:KIND");
    let elsewhere = interface.token_of("elsewhere", &["import:staff"], &[], &["10.1.0.0/16", "::1"]);
    interface.get_as(&elsewhere, "/api/imports").has(403).tells_problem("not-for-this", "this address");
    let here = interface.token_of("here", &["import:staff"], &[], &["127.0.0.0/8"]);
    interface.get_as(&here, "/api/imports").has(200);
}

#[test]
fn an_address_that_fails_again_and_again_is_shut_out_whatever_it_sends() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    for _ in 0..20 {
        interface.get_as("rfr_nonsense", "/api/imports").has(401);
    }
    let told = interface.get_as(&token, "/api/imports").has(429).tells_problem("too-many", "sign-ins");
    assert_eq!(told.headers["retry-after"], "600");
    interface.get("/healthz").has(200);
}

#[test]
fn a_proxy_that_is_trusted_says_who_asks_and_no_other_does() {
    let behind = |interface: &Interface, token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("X-Forwarded-For", "203.0.113.9, 10.1.0.7")];
        interface.send("GET", "/api/imports", &headers, b"")
    };
    let interface = Interface::start();
    let token = interface.token_of("esr", &["import:staff"], &[], &["10.1.0.0/16"]);
    behind(&interface, &token).has(403);
    let interface = Interface::with_settings("[web]\ntrusted_proxies = [\"127.0.0.1\"]\n");
    let token = interface.token_of("esr", &["import:staff"], &[], &["10.1.0.0/16"]);
    behind(&interface, &token).has(200);
}

#[test]
fn what_is_asked_wrongly_is_a_problem_that_says_how() {
    let interface = Interface::start();
    let token = interface.token("esr", &["import:staff"]);
    interface.get_as(&token, "/api/nothing").has(404).tells_problem("not-found", "documentation");
    interface.get_as(&token, "/api/imports/7").has(404).tells_problem("not-found", "no import 7");
    interface.get_as(&token, "/api/imports/%00").has(404);
    interface
        .get_as(&token, "/api/imports?colour=red")
        .has(400)
        .tells_problem("bad-request", "it takes limit");
    interface.get_as(&token, "/api/imports?limit=0").has(400).tells_problem("bad-request", "write 1 to 1000");
    interface.get_as(&token, "/api/imports?limit=1&limit=2").has(400).tells_problem("bad-request", "twice");
    let told = interface
        .ask(&token, "DELETE", "/api/imports", &[], b"")
        .has(405)
        .tells_problem("wrong-method", "GET");
    assert_eq!(told.headers["allow"], "GET, HEAD");
    let huge = "x".repeat(40_000);
    interface.send("GET", "/api/imports", &[("X-Huge", &huge)], b"").has(431);
    interface.get("/healthz").has(200);
}
