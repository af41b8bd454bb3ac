use super::*;
use crate::sample::day;

fn days(texts: &[&str]) -> BTreeSet<NaiveDate> {
    texts.iter().map(|text| day(text)).collect()
}

#[test]
fn the_bank_holidays_of_a_year_follow_the_rules_with_substitutes_and_proclaimed_changes() {
    // New year, Good Friday, Easter Monday, early May, spring, summer, Christmas and Boxing day.
    let years: [(i32, &[&str]); 10] = [
        (2020, &["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"]),
        (2021, &["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2022, &["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"]),
        (2023, &["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"]),
        (2024, &["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"]),
        (2025, &["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"]),
        (2026, &["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),
        (2027, &["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2028, &["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"]),
        (2033, &["01-03", "04-15", "04-18", "05-02", "05-30", "08-29", "12-26", "12-27"]),
    ];
    for (year, expected) in years {
        let expected: BTreeSet<NaiveDate> =
            expected.iter().map(|rest| day(&format!("{year}-{rest}"))).collect();
        assert_eq!(Calendar::default().bank_holidays(year), expected, "{year}");
    }
}

#[test]
fn easter_sunday_is_right_at_its_edges() {
    // The earliest and latest there are, and the years the computus corrects for (1954, 1981, 2049, 2076).
    for expected in [
        "1818-03-22",
        "1943-04-25",
        "1954-04-18",
        "1981-04-19",
        "2000-04-23",
        "2008-03-23",
        "2038-04-25",
        "2049-04-18",
        "2076-04-19",
    ] {
        let expected = day(expected);
        assert_eq!(easter_sunday(expected.year()), Some(expected));
    }
}

#[test]
fn every_rule_holiday_of_four_centuries_is_a_weekday_and_none_falls_on_another() {
    for year in 1980..2380 {
        let holidays = Calendar::default().bank_holidays(year);
        assert!(holidays.len() >= 8, "{year}: {holidays:?}");
        assert!(holidays.iter().all(|day| day.weekday().num_days_from_monday() < 5), "{year}: {holidays:?}");
    }
}

#[test]
fn weekends_and_bank_holidays_are_not_worked_and_the_days_beside_them_are() {
    for (text, worked) in [
        ("2026-12-24", true),  // Thursday
        ("2026-12-25", false), // Friday
        ("2026-12-26", false), // Saturday
        ("2026-12-27", false), // Sunday
        ("2026-12-28", false), // Boxing day's substitute
        ("2026-12-29", true),
        ("2028-01-03", false), // New year's substitute
        ("2028-01-04", true),
        ("2027-03-25", true),
        ("2027-03-26", false), // Good Friday
        ("2027-03-29", false), // Easter Monday
        ("2027-03-30", true),
        ("2020-05-04", true), // moved to the 8th
        ("2020-05-08", false),
    ] {
        assert_eq!(Calendar::default().is_working_day(day(text)), worked, "{text}");
    }
}

#[test]
fn a_proclaimed_holiday_is_added_and_a_withdrawn_one_is_worked() {
    let calendar = Calendar::new(days(&["2029-06-11", "2029-12-25"]), days(&["2029-05-28", "2029-12-25"]));
    assert!(calendar.is_bank_holiday(day("2029-06-11")));
    assert!(!calendar.is_working_day(day("2029-06-11")));
    assert!(!calendar.is_bank_holiday(day("2029-05-28")));
    assert!(calendar.is_working_day(day("2029-05-28")));
    assert!(calendar.is_bank_holiday(day("2029-12-25")), "a day in both lists is a holiday");
    assert!(!calendar.is_working_day(day("2029-06-10")), "a Sunday stays one");
}

#[test]
fn the_first_working_day_of_a_month_is_after_its_weekend_and_holidays() {
    for (year, month, expected) in [
        (2026, 1, "2026-01-02"),  // Thursday 1 is a holiday
        (2026, 2, "2026-02-02"),  // Sunday 1
        (2026, 4, "2026-04-01"),  // a plain Wednesday
        (2026, 8, "2026-08-03"),  // Saturday 1
        (2026, 12, "2026-12-01"), // a plain Tuesday
        (2027, 1, "2027-01-04"),  // Friday 1 is a holiday, then a weekend
        (2028, 1, "2028-01-04"),  // Saturday 1, substitute on Monday
        (2028, 5, "2028-05-02"),  // Monday 1 is early May
        (2024, 4, "2024-04-02"),  // Monday 1 is Easter Monday
    ] {
        assert_eq!(Calendar::default().first_working_day(year, month), Some(day(expected)));
    }
    assert_eq!(Calendar::default().first_working_day(2026, 13), None);
    let june: Vec<NaiveDate> = day("2026-06-01").iter_days().take(30).collect();
    assert_eq!(Calendar::new(june, []).first_working_day(2026, 6), None, "nobody works in it");
}
