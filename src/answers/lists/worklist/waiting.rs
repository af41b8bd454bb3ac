//! Rows of files that could not be used, and mail that the brake holds.

use std::collections::HashMap;

use super::item::WorkItem;
use crate::answers::{Viewer, held_messages, imports};
use crate::app::App;
use crate::casework::{WorkCase, WorkKey, WorkKind};
use crate::outbox::store as outbox;
use crate::register::store;
use crate::wording::counted;

/// Rows of imports that the viewer sees, each import with how many there are.
pub(super) fn rejected(app: &App, viewer: &Viewer) -> anyhow::Result<Vec<(WorkItem, u64)>> {
    let left: HashMap<i32, i64> = app.db.read(store::rejected_left)?.into_iter().collect();
    let touched = app.db.read(store::touched)?;
    let seen = imports(app, viewer)?.into_lines().into_iter();
    let standing = seen.filter(|line| line.undone_by.is_none());
    let item = |line: store::ImportLine| {
        let rows = left.get(&line.id)?.unsigned_abs();
        let words = counted(rows, "row", "rows");
        let item = WorkItem {
            key: WorkKey {
                kind: WorkKind::RejectedRows,
                organisation: touched.get(&line.id).map(|codes| codes.join(", ")).unwrap_or_default(),
                about: line.id.to_string(),
                since: line.recorded_at,
            },
            unit: String::new(),
            people: Vec::new(),
            what: format!("{words} of the {} file of import {} could not be used", line.kind, line.id),
            since: line.recorded_at.with_timezone(&app.config.time_zone).date_naive(),
            renewed_at: line.recorded_at,
            working_days: 0,
            case: WorkCase::default(),
            taken_by: String::new(),
        };
        Some((item, rows))
    };
    Ok(standing.filter_map(item).collect())
}

/// Mail that is held of organisations that the viewer sees as a whole.
pub(super) fn held(app: &App, viewer: &Viewer) -> anyhow::Result<Vec<WorkItem>> {
    let since = app.db.read(outbox::held_since)?;
    let item = |(code, messages): (String, i64)| {
        let held = since.get(&code)?;
        let words = counted(messages.unsigned_abs(), "message is", "messages are");
        Some(WorkItem {
            key: WorkKey {
                kind: WorkKind::HeldMail,
                organisation: code.clone(),
                about: code,
                since: app.day_start(held.planned_on),
            },
            unit: String::new(),
            people: Vec::new(),
            what: format!("{words} held by the mail brake"),
            since: held.planned_on,
            renewed_at: held.newest_at,
            working_days: 0,
            case: WorkCase::default(),
            taken_by: String::new(),
        })
    };
    Ok(held_messages(app, viewer)?.into_iter().filter_map(item).collect())
}
