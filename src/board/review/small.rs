//! Which groups are too small to be told where organisations are compared: so few people can be recognised.

use std::cmp::Reverse;

use super::ReviewGroup;
use crate::board::FEWEST_PEOPLE;
use crate::compliance::Rate;

/// Whether the rate counts fewer than [`FEWEST_PEOPLE`] of some sort, but not none: counted, up to date, or not.
fn is_small(rate: Rate) -> bool {
    let behind = rate.counted.saturating_sub(rate.up_to_date);
    [rate.counted, rate.up_to_date, behind].iter().any(|people| (1..FEWEST_PEOPLE).contains(people))
}

/// Marks the small groups, then further ones, those with fewest people first, until what all groups together have more
/// than the groups told is not small either and is of more than one kind; where that can't be, the group of all too.
pub(super) fn mark(groups: &mut [ReviewGroup]) {
    for group in groups.iter_mut() {
        group.is_small = is_small(group.pooled);
    }
    loop {
        let (kinds, hidden) = hidden(groups);
        if kinds == 0 || (kinds > 1 && !is_small(hidden)) {
            return;
        }
        let told = groups.iter_mut().filter(|group| group.kind.is_some() && !group.is_small);
        match told.filter(|group| group.pooled.counted > 0).min_by_key(|group| group.pooled.counted) {
            Some(next) => next.is_small = true,
            None => break,
        }
    }
    if let Some(all) = groups.iter_mut().min_by_key(|group| Reverse(group.kind.is_none())) {
        all.is_small = true;
    }
}

/// How many kinds are withheld, and their people together: all there are less those told.
fn hidden(groups: &[ReviewGroup]) -> (usize, Rate) {
    let mut people = Rate::default();
    let hidden = groups.iter().filter(|group| group.kind.is_some() && group.is_small);
    let kinds = hidden
        .inspect(|group| {
            people.counted += group.pooled.counted;
            people.up_to_date += group.pooled.up_to_date;
        })
        .count();
    (kinds, people)
}
