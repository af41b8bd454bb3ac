//! `/imports/new` and what follows: a file is brought, looked at, applied, discarded, taken back.

use std::fs;

use refresher::access::AccessRole;

use crate::support::console::{Browser, Console, Page, User};

/// A staff list of so many people.
fn staff_list(people: usize) -> String {
    let rows = (1..=people).map(|n| format!("{n:05},Ash,Example{n},ash{n}@example.org,2020-01-01\n"));
    format!("employee_number,first_name,last_name,email,start_date\n{}", rows.collect::<String>())
}

/// Fills in the form of a page by which a file is brought, and sends it as a browser does.
fn bring<'a>(
    page: &Page<'a>,
    browser: &'a Browser<'a>,
    typed: &[(&str, &str)],
    file: (&str, &str),
) -> Page<'a> {
    let (action, unseen) = page.form("bring");
    let unseen = unseen.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = unseen.chain(typed.iter().copied()).collect();
    send(browser, &action, &fields, file, None)
}

/// Sends a form with a file, whatever is in it.
fn send<'a>(
    browser: &'a Browser<'a>,
    path: &str,
    fields: &[(&str, &str)],
    (name, content): (&str, &str),
    origin: Option<&str>,
) -> Page<'a> {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += &format!(
        "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{content}\r\n--XX--\r\n"
    );
    let own = format!("http://{}", browser.console.address);
    let headers = [("Origin", origin.unwrap_or(&own)), ("Content-Type", "multipart/form-data; boundary=XX")];
    browser.ask("POST", path, &headers, Some(&body))
}

/// The page of what a file would change, once it was read.
fn draft_of<'a>(browser: &'a Browser<'a>, typed: &[(&str, &str)], content: &str) -> Page<'a> {
    let brought = bring(&browser.get("/imports/new").has(200), browser, typed, ("list.csv", content));
    read(browser, &brought.location())
}

fn read<'a>(browser: &'a Browser<'a>, path: &str) -> Page<'a> {
    loop {
        let page = browser.get(path);
        if !page.body.contains("data-underway") {
            return page;
        }
    }
}

/// What lies in the folder of uploads.
fn uploads(console: &Console) -> Vec<String> {
    let folder = console.app().config.web.uploads.clone();
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn hr(console: &Console) -> User<'_> {
    console.user("hr@example.org", AccessRole::Hr)
}

#[test]
fn a_staff_list_is_brought_looked_at_and_applied_by_who_brought_it() {
    let console = Console::start();
    let hr = hr(&console);
    let browser = hr.signs_in();
    browser.get("/imports").has(200).says("Bring a file");
    let page = draft_of(&browser, &[("kind", "staff")], &staff_list(3)).has(200);
    let page = page.says("What list.csv would change at RXX").says("Joiners: 3").says("Example2");
    assert_eq!(uploads(&console).len(), 1);
    browser.get("/people").has(200).never_says("Example2");
    let done = page.submit("apply", &[]);
    let path = done.location();
    let import = browser.get(&path).has(200).says("The file is imported").says("list.csv").says("account ");
    assert!(import.path.starts_with("/imports/"));
    browser.get("/people").has(200).says("Example2");
    assert_eq!(uploads(&console), [] as [&str; 0]);
    // Sent twice it acts once and answers alike; so does the page that was kept open.
    page.submit("apply", &[]).sees(&path);
    browser.get(&page.path).sees(&path);
}
