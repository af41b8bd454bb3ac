//! What a person decides about messages: to let go what the mail brake holds, to try again, to cancel.

use anyhow::bail;
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::answers;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::{Conn, Locks};
use crate::jobs::FormOnce;
use crate::outbox::{ChangeOutcome, MessageState, store};
use crate::register::store as register;

/// Why messages are cancelled that a person cancels.
const WHY: &str = "cancelled by hand";

/// What is to become of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OutboxChange {
    /// What is held is let go.
    Release(HeldMessages),
    /// What is held is cancelled.
    CancelHeld(HeldMessages),
    /// The message with this number is cancelled.
    Cancel(i32),
    /// The message with this number is tried again.
    Retry(i32),
    /// Every message that was given up is tried again.
    RetryFailed,
}

/// Whose held messages are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HeldMessages {
    /// Everybody's.
    All,
    /// Those of the organisation with this code.
    Of(String),
    /// Those of the one organisation of which some are held.
    OfTheOne,
}

/// Messages of several organisations are held, and nobody said whose are meant.
#[derive(Debug, thiserror::Error)]
#[error(
    "messages of several organisations are held ({0}): name one with --organisation CODE, or all of them with --all"
)]
pub(crate) struct SeveralHoldMessages(String);

/// A message stands so that this can't be done with it.
#[derive(Debug, thiserror::Error)]
#[error("message {id} is {}: a message in that state can't be {wanted}", state.as_str())]
pub(crate) struct ChangeRefused {
    id: i32,
    state: MessageState,
    wanted: &'static str,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OutboxChanged {
    /// How many messages it concerned.
    pub(crate) messages: usize,
    /// Of those that are tried again, whose they are: codes of organisations, with how many.
    pub(crate) retried: Vec<(String, usize)>,
}

/// Does it on behalf of `by`, and tells the audit log.
pub(crate) fn change_outbox(
    app: &App,
    change: &OutboxChange,
    by: &Actor,
    now: DateTime<Utc>,
) -> anyhow::Result<OutboxChanged> {
    Ok(change_outbox_once(app, change, by, None, now)?.unwrap_or_default())
}

/// [`change_outbox`]; `None`, with nothing done, where this form did it before.
pub(crate) fn change_outbox_once(
    app: &App,
    change: &OutboxChange,
    by: &Actor,
    once: Option<&FormOnce>,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<OutboxChanged>> {
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        if let Some(once) = once
            && !once.is_first(conn, now)?
        {
            return Ok(None);
        }
        let retried = retried(conn, change)?;
        let (count, told, which) = match change {
            OutboxChange::Release(held) => {
                let (id, which) = held_of(conn, held)?;
                (store::release_held(conn, id, now)?, Action::OutboxRelease, which)
            }
            OutboxChange::CancelHeld(held) => {
                let (id, which) = held_of(conn, held)?;
                (store::cancel_held(conn, id, WHY, now)?, Action::OutboxCancel, which)
            }
            OutboxChange::Cancel(id) => {
                let count = one(store::cancel(conn, *id, WHY, now)?, *id, "cancelled")?;
                (count, Action::OutboxCancel, id.to_string())
            }
            OutboxChange::Retry(id) => {
                let count = one(store::retry(conn, *id, now)?, *id, "tried again")?;
                (count, Action::OutboxRetry, id.to_string())
            }
            OutboxChange::RetryFailed => {
                (store::retry_failed(conn)?, Action::OutboxRetry, "failed".to_owned())
            }
        };
        if count > 0 {
            let act = Act::new(by, told, format!("outbox {which}"), json!({ "messages": count }));
            audit::record(conn, &act, now)?;
        }
        Ok(Some(OutboxChanged { messages: count, retried }))
    })
}

/// Whose messages are about to be tried again.
fn retried(conn: &mut Conn, change: &OutboxChange) -> anyhow::Result<Vec<(String, usize)>> {
    match change {
        OutboxChange::Retry(id) => {
            Ok(store::organisation_of(conn, *id)?.map(|code| (code, 1)).into_iter().collect())
        }
        OutboxChange::RetryFailed => {
            let failed = store::by_organisation(conn, MessageState::Failed)?.into_iter();
            failed.map(|of| Ok((of.code, usize::try_from(of.messages)?))).collect()
        }
        OutboxChange::Release(_) | OutboxChange::CancelHeld(_) | OutboxChange::Cancel(_) => Ok(Vec::new()),
    }
}

/// Whose held messages are meant, as the register's key of one organisation or `None` for all, and what the audit log
/// calls them. Where messages of several are held, somebody has to say which.
fn held_of(conn: &mut Conn, held: &HeldMessages) -> anyhow::Result<(Option<i32>, String)> {
    let one = |id: i32, code: &str| (Some(id), format!("held of {code}"));
    match held {
        HeldMessages::All => Ok((None, "held".to_owned())),
        HeldMessages::Of(code) => {
            let known = register::current_organisations(conn)?;
            answers::known_among(code, known.keys().map(String::as_str))?;
            Ok(known.get(code).map_or((None, String::new()), |(id, _, _)| one(*id, code)))
        }
        HeldMessages::OfTheOne => match store::by_organisation(conn, MessageState::Held)?.as_slice() {
            [] => Ok((None, "held".to_owned())),
            [of] => Ok(one(of.organisation_id, &of.code)),
            several => {
                let several = several.iter().map(|of| format!("{} of {}", of.messages, of.code));
                Err(SeveralHoldMessages(several.collect::<Vec<_>>().join(", ")).into())
            }
        },
    }
}

fn one(changed: ChangeOutcome, id: i32, wanted: &'static str) -> anyhow::Result<usize> {
    match changed {
        ChangeOutcome::Done => Ok(1),
        ChangeOutcome::NotFound => bail!("there is no message {id}: `refresher outbox` lists them"),
        ChangeOutcome::NotPossible(state) => Err(ChangeRefused { id, state, wanted }.into()),
    }
}
