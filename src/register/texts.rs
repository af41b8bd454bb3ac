//! Texts kept once, however many rows hold them.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable, hash_table::Entry};

/// A text that many rows share (a job title, a unit), by its place in [`Texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(u32);

/// Distinct texts. Number 0 is always the empty text.
///
/// They stand one after the other in one piece of memory, so that millions cost little more than their letters.
#[derive(Debug, Clone)]
pub struct Texts {
    letters: String,
    /// Where each text ends in `letters`; it begins where the one before it ends.
    ends: Vec<usize>,
    ids: HashTable<TextId>,
    hasher: DefaultHashBuilder,
}

impl Default for Texts {
    fn default() -> Self {
        let mut texts = Self {
            letters: String::new(),
            ends: Vec::new(),
            ids: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        };
        texts.intern("");
        texts
    }
}

impl Texts {
    /// The empty text.
    pub(crate) const EMPTY: TextId = TextId(0);

    /// The id of `text`, which is added when it is new.
    pub fn intern(&mut self, text: &str) -> TextId {
        let Self { letters, ends, ids, hasher } = self;
        let hash = hasher.hash_one(text);
        let same = |id: &TextId| at(letters, ends, *id) == text;
        match ids.entry(hash, same, |id| hasher.hash_one(at(letters, ends, *id))) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                let id = TextId(u32::try_from(ends.len()).unwrap_or(u32::MAX));
                place.insert(id);
                letters.push_str(text);
                ends.push(letters.len());
                id
            }
        }
    }

    /// The text behind `id`; empty for an id of other texts.
    pub fn get(&self, id: TextId) -> &str {
        at(&self.letters, &self.ends, id)
    }

    /// How many distinct texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never true: the empty text is always there.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Every text with its id, in order of id.
    pub fn iter(&self) -> impl Iterator<Item = (TextId, &str)> {
        (0u32..).map(TextId).take(self.len()).map(|id| (id, self.get(id)))
    }
}

impl TextId {
    /// Its place among the texts, from 0.
    pub fn place(self) -> usize {
        self.0 as usize
    }
}

fn at<'t>(letters: &'t str, ends: &[usize], id: TextId) -> &'t str {
    let start = id.place().checked_sub(1).map_or(Some(&0), |before| ends.get(before));
    let range = start.zip(ends.get(id.place())).map(|(start, end)| *start..*end);
    range.and_then(|range| letters.get(range)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_found_again_by_its_id() {
        let mut texts = Texts::default();
        let words = ["", "Ward 1", "Ward 10", "Ward 1", "é", "", "Ward 10"];
        let ids: Vec<TextId> = words.iter().map(|word| texts.intern(word)).collect();
        assert_eq!(ids.iter().map(|id| id.place()).collect::<Vec<_>>(), [0, 1, 2, 1, 3, 0, 2]);
        assert_eq!(ids.iter().map(|id| texts.get(*id)).collect::<Vec<_>>(), words);
        let all: Vec<&str> = texts.iter().map(|(_, text)| text).collect();
        assert_eq!(all, ["", "Ward 1", "Ward 10", "é"]);
        assert_eq!(texts.get(TextId(99)), "");
    }

    #[test]
    fn many_texts_stay_distinct() {
        let mut texts = Texts::default();
        let ids: Vec<TextId> = (0..20_000).map(|number| texts.intern(&format!("C{number}"))).collect();
        assert!(ids.iter().zip(0..).all(|(id, number)| texts.get(*id) == format!("C{number}")));
        assert_eq!(texts.len(), 20_001);
    }
}
