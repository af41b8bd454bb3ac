//! Signing in at an identity provider: who is let in, who is not, and that nobody can tell why not.

use refresher::access::AccessRole;
use serde_json::json;

use crate::support::console::{Browser, Console, Page};
use crate::support::identity_provider::IdentityProvider;
use crate::support::trust::instant;

fn provider() -> IdentityProvider {
    IdentityProvider::start(instant("2026-11-24T09:00:00Z"))
}

/// Goes to the provider by the link of the sign-in page, and comes back.
fn signs_in<'b>(browser: &'b Browser<'_>, provider: &IdentityProvider) -> Page<'b> {
    let page = browser.get("/sign-in").has(200).says("Sign in with Example");
    assert!(page.body.contains("<a class=\"go\" href=\"/sign-in/sso\">"), "{}", page.body);
    let sent_to = browser.get("/sign-in/sso").location();
    browser.get(&provider.signs_in(&sent_to))
}

#[test]
fn a_board_member_signs_in_by_a_click_and_is_known_from_then_on() {
    let provider = provider();
    let console = Console::with_provider(&provider, "");
    console.invite("ann@example.org", AccessRole::Board);
    let browser = console.browser();
    signs_in(&browser, &provider).sees("/");
    assert_eq!(*browser.sso.borrow(), None);
    browser.get("/").has(200).says("How things stand");
    browser
        .get("/account")
        .has(200)
        .says("Aisha Bello")
        .says("ann-1 at http://127.0.0.1")
        .never_says("New password");
    // Whatever the address says later, it is the number that counts.
    provider.says_of(json!({ "email": "other@example.org", "email_verified": null }));
    signs_in(&console.browser(), &provider).sees("/");
}
