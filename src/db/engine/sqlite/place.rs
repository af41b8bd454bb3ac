//! Where a database is, as people write it.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Conn;
use crate::db::conn::{Home, Statements};
use crate::db::error::DbError;

/// The database of an installation that names none, beside its settings.
pub(crate) const DEFAULT_URL: &str = "sqlite:refresher.db";

/// Whether whoever opens a database of older tables brings them up to date, unless told otherwise.
pub(crate) const DEFAULT_MIGRATES: bool = true;

/// The URL of a database, with a relative path made relative to `folder`; URLs of other kinds as they are.
pub(crate) fn url_beside(folder: &Path, url: &str) -> String {
    let path = match url.split_once(':') {
        Some(("sqlite", path)) => path.strip_prefix("//").unwrap_or(path),
        Some((scheme, _)) if scheme.len() > 1 => return url.to_owned(),
        _ => url,
    };
    format!("sqlite:{}", folder.join(path).display())
}

/// The file that a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(PathBuf);

impl Place {
    /// The file of the database at `url`: `sqlite:PATH`, or a plain path.
    ///
    /// # Errors
    /// When this build opens none of its kind.
    pub fn of(url: &str) -> Result<Self, DbError> {
        match url.split_once(':') {
            Some(("sqlite", path)) => Ok(Self(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))),
            Some(("postgres" | "postgresql", _)) => Err(DbError::OtherEngine {
                engine: "PostgreSQL",
                package: "refresher-postgres",
                write: "sqlite:PATH",
            }),
            Some((scheme, _)) if scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
                Err(DbError::UnknownUrl(scheme.to_owned(), "sqlite:PATH"))
            }
            _ => Ok(Self(PathBuf::from(url))),
        }
    }

    /// The file, where the engine keeps a database in one of its own.
    pub fn file(&self) -> Option<&Path> {
        Some(&self.0)
    }

    /// The same, used otherwise: a file knows of no other use.
    pub(crate) fn with(self, _: Statements) -> Self {
        self
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

/// What the database is known by.
pub(crate) fn home(place: &Place, _: &mut Conn) -> Result<Home, DbError> {
    Ok(Home::File(place.0.clone()))
}
