//! Employee numbers, hours and counts (spec 3.7, *Numbers and cells*).

use super::money::hundredths;
use super::spoilt::{is_date, is_spoilt};
use crate::import::messages::Rejection;
use crate::register::Hours;

/// The longest employee number, in characters.
const LONGEST_NUMBER: usize = 100;

/// Most hours of one completion.
const MOST_HOURS: u32 = 1_000;
/// What stands behind a number of hours.
const HOURS: [&str; 5] = ["h", "hr", "hrs", "hour", "hours"];

/// Why an employee number can't be used; `None` when it can. A spreadsheet's `1.23457E+07` or `1234.0` is no longer
/// the number that was typed, and whom it meant can't be told.
pub(in crate::import) fn employee_number_fault(text: &str) -> Option<Rejection> {
    // As most are.
    if text.len() <= LONGEST_NUMBER && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if text.len() > LONGEST_NUMBER && text.chars().count() > LONGEST_NUMBER {
        return Some(Rejection::NumberTooLong);
    }
    if text.starts_with('=') {
        return Some(Rejection::FormulaForNumber { value: text.into() });
    }
    (is_spoilt(text) || is_date(text)).then(|| Rejection::SpoiltNumber { value: text.into() })
}

/// What stands in place of a number that somebody does not have yet, or that nobody knows: letters alone, folded.
const NO_NUMBERS: [&str; 14] = [
    "tbc",
    "tba",
    "tbd",
    "na",
    "none",
    "nil",
    "null",
    "unknown",
    "pending",
    "new",
    "starter",
    "newstarter",
    "notknown",
    "xxx",
];
/// The same of a post that nobody holds.
const VACANCIES: [&str; 6] = ["vacancy", "vacant", "vacantpost", "vacantposition", "unfilled", "nobody"];

/// Whether what stands for a number says that nobody holds the post.
pub(in crate::import) fn is_vacancy(text: &str) -> bool {
    is_no_number(text, &VACANCIES)
}

fn is_no_number(text: &str, known: &[&str]) -> bool {
    if text.len() > 30 || text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let letters: String = text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    known.contains(&letters.as_str())
}

/// Why what stands for the number of the person that a row is about is none of anybody's; `None` where it may be one.
pub(in crate::import) fn names_nobody(text: &str) -> Option<Rejection> {
    let is_none = is_no_number(text, &NO_NUMBERS) || is_vacancy(text);
    is_none.then(|| Rejection::NoNumber { value: text.into() })
}

/// Hours from 0 to 1,000 with at most two decimals, or as hours and minutes, which two decimals must be able to say;
/// `h`, `hrs` and the like behind them are dropped.
///
/// # Errors
/// Says why the text is not a number of hours and what one looks like.
pub(in crate::import) fn parse_hours(text: &str) -> Result<Hours, Rejection> {
    let fault = || Rejection::NotHours { value: text.into() };
    let bare = without_hours(text);
    let (whole, part) = match bare.split_once(':') {
        Some((whole, time)) => (whole, Some(of_time(time, text)?)),
        None => match bare.split_once('.') {
            Some((whole, part)) => (whole, Some(hundredths(part).ok_or_else(fault)?)),
            None => (bare, None),
        },
    };
    if whole.is_empty() || whole.len() > 9 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault());
    }
    let part = u32::try_from(part.unwrap_or_default()).map_err(|_| fault())?;
    let whole: u32 = whole.parse().map_err(|_| fault())?;
    let hours = whole.checked_mul(100).and_then(|whole| whole.checked_add(part)).ok_or_else(fault)?;
    if hours > MOST_HOURS * 100 { Err(fault()) } else { Ok(Hours(hours)) }
}

/// The text without the word for hours behind its digits.
fn without_hours(text: &str) -> &str {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(number.len()..).unwrap_or_default();
    let is_hours = HOURS.iter().any(|word| unit.eq_ignore_ascii_case(word));
    if is_hours { number.trim_end() } else { text }
}

/// The hundredths of an hour that `30` or `30:00`, minutes and perhaps seconds, are exactly.
fn of_time(time: &str, text: &str) -> Result<i64, Rejection> {
    let (minutes, seconds) = time.split_once(':').unwrap_or((time, "00"));
    let [Some(minutes), Some(seconds)] = [minutes, seconds].map(sixtieths) else {
        return Err(Rejection::NotHours { value: text.into() });
    };
    // Three minutes are five hundredths.
    if seconds != 0 || minutes % 3 != 0 {
        return Err(Rejection::NotExactHours { value: text.into() });
    }
    Ok(minutes / 3 * 5)
}

/// Two digits below sixty.
fn sixtieths(digits: &str) -> Option<i64> {
    let is_two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|number| is_two && *number < 60)
}

/// A whole number of people.
///
/// # Errors
/// Says what is accepted.
pub(in crate::import) fn parse_people(text: &str) -> Result<i32, Rejection> {
    let fault = || Rejection::NotPeople { value: text.into() };
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault());
    }
    text.parse().map_err(|_| fault())
}

/// Yes or no.
///
/// # Errors
/// Says what is accepted.
pub(in crate::import) fn parse_yes_no(text: &str) -> Result<bool, Rejection> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["yes", "y", "true", "1"]) {
        Ok(true)
    } else if is(&["no", "n", "false", "0"]) {
        Ok(false)
    } else {
        Err(Rejection::NotYesOrNo { value: text.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_number_that_is_missing_is_none() {
        for (text, expected) in [
            ("Vacancy", true),
            ("VACANT POST", true),
            ("TBC", true),
            ("n/a", true),
            ("N/A", true),
            ("None", true),
            ("TBC1", false),
            ("NA7", false),
            ("ann", false),
        ] {
            assert_eq!(names_nobody(text).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn numbers_that_a_spreadsheet_spoilt_are_recognised() {
        for text in [
            "1.23457E+07",
            "1.23457e7",
            "1E+07",
            "12345.0",
            "12345.5",
            "1,23457E+07",
            "-1.5",
            "TRUE",
            "False",
        ] {
            assert!(employee_number_fault(text).is_some(), "{text}");
        }
        for text in ["=\"00123400\"", "=123"] {
            let reason = employee_number_fault(text).unwrap().to_string();
            assert_eq!(
                reason,
                format!("{text} is a formula, not a number: let the cell hold the number alone, as text")
            );
        }
        for text in ["01234", "12345678", "A12.3", "12E4", "12-3", "AB/12", "E12"] {
            assert_eq!(employee_number_fault(text), None, "{text}");
        }
        assert_eq!(employee_number_fault(&"1".repeat(100)), None);
        assert!(employee_number_fault(&"1".repeat(101)).is_some());
    }

    #[test]
    fn hours_are_exact_hundredths_between_0_and_1000() {
        let cases =
            [("0", 0), ("7", 700), ("7.5", 750), ("7.25", 725), ("1000", 100_000), ("1000.00", 100_000)];
        for (text, hundredths) in cases {
            assert_eq!(parse_hours(text), Ok(Hours(hundredths)), "{text}");
        }
        for text in ["", "-1", "1000.01", "1001", "7.333", "7,5", "7.", ".5", "1e2", "seven", "9999999999"] {
            assert!(parse_hours(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hours_and_minutes_are_hours_where_two_decimals_say_them() {
        for (text, hundredths) in [
            ("6:00", 600),
            ("06:30", 650),
            ("6:30:00", 650),
            ("0:03", 5),
            ("0:57", 95),
            ("30:15", 3_025),
            ("1000:00", 100_000),
            ("7h", 700),
            ("7.5 hrs", 750),
            ("1 Hour", 100),
        ] {
            assert_eq!(parse_hours(text), Ok(Hours(hundredths)), "{text}");
        }
        for text in ["6:20", "0:01", "6:30:15", "6:30:01"] {
            let reason = parse_hours(text).unwrap_err().to_string();
            assert!(reason.ends_with("like 6.33 for 6:20"), "{reason}");
        }
        for text in [
            "6:60",
            "6:5",
            "6:",
            ":30",
            "6:30 AM",
            "6:00 PM",
            "-6:00",
            "1000:03",
            "6:30:00:00",
            "6:+3",
            "6.5:00",
            "6:30.5",
            "h",
            "7 days",
            "7 min",
            "2025-11-22",
            "1900-01-00",
        ] {
            let reason = parse_hours(text).unwrap_err().to_string();
            assert!(reason.ends_with("like 7.5, or hours and minutes like 7:30"), "{reason}");
        }
    }

    #[test]
    fn people_and_yes_or_no_are_read_plainly() {
        assert_eq!(parse_people("12"), Ok(12));
        for text in ["", "-1", "1.5", "+3", "99999999999"] {
            assert!(parse_people(text).is_err(), "{text}");
        }
        assert_eq!(parse_yes_no("YES"), Ok(true));
        assert_eq!(parse_yes_no("n"), Ok(false));
        assert!(parse_yes_no("maybe").is_err());
    }
}
