//! Rows inserted by the million.
//!
//! The query builder's own `insert_into` walks through every column's name again for each row it inserts, which costs
//! more than the insert. A row declared by [`row!`](crate::db::row) binds its values and nothing else; the statement
//! is spelt once, prepared once, and found again by the row's type. Of many, some go in by one statement: beginning and
//! ending a statement costs as much as a row.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

use super::engine::{self, Backend, Conn, INSERT_MANY};

/// A row that [`row!`](crate::db::row) declares.
pub(crate) trait InsertedRow: engine::CopiedRow {
    /// By what its statements are found again.
    type OfAllTime: 'static;
    /// The table, and its columns in brackets.
    const INTO: &'static str;

    /// Binds the values, in brackets.
    fn bind<'b>(&'b self, out: AstPass<'_, 'b, Backend>) -> QueryResult<()>;
}

/// So many rows of one statement.
struct InsertedRows<'r, R, const N: usize>(&'r [R; N]);

impl<R: InsertedRow, const N: usize> QueryId for InsertedRows<'_, R, N> {
    type QueryId = InsertedRows<'static, R::OfAllTime, N>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<R: InsertedRow, const N: usize> QueryFragment<Backend> for InsertedRows<'_, R, N> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql(INSERT_MANY);
        out.push_sql(R::INTO);
        let mut before = " VALUES ";
        for row in self.0 {
            out.push_sql(before);
            row.bind(out.reborrow())?;
            before = ", ";
        }
        Ok(())
    }
}

impl<R, const N: usize> RunQueryDsl<Conn> for InsertedRows<'_, R, N> {}

/// Inserts the rows in their order.
///
/// # Errors
/// Where one can't be; those before it may be there until the transaction is put back, which it must be.
pub(crate) fn insert_all<R: InsertedRow>(conn: &mut Conn, rows: &[R]) -> QueryResult<()> {
    engine::insert_rows(conn, rows)
}

/// Inserts the rows in their order, `AT_ONCE` by one statement.
pub(super) fn insert_by_statement<R: InsertedRow, const AT_ONCE: usize>(
    conn: &mut Conn,
    rows: &[R],
) -> QueryResult<()> {
    let (many, rest) = rows.as_chunks::<AT_ONCE>();
    many.iter().try_for_each(|some| InsertedRows(some).execute(conn).map(drop))?;
    rest.as_chunks::<1>().0.iter().try_for_each(|one| InsertedRows(one).execute(conn).map(drop))
}

/// Declares a row of a table: a struct of the columns that are given values, each checked against the column's type.
/// It is inserted by [`insert_all`].
macro_rules! row {
    ($(#[$about:meta])* $name:ident<$life:lifetime> of $table:ident { $first:ident: $first_type:ty $(, $column:ident: $type:ty)* $(,)? }) => {
        $(#[$about])*
        struct $name<$life> {
            $first: $first_type,
            $($column: $type,)*
        }

        $crate::db::engine::copied! { $name of $table { $first: $first_type $(, $column: $type)* } }

        impl $crate::db::InsertedRow for $name<'_> {
            type OfAllTime = $name<'static>;
            const INTO: &'static str =
                concat!(stringify!($table), " (", stringify!($first), $(", ", stringify!($column),)* ")");

            fn bind<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, $crate::db::Backend>,
            ) -> diesel::QueryResult<()> {
                out.push_sql("(");
                out.push_bind_param::<diesel::dsl::SqlTypeOf<$table::$first>, _>(&self.$first)?;
                $(
                    out.push_sql(", ");
                    out.push_bind_param::<diesel::dsl::SqlTypeOf<$table::$column>, _>(&self.$column)?;
                )*
                out.push_sql(")");
                Ok(())
            }
        }
    };
}
pub(crate) use row;

/// The id that the next row of a table gets. Where ids order history they are given like this, under the lock of the
/// register, not drawn: what an engine draws has gaps after every transaction that was put back, and another order than
/// that of commits (spec 20.2).
macro_rules! next_id {
    ($conn:expr, $table:ident) => {
        $table::table
            .select(diesel::dsl::max($table::id))
            .first::<Option<i32>>($conn)
            .map(|last| last.unwrap_or(0).saturating_add(1))
    };
}
pub(crate) use next_id;
