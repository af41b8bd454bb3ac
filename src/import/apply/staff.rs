//! Staff lists into the register.

use crate::clock::Clock;
use crate::db::{Conn, DbError};
use crate::import::brakes::{Brake, FEWEST, Weighed};
use crate::import::diff::numbers::file_lacks_zeros;
use crate::import::diff::staff::{Listed, LostZeros, Reach, StaffDifference, Turnover, compare};
use crate::import::messages::{Note, Refusal, Rejection, Warning};
use crate::import::progress::Step;
use crate::import::run::{Options, Run, Source, run};
use crate::import::{Checked, Destination, Report, StaffRow};
use crate::register::store::{apply_staff, current_staff};

/// Imports a staff list (spec 3.1, 3.6). It is complete for the organisations that its good rows name, as of
/// `options.as_of`, unless it is partial, is a file of rejected rows put right, or has a row that may name anybody.
pub fn staff<'d>(
    into: impl Into<Destination<'d>>,
    source: &Source,
    checked: &Checked<StaffRow>,
    options: &Options,
    clock: impl Into<Clock>,
) -> Result<Report, DbError> {
    run(into, "staff", (source, options, clock.into()), checked, |conn, run| {
        let listed = listed(conn, run, checked)?;
        let reach = reach(run, checked);
        let mut difference = compare(checked, &listed, reach, run.options.listed);
        describe(run, &mut difference, checked);
        if let Some(import) = run.open(conn)? {
            let progress = &run.options.progress;
            progress.begin(Step::Recording, difference.people.len() as u64);
            apply_staff(conn, import, &difference.people, || progress.advance(1))?;
        }
        Ok(())
    })
}

/// The organisations that good rows name, in order of code, with everyone there.
fn listed(conn: &mut Conn, run: &mut Run<'_>, checked: &Checked<StaffRow>) -> Result<Vec<Listed>, DbError> {
    let ids = run.organisations(conn, &checked.organisations)?;
    let mut named = vec![false; ids.len()];
    for (line, row) in &checked.rows {
        let index = usize::from(row.organisation);
        match ids.get(index) {
            Some(Some(_)) => named.iter_mut().skip(index).take(1).for_each(|named| *named = true),
            _ => run.unknown_organisation(*line, checked, index),
        }
    }
    let mut listed = Vec::new();
    for (index, (id, named)) in (0u16..).zip(ids.into_iter().zip(named)) {
        if let (Some(organisation_id), true) = (id, named) {
            listed.push(Listed { index, organisation_id, people: current_staff(conn, organisation_id)? });
        }
    }
    listed.sort_by_key(|organisation| checked.organisations.get(usize::from(organisation.index)));
    Ok(listed)
}

fn reach(run: &mut Run<'_>, checked: &Checked<StaffRow>) -> Reach {
    run.partial = run.options.partial;
    if checked.ends_in_reason && !run.partial {
        run.partial = true;
        run.note(&Note::EndsInReason);
    }
    if checked.rejected_unknown && !run.partial {
        run.note(&Note::MayNameAnybody);
    }
    Reach { as_of: run.options.as_of, complete: !run.partial && !checked.rejected_unknown }
}

fn describe(run: &mut Run<'_>, difference: &mut StaffDifference<'_>, checked: &Checked<StaffRow>) {
    run.report.applied = difference.applied;
    run.report.joiners = difference.joiners;
    run.report.changes = difference.changes;
    run.report.leavers = difference.turnovers.iter().map(|turnover| turnover.leavers).sum();
    run.people = difference.turnovers.iter().flat_map(weighed).collect();
    std::mem::swap(&mut run.report.difference, &mut difference.listed);
    for column in &difference.kept_columns {
        run.note(&Note::ColumnAbsent { column: (*column).into() });
    }
    warn_of_many_renamed(run, &difference.turnovers, checked.header_line);
    reject_lost_zeros(run, &difference.lost_zeros, &checked.employee_column);
}

/// What the brakes weigh of an organisation.
fn weighed(turnover: &Turnover<'_>) -> [(Brake, Weighed); 2] {
    [(Brake::Leavers, turnover.leavers), (Brake::Addresses, turnover.other_addresses)].map(|(brake, part)| {
        (brake, Weighed { organisation: turnover.code.to_owned(), part, whole: turnover.in_post })
    })
}

/// The percentage of the people in post above which other last names are warned about.
const MANY_RENAMED: u64 = 10;

/// Warns where so many people in post have another last name that a column has most likely been moved against the
/// others.
fn warn_of_many_renamed(run: &mut Run<'_>, turnovers: &[Turnover<'_>], header_line: u64) {
    let many = |one: &&Turnover<'_>| {
        let (changed, in_post) = (one.other_last_names, one.in_post);
        changed >= FEWEST && changed.saturating_mul(100) > in_post.saturating_mul(MANY_RENAMED)
    };
    for turnover in turnovers.iter().filter(many) {
        let (changed, in_post) = (turnover.other_last_names.to_string(), turnover.in_post.to_string());
        let organisation = turnover.code.to_owned();
        run.warn(header_line, "last_name", "", &Warning::ManyLastNames { changed, in_post, organisation });
    }
}

/// Rejects rows that differ from somebody in post only in leading zeros, and says on which side these are missing.
fn reject_lost_zeros(run: &mut Run<'_>, lost_zeros: &[LostZeros<'_>], column: &str) {
    for LostZeros { line, number, known } in lost_zeros {
        let known = (*known).to_owned();
        let reason = if file_lacks_zeros(number, &known) {
            Rejection::LostZerosInPost { number: (*number).into(), known }
        } else {
            Rejection::RegisterLacksZeros { known }
        };
        run.reject(*line, column, number, &reason);
    }
    run.hint = lost_zeros.first().map(|LostZeros { number, known, .. }| {
        let count = lost_zeros.len().to_string();
        let (number, known) = ((*number).to_owned(), (*known).to_owned());
        if file_lacks_zeros(&number, &known) {
            Refusal::ZerosLost { count, number, known }
        } else {
            Refusal::RegisterLacksZeros { count, number, known }
        }
    });
}
