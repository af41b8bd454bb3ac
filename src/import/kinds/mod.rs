//! The kinds of file that people bring (spec 3.1 to 3.5): one trait, and a file for each.
//!
//! A kind says how a row is checked, what rows are about the same thing, and how good rows are compared with the
//! register and applied. What is the same for all of them is here.

use std::path::Path;

use super::reading::beside_rejected::reject_beside_rejected;
use super::reading::pass::FileRead;
use super::reading::repeats::settle;
use super::reading::whole_file::read_rows;
use super::run::destination::Destination;
use super::run::{ImportOptions, ImportSource, run};
use super::{CheckContext, CheckedFile, ImportError, ImportOutcome, ReadOptions};
use crate::clock::Clock;
use crate::db::DbError;
use crate::policy::Policy;

mod assignment_statuses;
mod assurance;
mod bookings;
mod budget;
mod exemptions;
mod expenses;
pub(super) mod imported_kind;
mod matrix;
mod matrix_statuses;
mod no_completion;
mod numbers_like_known;
mod organisations;
mod people;
mod placed;
mod staff;
mod training;
mod twins;

pub use assurance::AssuranceAnswers;
pub use bookings::BookedPlaces;
pub use budget::BudgetLists;
pub use exemptions::ExemptionLists;
pub use expenses::ExpenseLists;
pub use imported_kind::ImportedKind;
pub use organisations::OrganisationLists;
pub use staff::StaffLists;
pub use training::TrainingRecords;

/// Reads and checks a file.
///
/// # Errors
/// When the file can't be used at all.
pub fn read<K: ImportedKind>(
    path: &Path,
    options: &ReadOptions,
    known: &CheckContext<'_>,
) -> Result<CheckedFile<K::Row>, ImportError> {
    let FileRead { mut checked, memory, mut faulty } = read_rows::<K>(path, options, known)?;
    faulty.append(&mut K::all_checked(&mut checked, memory));
    reject_beside_rejected(&mut checked, &faulty);
    settle(&mut checked);
    K::settled(&mut checked);
    checked.in_order();
    Ok(checked)
}

/// Imports what was read, in one transaction.
///
/// # Errors
/// When the database can't be read or written.
pub fn apply<'d, K: ImportedKind>(
    into: impl Into<Destination<'d>>,
    source: &ImportSource,
    checked: &CheckedFile<K::Row>,
    policy: &Policy,
    options: &ImportOptions,
    clock: impl Into<Clock>,
) -> Result<ImportOutcome, DbError> {
    run(into, K::KIND.as_str(), (source, options, clock.into()), checked, |conn, run| {
        K::compare(conn, run, checked, policy)
    })
}
