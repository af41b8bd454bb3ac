//! Handing out facts in which people are named, as far as that is something done: the audit log is told.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::answers::Question;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::Locks;

/// Leaves an entry in the audit log that facts with the names of so many people, and so many rows in all, are handed out
/// to `by`: of all organisations, or of the one that is asked about.
pub fn tell_of_facts(
    app: &App,
    question: &Question,
    (rows, people): (u64, u64),
    by: &Actor,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let details = json!({
        "as_at": question.as_at,
        "organisation": question.organisation,
        "people": people,
        "rows": rows,
    });
    let act = Act::new(by, Action::FactsExport, "facts", details);
    app.db.write(Locks::AUDIT, |conn| audit::record(conn, &act, now))?;
    Ok(())
}
