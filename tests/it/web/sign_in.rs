//! Signing in: the password, the code, links, and what is told to whoever guesses.

use chrono::TimeDelta;
use refresher::access::AccessRole;
use refresher::audit::{self, Actor};
use refresher::jobs::{self, LinkDelivery, UserChange};

use crate::support::console::{Browser, Console, PASSWORD, Page, code};

const REFUSED: &str = "The email address or the password is not right.";

fn tries<'b>(browser: &'b Browser<'_>, email: &str, password: &str) -> Page<'b> {
    browser.get("/sign-in").submit("sign-in", &[("email", email), ("password", password)])
}

fn actions(console: &Console) -> Vec<String> {
    let entries = console.app().db.read(|conn| audit::entries(conn, 1000)).unwrap();
    let mut actions: Vec<(i32, String)> = entries.into_iter().map(|entry| (entry.id, entry.action)).collect();
    actions.sort();
    actions.into_iter().map(|(_, action)| action).collect()
}

#[test]
fn an_invited_board_member_chooses_a_password_once_and_signs_in() {
    let console = Console::start();
    console.invite("ann@example.org", AccessRole::Board);
    let link = console.link_to("ann@example.org");
    let browser = console.browser();
    for _ in 0..3 {
        let page =
            browser.get(&link).has(200).says("Choose a password").never_says("ann").never_says("Aisha");
        assert!(!page.headers.contains_key("set-cookie"));
    }
    let page = browser.get(&link);
    page.submit("choose", &[("new_password", PASSWORD)]).sees("/sign-in?done=password");
    browser.get("/sign-in?done=password").says("Your password is chosen.");
    // By the link, from the page that was open, or from another browser: once.
    page.submit("choose", &[("new_password", "six green cows sing")])
        .has(404)
        .says("This link no longer works");
    console.browser().get(&link).has(404);
    tries(&browser, "Ann@Example.org", PASSWORD).sees("/");
    browser.get("/").has(200).says("How things stand");
    browser.get("/account").has(200).says("Aisha Bello").says("board at RXX");
    let mail = console.newest_mail("ann@example.org").unwrap();
    assert!(mail.contains("Your password was changed"), "{mail}");
    let done = actions(&console);
    assert!(
        done.ends_with(&["user-add", "grant", "user-password", "sign-in"].map(str::to_owned)),
        "{done:?}"
    );
}

/// Where the database is a file that can be looked through.
#[cfg(not(feature = "postgres"))]
#[test]
fn what_is_kept_of_an_invitation_holds_no_link_that_works() {
    let console = Console::start();
    console.invite("ann@example.org", AccessRole::Board);
    let link = console.link_to("ann@example.org");
    let token = link.strip_prefix("/l/").unwrap();
    let mut database = std::fs::read(console.trust.folder.path().join("refresher.db")).unwrap();
    if let Ok(log) = std::fs::read(console.trust.folder.path().join("refresher.db-wal")) {
        database.extend(log);
    }
    for secret in [token, "five blue cows"] {
        assert!(!database.windows(secret.len()).any(|some| some == secret.as_bytes()), "{secret}");
    }
}

#[test]
fn a_link_is_dead_when_it_is_old_forged_overtaken_or_its_account_disabled() {
    let mut console = Console::start();
    console.invite("ann@example.org", AccessRole::Board);
    let first = console.link_to("ann@example.org");
    let app = console.app();
    let by = Actor::named("test");
    let reset = UserChange::Reset(LinkDelivery::Mailed);
    jobs::change_user(&app, "ann@example.org", &reset, &by, console.now).unwrap();
    let second = console.link_to("ann@example.org");
    assert_ne!(first, second);
    let other = if second.ends_with("AAA") { "BBB" } else { "AAA" };
    let forged = format!("{}{other}", &second[..second.len() - 3]);
    for dead in [&first, &forged, &"/l/".to_owned(), &"/l/AQAAAAE".to_owned(), &"/l/x%20y".to_owned()] {
        console.browser().get(dead).has(404);
    }
    let (one, other) =
        (console.browser().get(&first).body.clone(), console.browser().get(&forged).body.clone());
    assert_eq!(one, other);
    console.browser().get(&second).has(200);
    jobs::change_user(&app, "ann@example.org", &UserChange::Disable, &by, console.now).unwrap();
    console.browser().get(&second).has(404);
    jobs::change_user(&app, "ann@example.org", &UserChange::Enable, &by, console.now).unwrap();
    jobs::change_user(&app, "ann@example.org", &reset, &by, console.now).unwrap();
    let third = console.link_to("ann@example.org");
    drop(app);
    console.later(TimeDelta::hours(72) - TimeDelta::seconds(1));
    console.browser().get(&third).has(200);
    console.later(TimeDelta::seconds(1));
    console.browser().get(&third).has(404);
}

#[test]
fn a_password_that_would_be_guessed_comes_back_with_what_is_wrong_and_without_itself() {
    let console = Console::start();
    console.invite("ann@example.org", AccessRole::Board);
    let link = console.link_to("ann@example.org");
    let browser = console.browser();
    for (password, words) in [
        ("too short", "15 characters or more"),
        ("passwordpassword", "guessed first"),
        ("ExampleNHSTrust2026", "made of your name, your organisation"),
        ("aisha bello aisha bello", "made of your name, your organisation"),
    ] {
        let page = browser.get(&link).submit("choose", &[("new_password", password)]).has(422).says(words);
        page.says("There is a problem").never_says(password);
    }
    browser.get(&link).submit("choose", &[("new_password", PASSWORD)]).sees("/sign-in?done=password");
}

#[test]
fn hr_connects_a_device_at_the_first_sign_in_and_gives_its_code_from_then_on() {
    let mut console = Console::start();
    console.invite("hr@example.org", AccessRole::Hr);
    let link = console.link_to("hr@example.org");
    console
        .browser()
        .get(&link)
        .submit("choose", &[("new_password", PASSWORD)])
        .sees("/sign-in?done=password");
    let browser = console.browser();
    tries(&browser, "hr@example.org", PASSWORD).sees("/sign-in/device?to=%2F");
    // With the password alone nothing else is to be had.
    browser.get("/account").sees("/sign-in/device");
    let before = browser.cookie.borrow().clone();
    let page = browser.get("/sign-in/device").has(200);
    let secret = page.key();
    page.submit("device", &[("code", "000000")]).has(422).says("This code is not that of the app");
    let page = page.submit("device", &[("code", &code(&secret, console.now))]).sees("/account");
    drop(page);
    assert_ne!(*browser.cookie.borrow(), before);
    let page = browser.get("/account").has(200).says("The authenticator app is connected");
    let (_, codes) = page.body.split_once("class=\"codes\"").unwrap();
    let codes: Vec<String> =
        codes.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    // Once, also after a reload.
    browser.get("/account").has(200).never_says(&codes[0]).says("You have 10 recovery codes left");
    let own = browser.cookie.borrow().clone();
    drop(page);

    let other = console.browser();
    tries(&other, "hr@example.org", PASSWORD).sees("/sign-in/code?to=%2F");
    other.get("/account").sees("/sign-in/code");
    // The code that connected the device was taken then.
    let page = other.get("/sign-in/code");
    page.submit("code", &[("code", &code(&secret, console.now))]).has(422).says("it was used before");
    page.submit("code", &[("code", &codes[3].to_lowercase())]).sees("/");
    other.get("/account").says("You have 9 recovery codes left");
    let again = console.browser();
    tries(&again, "hr@example.org", PASSWORD);
    again.get("/sign-in/code").submit("code", &[("code", &codes[3])]).has(422);
    assert!(
        console.newest_mail("hr@example.org").unwrap().contains("A recovery code of your account was used")
    );
    drop((browser, other, again));

    console.later(TimeDelta::seconds(60));
    let later = console.browser();
    tries(&later, "hr@example.org", PASSWORD);
    let now = code(&secret, console.now);
    later
        .get("/sign-in/code")
        .submit("code", &[("code", &format!(" {} {} ", &now[..3], &now[3..]))])
        .sees("/");
    later.get("/account").has(200);
    let first = console.browser();
    first.cookie.replace(own);
    first.get("/account").has(200).says("Where you are signed in");
}

#[test]
fn unknown_disabled_and_wrong_are_told_alike() {
    let console = Console::start();
    let ann = console.user("ann@example.org", AccessRole::Board);
    let bob = console.user("bob@example.org", AccessRole::Board);
    let by = Actor::named("test");
    jobs::change_user(&console.app(), &bob.email, &UserChange::Disable, &by, console.now).unwrap();
    let browser = console.browser();
    let answers: Vec<String> = [
        ("nobody@example.org", PASSWORD),
        (&*bob.email, PASSWORD),
        (&*ann.email, "six green cows sing"),
        (&*ann.email, ""),
    ]
    .iter()
    .map(|(email, password)| {
        let page = tries(&browser, email, password).has(422).says(REFUSED);
        assert!(page.body.contains(&format!("value=\"{email}\"")), "{}", page.body);
        page.body.replace(email, "")
    })
    .collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert!(browser.cookie.borrow().is_none());
}

#[test]
fn whoever_guesses_waits_longer_each_time_and_the_holder_hears_of_it() {
    let mut console = Console::start();
    console.user("ann@example.org", AccessRole::Board);
    let browser = console.browser();
    for _ in 0..5 {
        tries(&browser, "ann@example.org", "six green cows sing").has(422);
    }
    // Right, and refused with the same words.
    tries(&browser, "ann@example.org", PASSWORD).has(422).says(REFUSED);
    drop(browser);
    console.later(TimeDelta::seconds(59));
    tries(&console.browser(), "ann@example.org", PASSWORD).has(422);
    console.later(TimeDelta::seconds(1));
    tries(&console.browser(), "ann@example.org", "six green cows sing").has(422);
    console.later(TimeDelta::seconds(119));
    tries(&console.browser(), "ann@example.org", PASSWORD).has(422);
    console.later(TimeDelta::seconds(1));
    tries(&console.browser(), "ann@example.org", PASSWORD).sees("/");
    let mail = console.newest_mail("ann@example.org").unwrap();
    assert!(
        mail.contains("Somebody signed in after several wrong tries") && mail.contains("6 tries"),
        "{mail}"
    );
    for _ in 0..4 {
        tries(&console.browser(), "ann@example.org", "six green cows sing").has(422);
    }
    tries(&console.browser(), "ann@example.org", PASSWORD).sees("/");
    assert_eq!(actions(&console).iter().filter(|action| *action == "sign-in-failed").count(), 1);
}

#[test]
fn codes_can_be_guessed_no_oftener_than_passwords() {
    let console = Console::start();
    let hr = console.user("hr@example.org", AccessRole::Hr);
    hr.signs_in();
    let browser = console.browser();
    tries(&browser, "hr@example.org", PASSWORD).sees("/sign-in/code?to=%2F");
    for _ in 0..5 {
        browser.get("/sign-in/code").submit("code", &[("code", "000000")]).has(422);
    }
    tries(&console.browser(), "hr@example.org", PASSWORD).has(422).says(REFUSED);
}

#[test]
fn a_sign_in_ends_when_it_is_unused_when_it_is_long_and_when_its_holder_signs_out() {
    let mut console = Console::start();
    let cookie = {
        let ann = console.user("ann@example.org", AccessRole::Board);
        ann.signs_in().cookie.take()
    };
    let stands = |console: &Console| {
        let browser = console.browser();
        browser.cookie.replace(cookie.clone());
        browser.get("/account").status == 200
    };
    for _ in 0..24 {
        console.later(TimeDelta::minutes(29));
        assert!(stands(&console));
    }
    console.later(TimeDelta::minutes(24));
    assert!(!stands(&console));
    let browser = console.browser();
    tries(&browser, "ann@example.org", PASSWORD).sees("/");
    let fresh = browser.cookie.borrow().clone();
    drop(browser);
    console.later(TimeDelta::minutes(30));
    let browser = console.browser();
    browser.cookie.replace(fresh);
    browser.get("/account").sees("/sign-in?to=%2Faccount");
    tries(&browser, "ann@example.org", PASSWORD).sees("/");
    let stolen = browser.cookie.borrow().clone();
    let page = browser.get("/account").submit("sign-out", &[]).sees("/sign-in?done=out");
    assert_eq!(page.headers["clear-site-data"], "\"cache\"");
    browser.get("/sign-in?done=out").says("You are signed out.");
    browser.cookie.replace(stolen);
    browser.get("/account").sees("/sign-in?to=%2Faccount");
}

#[test]
fn an_account_that_is_disabled_or_whose_holder_left_is_signed_out_at_once() {
    let console = Console::start();
    let ann = console.user("ann@example.org", AccessRole::Board);
    let browser = ann.signs_in();
    browser.get("/account").has(200);
    let by = Actor::named("test");
    jobs::change_user(&console.app(), &ann.email, &UserChange::Disable, &by, console.now).unwrap();
    browser.get("/account").sees("/sign-in?to=%2Faccount");
    jobs::change_user(&console.app(), &ann.email, &UserChange::Enable, &by, console.now).unwrap();
    browser.get("/account").sees("/sign-in?to=%2Faccount");
}

#[test]
fn an_account_has_five_sign_ins_and_the_oldest_ends() {
    let console = Console::start();
    let ann = console.user("ann@example.org", AccessRole::Board);
    let browsers: Vec<_> = (0..6).map(|_| ann.signs_in()).collect();
    browsers[0].get("/account").sees("/sign-in?to=%2Faccount");
    for browser in &browsers[1..] {
        browser.get("/account").has(200);
    }
}

#[test]
fn another_password_is_asked_for_with_the_same_answer_for_everybody_and_mailed_to_holders_alone() {
    let console = Console::start();
    let ann = console.user("ann@example.org", AccessRole::Board);
    let signed_in = ann.signs_in();
    let browser = console.browser();
    for email in ["ann@example.org", "nobody@example.org"] {
        browser.get("/reset").submit("reset", &[("email", email)]).sees("/reset?done=asked");
    }
    browser.get("/reset?done=asked").says("Check your email");
    browser.get("/reset").submit("reset", &[("email", "no address")]).has(422).says("name@example.org");
    assert_eq!(console.newest_mail("nobody@example.org"), None);
    let link = console.link_to("ann@example.org");
    browser
        .get(&link)
        .submit("choose", &[("new_password", "six green cows sing")])
        .sees("/sign-in?done=password");
    signed_in.get("/account").sees("/sign-in?to=%2Faccount");
    tries(&browser, "ann@example.org", PASSWORD).has(422);
    tries(&browser, "ann@example.org", "six green cows sing").sees("/");
}

#[test]
fn whoever_asked_for_a_page_comes_back_to_it_and_to_no_other_place() {
    let console = Console::start();
    console.user("ann@example.org", AccessRole::Board);
    let browser = console.browser();
    browser.get("/account").sees("/sign-in?to=%2Faccount");
    let fields = [("email", "ann@example.org"), ("password", PASSWORD)];
    browser.get("/sign-in?to=%2Faccount").submit("sign-in", &fields).sees("/account");
    let to_a_file = "/sign-in?to=%2Funits.csv%3Fas_at%3D2026-10-31";
    browser.get(to_a_file).submit("sign-in", &fields).sees("/units.csv?as_at=2026-10-31");
    for elsewhere in ["//evil.test", "https://evil.test", "/%5Cevil.test", "/l/x", "/nowhere"] {
        let page = browser.get(&format!("/sign-in?to={}", elsewhere.replace('/', "%2F")));
        page.submit("sign-in", &fields).sees("/");
    }
}

#[test]
fn what_signs_in_or_out_is_never_kept_to_be_sent_again() {
    let mut console = Console::start();
    let ann = console.user("ann@example.org", AccessRole::Board);
    let cookie = ann.signs_in().cookie.take();
    console.later(TimeDelta::hours(13));
    for (path, fields) in [
        ("/sign-out", &[][..]),
        ("/sign-in/again", &[("password", PASSWORD)]),
        ("/sign-in/code", &[("code", "123456")]),
    ] {
        let browser = console.browser();
        browser.cookie.replace(cookie.clone());
        browser.post(path, fields).sees("/sign-in");
    }
}
