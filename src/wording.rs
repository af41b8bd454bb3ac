//! How dates, days to go, counts, money and percentages are written for people; and how what mail servers say is read.

mod near;
mod refusal_text;

use std::borrow::Cow;

use chrono::{Datelike, Months, NaiveDate};

pub use near::Unknown;
pub(crate) use near::{NEAREST, nearest};
pub(crate) use refusal_text::{RefusalText, without_addresses};

/// The longest subject, in characters: what a phone shows in two lines.
pub(crate) const SUBJECT_LIMIT: usize = 70;

/// A date as people write it: `5 December 2026`.
pub(crate) fn long_date(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// Days gone by up to which they are counted one by one.
const MOST_DAYS_AGO: i64 = 99;

/// How far `date` is from `today`, in words: `in 11 days`, `today`, `19 days ago`. What is long past is counted in whole
/// months or years, which say more than thousands of days.
pub(crate) fn days_away(date: NaiveDate, today: NaiveDate) -> String {
    match (date - today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days if days > 0 => format!("in {} days", thousands(days.unsigned_abs())),
        days if days >= -MOST_DAYS_AGO => format!("{} days ago", days.unsigned_abs()),
        _ => match months_between(date, today) {
            months if months < 24 => format!("{months} months ago"),
            months => format!("{} years ago", months / 12),
        },
    }
}

/// Whole months from `earlier` to `later`.
fn months_between(earlier: NaiveDate, later: NaiveDate) -> i32 {
    let month = |date: NaiveDate| date.year() * 12 + date.month0().cast_signed();
    month(later) - month(earlier) - i32::from(later.day() < earlier.day())
}

/// Whether a day lies more than a year back: what fell due then is told without a number of days (spec 2.8).
pub(crate) fn more_than_a_year_back(date: NaiveDate, today: NaiveDate) -> bool {
    date.checked_add_months(Months::new(12)).is_some_and(|year_on| year_on < today)
}

/// Names in a row: `a`, `a and b`, `a, b and c`.
pub(crate) fn all_of(names: &[String]) -> String {
    in_a_row(names, " and ")
}

/// Names to choose from: `a`, `a or b`, `a, b or c`.
pub(crate) fn any_of(names: &[String]) -> String {
    in_a_row(names, " or ")
}

fn in_a_row(names: &[String], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{}{last}{end}", first.join(", ")),
    }
}

/// The text with its first letter large.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// `text` on one line, with single spaces and no control characters: what may stand in a subject.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// `text` on one line of at most `limit` characters, cut at the end of a word and marked `…` where it was longer; never in
/// the middle of brackets that can be left out whole.
/// A single word longer than the limit is cut inside.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    let line = one_line(text);
    if line.chars().count() <= limit {
        return line;
    }
    let head: String = line.chars().take(limit.saturating_sub(1)).collect();
    let ends_a_word = line.chars().nth(limit.saturating_sub(1)).is_some_and(char::is_whitespace);
    let kept = match head.rsplit_once(' ') {
        Some((words, _)) if !ends_a_word => words,
        _ => &head,
    };
    let kept = match kept.rsplit_once('(') {
        // Where hardly anything stands before them, a part of what is in them says more.
        Some((before, within)) if !within.contains(')') && 4 * before.trim().chars().count() >= limit => {
            before
        }
        _ => kept,
    };
    format!("{}…", kept.trim_end_matches([' ', ',', ';', ':', '-', '(']))
}

/// A count with commas where thousands are: `1,234`.
pub(crate) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Which rows of a list a page shows, whose noun is given as one and as several: `1 person`, `People 51 to 100 of 1,234`,
/// `Person 101 of 101`.
pub(crate) fn part_of_list(skipped: u64, shown: u64, total: u64, (one, several): (&str, &str)) -> String {
    match shown {
        0 if total > 0 => format!("None of {} is on this page", counted(total, one, several)),
        _ if shown == total => counted(total, one, several),
        1 => format!("{} {} of {}", capitalised(one), thousands(total.min(skipped + 1)), thousands(total)),
        _ => {
            let (first, last) = (thousands(skipped + 1), thousands(skipped + shown));
            format!("{} {first} to {last} of {}", capitalised(several), thousands(total))
        }
    }
}

/// A count with its noun: `1 course`, `2 courses`, `1,234 people` by way of `plural`.
pub(crate) fn counted(count: impl TryInto<u64>, one: &str, plural: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{} {}", thousands(count), if count == 1 { one } else { plural })
}

/// An amount with pounds and pence: `£1,234.50`, `-£0.05`.
pub(crate) fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let pence = pence.unsigned_abs();
    format!("{sign}£{}.{:02}", thousands(pence / 100), pence % 100)
}

/// Millionths of 1 as a percentage with one decimal, rounded down: 925,000 is `92.5%`.
pub(crate) fn percent(millionths: u64) -> String {
    let tenths = millionths / 1_000;
    format!("{}.{}%", thousands(tenths / 10), tenths % 10)
}

/// How a share moved, by tenths of a point: `up 1.2 points`, `down 0.1 points`, `unchanged`.
pub(crate) fn moved(tenths: i64) -> String {
    let size = tenths.unsigned_abs();
    let unit = if size == 10 { "point" } else { "points" };
    match tenths.signum() {
        1 => format!("up {}.{} {unit}", size / 10, size % 10),
        -1 => format!("down {}.{} {unit}", size / 10, size % 10),
        _ => "unchanged".to_owned(),
    }
}

/// Millionths of a percent as they were set, without idle zeros: 12,500,000 is `12.5%`, 10,000,000 `10%`.
pub(crate) fn set_percent(millionths_of_percent: u64) -> String {
    let (whole, decimals) = (millionths_of_percent / 1_000_000, millionths_of_percent % 1_000_000);
    match format!("{decimals:06}").trim_end_matches('0') {
        "" => format!("{whole}%"),
        decimals => format!("{whole}.{decimals}%"),
    }
}

/// Whether a cell beginning with this character may be run as a formula by a spreadsheet (spec 3.6).
pub(crate) fn runs_as_formula(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r')
}

/// The text as a cell of a file that we write: with a leading `'` where a spreadsheet could run it as a formula, also
/// once the cell has been edited or the sheet saved as CSV.
pub(crate) fn neutralised(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(runs_as_formula) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Text from a file or its name, safe to print: what controls a terminal or the direction of writing is written out.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let is_unsafe = |c: char| c.is_control() || is_invisible(c) || is_line_break(c);
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unsafe(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Whether the character ends a line.
pub(crate) fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Zero-width characters and bidirectional controls: invisible, and able to make two equal-looking numbers differ.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{180E}' | '\u{AD}'
        | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}' | '\u{61C}')
}

/// An enum of messages, each with the values it names and its wording, which holds them in braces.
macro_rules! messages {
    ($(#[$about:meta])* $visibility:vis $name:ident { $($(#[$doc:meta])* $variant:ident $({ $($value:ident),+ })? => $wording:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $visibility enum $name {
            $($(#[$doc])* $variant $({ $($value: String),+ })?,)+
        }

        impl $name {
            /// Every wording, in the order of the catalogue.
            pub(crate) const WORDINGS: &'static [&'static str] = &[$($wording),+];
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(Self::$variant $({ $($value),+ })? => write!(f, $wording),)+
                }
            }
        }
    };
}
pub(crate) use messages;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;

    #[test]
    fn a_date_is_written_with_the_month_in_full_and_no_leading_zero() {
        assert_eq!(long_date(day("2026-12-05")), "5 December 2026");
        assert_eq!(long_date(day("2028-02-29")), "29 February 2028");
    }

    #[test]
    fn days_away_are_counted_from_today() {
        for (date, words) in [
            ("2026-11-24", "today"),
            ("2026-11-25", "tomorrow"),
            ("2026-11-26", "in 2 days"),
            ("2026-11-23", "yesterday"),
            ("2026-11-22", "2 days ago"),
            ("2027-11-24", "in 365 days"),
            ("2026-08-17", "99 days ago"),
            ("2026-08-16", "3 months ago"),
            ("2025-11-25", "11 months ago"),
            ("2025-11-24", "12 months ago"),
            ("2024-11-25", "23 months ago"),
            ("2024-11-24", "2 years ago"),
            ("2009-05-06", "17 years ago"),
        ] {
            assert_eq!(days_away(day(date), day("2026-11-24")), words, "{date}");
        }
    }

    #[test]
    fn an_old_day_lies_more_than_a_year_back() {
        for (date, today, is_old) in [
            ("2025-11-24", "2026-11-24", false),
            ("2025-11-23", "2026-11-24", true),
            ("2024-02-29", "2025-02-28", false),
            ("2024-02-29", "2025-03-01", true),
            ("2026-12-24", "2026-11-24", false),
        ] {
            assert_eq!(more_than_a_year_back(day(date), day(today)), is_old, "{date} on {today}");
        }
    }

    #[test]
    fn the_part_of_a_list_that_is_shown_is_said_as_people_say_it() {
        for (skipped, shown, total, words) in [
            (0, 1, 1, "1 entry"),
            (0, 0, 0, "0 entries"),
            (0, 50, 50, "50 entries"),
            (0, 50, 51, "Entries 1 to 50 of 51"),
            (50, 1, 51, "Entry 51 of 51"),
            (50, 2, 1_052, "Entries 51 to 52 of 1,052"),
            (100, 0, 51, "None of 51 entries is on this page"),
            (50, 0, 1, "None of 1 entry is on this page"),
        ] {
            assert_eq!(part_of_list(skipped, shown, total, ("entry", "entries")), words);
        }
    }

    #[test]
    fn names_in_a_row_have_commas_and_a_last_word_between_them() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let shown = [0, 1, 2, 3].map(|some| (all_of(&names[..some]), any_of(&names[..some])));
        let expected = [("", ""), ("a", "a"), ("a and b", "a or b"), ("a, b and c", "a, b or c")];
        assert_eq!(shown, expected.map(|(all, any)| (all.to_owned(), any.to_owned())));
        assert_eq!(capitalised("e-learning"), "E-learning");
    }

    #[test]
    fn a_line_is_cut_only_where_it_is_too_long_and_then_at_the_end_of_a_word() {
        for (text, limit, expected) in [
            ("Level 2", 7, "Level 2"),
            ("Level 22", 7, "Level…"),
            ("Level two", 6, "Level…"),
            ("Level 2, then", 10, "Level 2…"),
            ("Levels", 4, "Lev…"),
            ("Level 3 (Named Professionals) lapsed", 24, "Level 3…"),
            ("Level 3 (Named Professionals) lapsed", 31, "Level 3 (Named Professionals)…"),
            ("(Named Professionals)", 12, "(Named…"),
            ("staff (Ann's conflicted copy 2026-11-22).csv", 30, "staff (Ann's conflicted copy…"),
            ("", 4, ""),
            ("a\r\nBcc: b\u{2028}c", 70, "a Bcc: b c"),
            ("Überprüfung der Überprüfung", 15, "Überprüfung…"),
        ] {
            assert_eq!(cut(text, limit), expected, "{text:?} at {limit}");
        }
    }

    #[test]
    fn what_a_spreadsheet_could_run_is_written_with_an_apostrophe_before_it() {
        for first in ["=", "+", "-", "@", "\t", "\r"] {
            assert_eq!(neutralised(&format!("{first}1")), format!("'{first}1"));
        }
        for harmless in ["", "1", "a=1", "'=1", " =1"] {
            assert_eq!(neutralised(harmless), harmless);
        }
    }

    #[test]
    fn numbers_have_commas_and_percentages_are_rounded_down() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(counted(1, "course", "courses"), "1 course");
        assert_eq!(counted(0, "course", "courses"), "0 courses");
        assert_eq!(pounds(123_450), "£1,234.50");
        assert_eq!(pounds(-5), "-£0.05");
        assert_eq!(percent(999_999), "99.9%");
        assert_eq!(percent(1_000_000), "100.0%");
        assert_eq!(percent(12_345_678), "1,234.5%");
        let set = [(10_000_000, "10%"), (12_500_000, "12.5%"), (50_000, "0.05%"), (0, "0%")];
        assert_eq!(set.map(|(millionths, _)| set_percent(millionths)), set.map(|(_, shown)| shown));
    }

    #[test]
    fn what_would_control_a_terminal_is_written_out() {
        assert_eq!(printable("a\n\u{1b}[31m\u{202e}b"), "a\\u{a}\\u{1b}[31m\\u{202e}b");
        assert!(matches!(printable("../Niamh O\u{2019}Neill (caf\u{e9}).csv"), Cow::Borrowed(_)));
    }
}
