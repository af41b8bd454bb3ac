//! `/policy` and `/policy/draft`: what is asked of whom, and what another policy would change.

use refresher::access::AccessRole;
use serde_json::Value;

use crate::support::console::{Browser, Console};

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
