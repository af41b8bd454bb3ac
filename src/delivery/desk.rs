//! The database's side of delivery: what is due is claimed, looked at again, and made out; what ended is recorded.
//!
//! A claim is one short statement, so that several processes take different messages. The second look only reads, while
//! others write: putting many messages into words takes longer than anybody should wait for. What was claimed and never
//! made out can't have left, and stands as it did before. Nothing that this process has in hand, or knows to be confirmed
//! and has not recorded yet, is ever claimed, however long the database was locked, full or read-only in between.

use std::collections::HashSet;
use std::ops::AddAssign;

use chrono::{DateTime, NaiveDate, Utc};

use crate::db::{self, Conn, DbError, DbResult, Durability, Locks};
use crate::outbox::{
    AttemptRecorded, ClaimedMessage, ListedMessage, MailRoute, Message, PackedWords, WordsPacker,
    store::{self, OtherMail},
};

use super::deliver::EndedAttempt;
use super::{Delivery, RecheckFailed, SendingVerdict};

/// What is expected of the queue before it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueueExpected {
    /// The last claim got all that it wanted, so that there is more.
    More,
    /// Nobody knows.
    Unknown,
}

/// What was claimed of the queue.
#[derive(Debug, Default)]
pub(super) struct ClaimedBatch {
    /// How many were asked for.
    pub wanted: usize,
    pub claimed: Vec<ClaimedMessage>,
    /// Until when the rate is used up, if that is why nothing was claimed.
    pub waiting_until: Option<DateTime<Utc>>,
}

/// What the second look at claimed messages came to.
#[derive(Debug, Default)]
pub(super) struct LookedAgain {
    /// The civil day of the look, which the words go by.
    pub on: NaiveDate,
    /// For each, in their order, what is to be done with it, with its new words as they are to be kept.
    pub verdicts: Vec<Result<(SendingVerdict, Option<PackedWords>), RecheckFailed>>,
}

/// A claimed message, and what is to be done with it.
#[derive(Debug)]
pub(super) struct ClaimedAndLooked {
    pub claimed: ClaimedMessage,
    pub verdict: SendingVerdict,
    /// Its new words as they are to be kept.
    pub packed: Option<PackedWords>,
}

/// What making some messages out came to.
#[derive(Debug, Default)]
pub(super) struct MadeOutBatch {
    /// What is to be sent.
    pub made_out: Vec<ClaimedMessage>,
    pub turned_away: NotSentNow,
}

/// How many messages were due and are not to be sent now.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NotSentNow {
    /// How many need not be sent any more.
    pub cancelled: usize,
    /// How many wait for another day.
    pub put_off: usize,
}

impl AddAssign for NotSentNow {
    fn add_assign(&mut self, more: Self) {
        self.cancelled += more.cancelled;
        self.put_off += more.put_off;
    }
}

type NowAndToday = (DateTime<Utc>, NaiveDate);

impl Delivery {
    /// Claims up to `places` messages that are due, besides those `in_hand`, as far as the rate lets them go. It does not
    /// wait for the disk.
    ///
    /// The rate is asked for in the same transaction, so that several processes together keep to it; nothing is written,
    /// and nobody who writes is waited for, where nothing can be claimed.
    pub(super) fn claim(
        &self,
        places: usize,
        in_hand: &[i32],
        expected: QueueExpected,
    ) -> Result<ClaimedBatch, DbError> {
        let locks = Locks::pace_of(&self.route.key);
        let mut batch = ClaimedBatch { wanted: places, ..ClaimedBatch::default() };
        let (moment, are_wrong, any) = self.db.try_read(|conn| {
            let moment = (db::agreed_now(conn, self.clock)?, self.clock.today(self.zone));
            // Looked at only where nothing else is left to do.
            let are_wrong =
                expected == QueueExpected::Unknown && store::waits_for_wrong_times(conn, moment, self.lease)?;
            let (free, waiting_until) = self.free(conn, moment, places, in_hand)?;
            batch.waiting_until = waiting_until;
            let any = free > 0
                && (expected == QueueExpected::More || store::any_due(conn, &self.route, moment, in_hand)?);
            Ok::<_, DbError>((moment, are_wrong, any))
        })?;
        if are_wrong {
            self.db.write(locks, |conn| store::heed_the_clock(conn, moment, self.lease))?;
        }
        if are_wrong || any {
            self.db.write_lasting(locks, Durability::Soon, |conn| {
                let moment = (db::now(conn, self.clock)?, moment.1);
                let (free, waiting_until) = self.free(conn, moment, places, in_hand)?;
                batch.waiting_until = waiting_until;
                batch.claimed = store::claim(conn, &self.route, moment, (free, in_hand), self.lease)?;
                Ok(())
            })?;
        }
        Ok(batch)
    }

    /// Looks again at what was claimed.
    pub(super) fn look_again(&self, claimed: &[ClaimedMessage]) -> Result<LookedAgain, DbError> {
        self.db.read(|conn| {
            let on = self.clock.today(self.zone);
            let messages: Vec<&Message> = claimed.iter().map(|one| &one.message).collect();
            let mut packer = WordsPacker::new();
            let mut with_words = |verdict: SendingVerdict| {
                let packed = verdict.words().map(|words| packer.pack(&words.content));
                (verdict, packed)
            };
            let verdicts = (self.recheck)(conn, &messages).into_iter();
            Ok(LookedAgain { on, verdicts: verdicts.map(|verdict| verdict.map(&mut with_words)).collect() })
        })
    }

    /// Does with some claimed messages what a second look on this day came to. It does not wait for the disk.
    pub(super) fn make_out(
        &self,
        on: NaiveDate,
        looked: Vec<ClaimedAndLooked>,
    ) -> Result<MadeOutBatch, DbError> {
        let today = self.clock.today(self.zone);
        let locks = Locks::pace_of(&self.route.key);
        self.db.write_lasting(locks, Durability::Soon, |conn| {
            let moment = (db::now(conn, self.clock)?, today);
            let mut batch = MadeOutBatch::default();
            if looked.iter().any(|one| one.packed.is_some()) {
                store::keep_dictionary(conn)?;
            }
            let after_another = after_another(conn, &looked, today)?;
            for one in looked {
                match on == today {
                    // Another process took up another message to its receiver meanwhile.
                    true if after_another.contains(&one.claimed.message.listed.id) => {
                        store::give_back(conn, &one.claimed)?;
                    }
                    true => self.follow(conn, one, moment, &mut batch)?,
                    // What it says is of yesterday.
                    false => store::give_back(conn, &one.claimed)?,
                }
            }
            Ok(batch)
        })
    }

    /// Records `ended`; what was recorded, in that order. It does not wait for the disk: see
    /// [`Db::make_last`](crate::db::Db::make_last).
    pub(super) fn settle(&self, ended: &[EndedAttempt]) -> Result<Vec<AttemptRecorded>, DbError> {
        say(
            ended,
            self.db.write_lasting(Locks::NONE, Durability::Soon, |conn| record(conn, &self.route, ended)),
        )
    }

    /// [`Delivery::settle`], unless another process writes at this moment.
    pub(super) fn settle_at_once(
        &self,
        ended: &[EndedAttempt],
    ) -> Option<Result<Vec<AttemptRecorded>, DbError>> {
        Some(say(
            ended,
            self.db
                .write_unless_busy(Locks::NONE, Durability::Soon, |conn| record(conn, &self.route, ended))?,
        ))
    }

    /// How many messages the rate lets go now; and where it lets none, and any is due, when it will.
    fn free(
        &self,
        conn: &mut Conn,
        (now, today): NowAndToday,
        places: usize,
        in_hand: &[i32],
    ) -> DbResult<(usize, Option<DateTime<Utc>>)> {
        let mut free = places;
        let mut next_at = None;
        for bound in self.rate.bounds() {
            let tried = store::tried_within(conn, &self.route, bound.window, now)?;
            free = free.min(usize::try_from(bound.free(tried)).unwrap_or(usize::MAX));
            if bound.free(tried) == 0 {
                let full_since =
                    store::nth_recent_attempt(conn, &self.route, bound.limit, bound.window, now)?;
                next_at = next_at.max(Some(bound.next_at(full_since, now)));
            }
        }
        let waits = free == 0 && store::any_due(conn, &self.route, (now, today), in_hand)?;
        Ok((free, next_at.filter(|_| waits)))
    }

    /// Does with a message what the second look came to, where the claim still has it.
    fn follow(
        &self,
        conn: &mut Conn,
        ClaimedAndLooked { claimed, verdict, packed }: ClaimedAndLooked,
        (now, today): NowAndToday,
        batch: &mut MadeOutBatch,
    ) -> DbResult<()> {
        let listed = &claimed.message.listed;
        let id = listed.id;
        match verdict {
            SendingVerdict::Send(mut handing) => {
                handing.head.get_or_insert_with(|| self.own_head());
                let handing = (handing, packed);
                batch.made_out.extend(store::make_out_packed(
                    conn,
                    claimed,
                    handing,
                    (now, today),
                    self.lease,
                )?);
                return Ok(());
            }
            _ if !store::renew(conn, id, &claimed.token, now + self.lease)? => return Ok(()),
            SendingVerdict::PutOff(until) => {
                store::put_off(conn, id, until, today)?;
                batch.turned_away.put_off += 1;
                return Ok(());
            }
            SendingVerdict::Cancel(reason) => store::call_off(conn, id, &reason, now)?,
            SendingVerdict::Superseded(newer) => store::mark_superseded(conn, id, newer, now)?,
        }
        batch.turned_away.cancelled += 1;
        tracing::info!(id, "a message need not be sent any more");
        Ok(())
    }
}

/// The messages to be sent whose receivers had another of the kind on this day.
fn after_another(conn: &mut Conn, looked: &[ClaimedAndLooked], today: NaiveDate) -> DbResult<HashSet<i32>> {
    let to_be_sent = looked.iter().filter_map(|one| match &one.verdict {
        SendingVerdict::Send(handing) => Some((&one.claimed.message.listed, handing.recipient.as_str())),
        _ => None,
    });
    let wait: Vec<(&ListedMessage, &str)> =
        to_be_sent.filter(|(listed, _)| listed.waits_its_turn()).collect();
    let listed: Vec<&ListedMessage> = wait.iter().map(|(listed, _)| *listed).collect();
    let others = OtherMail::read(conn, &listed, today)?;
    let mut after_another = HashSet::new();
    for (listed, address) in wait {
        if others.had_another(conn, listed)? || others.had_other_list(conn, listed, address)? {
            after_another.insert(listed.id);
        }
    }
    Ok(after_another)
}

fn record(conn: &mut Conn, route: &MailRoute, ended: &[EndedAttempt]) -> DbResult<Vec<AttemptRecorded>> {
    store::record(conn, route, ended.iter().map(|one| (&one.claimed, &one.outcome, one.at)))
}

fn say(
    ended: &[EndedAttempt],
    recorded: Result<Vec<AttemptRecorded>, DbError>,
) -> Result<Vec<AttemptRecorded>, DbError> {
    let recorded = recorded?;
    for (one, recorded) in ended.iter().zip(&recorded) {
        let listed = &one.claimed.message.listed;
        tracing::info!(id = listed.id, message_id = listed.message_id, ?recorded, "a message was handled");
    }
    Ok(recorded)
}
