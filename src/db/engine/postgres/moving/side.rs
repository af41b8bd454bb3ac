//! One side of a move: what each engine does in its own words.

use std::fmt::Display;

use diesel::QueryResult;

use super::neutral::{Table, TextRow};
use crate::db::conn::Home;
use crate::db::moving::MoveError;

/// The rows of a table, one after the other.
pub(super) type Rows<'c> = Box<dyn Iterator<Item = QueryResult<TextRow>> + 'c>;

/// A database that a move reads or writes.
pub(super) trait Side {
    /// Where it is, for people.
    fn place(&self) -> &str;

    /// What it is known by.
    fn home(&mut self) -> Result<Home, MoveError>;

    /// Begins a transaction that keeps everybody else from writing until it ends.
    fn begin(&mut self) -> QueryResult<()>;

    /// The tables, in order of name, but for the one that tells which steps they have had.
    fn catalogue(&mut self) -> Result<Vec<Table>, MoveError>;

    /// All rows of a table, in the order of their keys.
    fn rows(&mut self, table: &Table) -> QueryResult<Rows<'_>>;

    /// How many instants of a table have more digits than microseconds.
    fn finer_than_microseconds(&mut self, table: &Table) -> QueryResult<u64>;

    /// Inserts rows.
    fn insert(&mut self, table: &Table, rows: Vec<TextRow>) -> QueryResult<()>;

    /// Takes away what would be slow or in the way while rows are inserted; the statements that put it back.
    fn set_aside(&mut self) -> QueryResult<Vec<String>>;

    /// Has what draws ids by itself go on after those that there are, and refuses rows that refer to nothing.
    fn settle(&mut self, tables: &[Table]) -> QueryResult<()>;

    /// Runs a statement.
    fn run(&mut self, sql: &str) -> QueryResult<()>;

    /// What a query gives whose columns are all text.
    fn texts(&mut self, sql: &str) -> QueryResult<Vec<TextRow>>;

    /// Removes all that a move has put there, and the tables.
    fn drop_all(&mut self) -> QueryResult<()>;

    /// Ends as it was before the move, where that needs more than the end of the transaction.
    fn give_up(&mut self);
}

/// A failure of an engine, with what was being done.
pub(super) fn failed(place: &str, doing: &str, error: &impl Display) -> MoveError {
    MoveError::Failed { place: place.to_owned(), doing: doing.to_owned(), why: error.to_string() }
}
