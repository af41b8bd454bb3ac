//! Employee numbers that match the register but for leading zeros: what a spreadsheet does to them (spec 3.7).

use std::collections::HashMap;

/// The register's numbers by what is left of them without leading zeros.
#[derive(Debug, Default)]
pub(in crate::import) struct Unpadded<'a>(HashMap<&'a str, &'a str>);

impl<'a> Unpadded<'a> {
    pub(in crate::import) fn new(numbers: impl IntoIterator<Item = &'a str>) -> Self {
        Self(numbers.into_iter().map(|number| (without_zeros(number), number)).collect())
    }

    /// The number in the register that differs from `number` only in leading zeros.
    pub(in crate::import) fn find(&self, number: &str) -> Option<&'a str> {
        self.0.get(without_zeros(number)).copied().filter(|known| *known != number)
    }
}

/// What is left of a number without its leading zeros.
pub(in crate::import) fn without_zeros(number: &str) -> &str {
    number.trim_start_matches('0')
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
        ] {
            assert_eq!(known.find(number), expected, "{number}");
        }
    }
}
