//! Staff groups and the job titles within them; and where units stand in the tree of them.

use std::collections::HashMap;

use super::figure::Amount;
use super::figures::{DisclosedGroup, DisclosedGroupCounts, DisclosedJobTitle};
use super::shown::{Shown, Withheld};
use super::sums::Sums;
use crate::board::BoardFigures;
use crate::compliance::{Group, GroupCounts};
use crate::register::UnitPath;

/// The staff groups, which add up to the whole organisation, and the job titles, which add up to the staff group that
/// each is within: people know which titles belong to which. `None` where none of a kind can be told; the staff groups
/// can be without their titles.
pub(super) fn staff_groups_and_job_titles(
    figures: &BoardFigures,
) -> (Option<Vec<DisclosedGroup>>, Option<Vec<DisclosedJobTitle>>) {
    let (mut sums, places) = staff_groups(figures);
    let by_key: HashMap<&str, usize> =
        figures.staff_groups.iter().map(|group| group.key.as_str()).zip(places.iter().copied()).collect();
    let titles = figures.job_titles.iter().map(|title| {
        let within = by_key.get(title.staff_group.as_str()).copied().unwrap_or(Sums::ALL);
        sums.add(within, amount(&title.group.counts), None)
    });
    let titles: Vec<usize> = titles.collect();
    sums.add_the_rest();
    if sums.protect() {
        let titles = figures.job_titles.iter().zip(titles).map(|(title, place)| DisclosedJobTitle {
            staff_group: title.staff_group.clone(),
            group: disclosed_group(&title.group, sums.why(place)),
        });
        return (Some(disclosed(&figures.staff_groups, &places, &sums)), Some(titles.collect()));
    }
    let (mut alone, places) = staff_groups(figures);
    alone.add_the_rest();
    let groups = alone.protect().then(|| disclosed(&figures.staff_groups, &places, &alone));
    (groups, figures.job_titles.is_empty().then(Vec::new))
}

/// The staff groups as parts of the whole, with their places.
fn staff_groups(figures: &BoardFigures) -> (Sums, Vec<usize>) {
    let mut sums = Sums::of(amount(&figures.counts));
    let groups = figures.staff_groups.iter();
    let places = groups.map(|group| sums.add(Sums::ALL, amount(&group.counts), None)).collect();
    (sums, places)
}

/// Puts units into the sums, each within the nearest one above it, with its amount and why it is withheld by itself; gives
/// their places.
pub(super) fn place_units(
    sums: &mut Sums,
    units: &[Group],
    worth: impl Fn(&GroupCounts) -> (Amount, Option<Withheld>),
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|at| units.get(*at).map_or(0, |unit| UnitPath(&unit.key).depth()));
    let mut by_path: HashMap<(Option<&str>, &str), usize> = HashMap::new();
    let mut places = vec![Sums::ALL; units.len()];
    for at in order {
        let Some(unit) = units.get(at) else { continue };
        let of = unit.organisation.as_deref();
        let above = UnitPath(&unit.key).above().find_map(|path| by_path.get(&(of, path.0)).copied());
        let (amount, why) = worth(&unit.counts);
        let place = sums.add(above.unwrap_or(Sums::ALL), amount, why);
        by_path.insert((of, &unit.key), place);
        if let Some(at) = places.get_mut(at) {
            *at = place;
        }
    }
    places
}

/// The counts of a group of people.
pub(super) fn amount(counts: &GroupCounts) -> Amount {
    Amount { in_post: Some(counts.in_post), rate: counts.staff }
}

/// What is told of these groups, given their places in the sums.
pub(super) fn disclosed(groups: &[Group], places: &[usize], sums: &Sums) -> Vec<DisclosedGroup> {
    groups.iter().zip(places).map(|(group, place)| disclosed_group(group, sums.why(*place))).collect()
}

/// That a group counts nobody is told though few are in post: it has no rate.
fn disclosed_group(group: &Group, why: Option<Withheld>) -> DisclosedGroup {
    let staff = group.counts.staff;
    DisclosedGroup {
        by: group.by,
        key: group.key.clone(),
        organisation: group.organisation.clone(),
        counts: DisclosedGroupCounts {
            in_post: Shown::unless(why, group.counts.in_post),
            staff: Shown::unless(why.filter(|_| staff.counted > 0), staff),
        },
        target_millionths: group.target_millionths,
        rag: group.rag.filter(|_| why.is_none()),
    }
}
