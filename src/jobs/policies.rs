//! A policy that somebody writes in the console: saved as a draft, and put in force as it was looked at (spec 8.7).

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::FormOnce;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::{Conn, DbResult, Locks};
use crate::files;
use crate::policy;
use crate::policy::store::{self, PolicyRecorded, content_hash};
use crate::register::store::{KnownAt, newest_import};

/// What messages call a draft.
const DRAFT: &str = "the draft";

/// A policy that is to be put in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PolicyOrder<'a> {
    /// Its text.
    pub(crate) text: &'a str,
    /// The first day of it.
    pub(crate) from: NaiveDate,
    /// By which is known what it was looked at against.
    pub(crate) mark: &'a str,
}

/// What came of the wish to put a policy in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PutInForce {
    /// It is in force from its day on.
    Done,
    /// It would be in force on that day already: nothing was changed.
    StoodSo,
    /// This form did it before.
    SentBefore,
    /// It was looked at against another register, policy or day than there is now.
    Changed,
    /// It is not sound: every fault with its line.
    Faulty(Vec<String>),
    /// Its day can't be chosen.
    Refused(DayRefused),
}

/// Why a policy can't begin on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayRefused {
    /// It has passed.
    Past,
    /// Another begins before it, on this day: what this one changes can't be shown against that.
    AfterAnother(NaiveDate),
}

/// Whether a policy may begin on a day. What is past is not judged anew; and what follows one that is to come yet would be
/// put in force unseen.
pub(crate) fn day_refused(app: &App, from: NaiveDate) -> anyhow::Result<Option<DayRefused>> {
    Ok(app.db.read(|conn| refused(conn, from, app.today()))?)
}

fn refused(conn: &mut Conn, from: NaiveDate, today: NaiveDate) -> DbResult<Option<DayRefused>> {
    if from < today {
        return Ok(Some(DayRefused::Past));
    }
    let next = store::next_beginning(conn, today)?.filter(|next| *next < from);
    Ok(next.map(DayRefused::AfterAnother))
}

/// By which is known what a policy is looked at against: the register, the policies, the day.
pub(crate) fn policy_mark(app: &App, text: &str, from: NaiveDate) -> anyhow::Result<String> {
    Ok(app.db.read(|conn| mark(conn, text, from, app.today()))?)
}

fn mark(conn: &mut Conn, text: &str, from: NaiveDate, today: NaiveDate) -> DbResult<String> {
    let (version, import) = (store::newest_version(conn)?, newest_import(conn, KnownAt::Latest)?);
    Ok(content_hash(&format!("{version} {import} {today} {from}\n{text}")))
}

/// Puts a policy in force, over the policy file as it stands; the draft of whoever does it is done with.
pub(crate) fn put_policy_in_force(
    app: &App,
    order: PolicyOrder<'_>,
    by: &Actor,
    once: &FormOnce,
    now: DateTime<Utc>,
) -> anyhow::Result<PutInForce> {
    let PolicyOrder { text, from, mark: shown } = order;
    if let Err(error) = policy::parse(text, DRAFT) {
        return Ok(PutInForce::Faulty(error.faults.iter().map(ToString::to_string).collect()));
    }
    // What somebody wrote into the file since is taken up first, and then this was looked at against something else. One
    // that can't be taken up is stood over as it is.
    if let Err(error) = app.take_up_policy(&Actor::daemon()) {
        tracing::warn!(error = format!("{error:#}"), "the policy file is not taken up");
    }
    let file = files::read_text(&app.config.policy)
        .with_context(|| format!("the policy {} can't be read", app.config.policy.display()))?;
    let (today, over, hash) = (app.today(), content_hash(&file), content_hash(text));
    let outcome = app.db.write_stamped(Locks::REGISTER.and(Locks::AUDIT), app.clock, |conn| {
        if once.was_used(conn)? {
            return Ok(PutInForce::SentBefore);
        }
        if let Some(why) = refused(conn, from, today)? {
            return Ok(PutInForce::Refused(why));
        }
        if mark(conn, text, from, today)? != shown {
            return Ok(PutInForce::Changed);
        }
        once.is_first(conn, now)?;
        if store::record_over_file(conn, text, from, &over)? == PolicyRecorded::Unchanged {
            return Ok(PutInForce::StoodSo);
        }
        let details = json!({ "in_force_from": from, "content_hash": hash, "over_file_hash": over });
        audit::record(conn, &Act::new(by, Action::Policy, "policy", details), now)?;
        store::drop_drafts(conn, &[once.account])?;
        Ok(PutInForce::Done)
    })?;
    Ok(outcome)
}

/// Saves what somebody writes, sound or not; `false` where this form did it before.
pub(crate) fn save_policy_draft(
    app: &App,
    text: &str,
    by: &Actor,
    once: &FormOnce,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    app.db.try_write(Locks::AUDIT, |conn| {
        if !once.is_first(conn, now)? {
            return Ok(false);
        }
        store::save_draft(conn, once.account, text, now)?;
        let details = json!({ "content_hash": content_hash(text) });
        audit::record(conn, &Act::new(by, Action::PolicyDraft, "policy", details), now)?;
        Ok(true)
    })
}

/// Throws away what somebody wrote; nothing is done where there is nothing.
pub(crate) fn drop_policy_draft(app: &App, account: i32) -> anyhow::Result<()> {
    Ok(app.db.write(Locks::NONE, |conn| store::drop_drafts(conn, &[account]))?)
}

/// What somebody is writing, and when they saved it.
pub(crate) fn policy_draft(app: &App, account: i32) -> anyhow::Result<Option<(String, DateTime<Utc>)>> {
    Ok(app.db.read(|conn| store::draft_of(conn, account))?)
}
