//! Where a database is, as people write it.

use std::path::{Path, PathBuf};

use super::error::DbError;

/// The database of an installation that names none, beside its settings.
pub(crate) const DEFAULT_URL: &str = "sqlite:refresher.db";

/// The URL of a database, with a relative path made relative to `folder`; URLs of other kinds as they are.
pub(crate) fn url_beside(folder: &Path, url: &str) -> String {
    let path = match url.split_once(':') {
        Some(("sqlite", path)) => path.strip_prefix("//").unwrap_or(path),
        Some((scheme, _)) if scheme.len() > 1 => return url.to_owned(),
        _ => url,
    };
    format!("sqlite:{}", folder.join(path).display())
}

/// The file of the database at `url`.
///
/// # Errors
/// When this build opens none of its kind.
pub(super) fn path_of(url: &str) -> Result<PathBuf, DbError> {
    match url.split_once(':') {
        Some(("sqlite", path)) => Ok(PathBuf::from(path.strip_prefix("//").unwrap_or(path))),
        Some((scheme, _)) if scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
            Err(DbError::UnknownUrl(scheme.to_owned()))
        }
        _ => Ok(PathBuf::from(url)),
    }
}
