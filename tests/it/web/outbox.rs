//! `/outbox`: what is shown to whom, what can be done, and that the exports are the screen.

use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::db::Locks;
use refresher::import::FileKind;
use refresher::mail::Rendered;
use refresher::outbox::{EnqueueOutcome, InitialState, MessageKind, MessageState, NewMessage, store};
use refresher::register::store as register;
use serde_json::Value;

use super::looks::looks;
use crate::support::console::{Browser, Console, PASSWORD, Page, code};
use crate::support::trust::day;

/// A trust and another, and somebody on the staff.
fn console() -> Console {
    let console = Console::start();
    let on = day("2026-11-20");
    console.trust.import(
        on,
        FileKind::Organisations,
        "code,name,kind,safeguarding_email\nRYY,Other Trust,community,other@example.org\n",
    );
    console.trust.import(
        on,
        FileKind::Staff,
        "employee_number,first_name,last_name,email,start_date\n0042,Tom,Okafor,tom@example.org,2020-01-01\n",
    );
    console
}

/// 120 messages of RXX, of which 10 are held, and 5 of RYY, of which 2 are; of the first, one to somebody on the staff. Their
/// numbers, in their order.
fn fill(console: &Console) -> Vec<i32> {
    let app = console.app();
    let staff = app.db.read(|conn| register::find_staff_member(conn, "0042", None)).unwrap().unwrap().id;
    let ids =
        app.db.read(|conn| register::organisation_ids(conn, &["RXX".to_owned(), "RYY".to_owned()])).unwrap();
    let queue = |number: usize, organisation: usize, held: bool| {
        let message = NewMessage {
            kind: if number.is_multiple_of(2) { MessageKind::Operator } else { MessageKind::BoardSummary },
            organisation_id: ids[organisation].unwrap(),
            staff_id: (number == 7).then_some(staff),
            recipient: format!("reader{number}@example.org"),
            content: Rendered {
                subject: format!("Subject <{number}>"),
                text: format!("Text of {number} & more\n"),
                html: format!("<p style=\"color:red\">Mail {number}</p><script>alert(1)</script>"),
                parts: Vec::new(),
            },
            once_key: None,
            planned_on: day(if number < 60 { "2026-11-02" } else { "2026-11-03" }),
        };
        let initially = if held { InitialState::Held } else { InitialState::Queued };
        let queued = app
            .db
            .write(Locks::ALL, |conn| store::enqueue(conn, &message, initially, "example.org", console.now));
        match queued.unwrap() {
            EnqueueOutcome::Enqueued(id) => id,
            EnqueueOutcome::AlreadyPromised => panic!("it was promised before"),
        }
    };
    let ours = (0..120).map(|number| queue(number, 0, number < 10));
    ours.chain((120..125).map(|number| queue(number, 1, number < 122))).collect()
}

fn signed_in<'a>(console: &'a Console, email: &str, role: AccessRole) -> Browser<'a> {
    console.user(email, role).signs_in()
}

/// Somebody with a role at RYY.
fn at_the_other<'a>(console: &'a Console, email: &str, role: AccessRole) -> Browser<'a> {
    let grant = AccessGrant { role, organisation: Some("RYY".to_owned()), scope: GrantScope::Everyone };
    console.invite_with(email, grant);
    let browser = console.browser();
    browser.get(&console.link_to(email)).submit("choose", &[("new_password", PASSWORD)]).location();
    let next =
        browser.get("/sign-in").submit("sign-in", &[("email", email), ("password", PASSWORD)]).location();
    let page = browser.get(&next);
    let secret = page.key();
    page.submit("device", &[("code", &code(&secret, console.now))]).sees("/account");
    browser
}

fn rows(page: &Page<'_>) -> Vec<i32> {
    let rows = page.body.split("<tr data-id=\"").skip(1);
    rows.map(|row| row.split('"').next().unwrap().parse().unwrap()).collect()
}

fn total(page: &Page<'_>) -> usize {
    let (_, rest) = page.body.split_once("data-list=\"messages\" data-total=\"").unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

/// The rows of every page of a list, by its own links.
fn joined(browser: &Browser<'_>, path: &str) -> Vec<i32> {
    let (mut path, mut all) = (path.to_owned(), Vec::new());
    loop {
        let page = browser.get(&path).has(200);
        all.extend(rows(&page));
        let Some((before, _)) = page.body.split_once("\" rel=\"next\"") else { return all };
        let at = before.rfind("href=\"").unwrap();
        path = before[at + 6..].replace("&#38;", "&");
    }
}

const QUERIES: [&str; 9] = [
    "",
    "?state=held",
    "?state=held&state=queued&kind=operator",
    "?sort=id&size=100",
    "?sort=planned_on",
    "?sort=-planned_on&planned_on=2+November+2026",
    "?employee_number=0042",
    "?state=sent",
    "?kind=board-summary&size=200",
];

#[test]
fn pages_joined_are_the_rows_of_every_export_in_their_order() {
    let console = console();
    let browser = signed_in(&console, "hr@example.org", AccessRole::Hr);
    let ids = fill(&console);
    for query in QUERIES {
        let page = browser.get(&format!("/outbox{query}")).has(200);
        let listed = joined(&browser, &format!("/outbox{query}"));
        if !listed.is_empty() {
            assert_eq!(total(&page), listed.len(), "{query}");
        }
        let json: Value =
            serde_json::from_str(&browser.get(&format!("/outbox.json{query}")).has(200).body).unwrap();
        let of_json: Vec<i64> = json["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["id"].as_i64().unwrap())
            .collect();
        let csv = browser.get(&format!("/outbox.csv{query}")).has(200);
        let of_csv: Vec<i64> =
            csv.body.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
        let listed: Vec<i64> = listed.into_iter().map(i64::from).collect();
        assert_eq!((&of_json, &of_csv), (&listed, &listed), "{query}");
        assert_eq!(csv.headers["content-disposition"], "attachment; filename=\"outbox-RXX.csv\"");
        assert!(browser.get(&format!("/outbox.xlsx{query}")).has(200).body.starts_with("PK"));
    }
    let ours = joined(&browser, "/outbox?kind=operator&kind=board-summary");
    assert_eq!(ours, ids[..120].iter().rev().copied().collect::<Vec<_>>());
}

#[test]
fn every_count_leads_to_a_list_of_that_size() {
    let console = console();
    let browser = signed_in(&console, "hr@example.org", AccessRole::Hr);
    fill(&console);
    let page = browser.get("/outbox");
    let figures: Vec<&str> = page
        .body
        .split("<a href=\"")
        .skip(1)
        .filter(|link| link.split('>').next().unwrap().contains("data-figure="))
        .collect();
    assert_eq!(figures.len(), 2, "{}", page.body);
    for figure in figures {
        let href = figure.split('"').next().unwrap().replace("&#38;", "&");
        let value: usize =
            figure.split_once("data-value=\"").unwrap().1.split('"').next().unwrap().parse().unwrap();
        assert_eq!(joined(&browser, &href).len(), value, "{href}");
    }
}

#[test]
fn each_role_sees_what_its_row_of_the_table_says() {
    let console = console();
    let hr = signed_in(&console, "hr@example.org", AccessRole::Hr);
    let operator = signed_in(&console, "operator@example.org", AccessRole::Operator);
    let auditor = signed_in(&console, "auditor@example.org", AccessRole::Auditor);
    let board = signed_in(&console, "board@example.org", AccessRole::Board);
    let manager = signed_in(&console, "manager@example.org", AccessRole::Manager);
    let other = at_the_other(&console, "other.hr@example.org", AccessRole::Hr);
    let ids = fill(&console);
    let [third, its_mail] = [format!("/outbox/{}", ids[2]), format!("/outbox/{}/mail", ids[2])];
    let (third, its_mail) = (third.as_str(), its_mail.as_str());
    let absent = hr.get("/outbox/9999").has(404).body.clone();
    for path in ["/outbox", "/outbox.csv", "/outbox.json", third, its_mail] {
        for nobody in [&board, &manager] {
            assert_eq!(nobody.get(path).has(404).body, absent, "{path}");
        }
    }
    hr.get(third).has(200).says("Text of 2").says("reader2@example.org").says("Cancel it");
    auditor.get(third).has(200).says("Text of 2").never_says("data-do=\"cancel\"");
    auditor.get("/outbox").has(200).never_says("data-do=\"release\"");
    let page = operator.get(third).has(200).says("r…@example.org").says("for those who keep the register");
    page.never_says("reader2").never_says("Text of 2").never_says("data-do=\"cancel\"");
    operator.get("/outbox").has(200).never_says("reader2").never_says("Subject &#60;");
    operator.get("/outbox.csv").has(200).never_says("reader").never_says("Subject");
    operator.get("/outbox.json").has(200).never_says("reader").never_says("Subject");
    assert_eq!(operator.get(its_mail).has(404).body, absent);
    // Of another organisation nothing is there: no row, no count, no message.
    for path in [third, its_mail] {
        assert_eq!(other.get(path).has(404).body, absent, "{path}");
    }
    assert_eq!(joined(&other, "/outbox?state=queued&state=held&kind=operator&kind=board-summary").len(), 5);
    other.get("/outbox").never_says("RXX").says("2 messages of RYY");
    let known = other.get("/outbox?organisation=RXX").has(422).never_says("data-id=").body.clone();
    let unknown = other.get("/outbox?organisation=RQQ").has(422).body.clone();
    let plain = |body: &str| {
        let (before, rest) = body.split_once("name=\"form_token\" value=\"").unwrap();
        format!("{before}{}", rest.split_once('"').unwrap().1)
    };
    assert_eq!(plain(&known), plain(&unknown));
    for (verb, fields) in [("cancel", "queued"), ("retry", "failed")] {
        let (_, unseen) = other.get("/outbox").form("release");
        let mut fields = vec![("state", fields)];
        fields.extend(unseen.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        other.post(&format!("{third}/{verb}"), &fields).has(404);
    }
    let (_, unseen) = other.get("/outbox").form("release");
    let fields: Vec<(&str, &str)> = unseen
        .iter()
        .map(|(name, value)| (name.as_str(), if name == "organisation" { "RXX" } else { value.as_str() }))
        .collect();
    other.post("/outbox/release", &fields).has(404);
    assert_eq!(joined(&hr, "/outbox?state=held").len(), 10);
}

#[test]
fn what_is_held_is_let_go_once_however_often_the_form_is_sent() {
    let console = console();
    let browser = signed_in(&console, "hr@example.org", AccessRole::Hr);
    fill(&console);
    let page = browser.get("/outbox").says("10 messages of RXX");
    page.submit("release", &[]).sees("/outbox");
    browser.get("/outbox").says("10 messages of RXX are let go").never_says("data-do=\"release\"");
    browser.get("/outbox").never_says("are let go");
    page.submit("release", &[]).sees("/outbox");
    browser.get("/outbox").never_says("are let go");
    let app = console.app();
    let held = app.db.read(|conn| store::list(conn, Some(MessageState::Held))).unwrap();
    assert_eq!(held.len(), 2, "those of the other organisation stay");
}

#[test]
fn a_message_is_cancelled_as_it_was_shown_and_not_otherwise() {
    let console = console();
    let browser = signed_in(&console, "hr@example.org", AccessRole::Hr);
    let ids = fill(&console);
    let (path, words) = (format!("/outbox/{}", ids[20]), format!("Message {} is cancelled", ids[20]));
    let page = browser.get(&path).has(200);
    let stale = browser.get(&path);
    page.submit("cancel", &[]).sees(&path);
    browser.get(&path).says(&words).never_says("data-do=\"cancel\"");
    page.submit("cancel", &[]).sees(&path);
    stale.submit("cancel", &[]).has(409).says("This changed while you looked at it").says("cancelled");
    let retry = browser.get(&format!("/outbox/{}", ids[21])).form("cancel").1;
    let fields: Vec<(&str, &str)> =
        retry.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(&format!("/outbox/{}/retry", ids[21]), &fields).has(409);
    for path in ["/outbox/x", "/outbox/-1", "/outbox/99999999999", "/outbox/0"] {
        browser.get(path).has(404);
    }
}

#[test]
fn a_mail_is_shown_in_a_frame_that_can_do_nothing() {
    let console = console();
    let browser = signed_in(&console, "hr@example.org", AccessRole::Hr);
    let ids = fill(&console);
    let (path, its_mail) = (format!("/outbox/{}", ids[2]), format!("/outbox/{}/mail", ids[2]));
    let page = browser.get(&path).has(200);
    assert!(page.body.contains(&format!("src=\"{its_mail}\"")), "{}", page.body);
    assert!(page.body.contains("Subject &#60;2&#62;"), "{}", page.body);
    let mail = browser.get(&its_mail).has(200);
    assert!(mail.headers["content-security-policy"].starts_with("sandbox; default-src 'none'"));
    assert!(mail.body.contains("Mail 2"));
}

#[test]
fn an_address_that_is_unsound_shows_no_rows_and_says_which_field() {
    let console = console();
    let browser = signed_in(&console, "hr@example.org", AccessRole::Hr);
    fill(&console);
    for (query, words) in [
        ("state=lost", "There is no such state"),
        ("kind=advert", "There is no such kind"),
        ("planned_on=31+February", "Enter a day that exists"),
        ("page=0", "The page must be a number from 1 on"),
        ("size=1000", "A page has 50, 100 or 200 rows"),
        ("sort=name", "The list can be sorted by"),
        ("colour=red", "does not know “colour”"),
        ("organisation=RYY", "There is no such organisation, or it is not for you to see"),
        ("planned_on=%3Cb%3E", "Enter a day that exists"),
    ] {
        for form in ["", ".csv", ".json", ".xlsx"] {
            let page = browser.get(&format!("/outbox{form}?{query}")).has(422).says(words);
            page.never_says("data-id=").never_says("reader");
        }
    }
    browser.get("/outbox?page=9&kind=operator").has(200).says("None of 60 messages is on this page");
    browser.get("/outbox?state=failed").has(200).says("No message matches");
    browser.get("/outbox?state=held").says("Take off: state held");
}

#[test]
fn exports_stand_in_the_audit_log_without_what_was_searched_for() {
    let console = console();
    let browser = signed_in(&console, "hr@example.org", AccessRole::Hr);
    fill(&console);
    browser.get("/outbox.csv?employee_number=0042").has(200);
    let entries = console.app().db.read(|conn| refresher::audit::entries(conn, 1)).unwrap();
    assert_eq!((entries[0].action.as_str(), entries[0].object.as_str()), ("export", "/outbox.csv"));
    assert!(entries[0].actor.starts_with("account ") && !entries[0].details.contains("0042"));
}

#[test]
fn whoever_is_shown_addresses_looked_at_whose_they_are_and_whoever_is_not_did_not() {
    let console = console();
    let ids = fill(&console);
    let auditor = console.user_of_all("auditor@example.org", AccessRole::Auditor).signs_in();
    let operator = signed_in(&console, "op@example.org", AccessRole::Operator);
    for page in ["/outbox?size=200", "/outbox.csv", "/outbox.xlsx", "/outbox.json"] {
        operator.get(page).has(200);
    }
    assert_eq!(looks(&auditor), []);
    for (number, page) in
        ["/outbox?size=200", "/outbox.csv", "/outbox.xlsx", "/outbox.json"].iter().enumerate()
    {
        let email = format!("hr{number}@example.org");
        let hr = signed_in(&console, &email, AccessRole::Hr);
        // One that is to nobody on the staff.
        hr.get(&format!("/outbox/{}", ids[8])).has(200);
        hr.get(&format!("/outbox/{}/mail", ids[8])).has(200);
        assert!(!looks(&auditor).iter().any(|(by, _)| *by == email), "{page}");
        hr.get(page).has(200);
        assert!(looks(&auditor).contains(&(email, "0042".to_owned())), "{page}");
    }
    for (number, page) in ["", "/mail"].iter().enumerate() {
        let email = format!("reader{number}@example.org");
        signed_in(&console, &email, AccessRole::Hr).get(&format!("/outbox/{}{page}", ids[7])).has(200);
        assert!(looks(&auditor).contains(&(email, "0042".to_owned())), "{page}");
    }
}
