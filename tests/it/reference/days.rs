//! Civil dates, the long way round.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A date of the files: `2026-11-22`.
pub fn parse(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap_or_else(|_| panic!("no date: {text:?}"))
}

/// A date or nothing.
pub fn parse_optional(text: &str) -> Option<NaiveDate> {
    if text.is_empty() { None } else { Some(parse(text)) }
}

/// `n` days later; earlier where negative.
pub fn plus(day: NaiveDate, n: i64) -> NaiveDate {
    if n >= 0 { day + Days::new(n as u64) } else { day - Days::new(n.unsigned_abs()) }
}

/// 2.4: `n` calendar months later, clamped to the month's end; month by month, then the day.
pub fn plus_months(day: NaiveDate, n: i64) -> NaiveDate {
    let (mut year, mut month) = (day.year(), day.month());
    for _ in 0..n.abs() {
        if n > 0 {
            month += 1;
            if month == 13 {
                (year, month) = (year + 1, 1);
            }
        } else {
            month -= 1;
            if month == 0 {
                (year, month) = (year - 1, 12);
            }
        }
    }
    let mut date = day.day();
    loop {
        match NaiveDate::from_ymd_opt(year, month, date) {
            Some(found) => return found,
            None => date -= 1,
        }
    }
}

/// 2.6: the first `n` month-ends strictly after a day.
pub fn month_ends_after(day: NaiveDate, n: usize) -> Vec<NaiveDate> {
    let mut found = Vec::new();
    let mut at = plus(day, 1);
    while found.len() < n {
        if plus(at, 1).day() == 1 {
            found.push(at);
        }
        at = plus(at, 1);
    }
    found
}

/// 2.7: the first year of the financial year that a day is in (1 April to 31 March).
pub fn financial_year(day: NaiveDate) -> i32 {
    if day.month() >= 4 { day.year() } else { day.year() - 1 }
}

/// 2.8: England's bank holidays of a year, by rule.
pub fn bank_holidays(year: i32) -> Vec<NaiveDate> {
    let day = |month, date| NaiveDate::from_ymd_opt(year, month, date).unwrap();
    let mut found = vec![plus(easter(year), -2), plus(easter(year), 1)];
    let mondays = |month: u32| -> Vec<NaiveDate> {
        (1..=31)
            .filter_map(|date| NaiveDate::from_ymd_opt(year, month, date))
            .filter(|d| d.weekday() == Weekday::Mon)
            .collect()
    };
    found.push(mondays(5)[0]);
    found.push(*mondays(5).last().unwrap());
    found.push(*mondays(8).last().unwrap());
    // A holiday on a Saturday or Sunday is taken on the next weekday that is not a holiday already.
    for fixed in [day(1, 1), day(12, 25), day(12, 26)] {
        let mut taken = fixed;
        while matches!(taken.weekday(), Weekday::Sat | Weekday::Sun) || found.contains(&taken) {
            taken = plus(taken, 1);
        }
        // Boxing Day on a Monday stays where it is; it is Christmas Day on the Sunday that moves past it.
        if fixed == day(12, 25) && fixed.weekday() == Weekday::Sun {
            taken = day(12, 27);
        }
        found.push(taken);
    }
    found
}

/// Easter Sunday: the Sunday after the church's full moon on or after 21 March; good for 1900 to 2199.
fn easter(year: i32) -> NaiveDate {
    let golden = year % 19;
    // Days of March, running on into April. Twice in the tables it is a day earlier than the rule has it.
    let mut full_moon = 21 + (19 * golden + 24) % 30;
    if full_moon == 50 || (full_moon == 49 && golden > 10) {
        full_moon -= 1;
    }
    let mut day = plus(NaiveDate::from_ymd_opt(year, 3, 1).unwrap(), i64::from(full_moon) - 1);
    loop {
        day = plus(day, 1);
        if day.weekday() == Weekday::Sun {
            return day;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_clamped_to_the_months_end() {
        for (from, months, to) in [
            ("2025-08-31", 6, "2026-02-28"),
            ("2027-08-31", 6, "2028-02-29"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29"),
            ("2025-01-31", 1, "2025-02-28"),
            ("2025-12-31", 2, "2026-02-28"),
            ("2025-03-31", -1, "2025-02-28"),
        ] {
            assert_eq!(plus_months(parse(from), months), parse(to), "{from} + {months}");
        }
    }

    #[test]
    fn easter_is_where_the_calendar_has_it() {
        for (year, sunday) in [
            (2000, "2000-04-23"),
            (2019, "2019-04-21"),
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2028, "2028-04-16"),
            (2030, "2030-04-21"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year), parse(sunday));
        }
    }

    #[test]
    fn bank_holidays_on_a_weekend_are_taken_on_the_next_weekday() {
        for (year, taken) in [
            (2021, ["2021-01-01", "2021-12-27", "2021-12-28"]),
            (2022, ["2022-01-03", "2022-12-27", "2022-12-26"]),
            (2023, ["2023-01-02", "2023-12-25", "2023-12-26"]),
            (2026, ["2026-01-01", "2026-12-25", "2026-12-28"]),
        ] {
            let holidays = bank_holidays(year);
            assert_eq!(holidays.len(), 8, "{year}");
            for day in taken {
                assert!(holidays.contains(&parse(day)), "{day} of {holidays:?}");
            }
        }
    }

    #[test]
    fn the_first_month_end_is_strictly_after_the_day() {
        assert_eq!(month_ends_after(parse("2028-01-31"), 2), [parse("2028-02-29"), parse("2028-03-31")]);
        assert_eq!(month_ends_after(parse("2028-01-30"), 1), [parse("2028-01-31")]);
    }
}
