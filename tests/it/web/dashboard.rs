//! What the dashboard shows beside its figures: what waits, the budget, the board's newest summary.

use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::audit::Actor;
use refresher::board::Month;
use refresher::import::FileKind;

use crate::answers::trusts;
use crate::support::console::{Browser, Console, Page, attribute};
use crate::support::trust::{day, instant};

/// Two trusts whose October was issued, after which one of them spent something and trained somebody.
fn console() -> Console {
    let console = Console::of(trusts(), instant("2026-11-24T09:00:00Z"));
    let issued_at = instant("2026-11-02T08:00:00Z");
    let app = console.trust.app(issued_at);
    for code in ["RXX", "RYY"] {
        let (month, by) = (Month::parse("2026-10").unwrap(), Actor::named("test"));
        refresher::jobs::issue_board_summary(&app, code, month, &by, app.today(), issued_at).unwrap();
    }
    let trust = &console.trust;
    trust.import(
        day("2026-11-20"),
        FileKind::Expenses,
        "organisation,date,amount,description\nRXX,2026-11-03,250.00,Trainer\n",
    );
    trust.import(
        day("2026-11-20"),
        FileKind::Training,
        "organisation,employee_number,course,completed_on\nRXX,1102,CHILDREN,2026-11-10\n",
    );
    console
}

fn at(console: &Console, role: AccessRole, scope: GrantScope) -> Browser<'_> {
    let email = format!("{role}@example.org");
    console.invite_with(&email, AccessGrant { role, organisation: Some("RXX".to_owned()), scope });
    console.opens(&email).signs_in()
}

/// The headings of a page's sections, in order.
fn headings(page: &Page<'_>) -> Vec<String> {
    let after = page.body.split("<h2").skip(1);
    after.map(|rest| rest.split(['>', '<']).nth(1).unwrap().trim().to_owned()).collect()
}

#[test]
fn the_dashboard_says_what_waits_how_the_budget_is_used_and_how_it_stood_when_the_board_was_told() {
    let console = console();
    let part = GrantScope::Unit("Surgery".to_owned());
    let (waits, money) = ("What waits", "Money, and the board");
    for (role, scope, expected) in [
        (AccessRole::Hr, GrantScope::Everyone, &[waits, money][..]),
        (AccessRole::Auditor, GrantScope::Everyone, &[waits, money]),
        (AccessRole::Board, GrantScope::Everyone, &[money]),
        (AccessRole::Manager, part, &[]),
    ] {
        let browser = at(&console, role, scope);
        // The first page after signing in may have codes to be kept.
        browser.get("/").has(200);
        let page = browser.get("/").has(200).never_says("RYY");
        let headings = headings(&page);
        let beside: Vec<&str> =
            headings.iter().map(String::as_str).filter(|heading| [waits, money].contains(heading)).collect();
        assert_eq!(beside, expected, "{role}: {headings:?}");
        let (says_waits, says_money) = (expected.contains(&waits), expected.contains(&money));
        // One who meets it is withheld from a board, and so is what would tell of that one.
        let is_told = says_money && role != AccessRole::Board;
        assert_eq!(page.text().contains("Since the board's summary"), is_told, "{role}");
        for (words, is_said) in [
            ("The newest staff list of RXX is 50 days old", says_waits),
            ("Training budget, 2026-27 £250.00 spent of £1,000.00, 25.0%", says_money),
            ("The board's newest summary October 2026: 0.0% up to date", says_money),
            (
                "Staff up to date 14.2% Since the board's summary up 14.2 points on October 2026 (0.0%)",
                is_told,
            ),
        ] {
            assert_eq!(page.text().contains(words), is_said, "{role}, {words:?}: {}", page.text());
        }
    }
}

#[test]
fn figures_are_compared_with_the_summary_of_the_month_before_the_day_asked_about_or_with_none() {
    let console = console();
    let issued_at = instant("2026-11-02T08:30:00Z");
    let app = console.trust.app(issued_at);
    let (month, by) = (Month::parse("2026-09").unwrap(), Actor::named("test"));
    refresher::jobs::issue_board_summary(&app, "RXX", month, &by, app.today(), issued_at).unwrap();
    let hr = at(&console, AccessRole::Hr, GrantScope::Everyone);
    hr.get("/");
    for (query, month) in [
        ("", Some("October 2026")),
        ("?as_at=2026-11-01", Some("October 2026")),
        ("?as_at=2026-10-31", Some("September 2026")),
        ("?as_at=2026-10-01", Some("September 2026")),
        ("?as_at=2026-09-30", None),
        ("?as_at=2026-03-31", None),
        // Of a month that is to come its summary is not there.
        ("?as_at=2026-12-01", None),
        // Nobody had told of it by then.
        ("?as_at=2026-11-01&known_at=2026-11-02T07:00:00Z", None),
    ] {
        let page = hr.get(&format!("/{query}")).has(200);
        let text = page.text();
        let said = text.split("Since the board's summary").nth(1).map(|rest| rest.split('(').next().unwrap());
        assert_eq!(said.is_some(), month.is_some(), "{query}: {text}");
        assert!(said.is_none_or(|said| said.contains(month.unwrap())), "{query}: {said:?}");
        // Which one is the newest is another matter.
        page.says("The board's newest summary October 2026");
    }
}

#[test]
fn every_count_of_what_waits_leads_to_a_list_of_as_many_rows() {
    let console = super::worklist::console();
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    hr.get("/");
    let page = hr.get("/").has(200).says("1 import with rows to be put right");
    let waits = page.body.split("What waits</h2>").nth(1).unwrap().split("</section>").next().unwrap();
    let mut counts = 0;
    for link in waits.split("<a ").skip(1) {
        let (tag, words) = link.split_once('>').unwrap();
        let href = attribute(&format!("a {tag}"), "href").unwrap();
        let list = hr.get(&href).has(200);
        if let Ok(count) = words.split(' ').next().unwrap().parse::<usize>() {
            counts += 1;
            assert!(list.body.contains(&format!("data-total=\"{count}\"")), "{href}: {}", list.body);
        }
    }
    assert!(counts > 0, "{waits}");
}
