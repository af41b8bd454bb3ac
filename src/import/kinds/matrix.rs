//! The rows of a matrix: a person, and a cell for each course (spec 3.2).

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{Months, NaiveDate};
use ecow::EcoString;

use super::matrix_statuses::{CellStatus, CellStatuses};
use crate::import::cells::dates::{DateCell, parse_date};
use crate::import::cells::row::RowCells;
use crate::import::cells::status::RecordStatuses;
use crate::import::cells::text::{self, shown};
use crate::import::columns::fields::ColumnField;
use crate::import::columns::labels::CellsSay;
use crate::import::columns::matrix::{Matrix, MatrixColumn, is_date, says_nothing};
use crate::import::messages::{Note, Rejection, Warning};
use crate::import::{MatrixRead, RecordDetails, TrainingRow};
use crate::tabular::{CellKind, column_letters};

/// Checks a row: each cell with a date is a completion. A cell that can't be used is rejected by itself, and nothing of
/// a row whose person can't be told is kept.
pub(super) fn check(
    cells: &mut RowCells<'_, '_>,
    matrix: &Matrix,
    (of_cells, words): (&mut CellStatuses, &mut RecordStatuses),
    keep: &mut Vec<TrainingRow>,
) {
    let Some((field, who)) = person(cells, matrix) else { return };
    let organisation = cells.organisation();
    if !cells.faults.is_empty() {
        return;
    }
    let named = match field {
        ColumnField::LastName => who.to_string(),
        field => text::clean(cells.raw(field)).unwrap_or_default().into_owned(),
    };
    warn_of_headless(cells);
    let details = Arc::new(RecordDetails::default());
    for column in &matrix.columns {
        let status = of_cells.status(cells, matrix, column, words);
        if let CellStatus::HoldsNot(position) = status {
            let said = text::clean(cells.row.cell(position)).unwrap_or_default();
            cells.shared.skipped.add_cell(&shown(&said));
            continue;
        }
        let faults = cells.faults.len();
        let found = completion(cells, column, &named);
        let is_empty = found.is_none() && cells.faults.len() == faults;
        match status {
            CellStatus::Holds if is_empty => {
                let header = cells.layout.header_at(column.position);
                fault(cells, column, column.position, &named, &Rejection::Missing { column: header });
            }
            CellStatus::Unclear(position, reason) if found.is_some() => {
                fault(cells, column, position, &named, &reason);
                continue;
            }
            CellStatus::Blank(position) if found.is_some() => {
                of_cells.remember_blank(cells, column, position, &named);
            }
            _ => {}
        }
        if let Some((completed_on, expires_on)) = found {
            keep.push(TrainingRow {
                organisation,
                employee_number: who.clone(),
                course: column.course,
                completed_on,
                expires_on,
                certificate: EcoString::new(),
                details: Arc::clone(&details),
            });
        }
    }
}

/// Warns, once a file, of a date in a column that has no header: nobody can tell of what it is.
fn warn_of_headless(cells: &mut RowCells<'_, '_>) {
    let headers = &cells.layout.headers;
    let is_headless = |at: &usize| headers.get(*at).is_none_or(String::is_empty);
    let dated = (0..cells.row.len()).filter(is_headless).find(|at| is_date(cells.row.cell(*at)));
    if let Some(at) = dated.filter(|_| !cells.shared.told_headless) {
        cells.shared.told_headless = true;
        cells.warn_at(at, Warning::Headless { place: column_letters(at) });
    }
}

/// By which field the row names the person, and how: by the surest that is filled in. `None` after a fault.
fn person(cells: &mut RowCells<'_, '_>, matrix: &Matrix) -> Option<(ColumnField, EcoString)> {
    let filled = matrix.who.iter().copied().find(|field| !text::is_blank(cells.raw(*field)));
    let Some(field) = filled else {
        cells.require(cells.layout.person());
        return None;
    };
    let faults = cells.faults.len();
    let who: EcoString = match field {
        ColumnField::EmployeeNumber => cells.employee_number().as_ref().into(),
        ColumnField::FullName => {
            let names = cells.full_name();
            name(cells, names)
        }
        ColumnField::LastName => {
            let first = cells.text(ColumnField::FirstName).into_owned();
            let last = cells.text(ColumnField::LastName).into_owned();
            name(cells, (first, last))
        }
        field => cells.address(field),
    };
    (cells.faults.len() == faults).then_some((field, who))
}

fn name(cells: &mut RowCells<'_, '_>, (first, last): (String, String)) -> EcoString {
    cells.shared.by_name.push(cells.row.line);
    EcoString::from(format!("{first} {last}").trim())
}

/// When the person completed the column's course, and the expiry that is named; `None` where there is nothing, or a
/// fault.
fn completion(
    cells: &mut RowCells<'_, '_>,
    column: &MatrixColumn,
    who: &str,
) -> Option<(NaiveDate, Option<NaiveDate>)> {
    let read = |cells: &mut RowCells<'_, '_>, position: usize| match day(cells, position) {
        Ok(day) => Ok(day),
        Err(reason) => {
            fault(cells, column, position, who, &reason);
            Err(())
        }
    };
    let said = read(cells, column.position).ok()?;
    let beside = column.expiry.map_or(Ok(None), |at| read(cells, at)).ok()?;
    let (completed, expires) = match (column.says, said, beside) {
        (_, None, None) => return None,
        (_, None, Some(_)) => {
            fault(cells, column, column.expiry.unwrap_or(column.position), who, &Rejection::ExpiryAlone);
            return None;
        }
        (CellsSay::Completed, Some(DateCell::On(completed)), Some(DateCell::On(expires))) => {
            (completed, Some(expires))
        }
        (CellsSay::Completed, Some(DateCell::On(completed)), None | Some(DateCell::Open)) => {
            (completed, None)
        }
        (CellsSay::Expires, Some(DateCell::On(expires)), _) => {
            (completed_before(cells, column, who, expires)?, Some(expires))
        }
        (_, Some(DateCell::Open), _) => {
            let value = cells.row.cell(column.position).trim().to_owned();
            fault(cells, column, column.position, who, &Rejection::OpenDate { value });
            return None;
        }
    };
    if let (Some(at), Some(expires)) = (column.expiry, expires)
        && expires < completed
    {
        let completed = completed.to_string();
        fault(cells, column, at, who, &Rejection::ExpiresBeforeCompleted { completed });
        return None;
    }
    let ahead = completed > cells.shared.known.today;
    let dates = &mut cells.shared.matrix_dates;
    *dates = (dates.0 + 1, dates.1 + u64::from(ahead));
    if ahead {
        cells.warn_at(column.position, Warning::InTheFuture { completed: completed.to_string() });
    }
    Some((completed, expires))
}

/// The day of the completion that lapses on `expires`: the course's validity before it.
fn completed_before(
    cells: &mut RowCells<'_, '_>,
    column: &MatrixColumn,
    who: &str,
    expires: NaiveDate,
) -> Option<NaiveDate> {
    let course = cells.shared.known.policy.courses.get(column.course);
    let valid = course.and_then(|course| course.valid_months);
    let completed = valid.and_then(|months| expires.checked_sub_months(Months::new(months)));
    if completed.is_none() {
        fault(cells, column, column.position, who, &Rejection::NeverLapses);
    }
    completed
}

/// What the cell says of a day; `None` for nothing.
fn day(cells: &mut RowCells<'_, '_>, position: usize) -> Result<Option<DateCell>, Rejection> {
    if cells.row.formula_without_result(position).is_some() {
        return Err(Rejection::NoStoredResult);
    }
    let text: Cow<'_, str> = text::clean(cells.row.cell(position))?;
    if says_nothing(&text) {
        return Ok(None);
    }
    let known = cells.shared.known;
    let dated = parse_date(&text, known.today, known.zone).map_err(|reason| match reason {
        Rejection::NotADate { value } => Rejection::NotADateNorEmpty { value },
        other => other,
    })?;
    if let (DateCell::On(day), false) = (dated, cells.row.more_is_wrong) {
        let is_cell = cells.row.kind(position) == CellKind::Date;
        cells.shared.swapped.see(position, is_cell, day);
    }
    Ok(Some(dated))
}

/// Rejects a cell, naming person and course.
fn fault(
    cells: &mut RowCells<'_, '_>,
    column: &MatrixColumn,
    position: usize,
    who: &str,
    reason: &Rejection,
) {
    let course = cells.shared.known.policy.course_code(column.course).to_owned();
    let reason = Rejection::InMatrix { who: who.to_owned(), course, reason: reason.to_string() };
    cells.fault_at(position, &reason);
}

/// How a matrix was read.
pub(super) fn notes(read: &MatrixRead) -> Vec<Note> {
    let headers = |headers: &[String]| headers.join(", ");
    let mut notes = Vec::new();
    if !read.completions.is_empty() {
        notes.push(Note::MatrixCompletions { headers: headers(&read.completions) });
    }
    if !read.expiries.is_empty() {
        notes.push(Note::MatrixExpiries { headers: headers(&read.expiries) });
    }
    notes
}
