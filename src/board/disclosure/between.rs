//! Small numbers where organisations are compared (spec 2.9, 2.11): here too few who are, or who are not, up to date
//! could be recognised.
//!
//! All withheld figures look alike, and all are withheld of a kind at once, its pool first: without it, its mean and its
//! spread say nothing that it should not. The mean and the spread of fewer than five organisations, one of which is
//! small, are withheld also where the pool is told, since from the pool and the mean the figures of each can be found.

use super::few::is_few;
use crate::board::{ReviewGroup, ReviewedOrganisation};
use crate::compliance::Rate;

/// Whether the rate counts few people of some sort, but not none: counted, up to date, or not.
fn is_small(rate: Rate) -> bool {
    [rate.counted, rate.up_to_date, rate.behind()].into_iter().any(is_few)
}

/// Marks what is withheld of each group: the kinds, and the group of all `organisations`.
pub(crate) fn withhold_between(groups: &mut [ReviewGroup], organisations: &[ReviewedOrganisation]) {
    pools(groups);
    means(groups, organisations);
}

/// Marks the small kinds, then further ones, those with fewest people first, until what all groups together have more
/// than the groups told is of more than one kind and not small either, nor all up to date or nobody; where that can't
/// be, the group of all too.
fn pools(groups: &mut [ReviewGroup]) {
    for group in groups.iter_mut() {
        group.is_small = is_small(group.pooled);
    }
    let Some(all) = groups.iter().find(|group| group.kind.is_none()).map(|all| all.pooled) else { return };
    loop {
        let (kinds, hidden) = hidden(groups);
        if kinds == 0 || (kinds > 1 && !is_small(hidden) && !says_it_of_each(hidden, all)) {
            return;
        }
        let told = groups.iter_mut().filter(|group| group.kind.is_some() && !group.is_small);
        match told.filter(|group| group.pooled.counted > 0).min_by_key(|group| group.pooled.counted) {
            Some(next) => next.is_small = true,
            None => break,
        }
    }
    if let Some(all) = groups.iter_mut().find(|group| group.kind.is_none()) {
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

/// Whether everybody withheld is up to date, or nobody, though not everywhere: then each kind withheld is known to be so.
fn says_it_of_each(hidden: Rate, all: Rate) -> bool {
    (hidden.up_to_date == 0 && all.up_to_date > 0) || (hidden.behind() == 0 && all.behind() > 0)
}

/// Marks the kinds of fewer than five organisations one of which is small, and those whose pool is withheld; then further
/// ones, those of fewest organisations first, until these too are five or more; where that can't be, the group of all.
fn means(groups: &mut [ReviewGroup], organisations: &[ReviewedOrganisation]) {
    for group in groups.iter_mut() {
        let mut of = organisations.iter().filter(|of| group.kind.is_none_or(|kind| kind == of.kind));
        let has_small = of.any(|of| is_small(of.staff));
        group.is_of_few = group.is_small || (has_small && is_few(group.spread.with_rate));
    }
    loop {
        let kinds = || groups.iter().filter(|group| group.kind.is_some());
        let withheld: u64 = kinds().filter(|group| group.is_of_few).map(|group| group.spread.with_rate).sum();
        if !is_few(withheld) {
            return;
        }
        let told = groups.iter_mut().filter(|group| group.kind.is_some() && !group.is_of_few);
        match told.filter(|group| group.spread.with_rate > 0).min_by_key(|group| group.spread.with_rate) {
            Some(next) => next.is_of_few = true,
            None => break,
        }
    }
    if let Some(all) = groups.iter_mut().find(|group| group.kind.is_none()) {
        all.is_of_few = true;
    }
}
