//! The monthly board summary: figures frozen, then queued to each recipient once (spec 2.9).

use anyhow::{Context, bail};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::json;

use super::figures::{WorkedOut, work_out};
use crate::app::App;
use crate::audit::{self, Action};
use crate::board::store::{self as snapshots, Freeze};
use crate::board::{BoardFigures, Month};
use crate::mail::Rendered;
use crate::outbox::{Enqueue, Initially, Kind, NewMessage, store as outbox_store};
use crate::paper::Paper;
use crate::register::store::{self, Known};

/// What became of issuing a summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Messages newly queued.
    pub queued: usize,
    /// Recipients it had been queued for before.
    pub before: usize,
    /// Why the mail goes without the PDF that should be with it.
    pub without_pdf: Option<String>,
}

/// The figures of a month: the frozen ones where a summary was issued, else worked out now and not frozen.
pub fn month_figures(
    app: &App,
    organisation: &str,
    month: Month,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<(BoardFigures, Frozen)> {
    match frozen_figures(app, organisation, month)? {
        Some(figures) => Ok((figures, Frozen::Yes)),
        None => {
            let worked_out = work_out(app, organisation, month, app.db.known_by(None, now)?, today)?;
            Ok((worked_out.figures, Frozen::No))
        }
    }
}

/// The figures a month's summary was issued with, if it was.
pub fn frozen_figures(app: &App, organisation: &str, month: Month) -> anyhow::Result<Option<BoardFigures>> {
    app.db.read(|conn| snapshots::frozen(conn, organisation, month).map_err(anyhow::Error::from))
}

/// A month worked out again as known at `known_at`, or, at `None`, as known when its summary was issued, or now.
pub fn month_again(
    app: &App,
    organisation: &str,
    month: Month,
    known: Option<DateTime<Utc>>,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<WorkedOut> {
    let told = frozen_figures(app, organisation, month)?;
    let known_at = match (known, &told) {
        (Some(known), _) => app.db.known_by(Some(known), app.clock)?,
        (None, Some(told)) => told.known_at,
        (None, None) => app.db.known_by(None, now)?,
    };
    let mut again = work_out(app, organisation, month, known_at, today)?;
    // When it was made is no figure, and can't be worked out.
    again.figures.late = told.filter(|told| told.known_at == known_at).and_then(|told| told.late);
    Ok(again)
}

/// Whether figures are those a summary was issued with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frozen {
    /// They are, and can't change.
    Yes,
    /// They were worked out just now.
    No,
}

/// Freezes the month's figures, if they are not frozen yet, and queues the summary to every recipient who has not
/// been promised it: one transaction.
pub fn issue_board_summary(
    app: &App,
    organisation: &str,
    month: Month,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<Issued> {
    let recipients: Vec<&str> = app.board_recipients(organisation).collect();
    if recipients.is_empty() {
        bail!(
            "nobody receives the board summary of {organisation}: add a [[board]] table with `organisation` and \
             `recipients` to the configuration"
        );
    }
    if month.last_day() >= today {
        bail!(
            "{} is not over: its summary can be issued from {} on",
            month.long(),
            month.last_day() + Days::new(1)
        );
    }
    let (figures, _) = month_figures(app, organisation, month, today, now)?;
    let mail = Paper::new(&figures, &months_before(app, &figures)?)?.mail()?;
    let ids = app
        .db
        .read(|conn| Ok::<_, anyhow::Error>(store::organisation_ids(conn, &[organisation.to_owned()])?))?;
    let organisation_id = ids
        .into_iter()
        .flatten()
        .next()
        .with_context(|| format!("there is no organisation {organisation:?}"))?;
    let domain = app.sender().domain().to_owned();
    app.db.write_stamped(app.clock, |conn| {
        let newest_import = store::newest_import(conn, Known::At(figures.known_at))?;
        // Another process may have frozen the month since we read: then its figures are the ones that count.
        let frozen = snapshots::freeze(conn, organisation_id, &figures, newest_import)?;
        if frozen == Freeze::Others {
            bail!("{} of {organisation} was issued by another process just now", month.long());
        }
        let mut issued = Issued { queued: 0, before: 0, without_pdf: mail.without_pdf.clone() };
        for recipient in recipients {
            let message = message(&mail.content, organisation_id, month, recipient, today);
            match outbox_store::enqueue(conn, &message, Initially::Queued, &domain, now)? {
                Enqueue::Enqueued(_) => issued.queued += 1,
                Enqueue::AlreadyPromised => issued.before += 1,
            }
        }
        if frozen == Freeze::Frozen || issued.queued > 0 {
            let (_, content_hash) = figures.content()?;
            let details = json!({ "content_hash": content_hash, "queued": issued.queued });
            let act = app.act(Action::BoardSend, format!("board {organisation} {month}"), details);
            audit::record(conn, &act, now)?;
        }
        Ok(issued)
    })
}

/// The frozen figures of the months before, oldest first: what the summary is compared with.
pub fn months_before(app: &App, figures: &BoardFigures) -> anyhow::Result<Vec<BoardFigures>> {
    app.db.read(|conn| {
        snapshots::before(conn, &figures.organisation, figures.month, figures.known_at)
            .map_err(anyhow::Error::from)
    })
}

fn message(
    rendered: &Rendered,
    organisation_id: i32,
    month: Month,
    recipient: &str,
    today: NaiveDate,
) -> NewMessage {
    NewMessage {
        kind: Kind::BoardSummary,
        organisation_id,
        staff_id: None,
        recipient: recipient.to_owned(),
        content: rendered.clone(),
        once_key: Some(format!("{organisation_id} {month} {}", recipient.to_lowercase())),
        planned_on: today,
    }
}
