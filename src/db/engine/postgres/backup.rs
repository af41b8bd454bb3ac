//! A copy of the database, by the server's own program.

use std::path::Path;

use diesel::QueryResult;

use super::{Conn, Place};
use crate::db::{BackupError, Thoroughness};

/// What is wrong with the database as it is kept, if anything.
pub(crate) fn findings(_: &mut Conn, _: Thoroughness) -> QueryResult<Option<String>> {
    Ok(None)
}

/// Copies the database while others read and write it.
pub(crate) fn copy_to(
    _: &Place,
    unfinished: &Path,
    _: impl FnOnce(&mut Conn) -> QueryResult<()>,
) -> Result<(), BackupError> {
    Err(BackupError::Write(unfinished.to_owned(), "not yet".to_owned()))
}
