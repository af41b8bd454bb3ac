//! Units by courses.

use std::collections::HashMap;

use super::figures::{DisclosedCourse, DisclosedGroup, DisclosedUnitCourses};
use super::shown::{Shown, Withheld};
use super::sums::{Amount, Sums};
use crate::board::BoardFigures;
use crate::compliance::Rate;
use crate::register::UnitPath;

/// Each course in each unit. `units` and `courses` are what is told of them by themselves.
pub(super) fn units_by_course(
    figures: &BoardFigures,
    units: &[DisclosedGroup],
    courses: &[DisclosedCourse],
) -> Vec<DisclosedUnitCourses> {
    let why: HashMap<&str, Withheld> =
        units.iter().filter_map(|unit| Some((unit.key.as_str(), unit.counts.staff.withheld()?))).collect();
    let rows = figures.unit_courses.iter();
    let rows: Vec<UnitRow<'_>> = rows
        .map(|row| UnitRow { path: &row.unit, rates: &row.courses, why: why.get(row.unit.as_str()).copied() })
        .collect();
    let mut columns: Vec<CourseColumn> =
        courses.iter().enumerate().map(|(at, of)| column(&rows, at, of, figures)).collect();
    columns.iter_mut().for_each(CourseColumn::protect);
    let next =
        |columns: &[CourseColumn]| (0..rows.len()).find_map(|row| Some((row, alone(&rows, columns, row)?)));
    while let Some((row, column)) = next(&columns) {
        if let Some(column) = columns.get_mut(column) {
            column.withhold(row);
        }
    }
    let told = |at: usize, row: &UnitRow<'_>| {
        let rates = row.rates.iter().zip(&columns);
        rates.map(|(rate, column)| Shown::unless(column.why(at), *rate)).collect()
    };
    let rows = rows.iter().enumerate();
    rows.map(|(at, row)| DisclosedUnitCourses { unit: row.path.to_owned(), courses: told(at, row) }).collect()
}

/// A unit.
struct UnitRow<'a> {
    path: &'a str,
    rates: &'a [Rate],
    /// Why all of it is withheld, where it is.
    why: Option<Withheld>,
}

/// A course in every unit: the first level adds up to the course, the second to the first.
struct CourseColumn {
    sums: Sums,
    /// Where each row stands in the sums.
    places: Vec<usize>,
    /// No row of it can be told, nor that anybody there needs the course.
    is_withheld: bool,
}

fn column(rows: &[UnitRow<'_>], at: usize, course: &DisclosedCourse, figures: &BoardFigures) -> CourseColumn {
    let all = figures.courses.get(at).map_or(Rate::default(), |course| course.counts.requirements);
    let mut sums = Sums::of(Amount::of_pairs(all));
    let by_course = course.counts.withheld();
    let mut places = vec![Sums::ALL; rows.len()];
    let mut by_path: HashMap<&str, usize> = HashMap::new();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|at| rows.get(*at).map_or(0, |row| UnitPath(row.path).depth()));
    for (row, index) in order.into_iter().filter_map(|index| Some((rows.get(index)?, index))) {
        let above = UnitPath(row.path).parent().and_then(|above| by_path.get(above.0).copied());
        let rate = row.rates.get(at).copied().unwrap_or_default();
        let place = sums.add(above.unwrap_or(Sums::ALL), Amount::of_pairs(rate), row.why.or(by_course));
        // Of a unit whose people need one course, the unit's own figure says it all.
        if row.why.is_none() && row.rates.iter().filter(|rate| rate.counted > 0).count() == 1 {
            sums.is_known(place);
        }
        by_path.insert(row.path, place);
        if let Some(at) = places.get_mut(index) {
            *at = place;
        }
    }
    sums.add_the_rest();
    CourseColumn { sums, places, is_withheld: false }
}

impl CourseColumn {
    fn protect(&mut self) {
        self.is_withheld = self.is_withheld || !self.sums.protect();
    }

    fn why(&self, row: usize) -> Option<Withheld> {
        if self.is_withheld {
            return Some(Withheld::Beside);
        }
        self.places.get(row).and_then(|place| self.sums.why(*place))
    }

    fn withhold(&mut self, row: usize) {
        if let Some(place) = self.places.get(row) {
            self.sums.withhold(*place);
        }
        self.protect();
    }
}

/// The course to withhold in a row of which only one is: all together may be known from what a unit's people need. The
/// smallest of the others.
fn alone(rows: &[UnitRow<'_>], columns: &[CourseColumn], at: usize) -> Option<usize> {
    let row = rows.get(at).filter(|row| row.why.is_none())?;
    let needed = || row.rates.iter().zip(columns).enumerate().filter(|(_, (rate, _))| rate.counted > 0);
    let withheld = needed().filter(|(_, (_, column))| column.why(at).is_some()).count();
    let others = needed().filter(|(_, (_, column))| column.why(at).is_none());
    let smallest = others.min_by_key(|(number, (rate, _))| (rate.counted, *number));
    smallest.filter(|_| withheld == 1).map(|(number, _)| number)
}
