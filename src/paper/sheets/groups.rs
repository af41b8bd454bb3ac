//! Courses, staff groups and units.

use super::{Cell, Sheet};
use crate::board::{BoardFigures, FEWEST_PEOPLE};
use crate::compliance::{Group, Rag, Rate};
use crate::wording::one_line;

/// What the cells of [`counts`] and [`exact`] are.
const COUNTS: [&str; 4] = ["Up to date", "Counted", "Rate", "Not up to date"];

pub(super) fn courses(figures: &BoardFigures) -> Sheet {
    let rows = figures.courses.iter().map(|course| {
        let people = course.counts.requirements;
        let mut row = vec![
            Cell::text(one_line(&course.key)),
            Cell::text(one_line(course.title.as_deref().unwrap_or(&course.key))),
        ];
        row.extend(exact(people));
        row.extend([Cell::target(course.target_millionths), standing(course.rag)]);
        row.extend([course.counts.due_soon, course.counts.lapsed, course.counts.not_done].map(Cell::Count));
        row.extend([course.counts.in_grace, course.counts.exempt].map(Cell::Count));
        row
    });
    Sheet {
        name: "Courses",
        about: "Each course against its target, out of the people who need it.".to_owned(),
        columns: [
            &["Course", "Title"][..],
            &COUNTS,
            &["Target", "Standing", "Due soon", "Lapsed", "Not done", "In grace", "Exempt"],
        ]
        .concat(),
        rows: rows.collect(),
    }
}

pub(super) fn staff_groups(figures: &BoardFigures) -> Sheet {
    Sheet {
        name: "Staff groups",
        about: "By the staff group of each person's primary post.".to_owned(),
        columns: [&["Staff group", "In post"][..], &COUNTS, &["Standing"]].concat(),
        rows: figures.staff_groups.iter().map(|group| group_row(group, "No staff group recorded")).collect(),
    }
}

pub(super) fn units(figures: &BoardFigures) -> Sheet {
    let rows = figures.units.iter().map(|unit| {
        let mut row = group_row(unit, "No unit recorded");
        row.insert(1, Cell::Count(level(&unit.key)));
        row
    });
    Sheet {
        name: "Units",
        about:
            "By unit: each counts everyone at or below it, so that a person is in every unit above their own."
                .to_owned(),
        columns: [&["Unit", "Level", "In post"][..], &COUNTS, &["Standing"]].concat(),
        rows: rows.collect(),
    }
}

pub(super) fn units_by_course(figures: &BoardFigures) -> Option<Sheet> {
    let rows = figures.unit_courses.iter().flat_map(|unit| {
        let each = unit.courses.iter().zip(&figures.courses).filter(|(rate, _)| rate.counted > 0);
        each.map(|(rate, course)| {
            let mut row = vec![
                Cell::text(named(&unit.unit, "No unit recorded")),
                Cell::Count(level(&unit.unit)),
                Cell::text(one_line(&course.key)),
            ];
            row.extend(counts(*rate));
            row.push(Cell::target(course.target_millionths));
            row
        })
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    (!rows.is_empty()).then(|| Sheet {
        name: "Units by course",
        about: "Each course in each unit of the first two levels.".to_owned(),
        columns: [&["Unit", "Level", "Course"][..], &COUNTS, &["Target"]].concat(),
        rows,
    })
}

fn group_row(group: &Group, unnamed: &str) -> Vec<Cell> {
    let in_post =
        if group.counts.in_post < FEWEST_PEOPLE { few() } else { Cell::Count(group.counts.in_post) };
    let mut row = vec![Cell::text(named(group.title.as_deref().unwrap_or(&group.key), unnamed)), in_post];
    row.extend(counts(group.counts.staff));
    row.push(if group.counts.staff.counted < FEWEST_PEOPLE { Cell::Nothing } else { standing(group.rag) });
    row
}

/// As [`exact`], but nothing of a few people.
fn counts(people: Rate) -> [Cell; 4] {
    if (1..FEWEST_PEOPLE).contains(&people.counted) {
        return [Cell::Nothing, few(), Cell::Nothing, Cell::Nothing];
    }
    exact(people)
}

/// Up to date, counted, rate and not up to date.
fn exact(people: Rate) -> [Cell; 4] {
    let behind = people.counted.saturating_sub(people.up_to_date);
    [Cell::Count(people.up_to_date), Cell::Count(people.counted), Cell::rate(people), Cell::Count(behind)]
}

fn few() -> Cell {
    Cell::text(format!("under {FEWEST_PEOPLE}"))
}

fn standing(rag: Option<Rag>) -> Cell {
    rag.map_or(Cell::Nothing, |rag| Cell::text(rag.words()))
}

fn named(name: &str, unnamed: &str) -> String {
    let name = one_line(name);
    if name.is_empty() { unnamed.to_owned() } else { name }
}

/// How deep a unit is in the tree; the top is 1.
fn level(path: &str) -> u64 {
    u64::try_from(path.matches(" / ").count() + 1).unwrap_or(1)
}
