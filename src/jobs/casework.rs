//! What somebody does about something that waits: taken, given back, commented on, closed, opened again (spec 8.7).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::FormOnce;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::casework::{WorkChange, WorkKey, WorkKind, store};
use crate::db::Locks;

/// Something that waits, as it was found to wait just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WaitingWork<'a> {
    /// What it is about.
    pub(crate) key: &'a WorkKey,
    /// When its cause happened last: what was closed before that is open again.
    pub(crate) renewed_at: DateTime<Utc>,
    /// Whom it is about, by the register's numbers.
    pub(crate) people: &'a [i32],
}

/// What came of the wish to do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkOutcome {
    /// It is done.
    Done,
    /// This form did it before.
    SentBefore,
    /// Somebody took, closed or opened it meanwhile, or somebody whom it is about was purged: nothing was done.
    Changed,
}

/// Does it, where it still stands as it was shown: in the version `shown`.
pub(crate) fn change_work(
    app: &App,
    (work, shown): (WaitingWork<'_>, i32),
    change: WorkChange<'_>,
    (by, once): (&Actor, &FormOnce),
    now: DateTime<Utc>,
) -> anyhow::Result<WorkOutcome> {
    Ok(app.db.write(Locks::AUDIT, |conn| {
        if once.was_used(conn)? {
            return Ok(WorkOutcome::SentBefore);
        }
        let (id, case, _) = store::case_of(conn, work.key)?;
        let after = Some(&case).filter(|case| case.version == shown);
        let after = after.and_then(|case| case.after(change, once.account, (now, work.renewed_at)));
        let Some(after) = after else { return Ok(WorkOutcome::Changed) };
        if !store::are_there(conn, work.people)? {
            return Ok(WorkOutcome::Changed);
        }
        let id = store::keep_case(conn, (id, work.key), &after, work.people, now)?;
        if let WorkChange::Comment(words) = change {
            store::add_comment(conn, id, (once.account, words), now)?;
        }
        audit::record(conn, &act(by, work, change), now)?;
        once.is_first(conn, now)?;
        Ok(WorkOutcome::Done)
    })?)
}

/// What the audit log is told: not what somebody said, which stands where a purge reaches it.
fn act<'a>(by: &'a Actor, work: WaitingWork<'_>, change: WorkChange<'_>) -> Act<'a> {
    let action = match change {
        WorkChange::Take => Action::WorklistTaken,
        WorkChange::GiveBack => Action::WorklistGivenBack,
        WorkChange::Comment(_) => Action::WorklistCommented,
        WorkChange::Close(_) => Action::WorklistClosed,
        WorkChange::Reopen => Action::WorklistOpened,
    };
    let (kind, about) = (work.key.kind, work.key.about.as_str());
    let mut details = json!({ "kind": kind.as_str() });
    let object = match kind {
        WorkKind::BouncingAddress | WorkKind::SharedAddress => {
            if let Some(details) = details.as_object_mut() {
                details.insert("person".to_owned(), json!(work.people.first()));
            }
            format!("person {about}")
        }
        WorkKind::RejectedRows => format!("import {about}"),
        WorkKind::HeldMail => format!("outbox held of {about}"),
    };
    Act::new(by, action, object, details)
}
