//! How a connection is made.

use diesel::Connection;

use super::Conn;
use super::place::Place;
use super::transaction::PassingErrors;
use crate::db::error::DbError;

/// How a database is reached. What a transaction may do is said when it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    place: Place,
}

impl Access {
    /// Everything may be done.
    pub(crate) fn to_write(place: Place) -> Self {
        Self { place }
    }

    /// Where the database is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// A connection, ready to be used.
    pub(crate) fn connect(&self) -> Result<Conn, DbError> {
        let mut conn = Conn::establish(self.place.url())
            .map_err(|error| DbError::Open(self.place.to_string(), error.to_string().trim().to_owned()))?;
        conn.set_instrumentation(PassingErrors);
        Ok(conn)
    }
}
