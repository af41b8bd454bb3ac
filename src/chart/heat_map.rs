//! Units by courses: where which course is short.

use std::cmp::Reverse;

use super::Drawing;
use super::draw::{Cell, Grid};
use crate::board::{BoardFigures, FEWEST_PEOPLE};
use crate::compliance::{Group, Rate, UnitCourses};
use crate::wording::{counted, one_line};

/// The most units shown: those with most people not up to date.
const MOST_UNITS: usize = 15;

/// The points below target, in millionths of 1, up to which each shade goes; the first is for none.
const SHADES_UP_TO: [u64; 4] = [0, 100_000, 250_000, 500_000];

pub(super) fn heat_map(figures: &BoardFigures) -> Option<Drawing> {
    let needed: Vec<usize> = (0..figures.courses.len())
        .filter(|&at| figures.courses.get(at).is_some_and(|course| course.counts.requirements.counted > 0))
        .collect();
    let (units, left_out) = units(&figures.unit_courses);
    if needed.is_empty() || units.is_empty() {
        return None;
    }
    let courses: Vec<&Group> = needed.iter().filter_map(|&at| figures.courses.get(at)).collect();
    let rates = |unit: &UnitCourses| -> Vec<Rate> {
        needed.iter().map(|&at| unit.courses.get(at).copied().unwrap_or_default()).collect()
    };
    let rows = units.iter().map(|unit| {
        let cells = rates(unit).into_iter().zip(&courses).map(|(rate, course)| cell(rate, course)).collect();
        (name(unit), cells)
    });
    let listed = units
        .iter()
        .map(|unit| {
            let each = rates(unit).into_iter().zip(&courses);
            let each = each.filter(|(rate, _)| rate.counted > 0);
            let each: Vec<String> =
                each.map(|(rate, course)| format!("{} {}", course.key, figure(rate, Rate::shown))).collect();
            let all = if each.is_empty() { "nothing needed".to_owned() } else { each.join(", ") };
            format!("{}: {all}.", name(unit))
        })
        .collect();
    let columns = courses.iter().map(|course| one_line(&course.key)).collect();
    let key = ["on target", "up to 10 points below", "up to 25", "up to 50", "further"];
    let grid = Grid { columns, rows: rows.collect(), key };
    let not_shown = match left_out {
        0 => String::new(),
        units => format!(" Not shown: {} with fewer people not up to date.", counted(units, "unit", "units")),
    };
    Some(Drawing {
        name: "heat-map",
        title: "Units by course".to_owned(),
        says: format!(
            "The share of each unit's people who are up to date with each course they need, those with most \
             people not up to date first. Shares of fewer than {FEWEST_PEOPLE} people are not shown.{not_shown}"
        ),
        reading: "The figures are percents, rounded down. The darker a cell, the further below the course's target."
            .to_owned(),
        figures: listed,
        only_here: true,
        svg: grid.draw(),
    })
}

/// The units at the first level of the tree, or at the second where the first is one unit; most people not up to date first. And
/// how many there are beyond those shown.
fn units(all: &[UnitCourses]) -> (Vec<&UnitCourses>, u64) {
    let at_level = |steps: usize| -> Vec<&UnitCourses> {
        all.iter().filter(|unit| unit.unit.matches(" / ").count() == steps).collect()
    };
    let (first, second) = (at_level(0), at_level(1));
    let named = first.iter().filter(|unit| !unit.unit.is_empty()).count();
    let mut units = if named == 1 && !second.is_empty() { second } else { first };
    let behind = |unit: &UnitCourses| -> u64 {
        unit.courses.iter().map(|rate| rate.counted.saturating_sub(rate.up_to_date)).sum()
    };
    units.sort_by_key(|unit| (Reverse(behind(unit)), unit.unit.as_str()));
    let left_out = u64::try_from(units.len().saturating_sub(MOST_UNITS)).unwrap_or(u64::MAX);
    units.truncate(MOST_UNITS);
    (units, left_out)
}

fn name(unit: &UnitCourses) -> String {
    let last = unit.unit.rsplit(" / ").next().map(one_line).unwrap_or_default();
    if last.is_empty() { "No unit recorded".to_owned() } else { last }
}

fn cell(rate: Rate, course: &Group) -> Cell {
    let words = figure(rate, whole_percent);
    let below = rate.millionths().map(|rate| course.target_millionths.saturating_sub(rate));
    let shade = below
        .filter(|_| rate.counted >= FEWEST_PEOPLE)
        .map(|below| SHADES_UP_TO.iter().position(|&up_to| below <= up_to).unwrap_or(SHADES_UP_TO.len()));
    Cell { words, shade }
}

/// As many cells stand side by side as there are courses: whole percents, rounded down, without the sign.
fn whole_percent(rate: Rate) -> String {
    rate.millionths().map_or_else(String::new, |millionths| (millionths / 10_000).to_string())
}

fn figure(rate: Rate, written: fn(Rate) -> String) -> String {
    match rate.counted {
        0 => String::new(),
        few if few < FEWEST_PEOPLE => format!("<{FEWEST_PEOPLE}"),
        _ => written(rate),
    }
}
