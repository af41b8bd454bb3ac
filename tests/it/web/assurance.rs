//! `/assurance`: what was answered to the statements, and answering anew.

use refresher::access::AccessRole;
use refresher::import::FileKind;
use serde_json::Value;

use crate::support::console::{Browser, Console, attribute};
use crate::support::trust::day;

fn console() -> Console {
    let console = Console::start();
    console.trust.import(
        day("2026-11-20"),
        FileKind::Organisations,
        "code,name,kind,safeguarding_email\nRXX,Example NHS Trust,acute,a@example.org\nRYY,Other Trust,community,other@example.org\n",
    );
    console
}

fn hr(console: &Console) -> Browser<'_> {
    console.user("hr@example.org", AccessRole::Hr).signs_in()
}

/// Where the first statement of the list is answered.
fn first(browser: &Browser<'_>) -> String {
    let page = browser.get("/assurance").has(200);
    let (_, rest) = page.body.split_once("href=\"/assurance/answer?").expect("no statement is listed");
    format!("/assurance/answer?{}", rest.split('"').next().unwrap().replace("&#38;", "&"))
}

/// The first answer that the page lets one choose.
fn choice(browser: &Browser<'_>, path: &str) -> String {
    let page = browser.get(path).has(200);
    let choices: Vec<&str> = page.body.split("<option").skip(1).take(2).collect();
    let value = |choice: &str| attribute(&format!("<option{}", choice.split('>').next().unwrap()), "value");
    assert_eq!(value(choices[0]).as_deref(), Some(""), "none is chosen for whoever answers");
    value(choices[1]).unwrap()
}

#[test]
fn an_answer_is_kept_beside_those_before_it_and_stands_in_the_list_and_its_files() {
    let console = console();
    let hr = hr(&console);
    let path = first(&hr);
    let answer = choice(&hr, &path);
    hr.get("/assurance").says("unanswered");
    let typed = [
        ("answer", answer.as_str()),
        ("answered_on", "1 June 2026"),
        ("evidence", "Audit of June, \"quoted\""),
        ("owner_email", "lead@example.org"),
        ("review_by", "20 November 2026"),
    ];
    let page = hr.get(&path).says("Nobody has answered this yet");
    page.submit("answer", &typed).sees(&path);
    page.submit("answer", &typed).sees(&path);
    hr.get(&path).says("is kept").says("1 June 2026").says("Audit of June, &#34;quoted&#34;");
    let list = hr.get("/assurance").has(200).says("review overdue").says("lead@example.org");
    let row = list.body.split("<tr data-id=").nth(1).unwrap();
    assert!(row.contains("review overdue"), "what is to be reviewed stands first: {row}");
    let later: Vec<(&str, &str)> = typed
        .into_iter()
        .map(|(name, said)| (name, if name == "answered_on" { "2 June 2026" } else { said }))
        .collect();
    let page = hr.get(&path).says("Choose an answer");
    assert!(page.body.contains("value=\"lead@example.org\""), "who reviews it is likely to go on");
    page.submit("answer", &[("answer", "")]).has(422);
    hr.get(&path).submit("answer", &later).sees(&path);
    let page = hr.get(&path).has(200);
    assert_eq!(page.body.split("<tbody>").nth(1).unwrap().matches("<tr").count(), 2);
    hr.get(&path).submit("answer", &typed).sees(&path);
    let page = hr.get(&path).has(200);
    assert_eq!(
        page.body.split("<tbody>").nth(1).unwrap().matches("<tr").count(),
        2,
        "the same again is the same"
    );
    let document: Value = serde_json::from_str(&hr.get("/assurance.json").has(200).body).unwrap();
    let answered: Vec<&Value> = document["statements"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["state"] != "unanswered")
        .collect();
    assert_eq!((answered.len(), answered[0]["answers"].as_array().unwrap().len()), (1, 2));
    hr.get("/assurance.csv").has(200).says("lead@example.org");
}

#[test]
fn wrong_input_comes_back_at_its_field_and_changes_nothing() {
    let console = console();
    let hr = hr(&console);
    let path = first(&hr);
    let answer = choice(&hr, &path);
    for (name, value, words) in [
        ("answer", "perhaps", "is not an answer to"),
        ("answered_on", "31 February 2026", "31 February 2026"),
        ("owner_email", "nobody", "nobody"),
        ("review_by", "soon", "is not a date"),
        ("answered_on", "1 March 2027", "2027-03-01"),
    ] {
        let typed = ["answer", "answered_on", "evidence", "owner_email", "review_by"].map(|of| {
            (
                of,
                if of == name {
                    value
                } else if of == "answer" {
                    answer.as_str()
                } else if of == "evidence" {
                    "kept words"
                } else {
                    ""
                },
            )
        });
        let page = hr.get(&path).submit("answer", &typed).has(422).says("There is a problem").says(words);
        assert!(
            page.body.contains("value=\"kept words\"") && page.body.contains(&format!("href=\"#{name}\"")),
            "{name}: {}",
            page.body
        );
    }
    hr.get(&path).says("Nobody has answered this yet");
}

#[test]
fn whoever_reads_them_answers_none_and_nobody_answers_for_another_organisation() {
    let console = console();
    let hr = hr(&console);
    let path = first(&hr);
    let (_, unseen) = hr.get(&path).form("answer");
    for role in [AccessRole::Board, AccessRole::Auditor] {
        let reader = console.user(&format!("{role}@example.org"), role).signs_in();
        reader.get(&path).has(200).never_says("data-do=\"answer\"");
        let (_, token) = reader.get("/account").form("sign-out");
        let token = &token.iter().find(|(name, _)| name == "form_token").unwrap().1;
        let fields: Vec<(&str, &str)> = unseen
            .iter()
            .map(|(name, value)| {
                (name.as_str(), if name == "form_token" { token.as_str() } else { value.as_str() })
            })
            .collect();
        reader.post("/assurance/answer", &fields).has(404);
    }
    for role in [AccessRole::Operator, AccessRole::Manager] {
        let browser = console.user(&format!("{role}@example.org"), role).signs_in();
        browser.get("/assurance").has(404);
        browser.get(&path).has(404);
    }
    let elsewhere = path.replace("RXX", "RYY");
    assert_ne!(elsewhere, path);
    let absent = hr.get("/nothing").has(404).body.clone();
    for path in [
        elsewhere.as_str(),
        "/assurance/answer",
        "/assurance/answer?organisation=RXX&statement=none",
        "/assurance/answer?organisation=RQQ&statement=x",
    ] {
        assert_eq!(hr.get(path).has(404).body, absent, "{path}");
    }
    let fields: Vec<(&str, &str)> = unseen
        .iter()
        .map(|(name, value)| (name.as_str(), if name == "organisation" { "RYY" } else { value.as_str() }))
        .collect();
    hr.post("/assurance/answer", &fields).has(404);
}
