//! What is done about what waits: taken, given back, said of, closed, and open again by itself.

use chrono::TimeDelta;
use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::audit::{self, Actor};
use refresher::import::{FileKind, Force};
use refresher::jobs::{self, HowToImport, PurgeConfirmed};
use serde_json::Value;

use super::data::path_of;
use super::worklist::{HEADER, comes_back, console};
use crate::support::console::{Browser, Console};
use crate::support::program::lines;
use crate::support::trust::day;

/// Where the page of the item of this kind about this person is.
fn of_person(console: &Console, kind: &str, number: &str) -> String {
    path_of(console, number).replace("/people", &format!("/worklist/{kind}"))
}

/// Where the page of the rejected rows is.
fn of_rows(hr: &Browser<'_>) -> String {
    let list = hr.get("/worklist?kind=rejected_rows").has(200);
    let (_, rest) = list.body.split_once("href=\"/worklist/rejected_rows/").unwrap();
    format!("/worklist/rejected_rows/{}", rest.split('"').next().unwrap())
}

fn officer<'a>(console: &'a Console, email: &str) -> Browser<'a> {
    console.user(email, AccessRole::Hr).signs_in()
}

/// The newest entries of the audit log about the worklist, the oldest of them first: by whom, what, to what, and details.
fn told(console: &Console) -> Vec<String> {
    let entries = console.app().db.read(|conn| audit::entries(conn, 200)).unwrap();
    let of_it = entries.iter().rev().filter(|entry| entry.action.starts_with("worklist-"));
    of_it.map(|entry| format!("{} {} {}", entry.action, entry.object, entry.details)).collect()
}

/// Everything that is kept of what was said.
fn said(console: &Console) -> Vec<String> {
    let kept = "SELECT words AS line FROM work_comment UNION SELECT closed_for FROM work_item WHERE closed_for <> ''";
    lines(&console.trust.folder.path().join("refresher.db"), kept)
}

#[test]
fn what_waits_is_taken_given_back_and_taken_over_and_each_is_told_once() {
    let console = console();
    let (ann, ben) = (officer(&console, "ann@example.org"), officer(&console, "ben@example.org"));
    let item = of_person(&console, "bouncing_address", "0044");
    let page = ann.get(&item).has(200).says("Mail to Cat Cole (0044)").says("Taken by Nobody yet");
    let sent = page.submit("take", &[]);
    sent.sees(&item);
    // The same form, sent again.
    page.submit("take", &[]).sees(&item);
    ann.get(&item).says("It is yours").says("Taken by You");
    ann.get("/worklist?mine=yes").has(200).says("Cat Cole").never_says("Okafor").says("1");
    ben.get("/worklist?mine=yes").says("Nothing matches");
    ben.get("/worklist").says("Aisha Bello");
    ann.get("/worklist?mine=no").has(422);
    let page = ben.get(&item).says("Taken by Aisha Bello").never_says("Give it back");
    page.submit("take", &[]).sees(&item);
    ann.get(&item).never_says("Give it back");
    ben.get(&item).submit("give-back", &[]).sees(&item);
    ben.get(&item).says("It is nobody\u{2019}s again").says("Nobody yet");
    let id = item.rsplit('/').next().unwrap();
    let about = format!("person {id} {{\"kind\":\"bouncing_address\",\"person\":{id}}}");
    let actions = ["worklist-taken", "worklist-taken", "worklist-given-back"];
    assert_eq!(told(&console), actions.map(|action| format!("{action} {about}")));
    ann.get("/audit").says("worklist-taken").says("RXX 0044");
}

#[test]
fn what_is_said_of_it_stands_in_order_with_by_whom_and_neither_empty_nor_too_long() {
    let console = console();
    let (ann, ben) = (officer(&console, "ann@example.org"), officer(&console, "ben@example.org"));
    let item = of_person(&console, "shared_address", "0042");
    ann.get(&item)
        .says("Nobody said anything of it yet")
        .submit("comment", &[("words", "Asked\r\nboth <b>")]);
    ben.get(&item).submit("comment", &[("words", "Tom has a new one")]).sees(&item);
    let page = ben.get(&item).has(200).says("Your comment is kept");
    let [first, second] = ["Asked\nboth &#60;b&#62;", "Tom has a new one"].map(|words| page.body.find(words));
    assert!(first.is_some() && first < second, "{}", page.body);
    let longest = "é".repeat(2_000);
    page.submit("comment", &[("words", &longest)]).sees(&item);
    let page = ben.get(&item);
    let refused = page.submit("comment", &[("words", &format!("{longest}x"))]).has(422);
    refused.says("Say it in at most 2,000 letters").says("éééx");
    page.submit("comment", &[("words", "  ")])
        .has(422)
        .says("There is a problem")
        .says("Say something of it");
    let file = ben.get("/worklist.csv?kind=shared_address").has(200);
    let (header, row) = file.body.trim_start_matches('\u{feff}').trim_end().split_once('\n').unwrap();
    let header = header.trim_end();
    assert!(header.ends_with(",taken_by,comments,state,reason"), "{header}");
    assert!(row.ends_with(",,3,open,"), "{row}");
    // What was said stands where a purge reaches it, and not in the log.
    assert!(told(&console).iter().all(|entry| entry.starts_with("worklist-commented person ")));
    assert!(!told(&console).concat().contains("Tom has"));
}

#[test]
fn what_is_closed_leaves_the_list_until_it_happens_anew_or_somebody_opens_it() {
    let mut console = console();
    let hr = officer(&console, "hr@example.org");
    let item = of_person(&console, "bouncing_address", "0044");
    let page = hr.get(&item);
    page.submit("close", &[("reason", "")]).has(422).says("Say why it is to wait no longer");
    page.submit("close", &[("reason", "On leave until March")]).sees(&item);
    hr.get(&item)
        .has(200)
        .says("It is closed")
        .says("Aisha Bello: On leave until March")
        .never_says("Take it");
    hr.get("/worklist").says("Okafor").never_says("Cat Cole");
    hr.get("/worklist?state=closed").says("Cat Cole").says("On leave until March").never_says("Okafor");
    let file = hr.get("/worklist.csv?state=closed").has(200);
    assert!(file.body.trim_end().ends_with(",,0,closed,On leave until March"), "{}", file.body);
    hr.get("/worklist?state=gone").has(422);
    // By hand.
    hr.get(&item).submit("reopen", &[]).sees(&item);
    hr.get("/worklist").says("Cat Cole");
    hr.get(&item).submit("close", &[("reason", "Told her manager")]).sees(&item);
    // By itself, an hour later.
    drop(hr);
    console.later(TimeDelta::hours(1));
    let hr = console.browser();
    let ben = officer(&console, "ben@example.org");
    ben.get("/worklist").never_says("Cat Cole");
    comes_back(&console, "two");
    ben.get("/worklist").says("Cat Cole");
    ben.get("/worklist?state=closed").says("Nothing matches");
    ben.get(&item).says("Take it").never_says("Told her manager");
    // Whoever shares it is one more.
    let shared = of_person(&console, "shared_address", "0042");
    ben.get(&shared).submit("close", &[("reason", "A ward\u{2019}s own address")]).sees(&shared);
    ben.get("/worklist").never_says("Okafor");
    drop((hr, ben));
    console.later(TimeDelta::hours(1));
    let third = "RXX,0045,Dan,Dale,both@example.org,Nurse,Nursing,Surgery,2020-01-01\n";
    console.trust.write("more.csv", &format!("{HEADER}{third}"));
    let how = HowToImport { force: Force::Everything, partial: true, ..HowToImport::default() };
    let file = console.trust.folder.path().join("more.csv");
    jobs::import_file(&console.app(), FileKind::Staff, &file, &how, day("2026-11-30")).unwrap();
    officer(&console, "cy@example.org").get("/worklist").says("Dan Dale (0045) share both@example.org");
    // What was done about it before stands there.
    let actions: Vec<String> =
        told(&console).iter().map(|entry| entry.split(' ').next().unwrap().to_owned()).collect();
    let [closed, opened] = ["worklist-closed", "worklist-opened"];
    assert_eq!(actions, [closed, opened, closed, closed]);
}

#[test]
fn rows_that_are_closed_wait_no_more_on_the_dashboard_either() {
    let console = console();
    let hr = officer(&console, "hr@example.org");
    hr.get("/").says("1 import with rows to be put right");
    let item = of_rows(&hr);
    hr.get(&item).has(200).submit("close", &[("reason", "A file of last year")]).sees(&item);
    hr.get("/").says("Everything that waits: the worklist").never_says("with rows to be put right");
    let import = item.rsplit('/').next().unwrap();
    assert_eq!(told(&console), [format!("worklist-closed import {import} {{\"kind\":\"rejected_rows\"}}")]);
    hr.get("/audit").says("worklist-closed");
}

#[test]
fn what_somebody_else_did_meanwhile_is_shown_and_nothing_is_done() {
    let console = console();
    let (ann, ben) = (officer(&console, "ann@example.org"), officer(&console, "ben@example.org"));
    let item = of_person(&console, "bouncing_address", "0044");
    let [taking, closing, saying] = [ann.get(&item), ann.get(&item), ann.get(&item)];
    ben.get(&item).submit("take", &[]).sees(&item);
    taking.submit("take", &[]).has(409).says("Nothing was done").says("Taken by Aisha Bello");
    ben.get(&item).submit("close", &[("reason", "She left")]).sees(&item);
    // What was typed is not lost, whether there is still a form for it or not.
    let page = closing.submit("close", &[("reason", "Told her")]).has(409).says("She left").says("Told her");
    page.never_says("data-do=\"close\"");
    saying.submit("comment", &[("words", "Rang her")]).has(409).says("Rang her").says("Nobody said anything");
    assert_eq!(told(&console).len(), 2);
    // A form of what it was before it came back anew, or of no version at all.
    let page = ann.get(&item);
    let (action, mut fields) = page.form("reopen");
    for (name, value) in &mut fields {
        if name == "since" {
            *value = "2020-01-01T00:00:00.000000Z".to_owned();
        }
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    ann.post(&action, &fields).has(409).says("Nothing was done");
    let (action, fields) = page.form("reopen");
    let fields = fields.iter().filter(|(name, _)| name != "version");
    let fields: Vec<(&str, &str)> = fields.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    ann.post(&action, &fields).has(409);
    assert_eq!(told(&console).len(), 2);
}

#[test]
fn it_is_there_for_hr_of_its_organisation_alone_and_no_longer_once_it_is_put_right() {
    let console = console();
    let hr = officer(&console, "hr@example.org");
    let item = of_person(&console, "bouncing_address", "0044");
    let (rows, shared) = (of_rows(&hr), of_person(&console, "shared_address", "0042"));
    let grant = |organisation: &str| AccessGrant {
        role: AccessRole::Hr,
        organisation: Some(organisation.to_owned()),
        scope: GrantScope::Everyone,
    };
    console.invite_with("elsewhere@example.org", grant("RYY"));
    let mut others = vec![console.opens("elsewhere@example.org").signs_in()];
    for role in [AccessRole::Operator, AccessRole::Manager, AccessRole::Board, AccessRole::Auditor] {
        others.push(console.user(&format!("{role}@example.org"), role).signs_in());
    }
    let without_reference = |body: &str| {
        let parts: Vec<&str> = body.split("<code>").collect();
        parts
            .iter()
            .map(|part| part.split_once("</code>").map_or(*part, |(_, rest)| rest))
            .collect::<String>()
    };
    let verbs = ["take", "give-back", "comment", "close", "reopen"];
    for browser in &others {
        let absent = browser.get("/worklist/bouncing_address/99999").has(404);
        for path in [&item, &rows, &shared] {
            let page = browser.get(path).has(404);
            page.never_says("Cole").never_says("Okafor");
            assert_eq!(
                without_reference(&browser.get(path).body).len(),
                without_reference(&absent.body).len(),
                "{path}"
            );
            let (_, fields) = browser.get("/account").form("sign-out");
            let key = [("form_key".to_owned(), "a-key".to_owned()), ("version".to_owned(), "0".to_owned())];
            let fields: Vec<(String, String)> = fields.into_iter().chain(key).collect();
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            for verb in verbs {
                browser.post(&format!("{path}/{verb}"), &fields).has(404);
            }
        }
    }
    for path in ["/worklist/bouncing_address/x", "/worklist/claims/1", "/worklist/held_mail/RXX"] {
        hr.get(path).has(404);
    }
    assert_eq!(told(&console), [] as [String; 0]);
    // Put right.
    let page = hr.get(&item).has(200);
    let right = "RXX,0044,Cat,Cole,cat.cole@example.org,Nurse,Nursing,Medicine,2020-01-01\n";
    console.trust.write("right.csv", &format!("{HEADER}{right}"));
    let how = HowToImport { force: Force::Everything, partial: true, ..HowToImport::default() };
    let file = console.trust.folder.path().join("right.csv");
    jobs::import_file(&console.app(), FileKind::Staff, &file, &how, day("2026-11-30")).unwrap();
    hr.get(&item).has(404);
    page.submit("take", &[]).has(404);
}

#[test]
fn what_was_said_about_somebody_is_handed_out_with_the_rest_and_goes_with_them() {
    let console = console();
    let hr = officer(&console, "hr@example.org");
    let (shared, bouncing) =
        (of_person(&console, "shared_address", "0042"), of_person(&console, "bouncing_address", "0044"));
    hr.get(&shared).submit("comment", &[("words", "One of the two mistyped it")]).sees(&shared);
    hr.get(&shared).submit("close", &[("reason", "Zanzibar")]).sees(&shared);
    // Elsewhere, by name.
    let rows = of_rows(&hr);
    hr.get(&rows).submit("comment", &[("words", "The first is Ann Birch\u{2019}s")]).sees(&rows);
    hr.get(&rows).submit("comment", &[("words", "A file of the Trust")]).sees(&rows);
    hr.get(&bouncing).submit("close", &[("reason", "Ann Birch asks her")]).sees(&bouncing);
    let ann = path_of(&console, "0043");
    let document: Value = serde_json::from_str(&hr.get(&format!("{ann}/data.json")).has(200).body).unwrap();
    let since = document["worklist"][0]["since"].clone();
    let at = "2026-11-30T09:00:00Z";
    assert_eq!(
        document["worklist"],
        serde_json::json!([{
            "kind": "shared_address",
            "since": since,
            "comments": [{ "at": at, "words": "One of the two mistyped it", "roles": ["hr"] }],
            "closed": { "at": at, "reason": "Zanzibar", "roles": ["hr"] },
        }])
    );
    hr.get(&format!("{ann}/data")).submit("purge", &[("employee_number", "0043")]).sees("/people");
    hr.get(&rows).has(200).never_says("Birch").says("A file of the Trust");
    hr.get(&bouncing).has(200).never_says("Birch").says("the reason was removed");
    hr.get("/worklist?state=closed").says("Cat Cole").never_says("Zanzibar");
    assert_eq!(said(&console), ["A file of the Trust"]);
}

#[test]
fn what_nobody_did_anything_about_for_as_long_as_anybody_s_data_is_kept_is_removed() {
    let mut console = console();
    {
        let hr = officer(&console, "hr@example.org");
        let rows = of_rows(&hr);
        hr.get(&rows).submit("comment", &[("words", "A file of the Trust")]).sees(&rows);
    }
    for (days, left) in [(6 * 365, 1), (10, 0)] {
        console.later(TimeDelta::days(days));
        let app = console.app();
        let by = Actor::named("test");
        jobs::purge_leavers(&app, PurgeConfirmed::No, &by, app.today(), app.now()).unwrap();
        assert_eq!(said(&console).len(), left, "{days}");
    }
}
