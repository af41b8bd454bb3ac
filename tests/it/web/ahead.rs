//! What is to come: what lapses soon, and the forecast with booked places.

use refresher::access::AccessRole;
use refresher::import::FileKind;

use crate::support::console::{Browser, Console, attribute};
use crate::support::trust::{Trust, day, instant};

const POLICY: &str = "due_soon_days = 90\n[[course]]\ncode = 'CHILDREN'\ntitle = 'Children'\nvalid_months = 12\n\
                      [[requirement]]\ncourse = 'CHILDREN'\n";

const STAFF: &str = "employee_number,first_name,last_name,email,start_date\n";

/// A trust of people who completed the course on these days, one a day; no day for nobody's completion.
fn console(completed: &[&str], bookings: &str) -> Console {
    let trust = Trust::new(POLICY);
    let mut staff = STAFF.to_owned();
    let mut training = "employee_number,course,completed_on\n".to_owned();
    for (number, on) in completed.iter().enumerate() {
        staff.push_str(&format!("{number},Ann,Name{number},a{number}@example.org,2020-01-01\n"));
        if !on.is_empty() {
            training.push_str(&format!("{number},CHILDREN,{on}\n"));
        }
    }
    trust.import(day("2026-11-02"), FileKind::Staff, &staff);
    trust.import(day("2026-11-02"), FileKind::Training, &training);
    if !bookings.is_empty() {
        trust.import(day("2026-11-02"), FileKind::Bookings, bookings);
    }
    Console::of(trust, instant("2026-11-24T09:00:00Z"))
}

fn hr(console: &Console) -> Browser<'_> {
    let browser = console.user("hr@example.org", AccessRole::Hr).signs_in();
    // The first page after signing in may have codes to be kept.
    browser.get("/");
    browser
}

/// The number that a fact of the page says, and where it leads.
fn fact(browser: &Browser<'_>, page: &str, label: &str) -> (usize, String) {
    let body = browser.get(page).has(200).body.clone();
    let rest =
        body.split(&format!("<dt>{label}</dt>")).nth(1).unwrap_or_else(|| panic!("no {label}: {body}"));
    let link = rest.split("<a ").nth(1).unwrap();
    let (tag, words) = link.split_once('>').unwrap();
    let count = words.split('<').next().unwrap().replace(',', "").parse().unwrap();
    (count, attribute(&format!("a {tag}"), "href").unwrap())
}

#[test]
fn what_lapses_within_so_many_days_includes_the_last_of_them_and_within_90_is_what_is_due_soon() {
    // They lapse 30, 31, 60, 61, 90 and 91 days after the day, and on the day.
    let completed =
        ["2025-12-24", "2025-12-25", "2026-01-23", "2026-01-24", "2026-02-22", "2026-02-23", "2025-11-24"];
    let console = console(&completed, "");
    let hr = hr(&console);
    for (label, expected) in
        [("Within 30 days", 2), ("Within 60 days", 4), ("Within 90 days", 6), ("Of these due soon", 6)]
    {
        let (count, href) = fact(&hr, "/", label);
        assert_eq!(count, expected, "{label}");
        let list = hr.get(&href).has(200);
        assert!(list.body.contains(&format!("data-total=\"{expected}\"")), "{label}: {href}: {}", list.body);
    }
    assert!(fact(&hr, "/", "Within 30 days").1.contains("due_before=2026-12-25"));
    // Of another day, counted from that one.
    assert_eq!(fact(&hr, "/?as_at=2026-12-25", "Within 30 days").0, 3);
}

#[test]
fn booked_places_are_a_second_line_of_each_forecast_where_they_change_anything() {
    let completed = ["2026-05-05", "2026-05-05", "", "", ""];
    let places = "employee_number,course,date,place\n2,CHILDREN,2026-12-10,Room 1\n";
    for (bookings, is_told) in [("", false), (places, true)] {
        let console = console(&completed, bookings);
        let hr = hr(&console);
        for (path, words) in [
            ("/forecast", "With booked places, if nobody else trains"),
            ("/courses/CHILDREN", "Coming month-ends with booked places, if nobody else trains"),
        ] {
            assert_eq!(hr.get(path).has(200).text().contains(words), is_told, "{path}");
        }
        let csv = hr.get("/forecast.csv").has(200);
        let rows = |line: &str| csv.body.lines().filter(|row| row.ends_with(line)).count();
        let with_places = if is_told { 12 } else { 0 };
        assert_eq!((rows(",nobody trains"), rows(",with booked places")), (12, with_places), "{}", csv.body);
        if is_told {
            // In December one more of five is up to date than if nobody trains.
            assert!(
                csv.body.contains("31 Dec 2026,2 of 5,40.0%")
                    && csv.body.contains("31 Dec 2026,3 of 5,60.0%")
            );
            let page = hr.get("/forecast").has(200);
            assert!(page.body.contains("data-figure=\"months.1.booked.staff.up_to_date\" data-value=\"3\""));
        }
    }
}
