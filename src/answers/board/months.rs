//! The figures of a month: as they were issued, or worked out.

use chrono::{DateTime, NaiveDate, Utc};

use super::worked_out::{WorkedOutMonth, work_out};
use crate::app::App;
use crate::board::store as snapshots;
use crate::board::{BoardFigures, Month};

/// The figures of a month: the frozen ones where a summary was issued, else worked out now and not frozen.
pub(crate) fn month_figures(
    app: &App,
    organisation: &str,
    month: Month,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<(BoardFigures, IsFrozen)> {
    match frozen_figures(app, organisation, month)? {
        Some(figures) => Ok((figures, IsFrozen::Yes)),
        None => {
            let worked_out = work_out(app, organisation, month, app.db.known_by(None, now)?, today)?;
            Ok((worked_out.figures, IsFrozen::No))
        }
    }
}

/// The figures a month's summary was issued with, if it was.
pub(crate) fn frozen_figures(
    app: &App,
    organisation: &str,
    month: Month,
) -> anyhow::Result<Option<BoardFigures>> {
    app.db.try_read(|conn| Ok(snapshots::frozen(conn, organisation, month)?))
}

/// A month worked out again as known at `known_at`, or, at `None`, as known when its summary was issued, or now.
pub(crate) fn month_again(
    app: &App,
    organisation: &str,
    month: Month,
    known: Option<DateTime<Utc>>,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<WorkedOutMonth> {
    let told = frozen_figures(app, organisation, month)?;
    let known_at = match (known, &told) {
        (Some(known), _) => app.db.known_by(Some(known), app.clock)?,
        (None, Some(told)) => told.known_at,
        (None, None) => app.db.known_by(None, now)?,
    };
    let mut again = work_out(app, organisation, month, known_at, today)?;
    if let Some(told) = &told {
        again.figures = again.figures.detailed_as(told);
    }
    // When it was made is no figure, and can't be worked out.
    again.figures.late = told.filter(|told| told.known_at == known_at).and_then(|told| told.late);
    Ok(again)
}

/// Whether figures are those a summary was issued with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IsFrozen {
    /// They are, and can't change.
    Yes,
    /// They were worked out just now.
    No,
}

/// The frozen figures of the months before, oldest first: what the summary is compared with.
pub(crate) fn months_before(app: &App, figures: &BoardFigures) -> anyhow::Result<Vec<BoardFigures>> {
    let known_at = figures.known_at;
    app.db.try_read(|conn| Ok(snapshots::before(conn, &figures.organisation, figures.month, known_at)?))
}
