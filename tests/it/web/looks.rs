//! Who looked at whom: noted once a day, shown to those who may see it, and gone with the person.

use refresher::access::{AccessGrant, AccessRole, GrantScope};
use serde_json::Value;

use super::data::{console, hr, path_of};
use crate::support::console::{Browser, Console};

/// Whom accounts looked at, as the page of an auditor has it: who and the employee number, in its order.
pub fn looks(browser: &Browser<'_>) -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&browser.get("/audit/looks.json").has(200).body).unwrap();
    let text = |of: &Value, name: &str| of[name].as_str().unwrap().to_owned();
    let all = document["looks"].as_array().unwrap().iter();
    all.map(|look| (text(look, "email"), text(look, "employee_number"))).collect()
}

#[test]
fn whoever_is_shown_by_name_was_looked_at_once_a_day_and_nobody_else_was() {
    let console = console();
    let hr = hr(&console);
    let auditor = console.user_of_all("auditor@example.org", AccessRole::Auditor).signs_in();
    assert_eq!(looks(&auditor), []);
    for page in ["/", "/units", "/courses", "/imports", "/audit", "/account", "/people?q=nobody"] {
        hr.get(page).has(200);
    }
    assert_eq!(looks(&auditor), [], "nobody was named");
    let tom = path_of(&console, "0042");
    for _ in 0..3 {
        hr.get(&tom).has(200);
        hr.get(&format!("{tom}.json")).has(200);
        hr.get(&format!("{tom}/exemptions")).has(200);
    }
    let by_hr = |number: &str| ("hr@example.org".to_owned(), number.to_owned());
    assert_eq!(looks(&auditor), [by_hr("0042")]);
    hr.get("/people?q=birch").has(200).says("Birch");
    assert_eq!(looks(&auditor), [by_hr("0042"), by_hr("0043")]);
    auditor.get("/people.csv").has(200).says("Okafor");
    assert_eq!(looks(&auditor).len(), 4);
    let page = auditor.get("/audit/looks?employee_number=0043").has(200).says("hr@example.org");
    assert!(page.says("0043").body.contains("data-total=\"2\""));
    auditor.get("/audit/looks?from=2026-11-25").has(200).says("Nothing matches");
    auditor.get("/audit/looks?account=x").has(422);
    hr.get("/audit").has(200).says("Who looked at whom");
    for (role, status) in [
        (AccessRole::Operator, 404),
        (AccessRole::Manager, 404),
        (AccessRole::Board, 404),
        (AccessRole::Hr, 200),
    ] {
        let browser = console.user(&format!("{role}-two@example.org"), role).signs_in();
        browser.get("/audit/looks").has(status);
    }
}

#[test]
fn looking_at_oneself_is_no_look_and_the_looks_of_a_person_are_handed_out_by_role_and_go_with_them() {
    let console = console();
    let surgery = AccessGrant {
        role: AccessRole::Hr,
        organisation: Some("RXX".to_owned()),
        scope: GrantScope::Everyone,
    };
    console.invite_as("tom@example.org", Some("0042"), surgery);
    let own = console.opens("tom@example.org").signs_in();
    let (tom, ann) = (path_of(&console, "0042"), path_of(&console, "0043"));
    own.get(&tom).has(200).says("Okafor");
    own.get(&ann).has(200).says("Birch");
    let auditor = console.user_of_all("auditor@example.org", AccessRole::Auditor).signs_in();
    assert_eq!(looks(&auditor), [("tom@example.org".to_owned(), "0043".to_owned())]);
    let document: Value = serde_json::from_str(&own.get(&format!("{ann}/data.json")).has(200).body).unwrap();
    assert_eq!(document["looked_at"], serde_json::json!([{ "on": "2026-11-24", "roles": ["hr"] }]));
    own.get(&format!("{ann}/data")).submit("purge", &[("employee_number", "0043")]).sees("/people");
    assert_eq!(looks(&auditor), []);
    own.get("/people").has(200).says("Okafor").never_says("Birch");
}

/// An import of which two rows, about two people, could not be used: its number.
fn with_rejected_rows(console: &Console) -> i32 {
    console.trust.write(
        "training.csv",
        "employee_number,course,completed_on\n0042,CHILDREN,2026-13-40\n0043,CHILDREN,2026-13-40\n",
    );
    let how =
        refresher::jobs::HowToImport { force: refresher::import::Force::Everything, ..Default::default() };
    let file = console.trust.folder.path().join("training.csv");
    let taken = refresher::jobs::import_file(
        &console.app(),
        refresher::import::FileKind::Training,
        &file,
        &how,
        console.app().today(),
    );
    taken.unwrap().report.id.unwrap()
}

/// Every page that shows somebody on the staff by name, number and name, or address, and a file of each: what is shown is noted.
#[test]
fn whatever_shows_people_by_name_is_noted() {
    let console = console();
    console.invite_as(
        "tom.two@example.org",
        Some("0042"),
        AccessGrant {
            role: AccessRole::Board,
            organisation: Some("RXX".to_owned()),
            scope: GrantScope::Everyone,
        },
    );
    let import = with_rejected_rows(&console);
    let (tom, all) = (vec!["0042"], vec!["0042", "0043"]);
    let auditor = console.user_of_all("auditor@example.org", AccessRole::Auditor).signs_in();
    let account = "/accounts/1";
    let staff = "employee_number,first_name,last_name,email,start_date\n\
                 0042,Tom,Okafor,tom.three@example.org,2020-01-01\n0043,Ann,Birch,ann.two@example.org,2020-01-01\n";
    let bringer = hr(&console);
    let draft = super::imports::draft_of(&bringer, &[("kind", "staff")], staff).path;
    for (place, expected) in [
        ("/people", &all),
        ("/people.csv", &all),
        ("/people?q=okafor", &tom),
        ("/exemptions", &vec![]),
        ("/accounts", &tom),
        ("/accounts.csv", &tom),
        (account, &tom),
        ("REJECTED", &all),
        ("REJECTED.csv", &all),
        ("DRAFT", &all),
        ("DRAFT.csv", &all),
        // These show nobody on the staff by name: figures, numbers of people, or what the log has.
        ("/", &vec![]),
        ("/imports", &vec![]),
        ("/audit", &vec![]),
        ("/audit/looks", &vec![]),
        ("/assurance", &vec![]),
        ("/board", &vec![]),
        ("/policy", &vec![]),
        ("/worklist", &vec![]),
    ] {
        let email =
            format!("hr{}@example.org", place.len() * 100 + place.bytes().map(usize::from).sum::<usize>());
        let hr = console.user(&email, AccessRole::Hr).signs_in();
        let path = if place.starts_with("DRAFT") {
            place.replace("DRAFT", &draft)
        } else {
            place.replace("REJECTED", &format!("/imports/{import}/rejected"))
        };
        hr.get(&path).has(200);
        let seen: Vec<String> =
            looks(&auditor).into_iter().filter(|(by, _)| *by == email).map(|(_, whom)| whom).collect();
        assert_eq!(&seen, expected, "{path}");
    }
}
