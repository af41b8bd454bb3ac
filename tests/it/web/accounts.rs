//! `/accounts`: inviting somebody, and changing what they may.

use chrono::TimeDelta;
use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::import::FileKind;

use crate::support::console::{Browser, Console, PASSWORD};
use crate::support::trust::day;

/// A trust and another.
fn console() -> Console {
    let console = Console::start();
    console.trust.import(
        day("2026-11-20"),
        FileKind::Organisations,
        "code,name,kind,safeguarding_email\nRYY,Other Trust,community,other@example.org\n",
    );
    console.trust.import(
        day("2026-11-20"),
        FileKind::Staff,
        "employee_number,first_name,last_name,email,start_date\n0042,Tom,Okafor,tom@example.org,2020-01-01\n",
    );
    console
}

fn signed_in<'a>(console: &'a Console, email: &str, role: AccessRole) -> Browser<'a> {
    console.user(email, role).signs_in()
}

fn at(place: Option<&str>, role: AccessRole) -> AccessGrant {
    AccessGrant { role, organisation: place.map(str::to_owned), scope: GrantScope::Everyone }
}

/// The page of the account with this address.
fn path_of(browser: &Browser<'_>, email: &str) -> String {
    let page = browser.get("/accounts").has(200);
    let row = page.body.split("<tr data-id=\"").skip(1).find(|row| row.contains(email));
    format!("/accounts/{}", row.unwrap_or_else(|| panic!("{email} is not listed")).split('"').next().unwrap())
}

const BOARD: [(&str, &str); 6] = [
    ("email", "chair@example.org"),
    ("name", "Chidi Chair"),
    ("role", "board"),
    ("organisation", "RXX"),
    ("scope", ""),
    ("unit", ""),
];

#[test]
fn whoever_is_invited_chooses_a_password_by_the_mailed_link_and_has_the_role() {
    let console = console();
    let hr = signed_in(&console, "hr@example.org", AccessRole::Hr);
    let next = hr.get("/accounts/new").has(200).submit("invite", &BOARD).location();
    hr.get(&next).has(200).says("chair@example.org is invited as board at RXX").says("invited");
    let browser = console.browser();
    browser
        .get(&console.link_to("chair@example.org"))
        .submit("choose", &[("new_password", PASSWORD)])
        .sees("/sign-in?done=password");
    let typed = [("email", "chair@example.org"), ("password", PASSWORD)];
    browser.get("/sign-in").submit("sign-in", &typed).location();
    browser.get("/board").has(200);
    browser.get("/people").has(404);
}

#[test]
fn a_form_that_is_sent_twice_invites_once_and_two_forms_of_a_page_are_two() {
    let console = console();
    let hr = signed_in(&console, "hr@example.org", AccessRole::Hr);
    let form = hr.get("/accounts/new");
    form.submit("invite", &BOARD).location();
    form.submit("invite", &BOARD).sees("/accounts");
    let path = path_of(&hr, "chair@example.org");
    let page = hr.get(&path).has(200);
    page.submit("disable", &[]).sees(&path);
    page.submit("end-sign-ins", &[]).sees(&path);
    page.submit("disable", &[]).sees(&path);
    hr.get(&path).says("disabled").submit("enable", &[]).sees(&path);
    hr.get(&path).says("can be used again").says("invited");
}

#[test]
fn roles_are_given_and_taken_and_hold_from_the_next_page_on() {
    let console = console();
    let operator = signed_in(&console, "operator@example.org", AccessRole::Operator);
    let reader = signed_in(&console, "reader@example.org", AccessRole::Board);
    reader.get("/people").has(404);
    let path = path_of(&operator, "reader@example.org");
    let page = operator.get(&path).has(200);
    let give = [("role", "manager"), ("organisation", "RXX"), ("scope", "unit"), ("unit", "Surgery/*")];
    page.submit("grant", &give).sees(&path);
    operator.get(&path).says("reader@example.org is manager at RXX for the unit Surgery/* now");
    reader.get("/people").has(200);
    let page = operator.get(&path);
    assert_eq!(page.body.matches("data-do=\"revoke\"").count(), 2);
    page.submit("revoke", &[]).sees(&path);
    operator.get(&path).says("is no longer manager at RXX for the unit Surgery/*");
    reader.get("/people").has(404);
    reader.get("/board").has(200);
    operator.get(&path).submit("disable", &[]).sees(&path);
    reader.get("/board").sees("/sign-in?to=%2Fboard");
}

#[test]
fn what_is_not_theirs_to_give_is_refused_whatever_the_form_says() {
    let console = console();
    let hr = signed_in(&console, "hr@example.org", AccessRole::Hr);
    let own = path_of(&hr, "hr@example.org");
    let give = |role: &'static str, place: &'static str| {
        [("role", role), ("organisation", place), ("scope", ""), ("unit", "")]
    };
    // Never to themselves, and nothing about their own account.
    let new = hr.get("/accounts/new");
    let (_, unseen) = new.form("invite");
    let unseen: Vec<(&str, &str)> =
        unseen.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let with = |fields: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> {
        unseen.iter().copied().chain(fields.iter().copied()).collect()
    };
    for verb in ["grant", "revoke", "reset", "disable", "enable", "end-sign-ins"] {
        hr.get(&own).never_says(&format!("data-do=\"{verb}\""));
        let fields = with(&[("role", "board"), ("organisation", "RXX"), ("grant", "hr at RXX")]);
        let status = hr.post(&format!("{own}/{verb}"), &fields).status;
        assert_eq!(status, 404, "{verb}");
    }
    // Of the roles and places that others have.
    for (role, place) in
        [("operator", "RXX"), ("hr", "RXX"), ("board", "RYY"), ("board", "*"), ("king", "RXX"), ("board", "")]
    {
        let fields = [("email", "chair@example.org"), ("name", "")];
        let fields: Vec<(&str, &str)> = fields.into_iter().chain(give(role, place)).collect();
        let page = new.submit("invite", &fields).has(422);
        assert!(page.body.contains("value=\"chair@example.org\""), "what was typed comes back");
    }
    // Accounts that may more than they could give, or are of another organisation.
    console.invite("operator@example.org", AccessRole::Operator);
    console.invite_with("other@example.org", at(Some("RYY"), AccessRole::Board));
    console.invite_with("all@example.org", at(None, AccessRole::Board));
    let operator = signed_in(&console, "second@example.org", AccessRole::Operator);
    for email in ["operator@example.org", "all@example.org"] {
        let path = path_of(&hr, email);
        for verb in ["reset", "disable", "enable", "end-sign-ins"] {
            hr.get(&path).has(200).never_says(&format!("data-do=\"{verb}\""));
            hr.post(&format!("{path}/{verb}"), &with(&[])).has(404);
        }
    }
    // Nor does an operator, who may give any role there, take their own away or give themselves another.
    let own = path_of(&operator, "second@example.org");
    let page = operator.get(&own).has(200).never_says("data-do=\"revoke\"").never_says("data-do=\"grant\"");
    let (_, token) = page.form("sign-out");
    for (verb, said) in [("revoke", ("grant", "operator at RXX")), ("grant", ("role", "hr"))] {
        let mut fields: Vec<(&str, &str)> = token.iter().map(|(name, value)| (&**name, &**value)).collect();
        fields.extend([("form_key", "k"), said, ("organisation", "RXX"), ("scope", ""), ("unit", "")]);
        operator.post(&format!("{own}/{verb}"), &fields).has(404);
    }
    let all = path_of(&operator, "all@example.org");
    operator.get(&all).has(200).never_says("data-do=\"disable\"");
    let absent = hr.get("/accounts/9999").has(404).body.len();
    for id in 1..6 {
        let page = hr.get(&format!("/accounts/{id}"));
        assert!(page.status == 200 || page.body.len() == absent, "{id}");
    }
}

#[test]
fn wrong_input_comes_back_with_what_is_wrong_and_changes_nothing() {
    let console = console();
    let hr = signed_in(&console, "hr@example.org", AccessRole::Hr);
    for (name, value, words) in [
        ("email", "chair", "Enter an email address"),
        ("email", "", "Enter an email address"),
        ("email", "hr@example.org", "There is an account of hr@example.org already"),
        ("scope", "reports", "Only a manager is for some of the people"),
        ("scope", "unit", "Say which unit"),
        ("scope", "moon", "Choose whom"),
        ("unit", "Surgery", "Choose “a unit”, or leave the unit empty"),
        ("role", "", "Choose a role"),
        ("employee_number", "9999", "9999"),
    ] {
        let mut typed: Vec<(&str, &str)> = BOARD.into_iter().filter(|(of, _)| *of != name).collect();
        typed.push((name, value));
        hr.get("/accounts/new").submit("invite", &typed).has(422).says(words).says("There is a problem");
    }
    let manager = [
        ("email", "m@example.org"),
        ("name", ""),
        ("role", "manager"),
        ("organisation", "RXX"),
        ("scope", "reports"),
        ("unit", ""),
    ];
    hr.get("/accounts/new")
        .submit("invite", &manager)
        .has(422)
        .says("Say by the employee number who they are");
    assert_eq!(hr.get("/accounts").body.matches("<tr data-id").count(), 1);
}

#[test]
fn whoever_gave_their_password_long_ago_is_asked_for_it_and_sends_the_same_form() {
    let mut console = console();
    let hr = console.user("hr@example.org", AccessRole::Hr);
    let (cookie, secret) = {
        let browser = hr.signs_in();
        (browser.cookie.borrow().clone(), hr.secret.borrow().clone().unwrap())
    };
    console.later(TimeDelta::minutes(15));
    let browser = console.browser();
    browser.cookie.replace(cookie);
    let next = browser.get("/accounts/new").has(200).submit("invite", &BOARD).location();
    assert!(next.starts_with("/sign-in/again?to="), "{next}");
    let code = crate::support::console::code(&secret, console.now);
    let parked = browser.get(&next).submit("again", &[("password", PASSWORD), ("code", &code)]).location();
    let page = browser.get(&parked).has(200);
    assert!(page.body.contains("chair@example.org"), "{}", page.body);
    let next = page.submit("parked", &[]).location();
    browser.get(&next).says("chair@example.org is invited");
}

#[test]
fn a_role_that_is_for_nobody_is_given_with_a_warning_and_whoever_has_it_is_told_that_nobody_is_in_scope() {
    let console = console();
    console.trust.import(
        day("2026-11-23"),
        FileKind::Staff,
        "employee_number,first_name,last_name,email,unit,start_date\n0042,Tom,Okafor,tom@example.org,Surgery,2020-01-01\n",
    );
    let hr = signed_in(&console, "hr@example.org", AccessRole::Hr);
    hr.get("/");
    let nobody = "Nobody in post is within it today";
    for (email, unit, is_warned) in [("a@example.org", "Nowhere", true), ("b@example.org", "Surgery", false)]
    {
        let typed = [
            ("email", email),
            ("name", "M"),
            ("role", "manager"),
            ("organisation", "RXX"),
            ("scope", "unit"),
            ("unit", unit),
        ];
        let next = hr.get("/accounts/new").has(200).submit("invite", &typed).location();
        assert_eq!(hr.get(&next).has(200).text().contains(nobody), is_warned, "{unit}");
        let manager = console.opens(email).signs_in();
        manager.get("/account");
        for path in ["/people", "/units", "/"] {
            let page = manager.get(path).has(200).never_says("Nobody is in post yet");
            assert_eq!(
                page.text().contains("Nobody in post is within your scope"),
                is_warned,
                "{path}, {unit}"
            );
        }
    }
}
