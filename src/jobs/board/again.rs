//! A summary that was issued is sent again to somebody it was sent to, in the same words.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::board::Month;
use crate::db::Locks;
use crate::jobs::FormOnce;
use crate::mail::Rendered;
use crate::outbox::{
    EnqueueOutcome, InitialState, ListedMessage, MessageKind, MessageState, NewMessage, store as outbox,
};
use crate::register::store;

/// What came of the wish to send a summary again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SentAgain {
    /// It is queued.
    Queued,
    /// It still waits to be sent to them: once is enough.
    Waits,
    /// What was sent to them is not kept any more.
    WordsGone,
    /// It was never sent to anybody of that address.
    Nobody,
    /// This form did it before.
    SentBefore,
}

/// Queues the month's summary for `recipient` once more: word for word what they were sent first.
pub(crate) fn send_summary_again(
    app: &App,
    (organisation, month, recipient): (&str, Month, &str),
    by: &Actor,
    once: &FormOnce,
    (now, today): (DateTime<Utc>, NaiveDate),
) -> anyhow::Result<SentAgain> {
    let domain = app.mail_domain(organisation);
    let object = format!("board {organisation} {month}");
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        let ids = store::organisation_ids(conn, &[organisation.to_owned()])?;
        let Some(organisation_id) = ids.into_iter().flatten().next() else { return Ok(SentAgain::Nobody) };
        let mut theirs = outbox::summaries_of(conn, organisation_id, &month.to_string())?;
        theirs.retain(|message| message.recipient.eq_ignore_ascii_case(recipient));
        let Some(first) = theirs.first() else { return Ok(SentAgain::Nobody) };
        if once.was_used(conn)? {
            return Ok(SentAgain::SentBefore);
        }
        if theirs.iter().any(waits) {
            return Ok(SentAgain::Waits);
        }
        let first = outbox::show(conn, first.id)?.filter(|first| first.unreadable.is_none());
        let Some(first) = first.filter(|first| !first.text.is_empty()) else {
            return Ok(SentAgain::WordsGone);
        };
        once.is_first(conn, now)?;
        let ListedMessage { recipient, subject, .. } = first.listed;
        let key = format!("{organisation_id} {month} {} again {}", recipient.to_lowercase(), theirs.len());
        let message = NewMessage {
            kind: MessageKind::BoardSummary,
            organisation_id,
            staff_id: None,
            recipient,
            content: Rendered { subject, text: first.text, html: first.html, parts: first.parts },
            once_key: Some(key),
            planned_on: today,
        };
        match outbox::enqueue(conn, &message, InitialState::Queued, &domain, now)? {
            EnqueueOutcome::AlreadyPromised => Ok(SentAgain::SentBefore),
            EnqueueOutcome::Enqueued(id) => {
                let act =
                    Act::new(by, Action::BoardSend, object.clone(), json!({ "again": id, "queued": 1 }));
                audit::record(conn, &act, now)?;
                Ok(SentAgain::Queued)
            }
        }
    })
}

fn waits(message: &ListedMessage) -> bool {
    use MessageState::{Deferred, Held, Queued, Sending};
    matches!(message.state, Held | Queued | Sending | Deferred)
}
