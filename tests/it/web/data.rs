//! `/people/ID/data`: everything that is kept about somebody, handed out and removed.

use refresher::access::AccessRole;
use refresher::import::FileKind;
use refresher::register::store as register;
use serde_json::Value;

use crate::support::console::{Browser, Console};
use crate::support::trust::day;

pub fn console() -> Console {
    let console = Console::start();
    console.trust.import(
        day("2026-11-20"),
        FileKind::Staff,
        "employee_number,first_name,last_name,email,start_date\n0042,Tom,Okafor,tom@example.org,2020-01-01\n\
         0043,Ann,Birch,ann@example.org,2020-01-01\n",
    );
    console
}

pub fn path_of(console: &Console, number: &str) -> String {
    let who = console.app().db.read(|conn| register::find_staff_member(conn, number, None)).unwrap().unwrap();
    format!("/people/{}", who.id)
}

pub fn hr(console: &Console) -> Browser<'_> {
    console.user("hr@example.org", AccessRole::Hr).signs_in()
}

#[test]
fn everything_is_handed_out_as_the_command_does_and_the_audit_log_is_told() {
    let console = console();
    let (hr, path) = (hr(&console), path_of(&console, "0042"));
    hr.get(&path).has(200).says("What is kept about them, and removing it");
    hr.get(&format!("{path}/data")).has(200).says("Everything that is kept, as a file");
    let file = hr.get(&format!("{path}/data.json")).has(200);
    let document: Value = serde_json::from_str(&file.body).unwrap();
    let text = document.to_string();
    assert!(text.contains("tom@example.org") && !text.contains("ann@example.org"), "{text}");
    assert!(file.headers["content-disposition"].starts_with("attachment; filename=\"person-"));
    let entries = console.app().db.read(|conn| refresher::audit::entries(conn, 100)).unwrap();
    assert!(
        entries.iter().any(|entry| entry.action == "person-export" && entry.actor.starts_with("account "))
    );
}

#[test]
fn somebody_is_removed_only_where_their_number_is_typed_and_once() {
    let console = console();
    let (hr, path) = (hr(&console), path_of(&console, "0042"));
    let data = format!("{path}/data");
    for wrong in ["", "42", "0043", "yes"] {
        hr.get(&data)
            .submit("purge", &[("employee_number", wrong)])
            .has(422)
            .says("Type their employee number");
    }
    hr.get(&path).has(200).says("Okafor");
    let page = hr.get(&data).has(200);
    page.submit("purge", &[("employee_number", "0042")]).sees("/people");
    hr.get("/people")
        .has(200)
        .says("Everything about 0042 at RXX is removed")
        .never_says("Okafor")
        .says("Birch");
    page.submit("purge", &[("employee_number", "0042")]).sees("/people");
    hr.get(&data).has(404);
    hr.get(&path_of(&console, "0043")).has(200).says("Birch");
}

#[test]
fn nobody_but_hr_hands_out_or_removes() {
    let console = console();
    let path = path_of(&console, "0042");
    let hr = hr(&console);
    let (_, unseen) = hr.get(&format!("{path}/data")).form("purge");
    for role in [AccessRole::Operator, AccessRole::Manager, AccessRole::Board, AccessRole::Auditor] {
        let browser = console.user(&format!("{role}@example.org"), role).signs_in();
        browser.get(&format!("{path}/data")).has(404);
        browser.get(&format!("{path}/data.json")).has(404);
        let (_, token) = browser.get("/account").form("sign-out");
        let token = &token.iter().find(|(name, _)| name == "form_token").unwrap().1;
        let mut fields: Vec<(&str, &str)> = unseen
            .iter()
            .map(|(name, value)| {
                (name.as_str(), if name == "form_token" { token.as_str() } else { value.as_str() })
            })
            .collect();
        fields.push(("employee_number", "0042"));
        browser.post(&format!("{path}/purge"), &fields).has(404);
    }
    hr.get(&path).has(200).says("Okafor");
    let own = console.browser();
    own.get(&format!("{path}/data")).location();
}
