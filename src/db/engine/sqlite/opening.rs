//! How a database's file is found: by whoever may make it, by whoever writes to it as it is, and by whoever only reads,
//! who may lack the permission to write (spec section 6).

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Conn;
use super::access::{Access, DatabaseAccess};
use super::place::Place;
use crate::db::{DbError, IfMissing};
use crate::files::private;
use crate::files::{self, Links};

/// The database, which is made where it may be, and a first connection to it.
pub(crate) fn made_or_found(place: Place, if_missing: IfMissing) -> Result<(Access, Conn), DbError> {
    let path = place.path();
    if path.exists() {
        refuse_other_files(path)?;
    } else {
        if if_missing == IfMissing::Fail {
            return Err(DbError::Missing(place.to_string()));
        }
        let failed = |error: std::io::Error| DbError::Open(place.to_string(), error.to_string());
        private::make_folder(path.parent().unwrap_or(Path::new(""))).map_err(failed)?;
        match private::make_new_file(path) {
            // Another process makes it at this moment.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => drop(made.map_err(failed)?),
        }
    }
    let access = Access::to_write(place);
    let conn = access.first_connection()?;
    Ok((access, conn))
}

/// The database, which is there, to be written, and a first connection to it.
pub(crate) fn existing_to_write(place: Place) -> Result<(Access, Conn), DbError> {
    refuse_missing(&place)?;
    let access = Access::to_write(place);
    let conn = access.first_connection()?;
    Ok((access, conn))
}

/// The database, which is there, to be read and nothing else, and a first connection to it: no permission to write is
/// needed, and whatever would write fails.
pub(crate) fn existing_to_read(place: Place) -> Result<(Access, Conn), DbError> {
    refuse_missing(&place)?;
    let mut refused = None;
    for access in readings(&place) {
        match access.first_connection() {
            Ok(conn) => return Ok((access, conn)),
            // What was tried first says most.
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or_else(|| DbError::Missing(place.to_string())))
}

/// A connection of its own, that may read the database and write to others, such as a copy.
pub(super) fn connection_to_copy(place: &Place) -> Result<Conn, DbError> {
    let access = readings(place).into_iter().next();
    access.unwrap_or_else(|| Access::new(place.clone(), DatabaseAccess::Read)).first_connection()
}

/// The ways to read a database that may work, the best first.
fn readings(place: &Place) -> Vec<Access> {
    let path = place.path();
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
    .filter(|(may_work, _)| *may_work)
    .map(|(_, mode)| Access::new(place.clone(), mode))
    .collect()
}

fn refuse_missing(place: &Place) -> Result<(), DbError> {
    if !place.path().exists() {
        return Err(DbError::Missing(place.to_string()));
    }
    refuse_other_files(place.path())
}

/// What every SQLite database begins with. A file that was never written to is empty, and becomes one.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Says what is wrong with a path that is no database, which the driver would only find out by waiting.
fn refuse_other_files(path: &Path) -> Result<(), DbError> {
    let refused = |why: String| DbError::Open(path.display().to_string(), why);
    let mut beginning = Vec::new();
    files::open(path, Links::Followed)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut beginning))
        .map_err(|error| refused(error.to_string()))?;
    if beginning.is_empty() || beginning == MAGIC {
        return Ok(());
    }
    Err(refused("it is not an SQLite database; correct `database` or --database".to_owned()))
}
