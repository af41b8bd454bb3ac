//! Writing the database's file anew, so that nothing that was deleted can be read from it.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Integer;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::{Db, DbError, Durability, WriterWait};

/// Whether anything that was deleted is left in the file or its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepOutcome {
    /// Nothing.
    Clean,
    /// Somebody was reading: what is left goes with the next sweep.
    InUse,
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

impl Db {
    /// Writes every page anew and empties the write-ahead log. It needs as much free space as the database takes, and
    /// nobody else can write meanwhile.
    ///
    /// # Errors
    /// When there is no room, or somebody held the database for longer than writers wait for each other.
    pub fn sweep(&self) -> Result<SweepOutcome, DbError> {
        self.pool.connected_to_write(Durability::AtOnce, WriterWait::AWhile, |conn| {
            // Deleting leaves a row's bytes in its page, and moving one leaves a copy: only new pages are free of both.
            conn.batch_execute("VACUUM")?;
            // Until a checkpoint the old pages stand in the file, and the log may hold older ones still.
            let done: Checkpoint = sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(conn)?;
            Ok(if done.busy == 0 { SweepOutcome::Clean } else { SweepOutcome::InUse })
        })
    }
}
