//! Exemptions (spec 3.5).

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use chrono::NaiveDate;

use super::ImportedKind;
use super::people::{StaffByNumber, course_ids};
use crate::db::{Conn, DbError};
use crate::import::cells::row::RowCells;
use crate::import::cells::status::RecordStatuses;
use crate::import::cells::status_words::OF_EXEMPTIONS;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::ColumnField;
use crate::import::diff::kept_columns::known_places;
use crate::import::diff::keyed::{self, KeyedDifference};
use crate::import::diff::listed::{DifferenceSubject, date};
use crate::import::messages::{Note, Rejection};
use crate::import::reading::repeats::Repeatable;
use crate::import::run::keyed::KeyedComparison;
use crate::import::run::{ImportRun, Original};
use crate::import::{CheckContext, CheckedFile, ExemptionRow, FileOrganisationIndex, ReadOptions};
use crate::policy::{CourseIndex, Policy};
use crate::register::Indexed;
use crate::register::store::{CurrentExemption, CurrentVersion};
use crate::wording::counted;

/// Imports exemptions (spec 3.5): the same person, course and first day again with other content is a correction.
#[derive(Debug, Clone, Copy)]
pub struct ExemptionLists;

impl ImportedKind for ExemptionLists {
    const KIND: FileKind = FileKind::Exemptions;
    type Row = ExemptionRow;
    type Memory = RecordStatuses;

    fn memory(_: &CheckContext<'_>, _: &ReadOptions) -> Self::Memory {
        RecordStatuses::of(&OF_EXEMPTIONS)
    }

    fn check(cells: &mut RowCells<'_, '_>, statuses: &mut Self::Memory) -> Option<Self::Row> {
        Some(check(cells, statuses))
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
        let used = checked.rows.iter().filter_map(|(_, row)| row.course);
        let courses = course_ids(conn, run, policy, used)?;
        let mut unpadded = HashMap::new();
        let (mut originals, mut rows, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for original in &checked.rows {
            let (line, row) = original;
            let person = (*line, row.organisation, row.employee_number.as_str());
            if let Some(staff_id) = staff.find(run, checked, &mut unpadded, person) {
                let course_id = row.course.and_then(|course| courses.get(course).copied().flatten());
                let (from_on, until_on, reason) = (row.from_on, row.until_on, row.reason.clone());
                let exemption = CurrentExemption { staff_id, course_id, from_on, until_on, reason };
                if row.refused {
                    refused.push((original, exemption));
                } else {
                    originals.push(original);
                    rows.push(exemption);
                }
            }
        }
        let current = CurrentExemption::current(conn)?;
        let absent = &checked.absent_columns;
        if absent.contains(&"from") {
            keep_from(
                run,
                rows.iter_mut().chain(refused.iter_mut().map(|(_, exemption)| exemption)),
                &current,
            );
        }
        let places = known_places(&current, &rows, |exemption| Some(key(exemption)));
        run.keep_absent(&current, &mut rows, &places, absent);
        let mut difference = keyed::compare(&current, &rows, key);
        run.keyed(
            &difference,
            KeyedComparison { originals: &originals, rows: &rows, current: &current },
            |row: &ExemptionRow| whose_exemption(row, &checked.organisations, policy),
            |exemption| {
                vec![("until", date(exemption.until_on)), ("reason", exemption.reason.as_str().into())]
            },
        );
        let given: HashSet<_> = rows.iter().map(key).collect();
        refused.retain(|(_, exemption)| !given.contains(&key(exemption)));
        end_refused(run, &mut difference, &refused, &current, |row| {
            whose_exemption(row, &checked.organisations, policy)
        });
        run.apply_keyed(conn, &difference, &rows)
    }
}

/// Gives each row the first day that is known of the one exemption of the same person and course: the file has no column
/// for it.
fn keep_from<'r>(
    run: &mut ImportRun<'_>,
    rows: impl Iterator<Item = &'r mut CurrentExemption>,
    current: &[(i32, CurrentExemption)],
) {
    let mut known: HashMap<(i32, Option<i32>), Vec<Option<NaiveDate>>> = HashMap::new();
    for (_, exemption) in current {
        known.entry((exemption.staff_id, exemption.course_id)).or_default().push(exemption.from_on);
    }
    let mut stays = false;
    for row in rows {
        if let Some([Some(from)]) = known.get(&(row.staff_id, row.course_id)).map(Vec::as_slice) {
            row.from_on = Some(*from);
            stays = true;
        }
    }
    if stays {
        run.note(&Note::ColumnAbsent { column: "from".into() });
    }
}

/// Closes what is known of exemptions that the file says were not given, or hold no more.
fn end_refused<'a>(
    run: &mut ImportRun<'_>,
    difference: &mut KeyedDifference,
    refused: &[(Original<'a, ExemptionRow>, CurrentExemption)],
    current: &[(i32, CurrentExemption)],
    whose: impl Fn(&ExemptionRow) -> (DifferenceSubject, String),
) {
    if refused.is_empty() {
        return;
    }
    let mut of_key: HashMap<_, _> =
        refused.iter().map(|(original, exemption)| (key(exemption), *original)).collect();
    for (id, version) in current {
        let Some((line, row)) = of_key.remove(&key(version)) else { continue };
        difference.closes.push(*id);
        run.report.applied += 1;
        let exempt = |said: &'static str| [("exempt", said.into())];
        run.report.difference.compare_fields(exempt("yes"), exempt("no"), *line, || whose(row));
    }
    run.note(&Note::NotExempt { rows: counted(refused.len(), "row is", "rows are") });
}

fn key(exemption: &CurrentExemption) -> (i32, Option<i32>, Option<NaiveDate>) {
    (exemption.staff_id, exemption.course_id, exemption.from_on)
}

fn check(cells: &mut RowCells<'_, '_>, statuses: &mut RecordStatuses) -> ExemptionRow {
    let from_on = cells.date(ColumnField::From);
    let until_on = cells.date(ColumnField::Until);
    if let (Some(from), Some(until)) = (from_on, until_on)
        && until < from
    {
        cells.fault(ColumnField::Until, Rejection::EndsBeforeBegins { begins: from.to_string() });
    }
    ExemptionRow {
        organisation: cells.organisation(),
        employee_number: cells.employee_number().into_owned(),
        course: cells.course(ColumnField::Course),
        from_on,
        until_on,
        reason: cells.required_text(ColumnField::Reason).into_owned(),
        refused: statuses.denied_at(cells).is_some(),
    }
}

impl Repeatable for ExemptionRow {
    /// All of it: two exemptions of one person for different reasons stand side by side.
    type Key<'r> =
        (FileOrganisationIndex, &'r str, Option<CourseIndex>, [Option<NaiveDate>; 2], &'r str, bool);

    fn key(&self) -> Option<Self::Key<'_>> {
        let days = [self.from_on, self.until_on];
        Some((self.organisation, &self.employee_number, self.course, days, &self.reason, self.refused))
    }

    fn person(&self) -> Option<(FileOrganisationIndex, &str)> {
        Some((self.organisation, &self.employee_number))
    }

    fn same() -> &'static str {
        "exemption"
    }

    /// What is corrected has the same first day.
    fn hash_about(&self, state: &mut impl Hasher) -> bool {
        (self.organisation, &self.employee_number, self.course, self.from_on).hash(state);
        true
    }

    fn is_about_same(&self, other: &Self) -> bool {
        let about = |row: &Self| (row.organisation, row.employee_number.clone(), row.course, row.from_on);
        about(self) == about(other)
    }
}

/// Whose exemption a row is, and from what: `SGC-L2 from 2026-11-22`.
fn whose_exemption(
    row: &ExemptionRow,
    organisations: &Indexed<FileOrganisationIndex, String>,
    policy: &Policy,
) -> (DifferenceSubject, String) {
    let course = row.course.and_then(|course| policy.courses.get(course));
    let course = course.map_or("all courses", |course| course.code.as_str());
    let from = row.from_on.map_or(String::new(), |from| format!(" from {from}"));
    let subject = DifferenceSubject {
        organisation: organisations.get(row.organisation).cloned().unwrap_or_default(),
        employee_number: Some(row.employee_number.clone()),
        name: None,
    };
    (subject, format!("{course}{from}"))
}
