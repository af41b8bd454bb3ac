//! The database's side of delivery: a look at what is due, with its words, and a transaction in which what ended is
//! recorded and what was looked at is claimed.
//!
//! The look only reads, while others write: putting many messages into words takes longer than anybody should wait for.
//! The transaction claims what stands as the look saw it and leaves the rest to another look. Recording comes first in it,
//! so that nothing that this process knows to be confirmed can be claimed after it, however long the database was locked,
//! full or read-only in between.

use chrono::{DateTime, NaiveDate, Utc};

use crate::db::{Conn, DbError, Lasts};
use crate::outbox::{Claimed, Message, Outcome, Recorded, store};

use super::{Delivery, RecheckFailed, Verdict};

/// A message whose attempt ended, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub claimed: Claimed,
    pub outcome: Outcome,
    pub at: DateTime<Utc>,
}

/// What a look at the queue came to.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// What is due, and what the second look came to for each.
    pub due: Vec<(Message, Verdict)>,
    /// The civil day of the look, which the words go by.
    pub on: NaiveDate,
    /// Why a message could not be looked at again. It stays as it was.
    pub failed: Option<RecheckFailed>,
    /// Until when the rate is used up, if that is why nothing was looked at.
    pub waiting_until: Option<DateTime<Utc>>,
}

/// What one transaction came to.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// What was recorded, in the order of what ended.
    pub recorded: Vec<Recorded>,
    /// What was claimed, to be sent.
    pub taken: Vec<Claimed>,
    /// How many messages need not be sent any more.
    pub cancelled: usize,
    /// How many messages wait for another day.
    pub put_off: usize,
}

type Moment = (DateTime<Utc>, NaiveDate);

impl Delivery {
    /// Looks at up to `places` messages that are due, besides those `in_hand`, as far as the rate lets them go.
    pub(super) fn look(&self, places: usize, in_hand: &[i32]) -> Result<Looked, DbError> {
        let moment = (self.clock.now(), self.clock.today(self.zone));
        if self.db.read::<_, DbError>(|conn| Ok(store::waits_for_wrong_times(conn, moment, self.lease)?))? {
            self.db.write::<_, DbError>(|conn| Ok(store::heed_the_clock(conn, moment, self.lease)?))?;
        }
        self.db.read::<_, DbError>(|conn| {
            let mut looked = Looked { on: moment.1, ..Looked::default() };
            let (free, waiting_until) = self.free(conn, moment, places, in_hand)?;
            looked.waiting_until = waiting_until;
            let due = store::due(conn, moment, free, in_hand)?;
            if due.is_empty() {
                return Ok(looked);
            }
            let verdicts = (self.recheck)(conn, &due);
            for (message, verdict) in due.into_iter().zip(verdicts) {
                match verdict {
                    Ok(verdict) => looked.due.push((message, verdict)),
                    Err(failed) => {
                        looked.failed.get_or_insert(failed);
                    }
                }
            }
            Ok(looked)
        })
    }

    /// Records `ended`, and claims what was looked at and stands as it was seen.
    ///
    /// It does not wait for the disk: see [`Db::make_last`](crate::db::Db::make_last).
    pub(super) fn settle(&self, ended: &[Ended], looked: Looked) -> Result<Settled, DbError> {
        self.say(ended, self.db.write_lasting(Lasts::Soon, |conn| self.settle_with(conn, ended, looked)))
    }

    /// [`Delivery::settle`], of what was recorded alone, unless another writes at this moment.
    pub(super) fn settle_at_once(&self, ended: &[Ended]) -> Option<Result<Settled, DbError>> {
        let settle = |conn: &mut Conn| self.settle_with(conn, ended, Looked::default());
        Some(self.say(ended, self.db.write_unless_busy(Lasts::Soon, settle)?))
    }

    fn settle_with(&self, conn: &mut Conn, ended: &[Ended], looked: Looked) -> Result<Settled, DbError> {
        let moment = (self.clock.now(), self.clock.today(self.zone));
        let mut settled = Settled::default();
        for one in ended {
            settled.recorded.push(store::record(conn, &one.claimed, &one.outcome, one.at)?);
        }
        // Where one met the same refusal as others before it, delivery stops: nothing more is taken.
        let stops = settled.recorded.iter().any(|one| matches!(one, Recorded::PutBack(_)));
        if !stops && looked.on == moment.1 {
            self.claim(conn, moment, looked.due, &mut settled)?;
        }
        Ok(settled)
    }

    fn say(&self, ended: &[Ended], settled: Result<Settled, DbError>) -> Result<Settled, DbError> {
        let settled = settled?;
        for (one, recorded) in ended.iter().zip(&settled.recorded) {
            let listed = &one.claimed.message.listed;
            tracing::info!(
                id = listed.id,
                message_id = listed.message_id,
                ?recorded,
                "a message was handled"
            );
        }
        Ok(settled)
    }

    /// Asks for the rate again and claims in the same transaction, so that several processes together keep to the rate
    /// and to what each other sends.
    fn claim(
        &self,
        conn: &mut Conn,
        moment: Moment,
        looked: Vec<(Message, Verdict)>,
        settled: &mut Settled,
    ) -> Result<(), DbError> {
        if looked.is_empty() {
            return Ok(());
        }
        let (free, _) = self.free(conn, moment, looked.len(), &[])?;
        let ids: Vec<i32> = looked.iter().map(|(message, _)| message.listed.id).collect();
        let now = store::listed(conn, &ids)?;
        for (message, verdict) in looked.into_iter().take(free) {
            if now.get(&message.listed.id) == Some(&message.listed) {
                self.follow(conn, message, verdict, moment, settled)?;
            }
        }
        Ok(())
    }

    /// How many messages the rate lets go now; and where it lets none, and any is due, when it will.
    fn free(
        &self,
        conn: &mut Conn,
        (now, today): Moment,
        places: usize,
        in_hand: &[i32],
    ) -> Result<(usize, Option<DateTime<Utc>>), DbError> {
        let mut free = places;
        let mut next_at = None;
        for bound in self.rate.bounds() {
            let tried = store::tried_within(conn, bound.window, now)?;
            free = free.min(usize::try_from(bound.free(tried)).unwrap_or(usize::MAX));
            if bound.free(tried) == 0 {
                let full_since = store::nth_recent_attempt(conn, bound.limit, bound.window, now)?;
                next_at = next_at.max(Some(bound.next_at(full_since, now)));
            }
        }
        let waits = free == 0 && store::any_due(conn, (now, today), in_hand)?;
        Ok((free, next_at.filter(|_| waits)))
    }

    /// Does with a message what the second look came to.
    fn follow(
        &self,
        conn: &mut Conn,
        message: Message,
        verdict: Verdict,
        (now, today): Moment,
        settled: &mut Settled,
    ) -> Result<(), DbError> {
        let id = message.listed.id;
        match verdict {
            // Another process took up another message to its receiver meanwhile.
            Verdict::Send(_)
                if message.listed.waits_its_turn() && store::had_another(conn, &message.listed, today)? =>
            {
                return Ok(());
            }
            Verdict::Send(mut handing) => {
                handing.head.get_or_insert_with(|| self.own_head());
                settled.taken.push(store::take(conn, message, handing, (now, today), self.lease)?);
                return Ok(());
            }
            Verdict::PutOff(until) => {
                store::put_off(conn, id, until, today)?;
                settled.put_off += 1;
                return Ok(());
            }
            Verdict::Cancel(reason) => store::call_off(conn, id, &reason)?,
            Verdict::Superseded(newer) => store::mark_superseded(conn, id, newer)?,
        }
        settled.cancelled += 1;
        tracing::info!(id, "a message need not be sent any more");
        Ok(())
    }
}
