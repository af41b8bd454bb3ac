//! Why a file can't be read at all.

use std::io;
use std::path::PathBuf;

/// A file refused: what is wrong, where, and what to do (exit status 1). Nothing of it is taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file can't be opened or read.
    #[error("{}: can't be read: {source}; correct its name, or the permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What the file holds can't be used.
    #[error("{}: {reason}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// The rejected rows can't be written.
    #[error("the rejected rows can't be written to {}: {source}", path.display())]
    Unwritable {
        /// Where they belong.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The `--map` file can't be used.
    #[error("the map file {}: {reason}", path.display())]
    Map {
        /// The map file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        reason: String,
    },
}
