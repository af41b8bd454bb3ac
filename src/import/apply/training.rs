//! Training records and exemptions into the register: rows about people it must know.

use std::collections::HashMap;

use ecow::EcoString;

use crate::clock::Clock;
use crate::db::{Conn, DbError};
use crate::import::diff::keyed;
use crate::import::diff::listed::{Subject, date};
use crate::import::diff::numbers::{Unpadded, file_lacks_zeros};
use crate::import::diff::training::{Keyed, Merge, Names};
use crate::import::messages::{Note, Rejection};
use crate::import::progress::Step;
use crate::import::run::{Compared, Options, Run, Source, run};
use crate::import::{Checked, Destination, ExemptionRow, RecordRow, Report};
use crate::policy::Policy;
use crate::register::store::{self, CurrentExemption, StaffNumbers};

/// Imports training records (spec 3.2). A row about somebody the register does not have is rejected; people who have
/// left still get theirs.
pub fn training<'d>(
    into: impl Into<Destination<'d>>,
    source: &Source,
    checked: &Checked<RecordRow>,
    policy: &Policy,
    options: &Options,
    clock: impl Into<Clock>,
) -> Result<Report, DbError> {
    run(into, "training", (source, options, clock.into()), checked, |conn, run| {
        let staff = Staff::read(conn, run, &checked.organisations)?;
        let used = checked.rows.iter().map(|(_, row)| row.course);
        let courses = course_ids(conn, run, policy, used)?;
        let mut keyed = Vec::with_capacity(checked.rows.len());
        let mut unpadded = HashMap::new();
        for (place, (line, row)) in (0u32..).zip(&checked.rows) {
            let staff_id = staff.find(
                run,
                checked,
                &mut unpadded,
                (*line, row.organisation, row.employee_number.as_str()),
            );
            let course_id = courses.get(usize::from(row.course)).copied().flatten();
            if let (Some(staff_id), Some(course_id)) = (staff_id, course_id) {
                keyed.push(Keyed { staff_id, course_id, completed_on: row.completed_on, row: place });
            }
        }
        let names = Names { organisations: &checked.organisations, courses: &policy.courses };
        let (mut merge, clashes) =
            Merge::new(&checked.rows, keyed, names, &checked.absent_columns, run.options.listed);
        for (line, earlier) in clashes {
            run.reject(line, "", "", &Rejection::DiffersFromLine { line: earlier.to_string() });
        }
        let staff_ids = merge.staff_ids();
        store::each_open_record(conn, &staff_ids, |record| merge.meet(record))?;
        merge.finish();
        for column in &merge.kept {
            run.note(&Note::ColumnAbsent { column: (*column).into() });
        }
        run.report.records_added = merge.added;
        run.report.records_corrected = u64::try_from(merge.closes.len()).unwrap_or(u64::MAX);
        run.report.applied = run.report.records_added + run.report.records_corrected;
        std::mem::swap(&mut run.report.difference, &mut merge.listed);
        if let Some(import) = run.open(conn)? {
            store::close_records(conn, import, &merge.closes)?;
            let progress = &run.options.progress;
            progress.begin(Step::Recording, run.report.applied);
            store::add_records(conn, import, merge.opens().inspect(|_| progress.advance(1)))?;
        }
        Ok(())
    })
}

/// Imports exemptions (spec 3.5): the same person, course and first day again with other content is a correction.
pub fn exemptions<'d>(
    into: impl Into<Destination<'d>>,
    source: &Source,
    checked: &Checked<ExemptionRow>,
    policy: &Policy,
    options: &Options,
    clock: impl Into<Clock>,
) -> Result<Report, DbError> {
    run(into, "exemptions", (source, options, clock.into()), checked, |conn, run| {
        let staff = Staff::read(conn, run, &checked.organisations)?;
        let used = checked.rows.iter().filter_map(|(_, row)| row.course);
        let courses = course_ids(conn, run, policy, used)?;
        let mut unpadded = HashMap::new();
        let (mut originals, mut rows) = (Vec::new(), Vec::new());
        for original in &checked.rows {
            let (line, row) = original;
            let person = (*line, row.organisation, row.employee_number.as_str());
            if let Some(staff_id) = staff.find(run, checked, &mut unpadded, person) {
                let course_id =
                    row.course.and_then(|course| courses.get(usize::from(course)).copied().flatten());
                let (from_on, until_on, reason) = (row.from_on, row.until_on, row.reason.clone());
                originals.push(original);
                rows.push(CurrentExemption { staff_id, course_id, from_on, until_on, reason });
            }
        }
        let current = store::current_exemptions(conn)?;
        let difference = keyed::compare(
            current.iter().map(|(id, version)| (*id, version)),
            &rows,
            |exemption: &CurrentExemption| (exemption.staff_id, exemption.course_id, exemption.from_on),
        );
        let current = current.iter().map(|(id, version)| (*id, version)).collect();
        run.keyed(
            &difference,
            Compared { originals: &originals, rows: &rows, current },
            |row: &ExemptionRow| whose_exemption(row, &checked.organisations, policy),
            |exemption| {
                vec![("until", date(exemption.until_on)), ("reason", exemption.reason.as_str().into())]
            },
        );
        if let Some(import) = run.open(conn)? {
            store::close_exemptions(conn, import, &difference.closes)?;
            let opens = difference.opens.iter().filter_map(|place| rows.get(*place));
            store::add_exemptions(conn, import, opens)?;
        }
        Ok(())
    })
}

/// Whose exemption a row is, and from what: `SGC-L2 from 2026-11-22`.
fn whose_exemption(row: &ExemptionRow, organisations: &[String], policy: &Policy) -> (Subject, String) {
    let course = row.course.and_then(|course| policy.courses.get(usize::from(course)));
    let course = course.map_or("all courses", |course| course.code.as_str());
    let from = row.from_on.map_or(String::new(), |from| format!(" from {from}"));
    let subject = Subject {
        organisation: organisations.get(usize::from(row.organisation)).cloned().unwrap_or_default(),
        employee_number: Some(row.employee_number.clone()),
        name: None,
    };
    (subject, format!("{course}{from}"))
}

/// The register's keys of the policy's courses that rows use, by their place in the policy.
pub(super) fn course_ids(
    conn: &mut Conn,
    run: &Run<'_>,
    policy: &Policy,
    used: impl Iterator<Item = u16>,
) -> Result<Vec<Option<i32>>, DbError> {
    let mut is_used = vec![false; policy.courses.len()];
    for course in used {
        is_used.iter_mut().skip(usize::from(course)).take(1).for_each(|used| *used = true);
    }
    let codes: Vec<&str> = policy
        .courses
        .iter()
        .zip(&is_used)
        .filter_map(|(course, used)| used.then_some(course.code.as_str()))
        .collect();
    let mut ids = run.course_ids(conn, &codes)?.into_iter();
    Ok(is_used.into_iter().map(|used| if used { ids.next() } else { None }).collect())
}

/// Staff ids by employee number, an entry an organisation of the file.
pub(super) struct Staff(Vec<Option<StaffNumbers>>);

impl Staff {
    pub(super) fn read(conn: &mut Conn, run: &mut Run<'_>, codes: &[String]) -> Result<Self, DbError> {
        let ids = run.organisations(conn, codes)?;
        let mut staff = Vec::with_capacity(ids.len());
        for id in ids {
            staff.push(match id {
                Some(id) => Some(store::staff_numbers(conn, id)?),
                None => None,
            });
        }
        Ok(Self(staff))
    }

    /// The person a row is about; a row about nobody known is rejected.
    pub(super) fn find<'a, Row>(
        &'a self,
        run: &mut Run<'_>,
        checked: &Checked<Row>,
        unpadded: &mut HashMap<u16, Unpadded<'a>>,
        (line, organisation, number): (u64, u16, &str),
    ) -> Option<i32> {
        let Some(Some(numbers)) = self.0.get(usize::from(organisation)) else {
            run.unknown_organisation(line, checked, usize::from(organisation));
            return None;
        };
        if let Some(id) = numbers.get(number) {
            return Some(*id);
        }
        let unpadded = unpadded
            .entry(organisation)
            .or_insert_with(|| Unpadded::new(numbers.keys().map(EcoString::as_str)));
        let reason = match unpadded.find(number) {
            Some(known) if file_lacks_zeros(number, known) => Rejection::LostZeros { known: known.into() },
            Some(known) => Rejection::RegisterLacksZeros { known: known.into() },
            None => {
                let code = checked.organisations.get(usize::from(organisation)).map_or("", String::as_str);
                Rejection::UnknownPerson { organisation: code.into() }
            }
        };
        run.reject(line, &checked.employee_column, number, &reason);
        None
    }
}
