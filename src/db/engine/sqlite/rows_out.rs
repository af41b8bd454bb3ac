//! Many rows out, one after the other as they are found.

use diesel::query_dsl::methods::LoadQuery;
use diesel::{QueryResult, RunQueryDsl};

use super::{Conn, Streaming};

/// A number within a query that [`each_row`] is given.
pub(crate) fn number(number: i32) -> i32 {
    number
}

/// Gives each row of an answer to `each`, of which there may be millions.
pub(crate) fn each_row<'q, Q, T>(conn: &mut Conn, query: Q, mut each: impl FnMut(T)) -> QueryResult<()>
where
    Q: LoadQuery<'q, Conn, T, Streaming> + RunQueryDsl<Conn> + 'q,
{
    for row in query.load_iter::<T, Streaming>(conn)? {
        each(row?);
    }
    Ok(())
}
