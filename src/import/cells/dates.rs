//! Dates as people and exports write them (spec 3 and 3.7, *Dates*).

use std::borrow::Cow;

use chrono::{Datelike, Months, NaiveDate};
use chrono_tz::Tz;

use super::instants::{parted_time, time_of_day, whole, without_zone};
use crate::import::messages::Rejection;

/// The first and last year a date may have.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;
/// How far ahead of today a two-digit year may lie.
const AHEAD_YEARS: u32 = 20;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What a date cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum DateCell {
    /// A day.
    On(NaiveDate),
    /// One of the dates or texts that mean "none".
    Open,
}

/// The date in `text`, which is trimmed and not empty: day before month always, a time of day dropped. `today` places
/// two-digit years, which need a month's name beside them. Of an instant with a zone, the civil date in `zone` counts.
///
/// # Errors
/// Says why the text is not a date and what one looks like.
pub(in crate::import) fn parse_date(text: &str, today: NaiveDate, zone: Tz) -> Result<DateCell, Rejection> {
    if let Some(day) = parse_common(text) {
        return placed(text, day);
    }
    let text = &*with_plain_blanks(text);
    if text.eq_ignore_ascii_case("no expiry") {
        return Ok(DateCell::Open);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.matches('.').count() < 2 {
        return Err(Rejection::PlainNumberForDate { value: text.into() });
    }
    let Some((local, offset)) = without_zone(text) else {
        return placed(text, civil_day(text, parted_time(text).map_or(text, |(date, _)| date), today)?);
    };
    let fault = || Rejection::NotADate { value: text.into() };
    let (date, time) = parted_time(local).ok_or_else(fault)?;
    let day = civil_day(text, date, today)?;
    let time = time_of_day(time).ok_or_else(fault)?;
    let instant = day.and_time(time).and_local_timezone(offset).single().ok_or_else(fault)?;
    placed(text, instant.with_timezone(&zone).date_naive())
}

/// The day that `date` is; `text` is the cell that it was taken from.
fn civil_day(text: &str, date: &str, today: NaiveDate) -> Result<NaiveDate, Rejection> {
    let fault = || Rejection::NotADate { value: text.into() };
    let parts: Vec<&str> = split(without_weekday(date)).ok_or_else(fault)?;
    let [first, second, third] = parts[..] else { return Err(fault()) };
    // The month comes first only where it is a name: `Nov 28, 2026`.
    let (first, second) = match month_by_name(first) {
        Some(_) if second.len() > 2 => return Err(fault()),
        Some(_) => (second, first),
        None => (first, second),
    };
    let (year, month, day) = if first.len() == 4 {
        (whole(first).ok_or_else(fault)?, month_number(second), third)
    } else if let Some(month) = month_by_name(second) {
        let day = whole(first).filter(|_| first.len() <= 2).ok_or_else(fault)?;
        let year = whole(third).ok_or_else(fault)?;
        let year = match third.len() {
            4 => year,
            2 => full_year(year, month, day.unsigned_abs(), today),
            _ => return Err(fault()),
        };
        (year, Some(month), first)
    } else if third.len() == 4 {
        (whole(third).ok_or_else(fault)?, month_number(second), first)
    } else if third.len() == 2 {
        return Err(Rejection::TwoDigitYear { value: text.into() });
    } else {
        return Err(fault());
    };
    let day = whole(day).filter(|_| day.len() <= 2).ok_or_else(fault)?;
    let month = month.ok_or_else(fault)?;
    NaiveDate::from_ymd_opt(year, month, day.unsigned_abs()).ok_or_else(|| no_such_day(text, month))
}

/// The text with one space for every run of blanks, of whatever kind they are.
fn with_plain_blanks(text: &str) -> Cow<'_, str> {
    let is_odd = |c: char| c.is_whitespace() && c != ' ';
    if text.contains(is_odd) || text.contains("  ") {
        return Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    Cow::Borrowed(text)
}

/// The day that `text` means, in one of the forms that files may have with the year in full.
pub(crate) fn day_meant(text: &str) -> Option<NaiveDate> {
    let is_year = |digits: &str| digits.len() == 4;
    if !text.split(|c: char| !c.is_ascii_digit()).any(is_year) {
        return None;
    }
    // No year is guessed, so no today is asked for.
    match parse_date(text, NaiveDate::default(), Tz::UTC) {
        Ok(DateCell::On(day)) => Some(day),
        Ok(DateCell::Open) | Err(_) => None,
    }
}

/// `2026-11-22`, `22/11/2026`, `22-11-2026` and `22.11.2026`, by far the commonest forms, without splitting.
fn parse_common(text: &str) -> Option<NaiveDate> {
    let (year, month, day) = match *text.as_bytes() {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] => ([y1, y2, y3, y4], [m1, m2], [d1, d2]),
        [d1, d2, before @ (b'/' | b'-' | b'.'), m1, m2, after, y1, y2, y3, y4] if before == after => {
            ([y1, y2, y3, y4], [m1, m2], [d1, d2])
        }
        _ => return None,
    };
    let year = i32::try_from(of_digits(&year)?).ok()?;
    NaiveDate::from_ymd_opt(year, of_digits(&month)?, of_digits(&day)?)
}

fn of_digits(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

/// The date, the "none" it stands for, or why it lies too far away.
fn placed(text: &str, date: NaiveDate) -> Result<DateCell, Rejection> {
    match (date.year(), date.month(), date.day()) {
        (4712 | 9999, 12, 31) | (1900, 1, 1) => Ok(DateCell::Open),
        (year, ..) if YEARS.contains(&year) => Ok(DateCell::On(date)),
        _ => Err(Rejection::YearOutOfRange { value: text.into() }),
    }
}

fn no_such_day(text: &str, month: u32) -> Rejection {
    if (1..=12).contains(&month) {
        return Rejection::NoSuchDay { value: text.into() };
    }
    Rejection::NoSuchMonth { value: text.into(), month: month.to_string() }
}

/// The text without `Saturday, ` or `Sat ` before it.
fn without_weekday(text: &str) -> &str {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = text.split_at_checked(letters).unwrap_or((text, ""));
    let is_weekday = WEEKDAYS.iter().any(|day| {
        word.eq_ignore_ascii_case(day) || (word.len() >= 3 && word.len() <= 5 && starts_with(day, word))
    });
    let after = rest.trim_start_matches([',', '.', ' ']);
    if is_weekday && after.len() < rest.len() { after } else { text }
}

fn starts_with(whole: &str, start: &str) -> bool {
    whole.get(..start.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(start))
}

/// The three parts between two equal separators.
fn split(text: &str) -> Option<Vec<&str>> {
    let separator = text.chars().find(|c| matches!(c, '/' | '-' | '.' | ' '))?;
    let parts: Vec<&str> = if separator == ' ' {
        text.split_ascii_whitespace().map(|part| part.trim_end_matches(',')).collect()
    } else {
        text.split(separator).map(str::trim).collect()
    };
    (parts.len() == 3).then_some(parts)
}

/// A month of one or two digits; perhaps not between 1 and 12.
fn month_number(text: &str) -> Option<u32> {
    whole(text).filter(|_| text.len() <= 2).map(i32::unsigned_abs).or_else(|| month_by_name(text))
}

fn month_by_name(text: &str) -> Option<u32> {
    if text.eq_ignore_ascii_case("sept") {
        return Some(9);
    }
    let position = MONTHS.iter().position(|name| {
        text.eq_ignore_ascii_case(name) || name.get(..3).is_some_and(|short| text.eq_ignore_ascii_case(short))
    })?;
    u32::try_from(position + 1).ok()
}

/// The latest year with these last two digits in which the day is at most [`AHEAD_YEARS`] years ahead of `today`.
fn full_year(last_two: i32, month: u32, day: u32, today: NaiveDate) -> i32 {
    let limit = today.checked_add_months(Months::new(12 * AHEAD_YEARS)).unwrap_or(today);
    let century = today.year() - today.year().rem_euclid(100);
    let not_too_far = |&year: &i32| (year, month, day) <= (limit.year(), limit.month(), limit.day());
    [century + 100, century, century - 100]
        .map(|century| century + last_two)
        .into_iter()
        .find(not_too_far)
        .unwrap_or(century + last_two)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;

    fn parse(text: &str) -> Result<DateCell, Rejection> {
        parse_date(text, day("2026-11-24"), Tz::Europe__London)
    }

    #[test]
    fn every_accepted_form_is_the_same_day() {
        for text in [
            "2026-11-02",
            "02/11/2026",
            "2/11/2026",
            "02-11-2026",
            "02.11.2026",
            "2.11.2026",
            "02-Nov-2026",
            "2-nov-2026",
            "02 November 2026",
            "2 NOVEMBER 2026",
            "2026/11/02",
            "2026/11/2",
            "02-Nov-26",
            "2 Nov 26",
            "02/Nov/2026",
            "2026/11/02 00:00:00",
            "02/11/2026 14:30",
            "2026-11-02T23:59:59",
            "2026-11-02 23:59:59.999",
            "02-Nov-2026 2:30 PM",
            "2 November 2026 09:05:00",
            "2026-Nov-02",
            "Monday, 2 November 2026, 10:15 AM",
            "Monday 2 November 2026",
            "Mon, 2 Nov 2026 10:15",
            "Mon 02-Nov-2026",
            "Nov 2, 2026",
            "November 2 2026",
            "NOV 2, 2026, 10:15 PM",
            "Nov-02-2026",
            "Nov 2, 26",
            "2026-11-02T23:30:00Z",
            "2026-11-02T23:30Z",
            "2026-11-02 23:30:00 UTC",
            "2026-11-02T09:00:00.123+0100",
            "2026-11-02T09:00:00+01:00",
            "2\u{a0}November\u{a0}2026",
            "2\u{202f}Nov\u{202f}2026",
            "2\u{2007}November  2026",
            "2\tNovember\t2026",
            "02/11/2026\u{a0}14:30",
            "02/11/2026  14:30",
            "2026-11-02\u{202f}2:30\u{202f}PM",
            "Monday,\u{a0}2\u{a0}November\u{a0}2026",
            "2026-11-02\u{a0}23:30:00\u{a0}UTC",
        ] {
            assert_eq!(parse(text), Ok(DateCell::On(day("2026-11-02"))), "{text}");
        }
    }

    #[test]
    fn an_instant_is_the_civil_date_in_ours() {
        for (text, expected) in [
            ("2026-07-02T23:30:00Z", day("2026-07-03")),
            ("2026-01-02T23:30:00Z", day("2026-01-02")),
            ("2026-01-02T23:30:00-05:00", day("2026-01-03")),
            ("2026-01-02T00:30:00+02:00", day("2026-01-01")),
            ("Sat, 22 Nov 2025 10:15:00 GMT", day("2025-11-22")),
            ("Sat, 22 Nov 2025 23:30:00 -0500", day("2025-11-23")),
            ("22-Nov-2025 11:30 PM -05:00", day("2025-11-23")),
            ("Thu, 2 Jul 2026 23:30:00 GMT", day("2026-07-03")),
            ("Thu, 02 Jul 2026 23:30:00 +0000", day("2026-07-03")),
            ("Thu Jul 02 2026 23:30:00 GMT+0000", day("2026-07-03")),
            ("02/07/2026 23:30 UTC", day("2026-07-03")),
            ("02/07/2026 23:30 BST", day("2026-07-02")),
            ("03/07/2026 00:30:00 BST", day("2026-07-03")),
            ("2026/07/02 23:30:00.123Z", day("2026-07-03")),
            ("2026-07-02 23:30z", day("2026-07-03")),
            ("03-Sept-2020", day("2020-09-03")),
            ("Sept 3, 2020", day("2020-09-03")),
        ] {
            assert_eq!(parse(text), Ok(DateCell::On(expected)), "{text}");
        }
    }

    #[test]
    fn open_dates_mean_none() {
        for text in [
            "31-Dec-4712",
            "4712-12-31",
            "31/12/4712 00:00:00",
            "1900-01-01",
            "01/01/1900",
            "31/12/9999",
            "no expiry",
            "No Expiry",
        ] {
            assert_eq!(parse(text), Ok(DateCell::Open), "{text}");
        }
    }

    #[test]
    fn two_digit_years_are_at_most_twenty_years_ahead() {
        let cases = [
            ("22-Nov-26", day("2026-11-22")),
            ("01-Jan-85", day("1985-01-01")),
            ("24-Nov-46", day("2046-11-24")),
            ("25-Nov-46", day("1946-11-25")),
            ("29 Feb 00", day("2000-02-29")),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Ok(DateCell::On(expected)), "{text}");
        }
        assert!(parse("22/11/26").is_err());
        assert!(parse("22.11.26").is_err());
    }

    #[test]
    fn what_is_not_a_date_is_refused_with_what_is_accepted() {
        for text in [
            "31/02/2026",
            "11/22/2026",
            "2026-13-01",
            "2026-02-29",
            "46348",
            "46348.5",
            "20261122",
            "1899-12-31",
            "2101-01-01",
            "30/12/4712",
            "Nov 2026",
            "22-Nov",
            "22 Novem 2026",
            "soon",
            "22/11-2026",
            "2026-11-22T25:00",
            "2026-11-22 12:60",
            "2026-11-22x",
            "Nov 2026 5",
            "Funday 2 November 2026",
            "Monday",
            "11 22, 2026",
            "022/11/2026",
            "0/11/2026",
            "22/11/202",
            "٢٢/١١/٢٠٢٦",
            "12:30",
            "Sat, 22 Nov 2025 GMT",
            "Sat, 22 Nov 2025 10:15:00 XYZ",
            "22/11/2025 10:15:00 +1",
            "22/11/2025 10:15:00 +0160",
            "22/11/2025 10:15:00 +1430",
            "22/11/2025 10:15-2330",
            "22/11/2025 24:15:00 GMT",
            "22/11/2025 13:15 PM GMT",
            "Sat, 31 Nov 2025 10:15:00 GMT",
            "10:15 GMT",
            "GMT:",
            "22\u{a0}Novem\u{a0}2026",
            ":",
            "2026-11-22 ::",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("31/02/2026").unwrap_err().to_string().starts_with("31/02/2026 is not a date"));
        assert!(parse("11/22/2026").unwrap_err().to_string().contains("no month 22"));
        assert_eq!(parse("2024-02-29"), Ok(DateCell::On(day("2024-02-29"))));
        assert_eq!(parse("1900-01-02"), Ok(DateCell::On(day("1900-01-02"))));
        assert_eq!(parse("31/12/2100"), Ok(DateCell::On(day("2100-12-31"))));
    }
}
