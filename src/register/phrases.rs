//! Runs of words that are looked for in texts, whatever stands between the words: a blank, a line break, a comma.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands, in bytes.
    pub(super) at: Range<usize>,
    /// It, in lower case and without the marks of its letters.
    pub(super) folded: String,
}

/// A text with its letters composed, and without what nobody sees between them.
pub(super) fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let is_unseen = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    text.nfc().filter(|c| !is_unseen(*c)).collect::<String>().into()
}

/// A text in lower case, its Latin letters without their marks.
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.to_lowercase().chars() {
        match c {
            '\u{300}'..='\u{36f}' => {}
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ð' | 'đ' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                folded.extend(c.nfd().filter(|part| !matches!(part, '\u{300}'..='\u{36f}')));
            }
            _ => folded.push(c),
        }
    }
    folded
}

/// The words of a text in their order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut begun: Option<usize> = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), begun) {
            (true, None) => begun = Some(at),
            (false, Some(start)) => {
                let folded = folded(text.get(start..at).unwrap_or_default());
                words.push(Word { at: start..at, folded });
                begun = None;
            }
            _ => {}
        }
    }
    words
}

/// The words of a phrase.
pub(super) fn phrase(text: &str) -> Vec<String> {
    words(&normal(text)).into_iter().map(|word| word.folded).collect()
}

/// Some phrases, by their first word; under it, the words that follow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Phrases(HashMap<String, Vec<Vec<String>>>);

impl Phrases {
    /// Adds a phrase; one without words is none.
    pub(super) fn insert(&mut self, phrase: Vec<String>) {
        let mut words = phrase.into_iter();
        let Some(first) = words.next() else { return };
        let following: Vec<String> = words.collect();
        let known = self.0.entry(first).or_default();
        if !known.contains(&following) {
            known.push(following);
        }
    }

    /// Of how many words the longest phrase is that these words begin with.
    pub(super) fn begin(&self, words: &[Word]) -> Option<usize> {
        let (first, rest) = words.split_first()?;
        let is_there = |following: &&Vec<String>| {
            following.len() <= rest.len()
                && following.iter().zip(rest).all(|(phrase, word)| *phrase == word.folded)
        };
        self.0.get(&first.folded)?.iter().filter(is_there).map(|following| following.len() + 1).max()
    }

    /// Whether any of them stands among the words.
    pub(super) fn are_in(&self, words: &[Word]) -> bool {
        !self.0.is_empty()
            && (0..words.len()).any(|at| self.begin(words.get(at..).unwrap_or_default()).is_some())
    }
}

/// Where the addresses of a text stand: of each, where it may begin, the earliest first, and where it ends. A quotation
/// mark is a sign of an address as well as one around it.
pub(super) fn addresses(text: &str) -> Vec<(Vec<usize>, usize)> {
    let is_local = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let joins = |c: char| c.is_alphanumeric() || "+-_.".contains(c);
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let (before, after) = text.split_at(at);
        let domain = after.get(1..).unwrap_or_default();
        let ends = domain.find(|c: char| !(c.is_alphanumeric() || "-.".contains(c))).unwrap_or(domain.len());
        let domain = domain.get(..ends).unwrap_or_default().trim_end_matches(['.', '-']);
        let start = before.trim_end_matches(is_local).len();
        let mut may_begin = vec![start];
        let mut last = None;
        for (offset, c) in before.get(start..).unwrap_or_default().char_indices() {
            if last.is_some_and(|last| !joins(last)) {
                may_begin.push(start + offset);
            }
            last = Some(c);
        }
        found.push((may_begin, at + 1 + domain.len()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_letters_lose_their_marks_and_others_stay() {
        for (text, expected) in [
            ("MÜLLER", "muller"),
            ("Zoe\u{308} Brontë", "zoe bronte"),
            ("Weißkopf", "weisskopf"),
            ("AYŞE IŞIK", "ayse isik"),
            ("Işık", "isik"),
            ("İnan", "inan"),
            ("Łukasz Đorđe Øster Þór Æsa", "lukasz dorde oster thor aesa"),
            ("Nguyễn", "nguyen"),
            ("李明 がぎ 한글 Ёж", "李明 がぎ 한글 ёж"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn a_phrase_is_found_whatever_stands_between_its_words() {
        let mut phrases = Phrases::default();
        phrases.insert(phrase("Ann Lee"));
        phrases.insert(phrase("Ann"));
        phrases.insert(phrase("O'Neil-Smith"));
        phrases.insert(Vec::new());
        for (text, longest) in [
            ("Ann Lee", Some(2)),
            ("ANN\n   lee", Some(2)),
            ("Ann,\u{a0}Lee", Some(2)),
            ("A\u{ad}nn Le\u{200b}e", Some(2)),
            ("Ann Leeds", Some(1)),
            ("o’neil smith", Some(3)),
            ("Annie Lee", None),
            ("", None),
        ] {
            assert_eq!(phrases.begin(&words(&normal(text))), longest, "{text}");
        }
        assert!(phrases.are_in(&words("with Ann")) && !phrases.are_in(&words("without")));
    }

    #[test]
    fn an_address_is_found_whatever_stands_around_it() {
        let found = |text: &str| -> Vec<String> {
            let all = addresses(text).into_iter();
            all.flat_map(|(begins, end)| {
                begins.into_iter().map(|at| text.get(at..end).unwrap().to_owned()).collect::<Vec<_>>()
            })
            .collect()
        };
        for (text, expected) in [
            ("<ann@example.org>.", vec!["ann@example.org"]),
            ("Ann (mailto:ann@example.org.)", vec!["ann@example.org"]),
            ("'ann@example.org'", vec!["'ann@example.org", "ann@example.org"]),
            ("o'neil@example.org-", vec!["o'neil@example.org", "neil@example.org"]),
            ("jo.ann@example.org", vec!["jo.ann@example.org"]),
            ("a@b, c@d", vec!["a@b", "c@d"]),
            ("@", vec!["@"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
