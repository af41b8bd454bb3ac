//! The pages of figures and lists: what they show to whom, that their figures are the command's, that their counts lead to
//! lists of that size, and that their files are the screen.

use std::collections::BTreeSet;

use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::outbox::store;
use serde_json::Value;

use crate::answers::viewers::holds_nothing_about_others;
use crate::answers::{EVERYBODY, staff_id, trusts};
use crate::support::console::{Browser, Console, PASSWORD, Page, attribute, code};
use crate::support::trust::instant;

fn console() -> Console {
    Console::of(trusts(), instant("2026-11-24T09:00:00Z"))
}

/// Somebody with this grant, signed in.
fn with_grant<'a>(
    console: &'a Console,
    email: &str,
    role: AccessRole,
    organisation: Option<&str>,
    scope: GrantScope,
) -> Browser<'a> {
    // Whoever has reports is somebody on the staff: the matron, who has two, and one elsewhere.
    let number = (scope == GrantScope::Reports).then_some("1102");
    let grant = AccessGrant { role, organisation: organisation.map(str::to_owned), scope };
    console.invite_as(email, number, grant);
    let browser = console.browser();
    browser.get(&console.link_to(email)).submit("choose", &[("new_password", PASSWORD)]).location();
    let next =
        browser.get("/sign-in").submit("sign-in", &[("email", email), ("password", PASSWORD)]).location();
    if next.starts_with("/sign-in/device") {
        let page = browser.get(&next);
        let secret = page.key();
        page.submit("device", &[("code", &code(&secret, console.now))]).location();
    }
    browser
}

fn at<'a>(console: &'a Console, role: AccessRole, organisation: Option<&str>) -> Browser<'a> {
    let email = format!("{role}.{}@example.org", organisation.unwrap_or("all").to_lowercase());
    with_grant(console, &email, role, organisation, GrantScope::Everyone)
}

/// Pages of figures, each also with filters.
const FIGURES: [&str; 12] = [
    "/",
    "/?by=unit",
    "/?by=staff-group&policy=now",
    "/?by=job-title",
    "/?by=organisation&as_at=1+November+2026",
    "/units",
    "/units?unit=Surgery",
    "/courses",
    "/courses/CHILDREN",
    "/forecast?months=3",
    "/budget",
    "/budget?year=2026-27",
];

/// Pages of lists, each also with filters.
const LISTS: [&str; 12] = [
    "/people",
    "/people?state=lapsed&state=not_done",
    "/people?standing=not_up_to_date&course=CHILDREN",
    "/people?q=b",
    "/people?q=1103&sort=-name",
    "/people?unit=*&sort=unit",
    "/people?due_before=1+March+2027&sort=due_date",
    "/people?manager=1102&as_at=2026-11-01",
    "/people?data_quality=unknown-manager",
    "/exemptions",
    "/exemptions?all=yes",
    "/imports",
];

/// The address of a page with the ending of a file.
fn with_ending(path: &str, ending: &str) -> String {
    match path.split_once('?') {
        Some((path, query)) => format!("{path}.{ending}?{query}"),
        None => format!("{path}.{ending}"),
    }
}

/// The tags that carry a figure: the path, the value, and where it leads.
fn figures(page: &Page<'_>) -> Vec<(String, String, Option<String>)> {
    let tags = page.body.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
    tags.filter_map(|tag| {
        let (figure, value) = (attribute(tag, "data-figure")?, attribute(tag, "data-value")?);
        Some((figure, value, attribute(tag, "href")))
    })
    .collect()
}

fn at_path<'v>(document: &'v Value, path: &str) -> &'v Value {
    document
        .pointer(&format!("/{}", path.replace('.', "/")))
        .unwrap_or_else(|| panic!("no {path}: {document}"))
}

#[test]
fn every_figure_is_the_one_of_the_document() {
    let console = console();
    let hr = at(&console, AccessRole::Hr, None);
    let board = at(&console, AccessRole::Board, Some("RXX"));
    for (who, browser) in [("hr", &hr), ("board", &board)] {
        for path in FIGURES {
            let page = browser.get(path).has(200);
            let document: Value =
                serde_json::from_str(&browser.get(&with_ending(path, "json")).has(200).body).unwrap();
            let found = figures(&page);
            assert!(!found.is_empty(), "{who} {path}: {}", page.body);
            for (figure, value, _) in found {
                let said = match at_path(&document, &figure) {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                assert_eq!(said, value, "{who} {path}: {figure}");
            }
        }
    }
    hr.get("/review.json").has(200);
    hr.get("/review").has(200);
    board.get("/review").has(404);
}

#[test]
fn every_count_leads_to_a_list_of_that_size() {
    let console = console();
    let hr = at(&console, AccessRole::Hr, None);
    let manager = with_grant(
        &console,
        "manager@example.org",
        AccessRole::Manager,
        Some("RXX"),
        GrantScope::Unit("Surgery".to_owned()),
    );
    for (browser, paths) in [
        (&hr, &["/?by=unit", "/?by=organisation", "/courses"][..]),
        (&manager, &["/", "/?by=staff-group", "/units?unit=Surgery"]),
    ] {
        let mut looked_at = BTreeSet::new();
        for path in paths {
            let page = browser.get(path).has(200);
            let links = page.body.split("<a ").skip(1).filter_map(|rest| {
                let (tag, rest) = rest.split_once('>')?;
                let href = attribute(&format!("a {tag}"), "href")
                    .filter(|href| href.starts_with("/people?") || href == "/people")?;
                let words = rest.split('<').next()?.replace(',', "");
                Some((href, words.parse::<usize>().ok()?))
            });
            let links: BTreeSet<(String, usize)> = links.collect();
            assert!(links.len() > 5, "{path}: {links:?}");
            looked_at.extend(links);
        }
        for (href, count) in &looked_at {
            let list = browser.get(href).has(200);
            let (rows, people) = match list.body.split_once("data-list=\"people\"") {
                None => (0, 0),
                Some((_, rest)) => {
                    let tag = format!("table {}", rest.split_once('>').unwrap().0);
                    let of = |name: &str| attribute(&tag, name).unwrap().parse::<usize>().unwrap();
                    (of("data-total"), of("data-people"))
                }
            };
            assert!(
                rows == *count || people == *count,
                "{href}: {count} is neither {rows} rows nor {people} people"
            );
        }
    }
}

/// The ids of the rows of the first list of a page.
fn rows(page: &Page<'_>) -> Vec<String> {
    page.body.split("<tr data-id=\"").skip(1).map(|row| row.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn files_are_the_screen() {
    let console = console();
    let hr = at(&console, AccessRole::Hr, None);
    for path in LISTS {
        let page = hr.get(path).has(200);
        let shown = rows(&page);
        let csv = hr.get(&with_ending(path, "csv")).has(200);
        assert!(csv.headers["content-disposition"].starts_with("attachment; filename=\""), "{path}");
        let lines: Vec<&str> = csv.body.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines.len() - 1, shown.len(), "{path}: {}", csv.body);
        if path.starts_with("/people") {
            let header: Vec<&str> = lines[0].split(',').collect();
            let column = |name: &str| header.iter().position(|of| *of == name).unwrap();
            for (line, id) in lines[1..].iter().zip(&shown) {
                let cells: Vec<&str> = line.split(',').collect();
                let number = cells[column("employee_number")].trim_matches(['"', '=']);
                let (organisation, course) = (cells[column("organisation")], cells[column("course")]);
                let person = staff_id(&console.app(), organisation, number);
                assert_eq!(*id, format!("{person}-{course}"), "{path}");
            }
        } else if path.starts_with("/imports") {
            let ids: Vec<&str> = lines[1..].iter().map(|line| line.split(',').next().unwrap()).collect();
            assert_eq!(ids, shown, "{path}");
        }
        let document: Value =
            serde_json::from_str(&hr.get(&with_ending(path, "json")).has(200).body).unwrap();
        let listed = document.as_object().unwrap().values().find_map(Value::as_array).unwrap();
        let of_each =
            |one: &Value| one.get("courses").and_then(Value::as_array).map_or(1, |of| of.len().max(1));
        assert_eq!(listed.iter().map(of_each).sum::<usize>(), shown.len(), "{path}");
        assert!(hr.get(&with_ending(path, "xlsx")).has(200).body.starts_with("PK"), "{path}");
    }
    let entry = console.app().db.read(|conn| refresher::audit::entries(conn, 1)).unwrap().remove(0);
    assert_eq!((entry.action.as_str(), entry.object.as_str()), ("export", "/imports.xlsx"));
}

#[test]
fn pages_of_a_list_joined_are_all_of_it() {
    let mut staff =
        "organisation,employee_number,first_name,last_name,email,job_title,staff_group,unit,start_date\n"
            .to_owned();
    for number in 0..70 {
        staff += &format!(
            "RXX,{number:04},Ann,Name{number},a{number}@example.org,Nurse,Nursing,Surgery / Ward {},2020-01-01\n",
            number % 7
        );
    }
    let trust = trusts();
    let how = refresher::import::Force::Everything;
    trust.import_at(instant("2026-11-24T08:30:00Z"), refresher::import::FileKind::Staff, &staff, how);
    let console = Console::of(trust, instant("2026-11-24T09:00:00Z"));
    let hr = at(&console, AccessRole::Hr, Some("RXX"));
    for sort in ["employee_number", "-employee_number", "name", "-name", "unit", "due_date"] {
        let first = format!("/people?sort={sort}");
        let (mut path, mut all) = (first.clone(), Vec::new());
        loop {
            let page = hr.get(&path).has(200);
            all.extend(rows(&page));
            let Some((before, _)) = page.body.split_once("\" rel=\"next\"") else { break };
            path = before[before.rfind("href=\"").unwrap() + 6..].replace("&#38;", "&");
        }
        let whole = rows(&hr.get(&format!("{first}&size=200")).has(200));
        assert!(all.len() > 100 && all == whole, "{sort}: {} of {}", all.len(), whole.len());
        // One person's rows stay together.
        let people: Vec<&str> = all.iter().map(|id| id.split('-').next().unwrap()).collect();
        let mut runs = people.clone();
        runs.dedup();
        assert_eq!(runs.len(), people.iter().collect::<BTreeSet<_>>().len(), "{sort}");
    }
}

/// What a page is for, by the row of the table of rights in the rules.
const PAGES: [(&str, &str); 24] = [
    ("/", "figures"),
    ("/.csv", "figures"),
    ("/units", "figures"),
    ("/courses", "figures"),
    ("/courses/CHILDREN", "figures"),
    ("/courses/CHILDREN.json", "figures"),
    ("/forecast", "figures"),
    ("/budget", "figures"),
    ("/people", "people"),
    ("/people.xlsx", "people"),
    ("/exemptions", "exemptions: see"),
    ("/imports", "imports: see"),
    ("/imports.json", "imports: see"),
    ("/review", "review"),
    ("/accounts", "accounts: see"),
    ("/accounts.csv", "accounts: see"),
    ("/imports/new", "imports: change"),
    ("/assurance", "assurance: read"),
    ("/assurance.csv", "assurance: read"),
    ("/policy", "policy: read"),
    ("/policy/draft", "policy: preview"),
    ("/health", "health: see"),
    ("/board", "board summaries: read"),
    ("/board/2026-10.txt", "board summaries: read"),
];

/// The address that the page's filter leads to, sent as it stands: what a browser would make of its fields.
fn filter_as_it_stands(page: &Page<'_>) -> Option<String> {
    let form = page.body.split("<form class=\"filters\"").nth(1)?.split("</form>").next()?;
    let path = attribute(&format!("<form{form}"), "action").unwrap();
    let mut said: Vec<(String, String)> = Vec::new();
    for input in form.split("<input").skip(1).map(|input| input.split('>').next().unwrap()) {
        let is_box = attribute(input, "type").is_some_and(|sort| sort == "checkbox" || sort == "radio");
        if !is_box || input.contains(" checked") {
            said.push((attribute(input, "name").unwrap(), attribute(input, "value").unwrap_or_default()));
        }
    }
    for select in form.split("<select").skip(1).map(|select| select.split("</select>").next().unwrap()) {
        let options = || select.split("<option").skip(1).map(|option| option.split('>').next().unwrap());
        let chosen = options().find(|option| option.contains(" selected")).or_else(|| options().next());
        let value = attribute(chosen.unwrap(), "value").unwrap_or_default();
        said.push((attribute(&format!("<select{select}"), "name").unwrap(), value));
    }
    let escaped = |text: &str| {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        };
        text.bytes().map(byte).collect::<String>()
    };
    let query: Vec<String> = said.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    Some(format!("{path}?{}", query.join("&")))
}

#[test]
fn a_filter_that_is_sent_as_it_stands_asks_what_the_page_shows() {
    let console = console();
    let mut filters = 0;
    for role in [AccessRole::Hr, AccessRole::Auditor, AccessRole::Operator] {
        let browser = at(&console, role, Some("RXX"));
        let pages = PAGES.map(|(path, _)| path).into_iter().filter(|path| !path.contains('.'));
        for path in pages.chain(["/audit", "/audit/looks", "/outbox", "/people?state=lapsed&sort=-name"]) {
            let page = browser.get(path);
            if page.status != 200 {
                continue;
            }
            if let Some(address) = filter_as_it_stands(&page) {
                filters += 1;
                let again = browser.get(&address);
                assert_eq!(again.status, 200, "{role} {path}: {address}\n{}", again.body);
                assert_eq!(rows(&again), rows(&page), "{role} {path}: {address}");
            }
        }
    }
    assert!(filters > 20, "{filters}");
}

#[test]
fn who_may_see_a_page_is_whoever_the_table_says() {
    let console = console();
    let rules = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/spec.md")).unwrap();
    let row = |what: &str| -> Vec<String> {
        let line = rules.lines().find(|line| line.starts_with(&format!("| {what} |"))).unwrap();
        line.trim_matches('|').split('|').skip(1).map(|cell| cell.trim().to_owned()).collect()
    };
    let roles =
        [AccessRole::Operator, AccessRole::Hr, AccessRole::Manager, AccessRole::Board, AccessRole::Auditor];
    for (column, role) in roles.into_iter().enumerate() {
        for organisation in [Some("RXX"), None] {
            let browser = at(&console, role, organisation);
            let absent = browser.get("/nothing-here").has(404).body.clone();
            for (path, what) in PAGES {
                let may = match row(what)[column].as_str() {
                    "●" => true,
                    "● *" => organisation.is_none(),
                    _ => false,
                };
                let page = browser.get(path);
                match (may, path) {
                    (true, _) => {
                        assert_eq!(page.status, 200, "{role} {organisation:?} {path}: {}", page.body)
                    }
                    // Where nobody would begin, the first page of theirs does.
                    (false, "/") => assert_eq!(page.status, 303, "{role} {path}"),
                    (false, _) => assert_eq!(
                        (page.status, &page.body),
                        (404, &absent),
                        "{role} {organisation:?} {path}"
                    ),
                }
            }
        }
    }
    let nobody = console.browser();
    for (path, _) in PAGES {
        assert!(nobody.get(path).location().starts_with("/sign-in"), "{path}");
    }
}

/// The page of everybody who is seen tells of them and nobody else; that of anybody else is not there.
fn each_person_is_there_or_not(console: &Console, browser: &Browser<'_>, seen: &[&str], absent: &str) {
    for who in &EVERYBODY {
        let id = staff_id(&console.app(), who.organisation, who.number);
        let page = browser.get(&format!("/people/{id}"));
        if seen.contains(&who.name) {
            let page = page.has(200).says(who.name).says(who.unit);
            let text = page.text().replace("Example NHS Trust", "").replace("RXX", "").replace("RYY", "");
            for other in EVERYBODY.iter().filter(|other| other.name != who.name) {
                assert!(!text.contains(other.name), "{} tells of {}", who.name, other.name);
            }
        } else {
            assert_eq!((page.status, page.body.as_str()), (404, absent), "{}", who.name);
            browser.get(&format!("/people/{id}.json")).has(404);
        }
    }
}

#[test]
fn a_page_holds_nothing_about_anybody_outside_the_scope() {
    let console = console();
    let surgery = || GrantScope::Unit("Surgery".to_owned());
    let of = |code: &str| -> Vec<&str> {
        EVERYBODY.iter().filter(|who| who.organisation == code).map(|who| who.name).collect()
    };
    let surgeons = vec!["Birch", "Cedar", "Daphne", "Fennel"];
    let cases = [
        ("hr.x@example.org", AccessRole::Hr, Some("RXX"), GrantScope::Everyone, of("RXX")),
        ("hr.y@example.org", AccessRole::Hr, Some("RYY"), GrantScope::Everyone, of("RYY")),
        ("auditor.y@example.org", AccessRole::Auditor, Some("RYY"), GrantScope::Everyone, of("RYY")),
        ("manager.x@example.org", AccessRole::Manager, Some("RXX"), surgery(), surgeons),
        ("manager.y@example.org", AccessRole::Manager, Some("RYY"), surgery(), vec!["Hazel"]),
        (
            "reports@example.org",
            AccessRole::Manager,
            Some("RXX"),
            GrantScope::Reports,
            vec!["Cedar", "Daphne", "Elder"],
        ),
    ];
    for (email, role, organisation, scope, seen) in cases {
        let browser = with_grant(&console, email, role, organisation, scope);
        let absent = browser.get("/people/999999").has(404).body.clone();
        for path in FIGURES.iter().chain(&LISTS) {
            let page = browser.get(path);
            // What nobody within the scope has is unknown, in words that know of nobody else.
            let is_refused = page.status == 422 || page.status == 404;
            assert!(page.status == 200 || is_refused, "{email} {path}: {}", page.body);
            let asked = path.split_once('?').map_or("", |(_, query)| query);
            let mut texts = vec![page.text()];
            if !is_refused {
                for ending in ["csv", "json"] {
                    texts.push(browser.get(&with_ending(path, ending)).has(200).body.clone());
                }
            }
            for text in texts {
                // What was typed comes back, and the trust whose installation it is stands above every page.
                let text = text.replace("Example NHS Trust", "").replace(
                    "RXX",
                    if seen.iter().any(|name| of("RXX").contains(name)) { "RXX" } else { "" },
                );
                if !asked.contains("1103") && !asked.contains("1102") {
                    let lines = text.lines().filter(|line| !line.contains("manager_employee_number"));
                    holds_nothing_about_others(
                        &lines.collect::<Vec<_>>().join("\n"),
                        &seen,
                        &format!("{email} {path}"),
                    );
                }
            }
        }
        each_person_is_there_or_not(&console, &browser, &seen, &absent);
    }
}

#[test]
fn a_person_is_explained_as_the_command_does() {
    let console = console();
    let hr = at(&console, AccessRole::Hr, Some("RXX"));
    let app = console.app();
    let id = staff_id(&app, "RXX", "1103");
    let path = format!("/people/{id}");
    hr.get(&path).has(200).says("Cedar").says("Children (CHILDREN)");
    hr.get(&format!("{path}?as_at=1+December+2025")).has(200).says("Records that count").says("Cedar-cert");
    hr.get(&format!("{path}?as_at=1+January+2019")).has(200).says("not in post");
    hr.get(&format!("{path}?as_at=2026-13-01")).has(422).says("Enter a day that exists").never_says("Cedar");
    hr.get(&format!("{path}?known_at=2027-01-01T00:00:00Z")).has(422).never_says("Cedar");
    hr.get(&format!("{path}?known_at=2020-01-01T00:00:00Z")).has(404);
    for wrong in [
        "/people/x",
        "/people/-1",
        "/people/99999999999",
        "/people/0",
        &format!("{path}.csv"),
        &format!("{path}.pdf"),
    ] {
        hr.get(wrong).has(404);
    }
    let document: Value = serde_json::from_str(&hr.get(&format!("{path}.json")).has(200).body).unwrap();
    let question = refresher::answers::Question::asked(
        &app,
        None,
        None,
        Some("RXX"),
        refresher::answers::JudgedBy::PolicyThen,
    )
    .unwrap();
    let told =
        refresher::answers::person(&app, &question, &refresher::answers::Viewer::Everything, "1103").unwrap();
    assert_eq!(document, serde_json::to_value(&told).unwrap());
}

#[test]
fn an_unsound_address_shows_no_rows_and_says_which_field() {
    let console = console();
    let hr = at(&console, AccessRole::Hr, Some("RXX"));
    for (path, query, words) in [
        ("/", "by=colour", "There is no such group"),
        ("/", "as_at=31+February+2026", "Enter a day that exists"),
        ("/", "known_at=2027-01-01T00:00:00Z", "Choose an instant that has passed"),
        ("/", "policy=later", "There is no such policy"),
        ("/", "organisation=RYY", "There is no such organisation, or it is not for you to see"),
        ("/people", "organisation=RQQ", "There is no such organisation, or it is not for you to see"),
        ("/people", "state=gone", "There is no such state"),
        ("/people", "standing=tall", "There is no such standing"),
        ("/people", "course=NONE", "The policy of today has no such course"),
        ("/people", "unit=Nowhere", "Nobody in post has a unit like"),
        ("/people", "job_title=Nothing", "Nobody in post has a job title like"),
        ("/people", "manager=0", "Nobody in post has the manager"),
        ("/people", "due_before=soon", "Enter a day that exists"),
        ("/people", "sort=colour", "The list can be sorted by"),
        ("/people", "page=0", "The page must be a number from 1 on"),
        ("/people", "size=51", "A page has 50, 100 or 200 rows"),
        ("/people", "unit=%3Cb%3E&unit=x", "can be said once only"),
        ("/units", "depth=2", "does not know “depth”"),
        ("/units", "unit=Nowhere", "Nobody in post has a unit like"),
        ("/forecast", "months=0", "Enter a number from 1 to 120"),
        ("/budget", "year=2026", "Enter a financial year such as 2026-27"),
        ("/exemptions", "employee_number=0", "0"),
        ("/imports", "page=x", "The page must be a number"),
    ] {
        for ending in ["", ".csv", ".json"] {
            let page = hr.get(&format!("{path}{ending}?{query}")).has(422).says(words);
            page.never_says("data-id=").never_says("data-figure");
        }
    }
    // What nobody has is refused by every list, and shows no rows.
    for (path, query, words) in [
        ("/worklist", "unit=Nowhere", "Nobody in post has a unit like"),
        ("/outbox", "employee_number=0", "Nobody here has this employee number"),
        ("/outbox", "employee_number=2201", "Nobody here has this employee number"),
        ("/audit", "object=import+99", "Nothing was done here to what is called so"),
        ("/audit/looks", "employee_number=0", "Nobody here has this employee number"),
        ("/audit/looks", "employee_number=2201", "Nobody here has this employee number"),
        ("/audit/looks", "account=99", "There is no account of this number"),
    ] {
        for ending in ["", ".csv"] {
            hr.get(&format!("{path}{ending}?{query}")).has(422).says(words).never_says("data-id=");
        }
    }
    hr.get("/courses/NONE").has(404);
    hr.get("/people?q=nobodyofthatname").has(200).says("Nobody matches");
    hr.get("/people?page=9").has(200).says("is on this page");
    hr.get("/people?state=lapsed").has(200).says("Take off: State of a course: lapsed");
}

#[test]
fn few_people_are_not_told_to_a_board() {
    let console = console();
    let board = at(&console, AccessRole::Board, Some("RXX"));
    // Of seven people in post units have one or two: none of them is told, in any form.
    for path in ["/?by=unit", "/units", "/units?unit=Surgery", "/?by=job-title"] {
        let page = board.get(path).has(200).never_says("/people");
        let counts = figures(&page)
            .into_iter()
            .filter(|(figure, ..)| figure.contains("groups.") && !figure.ends_with("target"));
        for (figure, value, _) in counts {
            assert_eq!(value, "null", "{path}: {figure}");
        }
        let document: Value = serde_json::from_str(&board.get(&with_ending(path, "json")).body).unwrap();
        for group in document["groups"].as_array().unwrap() {
            assert_eq!(group["staff"]["counted"], Value::Null, "{path}: {group}");
            assert_eq!(group["requirements"]["lapsed"], Value::Null, "{path}: {group}");
        }
        let csv = board.get(&with_ending(path, "csv")).has(200);
        for line in csv.body.lines().skip(2) {
            assert!(line.contains("under 5") || line.contains("withheld"), "{path}: {line}");
        }
    }
}

#[test]
fn a_board_reads_its_months_as_they_were_issued_and_no_other_board_s() {
    let console = console();
    let issued_at = instant("2026-11-24T08:00:00Z");
    let app = console.trust.app(issued_at);
    for code in ["RXX", "RYY"] {
        let month = refresher::board::Month::parse("2026-10").unwrap();
        let by = refresher::audit::Actor::named("test");
        refresher::jobs::issue_board_summary(&app, code, month, &by, app.today(), issued_at).unwrap();
    }
    let board = at(&console, AccessRole::Board, Some("RXX"));
    let page = board.get("/board").has(200).says("October 2026").says("board.x@example.org").says("sent");
    page.never_says("board.y").never_says("RYY");
    let month = board.get("/board/2026-10").has(200).says("issued: these figures never change");
    assert!(month.body.contains("src=\"/board/2026-10/paper\""), "{}", month.body);
    let paper = board.get("/board/2026-10/paper").has(200);
    assert!(paper.headers["content-security-policy"].starts_with("sandbox; default-src 'none'"));
    for ending in ["html", "txt", "xlsx", "json"] {
        let file = board.get(&format!("/board/2026-10.{ending}")).has(200);
        assert!(file.headers["content-disposition"].contains(&format!("-2026-10.{ending}")), "{ending}");
    }
    board.get("/board/2026-11").has(200).says("not issued: these figures may still change");
    for absent in ["2026-12", "2026-13", "x", "2026-10.exe", "2026-10/people", "2026-12/paper"] {
        board.get(&format!("/board/{absent}")).has(404);
    }
    for path in ["/board", "/board/2026-10", "/board/2026-10.json"] {
        board.get(&format!("{path}?organisation=RYY")).has(422).says("not for you to see");
    }
    board.get("/board/2026-10/paper?organisation=RYY").has(404);
    let all = at(&console, AccessRole::Board, None);
    all.get("/board?organisation=RYY").has(200).says("board.y@example.org").never_says("board.x");
    all.get("/board/2026-10.txt?organisation=RYY").has(200).says("Otherborough");
}

#[test]
fn hr_issues_a_month_that_is_over_once_and_nobody_else_does() {
    let console = console();
    let hr = at(&console, AccessRole::Hr, Some("RXX"));
    hr.get("/board/2026-11").has(200).never_says("data-do=\"issue\"");
    hr.get("/board").has(200).says("October 2026, which is not issued yet");
    let month = hr.get("/board/2026-10").has(200).says("not issued");
    for role in [AccessRole::Board, AccessRole::Auditor] {
        let reader = at(&console, role, Some("RXX"));
        let (_, unseen) =
            reader.get("/board/2026-10").has(200).never_says("data-do=\"issue\"").form("sign-out");
        let mut fields: Vec<(&str, &str)> = unseen.iter().map(|(name, value)| (&**name, &**value)).collect();
        fields.extend([("organisation", "RXX"), ("form_key", "k")]);
        reader.post("/board/2026-10/issue", &fields).has(404);
    }
    let there = "/board/2026-10?organisation=RXX";
    month.submit("issue", &[]).sees(there);
    hr.get(there)
        .has(200)
        .says("October 2026 is issued and queued for 1 recipient")
        .says("these figures never change");
    month.submit("issue", &[]).sees(there);
    hr.get(there).has(200).says("October 2026 was issued before").never_says("is issued and queued");
    hr.get("/board").has(200).says("board.x@example.org").never_says("not issued yet");
    // Not of another organisation, and no month that is not over.
    let (_, unseen) = month.form("issue");
    for (path, organisation) in [("2026-10", "RYY"), ("2026-10", ""), ("2026-13", "RXX"), ("2027-01", "RXX")]
    {
        let mut fields: Vec<(&str, &str)> = unseen.iter().map(|(name, value)| (&**name, &**value)).collect();
        fields.retain(|(name, _)| !["organisation", "form_key"].contains(name));
        fields.extend([("organisation", organisation), ("form_key", "k")]);
        hr.post(&format!("/board/{path}/issue"), &fields).has(404);
    }
    let (_, unseen) = month.form("issue");
    let mut fields: Vec<(&str, &str)> = unseen.iter().map(|(name, value)| (&**name, &**value)).collect();
    fields.retain(|(name, _)| *name != "form_key");
    fields.push(("form_key", "k2"));
    hr.post("/board/2026-11/issue", &fields).location();
    hr.get("/board/2026-11").has(200).says("November 2026 is not over").says("not issued");
}

#[test]
fn hr_sends_a_month_again_to_one_of_its_recipients_word_for_word_and_once_a_form() {
    let console = console();
    let hr = at(&console, AccessRole::Hr, Some("RXX"));
    let there = "/board/2026-10?organisation=RXX";
    hr.get("/board/2026-10").has(200).never_says("send-again").submit("issue", &[]).sees(there);
    let to = [("recipient", "board.x@example.org")];
    hr.get(there).has(200).says("queued").submit("send-again", &to).sees(there);
    hr.get(there).has(200).says("still waits to be sent to board.x@example.org");
    assert!(console.newest_mail("board.x@example.org").is_some());
    let page = hr.get(there).has(200);
    page.submit("send-again", &to).sees(there);
    page.submit("send-again", &to).sees(there);
    let page = hr.get(there).has(200).says("is queued for board.x@example.org once more");
    assert_eq!(page.body.split("data-list=\"told\"").nth(1).unwrap().matches("<tr data-id").count(), 2);
    console.newest_mail("board.x@example.org");
    let theirs: Vec<i32> = console
        .trust
        .messages()
        .iter()
        .filter(|message| message.recipient == "board.x@example.org")
        .map(|message| message.id)
        .collect();
    let said: Vec<_> = theirs
        .iter()
        .map(|id| {
            let message = console.app().db.read(|conn| store::show(conn, *id)).unwrap().unwrap();
            assert_eq!(message.listed.state.as_str(), "sent");
            (message.listed.subject, message.text, message.html, message.parts)
        })
        .collect();
    assert!(said.len() == 2 && said[0] == said[1]);
    let entries = console.app().db.read(|conn| refresher::audit::entries(conn, 100)).unwrap();
    let again = entries.iter().filter(|entry| entry.details.contains("\"again\"")).count();
    assert_eq!(again, 1, "{entries:?}");
    // To nobody it was not sent to, of no other organisation, and by nobody who only reads.
    for (recipient, organisation) in
        [("else@example.org", "RXX"), ("board.y@example.org", "RXX"), ("board.x@example.org", "RYY")]
    {
        let (action, unseen) = hr.get(there).form("send-again");
        let mut fields: Vec<(&str, &str)> = unseen.iter().map(|(name, value)| (&**name, &**value)).collect();
        fields.retain(|(name, _)| *name != "organisation");
        fields.extend([("organisation", organisation), ("recipient", recipient)]);
        hr.post(&action, &fields).has(404);
    }
    for role in [AccessRole::Board, AccessRole::Auditor] {
        let reader = at(&console, role, Some("RXX"));
        let (_, unseen) = reader.get(there).has(200).never_says("send-again").form("sign-out");
        let mut fields: Vec<(&str, &str)> = unseen.iter().map(|(name, value)| (&**name, &**value)).collect();
        fields.extend([("organisation", "RXX"), ("recipient", "board.x@example.org"), ("form_key", "k")]);
        reader.post("/board/2026-10/send-again", &fields).has(404);
    }
}

#[test]
fn whoever_manages_somebody_sees_them_without_a_grant_unless_the_settings_say_otherwise() {
    for (managers, seen) in [("reports", true), ("granted", false)] {
        let trust = trusts();
        let settings = std::fs::read_to_string(trust.folder.path().join("refresher.toml")).unwrap();
        trust.write("refresher.toml", &format!("{settings}\n[web]\nmanagers = \"{managers}\"\n"));
        let console = Console::of(trust, instant("2026-11-24T09:00:00Z"));
        let grant = || AccessGrant {
            role: AccessRole::Board,
            organisation: Some("RXX".to_owned()),
            scope: GrantScope::Everyone,
        };
        // The matron is named as manager; the porter is nobody's.
        for (number, manages) in [("1102", seen), ("1107", false)] {
            let email = format!("board.{number}@example.org");
            console.invite_as(&email, Some(number), grant());
            let browser = console.browser();
            browser.get(&console.link_to(&email)).submit("choose", &[("new_password", PASSWORD)]).location();
            browser.get("/sign-in").submit("sign-in", &[("email", &email), ("password", PASSWORD)]).sees("/");
            if !manages {
                browser.get("/people").has(404);
                continue;
            }
            let page =
                browser.get("/people").has(200).says("3 people").says("Cedar").says("Daphne").says("Elder");
            let text = page.text().replace("Example NHS Trust", "");
            holds_nothing_about_others(&text.replace("Birch", ""), &["Cedar", "Daphne", "Elder"], "reports");
            // The figures of the board are those of everybody still, and lead to nobody.
            browser.get("/").has(200).never_says("href=\"/people?");
        }
    }
}

#[test]
fn each_reader_of_the_audit_log_sees_their_part_of_it() {
    let console = console();
    let hr = at(&console, AccessRole::Hr, Some("RXX"));
    let other = at(&console, AccessRole::Hr, Some("RYY"));
    let operator = at(&console, AccessRole::Operator, None);
    let auditor = at(&console, AccessRole::Auditor, None);
    let here = at(&console, AccessRole::Auditor, Some("RXX"));
    let board = at(&console, AccessRole::Board, None);
    board.get("/audit").has(404);
    here.get("/audit").has(404);
    auditor.get("/audit").has(200).says("The log is as it was written").says("user-add").says("import");
    let page = operator.get("/audit").has(200).says("user-add").says("sign-in");
    page.never_says("The log is as it was written").never_says(">import<");
    for (browser, code) in [(&hr, "RXX"), (&other, "RYY")] {
        let page = browser.get("/audit?action=import").has(200).says("import");
        page.never_says("user-add").never_says("sign-in").never_says("The log is as it was written");
        let imports: BTreeSet<String> = rows(&browser.get("/imports?size=200")).into_iter().collect();
        let document: Value =
            serde_json::from_str(&browser.get("/audit.json?action=import").has(200).body).unwrap();
        let objects =
            document["entries"].as_array().unwrap().iter().map(|entry| entry["object"].as_str().unwrap());
        let told: BTreeSet<String> =
            objects.map(|of| of.strip_prefix("import ").unwrap().to_owned()).collect();
        assert!(!told.is_empty() && told.is_subset(&imports), "{code}: {told:?} {imports:?}");
    }
    for (query, words) in [
        ("actor=nobody", "Nobody of that name did anything here"),
        ("action=dance", "Nothing of that name was done here"),
        ("from=soon", "Enter a day that exists"),
        ("colour=red", "does not know"),
    ] {
        auditor.get(&format!("/audit?{query}")).has(422).says(words).never_says("data-id=");
    }
    hr.get("/audit?organisation=RYY").has(422).never_says("data-id=");
    auditor.get("/audit?from=2030-01-01").has(200).says("Nothing matches");
    let all = auditor.get("/audit?size=200").has(200);
    let csv = auditor.get("/audit.csv").has(200);
    assert_eq!(csv.body.lines().count() - 1, rows(&all).len());
}

#[test]
fn accounts_of_an_organisation_are_shown_with_their_roles_there_alone() {
    let console = console();
    let hr = at(&console, AccessRole::Hr, Some("RXX"));
    let operator = at(&console, AccessRole::Operator, None);
    console.invite_with(
        "both@example.org",
        AccessGrant {
            role: AccessRole::Board,
            organisation: Some("RXX".to_owned()),
            scope: GrantScope::Everyone,
        },
    );
    let elsewhere = AccessGrant {
        role: AccessRole::Auditor,
        organisation: Some("RYY".to_owned()),
        scope: GrantScope::Everyone,
    };
    let by = refresher::audit::Actor::named("test");
    let change = refresher::jobs::UserChange::Grant(elsewhere.clone());
    refresher::jobs::change_user(&console.app(), "both@example.org", &change, &by, console.now).unwrap();
    console.invite_with("other@example.org", elsewhere);
    let list = hr.get("/accounts").has(200).says("both@example.org").says("board at RXX").never_says("RYY");
    list.never_says("other@example.org");
    operator.get("/accounts").has(200).says("other@example.org").says("auditor at RYY");
    let ids = rows(&operator.get("/accounts"));
    let absent = hr.get("/accounts/9999").has(404).body.clone();
    let mut seen = 0;
    for id in &ids {
        let page = hr.get(&format!("/accounts/{id}"));
        if page.status == 200 {
            page.never_says("RYY");
            seen += 1;
        } else {
            assert_eq!((page.status, &page.body), (404, &absent), "{id}");
        }
    }
    assert_eq!((ids.len(), seen), (4, 3));
    hr.get("/accounts?role=king").has(422).says("There is no such role").never_says("data-id=");
    let document: Value = serde_json::from_str(&hr.get("/accounts.json").has(200).body).unwrap();
    assert_eq!(document["users"].as_array().unwrap().len(), 3);
}
