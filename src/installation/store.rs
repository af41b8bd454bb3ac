//! The one row that says whose a database is.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{Identity, InstallationStanding};
use crate::db::Conn;
use crate::db::schema::installation;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, IfMissing};

    fn identity(key: &str) -> Identity {
        Identity { key: key.to_owned(), place: format!("place {key}") }
    }

    #[test]
    fn a_database_belongs_to_whom_it_was_adopted_by_and_a_backup_to_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("a.db").display().to_string(), IfMissing::Create).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (here, there) = (identity("here"), identity("there"));
        db.write(|conn| {
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
        let (a, b) = (folder.path().join("a.db"), folder.path().join("b.db"));
        assert_eq!(Identity::here(None, &a), Identity::here(None, &a));
        assert_ne!(Identity::here(None, &a).key, Identity::here(None, &b).key);
        assert_eq!(Identity::here(Some("x"), &a), Identity::here(Some("x"), &b));
        assert_ne!(Identity::here(Some("x"), &a).key, Identity::here(Some("y"), &a).key);
    }
}
