//! Why a file can't be read at all.

use std::io;
use std::path::{Path, PathBuf};

use super::messages::Refusal;
use super::reading::rows::Remark;
use crate::tabular::ReadError;
use crate::wording::printable;

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
        /// The same of the line that it is about, where it is about one.
        fault: Option<Box<Remark>>,
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

impl From<ReadError> for ImportError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unreadable { path, source } => Self::Unreadable { path, source },
            ReadError::NoFile { path, source } => Self::refused_at(path, &source.to_string(), None),
            ReadError::Refused { path, fault } => {
                Self::refused_at(path, &fault.to_string(), fault.line().map(|line| (line, "")))
            }
        }
    }
}

impl ImportError {
    /// The file at `path` can't be used. What the reason quotes of the file is safe to print.
    pub(super) fn refused(path: &Path, reason: &Refusal) -> Self {
        Self::refused_at(path.to_owned(), &reason.to_string(), reason.place())
    }

    fn refused_at(path: PathBuf, reason: &str, place: Option<(u64, &str)>) -> Self {
        let reason = printable(reason).into_owned();
        let fault = place.map(|(line, header)| {
            let (column, value) = (header.to_owned(), String::new());
            Box::new(Remark { line, column, value, reason: reason.clone() })
        });
        Self::Refused { path, reason, fault }
    }
}

/// A file's name, safe to print.
fn named(path: &Path) -> String {
    printable(&path.to_string_lossy()).into_owned()
}
