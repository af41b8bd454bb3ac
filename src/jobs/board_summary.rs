//! The monthly board summary: figures frozen, then queued to each recipient once (spec 2.9).

use anyhow::{Context, bail};
use chrono::{DateTime, Days, NaiveDate, Utc};

use super::money::budget_figures;
use crate::app::{App, Question};
use crate::board::store::{self as snapshots, Freeze};
use crate::board::{BoardFigures, DataQuality, Month, ReminderFigures};
use crate::compliance::{GroupBy, Judge, Presence, forecast, rates, unit_courses};
use crate::mail::Rendered;
use crate::outbox::{Enqueue, Initially, Kind, NewMessage, store as outbox_store};
use crate::paper::Paper;
use crate::policy;
use crate::register::store::{self, Detail, Known};
use crate::register::{FinancialYear, View};

/// How many month-ends the summary looks ahead.
const FORECAST_MONTHS: u32 = 12;

/// What became of issuing a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issued {
    /// Messages newly queued.
    pub queued: usize,
    /// Recipients it had been queued for before.
    pub before: usize,
}

/// The figures of a month: the frozen ones where a summary was issued, else worked out now and not frozen.
pub fn month_figures(
    app: &App,
    organisation: &str,
    month: Month,
    now: DateTime<Utc>,
) -> anyhow::Result<(BoardFigures, Frozen)> {
    match app.db.read(|conn| snapshots::frozen(conn, organisation, month).map_err(anyhow::Error::from))? {
        Some(figures) => Ok((figures, Frozen::Yes)),
        None => Ok((work_out(app, organisation, month, now)?, Frozen::No)),
    }
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
    let (figures, _) = month_figures(app, organisation, month, now)?;
    let rendered = Paper::new(&figures, &months_before(app, &figures)?).mail()?;
    let ids = app
        .db
        .read(|conn| Ok::<_, anyhow::Error>(store::organisation_ids(conn, &[organisation.to_owned()])?))?;
    let organisation_id = ids
        .into_iter()
        .flatten()
        .next()
        .with_context(|| format!("there is no organisation {organisation:?}"))?;
    let domain = app.sender().domain().to_owned();
    app.db.write(|conn| {
        // Another process may have frozen the month since we read: then its figures are the ones that count.
        if snapshots::freeze(conn, organisation_id, &figures, now)? == Freeze::Others {
            bail!("{} of {organisation} was issued by another process just now", month.long());
        }
        let mut issued = Issued { queued: 0, before: 0 };
        for recipient in recipients {
            let message = message(&rendered, organisation, organisation_id, month, recipient, today);
            match outbox_store::enqueue(conn, &message, Initially::Queued, &domain, now)? {
                Enqueue::Enqueued(_) => issued.queued += 1,
                Enqueue::AlreadyPromised => issued.before += 1,
            }
        }
        Ok(issued)
    })
}

/// The frozen figures of the months before, oldest first: what the summary is compared with.
pub fn months_before(app: &App, figures: &BoardFigures) -> anyhow::Result<Vec<BoardFigures>> {
    app.db.read(|conn| {
        snapshots::before(conn, &figures.organisation, figures.month).map_err(anyhow::Error::from)
    })
}

fn message(
    rendered: &Rendered,
    organisation: &str,
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
        once_key: Some(format!("board-summary {organisation} {month} {}", recipient.to_lowercase())),
        planned_on: today,
        told: Vec::new(),
    }
}

/// The figures of a month as at its last day, as known now, under the policy of that day.
fn work_out(app: &App, organisation: &str, month: Month, now: DateTime<Utc>) -> anyhow::Result<BoardFigures> {
    let as_at = month.last_day();
    let question = Question {
        as_at,
        known: Known::Latest,
        known_at: now,
        organisation: Some(organisation.to_owned()),
        policy_of: as_at,
    };
    app.check_organisation(&question)?;
    let policy = app.policy(&question)?;
    let view = app.view(&question, Detail::WithNames)?;
    let judge = Judge::new(&view, &policy);
    let found = rates(&judge, as_at, &[GroupBy::Course, GroupBy::StaffGroup, GroupBy::Unit]);
    let of = |by: GroupBy| found.groups.iter().filter(|group| group.by == by).cloned().collect();
    let budgets = budget_figures(app, &question, FinancialYear::of(as_at))?;
    let budget = budgets.into_iter().next().context("the organisation has no figures")?;
    let (from, until) = (app.day_start(month.first_day()), app.day_start(as_at + Days::new(1)));
    let ((sent, people), rejected_rows, last_lists, policy_text) = app.db.read(|conn| {
        Ok::<_, anyhow::Error>((
            outbox_store::reminders_sent(conn, organisation, from, until)?,
            store::rejected_rows(conn, Some(organisation), from, until)?,
            store::last_staff_imports(conn, Known::Latest)?,
            policy::store::in_force(conn, as_at)?,
        ))
    })?;
    let last_list = last_lists.get(organisation);
    let quality = quality(&judge, &view, as_at);
    let name = view.organisations.iter().find(|known| known.code == organisation);
    Ok(BoardFigures {
        organisation: organisation.to_owned(),
        organisation_name: name.map_or(String::new(), |known| known.name.clone()),
        month,
        as_at,
        known_at: now,
        policy_hash: policy::store::content_hash(&policy_text.unwrap_or_default()),
        target_millionths: policy.target.millionths(),
        rag: found.all.staff.rag(policy.target, policy.amber_margin),
        counts: found.all,
        courses: of(GroupBy::Course),
        staff_groups: of(GroupBy::StaffGroup),
        units: of(GroupBy::Unit),
        unit_courses: unit_courses(&judge, as_at),
        forecast: forecast(&judge, as_at, FORECAST_MONTHS),
        budget,
        data_quality: DataQuality {
            rejected_rows,
            days_since_staff_import: last_list.map(|at| (now - *at).num_days().unsigned_abs()),
            ..quality
        },
        reminders: ReminderFigures { sent, people, effect: None },
        bridge: None,
        restatement: None,
        actions: None,
        assurance: None,
        late: None,
    })
}

/// What is doubtful about people in post: those that mail can't reach, and those whose named manager is not in the
/// register.
fn quality(judge: &Judge<'_>, view: &View, as_at: NaiveDate) -> DataQuality {
    let mut quality = DataQuality::default();
    for (person, who) in view.people.iter().enumerate() {
        if judge.presence(person, as_at) == Presence::NotInPost {
            continue;
        }
        quality.no_email += u64::from(view.names.get(person).is_none_or(|name| name.email.is_empty()));
        quality.bouncing += u64::from(view.bouncing.contains(&person));
        let unknown = judge.held(person, as_at).any(|assignment| {
            let manager = view.texts.get(assignment.manager);
            !manager.is_empty() && view.find(who.organisation, manager).is_none()
        });
        quality.unknown_managers += u64::from(unknown);
    }
    quality
}
