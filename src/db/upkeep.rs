//! What is done to the database as a whole: looked over, copied, and rid of what was deleted.

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;

use chrono::{DateTime, Utc};

use diesel::prelude::*;

use super::schema::node;
use super::{BackupError, Conn, Db, DbError, Durability, Locks, engine, versions};

/// How thoroughly the database is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thoroughness {
    /// Every page and every row.
    Quick,
    /// That, and whether indexes and rows agree.
    Full,
}

/// How what deleting leaves behind is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepWay {
    /// It is freed for new rows.
    Free,
    /// What is kept is written anew, and nobody reads or writes it meanwhile.
    Rewrite,
}

/// Whether anything that was deleted is left in the database's own files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepOutcome {
    /// Nothing.
    Clean,
    /// Somebody was reading: what is left goes with the next sweep.
    InUse,
}

/// Whether the tables may be written anew where that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RewriteRight {
    /// They are, whether or not it is asked for.
    #[cfg_attr(feature = "postgres", expect(dead_code, reason = "a server does what it is asked for"))]
    Unasked,
    /// They are where it is asked for.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "a file is written anew unasked"))]
    Asked,
    /// They are another role's, which alone may.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "a file has no roles"))]
    OwnerAlone,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "a file has no server"))]
pub(crate) enum Gravity {
    /// Somebody should look.
    Warning,
    /// Something does not work.
    Fault,
}

/// What is not as it should be about the server that keeps a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerFinding {
    /// How grave it is.
    pub(crate) gravity: Gravity,
    /// What is so.
    pub(crate) says: String,
    /// What to do about it.
    pub(crate) to_do: &'static str,
}

impl Db {
    /// The engine and its version, for people.
    pub(crate) fn engine(&self) -> Result<String, DbError> {
        self.read(engine::version)
    }

    /// Whether the database answers, with the tables of this version.
    pub(crate) fn has_our_tables(&self) -> Result<(), DbError> {
        self.try_read(|conn| versions::refuse_others(conn, self.place()))
    }

    /// Whether the database takes changes: one that changes nothing is made. Where another writes at this moment it does.
    pub(crate) fn takes_changes(&self) -> Result<(), DbError> {
        let nobody = node::table.filter(node::name.eq(""));
        let nothing = |conn: &mut Conn| diesel::delete(nobody).execute(conn).map(drop);
        self.write_unless_busy(Locks::NONE, Durability::Soon, nothing).unwrap_or(Ok(()))
    }

    /// What is not as it should be about the server that keeps the database, where one does.
    pub(crate) fn server_findings(&self) -> Result<Vec<ServerFinding>, DbError> {
        self.read(engine::server_findings)
    }

    /// When the server that keeps the database, where one does, last archived what it wrote.
    pub(crate) fn last_archived(&self) -> Result<Option<DateTime<Utc>>, DbError> {
        self.read(engine::last_archived)
    }

    /// What is wrong with the database as it is kept, if anything.
    pub(crate) fn integrity(&self, how: Thoroughness) -> Result<Option<String>, DbError> {
        self.read(|conn| engine::findings(conn, how))
    }

    /// Removes what deleting leaves behind. A file is written anew in any case: that needs as much free space as the
    /// database takes, and nobody else can write meanwhile.
    ///
    /// # Errors
    /// When there is no room, or somebody held the database for longer than writers wait for each other.
    pub fn sweep(&self, how: SweepWay) -> Result<SweepOutcome, DbError> {
        self.pool.connected(|conn| Ok(engine::sweep(conn, how)?))
    }

    /// Whether [`SweepWay::Rewrite`] may be asked for.
    pub(crate) fn rewrite_right(&self) -> Result<RewriteRight, DbError> {
        self.read(engine::rewrite_right)
    }

    /// Copies the database to `target` while others read and write it; only a sound copy gets its name, readable by nobody
    /// else. Of what is kept in a file, the copy is one, into which `mark` writes before it is checked. Of what a server
    /// keeps, it is a dump with what `describe` says of the state that is copied.
    pub fn backup(
        &self,
        target: &Path,
        mark: impl FnOnce(&mut Conn) -> diesel::QueryResult<()>,
        describe: impl FnOnce(&mut Conn) -> diesel::QueryResult<serde_json::Value>,
    ) -> Result<(), BackupError> {
        // A link that leads nowhere is something, too.
        if target.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(target.to_owned()));
        }
        // Hidden, and so nothing that somebody has put there.
        let mut unfinished = OsString::from(".");
        unfinished.push(target.file_name().unwrap_or_default());
        unfinished.push(".part");
        let unfinished = target.with_file_name(unfinished);
        let made = engine::copy_to(self.place(), &unfinished, mark, describe).and_then(|()| {
            File::open(&unfinished)
                .and_then(|file| file.sync_all())
                .and_then(|()| std::fs::rename(&unfinished, target))
                .map_err(|error| BackupError::Write(target.to_owned(), error.to_string()))
        });
        if made.is_err() {
            // What is left of it is of no use; that it can't be removed is no worse than what is reported.
            let _ = std::fs::remove_file(&unfinished);
        }
        made
    }
}
