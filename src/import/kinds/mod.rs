//! The kinds of file that people bring (spec 3.1 to 3.5): one trait, and a file for each.
//!
//! A kind says how a row is checked, what rows are about the same thing, and how good rows are compared with the
//! register and applied. What is the same for all of them is here.

use std::path::Path;

use super::aliases::FileKind;
use super::cells::Cells;
use super::destination::Destination;
use super::reading::read_rows;
use super::repeats::{Repeatable, settle};
use super::run::{Options, Run, Source, run};
use super::{Checked, ImportError, Known, ReadOptions, Report, StaffRow};
use crate::clock::Clock;
use crate::db::{Conn, DbError};
use crate::policy::Policy;

mod assurance;
mod bookings;
mod budget;
mod exemptions;
mod expenses;
mod organisations;
mod people;
mod placed;
mod staff;
mod training;

pub use assurance::AssuranceAnswers;
pub use bookings::BookedPlaces;
pub use budget::Budgets;
pub use exemptions::Exemptions;
pub use expenses::Expenses;
pub use organisations::Organisations;
pub use staff::StaffLists;
pub use training::TrainingRecords;

/// A kind of file.
pub trait Kind {
    /// Which it is.
    const KIND: FileKind;

    /// A row of it, once checked.
    type Row: Repeatable;

    /// What the checks of one file's rows remember from row to row.
    type Memory;

    /// What they remember at the start.
    fn memory(known: &Known<'_>, options: &ReadOptions) -> Self::Memory;

    /// Checks a row. Each fault stays with the cells; without one, `None` holds nothing to keep.
    fn check(cells: &mut Cells<'_, '_>, memory: &mut Self::Memory) -> Option<Self::Row>;

    /// Judges what only all rows together show.
    fn all_checked(_checked: &mut Checked<Self::Row>, _memory: Self::Memory) {}

    /// Looks at the rows that are left once repeated ones are.
    fn settled(_checked: &mut Checked<Self::Row>) {}

    /// The staff list that the rows are, where they are one.
    fn staff_list(_checked: &mut Checked<Self::Row>) -> Option<&mut Checked<StaffRow>> {
        None
    }

    /// Compares good rows with the register, tells the run's report what they come to, and applies them where
    /// `Run::open` gives an import to do so under.
    ///
    /// # Errors
    /// When the database can't be read or written.
    fn compare(
        conn: &mut Conn,
        run: &mut Run<'_>,
        checked: &Checked<Self::Row>,
        policy: &Policy,
    ) -> Result<(), DbError>;
}

/// Reads and checks a file.
///
/// # Errors
/// When the file can't be used at all.
pub fn read<K: Kind>(
    path: &Path,
    options: &ReadOptions,
    known: &Known<'_>,
) -> Result<Checked<K::Row>, ImportError> {
    let mut memory = K::memory(known, options);
    let mut checked = read_rows(path, options, known, K::KIND, |cells| K::check(cells, &mut memory))?;
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
pub fn apply<'d, K: Kind>(
    into: impl Into<Destination<'d>>,
    source: &Source,
    checked: &Checked<K::Row>,
    policy: &Policy,
    options: &Options,
    clock: impl Into<Clock>,
) -> Result<Report, DbError> {
    run(into, K::KIND.as_str(), (source, options, clock.into()), checked, |conn, run| {
        K::compare(conn, run, checked, policy)
    })
}
