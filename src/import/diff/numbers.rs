//! Employee numbers that match the register but for leading zeros, spaces, quotes or a mark behind them: what spreadsheets
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

/// What is left of a number without zeros before it, spaces, quotes and a mark behind it. Case counts.
pub(in crate::import) fn bare(number: &str) -> Cow<'_, str> {
    if !is_decorated(number) {
        return Cow::Borrowed(number.trim_start_matches('0'));
    }
    let kept: String = number.chars().filter(|&c| !c.is_whitespace() && !QUOTES.contains(&c)).collect();
    let kept = kept.trim_end_matches(|c: char| !c.is_alphanumeric()).trim_start_matches('0');
    Cow::Owned(kept.to_owned())
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

/// Whether a number holds spaces or quotes, or ends in a mark.
pub(in crate::import) fn is_decorated(number: &str) -> bool {
    number.chars().any(|c| c.is_whitespace() || QUOTES.contains(&c))
        || number.ends_with(|c: char| !c.is_alphanumeric())
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
        ] {
            assert_eq!(known.find(number), expected, "{number}");
        }
    }
}
