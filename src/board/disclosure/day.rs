//! Which figures of a day a board is not told: of groups of few people, and of those beside them (spec 8.2).

use super::few::{self, is_few};
use super::figure::Amount;
use super::groups::place_units;
use super::shown::Withheld;
use super::sums::Sums;
use crate::compliance::{Group, GroupBy, GroupCounts, Rate};

/// Why each of these groups of `all`, which are of one sort, is withheld, where it is. A group is withheld by itself where
/// 1 to 4 people of it are counted, met or not met; then others, until none of these can be worked out.
pub(crate) fn withheld_groups(all: &GroupCounts, groups: &[Group]) -> Vec<Option<Withheld>> {
    let by_pairs = groups.first().is_some_and(|group| group.by == GroupBy::Course);
    let amount = |counts: &GroupCounts| match by_pairs {
        true => Amount::of_pairs(counts.requirements),
        false => Amount { in_post: Some(counts.in_post), rate: counts.staff },
    };
    let mut sums = Sums::of(amount(all));
    let worth = |counts: &GroupCounts| (amount(counts), why_withheld(counts.staff));
    let places = if groups.first().is_some_and(|group| group.by == GroupBy::Unit) {
        place_units(&mut sums, groups, worth)
    } else {
        let mut place = |group: &Group| {
            let (amount, why) = worth(&group.counts);
            sums.add(Sums::ALL, amount, why)
        };
        groups.iter().map(&mut place).collect()
    };
    sums.add_the_rest();
    let is_protected = sums.protect();
    places
        .into_iter()
        .map(|place| if is_protected { sums.why(place) } else { Some(Withheld::Beside) })
        .collect()
}

/// Why a rate is withheld by itself, where it is: it counts 1 to 4 people, and says so, or as few of those whom it counts are
/// up to date, or are not.
pub(crate) fn why_withheld(of: Rate) -> Option<Withheld> {
    let tells_of_few = is_few(of.up_to_date) || is_few(of.behind());
    few::why(of).or(tells_of_few.then_some(Withheld::Beside))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::UnitPath;

    fn counts(counted: u64, up_to_date: u64) -> GroupCounts {
        let rate = Rate { counted, up_to_date };
        GroupCounts { in_post: counted, staff: rate, requirements: rate, ..GroupCounts::default() }
    }

    fn withheld(by: GroupBy, groups: &[(&str, u64, u64)]) -> Vec<&'static str> {
        let groups: Vec<Group> = groups
            .iter()
            .map(|(key, counted, up_to_date)| Group {
                by,
                key: (*key).to_owned(),
                organisation: None,
                title: None,
                rag: None,
                target_millionths: 0,
                counts: counts(*counted, *up_to_date),
            })
            .collect();
        let top = groups.iter().filter(|group| by != GroupBy::Unit || UnitPath(&group.key).depth() == 0);
        let (counted, met) = top.fold((0, 0), |(counted, met), group| {
            (counted + group.counts.staff.counted, met + group.counts.staff.up_to_date)
        });
        let why = withheld_groups(&counts(counted, met), &groups).into_iter();
        why.map(|why| why.map_or("", Withheld::words)).collect()
    }

    #[test]
    fn few_who_are_counted_met_or_not_are_withheld_and_one_beside_them_and_only_few_counted_are_under_5() {
        for (groups, expected) in [
            (&[("A", 50, 30), ("B", 60, 30), ("C", 70, 40)][..], &["", "", ""][..]),
            (&[("A", 4, 0), ("B", 60, 30), ("C", 70, 40)], &["under 5", "withheld", ""]),
            (&[("A", 5, 0), ("B", 60, 30), ("C", 70, 40)], &["", "", ""]),
            (&[("A", 50, 46), ("B", 60, 30), ("C", 70, 40)], &["withheld", "withheld", ""]),
            (&[("A", 50, 45), ("B", 60, 30), ("C", 70, 40)], &["", "", ""]),
            (&[("A", 50, 4), ("B", 60, 30), ("C", 70, 40)], &["withheld", "withheld", ""]),
            // Larger than what is beside it: the smallest of those goes with it.
            (&[("A", 90, 3), ("B", 60, 30), ("C", 70, 40)], &["withheld", "withheld", ""]),
            (&[("A", 4, 4)], &["under 5"]),
        ] {
            assert_eq!(withheld(GroupBy::StaffGroup, groups), expected, "{groups:?}");
        }
    }

    #[test]
    fn a_unit_is_withheld_within_the_one_that_it_is_part_of() {
        let found = withheld(
            GroupBy::Unit,
            &[("a", 60, 30), ("a / b", 3, 0), ("a / c", 20, 10), ("a / d", 37, 20), ("e", 70, 40)],
        );
        assert_eq!(found, ["", "under 5", "withheld", "", ""]);
    }
}
