//! The database's side of delivery: a look at what is due, with its words; what was looked at is claimed, and what ended is
//! recorded.
//!
//! The look only reads, while others write: putting many messages into words takes longer than anybody should wait for.
//! What is claimed stands as the look saw it; the rest is left to another look. Nothing that this process has in hand, or
//! knows to be confirmed and has not recorded yet, is ever looked at, however long the database was locked, full or
//! read-only in between.

use std::ops::AddAssign;

use chrono::{DateTime, NaiveDate, Utc};

use crate::db::{self, Conn, DbError, DbResult, Durability, Locks};
use crate::outbox::{AttemptRecorded, ClaimedMessage, MailRoute, Message, PackedWords, WordsPacker, store};

use super::deliver::EndedAttempt;
use super::{Delivery, RecheckFailed, SendingVerdict};

/// What a look at the queue came to.
#[derive(Debug, Default)]
pub(super) struct DueMessages {
    /// How many were asked for.
    pub wanted: usize,
    /// What is due, and what the second look came to for each.
    pub due: Vec<DueMessage>,
    /// The civil day of the look, which the words go by.
    pub on: NaiveDate,
    /// Why a message could not be looked at again. It stays as it was.
    pub failed: Option<RecheckFailed>,
    /// Until when the rate is used up, if that is why nothing was looked at.
    pub waiting_until: Option<DateTime<Utc>>,
}

/// A message that is due, and what is to be done with it.
#[derive(Debug)]
pub(super) struct DueMessage {
    pub message: Message,
    pub verdict: SendingVerdict,
    /// Its new words as they are to be kept.
    packed: Option<PackedWords>,
}

/// What claiming some messages came to.
#[derive(Debug, Default)]
pub(super) struct ClaimedBatch {
    /// What was claimed, to be sent.
    pub taken: Vec<ClaimedMessage>,
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
    /// Looks at up to `places` messages that are due, besides those `in_hand`, as far as the rate lets them go.
    pub(super) fn look(&self, places: usize, in_hand: &[i32]) -> Result<DueMessages, DbError> {
        let (moment, are_wrong) = self.db.try_read(|conn| {
            let moment = (db::agreed_now(conn, self.clock)?, self.clock.today(self.zone));
            Ok::<_, DbError>((moment, store::waits_for_wrong_times(conn, moment, self.lease)?))
        })?;
        if are_wrong {
            self.db.write(Locks::PACE, |conn| store::heed_the_clock(conn, moment, self.lease))?;
        }
        self.db.read(|conn| {
            let mut looked = DueMessages { wanted: places, on: moment.1, ..DueMessages::default() };
            let (free, waiting_until) = self.free(conn, moment, places, in_hand)?;
            looked.waiting_until = waiting_until;
            let due = store::due(conn, &self.route, moment, free, in_hand)?;
            if due.is_empty() {
                return Ok(looked);
            }
            let verdicts = (self.recheck)(conn, &due);
            let mut packer = WordsPacker::new();
            for (message, verdict) in due.into_iter().zip(verdicts) {
                match verdict {
                    Ok(verdict) => {
                        let packed = verdict.words().map(|words| packer.pack(&words.content));
                        looked.due.push(DueMessage { message, verdict, packed });
                    }
                    Err(failed) => {
                        looked.failed.get_or_insert(failed);
                    }
                }
            }
            Ok(looked)
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

    /// Claims what was looked at on this day and stands as it was seen. It does not wait for the disk.
    ///
    /// Asks for the rate again in the same transaction, so that several processes together keep to the rate and to what
    /// each other sends.
    pub(super) fn claim(&self, on: NaiveDate, looked: Vec<DueMessage>) -> Result<ClaimedBatch, DbError> {
        let today = self.clock.today(self.zone);
        if on != today {
            return Ok(ClaimedBatch::default());
        }
        self.db.write_lasting(Locks::PACE, Durability::Soon, |conn| {
            let moment = (db::now(conn, self.clock)?, today);
            let mut taken = ClaimedBatch::default();
            let (free, _) = self.free(conn, moment, looked.len(), &[])?;
            if looked.iter().any(|due| due.packed.is_some()) {
                store::keep_dictionary(conn)?;
            }
            for due in looked.into_iter().take(free) {
                self.follow(conn, due, moment, &mut taken)?;
            }
            Ok(taken)
        })
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

    /// Does with a message what the second look came to, where it stands as it was looked at.
    fn follow(
        &self,
        conn: &mut Conn,
        DueMessage { message, verdict, packed }: DueMessage,
        (now, today): NowAndToday,
        taken: &mut ClaimedBatch,
    ) -> DbResult<()> {
        let id = message.listed.id;
        if !matches!(verdict, SendingVerdict::Send(_)) && !store::stands_as(conn, &message.listed)? {
            return Ok(());
        }
        match verdict {
            // Another process took up another message to its receiver meanwhile.
            SendingVerdict::Send(_)
                if message.listed.waits_its_turn() && store::had_another(conn, &message.listed, today)? =>
            {
                return Ok(());
            }
            SendingVerdict::Send(mut handing) => {
                handing.head.get_or_insert_with(|| self.own_head());
                let handing = (handing, packed);
                taken.taken.extend(store::take_packed(conn, message, handing, (now, today), self.lease)?);
                return Ok(());
            }
            SendingVerdict::PutOff(until) => {
                store::put_off(conn, id, until, today)?;
                taken.turned_away.put_off += 1;
                return Ok(());
            }
            SendingVerdict::Cancel(reason) => store::call_off(conn, id, &reason)?,
            SendingVerdict::Superseded(newer) => store::mark_superseded(conn, id, newer)?,
        }
        taken.turned_away.cancelled += 1;
        tracing::info!(id, "a message need not be sent any more");
        Ok(())
    }
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
