//! A move needs both engines, and this build has one.

use chrono::{DateTime, Utc};

use crate::db::moving::{MoveError, MoveReport, MoveSteps};

/// Says which package moves.
pub(crate) fn move_database(
    _: &str,
    _: &str,
    _: DateTime<Utc>,
    _: &mut dyn MoveSteps,
) -> Result<MoveReport, MoveError> {
    Err(MoveError::OneEngine)
}
