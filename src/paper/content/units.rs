//! Units: the divisions, then the wards within them that are furthest behind; and each course in each unit.

use std::cmp::Reverse;

use super::groups::{Ranked, count_columns, counts, none_told};
use super::section::{Block, PaperSection};
use super::unit_tree::{ListedUnit, divisions_and_wards};
use crate::board::{Disclosed, DisclosedCourse, DisclosedGroup};
use crate::compliance::Rate;
use crate::paper::chart::{Chart, shown_units, unit_name};
use crate::paper::table::{ShownIn, Table, TableCell, TableColumn, TableRow};
use crate::register::UnitPath;

/// By unit: on a page the divisions and the wards, in the workbook the whole tree.
pub(super) fn units(figures: &Disclosed) -> Option<PaperSection> {
    let heading = "By unit";
    let Some(units) = &figures.units else { return Some(PaperSection::new(heading, none_told("units"))) };
    let (divisions, wards) = divisions_and_wards(units);
    let of_divisions = Ranked {
        name: "Divisions",
        caption: "The largest units, most people not up to date first. Each counts everyone at or below it. Percentages \
                  are out of the same people as by staff group."
            .to_owned(),
        nouns: ("more division", "more divisions"),
        ..ranked()
    };
    let of_wards = Ranked {
        name: "Wards",
        caption: "The units within them, down to the last, most people not up to date first.".to_owned(),
        nouns: ("more unit", "more units"),
        ..ranked()
    };
    let has_wards = !wards.is_empty();
    let mut blocks = of_divisions.blocks(divisions.iter().map(named).collect());
    if has_wards {
        blocks.extend(of_wards.blocks(wards.iter().map(named).collect()));
    }
    blocks.push(Block::Table(tree(units)));
    Some(PaperSection::new(heading, blocks))
}

fn ranked() -> Ranked {
    Ranked {
        name: "",
        caption: String::new(),
        names: vec![TableColumn::new("Unit"), TableColumn::new("Within").below_name()],
        is_standing_below: false,
        nouns: ("", ""),
        shown_in: ShownIn::Pages,
    }
}

fn named<'a>(unit: &ListedUnit<'a>) -> (Vec<TableCell>, &'a DisclosedGroup) {
    let within = match unit.within.as_str() {
        "" => TableCell::Nothing,
        within => TableCell::words(within).after("in"),
    };
    (vec![TableCell::named(&unit.name, "No unit recorded"), within], unit.group)
}

/// Every unit below the one that it is in, as the workbook has them.
fn tree(units: &[DisclosedGroup]) -> Table {
    let mut units: Vec<&DisclosedGroup> = units.iter().collect();
    let steps = |unit: &DisclosedGroup| -> Vec<String> {
        UnitPath(&unit.key).units_down().map(|step| step.0.to_lowercase()).collect()
    };
    units.sort_by_cached_key(|unit| (unit.organisation.clone(), steps(unit)));
    let rows = units.iter().map(|unit| {
        let counts_of = &unit.counts;
        let in_post = TableCell::told(&counts_of.in_post, |in_post| TableCell::Count(*in_post));
        let standing = TableCell::Standing(unit.rag, None);
        let standing = counts_of.staff.value().map_or(TableCell::Nothing, |_| standing);
        let cells = unit_cells(&unit.key).into_iter().chain([in_post]).chain(counts(&counts_of.staff));
        TableRow::new(cells.chain([standing]).collect::<Vec<_>>())
    });
    let names = ["Unit", "Level", "In post"].map(TableColumn::new).into_iter();
    let columns = names.chain(count_columns()).chain([TableColumn::new("Standing")]).collect();
    let caption = "Every unit below the one that it is in. A unit counts everyone at or below it, so that a person is in \
                   every unit above their own. Percentages are out of the same people as by staff group.";
    Table::new("Units", caption, columns, rows.collect()).only(ShownIn::Workbook)
}

/// Each course in each unit of the first two levels: a chart on a page, a table in the workbook.
pub(super) fn units_by_course(figures: &Disclosed, chart: Option<Chart>) -> Option<PaperSection> {
    let rows = figures.unit_courses.iter().flat_map(|unit| {
        let each = unit.courses.iter().zip(&figures.courses);
        let each = each.filter(|(rate, _)| rate.value().is_none_or(|rate| rate.counted > 0));
        each.map(|(rate, course)| {
            let names = unit_cells(&unit.unit).into_iter().chain([TableCell::words(&course.key)]);
            let target = TableCell::target(course.target_millionths);
            TableRow::new(names.chain(counts(rate)).chain([target]).collect::<Vec<_>>())
        })
    });
    let names = ["Unit", "Level", "Course"].map(TableColumn::new).into_iter();
    let columns = names.chain(count_columns()).chain([TableColumn::new("Target")]).collect();
    let caption = "Each course in each unit of the first two levels.";
    let table = Table::new("Units by course", caption, columns, rows.collect()).only(ShownIn::Workbook);
    let table = (!table.rows.is_empty()).then_some(Block::Table(table));
    let below = chart.as_ref().map(|_| Block::Table(furthest_below(figures)));
    let heading = chart.as_ref().map_or("Units by course", |chart| &chart.title).to_owned();
    let blocks: Vec<Block> = chart.map(Block::Chart).into_iter().chain(below).chain(table).collect();
    (!blocks.is_empty()).then(|| PaperSection::new(heading, blocks))
}

/// The most courses named of a unit.
const MOST_COURSES: usize = 5;

/// Which courses each unit of the chart is furthest below the target of: what it says, in words.
fn furthest_below(figures: &Disclosed) -> Table {
    let rows = shown_units(figures).0.into_iter().map(|unit| {
        let each = unit.courses.iter().zip(&figures.courses);
        let told: Vec<(Rate, &DisclosedCourse)> = each
            .clone()
            .filter_map(|(rate, course)| Some((*rate.value().filter(|rate| rate.counted > 0)?, course)))
            .collect();
        let withheld = each.filter(|(rate, _)| rate.value().is_none()).count();
        let mut below: Vec<(u64, &DisclosedCourse, Rate)> = told
            .iter()
            .filter_map(|(rate, course)| {
                let by = course.target_millionths.saturating_sub(rate.millionths()?);
                (by > 0).then_some((by, *course, *rate))
            })
            .collect();
        below.sort_by_key(|(by, course, _)| (Reverse(*by), course.key.as_str()));
        let mut named: Vec<String> = below
            .iter()
            .take(MOST_COURSES)
            .map(|(_, course, rate)| format!("{} {}", course.key, rate.shown()))
            .collect();
        named.extend(
            below.len().checked_sub(MOST_COURSES).filter(|more| *more > 0).map(|more| format!("{more} more")),
        );
        if below.is_empty() && !told.is_empty() {
            named.push("none of those told".to_owned());
        }
        if withheld > 0 {
            named.push(format!("{withheld} withheld"));
        }
        let figure =
            if told.is_empty() { TableCell::Missing("n/a") } else { TableCell::Count(below.len() as u64) };
        let named = if named.is_empty() { TableCell::Nothing } else { TableCell::words(&named.join(", ")) };
        TableRow::new([TableCell::words(&unit_name(unit)), named, figure])
    });
    let columns = vec![
        TableColumn::new("Unit"),
        TableColumn::new("Furthest below").below_name(),
        TableColumn::new("Courses below target"),
    ];
    let caption = "The courses that each of these units is furthest below the target of, by their codes in the table of \
                   courses.";
    Table::new("Furthest below target", caption, columns, rows.collect()).only(ShownIn::Pages)
}

/// A unit's path, and how deep it is in the tree; the top is 1.
fn unit_cells(path: &str) -> [TableCell; 2] {
    let level = UnitPath(path).depth() as u64 + 1;
    let name = match TableCell::named(path, "No unit recorded") {
        TableCell::Words(path) => TableCell::Path(path),
        other => other,
    };
    [name, TableCell::Count(level)]
}
