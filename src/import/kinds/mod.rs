//! The kinds of file that people bring (spec 3.1 to 3.5): one trait, and a file for each.
//!
//! A kind says how a row is checked, what rows are about the same thing, and how good rows are compared with the
//! register and applied. What is the same for all of them is here.

use std::path::Path;

use super::cells::row::RowCells;
use super::columns::aliases::FileKind;
use super::reading::pass::read_rows;
use super::reading::repeats::{Repeatable, settle};
use super::run::destination::Destination;
use super::run::{ImportOptions, ImportRun, ImportSource, run};
use super::{CheckContext, CheckedFile, ImportError, ImportOutcome, ReadOptions, StaffRow};
use crate::clock::Clock;
use crate::db::{Conn, DbError};
use crate::policy::Policy;

mod assurance;
mod bookings;
mod budget;
mod exemptions;
mod expenses;
mod matrix;
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
pub use organisations::OrganisationLists;
pub use staff::StaffLists;
pub use training::TrainingRecords;

/// A kind of file.
pub trait ImportedKind {
    /// Which it is.
    const KIND: FileKind;

    /// A row of it, once checked.
    type Row: Repeatable;

    /// What the checks of one file's rows remember from row to row.
    type Memory;

    /// What they remember at the start.
    fn memory(known: &CheckContext<'_>, options: &ReadOptions) -> Self::Memory;

    /// Checks a row. Each fault stays with the cells; without one, `None` holds nothing to keep.
    fn check(cells: &mut RowCells<'_, '_>, memory: &mut Self::Memory) -> Option<Self::Row>;

    /// Checks a row that may hold several, and hands them to `keep`.
    fn check_all(cells: &mut RowCells<'_, '_>, memory: &mut Self::Memory, keep: &mut Vec<Self::Row>) {
        keep.extend(Self::check(cells, memory));
    }

    /// Judges what only all rows together show.
    fn all_checked(_checked: &mut CheckedFile<Self::Row>, _memory: Self::Memory) {}

    /// Looks at the rows that are left once repeated ones are.
    fn settled(_checked: &mut CheckedFile<Self::Row>) {}

    /// The staff list that the rows are, where they are one.
    fn staff_list(_checked: &mut CheckedFile<Self::Row>) -> Option<&mut CheckedFile<StaffRow>> {
        None
    }

    /// Compares good rows with the register, tells the run's report what they come to, and applies them where
    /// `ImportRun::open` gives an import to do so under.
    ///
    /// # Errors
    /// When the database can't be read or written.
    fn compare(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Self::Row>,
        policy: &Policy,
    ) -> Result<(), DbError>;
}

/// Reads and checks a file.
///
/// # Errors
/// When the file can't be used at all.
pub fn read<K: ImportedKind>(
    path: &Path,
    options: &ReadOptions,
    known: &CheckContext<'_>,
) -> Result<CheckedFile<K::Row>, ImportError> {
    let mut memory = K::memory(known, options);
    let mut checked =
        read_rows(path, options, known, K::KIND, |cells, keep| K::check_all(cells, &mut memory, keep))?;
    K::all_checked(&mut checked, memory);
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
