//! What a connection may do, and how the engine is told: once when it is made, or when it is taken up again.

use std::path::Path;

use diesel::QueryResult;
use diesel::connection::SimpleConnection;

use super::conn::{Conn, Durability, WriterWait};
use super::error::DbError;

/// What a connection may do, and what the engine has to know for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DatabaseAccess {
    /// Everything.
    Write,
    /// Read, by a user who may write, so that the engine can keep its files beside the database in order.
    Read,
    /// Read, by a user who may not, while somebody uses it: the engine's files stand beside it.
    ReadInUse,
    /// Read, by a user who may not, while nobody uses it: all of it is in the file.
    ReadUnused,
}

impl DatabaseAccess {
    /// How the engine is told where the database is.
    pub(super) fn url(self, path: &Path) -> String {
        let parameter = match self {
            Self::Write | Self::Read => return path.to_string_lossy().into_owned(),
            Self::ReadInUse => "mode=ro",
            Self::ReadUnused => "immutable=1",
        };
        let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        format!("file:{path}?{parameter}")
    }

    /// Write-ahead log, foreign keys, patience with locks, and confirmed writes that survive a power cut; for whoever
    /// only reads, that nothing is written by mistake.
    pub(super) fn set_up(self, conn: &mut Conn) -> QueryResult<()> {
        conn.batch_execute(match self {
            Self::Write => "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL;",
            _ => "PRAGMA busy_timeout = 30000; PRAGMA query_only = ON;",
        })?;
        conn.batch_execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000;")
    }
}

/// Leaves moving what is committed from the log to the file to a later commit.
pub(super) fn put_off_checkpoints(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute("PRAGMA wal_autocheckpoint = 0")
}

/// Has what is committed moved from the log to the file as the engine does by default.
pub(super) fn checkpoint_as_usual(conn: &mut Conn) {
    // Where it can't be set, the log only grows until the connection ends.
    let _ = conn.batch_execute("PRAGMA wal_autocheckpoint = 1000");
}

/// Says when what the connection commits from here on outlives a power cut. The engine never mixes up what was written
/// before and after, so that a database is whole in any case. What lasts soon is written in many small steps, which change
/// the same pages again and again: they are moved to the file less often.
pub(super) fn set_lasts(conn: &mut Conn, lasts: Durability) -> Result<(), DbError> {
    let set = conn.batch_execute(match lasts {
        Durability::AtOnce => "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000",
        Durability::Soon => "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000",
    });
    Ok(set?)
}

/// Says whether the connection waits for others who write.
pub(super) fn set_waits(conn: &mut Conn, waits: WriterWait) -> Result<(), DbError> {
    let set = conn.batch_execute(match waits {
        WriterWait::AWhile => "PRAGMA busy_timeout = 30000",
        WriterWait::Never => "PRAGMA busy_timeout = 0",
    });
    Ok(set?)
}
