//! Why a file can't be read at all.

use std::io;
use std::path::{Path, PathBuf};

use super::fault::Fault;

/// A file of which nothing is read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The file can't be opened or read.
    #[error("{}: can't be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no file, or may not be opened as one.
    #[error("{}: {source}", path.display())]
    NoFile {
        /// What was named.
        path: PathBuf,
        /// What it is instead, and what to do.
        source: io::Error,
    },
    /// What the file holds is no table that can be read.
    #[error("{}: {fault}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what to do.
        fault: Fault,
    },
}

impl ReadError {
    /// Why the file at `path` can't be opened. What is no file has its own advice.
    pub(super) fn unopened(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::InvalidInput => Self::NoFile { path, source },
            _ => Self::Unreadable { path, source },
        }
    }
}
