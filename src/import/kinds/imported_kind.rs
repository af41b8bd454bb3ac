//! What is asked of a kind of file.

use crate::db::{Conn, DbError};
use crate::import::cells::row::RowCells;
use crate::import::columns::aliases::FileKind;
use crate::import::reading::repeats::Repeatable;
use crate::import::reading::rows::OfOrganisation;
use crate::import::run::ImportRun;
use crate::import::{CheckContext, CheckedFile, ReadOptions, StaffRow};
use crate::policy::Policy;

/// A kind of file.
pub trait ImportedKind: 'static {
    /// Which it is.
    const KIND: FileKind;

    /// A row of it, once checked.
    type Row: Repeatable + OfOrganisation + Send + 'static;

    /// What the checks of one file's rows remember from row to row.
    type Memory: Send + 'static;

    /// What they remember at the start.
    fn memory(known: &CheckContext<'_>, options: &ReadOptions) -> Self::Memory;

    /// Checks a row. Each fault stays with the cells; without one, `None` holds nothing to keep. With one, the row says at most
    /// what it is about.
    fn check(cells: &mut RowCells<'_, '_>, memory: &mut Self::Memory) -> Option<Self::Row>;

    /// Checks a row that may hold several, and hands them to `keep`.
    fn check_all(cells: &mut RowCells<'_, '_>, memory: &mut Self::Memory, keep: &mut Vec<Self::Row>) {
        keep.extend(Self::check(cells, memory));
    }

    /// Adds what the checks of other rows of the file remember, of which some may be remembered here too. What is not added
    /// may make a check quick, or keep it from warning again; what a row comes to may not hang on it.
    fn join(_memory: &mut Self::Memory, _of_others: Self::Memory) {}

    /// Judges what only all rows together show, and gives the rows back that are rejected for it.
    fn all_checked(_checked: &mut CheckedFile<Self::Row>, _memory: Self::Memory) -> Vec<(u64, Self::Row)> {
        Vec::new()
    }

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
