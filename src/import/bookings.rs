//! Booked places (spec 3.5).

use std::path::Path;

use chrono::NaiveDate;

use super::aliases::{Field, FileKind};
use super::cells::Cells;
use super::reading::read_rows;
use super::repeats::{Repeatable, settle};
use super::rows::SkipReason;
use super::status::{self, Meaning, Statuses};
use super::{BookingRow, Checked, ImportError, Known, ReadOptions};

/// Reads and checks booked places.
///
/// # Errors
/// When the file can't be used at all.
pub fn read_bookings(
    path: &Path,
    options: &ReadOptions,
    known: &Known<'_>,
) -> Result<Checked<BookingRow>, ImportError> {
    let mut statuses = Statuses::of(&status::OF_BOOKINGS);
    let mut checked =
        read_rows(path, options, known, FileKind::Bookings, |cells| check(cells, &mut statuses))?;
    statuses.reject_blank(&mut checked);
    settle(&mut checked);
    checked.in_order();
    Ok(checked)
}

fn check(cells: &mut Cells<'_, '_>, statuses: &mut Statuses) -> Option<BookingRow> {
    if cells.is_ignored_course(Field::Course) {
        cells.skip(Field::Course, SkipReason::NotOurCourse);
        return None;
    }
    let employee_number = cells.employee_number().into_owned();
    let course = cells.course(Field::Course);
    cells.require(Field::Course);
    let takes_place_on = cells.required_date(Field::Date);
    let (place, organisation) = (cells.text(Field::Place).into_owned(), cells.organisation());
    let given_up = statuses.read(cells) == Some(Meaning::HoldsNot);
    let cancelled = cells.yes_no(Field::Cancelled).unwrap_or(false) || given_up;
    Some(BookingRow {
        organisation,
        employee_number,
        course: course?,
        takes_place_on: takes_place_on?,
        place,
        cancelled,
    })
}

impl Repeatable for BookingRow {
    type Key<'r> = (u16, &'r str, u16, NaiveDate);

    fn key(&self) -> Option<Self::Key<'_>> {
        Some((self.organisation, &self.employee_number, self.course, self.takes_place_on))
    }

    fn person(&self) -> Option<(u16, &str)> {
        Some((self.organisation, &self.employee_number))
    }

    fn same() -> &'static str {
        "person, course and date"
    }
}
