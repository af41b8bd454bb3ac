//! What people are recognised by in texts that are not theirs.

use std::collections::HashSet;

use super::Name;

/// A number shorter than this is found in many a text that is not about anybody.
const SHORTEST_NUMBER: usize = 5;

/// The addresses, full names and employee numbers of some people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traces {
    addresses: HashSet<String>,
    names: HashSet<String>,
    numbers: HashSet<String>,
}

impl Traces {
    /// Of addresses in lower case, of names that have a first and a last, of numbers long enough to tell.
    pub fn new(mut addresses: HashSet<String>, names: &[Name], numbers: &[String]) -> Self {
        addresses.remove("");
        let whole = names.iter().filter(|name| !name.first.is_empty() && !name.last.is_empty());
        let telling = numbers.iter().filter(|number| number.chars().count() >= SHORTEST_NUMBER);
        Self { addresses, names: whole.map(Name::full).collect(), numbers: telling.cloned().collect() }
    }

    /// The addresses, in lower case.
    pub fn addresses(&self) -> &HashSet<String> {
        &self.addresses
    }

    /// Whether a text has any of them.
    pub fn are_in(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        text.split(|c: char| !c.is_alphanumeric()).any(|word| self.numbers.contains(word))
            || self.names.iter().any(|name| text.contains(name.as_str()))
            || self.addresses.iter().any(|address| lower.contains(address.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_address_full_name_and_whole_number() {
        let name =
            |first: &str, last: &str| Name { first: first.into(), last: last.into(), email: String::new() };
        let traces = Traces::new(
            ["ann@example.org", ""].map(String::from).into(),
            &[name("Ann", "Lee"), name("", "Lee")],
            &["00123456".into(), "7".into()],
        );
        for (text, expected) in [
            ("Write to Ann@Example.org", true),
            ("Ann Lee (Recovery)", true),
            ("the number 00123456, spoilt", true),
            ("the number 900123456", false),
            ("Annette Lee and Jo Lee, 7 people", false),
            ("", false),
        ] {
            assert_eq!(traces.are_in(text), expected, "{text}");
        }
    }
}
