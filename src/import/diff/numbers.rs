//! Employee numbers that match the register but for leading zeros, spaces, quotes or marks around them: what spreadsheets
//! and people do to them (spec 3.7).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// The register's numbers by what is bare of them.
#[derive(Debug, Default)]
pub(in crate::import) struct Unpadded<'a>(HashMap<Cow<'a, str>, &'a str>);

impl<'a> Unpadded<'a> {
    pub(in crate::import) fn new(numbers: impl IntoIterator<Item = &'a str>) -> Self {
        Self(numbers.into_iter().map(|number| (bare(number), number)).collect())
    }

    /// The number in the register that differs from `number` only by zeros before it, spaces, quotes or a mark behind it.
    pub(in crate::import) fn find(&self, number: &str) -> Option<&'a str> {
        self.0.get(&bare(number)).copied().filter(|known| *known != number)
    }
}

/// What is left of a number without zeros before it, spaces, quotes and marks before and behind it, with the digits of
/// other scripts' width as ours. Case counts.
pub(in crate::import) fn bare(number: &str) -> Cow<'_, str> {
    if !is_decorated(number) {
        return Cow::Borrowed(number.trim_start_matches('0'));
    }
    let kept = number.chars().filter(|&c| !c.is_whitespace() && !QUOTES.contains(&c));
    let kept: String = kept.map(|c| wide_digit(c).unwrap_or(c)).collect();
    let kept = kept.trim_matches(|c: char| !c.is_alphanumeric()).trim_start_matches('0');
    Cow::Owned(kept.to_owned())
}

/// The digit that one of full width is.
fn wide_digit(c: char) -> Option<char> {
    let value = u32::from(c).checked_sub(u32::from('\u{ff10}')).filter(|value| *value < 10)?;
    char::from_digit(value, 10)
}

const QUOTES: [char; 9] =
    ['\'', '"', '`', '\u{b4}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2032}'];

/// The first of these numbers of which others differ only by zeros before them, spaces, quotes or a mark behind them, with
/// those, in words. Numbers that are missing are like no other.
pub(in crate::import) fn alike<'a>(numbers: impl Iterator<Item = &'a str>) -> Option<String> {
    let numbers: BTreeSet<&str> = numbers.filter(|number| !number.is_empty()).collect();
    if numbers.len() < 2 {
        return None;
    }
    let with_its_like = |first: &&str| {
        let like: Vec<&str> = numbers.iter().copied().filter(|other| bare(other) == bare(first)).collect();
        (like.len() > 1).then(|| like.join(" and "))
    };
    numbers.iter().find_map(with_its_like)
}

/// Whether a number holds spaces, quotes or digits of full width, or begins or ends in a mark.
pub(in crate::import) fn is_decorated(number: &str) -> bool {
    let is_mark = |c: char| !c.is_alphanumeric();
    number.chars().any(|c| c.is_whitespace() || QUOTES.contains(&c) || wide_digit(c).is_some())
        || number.starts_with(is_mark)
        || number.ends_with(is_mark)
}

/// Whether a file's number is the one that lacks zeros, rather than the register's that it differs from only by them.
pub(in crate::import) fn file_lacks_zeros(number: &str, known: &str) -> bool {
    number.len() < known.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_leading_zeros_may_differ() {
        let known = Unpadded::new(["00123", "7", "A1"]);
        for (number, expected) in [
            ("123", Some("00123")),
            ("0123", Some("00123")),
            ("00123", None),
            ("007", Some("7")),
            ("1", None),
            ("a1", None),
            ("'00000123", Some("00123")),
            ("00 123", Some("00123")),
            ("00123?", Some("00123")),
            ("\u{2019}123.", Some("00123")),
            ("1-23", None),
            ("A1*", Some("A1")),
            ("#00123", Some("00123")),
            ("*123", Some("00123")),
            ("(00123)", Some("00123")),
            ("_A1", Some("A1")),
            ("\u{ff10}\u{ff10}\u{ff11}\u{ff12}\u{ff13}", Some("00123")),
            ("00123-2", None),
        ] {
            assert_eq!(known.find(number), expected, "{number}");
        }
    }
}
