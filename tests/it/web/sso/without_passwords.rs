//! A console where everybody signs in at the provider, and nobody with a password.

use chrono::TimeDelta;
use refresher::access::AccessRole;
use refresher::audit::Actor;
use refresher::jobs::{self, LinkDelivery, UserChange, UserChangeOutcome, UserRefused};
use serde_json::json;

use super::{ANN, account, provider, signs_in};
use crate::support::console::{Console, PASSWORD};

const WITHOUT: &str = "[web.local]\nenabled = false\n";

fn reset(console: &Console, email: &str) -> anyhow::Result<UserChangeOutcome> {
    let reset = UserChange::Reset(LinkDelivery::Mailed);
    jobs::change_user(&console.app(), email, &reset, &Actor::named("test"), console.now)
}

#[test]
fn what_has_to_do_with_a_password_is_not_there_and_the_rest_is() {
    let provider = provider();
    let console = Console::with_provider(&provider, WITHOUT);
    console.invite(ANN, AccessRole::Board);
    let browser = console.browser();
    let page = browser.get("/sign-in").has(200).says("Sign in with Example");
    page.never_says("data-do=\"sign-in\"").never_says("/reset").never_says("password");
    signs_in(&browser, &provider).sees("/");
    let page = browser.get("/account").has(200).says("ann-1 at");
    page.never_says("new_password").never_says("/account/device").never_says("Authenticator");
    for path in ["/reset", "/sign-in/code", "/sign-in/device", "/account/device"] {
        browser.get(path).has(404);
    }
    for path in [
        "/sign-in",
        "/sign-in/again",
        "/sign-in/code",
        "/sign-in/device",
        "/reset",
        "/account/password",
        "/account/device",
        "/account/device/remove",
        "/account/codes",
    ] {
        browser.post(path, &[("email", ANN), ("password", PASSWORD)]).has(404);
    }
    browser.get("/sign-in/again").has(200).says("Sign in with Example").never_says("password");
}

#[test]
fn an_invitation_leads_to_the_provider_and_to_nothing_else() {
    let provider = provider();
    let console = Console::with_provider(&provider, WITHOUT);
    console.invite(ANN, AccessRole::Operator);
    let mail = console.newest_mail(ANN).unwrap();
    assert!(
        mail.contains("Sign in with your work account by") && !mail.contains("hoose a password"),
        "{mail}"
    );
    let link = console.link_to(ANN);
    let browser = console.browser();
    let page = browser.get(&link).has(200).says("Sign in for the first time").says("Sign in with Example");
    page.never_says("new_password");
    browser.post(&link, &[("new_password", PASSWORD)]).has(404);
    let sent_to = browser.get(&format!("{link}/sso")).location();
    browser.get(&provider.signs_in(&sent_to)).sees("/");
    assert_eq!(account(&console, ANN).unwrap()["identities"][0]["subject"], "ann-1");
    // There is nothing to choose for whoever signs in there.
    let refused = reset(&console, ANN).unwrap_err();
    assert!(matches!(refused.downcast_ref(), Some(UserRefused::SignsInElsewhere(_))), "{refused}");
}

#[test]
fn whoever_had_a_password_is_signed_out_and_invited_to_come_from_the_provider() {
    let provider = provider();
    let mut console = Console::with_provider(&provider, "");
    let operator = console.user("op@example.org", AccessRole::Operator).signs_in();
    let cookie = operator.cookie.borrow().clone();
    console.trust.write(
        "refresher.toml",
        &(std::fs::read_to_string(console.trust.folder.path().join("refresher.toml")).unwrap() + WITHOUT),
    );
    drop(operator);
    console.later(TimeDelta::seconds(1));
    provider.is_at(console.now);
    let browser = console.browser();
    browser.cookie.replace(cookie);
    browser.get("/account").sees("/sign-in?to=%2Faccount");
    // By address nobody is bound who may do as much.
    provider.says_of(json!({ "email": "op@example.org" }));
    signs_in(&console.browser(), &provider).has(422);
    assert_eq!(reset(&console, "op@example.org").unwrap(), UserChangeOutcome::Done);
    let link = console.link_to("op@example.org");
    let sent_to = browser.get(&format!("{link}/sso")).location();
    browser.get(&provider.signs_in(&sent_to)).sees("/");
    browser.get("/health").has(200);
}

#[test]
fn what_is_looked_over_counts_whom_the_provider_lets_in() {
    let provider = provider();
    provider.says_of(json!({ "groups": ["runs"] }));
    let role = "[[web.oidc.role]]\ngroup = \"runs\"\nrole = \"operator\"\norganisation = \"RXX\"\n";
    let console = Console::with_provider(&provider, &format!("{role}{WITHOUT}"));
    console.invite(ANN, AccessRole::Board);
    let operator = console.browser();
    signs_in(&operator, &provider).sees("/");
    let looked_over = || {
        operator.get("/health").submit("check", &[]).sees("/health");
        operator.get("/health").has(200)
    };
    looked_over().says("where 1 account can sign in");
}
