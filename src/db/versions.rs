//! Which version of the program a database is of, and bringing an older one up to date (spec section 6).
//!
//! A version is the newest step of `migrations/` that the tables have had. Whoever only reads refuses a database of
//! another; whoever writes refuses a newer one, and brings an older one up to date after a backup, in one transaction.
//! What was made while the steps themselves were still being changed is refused by all.

use std::path::PathBuf;

use diesel::migration::MigrationSource;
use diesel::sql_types::Text;
use diesel::{OptionalExtension, QueryResult, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::MigrationHarness;

use super::engine::{self, MIGRATIONS, Place};
use super::{Backend, BackupError, Conn, Db, DbError, IfMissing, IfOlder, Locks};
use crate::clock::Clock;

/// The version of this program.
pub(super) const OURS: &str = env!("CARGO_PKG_VERSION");

/// Which version a database is of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum DatabaseVersion {
    /// Nothing was ever made in it.
    Empty,
    /// It holds tables of another program.
    Foreign,
    /// It has had steps as they were before they were released; its newest, for people.
    Development(String),
    /// Steps of ours are missing in it; its newest, for people.
    Older(String),
    /// This program's.
    Ours,
    /// It has had steps that we don't know yet; its newest, for people.
    Newer(String),
}

/// Refuses a database that this program can't, or is not to, bring up to date.
pub(super) fn refuse_newer(
    conn: &mut Conn,
    place: &Place,
    if_missing: IfMissing,
    if_older: IfOlder,
) -> Result<(), DbError> {
    match version(conn, place)? {
        DatabaseVersion::Ours => Ok(()),
        // A file of nothing is one that was made beforehand; elsewhere a database is made by others, and empty.
        DatabaseVersion::Empty if if_missing == IfMissing::Create || place.file().is_some() => Ok(()),
        DatabaseVersion::Older(_) if if_older == IfOlder::Upgrade => Ok(()),
        other => refuse(other, place),
    }
}

/// Refuses a database of any other version than this program's.
pub(super) fn refuse_others(conn: &mut Conn, place: &Place) -> Result<(), DbError> {
    refuse(version(conn, place)?, place)
}

fn refuse(version: DatabaseVersion, place: &Place) -> Result<(), DbError> {
    // Where others keep it, whoever reads and writes owns nothing of it.
    let first =
        if place.file().is_some() { "`refresher init`" } else { "`refresher migrate-schema` as its owner" };
    let place = place.to_string();
    match version {
        DatabaseVersion::Ours => Ok(()),
        DatabaseVersion::Empty => {
            Err(DbError::Open(place, format!("there is nothing in it yet: run {first} first")))
        }
        DatabaseVersion::Foreign => Err(DbError::Foreign(place)),
        DatabaseVersion::Development(of) => Err(DbError::Development { place, of }),
        DatabaseVersion::Older(of) => Err(DbError::Older { place, of, ours: ours()? }),
        DatabaseVersion::Newer(of) => Err(DbError::Newer { place, of, ours: ours()? }),
    }
}

impl Db {
    /// Applies the steps that the database, to which `conn` is a connection, has not had: all of them, or none. Gives
    /// the backup of it as it was, where it held anything.
    pub(super) fn bring_up_to_date(&self, conn: &mut Conn) -> Result<Option<PathBuf>, DbError> {
        if version(conn, self.place())? == DatabaseVersion::Ours {
            return Ok(None);
        }
        // Nobody writes between the backup and the steps, and of two processes that come to this the second waits.
        let backup = self.try_write(Locks::REGISTER, |conn| self.apply_missing(conn))?;
        if let Some(backup) = &backup {
            tracing::warn!(
                "the tables of {} were brought up to date; as it was, it is kept as {}",
                self.place(),
                backup.display()
            );
        }
        Ok(backup)
    }

    fn apply_missing(&self, conn: &mut Conn) -> Result<Option<PathBuf>, DbError> {
        let backup = match version(conn, self.place())? {
            DatabaseVersion::Ours => return Ok(None),
            DatabaseVersion::Empty => None,
            DatabaseVersion::Older(_) => self.back_up_as_it_is()?,
            other => return refuse(other, self.place()).map(|()| None),
        };
        let done = conn
            .run_pending_migrations(MIGRATIONS)
            .map(|_| ())
            .and_then(|()| Ok(note_program(conn)?))
            .map_err(|error| DbError::Migrate(self.place().to_string(), error.to_string()));
        if let (Err(_), Some(backup)) = (&done, &backup) {
            // The database is as it was, and the next attempt makes its own.
            let _ = std::fs::remove_file(backup);
        }
        done.map(|()| backup)
    }

    /// Copies the database beside itself before anything in it changes: `refresher.before-0.2.0.db`. Like any backup it
    /// belongs to no installation until it is adopted, so that taking it into use again mails nobody twice.
    /// Where the database is kept by others, so are its backups.
    fn back_up_as_it_is(&self) -> Result<Option<PathBuf>, DbError> {
        let Some(file) = self.place().file() else { return Ok(None) };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let target = file.with_file_name(format!("{stem}.before-{OURS}.db"));
        let made = self.backup(
            &target,
            |conn| {
                if engine::has_column(conn, "installation", "backup_made_at")? {
                    let now = Clock::System.now().naive_utc();
                    sql_query("UPDATE installation SET backup_made_at = $1")
                        .bind::<diesel::sql_types::Timestamp, _>(now)
                        .execute(conn)?;
                }
                Ok(())
            },
            |_| Ok(serde_json::Value::Null),
        );
        match made {
            Ok(()) => Ok(Some(target)),
            Err(BackupError::Database(error)) => Err(error),
            Err(error) => Err(DbError::NotBackedUp(self.place().to_string(), Box::new(error))),
        }
    }
}

#[derive(QueryableByName)]
struct VersionText {
    #[diesel(sql_type = Text)]
    text: String,
}

fn texts(conn: &mut Conn, query: &str) -> QueryResult<Vec<String>> {
    let rows: Vec<VersionText> = sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| row.text).collect())
}

/// The steps of `migrations/` for this engine, in their order.
pub(super) fn our_steps() -> Result<Vec<String>, DbError> {
    let ours = MigrationSource::<Backend>::migrations(&MIGRATIONS);
    let ours = ours.map_err(|error| DbError::GivenUp(error.to_string()))?;
    let mut steps: Vec<String> = ours.iter().map(|step| step.name().version().to_string()).collect();
    steps.sort();
    Ok(steps)
}

pub(super) fn ours() -> Result<String, DbError> {
    let newest = our_steps()?.pop().unwrap_or_default();
    Ok(format!("refresher {OURS}, tables of {newest}"))
}

fn version(conn: &mut Conn, place: &Place) -> Result<DatabaseVersion, DbError> {
    let failed = |error: diesel::result::Error| DbError::Open(place.to_string(), error.to_string());
    let tables = engine::tables(conn).map_err(failed)?;
    let has = |name: &str| tables.iter().any(|table| table == name);
    let had = if has("__diesel_schema_migrations") {
        let had = "SELECT version AS text FROM __diesel_schema_migrations ORDER BY version";
        texts(conn, had).map_err(failed)?
    } else {
        Vec::new()
    };
    let Some(newest) = had.last() else {
        let nothing = tables.iter().all(|table| table == "__diesel_schema_migrations");
        return Ok(if nothing { DatabaseVersion::Empty } else { DatabaseVersion::Foreign });
    };
    let steps = our_steps()?;
    let mut of = format!("tables of {newest}");
    if has("program_version") {
        let program: Option<VersionText> = sql_query("SELECT version AS text FROM program_version LIMIT 1")
            .get_result(conn)
            .optional()
            .map_err(failed)?;
        of = program.map_or(of.clone(), |program| format!("refresher {}, {of}", program.text));
    }
    let newest_unknown = had.iter().rfind(|step| !steps.contains(step));
    Ok(match newest_unknown {
        Some(_) if newest_unknown > steps.last() => DatabaseVersion::Newer(of),
        Some(_) => DatabaseVersion::Development(of),
        None if steps.iter().any(|step| !had.contains(step)) => DatabaseVersion::Older(of),
        None => DatabaseVersion::Ours,
    })
}

/// Notes which program made the tables what they are.
fn note_program(conn: &mut Conn) -> QueryResult<()> {
    sql_query("DELETE FROM program_version").execute(conn)?;
    sql_query("INSERT INTO program_version (id, version) VALUES (1, $1)")
        .bind::<Text, _>(OURS)
        .execute(conn)?;
    Ok(())
}
