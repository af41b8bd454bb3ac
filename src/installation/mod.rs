//! Which installation a database belongs to: a copy of it, found on another machine or restored from a backup, must
//! not mail a thousand people again.
//!
//! Comes in: the [`Identity`] of the place a process runs at. Goes out: the [`InstallationStanding`] of the database towards it.
//! A database that belongs to nobody yet is taken by the first process that mails from it; one that belongs elsewhere
//! has to be adopted on purpose. It never sends and never holds anything back itself.

pub(crate) mod configuration;
pub(crate) mod nodes;
mod pseudonyms;
pub(crate) mod store;

use std::fmt;
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::db::Home;
pub(crate) use pseudonyms::Pseudonyms;

/// What tells an installation from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// A hash of the machine and the database file, or the configured name.
    pub(crate) key: String,
    /// The same for people.
    pub(crate) place: String,
}

impl Identity {
    /// The identity of this machine with the file that the database is; `configured` stands in for both where a container
    /// has another machine's name at every start. Of a database that a server keeps, the identity is the server's and the
    /// `configured` name: whichever machine a node of the installation runs on, it is the same (spec 20.5).
    ///
    /// The machine's id is hashed, not stored: systemd asks that it not be shown around.
    ///
    /// # Errors
    /// When a server keeps the database, and the installation has no name.
    pub(crate) fn here(configured: Option<&str>, home: &Home) -> Result<Self, NamelessInstallation> {
        Ok(match (home, configured) {
            (Home::File(file), None) => Self::of_file(file),
            (Home::File(_), Some(name)) => {
                Self { key: format!("configured:{name}"), place: format!("the instance {name:?}") }
            }
            (Home::Server { .. }, None) => return Err(NamelessInstallation),
            (Home::Server { system, database }, Some(name)) => Self {
                key: format!("server:{system}/{database} configured:{name}"),
                place: format!("the instance {name:?} with the database {database} of the server {system}"),
            },
        })
    }

    /// The identity of the configuration in `file`, of the machine it is read on or of the `configured` name.
    pub(crate) fn of_configuration(configured: Option<&str>, file: &Path) -> Self {
        let on_this_machine = Self::of_file(file);
        let Some(name) = configured else { return on_this_machine };
        let path = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        let key = format!("configured:{name} {}", path.display());
        Self { key, place: format!("{} of the instance {name:?}", path.display()) }
    }

    fn of_file(file: &Path) -> Self {
        let path = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        let host = first_line("/etc/hostname").unwrap_or_else(|| "this machine".to_owned());
        let machine = first_line("/etc/machine-id").unwrap_or_else(|| host.clone());
        let hash = blake3::derive_key("refresher installation 2026", machine.as_bytes());
        let hash = blake3::keyed_hash(&hash, path.as_os_str().as_encoded_bytes());
        Self { key: hash.to_hex().to_string(), place: format!("{} on {host}", path.display()) }
    }
}

/// An installation that several nodes may be of, and that has no name.
#[derive(Debug, thiserror::Error)]
#[error(
    "the database is one that several machines may use, and this installation has no name by which it is told from a copy \
     of itself: give it one, the same on each of its machines, as instance in [node]"
)]
pub(crate) struct NamelessInstallation;

/// The first line of a small file of the system's; `None` where there is none, or it is empty.
fn first_line(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?; // Not every system has one.
    text.lines().next().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned)
}

/// How a database stands towards an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InstallationStanding {
    /// It belongs to it.
    Ours,
    /// It belongs to nobody yet.
    Free,
    /// It belongs to another.
    Elsewhere {
        /// Where that is.
        place: String,
    },
    /// It is a backup that nobody has adopted.
    Backup {
        /// When it was made.
        made_at: DateTime<Utc>,
        /// Of which installation.
        place: String,
    },
}

impl fmt::Display for InstallationStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours => f.write_str("this database belongs to this installation"),
            Self::Free => f.write_str("this database belongs to no installation yet"),
            Self::Elsewhere { place } => {
                write!(f, "this database belongs to {place}, and this may be a copy of it")
            }
            Self::Backup { made_at, place } => {
                write!(f, "this database is a backup of {place}, made at {}", made_at.format("%FT%TZ"))
            }
        }
    }
}
