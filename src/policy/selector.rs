//! Which requirement matches whom (spec 2.3): patterns, and the keys they are compared by.

use crate::register::UnitPath;

/// `text` with single spaces and none around it.
pub(crate) fn text_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

/// A unit path with single spaces and ` / ` between its steps, in the case it came in. Empty steps are left out.
pub(crate) fn unit_key(path: &str) -> String {
    UnitPath::of_steps(path.split('/').map(text_key))
}

/// [`text_key`] in lower case: equal for texts that differ only in case and runs of space.
pub(crate) fn folded_key(text: &str) -> String {
    fold(&text_key(text))
}

/// Lower case letter by letter, so that a part of a text folds as it does within the whole.
fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// What a pattern is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatternKind {
    /// A staff group, job title or organisation code: the whole text.
    Text,
    /// A unit path: the whole of it, or the whole of the path to a unit above it.
    Unit,
}

impl PatternKind {
    /// `text` as patterns of this kind are compared with it, whatever its case and spacing.
    pub(crate) fn folded(self, text: &str) -> Folded {
        Folded(match self {
            Self::Text => folded_key(text),
            Self::Unit => fold(&unit_key(text)),
        })
    }
}

/// A text made ready to be compared with many patterns of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folded(String);

/// A selector's pattern, ready to be compared: case-insensitive, `*` for any run of characters, none included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    kind: PatternKind,
    /// What stands between the stars, folded; one part is a pattern without a star.
    parts: Vec<String>,
}

impl Pattern {
    /// The pattern written as `pattern`.
    pub(crate) fn new(pattern: &str, kind: PatternKind) -> Self {
        let key = match kind {
            PatternKind::Text => text_key(pattern),
            PatternKind::Unit => unit_key(pattern),
        };
        Self { kind, parts: fold(&key).split('*').map(str::to_owned).collect() }
    }

    /// Whether `text`, in whatever case and spacing, is matched.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.matches_folded(&self.kind.folded(text))
    }

    /// Whether a text made ready for this kind of pattern is matched.
    pub(crate) fn matches_folded(&self, Folded(text): &Folded) -> bool {
        match self.kind {
            PatternKind::Text => self.matches_whole(text),
            PatternKind::Unit => UnitPath(text).units_down().any(|unit| self.matches_whole(unit.0)),
        }
    }

    /// One pass: the first part must begin the text, the last must end it, and each of the others is taken where it
    /// first comes, which leaves the most room for those after it.
    fn matches_whole(&self, text: &str) -> bool {
        let [first, rest @ ..] = self.parts.as_slice() else {
            return text.is_empty();
        };
        let [middle @ .., last] = rest else {
            return text == first;
        };
        let Some(mut left) = text.strip_prefix(first.as_str()) else {
            return false;
        };
        for part in middle {
            match left.split_once(part.as_str()) {
                Some((_, after)) => left = after,
                None => return false,
            }
        }
        left.ends_with(last.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_pattern_matches_the_whole_text_with_stars_for_any_run() {
        let long = "a".repeat(50_000);
        let many_stars = "*a".repeat(200) + "b";
        let table: &[(&str, &str, bool)] = &[
            ("*", "", true),
            ("*", "Anything", true),
            ("", "", true),
            ("", "x", false),
            ("Staff Nurse", "staff  NURSE ", true),
            ("Staff Nurse", "Staff Nurse Band 5", false),
            ("Staff Nurse*", "Staff Nurse Band 5", true),
            ("Staff Nurse*", "Staff Nurse", true),
            ("*Nurse", "Nurse", true),
            ("*Named Nurse*", "Deputy Named Nurse for Children", true),
            ("Add* Prof* Scientific and Techn*", "Add Prof Scientific and Technic", true),
            ("Add* Prof* Scientific and Techn*", "Additional Professional Scientific and Technical", true),
            ("Allied Health Professional*", "Allied Health Professionals", true),
            ("ab*ba", "aba", false),
            ("ab*ba", "abba", true),
            ("a*b*a", "aba", true),
            ("*a*a*", "a", false),
            ("**", "x", true),
            ("A. Nurse", "AB Nurse", false),
            ("Überwachung*", "ÜBERWACHUNG nord", true),
            ("Staff\u{a0}Nurse", "Staff Nurse", true),
            (&many_stars, &long, false),
        ];
        for (pattern, text, expected) in table {
            let found = Pattern::new(pattern, PatternKind::Text).matches(text);
            assert_eq!(found, *expected, "{pattern:?} on {:.40?}", text);
        }
    }

    #[test]
    fn a_unit_pattern_matches_a_unit_and_everything_below_it() {
        let table = [
            ("Surgery", "Surgery", true),
            ("surgery", "Surgery / Theatres / Recovery", true),
            ("Surgery", "Surgery Admin / Office", false),
            ("Surgery", "Medicine / Surgery", false),
            ("*/ Theatres", "Surgery / Theatres / Recovery", true),
            ("*Theatres", "Surgery / Theatres / Recovery", true),
            ("Surgery/Theatres", "Surgery  /   Theatres", true),
            ("Surgery / Theatres", "Surgery/Theatres/Recovery", true),
            ("Surgery / *", "Surgery", false),
            ("Surgery/*", "Surgery / Theatres", true),
            ("S*Recovery", "Surgery / Theatres / Recovery", true),
            ("S*Recovery", "Surgery / Theatres", false),
            ("*Paediatric*", "Women and Children / Paediatrics / Ward 3", true),
            ("*", "", true),
            ("Surgery", "", false),
            ("Surgery /", "Surgery / Theatres", true),
            ("Theatres / Recovery", "Surgery / Theatres / Recovery", false),
        ];
        for (pattern, unit, expected) in table {
            let found = Pattern::new(pattern, PatternKind::Unit).matches(unit);
            assert_eq!(found, expected, "{pattern:?} on {unit:?}");
        }
    }

    #[test]
    fn keys_have_single_spaces_and_keep_their_case() {
        assert_eq!(unit_key(" Surgery/Main  Theatres /  / Recovery "), "Surgery / Main Theatres / Recovery");
        assert_eq!(text_key("  Staff \u{a0} Nurse\t"), "Staff Nurse");
        assert_eq!(folded_key(" Career  BREAK"), "career break");
    }

    /// Every star tried with every run, however slowly.
    fn matches_by_trying(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => (0..=text.len()).any(|run| matches_by_trying(rest, &text[run..])),
            (Some((wanted, pattern)), Some((found, text))) => {
                wanted == found && matches_by_trying(pattern, text)
            }
            _ => false,
        }
    }

    proptest::proptest! {
        #[test]
        fn a_pattern_matches_exactly_what_trying_every_run_matches(pattern in "[ab*]{0,8}", text in "[ab]{0,10}") {
            let found = Pattern::new(&pattern, PatternKind::Text).matches(&text);
            proptest::prop_assert_eq!(found, matches_by_trying(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
