//! What spreadsheets make of the numbers of people and things (spec 3.7, *Numbers and cells*).

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::dates::parse_date;

/// Whether a spreadsheet has made something else of a number.
pub(in crate::import) fn is_spoilt(text: &str) -> bool {
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return true;
    }
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
    let (whole, fraction) =
        mantissa.split_once(['.', ',']).map_or((mantissa, None), |(whole, part)| (whole, Some(part)));
    if !digits(whole) || !fraction.is_none_or(digits) {
        return false;
    }
    match exponent {
        // Without a sign or a fraction, `12E4` may well be a number that someone was given.
        Some(exponent) => {
            let unsigned = exponent.strip_prefix(['+', '-']);
            digits(unsigned.unwrap_or(exponent)) && (unsigned.is_some() || fraction.is_some())
        }
        None => fraction.is_some(),
    }
}

/// Months as spreadsheets write them in a date.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Whether a number has become a day and a month, or a month and a year, as spreadsheets write them where they took it for
/// a date: `03-Mar`, `Mar-03`. In capitals it may well be a number that was given.
pub(in crate::import) fn is_day_of_month(text: &str) -> bool {
    let Some((first, second)) = text.split_once('-') else { return false };
    let is_short = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    (is_short(first, 2) && MONTHS.contains(&second)) || (MONTHS.contains(&first) && is_short(second, 4))
}

/// Whether a number has become a date, in any form in which spreadsheets write one.
pub(in crate::import) fn is_date(text: &str) -> bool {
    // No date is of digits and blanks alone: what has them is a number written in groups.
    let may_be = text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| matches!(byte, b'-' | b'/' | b'.') || byte.is_ascii_alphabetic());
    may_be
        && (is_day_of_month(text)
            || is_short_date(text)
            || parse_date(text, NaiveDate::default(), Tz::UTC).is_ok())
}

/// Whether a text is a day, a month and the last two digits of a year between slashes, in whichever order.
fn is_short_date(text: &str) -> bool {
    let mut parts = text.split('/').map(|part| {
        let is_two = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u8>().ok().filter(|number| is_two && *number > 0)
    });
    let [Some(Some(first)), Some(Some(second)), Some(Some(_)), None] =
        [parts.next(), parts.next(), parts.next(), parts.next()]
    else {
        return false;
    };
    (first <= 31 && second <= 12) || (first <= 12 && second <= 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_became_a_date_is_told_from_one_that_was_given() {
        for text in [
            "03-Mar",
            "3-Mar",
            "Mar-03",
            "Mar-2003",
            "03-Mar-20",
            "03-Mar-2020",
            "3 March 2020",
            "01/02/2020",
            "1/2/2020",
            "01/02/20",
            "12/31/20",
            "01.02.2020",
            "01-02-2020",
            "2020-02-01",
            "2020/02/01",
            "2020-02-01 00:00:00",
            "2020-02-01T00:00:00",
        ] {
            assert!(is_date(text), "{text}");
        }
        for text in [
            "",
            "12345678",
            "00012345",
            "20200201",
            "12-3",
            "3-12",
            "12345678-2",
            "01 02 2020",
            "MAR-03",
            "03-MAR",
            "Mar-03a",
            "Mars-03",
            "E-123-45",
            "AB/12/34",
            "12/34/56",
            "0/1/20",
            "1/2",
            "1/2/3/4",
            "12-34-5678",
            "99/99/2020",
            "Ann",
            "A01/02/2020",
        ] {
            assert!(!is_date(text), "{text}");
        }
        for (text, expected) in
            [("03-Mar", true), ("Mar-03", true), ("01/02/2020", false), ("03-Mar-20", false)]
        {
            assert_eq!(is_day_of_month(text), expected, "{text}");
        }
    }
}
