//! Where an import goes, and what is written with it.

use crate::db::{Conn, Db, DbError};
use crate::import::ImportOutcome;
use crate::register::Organisation;

/// Writes something in the transaction of an import that is kept, once its report is whole, or has all of it put back; so
/// does an error.
pub type WrittenAlongside<'a> = dyn Fn(&mut Conn, &ImportOutcome) -> Result<AlongsideVerdict, DbError> + 'a;

/// Whether an import is kept, by whoever writes alongside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlongsideVerdict {
    /// It is.
    Keep,
    /// Nothing is.
    PutBack,
}

/// Where an import goes.
#[derive(Clone, Copy)]
pub struct Destination<'a> {
    /// The register's database.
    pub db: &'a Db,
    /// What is to be written in the same transaction, if the import is kept.
    pub alongside: Option<&'a WrittenAlongside<'a>>,
    /// The organisation of the settings, where whoever keeps an import would have recorded it first and a dry run only
    /// reckons with it.
    pub unrecorded: Option<&'a Organisation>,
}

impl std::fmt::Debug for Destination<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Destination").field("db", &self.db).finish_non_exhaustive()
    }
}

impl<'a> From<&'a Db> for Destination<'a> {
    fn from(db: &'a Db) -> Self {
        Self { db, alongside: None, unrecorded: None }
    }
}
