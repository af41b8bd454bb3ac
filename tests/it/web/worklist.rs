//! What waits for whoever keeps the register.

use chrono::TimeDelta;
use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::bounces::BounceWeight;
use refresher::bounces::store::{self as bounces, NewBounce, NotedFile};
use refresher::db::Locks;
use refresher::import::{FileKind, Force};
use refresher::jobs::{self, HowToImport};

use super::data::path_of;
use crate::support::console::Console;
use crate::support::trust::{Trust, day, instant};

pub(super) const HEADER: &str =
    "organisation,employee_number,first_name,last_name,email,job_title,staff_group,unit,start_date\n";

/// Two who share an address, one whose mail comes back, one of another trust, and a row that could not be used.
pub fn console() -> Console {
    let trust = Trust::new(include_str!("../../../src/policy/default.toml"));
    let organisations = "code,name,kind,safeguarding_email\nRYY,Otherborough Trust,community,y@example.org\n";
    trust.import(day("2026-11-02"), FileKind::Organisations, organisations);
    let people = "RXX,0042,Tom,Okafor,both@example.org,Nurse,Nursing,Surgery / Theatres,2020-01-01\n\
                  RXX,0043,Ann,Birch,Both@example.org,Nurse,Nursing,Surgery / Theatres,2020-01-01\n\
                  RXX,0044,Cat,Cole,cat@example.org,Nurse,Nursing,Medicine,2020-01-01\n";
    trust.import(day("2026-11-16"), FileKind::Staff, &format!("{HEADER}{people}"));
    let elsewhere = "RYY,9,Fay,Fern,cat@example.org,Nurse,Nursing,Medicine,2020-01-01\n";
    trust.import(day("2026-11-16"), FileKind::Staff, &format!("{HEADER}{elsewhere}"));
    let mut console = Console::of(trust, instant("2026-11-24T09:00:00Z"));
    let row = "RXX,0042,CHILDREN,2026-13-40\n";
    console.trust.write("t.csv", &format!("organisation,employee_number,course,completed_on\n{row}"));
    let how = HowToImport { force: Force::Everything, ..HowToImport::default() };
    let file = console.trust.folder.path().join("t.csv");
    let app = console.app();
    jobs::import_file(&app, FileKind::Training, &file, &how, day("2026-11-23")).unwrap();
    comes_back(&console, "one");
    console.later(TimeDelta::days(6));
    console
}

/// Mail to Cat Cole comes back, as a report of this name says.
pub(super) fn comes_back(console: &Console, report: &str) {
    let bounce = NewBounce {
        message_id: None,
        address: "cat@example.org".to_owned(),
        failed_address: "cat@example.org".to_owned(),
        weight: BounceWeight::Hard,
        status: "5.1.1".to_owned(),
        reason: String::new(),
    };
    let noted = NotedFile {
        content_hash: report.to_owned(),
        report_id: None,
        file: format!("{report}.eml"),
        finding: String::new(),
        bounces: vec![bounce],
    };
    let app = console.app();
    app.db.write_stamped(Locks::ALL, app.clock, |conn| bounces::note(conn, &noted)).unwrap();
}

#[test]
fn what_waits_stands_there_the_oldest_first_with_its_working_days_and_where_it_is_put_right() {
    let console = console();
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    let page = hr.get("/worklist").has(200);
    let (tom, cat) = (path_of(&console, "0042"), path_of(&console, "0044"));
    // From Monday the 16th to Monday the 30th.
    page.says(
        "16 November 2026 10 RXX Surgery / Theatres Tom Okafor (0042), Ann Birch (0043) share both@example.org: it lets none of \
         them in by single sign-on",
    )
    .says("Mail to Cat Cole (0044) at cat@example.org comes back: they get none")
    .says("1 row of the training file of import")
    .never_says("Fern");
    assert!(!hr.get("/worklist").text().contains("shared_address"), "no word of programs is shown");
    let page = hr.get("/worklist");
    let places = ["shared_address", "bouncing_address", "rejected_rows"]
        .map(|kind| page.body.find(&format!("{kind} ")).unwrap());
    assert!(places.is_sorted(), "{}", page.body);
    for href in [&tom, &cat] {
        assert!(page.body.contains(&format!("href=\"{href}\"")), "{href}: {}", page.body);
    }
    assert!(page.body.contains("/rejected\""), "{}", page.body);
    let page = hr.get("/worklist?kind=shared_address").has(200).says("share both@example.org");
    page.never_says("comes back");
    hr.get("/worklist?unit=Medicine").says("Cat Cole").never_says("Okafor").never_says("training file");
    hr.get("/worklist?unit=Surgery").says("Okafor").never_says("Cat Cole");
    hr.get("/worklist?kind=claims").has(422);
    let file = hr.get("/worklist.csv").has(200);
    assert_eq!(file.body.lines().count(), 4, "{}", file.body);
    hr.get("/worklist.json").has(404);
    hr.get("/").says("1 import with rows to be put right").says("Everything that waits: the worklist");
}

#[test]
fn it_is_of_whoever_keeps_the_register_at_their_organisation_and_what_is_put_right_leaves_it() {
    let console = console();
    for role in [AccessRole::Operator, AccessRole::Manager, AccessRole::Board, AccessRole::Auditor] {
        let browser = console.user(&format!("{role}@example.org"), role).signs_in();
        browser.get("/worklist").has(404);
        browser.get("/worklist.csv").has(404);
    }
    let grant = AccessGrant {
        role: AccessRole::Hr,
        organisation: Some("RYY".to_owned()),
        scope: GrantScope::Everyone,
    };
    console.invite_with("other@example.org", grant);
    let other = console.opens("other@example.org").signs_in();
    other.get("/worklist").says("Fay Fern (9)").never_says("Okafor").never_says("training file");
    let hr = console.user("hr@example.org", AccessRole::Hr).signs_in();
    let more = "RXX,0043,Ann,Birch,ann@example.org,Nurse,Nursing,Surgery / Theatres,2020-01-01\n";
    let how = HowToImport { force: Force::Everything, partial: true, ..HowToImport::default() };
    console.trust.write("more.csv", &format!("{HEADER}{more}"));
    let file = console.trust.folder.path().join("more.csv");
    jobs::import_file(&console.app(), FileKind::Staff, &file, &how, day("2026-11-30")).unwrap();
    hr.get("/worklist").never_says("share both@example.org");
    let href = "rejected_rows ";
    let page = hr.get("/worklist?kind=rejected_rows");
    let import: String =
        page.body.split(href).nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
    let page = hr.get(&format!("/imports/{import}/rejected")).has(200);
    page.submit("dismiss", &[("line", "2"), ("why", "A test by Ann")]).location();
    hr.get("/worklist?kind=rejected_rows").says("Nothing matches");
    // Who dismissed it the audit log is told, and not why: it may name somebody.
    let entries = console.app().db.read(|conn| refresher::audit::entries(conn, 5)).unwrap();
    let entry = entries.iter().find(|entry| entry.action == "rejected-dismiss").unwrap();
    assert_eq!(
        (entry.object.as_str(), entry.details.as_str()),
        (format!("import {import}").as_str(), "{\"line\":2}")
    );
    assert!(entry.actor.starts_with("account "), "{}", entry.actor);
    hr.get("/audit").says("rejected-dismiss");
}
