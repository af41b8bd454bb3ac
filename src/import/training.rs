//! Training records (spec 3.2).

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;

use super::aliases::{Field, FileKind};
use super::cells::Cells;
use super::messages::{Rejection, Warning};
use super::numbers::parse_hours;
use super::reading::read_rows;
use super::repeats::{Repeatable, settle};
use super::rows::SkipReason;
use super::status::{self, Meaning, Statuses};
use super::{Checked, ImportError, Known, ReadOptions, RecordDetails, RecordRow};

/// Reads and checks training records.
///
/// # Errors
/// When the file can't be used at all.
pub fn read_training(
    path: &Path,
    options: &ReadOptions,
    known: &Known<'_>,
) -> Result<Checked<RecordRow>, ImportError> {
    let (mut met, mut statuses) = (HashSet::new(), Statuses::of(&status::OF_TRAINING));
    let mut checked =
        read_rows(path, options, known, FileKind::Training, |cells| check(cells, &mut met, &mut statuses))?;
    statuses.reject_blank(&mut checked);
    settle(&mut checked);
    checked.in_order();
    Ok(checked)
}

/// Checks a row; `met` are the details of the rows above it.
fn check(
    cells: &mut Cells<'_, '_>,
    met: &mut HashSet<Arc<RecordDetails>>,
    statuses: &mut Statuses,
) -> Option<RecordRow> {
    // Before anything else is asked of the row: who enrolled has no day of completion, and rightly so.
    if cells.is_ignored_course(Field::Course) {
        cells.skip(Field::Course, SkipReason::NotOurCourse);
        return None;
    }
    if statuses.read(cells) == Some(Meaning::HoldsNot) {
        cells.skip(Field::Status, SkipReason::NotACompletion);
        return None;
    }
    let today = cells.shared.known.today;
    let completed_on = cells.required_date(Field::CompletedOn);
    let expires_on = cells.date(Field::ExpiresOn);
    if let Some(completed) = completed_on {
        if expires_on.is_some_and(|expires| expires < completed) {
            let completed = completed.to_string();
            cells.fault(Field::ExpiresOn, Rejection::ExpiresBeforeCompleted { completed });
        }
        if completed > today {
            let completed = completed.to_string();
            cells.warn(Field::CompletedOn, Warning::InTheFuture { completed });
        }
    }
    let number = cells.employee_number();
    let course = cells.course(Field::Course);
    cells.require(Field::Course);
    let organisation = cells.organisation();
    let details = RecordDetails {
        hours: cells.parsed(Field::Hours, parse_hours),
        participatory: cells.parsed(Field::Mode, parse_mode),
        provider: cells.common_text(Field::Provider),
        cost_pence: cells.pence(Field::Cost),
    };
    let row = RecordRow {
        organisation,
        employee_number: number.as_ref().into(),
        course: course.unwrap_or_default(),
        completed_on: completed_on.unwrap_or_default(),
        expires_on,
        certificate: cells.text(Field::Certificate).as_ref().into(),
        details: once(details, met),
    };
    course.map(|_| row)
}

/// The details, sharing the memory of equal ones.
fn once(details: RecordDetails, met: &mut HashSet<Arc<RecordDetails>>) -> Arc<RecordDetails> {
    if let Some(known) = met.get(&details) {
        return Arc::clone(known);
    }
    let details = Arc::new(details);
    met.insert(Arc::clone(&details));
    details
}

/// Whether the mode is participatory.
fn parse_mode(text: &str) -> Result<bool, Rejection> {
    let is = |mode: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).eq(mode.chars())
    };
    if is("participatory") {
        Ok(true)
    } else if is("elearning") {
        Ok(false)
    } else {
        Err(Rejection::NotAMode { value: text.into() })
    }
}

impl Repeatable for RecordRow {
    type Key<'r> = (u16, &'r str, u16, NaiveDate, &'r str);

    fn key(&self) -> Option<Self::Key<'_>> {
        Some((self.organisation, &self.employee_number, self.course, self.completed_on, &self.certificate))
    }

    fn person(&self) -> Option<(u16, &str)> {
        Some((self.organisation, &self.employee_number))
    }

    fn same() -> &'static str {
        "person, course, date and certificate"
    }
}
