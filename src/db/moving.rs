//! Moving a database from one engine to the other, with the proof that nothing was lost on the way (spec 20.9).
//!
//! Comes in: two URLs of different kinds, and what the rooms above have to say on the way, as [`MoveSteps`]. Goes out: a
//! [`MoveReport`] of what was moved and proved. Everything goes into the target by one transaction, so that it has all or
//! nothing. It is marked as nobody's until the figures are compared; the source is marked as moved before the target may
//! be used: at no instant may both mail.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::conn::Home;
use super::engine;
use super::error::DbError;

/// What the rooms above have to say while a database is moved.
pub(crate) trait MoveSteps {
    /// Told of each table before it is copied.
    fn meet(&mut self, table: &str);

    /// The entry of the audit log that tells of the move, after the newest one: its place and its hash.
    fn entry(&mut self, newest: (i32, String), now: DateTime<Utc>) -> MovedEntry;

    /// Compares what both databases answer, once both can be asked; what is unequal. `known_at` is the newest instant at
    /// which anything was recorded, as RFC 3339.
    fn compare(&mut self, known_at: Option<&str>, frozen: &[FrozenMonth]) -> Result<(), String>;

    /// By which key and place the installation knows the target, if by `key` it was the one that the source belongs to.
    fn owner(&mut self, key: &str, from: &Home, to: &Home) -> Option<(String, String)>;
}

/// An entry of the audit log in the columns of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MovedEntry {
    /// Its place.
    pub(crate) id: i32,
    /// When.
    pub(crate) recorded_at: DateTime<Utc>,
    /// By whom.
    pub(crate) actor: String,
    /// What was done.
    pub(crate) action: String,
    /// To what.
    pub(crate) object: String,
    /// What else matters, as JSON.
    pub(crate) details: String,
    /// The seal of the entry before.
    pub(crate) previous_hash: String,
    /// Its own.
    pub(crate) hash: String,
}

/// A month whose figures were frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrozenMonth {
    /// The organisation's code.
    pub(crate) organisation: String,
    /// The month, as YYYY-MM.
    pub(crate) month: String,
    /// As known at which instant, as RFC 3339.
    pub(crate) known_at: String,
}

/// What was moved, and proved to be the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct MoveReport {
    /// From where, for people.
    pub(crate) from: String,
    /// To where.
    pub(crate) to: String,
    /// Every table, in order of name.
    pub(crate) tables: Vec<MovedTable>,
    /// How many instants had nanoseconds, which were cut.
    pub(crate) nanoseconds_cut: u64,
    /// How many messages there are in each state.
    pub(crate) messages: BTreeMap<String, u64>,
    /// The audit log as it was.
    pub(crate) audit: MovedLog,
    /// Whether somebody has to adopt the target before mail leaves from it: it is not this installation's.
    pub(crate) needs_adopting: bool,
}

/// The audit log before the entry that tells of the move.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct MovedLog {
    /// How many entries it had.
    pub(crate) entries: i32,
    /// The seal of the newest.
    pub(crate) hash: String,
}

/// A table that was moved.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct MovedTable {
    /// Its name.
    pub(crate) name: String,
    /// How many rows it has.
    pub(crate) rows: u64,
    /// The BLAKE3 hash of them all, in the order of their keys.
    pub(crate) blake3: String,
}

/// Why nothing was moved. Each message says what to do; but where it says otherwise, both databases are as they were.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MoveError {
    /// This build has one engine.
    #[cfg_attr(feature = "postgres", expect(dead_code, reason = "it is the other build that has one"))]
    #[error(
        "this build has one engine, and a move needs both: install the package refresher-postgres, whose `refresher move` \
         reads and writes both"
    )]
    OneEngine,
    /// Both are of one kind.
    #[error(
        "{0} and {1} are of one kind: a move is between an SQLite file and a PostgreSQL database, and copies of one kind \
         are made by `refresher backup`"
    )]
    OneKind(String, String),
    /// One of the two can't be used.
    #[error(transparent)]
    Database(#[from] DbError),
    /// It is of another version.
    #[error(
        "{place} is not of this program's version ({ours}): {} bring it up to date with `refresher migrate-schema` of its \
         own package first", .of
    )]
    Version {
        /// Where it is.
        place: String,
        /// What it is of.
        of: String,
        /// This program's.
        ours: String,
    },
    /// Somebody uses it.
    #[error("{place} is in use ({why}): stop every daemon and command that works on it, then try again")]
    InUse {
        /// Where it is.
        place: String,
        /// What tells.
        why: String,
    },
    /// The target holds something.
    #[error(
        "{place} is not empty: its table {table} has rows. A move overwrites nothing: name a database in which nothing was \
         made but the tables"
    )]
    NotEmpty {
        /// Where it is.
        place: String,
        /// The first table with rows.
        table: String,
    },
    /// The two have different tables.
    #[error("the two databases have different tables, although they are of one version: {0}")]
    Unlike(String),
    /// A text that PostgreSQL can't keep.
    #[error(
        "the row {key} of {table} has a character of number zero in {column}, which PostgreSQL keeps in no text: correct it \
         at its origin, and import it again"
    )]
    Zero {
        /// The table.
        table: String,
        /// The row's key.
        key: String,
        /// The column.
        column: String,
    },
    /// A statement failed.
    #[error("{place}: {doing} failed, and nothing was moved: {why}")]
    Failed {
        /// Where.
        place: String,
        /// What was being done.
        doing: String,
        /// What the engine said.
        why: String,
    },
    /// The two sides differ after copying.
    #[error("the table {table} is not the same on both sides, first at {key}: nothing was moved. Report it")]
    Unequal {
        /// The table.
        table: String,
        /// The first row that differs.
        key: String,
    },
    /// The two sides answer differently.
    #[error("{why}: {place} was dropped, and nothing was moved. Report it")]
    Figures {
        /// The target.
        place: String,
        /// What differs.
        why: String,
    },
}

/// Moves all of the database at the URL `from` to the one at the URL `to`, and proves that it is the same there.
pub(crate) fn move_database(
    from: &str,
    to: &str,
    now: DateTime<Utc>,
    steps: &mut dyn MoveSteps,
) -> Result<MoveReport, MoveError> {
    engine::move_database(from, to, now, steps)
}
