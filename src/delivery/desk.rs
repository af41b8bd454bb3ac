//! The database's side of delivery: in one transaction what ended is recorded, and what is next is looked at again and
//! claimed, with its words.
//!
//! Recording comes first and in the same transaction, so that whatever is claimed next, nothing that this process knows
//! to be confirmed can be among it, however long the database was locked, full or read-only in between.

use chrono::{DateTime, NaiveDate, Utc};

use crate::db::{Conn, DbError};
use crate::outbox::{Claimed, Message, Outcome, Recorded, store};

use super::{Delivery, RecheckFailed, Verdict};

/// A message whose attempt ended, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub claimed: Claimed,
    pub outcome: Outcome,
    pub at: DateTime<Utc>,
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
    /// Why a message could not be looked at again. It stays as it was.
    pub failed: Option<RecheckFailed>,
    /// Until when the rate is used up, if that is why no more was claimed.
    pub waiting_until: Option<DateTime<Utc>>,
}

impl Settled {
    /// Whether something was due and nothing of it is to be sent: there may be more behind it.
    pub fn only_turned_away(&self) -> bool {
        self.taken.is_empty() && self.failed.is_none() && self.cancelled + self.put_off > 0
    }
}

type Moment = (DateTime<Utc>, NaiveDate);

impl Delivery {
    /// Records `ended`, and looks at up to `places` messages besides those `in_hand` and claims them.
    pub(super) fn settle(&self, ended: &[Ended], places: usize, in_hand: &[i32]) -> Result<Settled, DbError> {
        let moment = (self.clock.now(), self.clock.today(self.zone));
        let settled = self.db.write::<_, DbError>(|conn| {
            let mut settled = Settled::default();
            for one in ended {
                settled.recorded.push(store::record(conn, &one.claimed, &one.outcome, one.at)?);
            }
            // Where one met the same refusal as others before it, delivery stops: nothing more is taken.
            let stops = settled.recorded.iter().any(|one| matches!(one, Recorded::PutBack(_)));
            self.claim(conn, moment, if stops { 0 } else { places }, in_hand, &mut settled)?;
            Ok(settled)
        })?;
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

    /// Asks for the rate, looks again and claims in the same transaction, so that several processes together keep to the
    /// rate and to what each other sends.
    fn claim(
        &self,
        conn: &mut Conn,
        moment: Moment,
        places: usize,
        in_hand: &[i32],
        settled: &mut Settled,
    ) -> Result<(), DbError> {
        let free = self.free(conn, moment, places, in_hand, settled)?;
        if free == 0 {
            return Ok(());
        }
        let due = store::due(conn, moment, self.lease, free, in_hand)?;
        if due.is_empty() {
            return Ok(());
        }
        let verdicts = (self.recheck)(conn, &due);
        for (message, verdict) in due.into_iter().zip(verdicts) {
            match verdict {
                Ok(verdict) => self.follow(conn, message, verdict, moment, settled)?,
                Err(failed) => {
                    settled.failed.get_or_insert(failed);
                }
            }
        }
        Ok(())
    }

    /// How many messages the rate lets go now.
    fn free(
        &self,
        conn: &mut Conn,
        (now, today): Moment,
        places: usize,
        in_hand: &[i32],
        settled: &mut Settled,
    ) -> Result<usize, DbError> {
        if places == 0 {
            return Ok(0);
        }
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
        if free == 0 && store::any_due(conn, (now, today), in_hand)? {
            settled.waiting_until = next_at;
        }
        Ok(free)
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
