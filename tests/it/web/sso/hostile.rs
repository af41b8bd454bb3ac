//! Tokens and answers that are not what they should be.

use chrono::TimeDelta;
use refresher::access::AccessRole;
use serde_json::{Value, json};

use super::{ANN, account, provider, refusal, signs_in};
use crate::support::console::Console;
use crate::support::identity_provider::{CLIENT, Said, Signing};

/// What a provider says, by name.
type Case = (&'static str, Box<dyn Fn(&mut Said)>);

fn claims(name: &'static str, claims: Value) -> Case {
    (name, Box::new(move |said| said.claims = claims.clone()))
}

fn signing(name: &'static str, signing: Signing) -> Case {
    (name, Box::new(move |said| said.signing = signing))
}

/// What lets nobody in, at this second of the provider of this name.
fn hostile(now: i64, issuer: &str) -> Vec<Case> {
    vec![
        signing("unsigned", Signing::Nothing),
        signing("HS256 with the public key", Signing::PublicKeyAsSecret),
        signing("HS256 with the secret", Signing::ClientSecret),
        signing("another key of the same name", Signing::SwappedKey),
        signing("a key that is not published", Signing::UnknownName),
        signing("changed after it was signed", Signing::ChangedAfterwards),
        claims("for another client", json!({ "aud": "another" })),
        claims("for nobody", json!({ "aud": null })),
        claims("for two, and not said for which", json!({ "aud": [CLIENT, "another"] })),
        claims("made for another", json!({ "azp": "another" })),
        claims("for two, made for another", json!({ "aud": [CLIENT, "another"], "azp": "another" })),
        claims("of another provider", json!({ "iss": "https://evil.test" })),
        claims("of nearly this provider", json!({ "iss": format!("{}/", issuer) })),
        claims("of no provider", json!({ "iss": null })),
        claims("of another request", json!({ "nonce": "another" })),
        claims("of no request", json!({ "nonce": null })),
        claims("expired", json!({ "exp": now - 61 })),
        claims("without an end", json!({ "exp": null })),
        claims("of the future", json!({ "iat": now + 61 })),
        claims("of no time", json!({ "iat": null })),
        claims("not yet to be used", json!({ "nbf": now + 61 })),
        claims("of nobody", json!({ "sub": null })),
        claims("of a number", json!({ "sub": 1 })),
        claims("with an address that was not looked at", json!({ "email_verified": false })),
        claims("with one that nobody says was", json!({ "email_verified": null })),
        claims("without an address", json!({ "email": null })),
        (
            "with an address of somebody else",
            Box::new(|said| {
                said.claims = json!({ "email": null });
                said.userinfo = json!({ "sub": "bob-1", "email": ANN, "email_verified": true });
            }),
        ),
        (
            "the answer of another provider",
            Box::new(|said| said.answers_as = Some("https://evil.test".to_owned())),
        ),
        ("the answer of nobody", Box::new(|said| said.answers_as = None)),
        ("no answer but a fault", Box::new(|said| said.error = "access_denied")),
    ]
}

/// What is at the edge of what is taken, and is.
fn sound(now: i64) -> Vec<Case> {
    vec![
        claims("for two, and made for us", json!({ "aud": [CLIENT, "another"], "azp": CLIENT })),
        claims("made for us", json!({ "azp": CLIENT })),
        claims("just expired", json!({ "exp": now - 59 })),
        claims("a little of the future", json!({ "iat": now + 59, "nbf": now + 59 })),
        (
            "with an address that userinfo tells",
            Box::new(|said| {
                said.claims = json!({ "email": null, "email_verified": null });
                said.userinfo = json!({ "sub": "ann-1", "email": ANN, "email_verified": true });
            }),
        ),
    ]
}

#[test]
fn a_token_that_is_not_what_it_should_be_lets_nobody_in_and_all_in_the_same_words() {
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    let now = console.now.timestamp();
    // What the provider says of itself is known before it turns hostile.
    asks_what_it_says_of_itself(&console);
    let mut words: Vec<(String, String)> = Vec::new();
    for (name, change) in hostile(now, &provider.issuer()) {
        provider.says(change);
        let browser = console.browser();
        let page = signs_in(&browser, &provider);
        assert_eq!(page.status, 422, "{name}: {}", page.body);
        assert_eq!(*browser.cookie.borrow(), None, "{name}");
        words.push((name.to_owned(), refusal(&page)));
        assert_eq!(account(&console, ANN).unwrap()["identities"], json!([]), "{name}");
    }
    for (name, said) in &words {
        assert_eq!(*said, words[0].1, "{name}");
    }
    for (name, change) in sound(now) {
        provider.says(change);
        let browser = console.browser();
        signs_in(&browser, &provider).sees("/");
        assert!(browser.cookie.borrow().is_some(), "{name}");
    }
}

fn asks_what_it_says_of_itself(console: &Console) {
    console.browser().get("/sign-in/sso").location();
}

#[test]
fn an_answer_is_taken_once_within_ten_minutes_in_the_browser_that_asked() {
    let provider = provider();
    let mut console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    let browser = console.browser();
    let other = console.browser();
    let back = provider.signs_in(&browser.get("/sign-in/sso").location());
    let kept = browser.sso.borrow().clone();
    // Of no browser, of one that asked something else, of one that keeps what is none of ours.
    console.browser().get(&back).has(422);
    other.get("/sign-in/sso").location();
    other.get(&back).has(422);
    for nothing in ["", "x", "AAAA"] {
        other.sso.replace(Some(nothing.to_owned()));
        other.get(&back).has(422);
    }
    for query in ["", "?state=x", "?code=x", "?state=&code=&iss="] {
        browser.get(&format!("/sign-in/sso/done{query}")).has(422);
    }
    browser.get(&back).sees("/");
    // Once more, with what the browser kept; whoever has it all is let in no second time.
    let thief = console.browser();
    thief.sso.replace(kept);
    thief.get(&back).has(422);
    assert_eq!(*thief.cookie.borrow(), None);
    // Late.
    let (early, late) = (console.browser(), console.browser());
    let [at_nine, at_ten] =
        [&early, &late].map(|browser| provider.signs_in(&browser.get("/sign-in/sso").location()));
    let [early, late] = [&early, &late].map(|browser| browser.sso.borrow().clone());
    console.later(TimeDelta::seconds(599));
    provider.is_at(console.now);
    let browser = console.browser();
    browser.sso.replace(early);
    browser.get(&at_nine).sees("/");
    console.later(TimeDelta::seconds(1));
    provider.is_at(console.now);
    let browser = console.browser();
    browser.sso.replace(late);
    browser.get(&at_ten).has(422);
}

#[test]
fn a_provider_that_says_whose_its_answers_are_always_says_so() {
    let provider = provider();
    provider.says(|said| {
        said.answers_as = None;
        said.description = json!({ "authorization_response_iss_parameter_supported": true });
    });
    let console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    signs_in(&console.browser(), &provider).has(422);
    // One that never does need not.
    let provider = super::provider();
    provider.says(|said| said.answers_as = None);
    let console = Console::with_provider(&provider, "");
    console.invite(ANN, AccessRole::Board);
    signs_in(&console.browser(), &provider).sees("/");
}

#[test]
fn a_way_of_proving_oneself_that_is_required_is_named() {
    let provider = provider();
    let console = Console::with_provider(&provider, "require_amr = [\"mfa\"]\n");
    console.invite(ANN, AccessRole::Board);
    for (amr, is_let_in) in [(json!(null), false), (json!(["pwd"]), false), (json!(["pwd", "mfa"]), true)] {
        provider.says_of(json!({ "amr": amr }));
        let status = signs_in(&console.browser(), &provider).status;
        assert_eq!(status, if is_let_in { 303 } else { 422 }, "{amr}");
    }
}
