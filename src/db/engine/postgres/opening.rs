//! Whether a server is one that can be trusted with what is confirmed.

use diesel::sql_types::{Bool, Integer, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::Conn;
use super::access::Access;
use super::place::Place;
use crate::db::{DbError, IfMissing};

/// The oldest version that will do.
const OLDEST: i32 = 15;

/// The database, and a first connection to it. Who may make databases on a server is its owner's to say: one that isn't
/// there is not made.
pub(crate) fn made_or_found(place: Place, _: IfMissing) -> Result<(Access, Conn), DbError> {
    existing_to_write(place)
}

/// The database, and a first connection to it.
pub(crate) fn existing_to_write(place: Place) -> Result<(Access, Conn), DbError> {
    let access = Access::to_write(place);
    let mut conn = access.connect()?;
    refuse_untrustworthy(&mut conn, access.place())?;
    Ok((access, conn))
}

/// The database, and a first connection to it. Reading takes no more than the right to read.
pub(crate) fn existing_to_read(place: Place) -> Result<(Access, Conn), DbError> {
    existing_to_write(place)
}

#[derive(QueryableByName)]
struct ServerRow {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Text)]
    fsync: String,
    #[diesel(sql_type = Text)]
    full_page_writes: String,
    #[diesel(sql_type = Text)]
    encoding: String,
    #[diesel(sql_type = Bool)]
    superuser: bool,
}

/// Refuses a server that is too old, loses what it has confirmed, or keeps other text than it is given (spec 20.1).
fn refuse_untrustworthy(conn: &mut Conn, place: &Place) -> Result<(), DbError> {
    let query = "SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync, \
                 current_setting('full_page_writes') AS full_page_writes, \
                 current_setting('server_encoding') AS encoding, \
                 COALESCE((SELECT rolsuper FROM pg_roles WHERE rolname = current_user), FALSE) AS superuser";
    let server: ServerRow = sql_query(query)
        .get_result(conn)
        .map_err(|error| DbError::Open(place.to_string(), error.to_string()))?;
    if let Some(why) = untrustworthy(&server) {
        return Err(DbError::Open(place.to_string(), why));
    }
    if server.superuser {
        tracing::warn!(
            "the database {place} is used as a superuser, whom no right keeps from changing the audit log: use a role of \
             its own, as docs/postgres.md has it"
        );
    }
    Ok(())
}

fn untrustworthy(server: &ServerRow) -> Option<String> {
    let off = |setting: &str| {
        format!(
            "{setting} is off on the server, so that a power cut loses or damages what was confirmed: set it on"
        )
    };
    if server.version / 10_000 < OLDEST {
        Some(format!("the server is PostgreSQL {}, and {OLDEST} or later is needed", server.version / 10_000))
    } else if server.fsync == "off" {
        Some(off("fsync"))
    } else if server.full_page_writes == "off" {
        Some(off("full_page_writes"))
    } else if server.encoding != "UTF8" {
        Some(format!(
            "the database's encoding is {}, and only UTF8 keeps every name: make it with ENCODING 'UTF8'",
            server.encoding
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_old_or_unsafe_or_of_another_encoding_is_refused_with_what_to_do() {
        let server = |version, fsync: &str, full_page_writes: &str, encoding: &str| ServerRow {
            version,
            fsync: fsync.to_owned(),
            full_page_writes: full_page_writes.to_owned(),
            encoding: encoding.to_owned(),
            superuser: false,
        };
        for (server, said) in [
            (server(150_018, "on", "on", "UTF8"), None),
            (server(180_001, "on", "on", "UTF8"), None),
            (server(140_012, "on", "on", "UTF8"), Some("PostgreSQL 14, and 15 or later")),
            (server(90_624, "on", "on", "UTF8"), Some("PostgreSQL 9")),
            (server(150_018, "off", "on", "UTF8"), Some("fsync is off")),
            (server(150_018, "on", "off", "UTF8"), Some("full_page_writes is off")),
            (server(150_018, "on", "on", "LATIN1"), Some("LATIN1")),
        ] {
            let found = untrustworthy(&server);
            assert_eq!(found.is_some(), said.is_some(), "{found:?}");
            assert!(found.unwrap_or_default().contains(said.unwrap_or_default()));
        }
    }
}
