//! Units by courses: where which course is short.

use std::cmp::Reverse;

use super::draw::{Grid, GridCell};
use super::drawing::Drawing;
use crate::board::{Disclosed, DisclosedCourse, DisclosedUnitCourses, FEWEST_PEOPLE, Shown, Withheld};
use crate::compliance::Rate;
use crate::register::UnitPath;
use crate::wording::{counted, one_line};

/// The most units shown: those with most people not up to date.
const MOST_UNITS: usize = 15;

/// The points below target, in millionths of 1, up to which each shade goes; the first is for none.
const SHADES_UP_TO: [u64; 4] = [0, 100_000, 250_000, 500_000];

/// The most courses that stand across, by their codes; more stand below one another, by their titles.
const MOST_ACROSS: usize = 12;

pub(super) fn heat_map(figures: &Disclosed) -> Option<Drawing> {
    let needed: Vec<usize> = (0..figures.courses.len())
        .filter(|&at| figures.courses.get(at).is_some_and(|course| is_needed(&course.people())))
        .collect();
    let (units, left_out) = shown_units(figures);
    if needed.is_empty() || units.is_empty() {
        return None;
    }
    let courses: Vec<&DisclosedCourse> = needed.iter().filter_map(|&at| figures.courses.get(at)).collect();
    let key = ["on target", "up to 10 points below", "up to 25", "up to 50", "further"];
    let across = courses.len() <= MOST_ACROSS;
    let grid = if across {
        let rows = units.iter().map(|unit| {
            let cells = needed.iter().zip(&courses).map(|(&at, course)| cell(rate(unit, at), course));
            (unit_name(unit), cells.collect())
        });
        Grid {
            columns: courses.iter().map(|course| one_line(&course.key)).collect(),
            rows: rows.collect(),
            key,
        }
    } else {
        let rows = needed.iter().zip(&courses).map(|(&at, course)| {
            let cells = units.iter().map(|unit| cell(rate(unit, at), course));
            (one_line(course.title.as_deref().unwrap_or(&course.key)), cells.collect())
        });
        Grid { columns: units.iter().map(|unit| unit_name(unit)).collect(), rows: rows.collect(), key }
    };
    let listed = units.iter().map(|unit| in_words(unit, &needed, &courses)).collect();
    let not_shown = match left_out {
        0 => String::new(),
        units => format!(" Not shown: {} with fewer people not up to date.", counted(units, "unit", "units")),
    };
    Some(Drawing {
        is_wide: true,
        name: "heat-map",
        title: "Units by course".to_owned(),
        says: format!(
            "The share of each unit's people who are up to date with each course they need, the units with most people \
             not up to date first. Shares of fewer than {FEWEST_PEOPLE} people are not shown, nor those withheld beside \
             them.{not_shown}"
        ),
        reading: format!(
            "The figures are percents, rounded down. The darker a cell, the further below the course's target. \
             <{FEWEST_PEOPLE}: of fewer than {FEWEST_PEOPLE} people; -: withheld, since it would tell those."
        ),
        figures: listed,
        svg: grid.draw(),
    })
}

/// The share of the course at this place; of nobody where there is none.
fn rate(unit: &DisclosedUnitCourses, at: usize) -> Shown<Rate> {
    unit.courses.get(at).copied().unwrap_or(Shown::As(Rate::default()))
}

/// `Surgery: SGC-L1 84.6%, SGC-L2 85.5%.`
fn in_words(unit: &DisclosedUnitCourses, needed: &[usize], courses: &[&DisclosedCourse]) -> String {
    let each = needed.iter().zip(courses).map(|(&at, course)| (rate(unit, at), course));
    let each: Vec<String> = each
        .filter(|(rate, _)| is_needed(rate))
        .map(|(rate, course)| format!("{} {}", course.key, rate.words(|rate| rate.shown())))
        .collect();
    let all = if each.is_empty() { "nothing needed".to_owned() } else { each.join(", ") };
    format!("{}: {all}.", unit_name(unit))
}

/// The units at the first level of the tree, or at the second where the first is one unit; most people not up to date first. And
/// how many there are beyond those shown.
pub(crate) fn shown_units(figures: &Disclosed) -> (Vec<&DisclosedUnitCourses>, u64) {
    let all = &figures.unit_courses;
    let at_level = |steps: usize| -> Vec<&DisclosedUnitCourses> {
        all.iter().filter(|unit| UnitPath(&unit.unit).depth() == steps).collect()
    };
    let (first, second) = (at_level(0), at_level(1));
    let named = first.iter().filter(|unit| !unit.unit.is_empty()).count();
    let mut units = if named == 1 && !second.is_empty() { second } else { first };
    // By what is told of them alone, since their order would tell of what is not.
    let behind = |unit: &DisclosedUnitCourses| -> u64 {
        let told = unit.courses.iter().filter_map(|rate| rate.value());
        told.map(|rate| rate.behind()).sum()
    };
    units.sort_by_key(|unit| (Reverse(behind(unit)), unit.unit.as_str()));
    let left_out = u64::try_from(units.len().saturating_sub(MOST_UNITS)).unwrap_or(u64::MAX);
    units.truncate(MOST_UNITS);
    (units, left_out)
}

/// Whether anybody needs it, or that is withheld.
fn is_needed(people: &Shown<Rate>) -> bool {
    people.value().is_none_or(|people| people.counted > 0)
}

/// What a unit is called where there is little room: the last step of its path.
pub(crate) fn unit_name(unit: &DisclosedUnitCourses) -> String {
    let last = one_line(UnitPath(&unit.unit).name());
    if last.is_empty() { "No unit recorded".to_owned() } else { last }
}

fn cell(rate: Shown<Rate>, course: &DisclosedCourse) -> GridCell {
    let words = match rate {
        Shown::As(rate) => whole_percent(rate),
        Shown::Withheld(Withheld::UnderFive) => format!("<{FEWEST_PEOPLE}"),
        Shown::Withheld(Withheld::Beside) => "-".to_owned(),
    };
    let below = rate.value().and_then(|rate| rate.millionths());
    let below = below.map(|rate| course.target_millionths.saturating_sub(rate));
    let shade = below
        .map(|below| SHADES_UP_TO.iter().position(|&up_to| below <= up_to).unwrap_or(SHADES_UP_TO.len()));
    GridCell { words, shade }
}

/// As many cells stand side by side as there are courses: whole percents, rounded down, without the sign.
fn whole_percent(rate: Rate) -> String {
    rate.millionths().map_or_else(String::new, |millionths| (millionths / 10_000).to_string())
}
