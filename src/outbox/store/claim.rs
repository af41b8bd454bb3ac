//! Handing messages to one process, and recording what became of them.

use std::collections::HashSet;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::message;
use crate::db::{Conn, Lock, expect_held, unlocked};
use crate::mail::Rendered;
use crate::outbox::packed::{PackedWords, WordsPacker};
use crate::outbox::{
    AttemptOutcome, AttemptRecorded, ClaimedMessage, MailRoute, MessageState, MessageToSend, backoff,
};

use super::attempts::{AttemptUpdate, LetterheadUpdate, MakeOutUpdate};
use super::change::mark_cancelled;
use super::due::longest_due_besides;
use super::pace::Tried;
use super::promises::stand_again;
use super::read::show_all;
use super::refusals;
use super::waiting::before_claims;
use super::words::{begin_anew, keep_dictionary, put_into_words};

/// How long a process may have a message in hand before another takes it up (spec 5), unless it renews that.
pub const LEASE: TimeDelta = TimeDelta::minutes(2);

/// How far ahead a message is put off at most before it is looked at again.
pub(super) const PUT_OFF_DAYS: u64 = 7;

/// Claims the messages of `route` that have been due longest, `at_most` so many, each as it stood before: queued and not put
/// off beyond `today`, deferred with their wait over, or left in hand by a process whose lease is over. No two claims hold
/// the same message. Nothing of it is to leave before it is [made out](make_out). Reads before it writes: [`Lock::Pace`] of
/// the sender.
///
/// Those in `in_hand` are never among them: this process knows that it has them, however its clock or its sleep makes their
/// leases look, and whatever another process made of them meanwhile.
pub fn claim(
    conn: &mut Conn,
    route: &MailRoute,
    (now, today): (DateTime<Utc>, NaiveDate),
    (at_most, in_hand): (usize, &[i32]),
    lease: TimeDelta,
) -> QueryResult<Vec<ClaimedMessage>> {
    expect_held(Lock::Pace);
    let due = longest_due_besides(conn, route, (now.naive_utc(), today), at_most, in_hand)?;
    // One that somebody changes at this moment is left to another claim.
    let ids = unlocked(conn, "message", due)?;
    let before = show_all(conn, &ids)?;
    let token = Uuid::new_v4().to_string();
    // Said as what it must not be: by what it may be, SQLite looks through all that is queued.
    let others = [MessageState::Held, MessageState::Sent, MessageState::Failed, MessageState::Cancelled];
    let may_be_due = message::state.ne_all(others.map(MessageState::as_str));
    let not_in_hand =
        message::state.ne(MessageState::Sending.as_str()).or(message::lease_until.le(now.naive_utc()));
    let waits_no_longer = message::state
        .ne(MessageState::Deferred.as_str())
        .or(message::next_attempt_at.assume_not_null().le(now.naive_utc()));
    // Whoever had it may have recorded an attempt since it was found: it says again what it relies on.
    let still_due = may_be_due.and(not_in_hand.assume_not_null()).and(waits_no_longer);
    let taken: Vec<i32> = diesel::update(message::table.filter(message::id.eq_any(&ids)).filter(still_due))
        .set((
            message::state.eq(MessageState::Sending.as_str()),
            message::not_before.eq(None::<NaiveDate>),
            message::lease_until.eq((now + lease).naive_utc()),
            message::claim.eq(&token),
        ))
        .returning(message::id)
        .get_results(conn)?;
    let taken: HashSet<i32> = taken.into_iter().collect();
    let before = before.into_iter().filter(|message| taken.contains(&message.listed.id));
    Ok(before.map(|message| ClaimedMessage { message, token: token.clone(), claimed_at: now }).collect())
}

/// Makes a claimed message out to whom it goes to, with the words it is to be sent with, which are kept before it is handed
/// over; `None`, and nothing changed, where the claim is no longer ours. The lease begins anew.
pub fn make_out(
    conn: &mut Conn,
    claimed: ClaimedMessage,
    handing: MessageToSend,
    moment: (DateTime<Utc>, NaiveDate),
    lease: TimeDelta,
) -> QueryResult<Option<ClaimedMessage>> {
    let packed = handing.words.as_ref().map(|words| WordsPacker::new().pack(&words.content));
    keep_dictionary(conn)?;
    make_out_packed(conn, claimed, (handing, packed), moment, lease)
}

/// [`make_out`], its words packed before the transaction, for which nobody who writes waits; after [`keep_dictionary`].
pub(crate) fn make_out_packed(
    conn: &mut Conn,
    mut claimed: ClaimedMessage,
    (MessageToSend { recipient, head, words }, packed): (MessageToSend, Option<PackedWords>),
    (now, today): (DateTime<Utc>, NaiveDate),
    lease: TimeDelta,
) -> QueryResult<Option<ClaimedMessage>> {
    let message = &mut claimed.message;
    let before = &message.listed;
    let worded_at = if words.is_some() { Some(now) } else { before.worded_at };
    let made_out = MakeOutUpdate {
        id: before.id,
        claim: &claimed.token,
        recipient: &recipient,
        subject: words.as_ref().map_or(&before.subject, |words| &words.content.subject),
        worded_at: worded_at.map(|at| at.naive_utc()),
        tried_on: today,
        was_in_hand: before.state == MessageState::Sending && before.worded_at.is_some(),
        lease_until: (now + lease).naive_utc(),
    };
    if made_out.execute(conn)? == 0 {
        return Ok(None);
    }
    claimed.claimed_at = now;
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
    Ok(Some(claimed))
}

/// Cancels a claimed message that need not be sent.
pub(crate) fn call_off(conn: &mut Conn, id: i32, reason: &str, now: DateTime<Utc>) -> QueryResult<()> {
    mark_cancelled(conn, id, reason, now)
}

/// Has a claimed message wait until this civil day, or be looked at again a week from `today` where that is sooner.
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

/// Puts a claimed message back as it stood before, where the claim still has it.
pub(crate) fn give_back(conn: &mut Conn, claimed: &ClaimedMessage) -> QueryResult<()> {
    let before = &claimed.message.listed;
    diesel::update(message::table.filter(message::id.eq(before.id).and(message::claim.eq(&claimed.token))))
        .set((
            message::state.eq(before.state.as_str()),
            message::not_before.eq(before.not_before),
            message::lease_until.eq(before.lease_until.map(|at| at.naive_utc())),
            message::claim.eq(&before.claim),
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
    // Asked once for all of them, not for each: nearly always there is none, and all went out.
    let mut may_have_row = refusals::has_row(conn, &route.key)?;
    for (claimed, outcome, at) in ended {
        let one = if !may_have_row && *outcome == AttemptOutcome::Sent && mark_sent(conn, claimed, at)? {
            AttemptRecorded::Now(MessageState::Sent)
        } else {
            may_have_row = true;
            record_one(conn, &route.key, claimed, outcome, at)?
        };
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
        AttemptOutcome::Sent => confirm(conn, claimed, state == MessageState::Cancelled.as_str(), now)?,
        AttemptOutcome::Deferred { reason } => mark_deferred(conn, claimed, (reason, false), now)?,
        AttemptOutcome::CutOff { reason } => mark_deferred(conn, claimed, (reason, true), now)?,
        AttemptOutcome::Failed { reason } => mark_failed(conn, claimed, reason, now)?,
        AttemptOutcome::Released => {
            unsay(conn, claimed)?;
            hand_back(conn, claimed)?
        }
        AttemptOutcome::NotTried => {
            unsay(conn, claimed)?;
            give_back(conn, claimed)?;
            claimed.message.listed.state
        }
        AttemptOutcome::BrokenOff => {
            doubt(conn, id)?;
            hand_back(conn, claimed)?
        }
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

/// Records a confirmation that came when the claim held the message no more.
fn confirm(
    conn: &mut Conn,
    claimed: &ClaimedMessage,
    was_cancelled: bool,
    now: DateTime<Utc>,
) -> QueryResult<MessageState> {
    if was_cancelled {
        stand_again(conn, claimed.message.listed.id, now)?;
    }
    hold_again(conn, claimed)?;
    mark_sent(conn, claimed, now)?;
    Ok(MessageState::Sent)
}

/// Keeps that a message may have come through on the day of its attempt.
fn doubt(conn: &mut Conn, id: i32) -> QueryResult<()> {
    diesel::update(message::table.find(id)).set(message::in_doubt_on.eq(message::tried_on)).execute(conn)?;
    Ok(())
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
        is_in_doubt: false,
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
    (reason, is_in_doubt): (&str, bool),
    now: DateTime<Utc>,
) -> QueryResult<MessageState> {
    let attempts = claimed.message.listed.attempts + 1;
    let Some(next) = backoff::next_attempt(attempts, first_attempt_at(claimed, now), now) else {
        return mark_failed(conn, claimed, &format!("given up after {attempts} attempts: {reason}"), now);
    };
    let mut row = attempted(claimed, MessageState::Deferred, Some(reason), now);
    (row.next_attempt_at, row.is_in_doubt) = (Some(next.naive_utc()), is_in_doubt);
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
/// goes back to where it was before the first of its claims, which its attempts and its wait tell.
fn hand_back(conn: &mut Conn, claimed: &ClaimedMessage) -> QueryResult<MessageState> {
    let listed = &claimed.message.listed;
    let state = before_claims(listed.attempts, listed.next_attempt_at.is_some());
    diesel::update(message::table.find(listed.id))
        .set((
            message::state.eq(state.as_str()),
            message::lease_until.eq(None::<NaiveDateTime>),
            message::claim.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(state)
}
