//! What people are recognised by in texts that are not theirs.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use super::Name;
use super::file_names::{is_usual, pieces_of};

/// A number shorter than this is found in many a text that is not about anybody.
const SHORTEST_TELLING_NUMBER: usize = 5;

/// The addresses, names and numbers of some people.
///
/// How much is taken for a trace depends on what a false one costs. The evidence of an answer is kept unless it surely
/// names somebody; a report to HR that was sent months ago, or the name of a file, is no loss.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Traces {
    addresses: HashSet<String>,
    /// Full names, by their last word in lower case.
    full: HashMap<String, Vec<String>>,
    /// Every word of a name, in lower case.
    words: HashSet<String>,
    /// Numbers of employees and posts as [`comparable`] gives them.
    numbers: HashSet<String>,
}

impl Traces {
    /// Of addresses in lower case, of names, and of numbers of employees and posts.
    pub(crate) fn new(mut addresses: HashSet<String>, names: &[Name], numbers: &[String]) -> Self {
        addresses.remove("");
        let mut traces = Self { addresses, ..Self::default() };
        for name in names {
            let full = name.full();
            let last_word = words_of(&full).last().map(str::to_lowercase);
            if let (Some(last_word), false) = (last_word, name.first.is_empty() || name.last.is_empty()) {
                traces.full.entry(last_word).or_default().push(full.clone());
            }
            traces.words.extend(words_of(&full).map(str::to_lowercase));
        }
        let local_parts = traces.addresses.iter().filter_map(|address| address.split_once('@'));
        let local_words = local_parts.flat_map(|(local, _)| words_of(local)).filter(|word| word.len() > 2);
        let local_words: Vec<String> = local_words.map(str::to_owned).collect();
        traces.words.extend(local_words);
        traces.numbers = numbers.iter().filter(|number| !number.is_empty()).map(|n| comparable(n)).collect();
        traces
    }

    /// The addresses, in lower case.
    pub(crate) fn addresses(&self) -> &HashSet<String> {
        &self.addresses
    }

    /// Whether a text surely names one of them: by address, or by first and last name.
    pub(crate) fn identify(&self, text: &str) -> bool {
        let is_end = |c: char| c.is_whitespace() || "<>()[]{},;:\"'|".contains(c);
        let mut addresses = text.split(is_end).filter(|word| word.contains('@'));
        addresses.any(|word| self.addresses.contains(&word.trim_end_matches(['.', '!', '?']).to_lowercase()))
            || words_of(text).any(|word| {
                let names = self.full.get(&word.to_lowercase());
                names.is_some_and(|names| names.iter().any(|name| text.contains(name.as_str())))
            })
    }

    /// Whether a text names one of them as far as can be told: also by a number long enough to tell.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        let telling = |word: &str| word.chars().count() >= SHORTEST_TELLING_NUMBER;
        self.identify(text)
            || words_of(text).any(|word| telling(word) && self.numbers.contains(&comparable(word)))
    }

    /// Whether a text may name one of them: by any word of a name, however common, or any number, however short.
    pub(crate) fn may_be_in(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        // Scripts without blanks between words, and numbers that are more than one word.
        let unparted = self.words.iter().filter(|word| !word.is_ascii());
        let parted = self.numbers.iter().filter(|number| words_of(number).nth(1).is_some());
        let is_named = |word: &str| self.words.contains(word) || self.numbers.contains(&comparable(word));
        self.are_in(text)
            || words_of(&lower).any(|word| is_named(word) || pieces_of(word).any(is_named))
            || unparted.chain(parted).any(|part| lower.contains(part.as_str()))
    }

    /// Whether the name of a file may name one of them: also with nothing between their name and the other words.
    pub(crate) fn are_in_file_name(&self, name: &str) -> bool {
        let name: String = name.nfc().collect::<String>().to_lowercase();
        self.may_be_in(&name)
            || words_of(&name).flat_map(pieces_of).filter(|piece| !is_usual(piece)).any(|piece| {
                self.words.iter().any(|word| word.chars().count() > 1 && piece.contains(word.as_str()))
            })
    }
}

/// A number as it is compared: leading zeros are lost and gained on the way through spreadsheets.
fn comparable(number: &str) -> String {
    let trimmed = number.trim_start_matches('0');
    if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_lowercase() }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traces() -> Traces {
        let name =
            |first: &str, last: &str| Name { first: first.into(), last: last.into(), email: String::new() };
        Traces::new(
            ["ann@example.org", ""].map(String::from).into(),
            &[name("Ann", "Lee"), name("", "Ng"), name("Zoë", "O'Neil-Smith"), name("明", "李")],
            &["00123456".into(), "7".into(), "A12/3".into()],
        )
    }

    #[test]
    fn people_are_found_for_sure_by_address_full_name_and_telling_number() {
        for (text, identified, found) in [
            ("Write to Ann@Example.org.", true, true),
            ("<ann@example.org>", true, true),
            ("Ann Lee (Recovery)", true, true),
            ("Zoë O'Neil-Smith", true, true),
            ("the number 00123456, spoilt", false, true),
            ("the number 123456, without its zeros", false, true),
            ("the number 900123456", false, false),
            ("joann@example.org, Annette Lee and Jo Lee, 7 people", false, false),
            ("", false, false),
        ] {
            assert_eq!((traces().identify(text), traces().are_in(text)), (identified, found), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_loss_is_given_up_for_any_word_or_number() {
        for (text, may) in [
            ("line 3: last_name \"Ng\"", true),
            ("line 3: NG", true),
            ("the number 7 has no row", true),
            ("the number 007", true),
            ("staff7", true),
            ("Neil was rejected", true),
            ("a12/3 is spoilt", true),
            ("研修李明", true),
            ("training, 17 rows, nothing", false),
            ("", false),
        ] {
            assert_eq!(traces().may_be_in(text), may, "{text}");
        }
    }

    #[test]
    fn a_file_is_named_after_somebody_however_it_is_written_together() {
        for (name, is) in [
            ("staff Ng.csv", true),
            ("staffng.csv", true),
            ("StaffNg2026.xlsx", true),
            ("training_7.csv", true),
            ("zoe\u{308} o_neil.csv", true),
            ("records-a12/3.csv", true),
            ("staff李.csv", true),
            ("training.csv", false),
            ("staff list November 2026.csv", false),
            ("staff-2027.csv", false),
            ("expenses q1.ods", false),
        ] {
            assert_eq!(traces().are_in_file_name(name), is, "{name}");
        }
    }
}
