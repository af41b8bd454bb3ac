//! The one row that says whose a database is, and the one that people are named by where their names are not told.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{Identity, InstallationStanding, Pseudonyms};
use crate::db::Conn;
use crate::db::schema::{installation, installation_secret};

/// How the database stands towards `identity`.
pub(crate) fn installation_standing(
    conn: &mut Conn,
    identity: &Identity,
) -> QueryResult<InstallationStanding> {
    let row: Option<(String, String, Option<NaiveDateTime>)> = installation::table
        .select((installation::identity, installation::place, installation::backup_made_at))
        .first(conn)
        .optional()?;
    Ok(match row {
        None => InstallationStanding::Free,
        Some((_, place, Some(made_at))) => InstallationStanding::Backup { made_at: made_at.and_utc(), place },
        Some((key, _, None)) if key == identity.key => InstallationStanding::Ours,
        Some((_, place, None)) => InstallationStanding::Elsewhere { place },
    })
}

/// Makes the database `identity`'s, whosever it was; `audit_entry` is the entry of the audit log that says so.
pub(crate) fn adopt(
    conn: &mut Conn,
    identity: &Identity,
    audit_entry: Option<i32>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::delete(installation::table).execute(conn)?;
    diesel::insert_into(installation::table)
        .values((
            installation::id.eq(1),
            installation::identity.eq(&identity.key),
            installation::place.eq(&identity.place),
            installation::adopted_at.eq(now.naive_utc()),
            installation::audit_entry.eq(audit_entry),
        ))
        .execute(conn)?;
    Ok(())
}

/// Marks the database as a backup made `now` of the installation that it was, which is `identity`'s if nobody's yet.
pub(crate) fn mark_backup(conn: &mut Conn, identity: &Identity, now: DateTime<Utc>) -> QueryResult<()> {
    if installation_standing(conn, identity)? == InstallationStanding::Free {
        adopt(conn, identity, None, now)?;
    }
    diesel::update(installation::table)
        .set(installation::backup_made_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(())
}

/// What people are called where their names are not told.
pub(crate) fn pseudonyms(conn: &mut Conn) -> QueryResult<Pseudonyms> {
    let secret: Vec<u8> = installation_secret::table.select(installation_secret::secret).first(conn)?;
    Ok(Pseudonyms::of(&secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, Home, IfMissing, Locks};
    use crate::sample::database::url;

    fn identity(key: &str) -> Identity {
        Identity { key: key.to_owned(), place: format!("place {key}") }
    }

    #[test]
    fn a_database_belongs_to_whom_it_was_adopted_by_and_a_backup_to_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("a.db")), IfMissing::Create).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (here, there) = (identity("here"), identity("there"));
        db.write(Locks::REGISTER, |conn| {
            assert_eq!(installation_standing(conn, &here)?, InstallationStanding::Free);
            adopt(conn, &here, None, now)?;
            assert_eq!(installation_standing(conn, &here)?, InstallationStanding::Ours);
            assert_eq!(
                installation_standing(conn, &there)?,
                InstallationStanding::Elsewhere { place: "place here".to_owned() }
            );
            mark_backup(conn, &here, now)?;
            let backup = InstallationStanding::Backup { made_at: now, place: "place here".to_owned() };
            assert_eq!(installation_standing(conn, &here)?, backup, "also where it was made");
            adopt(conn, &there, None, now)?;
            assert_eq!(installation_standing(conn, &there)?, InstallationStanding::Ours);
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn another_file_or_another_configured_name_is_another_installation() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a.db", "b.db"].map(|name| Home::File(folder.path().join(name)));
        let key = |name: Option<&str>, home: &Home| Identity::here(name, home).unwrap().key;
        assert_eq!(key(None, &a), key(None, &a));
        assert_ne!(key(None, &a), key(None, &b));
        assert_eq!(key(Some("x"), &a), key(Some("x"), &b));
        assert_ne!(key(Some("x"), &a), key(Some("y"), &a));
    }

    #[test]
    fn a_server_s_database_is_known_by_the_server_and_by_the_name_that_it_must_have() {
        let server = |system: &str| Home::Server { system: system.to_owned(), database: "r".to_owned() };
        assert!(Identity::here(None, &server("1")).unwrap_err().to_string().contains("instance in [node]"));
        let key = |name: &str, system: &str| Identity::here(Some(name), &server(system)).unwrap().key;
        assert_eq!(key("x", "1"), key("x", "1"));
        assert_ne!(key("x", "1"), key("y", "1"));
        assert_ne!(key("x", "1"), key("x", "2"), "restored into another cluster");
    }
}
