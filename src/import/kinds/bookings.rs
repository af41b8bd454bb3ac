//! Booked places (spec 3.5).

use std::collections::HashMap;

use chrono::NaiveDate;

use super::ImportedKind;
use super::no_completion::denial;
use super::people::{StaffByNumber, course_ids};
use crate::db::{Conn, DbError};
use crate::import::cells::row::RowCells;
use crate::import::cells::status::RecordStatuses;
use crate::import::cells::status_words::OF_BOOKINGS;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::ColumnField;
use crate::import::diff::kept_columns::known_places;
use crate::import::diff::keyed;
use crate::import::diff::listed::DifferenceSubject;
use crate::import::reading::repeats::Repeatable;
use crate::import::reading::skipped::SkipReason;
use crate::import::run::ImportRun;
use crate::import::run::keyed::KeyedComparison;
use crate::import::{BookingRow, CheckContext, CheckedFile, FileOrganisationIndex, ReadOptions};
use crate::policy::{CourseIndex, Policy};
use crate::register::Indexed;
use crate::register::store::{CurrentBooking, CurrentVersion};

/// Imports booked places (spec 3.5): the same person, course and day again with another place is a correction, and one
/// said to be cancelled is closed. What is not in the file stays as it is.
#[derive(Debug, Clone, Copy)]
pub struct BookedPlaces;

impl ImportedKind for BookedPlaces {
    const KIND: FileKind = FileKind::Bookings;
    type Row = BookingRow;
    type Memory = RecordStatuses;

    fn memory(_: &CheckContext<'_>, _: &ReadOptions) -> Self::Memory {
        RecordStatuses::of(&OF_BOOKINGS)
    }

    fn check(cells: &mut RowCells<'_, '_>, memory: &mut Self::Memory) -> Option<Self::Row> {
        check(cells, memory)
    }

    fn join(statuses: &mut Self::Memory, of_others: Self::Memory) {
        statuses.join(of_others);
    }

    fn all_checked(checked: &mut CheckedFile<Self::Row>, statuses: RecordStatuses) -> Vec<(u64, Self::Row)> {
        statuses.reject_blank(checked)
    }

    fn compare(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Self::Row>,
        policy: &Policy,
    ) -> Result<(), DbError> {
        let staff = StaffByNumber::read(conn, run, &checked.organisations)?;
        let courses = course_ids(conn, run, policy, checked.rows.iter().map(|(_, row)| row.course))?;
        let mut unpadded = HashMap::new();
        let (mut originals, mut rows, mut given_up) = (Vec::new(), Vec::new(), HashMap::new());
        for original in &checked.rows {
            let (line, row) = original;
            let person = (*line, row.organisation, row.employee_number.as_str());
            let staff_id = staff.find(run, checked, &mut unpadded, person);
            let course_id = courses.get(row.course).copied().flatten();
            let (Some(staff_id), Some(course_id)) = (staff_id, course_id) else { continue };
            if row.cancelled {
                given_up.insert((staff_id, course_id, row.takes_place_on), original);
            } else {
                originals.push(original);
                let (takes_place_on, place) = (row.takes_place_on, row.place.clone());
                rows.push(CurrentBooking { staff_id, course_id, takes_place_on, place });
            }
        }
        let current = CurrentBooking::current(conn)?;
        let places = known_places(&current, &rows, |booking| Some(key(booking)));
        run.keep_absent(&current, &mut rows, &places, &checked.absent_columns);
        let mut difference = keyed::compare(&current, &rows, key);
        let whose = |row: &BookingRow| whose_booking(row, &checked.organisations, policy);
        let compared = KeyedComparison { originals: &originals, rows: &rows, current: &current };
        run.keyed(&difference, compared, whose, |booking| vec![("place", booking.place.as_str().into())]);
        for (id, version) in &current {
            let Some((line, row)) = given_up.get(&key(version)) else { continue };
            difference.closes.push(*id);
            run.report.applied += 1;
            let cancelled = |yes: &'static str| [("cancelled", yes.into())];
            run.report.difference.compare_fields(cancelled(""), cancelled("yes"), *line, || whose(row));
        }
        run.apply_keyed(conn, &difference, &rows)
    }
}

fn check(cells: &mut RowCells<'_, '_>, statuses: &mut RecordStatuses) -> Option<BookingRow> {
    if cells.is_ignored_course(ColumnField::Course) {
        cells.skip(ColumnField::Course, SkipReason::NotOurCourse);
        return None;
    }
    let employee_number = cells.employee_number().into_owned();
    let course = cells.course(ColumnField::Course);
    cells.require(ColumnField::Course);
    let takes_place_on = cells.required_date(ColumnField::Date);
    let (place, organisation) = (cells.text(ColumnField::Place).into_owned(), cells.organisation());
    let given_up = statuses.denied_at(cells).is_some();
    let was_denied = denial(cells, statuses).is_some();
    let cancelled = cells.yes_no(ColumnField::Cancelled).unwrap_or(false) || given_up || was_denied;
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
    type Key<'r> = (FileOrganisationIndex, &'r str, CourseIndex, NaiveDate);

    fn key(&self) -> Option<Self::Key<'_>> {
        Some((self.organisation, &self.employee_number, self.course, self.takes_place_on))
    }

    fn person(&self) -> Option<(FileOrganisationIndex, &str)> {
        Some((self.organisation, &self.employee_number))
    }

    fn same() -> &'static str {
        "person, course and date"
    }
}

fn key(booking: &CurrentBooking) -> (i32, i32, NaiveDate) {
    (booking.staff_id, booking.course_id, booking.takes_place_on)
}

/// Whose booking a row is, and of what: `SGC-L2 on 2026-12-03`.
fn whose_booking(
    row: &BookingRow,
    organisations: &Indexed<FileOrganisationIndex, String>,
    policy: &Policy,
) -> (DifferenceSubject, String) {
    let course = policy.course_code(row.course);
    let subject = DifferenceSubject {
        organisation: organisations.get(row.organisation).cloned().unwrap_or_default(),
        employee_number: Some(row.employee_number.clone()),
        name: None,
    };
    (subject, format!("{course} on {}", row.takes_place_on))
}
