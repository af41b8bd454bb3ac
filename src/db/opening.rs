//! How a database is opened: by whoever brings it up to date, by whoever writes to it as it is, and by whoever only
//! reads, who may lack the permission to write (spec section 6).

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diesel::Connection;
use diesel::connection::SimpleConnection;

use super::access::DatabaseAccess;
use super::pool::Pool;
use super::url::path_of;
use super::versions;
use super::{Conn, Db, DbError, IfMissing};
use crate::files::private;
use crate::files::{self, Links};

impl Db {
    /// Opens the database at `url` (`sqlite:PATH`, or a plain path) and brings its tables up to date, with a backup of
    /// it beside it where it holds anything.
    pub fn open(url: &str, if_missing: IfMissing) -> Result<Self, DbError> {
        let path = path_of(url)?;
        if path.exists() {
            refuse_other_files(&path)?;
        } else {
            if if_missing == IfMissing::Fail {
                return Err(DbError::Missing(path));
            }
            let failed = |error: std::io::Error| DbError::Open(path.clone(), error.to_string());
            private::make_folder(path.parent().unwrap_or(Path::new(""))).map_err(failed)?;
            match private::make_new_file(&path) {
                // Another process makes it at this moment.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                made => drop(made.map_err(failed)?),
            }
        }
        let mut conn = Self::first_connection(&path, DatabaseAccess::Write)?;
        // A database of another version is not turned to the write-ahead log, nor changed in any other way.
        versions::refuse_newer(&mut conn, &path)?;
        let db = Self::over(path, DatabaseAccess::Write);
        let kept_as_it_was = db.bring_up_to_date(&mut conn)?;
        Ok(Self { kept_as_it_was, ..db })
    }

    /// Opens the database at `url`, which is of this version or refused, to be written.
    pub(crate) fn open_as_it_is(url: &str) -> Result<Self, DbError> {
        let path = existing(url)?;
        let mut conn = Self::first_connection(&path, DatabaseAccess::Write)?;
        versions::refuse_others(&mut conn, &path)?;
        Ok(Self::over(path, DatabaseAccess::Write))
    }

    /// Opens the database at `url`, which is of this version or refused, to be read and nothing else: no permission to
    /// write is needed, and whatever would write fails.
    pub(crate) fn open_to_read(url: &str) -> Result<Self, DbError> {
        let path = existing(url)?;
        let mut refused = None;
        for access in readings(&path) {
            match Self::first_connection(&path, access) {
                Ok(mut conn) => {
                    versions::refuse_others(&mut conn, &path)?;
                    return Ok(Self::over(path, access));
                }
                // What was tried first says most.
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(refused.unwrap_or(DbError::Missing(path)))
    }

    /// The database at `url`, with no connection made: for what is looked over beside a database that can't be opened.
    pub(crate) fn unopened(url: &str) -> Result<Self, DbError> {
        Ok(Self::over(path_of(url)?, DatabaseAccess::Write))
    }

    fn over(path: PathBuf, access: DatabaseAccess) -> Self {
        Self { pool: Arc::new(Pool::new(path.clone(), access)), path, kept_as_it_was: None }
    }

    /// A connection that is known to work.
    fn first_connection(path: &Path, access: DatabaseAccess) -> Result<Conn, DbError> {
        let failed = |error: String| DbError::Open(path.to_owned(), error);
        let mut conn = Conn::establish(&access.url(path)).map_err(|error| failed(error.to_string()))?;
        // The file itself is only opened to be read.
        let read = "PRAGMA busy_timeout = 30000; SELECT COUNT(*) FROM sqlite_master";
        conn.batch_execute(read).map_err(|error| failed(error.to_string()))?;
        Ok(conn)
    }

    /// A connection of its own, that may read the database and write to others, such as a copy.
    pub(super) fn connection_to_copy(&self) -> Result<Conn, DbError> {
        let access = readings(&self.path).into_iter().next().unwrap_or(DatabaseAccess::Read);
        Self::first_connection(&self.path, access)
    }
}

/// The ways to read a database that may work, the best first.
fn readings(path: &Path) -> Vec<DatabaseAccess> {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let may_write = File::options().write(true).open(path).is_ok();
    let in_use = beside("-shm").exists();
    let log_is_empty = std::fs::metadata(beside("-wal")).map_or(true, |log| log.len() == 0);
    [
        (may_write, DatabaseAccess::Read),
        (in_use, DatabaseAccess::ReadInUse),
        (log_is_empty, DatabaseAccess::ReadUnused),
    ]
    .into_iter()
    .filter_map(|(may_work, access)| may_work.then_some(access))
    .collect()
}

/// The path of the database at `url`, which is there.
fn existing(url: &str) -> Result<PathBuf, DbError> {
    let path = path_of(url)?;
    if !path.exists() {
        return Err(DbError::Missing(path));
    }
    refuse_other_files(&path)?;
    Ok(path)
}

/// What every SQLite database begins with. A file that was never written to is empty, and becomes one.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Says what is wrong with a path that is no database, which the driver would only find out by waiting.
fn refuse_other_files(path: &Path) -> Result<(), DbError> {
    let refused = |why: String| DbError::Open(path.to_owned(), why);
    let mut beginning = Vec::new();
    files::open(path, Links::Followed)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut beginning))
        .map_err(|error| refused(error.to_string()))?;
    if beginning.is_empty() || beginning == MAGIC {
        return Ok(());
    }
    Err(refused("it is not an SQLite database; correct `database` or --database".to_owned()))
}
