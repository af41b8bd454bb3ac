//! Many rows, some by one statement: beginning and ending a statement costs as much as a row.

use diesel::QueryResult;

use super::Conn;
use crate::db::row::{InsertedRow, insert_by_statement};

/// How many rows go in by one statement.
const AT_ONCE: usize = 64;

/// How a statement begins that inserts several rows, in a transaction that is put back where one of them can't be: SQLite
/// would keep a journal of every such statement, to be able to take it back by itself.
pub(crate) const INSERT_MANY: &str = "INSERT OR FAIL INTO ";

/// How many rows are best made before they go in: so many are still at hand when they go in.
pub(crate) const MADE_AT_ONCE: usize = 1024;

/// Inserts the rows in their order.
pub(crate) fn insert_rows<R: InsertedRow>(conn: &mut Conn, rows: &[R]) -> QueryResult<()> {
    insert_by_statement::<R, AT_ONCE>(conn, rows)
}

/// What a row is that goes in without a statement of its own: there is no such way in.
pub(crate) trait CopiedRow {}

impl<R> CopiedRow for R {}

/// Declares how a row goes in without a statement of its own.
macro_rules! copied {
    ($($row:tt)*) => {};
}
pub(crate) use copied;
