//! Handing out what is kept about a person, as far as that is something done: the audit log is told.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::Locks;
use crate::register::StaffMember;

/// Leaves an entry in the audit log that everything kept about the person is handed out to `by`.
pub fn tell_of_export(app: &App, whose: &StaffMember, by: &Actor, now: DateTime<Utc>) -> anyhow::Result<()> {
    let (object, details) = (format!("person {}", whose.id), json!({ "person": whose.id }));
    let act = Act::new(by, Action::PersonExport, object, details);
    app.db.write(Locks::AUDIT, |conn| audit::record(conn, &act, now))?;
    Ok(())
}

/// Tells the audit log that a list was handed out: at which address, of how many rows, and nothing of what was searched for.
pub(crate) fn tell_of_list(
    app: &App,
    path: &str,
    rows: usize,
    by: &Actor,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    app.db.try_write(Locks::AUDIT, |conn| {
        audit::record(conn, &Act::new(by, Action::Export, path, json!({ "rows": rows })), now)?;
        Ok(())
    })
}
