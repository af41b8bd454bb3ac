//! Units, courses, and each course in each unit: tables that tell of each other.

use std::collections::HashMap;

use super::figure::Amount;
use super::figures::{DisclosedCourse, DisclosedGroup, DisclosedUnitCourses};
use super::groups::{amount, disclosed, place_units};
use super::shown::{Shown, Withheld};
use super::sums::Sums;
use crate::board::BoardFigures;
use crate::compliance::{Group, GroupBy};
use crate::register::UnitPath;

/// What is told of units, of courses, and of each course in each unit.
#[derive(Debug)]
pub(super) struct UnitsAndCourses {
    /// The courses, in the policy's order.
    pub(super) courses: Vec<DisclosedCourse>,
    /// `None` where no unit can be told.
    pub(super) units: Option<Vec<DisclosedGroup>>,
    /// Nothing where no unit can be told.
    pub(super) unit_courses: Vec<DisclosedUnitCourses>,
}

/// What of the units and the courses can be told: with the units, or without any.
pub(super) fn units_and_courses(figures: &BoardFigures) -> UnitsAndCourses {
    let (mut sums, courses) = whole_with_courses(figures);
    let units = place_units(&mut sums, &figures.units, |counts| (amount(counts), None));
    let cells = place_cells(&mut sums, figures, &units, &courses);
    sums.add_the_rest();
    if sums.protect() {
        return UnitsAndCourses {
            courses: disclosed_courses(figures, |at| courses.get(at).and_then(|place| sums.why(*place))),
            units: Some(disclosed(&figures.units, &units, &sums)),
            unit_courses: unit_courses(figures, &cells, &sums),
        };
    }
    let (mut alone, courses) = whole_with_courses(figures);
    let is_protected = alone.protect();
    let why = |at: usize| courses.get(at).and_then(|place| alone.why(*place));
    UnitsAndCourses {
        // Where not even the courses keep what is withheld of each other, none of them is told.
        courses: disclosed_courses(figures, |at| if is_protected { why(at) } else { Some(Withheld::Beside) }),
        units: None,
        unit_courses: Vec::new(),
    }
}

/// Everyone, and those who need each course, with the places of the courses.
fn whole_with_courses(figures: &BoardFigures) -> (Sums, Vec<usize>) {
    let mut sums = Sums::of(amount(&figures.counts));
    let courses = figures.courses.iter();
    let courses: Vec<usize> =
        courses.map(|course| sums.add_whole(Amount::of_pairs(course.counts.requirements))).collect();
    sums.need(Sums::ALL, courses.clone());
    (sums, courses)
}

/// Puts each course in each unit into the sums: the first level of units adds up to the course, the second to the first.
/// Gives the places by row. `units` and `courses` are the places of these.
fn place_cells(
    sums: &mut Sums,
    figures: &BoardFigures,
    units: &[usize],
    courses: &[usize],
) -> Vec<Vec<usize>> {
    let units: HashMap<&str, usize> =
        figures.units.iter().map(|unit| unit.key.as_str()).zip(units.iter().copied()).collect();
    let rows = &figures.unit_courses;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|at| rows.get(*at).map_or(0, |row| UnitPath(&row.unit).depth()));
    let mut places = vec![Vec::new(); rows.len()];
    let mut by_path: HashMap<&str, usize> = HashMap::new();
    for (row, at) in order.into_iter().filter_map(|at| Some((rows.get(at)?, at))) {
        let above = UnitPath(&row.unit).parent().and_then(|above| by_path.get(above.0));
        let above = above.and_then(|at| places.get(*at)).cloned().unwrap_or_else(|| courses.to_vec());
        let each = above.into_iter().enumerate();
        let cells: Vec<usize> = each
            .map(|(at, above)| {
                let rate = row.courses.get(at).copied().unwrap_or_default();
                sums.add(above, Amount::of_pairs(rate), None)
            })
            .collect();
        if let Some(people) = units.get(row.unit.as_str()) {
            sums.need(*people, cells.clone());
        }
        by_path.insert(&row.unit, at);
        if let Some(place) = places.get_mut(at) {
            *place = cells;
        }
    }
    places
}

fn unit_courses(figures: &BoardFigures, cells: &[Vec<usize>], sums: &Sums) -> Vec<DisclosedUnitCourses> {
    let rows = figures.unit_courses.iter().zip(cells);
    let told = rows.map(|(row, cells)| {
        let rates = row.courses.iter().zip(cells);
        let courses = rates.map(|(rate, cell)| Shown::unless(sums.why(*cell), *rate)).collect();
        DisclosedUnitCourses { unit: row.unit.clone(), courses }
    });
    told.collect()
}

fn disclosed_courses(
    figures: &BoardFigures,
    why: impl Fn(usize) -> Option<Withheld>,
) -> Vec<DisclosedCourse> {
    let courses = figures.courses.iter().enumerate();
    courses.map(|(at, course)| disclosed_course(course, why(at))).collect()
}

fn disclosed_course(course: &Group, why: Option<Withheld>) -> DisclosedCourse {
    DisclosedCourse {
        by: GroupBy::Course,
        key: course.key.clone(),
        title: course.title.clone(),
        counts: Shown::unless(why, course.counts),
        target_millionths: course.target_millionths,
        rag: course.rag.filter(|_| why.is_none()),
    }
}
