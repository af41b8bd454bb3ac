//! Signing in at an identity provider: who is let in, who is not, and that nobody can tell why not.

mod accounts;
mod hostile;
mod identities;
pub mod of_others;
mod without_passwords;

use chrono::TimeDelta;
use refresher::access::AccessRole;
use refresher::answers::{Viewer, users};
use refresher::audit::Actor;
use refresher::jobs::{self, LinkDelivery, UserChange};
use serde_json::{Value, json};

use crate::support::console::{Browser, Console, PASSWORD, Page};
use crate::support::identity_provider::IdentityProvider;
use crate::support::trust::instant;

const ANN: &str = "ann@example.org";

fn provider() -> IdentityProvider {
    IdentityProvider::start(instant("2026-11-24T09:00:00Z"))
}

/// Goes to the provider by the link of the sign-in page, and comes back.
fn signs_in<'b>(browser: &'b Browser<'_>, provider: &IdentityProvider) -> Page<'b> {
    let sent_to = browser.get("/sign-in/sso").location();
    browser.get(&provider.signs_in(&sent_to))
}

/// The account with this address, as programs read it.
fn account(console: &Console, email: &str) -> Option<Value> {
    let users = serde_json::to_value(users(&console.app(), &Viewer::Everything, None).unwrap()).unwrap();
    users["users"].as_array().unwrap().iter().find(|user| user["email"] == email).cloned()
}

/// What somebody hears who is not let in, but for the reference.
fn refusal(page: &Page<'_>) -> String {
    let (before, after) = page.body.split_once("Reference: <code>").unwrap();
    format!("{} {before} {}", page.status, after.split_once('<').unwrap().1)
}

#[test]
fn a_board_member_signs_in_by_a_click_and_is_known_from_then_on() {
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    let browser = console.browser();
    let page = browser.get("/sign-in").has(200).says("Sign in with Example");
    assert!(page.body.contains("<a class=\"go\" href=\"/sign-in/sso\">"), "{}", page.body);
    let sent_to = browser.get("/sign-in/sso?to=%2Faccount").location();
    browser.get(&provider.signs_in(&sent_to)).sees("/account");
    assert_eq!(*browser.sso.borrow(), None);
    browser.get("/").has(200).says("How things stand");
    browser
        .get("/account")
        .has(200)
        .says("Aisha Bello")
        .says("ann-1 at http://127.0.0.1")
        .never_says("new_password");
    let identity = json!([{ "issuer": provider.issuer(), "subject": "ann-1" }]);
    assert_eq!(account(&console, ANN).unwrap()["identities"], identity);
    assert!(console.newest_mail(ANN).unwrap().contains("connected to single sign-on"));
    // Whatever the address says later, it is the number that counts; and what was kept of the provider still holds.
    provider.says_of(json!({ "email": "other@example.org", "email_verified": null }));
    signs_in(&console.browser(), &provider).sees("/");
    assert_eq!(account(&console, ANN).unwrap()["identities"], identity);
    assert_eq!(
        (provider.was_asked("/keys"), provider.was_asked("/.well-known/openid-configuration")),
        (1, 1)
    );
    // A link of hers leads to no password any more, and none is mailed: she has none.
    browser.get("/reset").submit("reset", &[("email", ANN)]).location();
    assert!(console.newest_mail(ANN).unwrap().contains("connected to single sign-on"));
}

#[test]
fn the_provider_may_be_down_when_the_console_starts_and_is_asked_again_after_a_while() {
    let provider = provider();
    provider.says(|said| said.status = 503);
    let mut console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    for _ in 0..2 {
        console.browser().get("/sign-in").has(200);
        console.browser().get("/sign-in/sso").has(422).says("You are not signed in").says("Reference:");
    }
    assert_eq!(provider.was_asked("/.well-known/openid-configuration"), 1);
    provider.says(|_| {});
    console.later(TimeDelta::seconds(1));
    provider.is_at(console.now);
    signs_in(&console.browser(), &provider).sees("/");
}

#[test]
fn what_a_provider_says_of_itself_is_what_it_should_be() {
    for description in [
        json!({ "issuer": "https://evil.test" }),
        json!({ "issuer": null }),
        json!({ "authorization_endpoint": "http://evil.test/authorize" }),
        json!({ "jwks_uri": "http://192.0.2.1/keys" }),
        json!({ "jwks_uri": "http://127.0.0.1@evil.test/keys" }),
        json!({ "jwks_uri": null }),
    ] {
        let provider = provider();
        provider.says(|said| said.description = description.clone());
        let console = Console::with_provider(&provider, "");
        console.browser().get("/sign-in/sso").has(422);
    }
}

#[test]
fn whoever_is_asked_again_proves_it_at_the_provider_then_and_there() {
    let provider = provider();
    let mut console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    let browser = console.browser();
    signs_in(&browser, &provider).sees("/");
    let cookie = browser.cookie.borrow().clone();
    drop(browser);
    console.later(TimeDelta::minutes(11));
    let began = console.now - TimeDelta::minutes(11);
    let browser = console.browser();
    browser.cookie.replace(cookie.clone());
    browser.get("/account/device").sees("/sign-in/again?to=%2Faccount%2Fdevice");
    let page = browser.get("/sign-in/again?to=%2Faccount%2Fdevice").has(200).says("Sign in with Example");
    page.never_says("name=\"password\"");
    let again = || browser.get("/sign-in/sso/again?to=%2Faccount%2Fdevice").location();
    provider.is_at(console.now);
    // One that was proved before, by nobody knows when, by somebody else, or by nobody who is signed in.
    for claims in
        [json!({ "auth_time": began.timestamp() }), json!({ "auth_time": null }), json!({ "sub": "bob-1" })]
    {
        provider.says_of(claims.clone());
        let sent_to = again();
        assert!(sent_to.contains("prompt=login") && sent_to.contains("max_age=0"), "{sent_to}");
        browser.get(&provider.signs_in(&sent_to)).has(422);
        browser.get("/account/device").sees("/sign-in/again?to=%2Faccount%2Fdevice");
    }
    provider.says(|_| {});
    let back = provider.signs_in(&again());
    let stranger = console.browser();
    stranger.sso.replace(browser.sso.borrow().clone());
    stranger.get(&back).has(422);
    browser.get(&provider.signs_in(&again())).sees("/account/device");
    browser.get("/account/device").has(200);
    assert_ne!(*browser.cookie.borrow(), cookie, "another cookie after proving it");
}

#[test]
fn whoever_signs_out_here_is_offered_to_sign_out_there() {
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    let browser = console.browser();
    signs_in(&browser, &provider).sees("/");
    browser.get("/account").submit("sign-out", &[]).sees("/sign-in?done=out-sso");
    browser.get("/account").sees("/sign-in?to=%2Faccount");
    let page = browser.get("/sign-in?done=out-sso").says("You are signed out").says("sign out of that too");
    assert!(page.body.contains("href=\"/sign-out/sso\""));
    let way_out = format!("{}/out?client_id=refresher-console", provider.issuer());
    browser.get("/sign-out/sso").sees(&way_out);
    browser.get("/sign-in?done=out").says("You are signed out").never_says("/sign-out/sso");
}

#[test]
fn whoever_runs_the_machine_signs_in_at_the_provider_from_their_invitation_alone() {
    let provider = provider();
    provider.says_of(json!({ "email": "any@example.org" }));
    let console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Operator);
    let link = console.link_to(ANN);
    let browser = console.browser();
    for _ in 0..3 {
        let page = browser.get(&link).has(200).says("Sign in with Example");
        assert!(!page.headers.contains_key("set-cookie"));
    }
    let sent_to = browser.get(&format!("{link}/sso")).location();
    let back = provider.signs_in(&sent_to);
    browser.get(&back).sees("/");
    browser.get("/health").has(200);
    // The link is spent, and what it bound stays bound.
    browser.get(&link).has(404);
    browser.get(&format!("{link}/sso")).has(404);
    assert_eq!(account(&console, ANN).unwrap()["identities"][0]["subject"], "ann-1");
    // Another invitation binds nobody else to it.
    let by = Actor::named("test");
    let reset = UserChange::Reset(LinkDelivery::Mailed);
    jobs::change_user(&console.app(), ANN, &reset, &by, console.now).unwrap();
    let second = console.link_to(ANN);
    browser.get(&second).has(200).never_says("/sso");
    provider.says_of(json!({ "sub": "bob-1" }));
    let other = console.browser();
    let sent_to = other.get(&format!("{second}/sso")).location();
    other.get(&provider.signs_in(&sent_to)).has(422);
    // Forged ones lead nowhere.
    for dead in ["/l/AQAAAAE/sso", "/l/x/sso"] {
        other.get(dead).has(404);
    }
}

#[test]
fn a_password_stays_beside_single_sign_on_for_whoever_has_one() {
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    let ann = console.user(ANN, AccessRole::Board);
    signs_in(&console.browser(), &provider).sees("/");
    let browser = ann.signs_in();
    browser.get("/account").has(200).says("ann-1 at").says("New password");
    let page = browser.get("/sign-in/again?to=%2Faccount").says("Sign in with Example");
    page.submit("again", &[("password", PASSWORD)]).sees("/account");
    browser.get("/account").submit("sign-out", &[]).sees("/sign-in?done=out");
}

#[test]
fn an_account_s_page_shows_who_its_holder_is_there_and_which_roles_a_group_gave() {
    let provider = provider();
    provider.says_of(json!({ "groups": ["keepers"] }));
    let role = "[[web.oidc.role]]\ngroup = \"keepers\"\nrole = \"manager\"\norganisation = \"RXX\"\n";
    let console = Console::with_provider(&provider, role);
    console.invite(ANN, AccessRole::Board);
    signs_in(&console.browser(), &provider).sees("/");
    let operator = console.user("op@example.org", AccessRole::Operator).signs_in();
    let page = operator.get(&format!("/accounts/{}", account(&console, ANN).unwrap()["account"])).has(200);
    page.says("ann-1 at http://127.0.0.1").says("by a group").says("by hand").says("usable");
}

#[test]
fn what_is_looked_over_says_whether_the_provider_answers_as_itself() {
    let provider = provider();
    let role = "[[web.oidc.role]]\ngroup = \"keepers\"\nrole = \"hr\"\norganisation = \"RZZ\"\n";
    let console = Console::with_provider(&provider, role);
    let operator = console.user("op@example.org", AccessRole::Operator).signs_in();
    let looked_over = || {
        operator.get("/health").submit("check", &[]).sees("/health");
        operator.get("/health").has(200)
    };
    let page =
        looked_over().says("answers as itself").says("role of [web.oidc] is at RZZ, which nobody knows");
    page.says("Single sign-on");
    provider.says(|said| said.description = json!({ "issuer": "https://evil.test" }));
    looked_over().says("provider does not say of itself what it should");
    provider.says(|said| said.status = 503);
    looked_over().says("provider can't be reached: it answered with status 503");
}
