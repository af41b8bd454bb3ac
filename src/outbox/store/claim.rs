//! Handing messages to one process, and recording what became of them.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::schema::message;
use crate::mail::Rendered;
use crate::outbox::packed::{PackedWords, WordsPacker};
use crate::outbox::{
    AttemptOutcome, AttemptRecorded, ClaimedMessage, ListedMessage, MailRoute, Message, MessageState,
    MessageToSend, backoff,
};

use super::attempts::{AttemptUpdate, ClaimUpdate, LetterheadUpdate, StandingUpdate};
use super::change::mark_cancelled;
use super::due::longest_due_besides;
use super::pace::Tried;
use super::promises::stand_again;
use super::read::show_all;
use super::refusals;
use super::words::{begin_anew, keep_dictionary, put_into_words};

/// How long a process may have a message in hand before another takes it up (spec 5), unless it renews that.
pub const LEASE: TimeDelta = TimeDelta::minutes(2);

/// How far ahead a message is put off at most before it is looked at again.
pub(super) const PUT_OFF_DAYS: u64 = 7;

/// The messages of `route` that have been due longest, `at_most` so many: queued and not put off beyond `today`, deferred with their
/// wait over, or left in hand by a process whose lease is over. Nothing is claimed yet.
///
/// Those in `in_hand` are never among them: this process knows that it has them or is about to claim them, however its
/// clock or its sleep makes their leases look, and whatever another process made of them meanwhile.
pub fn due(
    conn: &mut Conn,
    route: &MailRoute,
    (now, today): (DateTime<Utc>, NaiveDate),
    at_most: usize,
    in_hand: &[i32],
) -> QueryResult<Vec<Message>> {
    let ids = longest_due_besides(conn, route, (now.naive_utc(), today), at_most, in_hand)?;
    show_all(conn, &ids)
}

/// Claims a message that is due, with the words it is to be sent with, which are kept before it is handed over; `None`,
/// and nothing changed, where it is no longer as it was looked at. No two claims hold the same message.
pub fn take(
    conn: &mut Conn,
    message: Message,
    handing: MessageToSend,
    moment: (DateTime<Utc>, NaiveDate),
    lease: TimeDelta,
) -> QueryResult<Option<ClaimedMessage>> {
    let packed = handing.words.as_ref().map(|words| WordsPacker::new().pack(&words.content));
    keep_dictionary(conn)?;
    take_packed(conn, message, (handing, packed), moment, lease)
}

/// [`take`], its words packed before the transaction, for which nobody who writes waits; after [`keep_dictionary`].
pub(crate) fn take_packed(
    conn: &mut Conn,
    mut message: Message,
    (MessageToSend { recipient, head, words }, packed): (MessageToSend, Option<PackedWords>),
    (now, today): (DateTime<Utc>, NaiveDate),
    lease: TimeDelta,
) -> QueryResult<Option<ClaimedMessage>> {
    let token = Uuid::new_v4().to_string();
    let naive = |at: Option<DateTime<Utc>>| at.map(|at| at.naive_utc());
    let before = &message.listed;
    let worded_at = if words.is_some() { Some(now) } else { before.worded_at };
    let taken = ClaimUpdate {
        before,
        times_before: [before.next_attempt_at, before.lease_until, before.worded_at].map(naive),
        recipient: &recipient,
        subject: words.as_ref().map_or(&before.subject, |words| &words.content.subject),
        worded_at: naive(worded_at),
        tried_on: today,
        lease_until: (now + lease).naive_utc(),
        claim: &token,
    };
    if taken.execute(conn)? == 0 {
        return Ok(None);
    }
    let listed = &mut message.listed;
    (listed.recipient, listed.worded_at) = (recipient, worded_at);
    if let Some((words, packed)) = words.zip(packed) {
        put_into_words(conn, listed.id, (&words, &packed), head.as_ref())?;
        message.head.clone_from(&head);
        let Rendered { subject, text, html, parts } = words.content;
        (listed.subject, message.text, message.html, message.parts) = (subject, text, html, parts);
    }
    if let Some(head) = head
        && message.head.as_ref() != Some(&head)
    {
        LetterheadUpdate { id: message.listed.id, head: &head }.execute(conn)?;
        message.head = Some(head);
    }
    Ok(Some(ClaimedMessage { message, token, claimed_at: now }))
}

/// Whether a message stands as it was when it was looked at; then nobody changes it until the transaction ends.
pub(crate) fn stands_as(conn: &mut Conn, before: &ListedMessage) -> QueryResult<bool> {
    let times_before = [before.next_attempt_at, before.lease_until, before.worded_at];
    let times_before = times_before.map(|at| at.map(|at| at.naive_utc()));
    Ok(StandingUpdate { before, times_before }.execute(conn)? == 1)
}

/// Cancels a message that is due and need not be sent.
pub(crate) fn call_off(conn: &mut Conn, id: i32, reason: &str) -> QueryResult<()> {
    mark_cancelled(conn, id, reason)
}

/// Has a message that is due wait until this civil day, or be looked at again a week from `today` where that is sooner.
pub(crate) fn put_off(conn: &mut Conn, id: i32, until: NaiveDate, today: NaiveDate) -> QueryResult<()> {
    let until = until.min(today.checked_add_days(Days::new(PUT_OFF_DAYS)).unwrap_or(until));
    diesel::update(message::table.find(id))
        .set((
            message::state.eq(MessageState::Queued.as_str()),
            message::not_before.eq(until),
            message::next_attempt_at.eq(None::<NaiveDateTime>),
            message::lease_until.eq(None::<NaiveDateTime>),
            message::claim.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Keeps the message with the claim of this token until then; whether it still had it.
pub(crate) fn renew(conn: &mut Conn, id: i32, token: &str, until: DateTime<Utc>) -> QueryResult<bool> {
    let held = message::table
        .filter(message::id.eq(id).and(message::claim.eq(token)))
        .filter(message::state.eq(MessageState::Sending.as_str()));
    Ok(diesel::update(held).set(message::lease_until.eq(until.naive_utc())).execute(conn)? == 1)
}

/// Records what became of claimed messages of `route`, each with when it ended; what was recorded, in that order.
///
/// Only the claim that still holds a message may record, with one exception: a confirmation is a fact, and is
/// recorded even when the lease was over and another process has the message, so that nothing confirmed is sent again.
pub fn record<'a>(
    conn: &mut Conn,
    route: &MailRoute,
    ended: impl IntoIterator<Item = (&'a ClaimedMessage, &'a AttemptOutcome, DateTime<Utc>)>,
) -> QueryResult<Vec<AttemptRecorded>> {
    let mut tried = Tried::default();
    let mut recorded = Vec::new();
    for (claimed, outcome, at) in ended {
        let one = record_one(conn, &route.key, claimed, outcome, at)?;
        if outcome.is_attempt() && matches!(one, AttemptRecorded::Now(_)) {
            tried.add(at);
        }
        recorded.push(one);
    }
    tried.keep(conn, &route.key)?;
    Ok(recorded)
}

fn record_one(
    conn: &mut Conn,
    sender: &str,
    claimed: &ClaimedMessage,
    outcome: &AttemptOutcome,
    now: DateTime<Utc>,
) -> QueryResult<AttemptRecorded> {
    let id = claimed.message.listed.id;
    // As nearly all end, in one statement.
    if *outcome == AttemptOutcome::Sent && mark_sent(conn, claimed, now)? {
        refusals::end_row(conn, sender, Some(id))?;
        return Ok(AttemptRecorded::Now(MessageState::Sent));
    }
    // Written, so that nobody changes it until the transaction ends.
    let held: Option<(String, Option<String>)> = diesel::update(message::table.find(id))
        .set(message::state.eq(message::state))
        .returning((message::state, message::claim))
        .get_result(conn)
        .optional()?;
    // A message that is gone was purged meanwhile: there is nothing to record, and nothing to hold up the others.
    let Some((state, token)) = held else { return Ok(AttemptRecorded::Superseded) };
    let ours = state == MessageState::Sending.as_str() && token.as_deref() == Some(claimed.token.as_str());
    let confirmed = *outcome == AttemptOutcome::Sent && state != MessageState::Sent.as_str();
    if !ours && !confirmed {
        return Ok(AttemptRecorded::Superseded);
    }
    match outcome {
        AttemptOutcome::Sent => refusals::end_row(conn, sender, Some(id))?,
        AttemptOutcome::Failed { .. } => refusals::end_row(conn, sender, None)?,
        _ => {}
    }
    let state = match outcome {
        AttemptOutcome::Sent => {
            if state == MessageState::Cancelled.as_str() {
                stand_again(conn, id)?;
            }
            hold_again(conn, claimed)?;
            mark_sent(conn, claimed, now)?;
            MessageState::Sent
        }
        AttemptOutcome::Deferred { reason } => mark_deferred(conn, claimed, reason, now)?,
        AttemptOutcome::Failed { reason } => mark_failed(conn, claimed, reason, now)?,
        AttemptOutcome::Released | AttemptOutcome::NotTried => {
            unsay(conn, claimed)?;
            hand_back(conn, claimed)?
        }
        AttemptOutcome::BrokenOff => hand_back(conn, claimed)?,
        AttemptOutcome::Unclear { reason, alike } => {
            match refusals::add_to_row(conn, sender, claimed, alike, now)? {
                Some(others) => {
                    unsay(conn, claimed)?;
                    hand_back(conn, claimed)?;
                    return Ok(AttemptRecorded::PutBack(others.into_iter().chain([id]).collect()));
                }
                None => mark_failed(conn, claimed, reason, now)?,
            }
        }
        AttemptOutcome::RefusedUs => {
            refusals::set_aside(conn, sender, claimed, now)?;
            unsay(conn, claimed)?;
            hand_back(conn, claimed)?
        }
    };
    Ok(AttemptRecorded::Now(state))
}

/// Takes back words that were found for this attempt, which nobody has seen.
fn unsay(conn: &mut Conn, claimed: &ClaimedMessage) -> QueryResult<()> {
    let listed = &claimed.message.listed;
    if listed.worded_at == Some(claimed.claimed_at) { begin_anew(conn, listed.id) } else { Ok(()) }
}

/// Never after `now`: a first attempt stamped by a clock that was wrong must not put off giving up.
fn first_attempt_at(claimed: &ClaimedMessage, now: DateTime<Utc>) -> DateTime<Utc> {
    claimed.message.listed.first_attempt_at.unwrap_or(claimed.claimed_at).min(now)
}

fn attempted<'a>(
    claimed: &'a ClaimedMessage,
    state: MessageState,
    last_error: Option<&'a str>,
    now: DateTime<Utc>,
) -> AttemptUpdate<'a> {
    let listed = &claimed.message.listed;
    AttemptUpdate {
        id: listed.id,
        claim: &claimed.token,
        state: state.as_str(),
        recipient: &listed.recipient,
        attempts: listed.attempts + 1,
        first_attempt_at: first_attempt_at(claimed, now).naive_utc(),
        last_attempt_at: now.naive_utc(),
        next_attempt_at: None,
        sent_at: None,
        last_error,
    }
}

/// Whether the claim still held the message; it is sent then.
fn mark_sent(conn: &mut Conn, claimed: &ClaimedMessage, now: DateTime<Utc>) -> QueryResult<bool> {
    let mut row = attempted(claimed, MessageState::Sent, None, now);
    row.sent_at = Some(now.naive_utc());
    Ok(row.execute(conn)? == 1)
}

/// Takes a message that was confirmed back from whoever has it now.
fn hold_again(conn: &mut Conn, claimed: &ClaimedMessage) -> QueryResult<()> {
    diesel::update(message::table.find(claimed.message.listed.id))
        .set((message::state.eq(MessageState::Sending.as_str()), message::claim.eq(&claimed.token)))
        .execute(conn)?;
    Ok(())
}

fn mark_deferred(
    conn: &mut Conn,
    claimed: &ClaimedMessage,
    reason: &str,
    now: DateTime<Utc>,
) -> QueryResult<MessageState> {
    let attempts = claimed.message.listed.attempts + 1;
    let Some(next) = backoff::next_attempt(attempts, first_attempt_at(claimed, now), now) else {
        return mark_failed(conn, claimed, &format!("given up after {attempts} attempts: {reason}"), now);
    };
    let mut row = attempted(claimed, MessageState::Deferred, Some(reason), now);
    row.next_attempt_at = Some(next.naive_utc());
    row.execute(conn)?;
    Ok(MessageState::Deferred)
}

fn mark_failed(
    conn: &mut Conn,
    claimed: &ClaimedMessage,
    reason: &str,
    now: DateTime<Utc>,
) -> QueryResult<MessageState> {
    attempted(claimed, MessageState::Failed, Some(reason), now).execute(conn)?;
    Ok(MessageState::Failed)
}

/// Puts the message back as it was before the claim, no attempt counted. A message taken up after an expired lease
/// goes back to where it was before the first of its claims, which its attempts tell.
fn hand_back(conn: &mut Conn, claimed: &ClaimedMessage) -> QueryResult<MessageState> {
    let listed = &claimed.message.listed;
    let state = if listed.attempts == 0 { MessageState::Queued } else { MessageState::Deferred };
    diesel::update(message::table.find(listed.id))
        .set((
            message::state.eq(state.as_str()),
            message::lease_until.eq(None::<NaiveDateTime>),
            message::claim.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(state)
}
