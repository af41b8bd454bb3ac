//! A draft is applied: compared again, in the transaction that would keep it, and kept only as it was shown.

use std::cell::Cell;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::bring::folder;
use super::read::{DraftEnd, DraftRead, Overruled, difference_mark, how_to_import, kind_of, unusable};
use crate::app::App;
use crate::audit::Actor;
use crate::db::{Conn, DbError};
use crate::import::{AlongsideVerdict, ImportOutcome, Progress};
use crate::jobs::FormOnce;
use crate::jobs::import_file::take_in;
use crate::uploads::{ImportDraft, store};

/// A person's word that a draft is to be applied.
#[derive(Debug)]
pub(crate) struct ApplyOrder {
    /// By which the difference is known that was shown.
    pub(crate) mark: String,
    /// What they overrule.
    pub(crate) overruled: Overruled,
    /// Who they are.
    pub(crate) by: Actor,
    /// The form by which they said so.
    pub(crate) once: FormOnce,
    /// When they said so.
    pub(crate) now: DateTime<Utc>,
}

/// Whether it is as it was shown, and still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShownVerdict {
    NotAsked,
    Same,
    Another,
    Gone,
}

pub(super) fn apply(
    app: &App,
    draft: &ImportDraft,
    order: &ApplyOrder,
    progress: Progress,
) -> anyhow::Result<DraftEnd> {
    let how = how_to_import(app, draft, order.overruled.clone(), order.by.clone(), progress)?;
    let verdict = Cell::new(ShownVerdict::NotAsked);
    let alongside = |conn: &mut Conn, report: &ImportOutcome| -> Result<AlongsideVerdict, DbError> {
        verdict.set(judge(conn, draft, order, report)?);
        Ok(match verdict.get() {
            ShownVerdict::Same => AlongsideVerdict::Keep,
            _ => AlongsideVerdict::PutBack,
        })
    };
    let file = folder(app).path(&draft.upload);
    let taken = match take_in(app, kind_of(draft)?, &file, &how, Some(&alongside), app.today()) {
        Ok(taken) => taken,
        Err(error) => return unusable(app, draft, error),
    };
    match (verdict.get(), taken.report.id) {
        (ShownVerdict::Same, Some(import)) => {
            folder(app).remove(&draft.upload);
            Ok(DraftEnd::Applied(import))
        }
        _ => Ok(DraftEnd::Changed(Arc::new(DraftRead::of(taken)?))),
    }
}

fn judge(
    conn: &mut Conn,
    draft: &ImportDraft,
    order: &ApplyOrder,
    report: &ImportOutcome,
) -> Result<ShownVerdict, DbError> {
    // What can't be written as a document is not what was shown.
    if difference_mark(report).ok().as_deref() != Some(order.mark.as_str()) {
        return Ok(ShownVerdict::Another);
    }
    let is_first = order.once.is_first(conn, order.now)?;
    Ok(if is_first && store::remove(conn, draft.id)? { ShownVerdict::Same } else { ShownVerdict::Gone })
}
