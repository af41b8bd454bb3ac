//! Courses, staff groups and units.

use super::{Cell, Sheet};
use crate::board::{Disclosed, DisclosedGroup, Shown};
use crate::compliance::{Counts, Rag, Rate};
use crate::wording::one_line;

/// What the cells of [`counts`] are.
const COUNTS: [&str; 4] = ["Up to date", "Counted", "Rate", "Not up to date"];

pub(super) fn courses(figures: &Disclosed) -> Sheet {
    let rows = figures.courses.iter().map(|course| {
        let cell = |of: fn(&Counts) -> u64| Cell::told(&course.counts, |counts| Cell::Count(of(counts)));
        let mut row = vec![
            Cell::text(one_line(&course.key)),
            Cell::text(one_line(course.title.as_deref().unwrap_or(&course.key))),
        ];
        row.extend(counts(&course.people()));
        row.extend([Cell::target(course.target_millionths), standing(course.rag)]);
        row.extend([cell(|of| of.due_soon), cell(|of| of.lapsed), cell(|of| of.not_done)]);
        row.extend([cell(|of| of.in_grace), cell(|of| of.exempt)]);
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

pub(super) fn staff_groups(figures: &Disclosed) -> Option<Sheet> {
    let groups = figures.staff_groups.as_ref()?;
    Some(Sheet {
        name: "Staff groups",
        about: "By the staff group of each person's primary post.".to_owned(),
        columns: [&["Staff group", "In post"][..], &COUNTS, &["Standing"]].concat(),
        rows: groups.iter().map(|group| group_row(group, "No staff group recorded")).collect(),
    })
}

pub(super) fn units(figures: &Disclosed) -> Option<Sheet> {
    let rows = figures.units.as_ref()?.iter().map(|unit| {
        let mut row = group_row(unit, "No unit recorded");
        row.insert(1, Cell::Count(level(&unit.key)));
        row
    });
    Some(Sheet {
        name: "Units",
        about:
            "By unit: each counts everyone at or below it, so that a person is in every unit above their own."
                .to_owned(),
        columns: [&["Unit", "Level", "In post"][..], &COUNTS, &["Standing"]].concat(),
        rows: rows.collect(),
    })
}

pub(super) fn units_by_course(figures: &Disclosed) -> Option<Sheet> {
    let rows = figures.unit_courses.iter().flat_map(|unit| {
        let each = unit.courses.iter().zip(&figures.courses);
        let each = each.filter(|(rate, _)| rate.value().is_none_or(|rate| rate.counted > 0));
        each.map(|(rate, course)| {
            let mut row = vec![
                Cell::text(named(&unit.unit, "No unit recorded")),
                Cell::Count(level(&unit.unit)),
                Cell::text(one_line(&course.key)),
            ];
            row.extend(counts(rate));
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

fn group_row(group: &DisclosedGroup, unnamed: &str) -> Vec<Cell> {
    let in_post = Cell::told(&group.counts.in_post, |in_post| Cell::Count(*in_post));
    let mut row = vec![Cell::text(named(&group.key, unnamed)), in_post];
    row.extend(counts(&group.counts.staff));
    row.push(standing(group.rag));
    row
}

/// Up to date, counted, rate and not up to date.
fn counts(people: &Shown<Rate>) -> [Cell; 4] {
    let cell = |of: fn(&Rate) -> Cell| Cell::told(people, of);
    [
        cell(|of| Cell::Count(of.up_to_date)),
        cell(|of| Cell::Count(of.counted)),
        cell(|of| Cell::rate(*of)),
        cell(|of| Cell::Count(of.counted.saturating_sub(of.up_to_date))),
    ]
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
