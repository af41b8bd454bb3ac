//! Which units a page shows: the divisions, and the wards within them. Only what is told of them decides.

use std::collections::{BTreeMap, BTreeSet};

use crate::board::DisclosedGroup;
use crate::register::UnitPath;

/// A unit as a page lists it. Where each of a chain of units has but one below it, of the same people, the chain is one.
pub(super) struct ListedUnit<'a> {
    /// The names of the chain, from the top down.
    pub name: String,
    /// The path of the unit that it is in; empty for none.
    pub within: String,
    pub group: &'a DisclosedGroup,
}

/// The divisions: the first level of the tree that has more than one unit. And the wards: units within these that have
/// none below them, or of whose people most are in none of those below.
pub(super) fn divisions_and_wards(units: &[DisclosedGroup]) -> (Vec<ListedUnit<'_>>, Vec<ListedUnit<'_>>) {
    let tree = UnitTree::of(units);
    let level = tree.level_of_divisions();
    let is_division =
        |unit: &DisclosedGroup| UnitPath(&unit.key).depth() == level || (unit.key.is_empty() && level > 0);
    let mut taken: BTreeSet<UnitNode<'_>> = BTreeSet::new();
    let divisions: Vec<ListedUnit<'_>> = units
        .iter()
        .filter(|unit| {
            is_division(unit) || (UnitPath(&unit.key).depth() < level && tree.below(unit).is_empty())
        })
        .filter_map(|unit| {
            let chain = tree.chain_down(unit);
            taken.extend(chain.iter().map(|unit| node(unit)));
            listed(&chain)
        })
        .collect();
    let within =
        units.iter().filter(|unit| UnitPath(&unit.key).depth() > level && !taken.contains(&node(unit)));
    let begins_chain = |unit: &&DisclosedGroup| {
        let above = tree.above(unit);
        above.is_none_or(|above| taken.contains(&node(above)) || !tree.is_chained(above))
    };
    let wards = within.filter(begins_chain).filter_map(|unit| {
        let chain = tree.chain_down(unit);
        chain.last().filter(|last| tree.is_ward(last)).and_then(|_| listed(&chain))
    });
    let wards = wards.collect();
    (divisions, wards)
}

/// A unit by its organisation and its path.
type UnitNode<'a> = (Option<&'a str>, &'a str);

fn node(unit: &DisclosedGroup) -> UnitNode<'_> {
    (unit.organisation.as_deref(), &unit.key)
}

struct UnitTree<'a> {
    by_node: BTreeMap<UnitNode<'a>, &'a DisclosedGroup>,
    below: BTreeMap<UnitNode<'a>, Vec<&'a DisclosedGroup>>,
}

impl<'a> UnitTree<'a> {
    fn of(units: &'a [DisclosedGroup]) -> Self {
        let by_node = units.iter().map(|unit| (node(unit), unit)).collect();
        let mut below: BTreeMap<UnitNode<'a>, Vec<&'a DisclosedGroup>> = BTreeMap::new();
        for unit in units {
            if let Some(above) = UnitPath(&unit.key).parent() {
                below.entry((unit.organisation.as_deref(), above.0)).or_default().push(unit);
            }
        }
        Self { by_node, below }
    }

    fn below<'b>(&'b self, unit: &'b DisclosedGroup) -> &'b [&'a DisclosedGroup] {
        self.below.get(&node(unit)).map_or(&[], Vec::as_slice)
    }

    fn above(&self, unit: &DisclosedGroup) -> Option<&'a DisclosedGroup> {
        let above = UnitPath(&unit.key).parent()?;
        self.by_node.get(&(unit.organisation.as_deref(), above.0)).copied()
    }

    /// The first level, from 0, that has more than one named unit; the last there is where none has.
    fn level_of_divisions(&self) -> usize {
        let named = || self.by_node.values().filter(|unit| !unit.key.is_empty());
        let depths = || named().map(|unit| UnitPath(&unit.key).depth());
        let deepest = depths().max().unwrap_or_default();
        (0..=deepest).find(|level| depths().filter(|depth| depth == level).count() > 1).unwrap_or(deepest)
    }

    /// Whether there is one unit below it, of the same people as far as is told.
    fn is_chained(&self, unit: &DisclosedGroup) -> bool {
        matches!(self.below(unit), [only] if only.counts == unit.counts)
    }

    /// The unit and those below it that are but one, and of the same people.
    fn chain_down(&self, unit: &'a DisclosedGroup) -> Vec<&'a DisclosedGroup> {
        std::iter::successors(Some(unit), |unit| {
            self.below(unit).first().copied().filter(|_| self.is_chained(unit))
        })
        .collect()
    }

    /// Whether people are at home in it, rather than in the units below it.
    fn is_ward(&self, unit: &DisclosedGroup) -> bool {
        let below = self.below(unit);
        let counted = |unit: &DisclosedGroup| unit.counts.staff.value().map(|staff| staff.counted);
        let Some(all) = counted(unit) else { return below.is_empty() };
        let in_those_below: Option<u64> = below.iter().map(|unit| counted(unit)).sum();
        below.is_empty() || in_those_below.is_some_and(|below| below * 2 < all)
    }
}

/// What is listed of a chain; `None` for an empty one.
fn listed<'a>(chain: &[&'a DisclosedGroup]) -> Option<ListedUnit<'a>> {
    let names: Vec<&str> = chain.iter().map(|unit| UnitPath(&unit.key).name()).collect();
    let within = UnitPath(&chain.first()?.key).parent().map_or("", |above| above.0);
    Some(ListedUnit { name: names.join(" / "), within: within.to_owned(), group: chain.last()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::example::{disclosed_example, october};
    use crate::compliance::{GroupCounts, Rate};

    /// Divisions and wards of units of so many people, each as `name` or `name in path`.
    fn shown(units: &[(&str, u64)]) -> [Vec<String>; 2] {
        let mut figures = october();
        let group = figures.units[0].clone();
        let of = |(key, counted): &(&str, u64)| {
            let staff = Rate { counted: *counted, up_to_date: counted / 2 };
            let counts = GroupCounts { in_post: *counted, staff, ..GroupCounts::default() };
            crate::compliance::Group { key: (*key).to_owned(), counts, ..group.clone() }
        };
        figures.units = units.iter().map(of).collect();
        let units = disclosed_example(&figures, &[]).units.unwrap();
        let (divisions, wards) = divisions_and_wards(&units);
        let words = |of: Vec<ListedUnit<'_>>| -> Vec<String> {
            let within = |unit: &ListedUnit<'_>| match unit.within.as_str() {
                "" => unit.name.clone(),
                within => format!("{} in {within}", unit.name),
            };
            of.iter().map(within).collect()
        };
        [words(divisions), words(wards)]
    }

    #[test]
    fn divisions_are_the_first_level_of_several_and_wards_what_has_nothing_below_it() {
        let [divisions, wards] = shown(&[
            ("Trust", 570),
            ("Trust / Medicine", 300),
            ("Trust / Medicine / Emergency", 100),
            ("Trust / Medicine / Emergency / Children", 30),
            ("Trust / Medicine / Ward 1", 150),
            ("Trust / Surgery", 270),
            ("Trust / Surgery / Theatres", 200),
            ("Trust / Surgery / Theatres / Recovery", 130),
            ("Trust / Surgery / Theatres / Anaesthetics", 70),
        ]);
        assert_eq!(divisions, ["Medicine in Trust", "Surgery in Trust"]);
        // Most of the emergency department's people are in it itself; those of theatres are in the units below.
        assert_eq!(
            wards,
            [
                "Emergency in Trust / Medicine",
                "Children in Trust / Medicine / Emergency",
                "Ward 1 in Trust / Medicine",
                "Recovery in Trust / Surgery / Theatres",
                "Anaesthetics in Trust / Surgery / Theatres",
            ]
        );
    }

    #[test]
    fn a_chain_of_units_of_the_same_people_is_one_line() {
        let [divisions, wards] = shown(&[
            ("Medicine", 300),
            ("Medicine / Beds", 300),
            ("Medicine / Beds / Ward 1", 160),
            ("Medicine / Beds / Ward 2", 140),
            ("Surgery", 270),
            ("Surgery / Theatres", 200),
            ("Surgery / Theatres / Main", 200),
            ("Surgery / Clinic", 70),
            ("Corporate", 8),
        ]);
        assert_eq!(divisions, ["Medicine / Beds", "Surgery", "Corporate"]);
        assert_eq!(
            wards,
            [
                "Ward 1 in Medicine / Beds",
                "Ward 2 in Medicine / Beds",
                "Theatres / Main in Surgery",
                "Clinic in Surgery"
            ]
        );
    }

    #[test]
    fn a_single_chain_is_its_last_unit_and_people_without_a_unit_are_a_division() {
        assert_eq!(shown(&[("A", 578), ("A / B", 578), ("A / B / C", 578)])[0], ["C in A / B"]);
        assert_eq!(shown(&[("A", 500), ("", 78)])[0], ["A", ""]);
        assert_eq!(
            shown(&[("A", 500), ("A / B", 300), ("A / C", 200), ("", 78)])[0],
            ["B in A", "C in A", ""]
        );
    }
}
