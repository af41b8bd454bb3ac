//! Items that belong to people: a person's are neighbours, found without a look-up.

use std::ops::Range;

use super::index::PersonIndex;

/// Items that belong to people, neighbours in one vector, with where each person's begin.
#[derive(Debug)]
pub(super) struct Spans<T> {
    pub items: Vec<T>,
    starts: Vec<u32>,
}

impl<T> Spans<T> {
    /// Nobody's yet, with room for so many people and items: for [`Self::add_next`].
    pub(crate) fn with_room(people: usize, items: usize) -> Self {
        let mut starts = Vec::with_capacity(people + 1);
        starts.push(0);
        Self { items: Vec::with_capacity(items), starts }
    }

    /// Those of the next person.
    pub(crate) fn add_next(&mut self, theirs: impl Iterator<Item = T>) {
        self.items.extend(theirs);
        self.starts.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
    }
}

impl<T> Default for Spans<T> {
    fn default() -> Self {
        Self { items: Vec::new(), starts: Vec::new() }
    }
}

impl<T> Spans<T> {
    pub(crate) fn of(&self, person: PersonIndex) -> &[T] {
        self.range(person).and_then(|range| self.items.get(range)).unwrap_or_default()
    }

    fn range(&self, person: PersonIndex) -> Option<Range<usize>> {
        let place = person.place();
        Some(*self.starts.get(place)? as usize..*self.starts.get(place + 1)? as usize)
    }
}

/// Items with the person each belongs to, as one reader read them.
#[derive(Debug)]
pub(super) struct OwnedItems<T> {
    pub owners: Vec<PersonIndex>,
    pub items: Vec<T>,
}

impl<T> OwnedItems<T> {
    fn owned(self) -> impl Iterator<Item = (usize, T)> {
        self.owners.into_iter().map(PersonIndex::place).zip(self.items)
    }
}

impl<T: Clone> Spans<T> {
    /// Items in the order of their owners; owners that are no person are dropped.
    ///
    /// The batches are counted, then each item is put in its place and each batch let go of: no sort of everything,
    /// and where the items come in order already (a register of one import) not even a second copy.
    pub(crate) fn group(
        people: usize,
        batches: Vec<OwnedItems<T>>,
        order: impl Fn(&T, &T) -> std::cmp::Ordering + Copy,
    ) -> Self {
        let (starts, in_order) = starts_of(people, &batches);
        let total = starts.last().map_or(0, |total| *total as usize);
        let mut items = Vec::with_capacity(total);
        if in_order {
            for batch in batches {
                items.extend(batch.owned().filter(|(owner, _)| *owner < people).map(|(_, item)| item));
            }
        } else if let Some(filler) = batches.iter().find_map(|batch| batch.items.first()) {
            items.resize(total, filler.clone());
            let mut next = starts.clone();
            for batch in batches {
                for (owner, item) in batch.owned() {
                    if owner < people
                        && let Some(next) = next.get_mut(owner)
                        && let Some(place) = items.get_mut(*next as usize)
                    {
                        *place = item;
                        *next += 1;
                    }
                }
            }
        }
        for (from, to) in starts.iter().zip(starts.iter().skip(1)) {
            if let Some(theirs) = items.get_mut(*from as usize..*to as usize)
                && !theirs.is_sorted_by(|a, b| order(a, b).is_le())
            {
                theirs.sort_by(order);
            }
        }
        Self { items, starts }
    }
}

/// Where each person's items begin once grouped, and whether they come in that order already.
fn starts_of<T>(people: usize, batches: &[OwnedItems<T>]) -> (Vec<u32>, bool) {
    let mut starts = vec![0u32; people + 1];
    let (mut in_order, mut last) = (true, PersonIndex::at(0));
    for owner in batches.iter().flat_map(|batch| &batch.owners) {
        if let Some(count) = starts.get_mut(owner.place() + 1) {
            *count += 1;
            in_order &= last <= *owner;
            last = *owner;
        }
    }
    let mut total = 0;
    for start in &mut starts {
        total += *start;
        *start = total;
    }
    (starts, in_order)
}

/// Adds one item to the last batch.
pub(super) fn add<T>(batches: &mut Vec<OwnedItems<T>>, owner: PersonIndex, item: T) {
    match batches.last_mut() {
        Some(batch) => {
            batch.owners.push(owner);
            batch.items.push(item);
        }
        None => batches.push(OwnedItems { owners: vec![owner], items: vec![item] }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(people: usize, batches: &[&[(u32, u8)]]) -> Vec<Vec<u8>> {
        let batches = batches
            .iter()
            .map(|pairs| OwnedItems {
                owners: pairs.iter().map(|(owner, _)| PersonIndex::at(*owner as usize)).collect(),
                items: pairs.iter().map(|(_, item)| *item).collect(),
            })
            .collect();
        let spans = Spans::group(people, batches, Ord::cmp);
        (0..people).map(|person| spans.of(PersonIndex::at(person)).to_vec()).collect()
    }

    #[test]
    fn items_are_grouped_by_person_and_ordered_within() {
        for (batches, expected) in [
            (&[][..], vec![vec![], vec![], vec![]]),
            (&[&[(0, 1), (0, 2), (2, 3)][..]], vec![vec![1, 2], vec![], vec![3]]),
            (&[&[(0, 2), (0, 1), (2, 3)]], vec![vec![1, 2], vec![], vec![3]]),
            (&[&[(2, 3), (0, 2)], &[(1, 9), (0, 1)]], vec![vec![1, 2], vec![9], vec![3]]),
            (&[&[(0, 1), (7, 8), (1, 4)]], vec![vec![1], vec![4], vec![]]),
            (&[&[(1, 1), (3, 8), (0, 4), (u32::MAX, 5)]], vec![vec![4], vec![1], vec![]]),
        ] {
            assert_eq!(grouped(3, batches), expected, "{batches:?}");
        }
    }
}
