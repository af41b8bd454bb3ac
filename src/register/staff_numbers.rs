//! Numbers of employees and posts in texts that people wrote, told from the dates, amounts, times, counts and places that
//! may be spelt the same.

use std::collections::HashSet;
use std::ops::Range;

use super::number_context::{NumberContext, context};
use super::phrases::{Word, normal, words};

/// From so many letters and digits on, a number is hardly anything else.
const TELLING: usize = 5;
/// From so many on, one of letters and digits is nothing else: words by which something is found are given up for it.
const SURE: usize = 6;
/// From so many on, one of digits may stand for itself; a shorter one has to be called a number of staff.
const ALONE: usize = 3;
/// Into how many pieces punctuation may part a number that is written as one.
const MOST_PIECES: usize = 4;

/// Numbers of some people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct NumbersSought {
    /// As they are given, by [`comparable`].
    exact: HashSet<String>,
    /// Letters and digits alone of those that have both and are long enough to be known however they are punctuated.
    joined: HashSet<String>,
    /// Of how many words the longest is.
    most_words: usize,
}

/// How surely a number has to be somebody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NumberDepth {
    /// It can be nothing else.
    Sure,
    /// It is long enough to be hardly anything else.
    Telling,
    /// What stands around it speaks for it, or not against it.
    Read,
}

/// A number as it is compared: leading zeros are lost and gained on the way through spreadsheets, and there is more than
/// one hyphen.
pub(super) fn comparable(number: &str) -> String {
    let trimmed = number.trim_start_matches('0');
    if trimmed.is_empty() {
        return "0".to_owned();
    }
    trimmed.to_lowercase().replace(['\u{2010}', '\u{2011}', '\u{2013}', '\u{2014}'], "-")
}

impl NumbersSought {
    /// Of these numbers.
    pub(super) fn new(numbers: &[String]) -> Self {
        let mut all = Self::default();
        for number in numbers.iter().map(|number| normal(number.trim()).into_owned()) {
            let words = words(&number);
            let (Some(first), Some(last)) = (words.first(), words.last()) else { continue };
            all.exact.insert(comparable(number.get(first.at.start..last.at.end).unwrap_or_default()));
            all.most_words = all.most_words.max(words.len());
            let joined = comparable(&joined(&words));
            if joined.chars().count() >= TELLING && is_mixed(&joined) {
                all.joined.insert(joined);
            }
        }
        all
    }

    /// Whether a cell is one of them, however short.
    pub(super) fn is(&self, cell: &str) -> bool {
        let cell = cell.trim();
        !cell.is_empty() && self.exact.contains(&comparable(cell))
    }

    /// Of how many words the number is that begins with the word at `at`.
    pub(super) fn begin(&self, text: &str, words: &[Word], at: usize, depth: NumberDepth) -> Option<usize> {
        if self.exact.is_empty() {
            return None;
        }
        let most = self.most_words.max(MOST_PIECES).min(words.len().saturating_sub(at));
        (1..=most).rev().find(|count| {
            let run = words.get(at..at + count).unwrap_or_default();
            self.is_number(text, words, at, run, depth)
        })
    }

    fn is_number(&self, text: &str, words: &[Word], at: usize, run: &[Word], depth: NumberDepth) -> bool {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return false };
        let place = first.at.start..last.at.end;
        let written = text.get(place.clone()).unwrap_or_default();
        let together = joined(run);
        let is_exact = self.exact.contains(&comparable(written));
        let is_joined = || are_parted_once(text, run) && self.joined.contains(&comparable(&together));
        if !is_exact && !is_joined() {
            return false;
        }
        let (length, is_mixed) = (together.chars().count(), is_mixed(&together));
        match depth {
            NumberDepth::Sure => length >= SURE && is_mixed,
            NumberDepth::Telling => length >= TELLING,
            NumberDepth::Read => {
                let seen = context(text, words, at..at + run.len());
                is_meant(&together, length, is_mixed, run.len(), seen)
            }
        }
    }
}

/// Whether a number of this form is somebody's, by what stands around it.
fn is_meant(together: &str, length: usize, is_mixed: bool, words: usize, seen: NumberContext) -> bool {
    let is_digits = together.chars().all(|c| c.is_ascii_digit());
    match seen {
        NumberContext::OfStaff => true,
        NumberContext::Amount => !is_digits,
        _ if length >= TELLING => true,
        NumberContext::OfOther | NumberContext::Counted | NumberContext::Glued => false,
        NumberContext::Plain if is_mixed => length >= 2 && !is_part_of_a_year(together),
        // Of digits with something between them there are more dates than numbers of staff.
        NumberContext::Plain => is_digits && words == 1 && length >= ALONE && !is_year(together),
    }
}

fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.folded.as_str()).collect()
}

fn is_mixed(number: &str) -> bool {
    number.chars().any(|c| c.is_ascii_digit()) && number.chars().any(char::is_alphabetic)
}

/// Whether one sign, or a blank, stands between each two of the words.
fn are_parted_once(text: &str, run: &[Word]) -> bool {
    run.windows(2).all(|pair| match pair {
        [one, other] => {
            let between: Range<usize> = one.at.end..other.at.start;
            let mut signs = text.get(between).unwrap_or_default().chars();
            let is_sign = |c: char| "-/._ \u{a0}\u{2010}\u{2011}\u{2013}".contains(c);
            signs.next().is_some_and(is_sign) && signs.next().is_none()
        }
        _ => true,
    })
}

/// `2015`, as digits stand in a text.
fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// `q3`, `h2`: a quarter or a half; `1st`, `22nd`: a day.
fn is_part_of_a_year(number: &str) -> bool {
    let is_part = matches!(number, "q1" | "q2" | "q3" | "q4" | "h1" | "h2");
    let day = number.trim_end_matches(char::is_alphabetic);
    let is_day = ["st", "nd", "rd", "th"].contains(&number.get(day.len()..).unwrap_or_default());
    is_part || (is_day && day.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [&str; 8] = ["QX-44521", "1042", "7", "Q7", "A12/3", "0930", "2015", "00123456"];

    fn found(text: &str, depth: NumberDepth) -> Vec<String> {
        let numbers = NumbersSought::new(&NUMBERS.map(String::from));
        let words = words(text);
        let (mut found, mut at) = (Vec::new(), 0);
        while at < words.len() {
            let count = numbers.begin(text, &words, at, depth);
            if let Some(count) = count {
                found.push(text[words[at].at.start..words[at + count - 1].at.end].to_owned());
            }
            at += count.unwrap_or(1);
        }
        found
    }

    #[test]
    fn a_number_is_found_where_a_text_means_somebody_by_it() {
        for (text, expected) in [
            ("taxi for QX-44521", vec!["QX-44521"]),
            ("taxi for qx44521, late", vec!["qx44521"]),
            ("taxi for QX 44521/2", vec!["QX 44521"]),
            ("QX\u{2011}44521", vec!["QX\u{2011}44521"]),
            ("cover for QX-44521 and 1042", vec!["QX-44521", "1042"]),
            ("see file 1042", vec!["1042"]),
            ("(1042)", vec!["1042"]),
            ("taken by 001042.", vec!["001042"]),
            ("taxi Q7", vec!["Q7"]),
            ("A12/3 was away", vec!["A12/3"]),
            ("number 7", vec!["7"]),
            ("Employee 7 and 1042", vec!["7", "1042"]),
            ("employees 3, 7 and 9", vec!["7"]),
            ("staff no. 7", vec!["7"]),
            ("no. 7", vec!["7"]),
            ("for #7", vec!["7"]),
            ("employee 2015 left", vec!["2015"]),
            ("payroll 0930", vec!["0930"]),
            ("staff member 7, ID 7", vec!["7", "7"]),
            ("employee no: 7", vec!["7"]),
            ("1042 of Ward 3", vec!["1042"]),
            ("00123456 and 123456", vec!["00123456", "123456"]),
        ] {
            assert_eq!(found(text, NumberDepth::Read), expected, "{text}");
        }
    }

    #[test]
    fn a_date_an_amount_a_time_a_count_or_a_place_is_nobodys_number() {
        for text in [
            "£1042",
            "\u{20ac} 1042",
            "£123456",
            "1,042",
            "1042.00",
            "1042 pounds",
            "1042 GBP",
            "1042p",
            "GBP 1042",
            "cost 1042",
            "1042 people",
            "5 of 1042",
            "1042 of 1300",
            "01632 960 1042",
            "week 1042",
            "1042%",
            "1042 miles",
            "10/42 and 10:42",
            "2015",
            "since 2015/16",
            "in 2015 and 2016",
            "at 0930",
            "0930 hours",
            "0930-1042",
            "Ward 7, Room 1042",
            "rooms 101 and 1042",
            "room number 7",
            "Bus no. 7",
            "order number 1042",
            "phone 01632 1042",
            "SGC-1042",
            "7 people",
            "7 of 12",
            "No 7 came",
            "the number. 7 came",
            "12/3",
            "A1 23",
            "XQ-445210",
            "",
        ] {
            assert_eq!(found(text, NumberDepth::Read), [""; 0], "{text}");
        }
    }

    #[test]
    fn how_short_a_number_may_be_follows_from_how_surely_it_has_to_be_somebodys() {
        for (text, sure, telling) in [
            ("QX-44521", true, true),
            ("for qx44521", true, true),
            ("123456", false, true),
            ("number 1042", false, false),
            ("number 7", false, false),
        ] {
            let is = |depth| !found(text, depth).is_empty();
            assert_eq!((is(NumberDepth::Sure), is(NumberDepth::Telling)), (sure, telling), "{text}");
        }
        let numbers = NumbersSought::new(&NUMBERS.map(String::from));
        for (cell, is) in [("7", true), (" 007 ", true), ("qx-44521", true), ("77", false), ("", false)] {
            assert_eq!(numbers.is(cell), is, "{cell:?}");
        }
    }
}
