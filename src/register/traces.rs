//! What people are recognised by in texts that are not theirs.

use std::collections::HashSet;
use std::ops::Range;

use super::Name;
use super::file_names::{is_usual, pieces_of};
use super::given_names::stands_for_somebody;
use super::phrases::{Phrases, Word, addresses, folded, normal, words};
use super::spellings::{halves, spellings};
use super::staff_numbers::{NumberDepth, NumbersSought, comparable};

/// Stands in place of words that named somebody whose data was purged.
pub(crate) const REMOVED: &str = "(removed)";

/// A number shorter than this, alone, is quoted in many a mail that is not about anybody.
const SHORTEST_QUOTED: usize = 5;

/// The addresses, names and numbers of some people.
///
/// How much is taken for a trace depends on what a false one costs. On some words figures depend, and they stay unless
/// they surely name somebody; of words that nothing depends on, a last name goes however common; a report to HR that was
/// sent months ago, or the name of a file, is no loss.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Traces {
    addresses: HashSet<String>,
    /// First and last names together, either one first.
    full: Phrases,
    /// The same where they are written without a blank.
    unparted: HashSet<String>,
    /// Last names.
    last: Phrases,
    /// First and last names of others who have one of these last names.
    of_others: Phrases,
    /// Every word of a name, however it is spelt, folded.
    words: HashSet<String>,
    /// Words of first names that nobody else has.
    alone: HashSet<String>,
    /// Numbers of employees and posts as [`comparable`] gives them, to be found within other words.
    parts: HashSet<String>,
    /// The same, to be found as what they are.
    numbers: NumbersSought,
}

/// What is looked for in a text that stays but for its traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TraceDepth {
    /// What surely names somebody.
    Surely,
    /// Last names too, first names that nobody else has, and numbers that are meant as somebody's.
    Words,
}

/// Phrases of texts that named somebody: what repeats one of them names them as well.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Quotes(Phrases);

impl Quotes {
    /// Whether a text repeats one of them.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.0.are_in(&words(&normal(text)))
    }
}

impl Traces {
    /// Of addresses in lower case, of names, and of numbers of employees and posts.
    pub(crate) fn new(mut addresses: HashSet<String>, names: &[Name], numbers: &[String]) -> Self {
        addresses.remove("");
        let mut traces = Self { addresses, ..Self::default() };
        for name in names {
            let (first, last) = (spellings(&name.first), spellings(&name.last));
            traces.words.extend([&*first, &last].concat().into_iter().flatten());
            last.into_iter().chain(halves(&name.last)).for_each(|last| traces.last.insert(last));
            orders(name).into_iter().for_each(|full| traces.full.insert(full));
            traces.unparted.extend(unparted(name).into_iter().flatten());
        }
        let local_parts = traces.addresses.iter().filter_map(|address| address.split_once('@'));
        let local_words = local_parts.flat_map(|(local, _)| words_of(local)).filter(|word| word.len() > 2);
        let local_words: Vec<String> = local_words.map(folded).collect();
        traces.words.extend(local_words);
        traces.parts = numbers.iter().filter(|number| !number.is_empty()).map(|n| comparable(n)).collect();
        traces.numbers = NumbersSought::new(numbers);
        traces
    }

    /// Notes the words of their first names that nobody else has: alone, too, they name them.
    pub(crate) fn know_alone(&mut self, words: HashSet<String>) {
        self.alone = words.iter().map(|word| folded(word)).collect();
    }

    /// Notes the name of another who has the last name of one of them: where that is written in full, it stays.
    pub(crate) fn spare(&mut self, other: &Name) {
        orders(other).into_iter().for_each(|full| self.of_others.insert(full));
    }

    /// The addresses, in lower case.
    pub(crate) fn addresses(&self) -> &HashSet<String> {
        &self.addresses
    }

    /// Whether a text surely names one of them: by address, by first and last name, or by a number that is nothing else.
    pub(crate) fn identify(&self, text: &str) -> bool {
        self.are_named_in(text, NumberDepth::Sure)
    }

    /// Whether a text names one of them as far as can be told: also by a number long enough to tell.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.are_named_in(text, NumberDepth::Telling)
    }

    fn are_named_in(&self, text: &str, depth: NumberDepth) -> bool {
        let text = normal(text);
        let words = words(&text);
        !self.places_of_addresses(&text).is_empty()
            || self.full.are_in(&words)
            || !self.places_of_unparted(&text).is_empty()
            || (0..words.len()).any(|at| self.numbers.begin(&text, &words, at, depth).is_some())
    }

    /// Whether a row of a table is about one of them, or names them as a text would: a cell with nothing but a number in it
    /// is that number, however short.
    pub(crate) fn are_in_row(&self, cells: &[&str]) -> bool {
        if cells.iter().any(|cell| self.numbers.is(cell)) {
            return true;
        }
        let row = cells.join(" ; ");
        let text = normal(&row);
        !self.places_of_addresses(&text).is_empty()
            || !self.places_of_unparted(&text).is_empty()
            || !self.runs(&text, &words(&text), TraceDepth::Words).is_empty()
    }

    /// Whether a text may name one of them: by any word of a name, however common, or any number, however short.
    pub(crate) fn may_be_in(&self, text: &str) -> bool {
        let lower = folded(&normal(text));
        // Scripts without blanks between words, and numbers that are more than one word.
        let unparted = self.words.iter().filter(|word| !word.is_ascii());
        let parted = self.parts.iter().filter(|number| words_of(number).nth(1).is_some());
        let is_named = |word: &str| self.words.contains(word) || self.parts.contains(&comparable(word));
        self.are_in(text)
            || words_of(&lower).any(|word| is_named(word) || pieces_of(word).any(is_named))
            || unparted.chain(parted).any(|part| lower.contains(part.as_str()))
    }

    /// Whether the name of a file may name one of them: also with nothing between their name and the other words.
    pub(crate) fn are_in_file_name(&self, name: &str) -> bool {
        let name = folded(&normal(name));
        self.may_be_in(&name)
            || words_of(&name).flat_map(pieces_of).filter(|piece| !is_usual(piece)).any(|piece| {
                self.words.iter().any(|word| word.chars().count() > 1 && piece.contains(word.as_str()))
            })
    }

    /// A text with [`REMOVED`] in place of what names one of them; `None` where nothing does. What stood there with the
    /// words beside it is added to `quotes`.
    pub(crate) fn removed_from(&self, text: &str, depth: TraceDepth, quotes: &mut Quotes) -> Option<String> {
        let text = normal(text);
        let words = words(&text);
        let mut places = self.places_of_addresses(&text);
        places.extend(self.places_of_unparted(&text));
        for run in self.runs(&text, &words, depth) {
            let before = run.start.saturating_sub(1);
            let said = words.get(before..(run.end + 1).min(words.len())).unwrap_or_default();
            let is_figure = |word: &Word| {
                word.folded.len() < SHORTEST_QUOTED && word.folded.contains(|c: char| c.is_ascii_digit())
            };
            let is_a_mere_figure = said.len() == 1 && said.iter().all(is_figure);
            if !is_a_mere_figure {
                quotes.0.insert(said.iter().map(|word| word.folded.clone()).collect());
            }
            if let (Some(first), Some(last)) = (words.get(run.start), words.get(run.end.saturating_sub(1))) {
                places.push(first.at.start..last.at.end);
            }
        }
        (!places.is_empty()).then(|| without(&text, places))
    }

    /// The runs of words that name one of them.
    fn runs(&self, text: &str, words: &[Word], depth: TraceDepth) -> Vec<Range<usize>> {
        let addresses: Vec<Range<usize>> =
            addresses(text).into_iter().filter_map(|(begins, end)| Some(*begins.first()?..end)).collect();
        // Somebody else's address is theirs, whatever words it is made of.
        let in_address = |word: &Word| addresses.iter().any(|address| address.contains(&word.at.start));
        let (mut runs, mut at) = (Vec::new(), 0);
        while let Some(rest @ [word, ..]) = words.get(at..) {
            let is_free = !in_address(word);
            let by_word = depth == TraceDepth::Words && is_free;
            let named = self.full.begin(rest);
            let is_another = named.is_none() && self.of_others.begin(rest).is_some();
            let named = named.or_else(|| self.last.begin(rest).filter(|_| by_word && !is_another));
            let number = match depth {
                TraceDepth::Surely => NumberDepth::Sure,
                TraceDepth::Words => NumberDepth::Read,
            };
            let named = named.or_else(|| self.numbers.begin(text, words, at, number).filter(|_| is_free));
            let is_alone = by_word && !is_another && self.alone.contains(&word.folded);
            let named = named.or((is_alone && stands_for_somebody(text, word)).then_some(1));
            if let Some(count) = named {
                runs.push(at..at + count);
            }
            let passed = named.or_else(|| self.of_others.begin(rest).filter(|_| is_another));
            at += passed.unwrap_or(1);
        }
        runs
    }

    fn places_of_addresses(&self, text: &str) -> Vec<Range<usize>> {
        if self.addresses.is_empty() {
            return Vec::new();
        }
        let theirs = |(begins, end): (Vec<usize>, usize)| {
            let is_theirs = |begin: &usize| {
                text.get(*begin..end).is_some_and(|address| self.addresses.contains(&address.to_lowercase()))
            };
            begins.into_iter().find(is_theirs).map(|begin| begin..end)
        };
        addresses(text).into_iter().filter_map(theirs).collect()
    }

    fn places_of_unparted(&self, text: &str) -> Vec<Range<usize>> {
        let found = |name: &String| {
            text.match_indices(name.as_str()).map(|(at, name)| at..at + name.len()).collect::<Vec<_>>()
        };
        self.unparted.iter().flat_map(found).collect()
    }
}

/// The ways in which somebody's first and last name are written together; none where they have but one of them.
fn orders(name: &Name) -> Vec<Vec<String>> {
    let mut orders = Vec::new();
    for last in spellings(&name.last) {
        for first in spellings(&name.first) {
            orders.push([first.clone(), last.clone()].concat());
            orders.push([last.clone(), first.clone()].concat());
            // Of several first names, the first is what somebody is called by.
            if let [called, _, ..] = first.as_slice() {
                orders.push([vec![called.clone()], last.clone()].concat());
                orders.push([last.clone(), vec![called.clone()]].concat());
            }
        }
    }
    orders
}

/// First and last name together, either one first, where they are of a script that puts no blanks between words.
fn unparted(name: &Name) -> Option<[String; 2]> {
    let is_unparted = |c: char| {
        let blocks = [
            '\u{e00}'..='\u{eff}',
            '\u{1000}'..='\u{109f}',
            '\u{1780}'..='\u{17ff}',
            '\u{2e80}'..='\u{d7a3}',
        ];
        blocks.iter().any(|block| block.contains(&c)) || c >= '\u{20000}'
    };
    let (first, last) = (normal(&name.first), normal(&name.last));
    let are_of_one = [&first, &last].iter().all(|name| !name.is_empty() && name.chars().all(is_unparted));
    are_of_one.then(|| [format!("{last}{first}"), format!("{first}{last}")])
}

/// A text with [`REMOVED`] at these places.
fn without(text: &str, mut places: Vec<Range<usize>>) -> String {
    places.sort_unstable_by_key(|place| (place.start, place.end));
    let (mut kept, mut done) = (String::with_capacity(text.len()), 0);
    for place in places {
        // One within another, or beginning in it, went with it.
        if place.start >= done {
            kept.push_str(text.get(done..place.start).unwrap_or_default());
            kept.push_str(REMOVED);
        }
        done = done.max(place.end);
    }
    kept.push_str(text.get(done..).unwrap_or_default());
    kept
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
            &[
                name("Ann", "Lee"),
                name("", "Ng"),
                name("Zoë", "O'Neil-Smith"),
                name("明", "李"),
                name("Mary Ann", "Jones"),
            ],
            &["00123456".into(), "7".into(), "A12/3".into(), "QX44521".into()],
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
            ("Ann\n    Lee leads", true, true),
            ("ANN\u{a0}LEE", true, true),
            ("Lee, Ann", true, true),
            ("Mary Jones of Ward 3", true, true),
            ("Zoe\u{308} O’Neil Smith", true, true),
            ("研修李明", true, true),
            ("ZOE ONEIL-SMITH", true, true),
            ("Zoe O Neil Smith", true, true),
            ("mailto:ann@example.org?x", true, true),
            ("an Lee, Lee and Ann", false, false),
        ] {
            assert_eq!((traces().identify(text), traces().are_in(text)), (identified, found), "{text}");
        }
    }

    #[test]
    fn what_names_somebody_is_removed_from_a_text_that_stays() {
        let mut traces = traces();
        let jo = Name { first: "Jo".into(), last: "Lee".into(), email: String::new() };
        traces.spare(&jo);
        for (text, surely, words) in [
            ("By Ann\n Lee, today", Some("By (removed), today"), Some("By (removed), today")),
            ("By LEE", None, Some("By (removed)")),
            ("Lee's room", None, Some("(removed)'s room")),
            ("NG-12 of o'neil smith", None, Some("(removed)-12 of (removed)")),
            ("Mrs Smith of ONeilSmith", None, Some("Mrs (removed) of (removed)")),
            ("Neil, Leeds, Ann, English", None, None),
            ("Jo Lee and Lee", None, Some("Jo Lee and (removed)")),
            ("Ask ann@example.org.", Some("Ask (removed)."), Some("Ask (removed).")),
            ("Ask jo.lee@example.org", None, None),
            (
                "Ask ann.lee@old.example.org",
                Some("Ask (removed)@old.example.org"),
                Some("Ask (removed)@old.example.org"),
            ),
            ("number 123456 of Ward 7", None, Some("number (removed) of Ward 7")),
            ("number 7 of Ward 7, 7 days", None, Some("number (removed) of Ward 7, 7 days")),
            ("A12/3 was away", None, Some("(removed) was away")),
            ("for QX-44521, £123456", Some("for (removed), £123456"), Some("for (removed), £123456")),
            ("Ask qx-44521@example.org", None, None),
            ("", None, None),
        ] {
            for (depth, expected) in [(TraceDepth::Surely, surely), (TraceDepth::Words, words)] {
                let found = traces.removed_from(text, depth, &mut Quotes::default());
                assert_eq!(found.as_deref(), expected, "{text}: {depth:?}");
            }
        }
    }

    #[test]
    fn a_first_name_alone_is_removed_where_nobody_else_has_it_and_it_is_written_as_a_name() {
        let mut traces = traces();
        traces.know_alone(["zoë", "mary"].map(String::from).into());
        for (text, removed) in [
            ("Ask Zoë", Some("Ask (removed)")),
            ("trainer MARY, Ward 3", Some("trainer (removed), Ward 3")),
            ("Zoë's and Ann's", Some("(removed)'s and Ann's")),
            ("zoë, Ann, Marylebone", None),
            ("mary@example.org", None),
        ] {
            let found = |depth| traces.removed_from(text, depth, &mut Quotes::default());
            assert_eq!(found(TraceDepth::Words).as_deref(), removed, "{text}");
            assert_eq!(found(TraceDepth::Surely), None, "{text}");
        }
    }

    #[test]
    fn a_row_of_a_table_is_about_somebody_by_a_cell_that_is_their_number_or_by_what_its_texts_name() {
        for (cells, is) in [
            (&["7", "SGC-L2"][..], true),
            (&["", "0000007 "], true),
            (&["0900333", "Lee", "Ann"], true),
            (&["RXX", "taxi for QX-44521", "12.50"], true),
            (&["RXX", "cover for Dr Lee"], true),
            (&["ANN@EXAMPLE.ORG"], true),
            (&["0900333", "Ann", "Leeds"], false),
            (&["RXX", "taxi to Ward 7", "2026-03-07", "£7.00"], false),
            (&[], false),
        ] {
            assert_eq!(traces().are_in_row(cells), is, "{cells:?}");
        }
    }

    #[test]
    fn a_short_number_alone_is_no_quote_by_which_a_mail_of_figures_would_lose_its_words() {
        for (text, mailed, repeats) in [
            ("#7", "7 people", false),
            ("see number 7", "see number 7", true),
            ("see number 7", "7 people", false),
            ("Ng", "asked Ng", true),
        ] {
            let mut quotes = Quotes::default();
            traces().removed_from(text, TraceDepth::Words, &mut quotes).unwrap();
            assert_eq!(quotes.are_in(mailed), repeats, "{text}");
        }
    }

    #[test]
    fn what_repeats_a_text_that_named_somebody_is_known_by_the_words_beside_the_name() {
        let mut quotes = Quotes::default();
        traces().removed_from("Dr Lee leads since 2020", TraceDepth::Words, &mut quotes).unwrap();
        for (text, repeats) in [
            ("Evidence: Dr\n   Lee leads", true),
            ("Evidence: Dr Lee …", false),
            ("Lee leads", false),
            ("Leeds", false),
        ] {
            assert_eq!(quotes.are_in(text), repeats, "{text}");
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
