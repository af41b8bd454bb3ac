//! Freeing what deleted rows took.

use diesel::QueryResult;
use diesel::connection::SimpleConnection;

use super::Conn;
use crate::db::SweepOutcome;

/// Frees what deleted rows took, for new ones.
pub(crate) fn sweep(conn: &mut Conn) -> QueryResult<SweepOutcome> {
    conn.batch_execute("VACUUM (ANALYZE)")?;
    Ok(SweepOutcome::Clean)
}
