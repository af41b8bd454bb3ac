//! The months of an organisation as a list: which were issued, and to whom.

use chrono::{DateTime, Utc};

use super::asked::{BoardMonth, MonthAsked, board_month};
use crate::answers::viewer::Visibility;
use crate::answers::{Question, Viewer};
use crate::app::App;
use crate::board::{BoardFigures, Month, disclose, store as snapshots};
use crate::compliance::Rate;
use crate::outbox::{ListedMessage, store as outbox_store};
use crate::register::store as register;

/// A month whose summary was issued.
#[derive(Debug)]
pub(crate) struct IssuedMonth {
    /// The month, as `2026-10`.
    pub(crate) month: String,
    /// The same for people: `October 2026`.
    pub(crate) words: String,
    /// When its figures were known, which is when they were frozen.
    pub(crate) known_at: DateTime<Utc>,
    /// The share of staff up to date, as a board is told it.
    pub(crate) rate: String,
    /// The same to reckon with; `None` where it is withheld.
    pub(crate) staff: Option<Rate>,
    /// The mails by which it was told.
    pub(crate) messages: Vec<ListedMessage>,
}

/// The months of the organisation with this code whose summaries were issued, the newest first; none for those who see
/// some of its people alone.
pub(crate) fn issued_months(
    app: &App,
    viewer: &Viewer,
    organisation: &str,
) -> anyhow::Result<Vec<IssuedMonth>> {
    let sight = Visibility::of(app, viewer, Some(organisation))?;
    if sight.is_of_some_people() {
        return Ok(Vec::new());
    }
    let (next, now) = (Month::of(app.today()).plus(1), app.now());
    let (frozen, told_by) = app.db.try_read(|conn| {
        let frozen = snapshots::before(conn, organisation, next, now)?;
        let known = register::current_organisations(conn)?;
        let mut told_by = Vec::with_capacity(frozen.len());
        for of in &frozen {
            told_by.push(match known.get(organisation) {
                Some((id, ..)) => outbox_store::summaries_of(conn, *id, &of.month.to_string())?,
                None => Vec::new(),
            });
        }
        Ok::<_, anyhow::Error>((frozen, told_by))
    })?;
    frozen.iter().zip(told_by).rev().map(|(figures, messages)| as_told(figures, messages)).collect()
}

/// The newest of [`issued_months`], whoever was told of it: the others are not put in words.
pub(crate) fn newest_month(
    app: &App,
    viewer: &Viewer,
    organisation: &str,
) -> anyhow::Result<Option<IssuedMonth>> {
    let next = Month::of(app.today()).plus(1);
    let newest = newest_before(app, viewer, organisation, (next, app.now()))?;
    newest.map(|figures| as_told(&figures, Vec::new())).transpose()
}

/// The month before the day asked about, where its summary was issued by the instant that is asked about.
pub(crate) fn month_before(
    app: &App,
    viewer: &Viewer,
    organisation: &str,
    question: &Question,
) -> anyhow::Result<Option<IssuedMonth>> {
    let month = Month::of(question.as_at);
    let newest = newest_before(app, viewer, organisation, (month, question.known_at))?;
    let before = newest.filter(|figures| figures.month == month.minus(1));
    before.map(|figures| as_told(&figures, Vec::new())).transpose()
}

/// The figures of the newest month before this one whose summary was issued by then.
fn newest_before(
    app: &App,
    viewer: &Viewer,
    organisation: &str,
    (month, by): (Month, DateTime<Utc>),
) -> anyhow::Result<Option<BoardFigures>> {
    let sight = Visibility::of(app, viewer, Some(organisation))?;
    if sight.is_of_some_people() {
        return Ok(None);
    }
    let mut frozen =
        app.db.try_read(|conn| Ok::<_, anyhow::Error>(snapshots::before(conn, organisation, month, by)?))?;
    Ok(frozen.pop())
}

fn as_told(figures: &BoardFigures, messages: Vec<ListedMessage>) -> anyhow::Result<IssuedMonth> {
    let staff = disclose(figures, &[])?.counts.staff;
    Ok(IssuedMonth {
        month: figures.month.to_string(),
        words: figures.month.long(),
        known_at: figures.known_at,
        rate: staff.words(|rate| rate.shown()),
        staff: staff.value().copied(),
        messages,
    })
}

/// The mails by which the month's summary was told, the oldest first; none for those who see some of its people alone.
pub(crate) fn month_told(
    app: &App,
    viewer: &Viewer,
    organisation: &str,
    month: Month,
) -> anyhow::Result<Vec<ListedMessage>> {
    let sight = Visibility::of(app, viewer, Some(organisation))?;
    if sight.is_of_some_people() {
        return Ok(Vec::new());
    }
    app.db.try_read(|conn| {
        let known = register::current_organisations(conn)?;
        Ok(match known.get(organisation) {
            Some((id, ..)) => outbox_store::summaries_of(conn, *id, &month.to_string())?,
            None => Vec::new(),
        })
    })
}

/// The last month that is over.
pub(crate) fn last_month(app: &App) -> Month {
    Month::of(app.today()).minus(1)
}

/// The month that is written `2026-10`, of the organisation with this code; `None` where it is no month, is to come, or is
/// not the viewer's to see.
pub(crate) fn board_month_written(
    app: &App,
    viewer: &Viewer,
    organisation: &str,
    text: &str,
) -> anyhow::Result<Option<BoardMonth>> {
    let sight = Visibility::of(app, viewer, Some(organisation))?;
    let month = Month::parse(text).filter(|month| *month <= Month::of(app.today()));
    let Some(month) = month.filter(|_| !sight.is_of_some_people()) else { return Ok(None) };
    let asked = MonthAsked { month, known_at: None, why: false };
    board_month(app, viewer, organisation, asked).map(Some)
}
