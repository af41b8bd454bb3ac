//! What a connection may do, and how the engine is told: once when it is made.

use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryResult};

use super::Conn;
use super::place::Place;
use crate::db::error::DbError;

/// How a database is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    place: Place,
    mode: DatabaseAccess,
}

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

impl Access {
    /// Everything may be done.
    pub(crate) fn to_write(place: Place) -> Self {
        Self { place, mode: DatabaseAccess::Write }
    }

    pub(super) fn new(place: Place, mode: DatabaseAccess) -> Self {
        Self { place, mode }
    }

    /// Where the database is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// A connection, ready to be used.
    pub(crate) fn connect(&self) -> Result<Conn, DbError> {
        let failed = |error: String| DbError::Open(self.place.to_string(), error);
        let mut conn = Conn::establish(&self.url()).map_err(|error| failed(error.to_string()))?;
        self.mode.set_up(&mut conn).map_err(|error| failed(error.to_string()))?;
        Ok(conn)
    }

    /// A connection that is known to work, and has changed nothing about the file.
    pub(crate) fn first_connection(&self) -> Result<Conn, DbError> {
        let failed = |error: String| DbError::Open(self.place.to_string(), error);
        let mut conn = Conn::establish(&self.url()).map_err(|error| failed(error.to_string()))?;
        // The file itself is only opened to be read.
        let read = "PRAGMA busy_timeout = 30000; SELECT COUNT(*) FROM sqlite_master";
        conn.batch_execute(read).map_err(|error| failed(error.to_string()))?;
        Ok(conn)
    }

    /// How the engine is told where the database is.
    fn url(&self) -> String {
        let path = self.place.path().to_string_lossy();
        let parameter = match self.mode {
            DatabaseAccess::Write | DatabaseAccess::Read => return path.into_owned(),
            DatabaseAccess::ReadInUse => "mode=ro",
            DatabaseAccess::ReadUnused => "immutable=1",
        };
        let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        format!("file:{path}?{parameter}")
    }
}

impl DatabaseAccess {
    /// Write-ahead log, foreign keys, patience with locks, and confirmed writes that survive a power cut; for whoever
    /// only reads, that nothing is written by mistake.
    fn set_up(self, conn: &mut Conn) -> QueryResult<()> {
        conn.batch_execute(match self {
            Self::Write => "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL;",
            _ => "PRAGMA busy_timeout = 30000; PRAGMA query_only = ON;",
        })?;
        conn.batch_execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000;")
    }
}
