//! `/account`: what whoever is signed in does to their own.

use chrono::TimeDelta;
use refresher::access::AccessRole;

use crate::support::console::{Console, PASSWORD, code};

const OTHER: &str = "six green cows sing";

#[test]
fn a_password_is_changed_by_whoever_knows_it_and_ends_the_other_sign_ins() {
    let console = Console::start();
    let ann = console.user("ann@example.org", AccessRole::Board);
    let (one, other) = (ann.signs_in(), ann.signs_in());
    let page = one.get("/account");
    page.submit("password", &[("password", OTHER), ("new_password", OTHER)])
        .has(422)
        .says("This is not your password")
        .never_says(OTHER);
    page.submit("password", &[("password", PASSWORD), ("new_password", "short")])
        .has(422)
        .says("15 characters");
    let fields = [("password", PASSWORD), ("new_password", OTHER)];
    page.submit("password", &fields).sees("/account");
    one.get("/account").has(200).says("Your password is changed");
    one.get("/account").has(200).never_says("Your password is changed");
    // The same form again, as after a double click: it acts once and answers alike.
    page.submit("password", &fields).sees("/account");
    other.get("/account").sees("/sign-in?to=%2Faccount");
    assert!(console.newest_mail("ann@example.org").unwrap().contains("Your password was changed"));
    let browser = console.browser();
    browser.get("/sign-in").submit("sign-in", &[("email", "ann@example.org"), ("password", OTHER)]).sees("/");
}

#[test]
fn other_sign_ins_are_listed_and_ended_and_this_one_stays() {
    let console = Console::start();
    let ann = console.user("ann@example.org", AccessRole::Board);
    let (one, other) = (ann.signs_in(), ann.signs_in());
    let page = one.get("/account");
    assert!(page.body.contains("data-total=\"2\""), "{}", page.body);
    page.submit("sign-ins", &[]).sees("/account");
    one.get("/account").has(200).says("One other sign-in is ended");
    other.get("/account").sees("/sign-in?to=%2Faccount");
}

#[test]
fn a_device_is_connected_and_taken_away_by_whoever_may_be_without() {
    let mut console = Console::start();
    let secret = {
        let ann = console.user("ann@example.org", AccessRole::Board);
        let browser = ann.signs_in();
        let page = browser.get("/account/device").has(200);
        let secret = page.key();
        page.submit("device", &[("code", &code(&secret, console.now))]).sees("/account");
        browser.get("/account").says("The authenticator app is connected");
        let page = browser.get("/account");
        let codes = page.submit("codes", &[]).sees("/account");
        drop(codes);
        browser.get("/account").says("You have new recovery codes");
        // The same form again makes no others.
        page.submit("codes", &[]).sees("/account");
        browser.get("/account").never_says("You have new recovery codes");
        secret
    };
    console.later(TimeDelta::minutes(1));
    let browser = console.browser();
    browser
        .get("/sign-in")
        .submit("sign-in", &[("email", "ann@example.org"), ("password", PASSWORD)])
        .sees("/sign-in/code?to=%2F");
    browser.get("/sign-in/code").submit("code", &[("code", &code(&secret, console.now))]).sees("/");
    browser.get("/account").submit("remove", &[]).sees("/account");
    browser.get("/account").says("You sign in with your password alone");
    let again = console.browser();
    again
        .get("/sign-in")
        .submit("sign-in", &[("email", "ann@example.org"), ("password", PASSWORD)])
        .sees("/");
}

#[test]
fn hr_can_never_be_without_a_device() {
    let console = Console::start();
    let browser = console.user("hr@example.org", AccessRole::Hr).signs_in();
    let page = browser.get("/account").has(200).never_says("data-do=\"remove\"");
    let (_, unseen) = page.form("codes");
    let fields: Vec<(&str, &str)> =
        unseen.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post("/account/device/remove", &fields).sees("/account");
    browser.get("/account").says("An app is connected");
}

#[test]
fn what_matters_asks_for_the_password_again_and_what_was_sent_waits_meanwhile() {
    let mut console = Console::start();
    let (secret, cookie) = {
        let hr = console.user("hr@example.org", AccessRole::Hr);
        let browser = hr.signs_in();
        browser.get("/account").has(200);
        (hr.secret.take().unwrap(), browser.cookie.take())
    };
    console.later(TimeDelta::minutes(10));
    let browser = console.browser();
    browser.cookie.replace(cookie);
    browser.get("/account/device").sees("/sign-in/again?to=%2Faccount%2Fdevice");
    let sent = browser.get("/account").submit("codes", &[]).location();
    assert_eq!(sent, "/sign-in/again?to=%2Fparked%2F1");
    let before = browser.cookie.borrow().clone();
    let page = browser.get(&sent).has(200).says("Confirm that it is you");
    page.submit("again", &[("password", OTHER), ("code", &code(&secret, console.now))]).has(422);
    page.submit("again", &[("password", PASSWORD), ("code", "000000")]).has(422);
    page.submit("again", &[("password", PASSWORD), ("code", &code(&secret, console.now))]).sees("/parked/1");
    assert_ne!(*browser.cookie.borrow(), before);
    // Nothing was done yet; it is sent by hand.
    browser.get("/account").says("You have 10 recovery codes left");
    browser.get("/parked/1").has(200).says("Nothing was done yet").submit("parked", &[]).sees("/account");
    browser.get("/account").says("You have new recovery codes");
    browser.get("/parked/1").submit("parked", &[]).sees("/account");
    browser.get("/account").never_says("You have new recovery codes");
    browser.get("/account/device").has(200);
}

#[test]
fn what_was_typed_when_the_sign_in_had_ended_waits_for_the_same_account_without_its_secrets() {
    let mut console = Console::start();
    let (cookie, form) = {
        let ann = console.user("ann@example.org", AccessRole::Board);
        console.user("bob@example.org", AccessRole::Board);
        let browser = ann.signs_in();
        let form = browser.get("/account").form("password").1;
        (browser.cookie.take(), form)
    };
    console.later(TimeDelta::minutes(31));
    let browser = console.browser();
    browser.cookie.replace(cookie);
    let mut fields: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("password", PASSWORD), ("new_password", OTHER), ("note", "kept <b>")]);
    browser.post("/account/password", &fields).sees("/sign-in?to=%2Fparked%2F1");
    let page = browser.get("/sign-in?to=%2Fparked%2F1").says("You were signed out before this was done.");
    let bob = [("email", "bob@example.org"), ("password", PASSWORD)];
    page.submit("sign-in", &bob).sees("/parked/1");
    browser.get("/parked/1").has(404);
    let page = browser.get("/sign-in?to=%2Fparked%2F1");
    page.submit("sign-in", &[("email", "ann@example.org"), ("password", PASSWORD)]).sees("/parked/1");
    let page = browser.get("/parked/1").has(200).never_says(PASSWORD).never_says(OTHER);
    assert!(page.body.contains("kept &#60;b&#62;"), "{}", page.body);
}
