//! Whether the work can go on, for what watches over the daemon (spec 22.2).

use crate::app::App;
use crate::db::{DbError, agrees};

/// Whether the work can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// It can.
    Ready,
    /// The daemon is told to stop.
    Stopping,
    /// The database does not answer.
    NoDatabase,
    /// The database takes no changes.
    ReadOnly,
    /// The tables are another version's.
    OtherTables,
    /// The clock here is too far from the database's to begin anything.
    ClockOff,
}

impl Readiness {
    /// Asks the database.
    pub(crate) fn of(app: &App) -> Self {
        match app.db.has_our_tables() {
            Ok(()) => {}
            Err(
                DbError::Newer { .. }
                | DbError::Older { .. }
                | DbError::Development { .. }
                | DbError::Foreign(_),
            ) => return Self::OtherTables,
            Err(_) => return Self::NoDatabase,
        }
        if app.db.takes_changes().is_err() {
            return Self::ReadOnly;
        }
        match app.db.clock_difference(app.clock) {
            Ok(ahead) if agrees(ahead) => Self::Ready,
            Ok(_) => Self::ClockOff,
            Err(_) => Self::NoDatabase,
        }
    }

    /// The one word that is said to strangers.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Stopping => "stopping",
            Self::NoDatabase => "database",
            Self::ReadOnly => "read-only",
            Self::OtherTables => "schema",
            Self::ClockOff => "clock",
        }
    }
}
