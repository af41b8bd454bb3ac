//! The part of an organisation that a unit belongs to: what a team is compared with.

use super::figures::{Group, GroupBy, Rate};
use crate::register::UnitPath;

/// The largest part of the organisation with this code that is not all of it and has the unit in it, and its staff rate:
/// steps of the tree that everybody shares are nobody's part. `None` where there is no such part. `groups` are those of the
/// rates by unit.
pub(crate) fn division<'a>(groups: &[Group], organisation: &str, unit: &'a str) -> Option<(&'a str, Rate)> {
    if unit.is_empty() {
        return None;
    }
    let is_theirs =
        |group: &&Group| group.by == GroupBy::Unit && group.organisation.as_deref() == Some(organisation);
    let units = groups.iter().filter(is_theirs);
    let everyone: u64 = units
        .clone()
        .filter(|group| UnitPath(&group.key).depth() == 0)
        .map(|group| group.counts.in_post)
        .sum();
    UnitPath(unit).units_down().find_map(|path| {
        let group = units.clone().find(|group| group.key == path.0)?;
        (group.counts.in_post < everyone).then_some((path.name(), group.counts.staff))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compliance::GroupCounts;

    fn group(key: &str, in_post: u64, organisation: &str) -> Group {
        let staff = Rate { counted: in_post, up_to_date: 0 };
        Group {
            by: GroupBy::Unit,
            key: key.to_owned(),
            organisation: Some(organisation.to_owned()),
            title: None,
            counts: GroupCounts { in_post, staff, ..GroupCounts::default() },
            target_millionths: 900_000,
            rag: None,
        }
    }

    #[test]
    fn a_division_is_the_first_step_of_the_tree_that_not_everybody_shares() {
        let groups = [
            group("Trust", 30, "RXX"),
            group("Trust / Acute", 30, "RXX"),
            group("Trust / Acute / Surgery", 20, "RXX"),
            group("Trust / Acute / Surgery / Theatres", 8, "RXX"),
            group("Trust", 10, "RYY"),
            group("Community", 5, "RYY"),
        ];
        for (organisation, unit, expected) in [
            ("RXX", "Trust / Acute / Surgery / Theatres", Some(("Surgery", 20))),
            ("RXX", "Trust / Acute / Surgery", Some(("Surgery", 20))),
            ("RXX", "Trust / Acute", None),
            ("RXX", "Elsewhere", None),
            ("RXX", "", None),
            ("RYY", "Trust", Some(("Trust", 10))),
            ("RZZ", "Trust", None),
        ] {
            let found = division(&groups, organisation, unit).map(|(name, rate)| (name, rate.counted));
            assert_eq!(found, expected, "{organisation} {unit}");
        }
    }
}
