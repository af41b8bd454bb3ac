//! The database's side of delivery: in one transaction what ended is recorded and what is next is claimed; then it is
//! looked at again.
//!
//! Recording comes first and in the same transaction, so that whatever is claimed next, nothing that this process knows
//! to be confirmed can be among it, however long the database was locked, full or read-only in between.

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{Conn, DbError};
use crate::outbox::{Claimed, Outcome, Recorded, store};

use super::pace::Rate;
use super::{Delivery, RecheckFailed, Verdict};

/// A message whose attempt ended, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub claimed: Claimed,
    pub outcome: Outcome,
    pub at: DateTime<Utc>,
}

/// What one transaction came to.
#[derive(Debug)]
pub(super) struct Settled {
    /// What was recorded, in the order of what ended.
    pub recorded: Vec<Recorded>,
    /// What was claimed, with the second look at each.
    pub taken: Vec<(Claimed, Result<Verdict, RecheckFailed>)>,
    /// Until when the rate is used up, if that is why no more was claimed.
    pub waiting_until: Option<DateTime<Utc>>,
}

impl Delivery {
    /// Records `ended`, claims up to `places` messages besides those `in_hand`, and looks at them again.
    pub(super) fn settle(&self, ended: &[Ended], places: usize, in_hand: &[i32]) -> Result<Settled, DbError> {
        let now = self.clock.now();
        let (recorded, claimed, waiting_until) = self.db.write::<_, DbError>(|conn| {
            let mut recorded = Vec::with_capacity(ended.len());
            for one in ended {
                recorded.push(store::record(conn, &one.claimed, &one.outcome, one.at)?);
            }
            // Where one met the same refusal as others before it, delivery stops: nothing more is taken.
            let stops = recorded.iter().any(|one| matches!(one, Recorded::PutBack(_)));
            let places = if stops { 0 } else { places };
            let (claimed, waiting_until) = claim(conn, self.rate, self.lease, now, places, in_hand)?;
            Ok((recorded, claimed, waiting_until))
        })?;
        for (one, recorded) in ended.iter().zip(&recorded) {
            let listed = &one.claimed.message.listed;
            tracing::info!(
                id = listed.id,
                message_id = listed.message_id,
                ?recorded,
                "a message was handled"
            );
        }
        Ok(Settled { recorded, taken: self.look_again(claimed), waiting_until })
    }

    /// The second look, in one reading. What could not be looked at says so.
    fn look_again(&self, claimed: Vec<Claimed>) -> Vec<(Claimed, Result<Verdict, RecheckFailed>)> {
        if claimed.is_empty() {
            return Vec::new();
        }
        let verdicts = self.db.read::<_, DbError>(|conn| Ok((self.recheck)(conn, &claimed)));
        match verdicts {
            Ok(verdicts) => claimed.into_iter().zip(verdicts).collect(),
            Err(error) => {
                let failed = RecheckFailed(error.to_string());
                claimed.into_iter().map(|one| (one, Err(failed.clone()))).collect()
            }
        }
    }
}

type Claims = (Vec<Claimed>, Option<DateTime<Utc>>);

/// Asks for the rate and claims in the same transaction, so that several processes together keep to it.
fn claim(
    conn: &mut Conn,
    rate: Rate,
    lease: TimeDelta,
    now: DateTime<Utc>,
    places: usize,
    in_hand: &[i32],
) -> Result<Claims, DbError> {
    if places == 0 {
        return Ok((Vec::new(), None));
    }
    let mut free = places;
    let mut next_at = None;
    for bound in rate.bounds() {
        let tried = store::tried_within(conn, bound.window, bound.limit, now)?;
        free = free.min(usize::try_from(bound.free(tried)).unwrap_or(usize::MAX));
        if bound.free(tried) == 0 {
            let full_since = store::nth_recent_attempt(conn, bound.limit, bound.window, now)?;
            next_at = next_at.max(Some(bound.next_at(full_since, now)));
        }
    }
    if free == 0 {
        let any_due = store::any_due(conn, now, in_hand)?;
        return Ok((Vec::new(), next_at.filter(|_| any_due)));
    }
    Ok((store::claim(conn, now, lease, free, in_hand)?, None))
}
