use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;

use calamine::{Data, Reader, open_workbook_auto};
use chrono::{Datelike, NaiveDate};

use super::people::AWAY;
use super::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn rows(path: &Path) -> Vec<HashMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

/// The staff list as text, from the header row on; real dates as ISO.
fn staff_sheet(path: &Path) -> Vec<Vec<String>> {
    let mut book = open_workbook_auto(path).unwrap();
    let range = book.worksheet_range("Staff in Post").unwrap();
    let cell = |cell: &Data| match cell {
        Data::DateTime(at) => at.as_datetime().unwrap().date().to_string(),
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        other => panic!("a cell that is neither text nor a date: {other:?}"),
    };
    range.rows().skip(2).map(|row| row.iter().map(cell).collect()).collect()
}

/// The share of counted people who have every course of their post, on `day`; starters, of whom more are up to date,
/// are not among them.
fn staff_rate(trust: &FictionalTrust, day: NaiveDate) -> f64 {
    let mut lapses: HashMap<(usize, &str), NaiveDate> = HashMap::new();
    for (person, completion) in trust.completions.iter().filter(|(_, completion)| completion.on <= day) {
        let lapse = completion.expires.unwrap_or(completion.on + chrono::Months::new(36));
        let latest = lapses.entry((*person, completion.course)).or_insert(lapse);
        *latest = lapse.max(*latest);
    }
    let counted: Vec<bool> = trust
        .people
        .iter()
        .enumerate()
        .filter(|(_, person)| person.is_counted(day))
        .map(|(place, person)| {
            let holds = |course: &str| lapses.get(&(place, course)).is_some_and(|lapse| *lapse >= day);
            person
                .track
                .courses()
                .iter()
                .all(|course| holds(course) || (*course == "SGC-L3" && holds("SGC-L2")))
        })
        .collect();
    counted.iter().filter(|ok| **ok).count() as f64 / counted.len() as f64
}

#[test]
fn the_same_wishes_give_the_same_files_byte_for_byte() {
    let (a, b, c) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let options = TrustOptions::new(today());
    write(a.path(), &options).unwrap();
    write(b.path(), &options).unwrap();
    let other = write(c.path(), &TrustOptions { seed: 7, ..options }).unwrap();
    for entry in fs::read_dir(a.path()).unwrap() {
        let name = entry.unwrap().file_name();
        let (left, right) =
            (fs::read(a.path().join(&name)).unwrap(), fs::read(b.path().join(&name)).unwrap());
        assert!(left == right, "{name:?} differs");
    }
    assert_ne!(fs::read(other.training).unwrap(), fs::read(a.path().join("training.csv")).unwrap());
}

#[test]
fn the_staff_list_is_an_esr_like_sheet_with_every_kind_of_person() {
    let dir = tempfile::tempdir().unwrap();
    let files = write(dir.path(), &TrustOptions::new(today())).unwrap();
    let sheet = staff_sheet(&files.staff);
    let (header, rest) = sheet.split_first().unwrap();
    assert_eq!(header.join(","), files::STAFF_HEADERS.join(","));
    let (total, staff) = rest.split_last().unwrap();
    assert_eq!((total[0].as_str(), total[1].as_str(), total[10].as_str()), ("Total", "", ""));

    let numbers: BTreeSet<&str> = staff.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(numbers.len(), 600);
    assert!(numbers.iter().all(|number| number.len() == 8 && number.bytes().all(|b| b.is_ascii_digit())));
    assert!(numbers.iter().any(|number| number.starts_with("00")));
    let assignments: BTreeSet<&str> = staff.iter().map(|row| row[12].as_str()).collect();
    assert_eq!(assignments.len(), staff.len(), "assignment numbers are unique");
    for row in staff {
        assert!(!row[1].is_empty() && !row[6].is_empty() && !row[8].is_empty(), "{row:?}");
        let start: NaiveDate = row[10].parse().unwrap();
        assert!(row[11].is_empty() || row[11].parse::<NaiveDate>().unwrap() >= start, "{row:?}");
        assert!(row[3].is_empty() || row[3].ends_with("@example.org"), "{row:?}");
    }
    let count = |holds: &dyn Fn(&[String]) -> bool| staff.iter().filter(|row| holds(row)).count();
    let day = today().to_string();
    let groups: BTreeSet<&str> = staff.iter().map(|row| row[5].as_str()).collect();
    assert_eq!(groups.len(), 9);
    assert!((20..60).contains(&count(&|row| row[13] == "No")), "second posts");
    assert!((10..40).contains(&count(&|row| AWAY.contains(&row[14].as_str()))), "absent");
    assert!((20..70).contains(&count(&|row| !row[11].is_empty() && row[11] < day)), "leavers");
    assert!((2..20).contains(&count(&|row| row[11] >= day)), "leaving");
    assert!((8..40).contains(&count(&|row| row[3].is_empty())), "no email");
    assert!(count(&|row| !row[9].is_empty() && !numbers.contains(row[9].as_str())) >= 4, "unknown managers");
    for odd in ["'", "-", "é"] {
        assert!(count(&|row| row[1].contains(odd) || row[2].contains(odd)) > 5, "names with {odd}");
    }
}

#[test]
fn an_address_belongs_to_one_person() {
    let trust = FictionalTrust::generate(&TrustOptions::new(today()));
    let addresses: Vec<&str> =
        trust.people.iter().map(|person| person.email.as_str()).filter(|email| !email.is_empty()).collect();
    assert_eq!(addresses.iter().collect::<BTreeSet<_>>().len(), addresses.len());
    assert!(addresses.iter().all(|address| crate::register::EmailAddress::parse(address).is_some()));
}

#[test]
fn as_many_people_are_up_to_date_as_was_asked_for() {
    for (percent, seed) in [(54, 2009), (54, 1), (80, 2), (20, 3)] {
        let options = TrustOptions { up_to_date_percent: percent, seed, ..TrustOptions::new(today()) };
        let rate = staff_rate(&FictionalTrust::generate(&options), today()) * 100.0;
        assert!((rate - percent as f64).abs() < 3.0, "asked for {percent}%, got {rate:.1}%");
    }
}

#[test]
fn a_year_ago_the_trust_was_in_no_wholly_different_shape() {
    let trust = FictionalTrust::generate(&TrustOptions::new(today()));
    for days in [91, 182, 365] {
        let rate = staff_rate(&trust, people::back(today(), days)) * 100.0;
        assert!((35.0..65.0).contains(&rate), "{days} days ago: {rate:.1}%");
    }
}

#[test]
fn every_reminder_stage_is_reached_by_somebody_today() {
    let trust = FictionalTrust::generate(&TrustOptions::new(today()));
    let mut latest: BTreeMap<(usize, &str), NaiveDate> = BTreeMap::new();
    for (person, completion) in &trust.completions {
        latest.insert((*person, completion.course), completion.on);
    }
    for days in [90, 60, 30, 14, 7, 1, -1, -8] {
        let lapse = people::back(today(), -days);
        let hit = latest.values().filter(|on| **on + chrono::Months::new(36) == lapse).count();
        assert!(hit > 0, "nobody lapses in {days} days");
    }
}

#[test]
fn training_records_name_known_people_and_days_gone_by() {
    let dir = tempfile::tempdir().unwrap();
    let files = write(dir.path(), &TrustOptions::new(today())).unwrap();
    let trust = FictionalTrust::generate(&TrustOptions::new(today()));
    let known: BTreeSet<&str> = trust.people.iter().map(|person| person.number.as_str()).collect();
    let mut certificates = BTreeSet::new();
    let rows = rows(&files.training);
    assert!(rows.len() > 2_500, "{}", rows.len());
    for row in rows {
        assert!(known.contains(row["Employee Number"].as_str()));
        let on = NaiveDate::parse_from_str(&row["Completion Date"], "%d-%b-%Y").unwrap();
        assert!(on <= today() && on > people::back(today(), 8 * 366), "{on}");
        if !row["Expiry Date"].is_empty() {
            assert!(NaiveDate::parse_from_str(&row["Expiry Date"], "%d-%b-%Y").unwrap() > on);
        }
        assert!(matches!(row["Mode"].as_str(), "" | "participatory" | "e-learning"));
        assert_eq!(row["Mode"].is_empty(), row["Hours"].is_empty());
        assert!(certificates.insert(row["Certificate"].clone()));
    }
}

#[test]
fn money_adds_up_to_a_year_under_way() {
    let dir = tempfile::tempdir().unwrap();
    let files = write(dir.path(), &TrustOptions::new(today())).unwrap();
    let budget = rows(&files.budget);
    let years: Vec<&str> = budget.iter().map(|row| row["financial_year"].as_str()).collect();
    assert_eq!(years, ["2024-25", "2025-26", "2026-27"]);
    let expenses = rows(&files.expenses);
    assert!((50..75).contains(&expenses.len()), "{}", expenses.len());
    let references: BTreeSet<&str> = expenses.iter().map(|row| row["reference"].as_str()).collect();
    assert_eq!(references.len(), expenses.len());
    assert_eq!(expenses.iter().filter(|row| row["amount"].starts_with('-')).count(), 1);
    let day = |row: &HashMap<String, String>| NaiveDate::parse_from_str(&row["date"], "%d/%m/%Y").unwrap();
    assert_eq!(expenses.iter().filter(|row| day(row) > today()).count(), 3);
    let trust = FictionalTrust::generate(&TrustOptions::new(today()));
    let start = crate::register::FinancialYear::of(today()).first_day();
    let spent: i64 = trust
        .spending
        .iter()
        .filter(|line| line.on >= start && line.on <= today())
        .map(|line| line.pence)
        .sum();
    assert!((800_000..2_000_000).contains(&spent), "{spent}");
}

#[test]
fn money_is_printed_with_commas_only_where_thousands_are() {
    for (pence, text) in
        [(0, "0.00"), (5, "0.05"), (99_999, "999.99"), (100_000, "1,000.00"), (2_500_050, "25,000.50")]
    {
        assert_eq!(files::pounds(pence), text);
    }
    assert_eq!(files::pounds(-35_000), "-350.00");
}

#[test]
fn the_file_with_mistakes_has_six_and_stays_below_the_brake() {
    let dir = tempfile::tempdir().unwrap();
    let files = write(dir.path(), &TrustOptions::new(today())).unwrap();
    let rows = rows(&files.staff_with_mistakes);
    let faulty = rows.iter().filter(|row| {
        let day = |header: &str| NaiveDate::parse_from_str(&row[header], "%d/%m/%Y").is_ok();
        row["Last Name"].is_empty()
            || !day("Latest Start Date")
            || !(row["Termination Date"].is_empty() || day("Termination Date"))
            || row["Employee Number"].contains('E')
            || row["Employee Email Address"].contains(';')
    });
    let faulty = faulty.count();
    assert_eq!(faulty, 6);
    assert!(faulty * 10 < rows.len());
}

#[test]
fn exemptions_have_reasons_and_name_people_in_post() {
    let dir = tempfile::tempdir().unwrap();
    let files = write(dir.path(), &TrustOptions::new(today())).unwrap();
    let rows = rows(&files.exemptions);
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| !row["reason"].is_empty() && !row["employee_number"].is_empty()));
}

#[test]
fn places_are_booked_on_weekdays_to_come_for_courses_that_lapse() {
    let trust = FictionalTrust::generate(&TrustOptions::new(today()));
    let bookings = bookings::bookings(&trust);
    assert!((20..150).contains(&bookings.len()), "{}", bookings.len());
    for booking in &bookings {
        assert!(booking.on > today() && booking.on.weekday().num_days_from_monday() < 5, "{booking:?}");
        let theirs = trust.completions.iter().filter(|(place, completion)| {
            trust.people[*place].number == booking.number && completion.course == booking.course
        });
        let last = theirs.map(|(_, completion)| completion.on).max().unwrap();
        assert!((today() - last).num_days() > 900, "{booking:?} after {last}");
    }
    let on = |day| bookings.iter().filter(|booking| booking.on == day).count();
    assert!(on(bookings[0].on) > 1, "a course is held for more than one");
}

#[test]
fn small_and_empty_trusts_can_be_written_on_any_day() {
    for people in [0, 1, 20, 101] {
        for day in ["2024-02-29", "2026-03-31", "2026-04-01"] {
            let dir = tempfile::tempdir().unwrap();
            write(dir.path(), &TrustOptions { people, ..TrustOptions::new(day.parse().unwrap()) }).unwrap();
        }
    }
}

#[test]
fn a_large_organisation_has_the_promised_mixture() {
    let dir = tempfile::tempdir().unwrap();
    let files = write_large(dir.path(), 5_000, 2009, today()).unwrap();
    let again = tempfile::tempdir().unwrap();
    let same = write_large(again.path(), 5_000, 2009, today()).unwrap();
    assert!(fs::read(&files.staff).unwrap() == fs::read(&same.staff).unwrap());
    assert!(fs::read(&files.training).unwrap() == fs::read(&same.training).unwrap());

    let staff = rows(&files.staff);
    assert_eq!(staff.len() as u64, files.staff_rows);
    let main: Vec<_> = staff.iter().filter(|row| row["primary_assignment"] == "yes").collect();
    let numbers: BTreeSet<&str> = main.iter().map(|row| row["employee_number"].as_str()).collect();
    assert_eq!(numbers.len(), 5_000);
    let share = |count: usize| count * 1_000 / 5_000;
    assert!((40..60).contains(&share(staff.len() - 5_000)), "second posts");
    assert!(
        (45..75).contains(&share(main.iter().filter(|row| !row["leave_date"].is_empty()).count())),
        "leavers"
    );
    let absent = main.iter().filter(|row| AWAY.contains(&row["assignment_status"].as_str())).count();
    assert!((12..30).contains(&share(absent)), "absent");
    for row in &staff {
        let day = |header: &str| row[header].parse::<NaiveDate>().unwrap();
        assert!(day("start_date") <= today());
        assert!(row["leave_date"].is_empty() || day("leave_date") >= day("start_date"), "{row:?}");
        assert!(row["email"].is_empty() || row["email"].ends_with("@example.org"));
    }

    let training = rows(&files.training);
    assert_eq!(training.len() as u64, files.training_rows);
    assert!((41_000..44_000).contains(&training.len()), "{} records of 5,000 people", training.len());
    let certificates: BTreeSet<&str> = training.iter().map(|row| row["certificate"].as_str()).collect();
    assert_eq!(certificates.len(), training.len());
    let mut neighbours = 0;
    for pair in training.windows(2) {
        neighbours += usize::from(pair[0]["employee_number"] == pair[1]["employee_number"]);
        assert!(pair[0]["completed_on"][..7] <= pair[1]["completed_on"][..7]);
    }
    assert!(neighbours * 3 < training.len(), "{neighbours} records lie beside another of the same person");
    assert!(training.iter().all(|row| numbers.contains(row["employee_number"].as_str())));
    assert!(training.iter().all(|row| row["completed_on"].parse::<NaiveDate>().unwrap() <= today()));
}
