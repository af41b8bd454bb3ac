//! Training records (spec 3.2).

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Months, NaiveDate};
use hashbrown::HashSet;

use super::matrix_statuses::CellStatuses;
use super::no_completion::is_none;
use super::people::{StaffByNumber, StaffBySaid, course_ids};
use super::{ImportedKind, matrix};
use crate::db::{Conn, DbError};
use crate::import::cells::row::RowCells;
use crate::import::cells::status::RecordStatuses;
use crate::import::cells::status_words::OF_TRAINING;
use crate::import::cells::text;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::{ColumnField, normalised};
use crate::import::diff::record_fields::UnsaidOfRecords;
use crate::import::diff::training::{KeyedRecord, RecordMerge, RowNames};
use crate::import::messages::{Note, Rejection, Warning};
use crate::import::reading::repeats::Repeatable;
use crate::import::reading::skipped::SkipReason;
use crate::import::run::ImportRun;
use crate::import::run::progress::ImportStep;
use crate::import::{
    CheckContext, CheckedFile, FileOrganisationIndex, ReadOptions, RecordDetails, TrainingRow,
};
use crate::policy::{CourseIndex, Policy};
use crate::register::store;

/// Imports training records (spec 3.2). A row about somebody the register does not have is rejected; people who have
/// left still get theirs.
#[derive(Debug, Clone, Copy)]
pub struct TrainingRecords;

impl ImportedKind for TrainingRecords {
    const KIND: FileKind = FileKind::Training;
    type Row = TrainingRow;
    type Memory = TrainingMemory;

    fn memory(_: &CheckContext<'_>, _: &ReadOptions) -> Self::Memory {
        TrainingMemory {
            details: HashSet::new(),
            statuses: RecordStatuses::of(&OF_TRAINING),
            cells: CellStatuses::default(),
        }
    }

    fn check(cells: &mut RowCells<'_, '_>, memory: &mut Self::Memory) -> Option<Self::Row> {
        check(cells, &mut memory.details, &mut memory.statuses)
    }

    fn check_all(cells: &mut RowCells<'_, '_>, memory: &mut Self::Memory, keep: &mut Vec<Self::Row>) {
        let layout = cells.layout;
        match &layout.matrix {
            Some(columns) => {
                let statuses = (&mut memory.cells, &mut memory.statuses);
                matrix::check(cells, columns, statuses, keep);
            }
            None => keep.extend(Self::check(cells, memory)),
        }
    }

    fn join(memory: &mut Self::Memory, of_others: Self::Memory) {
        memory.statuses.join(of_others.statuses);
    }

    fn all_checked(checked: &mut CheckedFile<Self::Row>, memory: Self::Memory) -> Vec<(u64, Self::Row)> {
        memory.cells.reject_blank(&memory.statuses, checked);
        memory.statuses.reject_blank(checked)
    }

    fn compare(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Self::Row>,
        policy: &Policy,
    ) -> Result<(), DbError> {
        let staff = StaffByNumber::read(conn, run, &checked.organisations)?;
        let by_address = StaffBySaid::addresses(conn, run, checked)?;
        let by_name = StaffBySaid::names(conn, run, checked)?;
        let used = checked.rows.iter().map(|(_, row)| row.course);
        let courses = course_ids(conn, run, policy, used)?;
        let mut keyed = Vec::with_capacity(checked.rows.len());
        let mut unpadded = HashMap::new();
        // Whom the line above named: all that a line of a matrix holds is of one person.
        let mut found: Option<(u64, Option<i32>)> = None;
        for (place, (line, row)) in (0u32..).zip(&checked.rows) {
            let who = (*line, row.organisation, row.employee_number.as_str());
            let staff_id = match found {
                Some((of, staff_id)) if of == *line => staff_id,
                _ if by_address.names_by(*line) => by_address.find(run, checked, who),
                _ if by_name.names_by(*line) => by_name.find(run, checked, who),
                _ => staff.find(run, checked, &mut unpadded, who),
            };
            found = Some((*line, staff_id));
            let course_id = courses.get(row.course).copied().flatten();
            if let (Some(staff_id), Some(course_id)) = (staff_id, course_id) {
                keyed.push(KeyedRecord { staff_id, course_id, completed_on: row.completed_on, row: place });
            }
        }
        let names = RowNames { organisations: &checked.organisations, policy };
        let expiry_of = checked.matrix.as_ref().map_or(&[][..], |matrix| &matrix.without_expiry);
        let unsaid = UnsaidOfRecords { columns: &checked.absent_columns, expiry_of };
        let (mut merge, rejected) = RecordMerge::new(&checked.rows, keyed, names, unsaid, run.options.listed);
        let staff_ids = merge.staff_ids();
        store::each_open_record(conn, &staff_ids, |record| merge.meet(record))?;
        for (line, reason) in rejected.into_iter().chain(merge.finish()) {
            let (column, value) = match &reason {
                Rejection::LikeKnown { .. } | Rejection::AlikeInFile { .. } => certificate_on(checked, line),
                _ => ("", ""),
            };
            run.reject(line, column, value, &reason);
        }
        for column in &merge.kept {
            run.note(&Note::ColumnAbsent { column: (*column).into() });
        }
        run.report.records_added = merge.added;
        run.report.records_corrected = u64::try_from(merge.closes.len()).unwrap_or(u64::MAX);
        run.report.applied = match &checked.matrix {
            None => run.report.records_added + run.report.records_corrected,
            Some(_) => run.not_rejected(&merge.lines()),
        };
        for note in checked.matrix.iter().flat_map(matrix::notes) {
            run.note(&note);
        }
        std::mem::swap(&mut run.report.difference, &mut merge.listed);
        if let Some(import) = run.open(conn)? {
            store::close_records(conn, import, &merge.closes)?;
            let progress = &run.options.progress;
            progress.begin(ImportStep::Recording, run.report.applied);
            store::add_records(conn, import, merge.opens().inspect(|_| progress.advance(1)))?;
        }
        Ok(())
    }
}

/// The column of certificates, and what it says on a line.
fn certificate_on(checked: &CheckedFile<TrainingRow>, line: u64) -> (&str, &str) {
    let place = checked.rows.binary_search_by_key(&line, |(line, _)| *line).ok();
    let row = place.and_then(|place| checked.rows.get(place));
    (checked.header_of("certificate"), row.map_or("", |(_, row)| row.certificate.as_str()))
}

/// What the checks of training records remember.
#[derive(Debug)]
pub struct TrainingMemory {
    /// The details of the rows so far, each once.
    details: HashSet<Arc<RecordDetails>>,
    statuses: RecordStatuses,
    /// What the statuses of a matrix's cells came to.
    cells: CellStatuses,
}

/// Checks a row; `met` are the details of the rows above it.
fn check(
    cells: &mut RowCells<'_, '_>,
    met: &mut HashSet<Arc<RecordDetails>>,
    statuses: &mut RecordStatuses,
) -> Option<TrainingRow> {
    // Before anything else is asked of the row: who enrolled has no day of completion, and rightly so.
    let named = course_field(cells);
    if cells.is_ignored_course(named) {
        cells.skip(named, SkipReason::NotOurCourse);
        return None;
    }
    if is_none(cells, statuses) {
        return None;
    }
    let today = cells.shared.known.today;
    let completed_on = completed_on(cells);
    let expires_on = expires_on(cells);
    if let Some(completed) = completed_on {
        if expires_on.is_some_and(|expires| expires < completed) {
            let completed = completed.to_string();
            cells.fault(ColumnField::ExpiresOn, Rejection::ExpiresBeforeCompleted { completed });
        }
        if completed > today {
            let completed = completed.to_string();
            cells.warn(ColumnField::CompletedOn, Warning::InTheFuture { completed });
        }
    }
    let employee_number = cells.number_or_address();
    let course = cells.course(named);
    cells.require(named);
    if let (Some(completed), Some(expires), Some(course)) = (completed_on, expires_on, course) {
        warn_of_far_expiry(cells, completed, expires, course);
    }
    let organisation = cells.organisation();
    let details = RecordDetails {
        hours: cells.hours(ColumnField::Hours),
        participatory: cells.parsed(ColumnField::Mode, parse_mode),
        provider: cells.common_text(ColumnField::Provider),
        cost_pence: cells.pence(ColumnField::Cost),
    };
    let row = TrainingRow {
        organisation,
        employee_number,
        course: course.unwrap_or(CourseIndex::NOWHERE),
        completed_on: completed_on.unwrap_or_default(),
        expires_on,
        certificate: cells.given_number(ColumnField::Certificate).as_ref().into(),
        details: once(details, met),
    };
    course.map(|_| row)
}

/// The day of completion. Another column that says another day leaves it open which of the two it is.
fn completed_on(cells: &mut RowCells<'_, '_>) -> Option<NaiveDate> {
    let day = cells.required_date(ColumnField::CompletedOn)?;
    for &(field, position) in &cells.layout.others {
        if field == ColumnField::CompletedOn
            && cells.date_at(field, position).is_some_and(|other| other != day)
        {
            let taken = cells.layout.header(field);
            cells.fault_at(position, &Rejection::OtherDay { taken, day: day.to_string() });
        }
    }
    Some(day)
}

/// The day until which it counts: the earliest that a column says, but for the canonical one, which is asked first.
fn expires_on(cells: &mut RowCells<'_, '_>) -> Option<NaiveDate> {
    let first = cells.date(ColumnField::ExpiresOn);
    if cells.layout.others.is_empty() {
        return first;
    }
    let mut days: Vec<NaiveDate> = first.into_iter().collect();
    let is_canonical = normalised(&cells.layout.header(ColumnField::ExpiresOn)) == EXPIRES_ON;
    for &(field, position) in &cells.layout.others {
        if field == ColumnField::ExpiresOn && !(is_canonical && first.is_some()) {
            days.extend(cells.date_at(field, position));
        }
    }
    days.into_iter().min()
}

/// The canonical name of the column, normalised.
const EXPIRES_ON: &str = "expireson";

/// The field that names what was completed: a part of a course where the row is of one.
fn course_field(cells: &RowCells<'_, '_>) -> ColumnField {
    let has_course = cells.layout.position(ColumnField::Course).is_some();
    let has_part = cells.layout.position(ColumnField::Part).is_some();
    let is_of_part = has_part && !(has_course && text::is_blank(cells.raw(ColumnField::Part)));
    if is_of_part { ColumnField::Part } else { ColumnField::Course }
}

/// The years after a completion beyond which an expiry may be a slip, where the course's validity is far shorter.
const FAR_YEARS: u32 = 10;

/// Warns, once a file, of an expiry that no validity explains: a year mistyped, most likely.
fn warn_of_far_expiry(
    cells: &mut RowCells<'_, '_>,
    completed: NaiveDate,
    expires: NaiveDate,
    course: CourseIndex,
) {
    let policy = cells.shared.known.policy;
    let valid = policy.courses.get(course).and_then(|course| course.valid_months);
    let after = |months: u32| completed.checked_add_months(Months::new(months));
    let is_far = valid.is_some_and(|months| {
        after(months.saturating_mul(2)).is_some_and(|latest| latest < expires)
            && after(12 * FAR_YEARS).is_some_and(|latest| latest < expires)
    });
    if is_far && !std::mem::replace(&mut cells.shared.told_far_expiry, true) {
        cells.warn(ColumnField::ExpiresOn, Warning::FarExpiry { completed: completed.to_string() });
    }
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
    // As nearly all write it.
    match text {
        "participatory" => return Ok(true),
        "e-learning" => return Ok(false),
        _ => {}
    }
    match normalised(text).as_str() {
        "participatory" => Ok(true),
        "elearning" => Ok(false),
        _ => Err(Rejection::NotAMode { value: text.into() }),
    }
}

impl Repeatable for TrainingRow {
    type Key<'r> = (FileOrganisationIndex, &'r str, CourseIndex, NaiveDate, &'r str);

    fn key(&self) -> Option<Self::Key<'_>> {
        Some((self.organisation, &self.employee_number, self.course, self.completed_on, &self.certificate))
    }

    fn person(&self) -> Option<(FileOrganisationIndex, &str)> {
        Some((self.organisation, &self.employee_number))
    }

    fn same() -> &'static str {
        "person, course, date and certificate"
    }
}
