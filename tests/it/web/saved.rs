//! Saved filters of the list of people, and what is done with everybody on a list at once.

use refresher::access::AccessRole;
use refresher::audit;
use refresher::import::FileKind;
use serde_json::Value;

use crate::answers::trusts;
use crate::support::console::{Browser, Console, Page};
use crate::support::trust::{day, instant};

fn console() -> Console {
    Console::of(trusts(), instant("2026-11-24T09:00:00Z"))
}

const ALL_OF_CHILDREN: &str = "/people?course=CHILDREN";
const NOT_DONE: &str = "/people?state=not_done&course=CHILDREN";

#[test]
fn a_filter_is_saved_for_oneself_or_an_organisation_stands_above_the_list_and_is_removed() {
    let console = console();
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    let other = console.user("other@example.org", AccessRole::Hr).signs_in();
    hr.get("/people").has(200).never_says("data-do=\"save-filter\"");
    let page = hr.get("/people?state=lapsed&page=1").has(200);
    page.submit("save-filter", &[("filter_name", "Lapsed here"), ("filter_for", "")])
        .sees("/people?state=lapsed");
    hr.get("/people").has(200).says("“Lapsed here” is saved").says("Saved filters");
    assert!(hr.get("/people").body.contains("href=\"/people?state=lapsed\">Lapsed here</a>"));
    other.get("/people").has(200).never_says("Lapsed here");
    let page = hr.get(NOT_DONE).has(200);
    page.submit("save-filter", &[("filter_name", "Not done"), ("filter_for", "RXX")]).location();
    let listed = other.get("/people").has(200).says("Not done (RXX)");
    assert!(
        listed.body.contains("/people?organisation=RXX&#38;state=not_done&#38;course=CHILDREN"),
        "{}",
        listed.body
    );
    // Under a name once: the newest.
    let page = hr.get("/people?state=due_soon").has(200);
    page.submit("save-filter", &[("filter_name", " Lapsed  here "), ("filter_for", "")]).location();
    let body = hr.get("/people").body.clone();
    assert!(body.contains("/people?state=due_soon\">Lapsed here") && !body.contains("state=lapsed\""));
    // Removed on the page of the account: one's own, and an organisation's by whoever brings its files.
    other.get("/account").has(200).says("Not done").says("everybody at RXX").submit("remove-filter", &[]);
    other.get("/account").has(200).says("“Not done” is removed").never_says("remove-filter");
    hr.get("/account").submit("remove-filter", &[]).sees("/account");
    hr.get("/people").has(200).never_says("Saved filters");
}

#[test]
fn what_can_not_be_asked_or_is_not_theirs_is_not_saved() {
    let console = console();
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    let (action, unseen) = hr.get(NOT_DONE).has(200).form("save-filter");
    let send = |changed: &[(&str, &str)]| {
        let mut fields: Vec<(&str, &str)> = unseen.iter().map(|(name, value)| (&**name, &**value)).collect();
        fields.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        fields.extend(changed);
        let page = hr.post(&action, &fields);
        (page.status, page.body.clone())
    };
    for (changed, status) in [
        (&[("filter_name", ""), ("filter_for", "")][..], 422),
        (&[("filter_name", &"x".repeat(61)), ("filter_for", "RXX")], 422),
        (&[("filter_name", "xyz"), ("filter_for", ""), ("query", "")], 422),
        (&[("filter_name", "xyz"), ("filter_for", ""), ("query", "colour=red")], 422),
        (&[("filter_name", "xyz"), ("filter_for", ""), ("query", "organisation=RYY&state=lapsed")], 422),
        (&[("filter_name", "x"), ("filter_for", "RYY")], 404),
        (&[("filter_name", "x"), ("filter_for", "RQQ")], 404),
    ] {
        let (found, body) = send(changed);
        assert_eq!(found, status, "{changed:?}: {body}");
        // The form comes back with what was typed.
        let (_, typed) = changed[0];
        let value = format!("value=\"{typed}\"");
        assert!(status == 404 || typed.is_empty() || body.contains(&value), "{changed:?}: {body}");
        assert_eq!(body.contains("id=\"filter_name-fault\""), status == 422, "{changed:?}: {body}");
        hr.get("/people").has(200).never_says("Saved filters");
    }
    // Somebody else's is not theirs to remove.
    let page = hr.get(NOT_DONE).has(200);
    page.submit("save-filter", &[("filter_name", "Mine"), ("filter_for", "")]).location();
    let (_, unseen) = hr.get("/account").form("remove-filter");
    let id = unseen.iter().find(|(name, _)| name == "id").unwrap().1.clone();
    let other = console.user("other@example.org", AccessRole::Hr).signs_in();
    let (_, token) = other.get("/account").form("sign-out");
    let token = token.iter().find(|(name, _)| name == "form_token").unwrap().1.clone();
    other.post("/account/filters", &[("form_token", &token), ("form_key", "k"), ("id", &id)]).has(404);
    hr.get("/people").has(200).says("Mine");
}

/// How many exemptions stand.
fn exemptions(browser: &Browser<'_>) -> usize {
    let document: Value = serde_json::from_str(&browser.get("/exemptions.json").has(200).body).unwrap();
    document["exemptions"].as_array().unwrap().len()
}

/// What is typed to exempt everybody of a list.
fn typed(course: &'static str, reason: &'static str, count: &str) -> Vec<(&'static str, String)> {
    vec![
        ("course", course.to_owned()),
        ("from", "1 November 2026".to_owned()),
        ("until", "31 January 2027".to_owned()),
        ("reason", reason.to_owned()),
        ("count", count.to_owned()),
    ]
}

/// Sends the page's form with what is typed, as it was shown; its status and what is told.
fn sent_exemption(browser: &Browser<'_>, page: &Page<'_>, typed: &[(&str, String)]) -> (u16, String) {
    let (action, unseen) = page.form("exempt-all");
    let unseen = unseen.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let typed = typed.iter().map(|(name, value)| (*name, value.as_str()));
    let fields: Vec<(&str, &str)> = unseen.chain(typed).collect();
    let page = browser.post(&action, &fields);
    (page.status, page.body.clone())
}

#[test]
fn everybody_of_a_list_is_exempt_at_once_where_it_is_typed_how_many_and_undone_at_once() {
    let console = console();
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    let before = exemptions(&hr);
    let list = hr.get(ALL_OF_CHILDREN).has(200).says("Exempt everybody of this list");
    let total = list.body.split("data-list=\"people\" data-total=\"").nth(1).unwrap();
    let rows: usize = total.split('"').next().unwrap().parse().unwrap();
    assert!(rows > 1, "{rows}");
    let address = ALL_OF_CHILDREN.replace("/people", "/people/exempt");
    let count = rows.to_string();
    let send = |page: &Page<'_>, typed: &[(&str, String)]| sent_exemption(&hr, page, typed);
    let page = hr.get(&address).has(200).says("Course: Children");
    for wrong in [
        typed("row", "Course replaced", ""),
        typed("row", "Course replaced", "1"),
        typed("row", "", &count),
        typed("CHILDREN", "Course replaced", &count),
    ] {
        let (status, body) = send(&page, &wrong);
        assert_eq!(status, 422, "{wrong:?}: {body}");
        assert_eq!(exemptions(&hr), before);
    }
    let done = typed("row", "Course replaced", &count);
    assert_eq!((send(&page, &done).0, send(&page, &done).0), (303, 303));
    hr.get(ALL_OF_CHILDREN).has(200).says(&format!("{rows} exemptions are added"));
    assert_eq!(exemptions(&hr), before + rows);
    let entries = console.app().db.read(|conn| audit::entries(conn, 20)).unwrap();
    let import = entries.iter().find(|entry| entry.action == "import" && entry.actor.starts_with("account "));
    let import = import.unwrap_or_else(|| panic!("{entries:?}")).object.replace("import ", "");
    hr.get(&format!("/imports/{import}/undo")).has(200).submit("undo", &[]).location();
    assert_eq!(exemptions(&hr), before);
    // What changed since is shown again.
    let page = hr.get(&address).has(200);
    let more =
        "employee_number,first_name,last_name,email,start_date\n1199,New,Newton,new@example.org,2020-01-01\n";
    let how = refresher::jobs::HowToImport { partial: true, ..Default::default() };
    console.trust.write("more.csv", more);
    let file = console.trust.folder.path().join("more.csv");
    refresher::jobs::import_file(&console.app(), FileKind::Staff, &file, &how, day("2026-11-24")).unwrap();
    let (status, body) = send(&page, &done);
    assert_eq!(status, 409, "{body}");
    assert_eq!(exemptions(&hr), before);
}

#[test]
fn who_may_exempt_nobody_is_not_offered_to_exempt_everybody() {
    let console = console();
    let address = ALL_OF_CHILDREN.replace("/people", "/people/exempt");
    for role in [AccessRole::Auditor, AccessRole::Board] {
        let reader = console.user(&format!("{role}@example.org"), role).signs_in();
        reader.get(&address).has(404);
    }
    let manager = console.user("manager@example.org", AccessRole::Manager).signs_in();
    manager.get(ALL_OF_CHILDREN).has(200).never_says("/people/exempt");
    manager.get(&address).has(404);
}
