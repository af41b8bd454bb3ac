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

/// Words by which a reason goes on behind what it is about; any other begins a sentence of its own.
const GO_ON: [&str; 9] = ["begins", "can't", "changed", "has", "is", "looks", "names", "speaks", "unpacks"];

/// Why a file is refused as a sentence about `subject`, without its stop: reasons are worded to stand behind its name.
pub(crate) fn reason_of(subject: &str, reason: &str) -> String {
    let first = reason.split(' ').next().unwrap_or_default();
    if GO_ON.contains(&first) {
        return format!("{subject} {reason}");
    }
    let mut letters = reason.chars();
    letters.next().map_or(String::new(), |letter| letter.to_uppercase().chain(letters).collect())
}

/// A file's name, safe to print.
fn named(path: &Path) -> String {
    printable(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::wordings;

    #[test]
    fn every_reason_reads_as_a_sentence_behind_whatever_it_is_about() {
        for (reason, expected) in [
            ("has no header row", "It has no header row"),
            ("is empty: export it again", "It is empty: export it again"),
            ("the header on line 1 lacks a name", "The header on line 1 lacks a name"),
            ("3 of its 4 dates are in the future", "3 of its 4 dates are in the future"),
            ("", ""),
        ] {
            assert_eq!(reason_of("It", reason), expected);
        }
        // A wording that begins otherwise is to be looked at: does it go on behind the name of the file, or begin anew?
        let begin_anew = [
            "the",
            "line",
            "no",
            "row",
            "{ahead}",
            "it",
            "did",
            "{rejected}",
            "[{name}]",
            "[{kind}]",
            "{why}",
        ];
        for (_, wordings) in wordings().into_iter().filter(|(sort, _)| *sort == "refused") {
            for wording in wordings {
                let first = wording.split(' ').next().unwrap_or_default();
                assert!(GO_ON.contains(&first) || begin_anew.contains(&first), "{wording}");
            }
        }
    }
}
