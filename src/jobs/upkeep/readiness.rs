//! Whether the work can go on, for what watches over the daemon (spec 22.2).

use crate::app::App;
use crate::db::DbError;

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
}

impl Readiness {
    /// Asks the database.
    pub(crate) fn of(app: &App) -> Self {
        match app.db.has_our_tables() {
            Ok(()) => {}
            Err(DbError::Newer { .. } | DbError::Older { .. } | DbError::Development { .. }) => {
                return Self::OtherTables;
            }
            Err(_) => return Self::NoDatabase,
        }
        if app.db.takes_changes().is_ok() { Self::Ready } else { Self::ReadOnly }
    }

    /// The one word that is said to strangers.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Stopping => "stopping",
            Self::NoDatabase => "database",
            Self::ReadOnly => "read-only",
            Self::OtherTables => "schema",
        }
    }
}
