//! Marking a database that was restored, before anything is started on it (spec 20.5).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::installation::identity;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::Locks;
use crate::installation::{Identity, store as installation};

/// Marks the database as a backup that belongs to nobody, so that nobody is mailed from it until it is adopted.
pub(crate) fn restore_mark(app: &App, by: &Actor, now: DateTime<Utc>) -> anyhow::Result<()> {
    // Whoever restores has perhaps no settings yet; of a database that was somebody's, whose it was is kept.
    let identity = identity(app)
        .unwrap_or_else(|_| Identity { key: "restored".to_owned(), place: app.db.place().to_string() });
    app.db.write(Locks::REGISTER.and(Locks::AUDIT), |conn| {
        installation::mark_backup(conn, &identity, now)?;
        audit::record(conn, &Act::new(by, Action::RestoreMark, "database", json!({})), now)?;
        Ok(())
    })?;
    Ok(())
}
