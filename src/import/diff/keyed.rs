//! Rows that are found again by a key: all but staff, training, and expenses without a reference.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// What is to be closed and opened.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::import) struct KeyedDifference {
    /// Versions to close.
    pub closes: Vec<i32>,
    /// Rows to open versions of, by their place.
    pub opens: Vec<usize>,
    /// Those of the rows that replace a version: their places, and the version.
    pub corrects: Vec<(usize, i32)>,
    /// Rows whose key another row of the file has with other content: their places, and that row's. None of them is used.
    pub clashes: Vec<(usize, usize)>,
}

impl KeyedDifference {
    /// Leaves the first rows of their keys out that others differ from, each given with one of these.
    fn leave_out(&mut self, clashing: BTreeMap<usize, usize>) {
        if clashing.is_empty() {
            return;
        }
        self.opens.retain(|place| !clashing.contains_key(place));
        let (left_out, corrects) = self.corrects.iter().partition(|(place, _)| clashing.contains_key(place));
        let left_out: Vec<(usize, i32)> = left_out;
        self.corrects = corrects;
        self.closes.retain(|version| left_out.iter().all(|(_, of)| of != version));
        self.clashes.extend(clashing);
        self.clashes.sort_unstable();
    }

    /// The rows to open versions of.
    pub(in crate::import) fn opened<'r, T>(&self, rows: &'r [T]) -> impl Iterator<Item = &'r T> {
        self.opens.iter().filter_map(|place| rows.get(*place))
    }
}

/// Compares rows with the open versions that have their keys. An equal repeat within the file changes nothing.
pub(in crate::import) fn compare<'a, T: PartialEq, K: Hash + Eq>(
    current: &'a [(i32, T)],
    rows: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> KeyedDifference {
    compare_keyed(current, rows, |row| Some(key(row)))
}

/// Compares those that have a key as [`compare`] does, and leaves the others out.
pub(in crate::import) fn compare_keyed<'a, T: PartialEq, K: Hash + Eq>(
    current: &'a [(i32, T)],
    rows: &'a [T],
    key: impl Fn(&'a T) -> Option<K>,
) -> KeyedDifference {
    let current: HashMap<K, (i32, &T)> =
        current.iter().filter_map(|(id, version)| Some((key(version)?, (*id, version)))).collect();
    let mut seen: HashMap<K, usize> = HashMap::new();
    let mut difference = KeyedDifference::default();
    let mut clashing: BTreeMap<usize, usize> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        let Some(key_of_row) = key(row) else { continue };
        if let Some(earlier) = seen.get(&key_of_row) {
            if rows.get(*earlier) != Some(row) {
                difference.clashes.push((place, *earlier));
                clashing.entry(*earlier).or_insert(place);
            }
            continue;
        }
        match current.get(&key_of_row) {
            Some((_, version)) if *version == row => {}
            Some((id, _)) => {
                difference.closes.push(*id);
                difference.corrects.push((place, *id));
                difference.opens.push(place);
            }
            None => difference.opens.push(place),
        }
        seen.insert(key_of_row, place);
    }
    difference.leave_out(clashing);
    difference
}

/// The places of the rows that are more than the register has of the same content: a longer file that begins with the
/// same rows adds only the new ones (spec 3.3).
pub(in crate::import) fn compare_counted<'a, T: Ord + 'a>(
    current: impl IntoIterator<Item = &'a T>,
    rows: impl IntoIterator<Item = (usize, &'a T)>,
) -> Vec<usize> {
    let mut left: BTreeMap<&T, u64> = BTreeMap::new();
    for version in current {
        *left.entry(version).or_default() += 1;
    }
    let mut is_new = |row: &'a T| match left.get_mut(row) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    rows.into_iter().filter(|(_, row)| is_new(row)).map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_open_what_is_new_and_replace_what_differs() {
        let current = [(1, ("a", 1)), (2, ("b", 2)), (3, ("c", 3))];
        let rows = [("a", 1), ("b", 9), ("d", 4), ("d", 4), ("e", 5), ("e", 6), ("c", 8), ("c", 3)];
        let difference = compare(&current, &rows, |(key, _)| *key);
        assert_eq!(
            difference,
            KeyedDifference {
                closes: vec![2],
                opens: vec![1, 2],
                corrects: vec![(1, 2)],
                clashes: vec![(4, 5), (5, 4), (6, 7), (7, 6)]
            }
        );
    }

    #[test]
    fn rows_without_a_key_are_counted() {
        for (current, rows, expected) in [
            (&["x", "x"][..], &["x", "x"][..], vec![]),
            (&["x", "x"], &["x", "x", "x", "y"], vec![2, 3]),
            (&["x", "x"], &["x"], vec![]),
            (&[], &["x", "x"], vec![0, 1]),
        ] {
            assert_eq!(compare_counted(current, rows.iter().enumerate()), expected);
        }
    }
}
