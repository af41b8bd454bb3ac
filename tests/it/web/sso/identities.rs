//! How an account comes to be bound to who its holder is at a provider, and is no more.

use chrono::TimeDelta;
use refresher::access::AccessRole;
use refresher::audit::{self, Actor};
use refresher::jobs::{self, UserChange, UserChangeOutcome};
use serde_json::{Value, json};

use super::{ANN, account, provider, signs_in};
use crate::support::console::{Browser, Console};
use crate::support::identity_provider::IdentityProvider;

const ROLES: &str = "[[web.oidc.role]]\ngroup = \"leads\"\nrole = \"manager\"\norganisation = \"RXX\"\n";

fn identities(console: &Console, email: &str) -> usize {
    account(console, email).unwrap()["identities"].as_array().unwrap().len()
}

/// What was done to this account of late, the newest last.
fn audited(console: &Console, actions: &[&str]) -> Vec<(String, Value)> {
    let entries = console.app().db.read(|conn| audit::entries(conn, 100)).unwrap();
    let mut told: Vec<(String, Value)> = entries
        .into_iter()
        .filter(|entry| actions.contains(&entry.action.as_str()))
        .map(|entry| {
            let details = serde_json::from_str(&entry.details).unwrap();
            (format!("{} {}", entry.action, entry.object), details)
        })
        .collect();
    told.reverse();
    told
}

#[test]
fn an_operator_takes_the_identity_off_an_account_and_whoever_came_by_it_is_out() {
    let provider = provider();
    provider.says_of(json!({ "groups": ["leads"] }));
    let console = Console::with_provider(&provider, ROLES);
    let ann = console.user(ANN, AccessRole::Board);
    let (by_password, elsewhere) = (ann.signs_in(), console.browser());
    signs_in(&elsewhere, &provider).sees("/");
    let operator = console.user("op@example.org", AccessRole::Operator).signs_in();
    let at = format!("/accounts/{}", account(&console, ANN).unwrap()["account"]);
    let page = operator.get(&at).has(200).says("ann-1 at").says("by a group");
    page.submit("take-identity", &[]).sees(&at);
    let page = operator.get(&at).says("no longer signs in with their work account");
    page.never_says("ann-1 at").never_says("by a group").never_says("take-identity");
    elsewhere.get("/account").sees("/sign-in?to=%2Faccount");
    by_password.get("/account").has(200);
    let mail = console.newest_mail(ANN).unwrap();
    assert!(mail.contains("disconnected from single sign-on"), "{mail}");
    assert_eq!(identities(&console, ANN), 0);
    let told = audited(&console, &["user-identity-reset", "revoke"]);
    let number = &at["/accounts/".len()..];
    assert_eq!(told[0].0, format!("revoke account {number}"));
    assert_eq!(told[0].1["source"], "group");
    assert_eq!(told[1], (format!("user-identity-reset account {number}"), json!({ "sign_ins": 1 })));
    // Whoever the provider vouches for is bound anew, as at a first sign-in.
    provider.says_of(json!({ "sub": "ann-2", "groups": [] }));
    signs_in(&console.browser(), &provider).sees("/");
    assert_eq!(account(&console, ANN).unwrap()["identities"][0]["subject"], "ann-2");
}

#[test]
fn an_identity_is_taken_off_by_whoever_may_change_the_account_and_never_by_its_holder() {
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    let hr = console.user("hr@example.org", AccessRole::Hr);
    let (operator, another) = ("op@example.org", "op2@example.org");
    for (email, role) in [(ANN, AccessRole::Board), (another, AccessRole::Operator)] {
        console.invite(email, role);
    }
    let operator = console.user(operator, AccessRole::Operator);
    let number = |email: &str| account(&console, email).unwrap()["account"].to_string();
    let take = |browser: &Browser<'_>, email: &str| {
        let (_, unseen) = browser.get("/account").form("sign-out");
        let mut fields: Vec<(&str, &str)> =
            unseen.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("form_key", "once"));
        browser.post(&format!("/accounts/{}/take-identity", number(email)), &fields).status
    };
    let (hr_browser, operator_browser) = (hr.signs_in(), operator.signs_in());
    for (browser, email, status) in [
        (&hr_browser, ANN, 303),
        (&hr_browser, another, 404),
        (&hr_browser, "hr@example.org", 404),
        (&operator_browser, another, 303),
        (&operator_browser, "op@example.org", 404),
    ] {
        assert_eq!(take(browser, email), status, "{email}");
    }
}

#[test]
fn a_command_takes_it_off_and_says_where_there_was_nothing_to_take() {
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    let by = Actor::named("test");
    let take =
        || jobs::change_user(&console.app(), ANN, &UserChange::TakeIdentity, &by, console.now).unwrap();
    assert_eq!(take(), UserChangeOutcome::StoodSo);
    signs_in(&console.browser(), &provider).sees("/");
    assert_eq!(take(), UserChangeOutcome::Done);
    assert_eq!(identities(&console, ANN), 0);
}

/// Goes from the page of one's own account to the provider and back.
fn connects<'b>(browser: &'b Browser<'_>, provider: &IdentityProvider) -> crate::support::console::Page<'b> {
    let sent_to = browser.get("/sign-in/sso/connect").location();
    browser.get(&provider.signs_in(&sent_to))
}

#[test]
fn whoever_has_a_password_connects_their_work_account_whatever_they_may_do() {
    for role in [AccessRole::Operator, AccessRole::Hr, AccessRole::Auditor, AccessRole::Board] {
        let provider = provider();
        // An address of somebody else: it is no matter who the provider says they are.
        provider.says_of(json!({ "email": "other@example.org" }));
        let console = Console::with_provider(&provider, "");
        let ann = console.user(ANN, role).signs_in();
        let page = ann.get("/account").has(200).says("Sign in with your work account as well");
        assert!(page.body.contains("href=\"/account/work-account\""));
        let page = ann.get("/account/work-account").has(200).says("Your password goes on working");
        assert!(page.body.contains("<a class=\"go\" href=\"/sign-in/sso/connect\">"), "{}", page.body);
        let sent_to = ann.get("/sign-in/sso/connect").location();
        assert!(sent_to.contains("prompt=login") && sent_to.contains("max_age=0"), "{sent_to}");
        ann.get(&provider.signs_in(&sent_to)).sees("/account");
        ann.get("/account")
            .says("Your work account is connected")
            .says("ann-1 at")
            .never_says("work-account");
        ann.get("/account/work-account").sees("/account");
        assert!(console.newest_mail(ANN).unwrap().contains("connected to single sign-on"), "{role}");
        let number = account(&console, ANN).unwrap()["account"].to_string();
        let told = audited(&console, &["user-identity"]);
        let expected = (format!("user-identity account {number}"), json!({ "issuer": provider.issuer() }));
        assert_eq!(told, [expected], "{role}");
        // From now on as well; and no code is asked for.
        signs_in(&console.browser(), &provider).sees("/");
    }
}

#[test]
fn a_work_account_is_connected_only_to_whom_it_is_free_by_whoever_proves_both() {
    type Said = Value;
    let stale = json!({ "auth_time": 1_700_000_000 });
    let cases: [(&str, &str, Said, bool); 4] = [
        ("fresh there", "", json!({}), true),
        ("proved there long ago", "", stale, false),
        ("not said when", "", json!({ "auth_time": null }), false),
        ("not in the way that is asked for", "require_amr = \"mfa\"\n", json!({ "amr": ["pwd"] }), false),
    ];
    for (name, settings, claims, is_bound) in cases {
        let provider = provider();
        provider.says_of(claims);
        let console = Console::with_provider(&provider, settings);
        let ann = console.user(ANN, AccessRole::Hr).signs_in();
        assert_eq!(connects(&ann, &provider).status, if is_bound { 303 } else { 422 }, "{name}");
        assert_eq!(identities(&console, ANN), usize::from(is_bound), "{name}");
    }
}

#[test]
fn an_answer_connects_no_account_but_that_of_the_sign_in_that_asked() {
    let provider = provider();
    let mut console = Console::with_provider(&provider, "");
    console.invite("bob@example.org", AccessRole::Board);
    provider.says_of(json!({ "email": "bob@example.org", "sub": "bob-1" }));
    signs_in(&console.browser(), &provider).sees("/");
    let ann = console.user(ANN, AccessRole::Board);
    let (first, second) = (ann.signs_in(), ann.signs_in());
    // Somebody whom another account is bound to.
    connects(&first, &provider).has(422);
    provider.says(|_| {});
    let ask = |browser: &Browser<'_>| provider.signs_in(&browser.get("/sign-in/sso/connect").location());
    // Another sign-in, also of the same account, and nobody.
    let back = ask(&first);
    second.sso.replace(first.sso.borrow().clone());
    second.get(&back).has(422);
    let back = ask(&first);
    let nobody = console.browser();
    nobody.sso.replace(first.sso.borrow().clone());
    nobody.get(&back).has(422);
    // Whoever signed out meanwhile.
    let back = ask(&second);
    second.get("/account").submit("sign-out", &[]).location();
    second.get(&back).has(422);
    assert_eq!(identities(&console, ANN), 0);
    // Whoever gave their password too long ago gives it first; also where that comes to pass at the provider.
    let back = ask(&first);
    let kept = (first.cookie.borrow().clone(), first.sso.borrow().clone());
    drop((first, second));
    console.later(TimeDelta::minutes(9) + TimeDelta::seconds(30));
    provider.is_at(console.now);
    let browser = console.browser();
    browser.cookie.replace(kept.0.clone());
    let late = ask_late(&browser, &provider);
    browser.cookie.replace(kept.0.clone());
    drop(browser);
    console.later(TimeDelta::seconds(31));
    provider.is_at(console.now);
    let browser = console.browser();
    browser.cookie.replace(kept.0);
    browser.sso.replace(late.1);
    browser.get(&late.0).has(422);
    browser.sso.replace(kept.1);
    browser.get(&back).has(422);
    let first_again = "/sign-in/again?to=%2Faccount%2Fwork-account";
    browser.get("/sign-in/sso/connect").sees(first_again);
    browser.get("/account/work-account").sees(first_again);
    assert_eq!(identities(&console, ANN), 0);
}

/// Where the provider sends back to, and what the browser kept.
fn ask_late(browser: &Browser<'_>, provider: &IdentityProvider) -> (String, Option<String>) {
    let back = provider.signs_in(&browser.get("/sign-in/sso/connect").location());
    (back, browser.sso.borrow().clone())
}

#[test]
fn an_account_is_connected_to_one_work_account_at_a_time() {
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    let ann = console.user(ANN, AccessRole::Board).signs_in();
    connects(&ann, &provider).sees("/account");
    provider.says_of(json!({ "sub": "ann-2" }));
    connects(&ann, &provider).has(422);
    assert_eq!(account(&console, ANN).unwrap()["identities"][0]["subject"], "ann-1");
}

#[test]
fn a_browser_comes_back_to_the_host_it_asked_where_no_public_address_is_set() {
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    let here = console.address.to_string();
    for host in [here.as_str(), &format!("localhost:{}", console.address.port())] {
        let browser = console.browser();
        let sent_to = browser.ask("GET", "/sign-in/sso", &[("Host", host)], None).location();
        let back = format!("redirect_uri={}", host.replace(':', "%3A"));
        let back = back.replace("redirect_uri=", "redirect_uri=http%3A%2F%2F") + "%2Fsign-in%2Fsso%2Fdone";
        assert!(sent_to.contains(&back), "{sent_to}");
        let path = provider.signs_in(&sent_to);
        browser.ask("GET", &path, &[("Host", host)], None).sees("/");
    }
}

#[test]
fn a_provider_that_does_not_tell_more_than_a_token_holds_shuts_nobody_out_whose_token_holds_enough() {
    for (name, settings, claims, is_let_in) in [
        ("everything in the token", "", json!({}), true),
        ("no address", "", json!({ "email": null }), false),
        ("not whether it is verified", "", json!({ "email_verified": null }), false),
        ("no groups", ROLES, json!({}), true),
    ] {
        for status in [503, 404, 200] {
            let provider = provider();
            provider.says(|said| {
                said.claims = claims.clone();
                said.userinfo_status = status;
                said.userinfo = if status == 200 { json!({ "sub": "bob-1" }) } else { json!({}) };
            });
            let console = Console::with_provider(&provider, settings);
            console.invite(ANN, AccessRole::Board);
            let browser = console.browser();
            // What it tells of somebody else is nothing to go on without.
            let is_let_in = is_let_in && (status != 200 || settings.is_empty());
            let found = signs_in(&browser, &provider).status;
            assert_eq!(found, if is_let_in { 303 } else { 422 }, "{name} {status}");
            if is_let_in && !settings.is_empty() {
                browser.get("/").says("without the roles that your groups give you");
            }
        }
    }
    // Whoever is known is let in without any of it.
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    signs_in(&console.browser(), &provider).sees("/");
    provider.says(|said| (said.claims, said.userinfo_status) = (json!({ "email": null }), 503));
    signs_in(&console.browser(), &provider).sees("/");
}
