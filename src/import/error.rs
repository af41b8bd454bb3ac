//! Why a file can't be read at all.

use std::io;
use std::path::{Path, PathBuf};

use super::messages::Refusal;
use super::text::printable;

/// A file refused: what is wrong, where, and what to do (exit status 1). Nothing of it is taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file can't be opened or read.
    #[error("{}: can't be read: {source}; correct its name, or the permissions", named(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What the file holds can't be used.
    #[error("{}: {reason}", named(path))]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// The rejected rows can't be written.
    #[error("the rejected rows can't be written to {}: {source}", named(path))]
    Unwritable {
        /// Where they belong.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The `--map` file can't be used.
    #[error("the map file {}: {reason}", named(path))]
    Map {
        /// The map file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        reason: String,
    },
}

impl ImportError {
    /// Why the file at `path` can't be opened. What is no file has its own advice.
    pub(super) fn unopened(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::InvalidInput => {
                Self::Refused { path: path.to_owned(), reason: source.to_string() }
            }
            _ => Self::Unreadable { path: path.to_owned(), source },
        }
    }

    /// The file at `path` can't be used. What the reason quotes of the file is safe to print.
    pub(super) fn refused(path: &Path, reason: &Refusal) -> Self {
        Self::Refused { path: path.to_owned(), reason: printable(&reason.to_string()).into_owned() }
    }
}

/// A file's name, safe to print.
fn named(path: &Path) -> String {
    printable(&path.to_string_lossy()).into_owned()
}
