//! How a connection is made.

use diesel::Connection;
use diesel::connection::CacheSize;

use super::Conn;
use super::place::Place;
use super::transaction::PassingErrors;
use crate::db::conn::Statements;
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
            .map_err(|error| DbError::Open(self.place.to_string(), in_one_line(&error.to_string())))?;
        conn.set_instrumentation(PassingErrors);
        if self.place.statements() == Statements::Anew {
            conn.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        Ok(conn)
    }
}

/// What the library says, a line for each host, as one line. Its own question is left out: what to do is said by us.
fn in_one_line(said: &str) -> String {
    let lines = said.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.ends_with('?')).collect();
    lines.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_several_hosts_is_one_line_without_questions() {
        let said = "connection to server on socket \"/a/.s.PGSQL.5432\" failed: No such file or directory\n\tIs the server \
                    running locally and accepting connections on that socket?\nconnection to server at \"b\" failed: FATAL:  \
                    the database system is shutting down\n";
        assert_eq!(
            in_one_line(said),
            "connection to server on socket \"/a/.s.PGSQL.5432\" failed: No such file or directory; connection to server at \
             \"b\" failed: FATAL:  the database system is shutting down"
        );
    }
}
