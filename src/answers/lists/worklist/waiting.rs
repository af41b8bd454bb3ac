//! Rows of files that could not be used, and mail that the brake holds.

use super::item::WorkItem;
use crate::answers::lists::imports::sees_import;
use crate::answers::viewer::Visibility;
use crate::answers::{Viewer, held_messages};
use crate::app::App;
use crate::casework::{WorkCase, WorkKey, WorkKind};
use crate::outbox::store as outbox;
use crate::register::store;
use crate::wording::counted;

/// Imports that the viewer sees of which rows wait to be put right.
pub(super) fn rejected(app: &App, viewer: &Viewer) -> anyhow::Result<Vec<WorkItem>> {
    let sight = Visibility::of(app, viewer, None)?;
    let waiting = app.db.read(store::rejected_waiting)?.into_iter();
    let seen = waiting.filter(|of| sees_import(&sight, &of.organisations));
    let item = |of: store::WaitingRows| {
        let words = counted(of.rows, "row", "rows");
        WorkItem {
            key: WorkKey {
                kind: WorkKind::RejectedRows,
                organisation: of.organisations.join(", "),
                about: of.import.to_string(),
                since: of.recorded_at,
            },
            unit: String::new(),
            people: Vec::new(),
            named: Vec::new(),
            what: format!("{words} of the {} file of import {} could not be used", of.kind, of.import),
            since: of.recorded_at.with_timezone(&app.config.time_zone).date_naive(),
            renewed_at: of.recorded_at,
            working_days: 0,
            case: WorkCase::default(),
            taken_by: String::new(),
        }
    };
    Ok(seen.map(item).collect())
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
            named: Vec::new(),
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
