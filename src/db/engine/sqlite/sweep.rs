//! Writing the database's file anew, so that nothing that was deleted can be read from it.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Integer;
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::Conn;
use crate::db::upkeep::RewriteRight;
use crate::db::{SweepOutcome, SweepWay};

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Writes every page anew, however it is asked for, and empties the write-ahead log.
pub(crate) fn sweep(conn: &mut Conn, _: SweepWay) -> QueryResult<SweepOutcome> {
    // Deleting leaves a row's bytes in its page, and moving one leaves a copy: only new pages are free of both.
    conn.batch_execute("VACUUM")?;
    // Until a checkpoint the old pages stand in the file, and the log may hold older ones still.
    let done: Checkpoint = sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(conn)?;
    Ok(if done.busy == 0 { SweepOutcome::Clean } else { SweepOutcome::InUse })
}

/// A file is written anew in any case.
pub(crate) fn rewrite_right(_: &mut Conn) -> QueryResult<RewriteRight> {
    Ok(RewriteRight::Unasked)
}
