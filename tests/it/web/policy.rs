//! `/policy` and `/policy/draft`: what is asked of whom, and what another policy would change.

use refresher::access::AccessRole;
use refresher::audit;
use refresher::import::FileKind;
use serde_json::Value;

use crate::support::console::{Browser, Console, Page};
use crate::support::trust::day;

fn hr(console: &Console) -> Browser<'_> {
    console.user("hr@example.org", AccessRole::Hr).signs_in()
}

#[test]
fn the_policy_is_shown_in_words_and_as_it_is_written() {
    let console = Console::start();
    let hr = hr(&console);
    let page = hr.get("/policy").has(200).says("What is asked of whom").says("Safeguarding Children Level 3");
    let page = page.says("within").says("[[course]]");
    assert!(page.body.matches("<tr data-id").count() > 20);
    let document: Value = serde_json::from_str(&hr.get("/policy.json").has(200).body).unwrap();
    assert_eq!(document["policy"].as_str().unwrap(), include_str!("../../../src/policy/default.toml"));
    assert_eq!(document["versions"].as_array().unwrap().len(), 1);
    hr.get("/policy?as_at=2020-01-01").has(200).says("[[course]]");
    hr.get("/policy?as_at=yesterday").has(422).never_says("[[course]]");
    hr.get("/policy?as_at=9999-01-01").has(422).never_says("[[course]]");
}

#[test]
fn a_draft_is_checked_at_its_lines_and_says_what_it_would_change_and_is_kept_nowhere() {
    let console = Console::start();
    let hr = hr(&console);
    let page = hr.get("/policy/draft").has(200);
    let written = include_str!("../../../src/policy/default.toml");
    let broken = written.replacen("[[course]]", "[[curse]]", 1);
    page.submit("preview", &[("policy", &broken)])
        .has(422)
        .says("There is a problem")
        .says("curse")
        .says("the draft:");
    let other = written.replacen("target = ", "# target = ", 1).replace('\n', "\r\n");
    page.submit("preview", &[("policy", &other)])
        .has(200)
        .says("The draft is sound")
        .says("Nothing was changed");
    let document: Value = serde_json::from_str(&hr.get("/policy.json").has(200).body).unwrap();
    assert_eq!(document["policy"].as_str().unwrap(), written);
    page.submit("preview", &[("policy", "<script>alert(1)</script>")]).has(422).never_says("<script>alert");
}

#[test]
fn who_reads_a_policy_need_not_be_who_tries_another() {
    let console = Console::start();
    for (role, reads) in [
        (AccessRole::Operator, false),
        (AccessRole::Manager, false),
        (AccessRole::Board, true),
        (AccessRole::Auditor, true),
    ] {
        let browser = console.user(&format!("{role}@example.org"), role).signs_in();
        let page = browser.get("/policy").has(if reads { 200 } else { 404 });
        page.never_says("/policy/draft");
        browser.get("/policy/draft").has(404);
    }
}

const WRITTEN: &str = include_str!("../../../src/policy/default.toml");

fn hr_of_all<'a>(console: &'a Console, email: &str) -> Browser<'a> {
    console.user_of_all(email, AccessRole::Hr).signs_in()
}

/// The policy with another target.
fn with_target(target: &str) -> String {
    WRITTEN.replacen("target = 90.0", &format!("target = {target}"), 1)
}

/// The page that shows what a draft would change.
fn looked_at<'a>(browser: &'a Browser<'_>, text: &str, from: &str) -> Page<'a> {
    browser.get("/policy/draft").has(200).submit("preview", &[("policy", text), ("from", from)])
}

fn target(browser: &Browser<'_>, on: &str) -> f64 {
    let status: Value =
        serde_json::from_str(&browser.get(&format!("/.json?as_at={on}")).has(200).body).unwrap();
    status["target"].as_f64().unwrap()
}

fn versions(browser: &Browser<'_>) -> usize {
    let document: Value = serde_json::from_str(&browser.get("/policy.json").has(200).body).unwrap();
    document["versions"].as_array().unwrap().len()
}

/// What the audit log has of these actions, the newest first: who, and what else it says.
fn told(console: &Console, action: &str) -> Vec<(String, Value)> {
    let entries = console.app().db.read(|conn| audit::entries(conn, 200)).unwrap();
    let of = entries.into_iter().filter(|entry| entry.action == action);
    of.map(|entry| (entry.actor, serde_json::from_str(&entry.details).unwrap())).collect()
}

#[test]
fn a_draft_put_in_force_holds_over_the_file_until_the_file_says_something_else() {
    let mut console = Console::start();
    let hr = console.user_of_all("hr@example.org", AccessRole::Hr).signs_in();
    let page = looked_at(&hr, &with_target("70.0"), "").has(200).says("What it would change");
    page.submit("put-in-force", &[]).sees("/policy");
    page.submit("put-in-force", &[]).sees("/policy");
    hr.get("/policy").has(200).says("The policy is in force").says("was put in force in the console holds");
    assert_eq!((versions(&hr), target(&hr, "2026-11-24")), (2, 0.7));
    let entries = told(&console, "policy");
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert!(entries[0].0.starts_with("account "), "{entries:?}");
    let over = blake3::hash(WRITTEN.as_bytes()).to_hex().to_string();
    assert_eq!(entries[0].1["over_file_hash"].as_str(), Some(over.as_str()), "{entries:?}");
    let document: Value = serde_json::from_str(&hr.get("/policy.json").has(200).body).unwrap();
    assert_eq!(document["versions"][0]["over_file_hash"].as_str(), Some(over.as_str()));
    assert_eq!(hr.get("/policy.toml").has(200).body, with_target("70.0"));
    hr.get("/health").has(200).says("was put in force in the console holds since 2026-11-24");
    // The file stays as it is: whatever starts, and whatever runs, the policy of the console holds.
    console.later(chrono::TimeDelta::days(1));
    let hr = hr_of_all(&console, "hr-two@example.org");
    console.trust.run("reminders", console.now);
    assert_eq!((versions(&hr), target(&hr, "2026-11-25"), target(&hr, "2026-11-23")), (2, 0.7, 0.9));
    console.trust.write("policy.toml", &format!("# mended\n{}", with_target("80.0")));
    console.later(chrono::TimeDelta::days(1));
    let hr = hr_of_all(&console, "hr-three@example.org");
    assert_eq!((versions(&hr), target(&hr, "2026-11-26"), target(&hr, "2026-11-25")), (3, 0.8, 0.7));
    hr.get("/policy").has(200).says("The policy file holds since 2026-11-26");
}

#[test]
fn a_draft_for_a_later_day_begins_on_that_day_and_every_instant_before_knew_nothing_of_it() {
    let mut console = Console::start();
    let hr = console.user_of_all("hr@example.org", AccessRole::Hr).signs_in();
    let page = looked_at(&hr, &with_target("70.0"), "1 December 2026").has(200);
    page.says("Put it in force from 1 December 2026").submit("put-in-force", &[]).sees("/policy");
    hr.get("/policy").has(200).says("will be in force from 1 December 2026");
    assert_eq!((target(&hr, "2026-11-30"), target(&hr, "2026-12-01")), (0.9, 0.7));
    let before = hr.get("/.json?as_at=2026-12-01&known_at=2026-11-24T08:00:00Z").has(200);
    let before: Value = serde_json::from_str(&before.body).unwrap();
    assert_eq!(before["target"].as_f64(), Some(0.9));
    // Another from today holds until then; one that begins after it is looked at against it first.
    let page = looked_at(&hr, &with_target("60.0"), "").has(200).says("It would hold until 1 December 2026");
    page.submit("put-in-force", &[]).sees("/policy");
    looked_at(&hr, &with_target("50.0"), "2 December 2026").has(422).says("Another policy begins on");
    assert_eq!((target(&hr, "2026-11-24"), target(&hr, "2026-12-01")), (0.6, 0.7));
    // In its place.
    let page = looked_at(&hr, &with_target("65.0"), "1 December 2026").has(200);
    page.submit("put-in-force", &[]).sees("/policy");
    assert_eq!(target(&hr, "2026-12-01"), 0.65);
    // A changed file is taken up today, and what was put in force for a later day still begins on it.
    console.trust.write("policy.toml", &with_target("80.0"));
    console.later(chrono::TimeDelta::days(1));
    let hr = hr_of_all(&console, "hr-two@example.org");
    assert_eq!((target(&hr, "2026-11-25"), target(&hr, "2026-12-01")), (0.8, 0.65));
    console.later(chrono::TimeDelta::days(7));
    console.trust.run("reminders", console.now);
    let hr = hr_of_all(&console, "hr-three@example.org");
    assert_eq!((target(&hr, "2026-12-02"), target(&hr, "2026-11-30")), (0.65, 0.8));
    hr.get("/policy").has(200).says("was put in force in the console holds since 2026-12-01");
}

#[test]
fn what_changed_since_it_was_looked_at_is_shown_again_and_nothing_is_done() {
    let console = Console::start();
    let hr = console.user_of_all("hr@example.org", AccessRole::Hr).signs_in();
    let page = looked_at(&hr, &with_target("70.0"), "").has(200);
    let staff = "employee_number,first_name,last_name,start_date\n0042,Tom,Okafor,2020-01-01\n";
    console.trust.import(day("2026-11-24"), FileKind::Staff, staff);
    page.submit("put-in-force", &[]).has(409).says("Something changed").says("What it would change");
    assert_eq!(versions(&hr), 1);
    // The file was changed and nobody has taken it up yet: it speaks first.
    let page = looked_at(&hr, &with_target("70.0"), "").has(200);
    console.trust.write("policy.toml", &with_target("80.0"));
    let again = page.submit("put-in-force", &[]).has(409).says("Nothing was done");
    assert_eq!((versions(&hr), target(&hr, "2026-11-24")), (2, 0.8));
    again.submit("put-in-force", &[]).sees("/policy");
    assert_eq!((versions(&hr), target(&hr, "2026-11-24")), (3, 0.7));
    // What is in force already changes nothing.
    looked_at(&hr, &with_target("70.0"), "").has(200).submit("put-in-force", &[]).sees("/policy");
    hr.get("/policy").says("Nothing was changed");
    assert_eq!(versions(&hr), 3);
}

#[test]
fn wrong_input_is_told_at_its_field_and_puts_nothing_in_force() {
    let console = Console::start();
    let hr = console.user_of_all("hr@example.org", AccessRole::Hr).signs_in();
    let sound = with_target("70.0");
    for (text, from, words) in [
        (sound.as_str(), "23 November 2026", "Choose today or a later day"),
        (&sound, "31 February 2027", "Enter a day that exists"),
        (&sound, "9999-01-01", "Enter a day that exists"),
        ("target = 120", "", "the draft:1"),
    ] {
        let page = looked_at(&hr, text, from).has(422).says("There is a problem").says(words);
        page.never_says("data-do=\"put-in-force\"");
        let (_, unseen) = looked_at(&hr, &sound, "").has(200).form("put-in-force");
        let fields: Vec<(&str, &str)> = unseen
            .iter()
            .map(|(name, value)| match name.as_str() {
                "policy" => ("policy", text),
                "from" => ("from", from),
                name => (name, value.as_str()),
            })
            .collect();
        // Whoever sends it all the same is told the same, or that it is not what was looked at.
        let status = hr.post("/policy/draft/put-in-force", &fields).status;
        assert!(matches!(status, 409 | 422), "{from}: {status}");
        assert_eq!(versions(&hr), 1, "{from}");
    }
}

#[test]
fn putting_in_force_asks_for_the_password_again_and_does_nothing_yet() {
    let mut console = Console::start();
    let cookie = console.user_of_all("hr@example.org", AccessRole::Hr).signs_in().cookie.take();
    console.later(chrono::TimeDelta::minutes(15));
    let browser = console.browser();
    browser.cookie.replace(cookie);
    let page = looked_at(&browser, &with_target("70.0"), "").has(200);
    let next = page.submit("put-in-force", &[]).location();
    assert!(next.starts_with("/sign-in/again?to="), "{next}");
    assert_eq!(versions(&browser), 1);
}

#[test]
fn a_draft_is_saved_for_its_writer_alone_sound_or_not_and_is_thrown_away() {
    let console = Console::start();
    let hr = hr(&console);
    let page = hr.get("/policy/draft").has(200);
    page.submit("save", &[("policy", "half a poli"), ("from", "")]).sees("/policy/draft");
    page.submit("save", &[("policy", "half a poli"), ("from", "")]).sees("/policy/draft");
    hr.get("/policy/draft").says("The draft is saved").says("half a poli").says("You saved a draft on");
    assert_eq!(told(&console, "policy-draft").len(), 1);
    let other = console.user("other@example.org", AccessRole::Hr).signs_in();
    other.get("/policy/draft").has(200).never_says("half a poli");
    hr.get("/policy/draft").submit("discard", &[]).sees("/policy/draft");
    hr.get("/policy/draft").has(200).never_says("half a poli").says("[[course]]");
}

#[test]
fn hr_of_one_organisation_looks_at_a_draft_and_puts_none_in_force() {
    let console = Console::start();
    let hr = hr(&console);
    let page = looked_at(&hr, &with_target("70.0"), "").has(200).says("whoever sees to all of them");
    page.never_says("data-do=\"put-in-force\"");
    let all = console.user_of_all("all@example.org", AccessRole::Hr).signs_in();
    let (_, theirs) = looked_at(&all, &with_target("70.0"), "").has(200).form("put-in-force");
    let (_, own) = hr.get("/account").form("sign-out");
    let token = own.iter().find(|(name, _)| name == "form_token").unwrap().1.clone();
    let fields: Vec<(&str, &str)> = theirs
        .iter()
        .map(|(name, value)| (name.as_str(), if name == "form_token" { token.as_str() } else { value }))
        .collect();
    hr.post("/policy/draft/put-in-force", &fields).has(404);
    assert_eq!(versions(&hr), 1);
}
