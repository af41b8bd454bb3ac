//! What is done ahead of sending, while others are on their way: the look at what is next, and making ready what was
//! claimed.
//!
//! Many are looked at and claimed at once where they go quickly. What is claimed is on the disk with its words before it is
//! ready; what is ready and was not handed over is in nobody's doubt, and is given back where its turn doesn't come.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::Instant;

use super::desk::{DueMessages, NotSentNow};
use super::envelope::EnvelopeError;
use super::{Delivery, DeliveryError, PreparedMail, broke_off};
use crate::db::DbError;
use crate::outbox::ClaimedMessage;

/// How many messages are claimed ahead at most.
const MOST_AHEAD: usize = 256;
/// Where so many as were claimed at once are gone within this time, twice as many are claimed next.
const QUICKLY: Duration = Duration::from_secs(1);
/// For what part of its lease a claimed message waits for its turn: whoever hands it over renews the lease in time.
const STALE_AFTER_NTH: i32 = 4;
/// How many messages are claimed in one transaction.
const CLAIMED_AT_ONCE: usize = 64;

/// What the last look at the queue says of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueueLook {
    /// There may be something due.
    MayHave,
    /// Nothing was due.
    Empty,
    /// The rate is used up until then.
    Full(DateTime<Utc>),
}

/// A claimed message, and the mail to hand over; or why there is none.
#[derive(Debug)]
pub(super) struct ReadyMessage {
    pub claimed: ClaimedMessage,
    pub mail: Result<PreparedMail, EnvelopeError>,
}

/// What was claimed and made ready of what was looked at.
#[derive(Default)]
struct PreparedBatch {
    /// How many were asked for, and which there were.
    wanted: usize,
    looked_at: Vec<i32>,
    ready: Vec<ReadyMessage>,
    turned_away: NotSentNow,
    /// What went wrong: nothing of it must be handed over then.
    failed: Option<DbError>,
}

/// What the last step came to.
#[derive(Debug, Default)]
pub(super) struct StepOutcome {
    /// The messages that this process has from now on.
    pub claimed: Vec<i32>,
    pub turned_away: NotSentNow,
}

/// What is ahead of sending.
pub(super) struct SendingAhead {
    delivery: Arc<Delivery>,
    /// Held by whoever of this process writes: those who wait take turns, which the database's own lock doesn't see to.
    pub turn: Arc<Mutex<()>>,
    /// What is known of the queue.
    pub queue: QueueLook,
    /// The look at the queue that goes on, if one does.
    looking: JoinSet<Result<DueMessages, DbError>>,
    /// What is being claimed and made ready, in the order in which it was looked at, and which messages that are at most.
    making: VecDeque<JoinHandle<PreparedBatch>>,
    in_making: Vec<i32>,
    ready: VecDeque<ReadyMessage>,
    /// How many are claimed at once, and when that last was.
    claims: usize,
    claimed: Option<Instant>,
}

impl SendingAhead {
    pub(crate) fn new(delivery: Arc<Delivery>) -> Self {
        Self {
            claims: delivery.connections.max(1),
            delivery,
            turn: Arc::default(),
            queue: QueueLook::MayHave,
            looking: JoinSet::new(),
            making: VecDeque::new(),
            in_making: Vec::new(),
            ready: VecDeque::new(),
            claimed: None,
        }
    }

    /// Whether nothing is being looked at or made ready.
    pub(crate) fn rests(&self) -> bool {
        self.looking.is_empty() && self.making.is_empty()
    }

    /// Begins to look at what is next, where `places` are free, or soon will be where they are taken quickly; at no more
    /// than `left` messages, and at none of those `in_hand`.
    pub(crate) fn begin_look(&mut self, places: usize, left: usize, in_hand: &[i32]) {
        // Where they go quickly, the next are looked at while the last are made ready, and these while others are on
        // their way: each takes about as long.
        let beforehand = if self.claims > self.delivery.connections.max(1) { 2 * self.claims } else { 0 };
        let enough = self.ready.len() + self.in_making.len() >= places.max(beforehand);
        let wanted = if enough { 0 } else { self.claims.min(left.saturating_sub(self.in_making.len())) };
        if wanted > 0 && self.queue == QueueLook::MayHave && self.looking.is_empty() {
            // What is about to be claimed still stands in the queue.
            let in_hand = [in_hand, &self.in_making].concat();
            let delivery = Arc::clone(&self.delivery);
            self.looking.spawn_blocking(move || delivery.look(wanted, &in_hand));
        }
    }

    /// Waits for a look, or for what is made ready; for ever, where neither goes on.
    ///
    /// # Errors
    /// Where a look or a claim failed, or the disk did: what is ready is to be given back.
    pub(crate) async fn step(&mut self) -> Result<StepOutcome, DeliveryError> {
        tokio::select! {
            Some(looked) = self.looking.join_next() => self.found(looked.map_err(broke_off)??),
            Some(made) = next_made(&mut self.making) => self.made(made.map_err(broke_off)?),
            else => std::future::pending().await,
        }
    }

    fn found(&mut self, mut looked: DueMessages) -> Result<StepOutcome, DeliveryError> {
        self.queue = match (looked.due.is_empty(), looked.waiting_until) {
            (false, _) => QueueLook::MayHave,
            (true, Some(until)) => QueueLook::Full(until),
            (true, None) => QueueLook::Empty,
        };
        let failed = looked.failed.take();
        if !looked.due.is_empty() {
            self.make_ready(looked);
        }
        failed.map_or(Ok(StepOutcome::default()), |failed| Err(failed.into()))
    }

    /// Claims what was looked at, a few in each transaction, so that outcomes are recorded in between; has it on the disk,
    /// and puts the mails together.
    fn make_ready(&mut self, looked: DueMessages) {
        let ids: Vec<i32> = looked.due.iter().map(|one| one.message.listed.id).collect();
        self.in_making.extend(&ids);
        let (delivery, turn) = (Arc::clone(&self.delivery), Arc::clone(&self.turn));
        let making = tokio::task::spawn_blocking(move || {
            let mut made =
                PreparedBatch { wanted: looked.wanted, looked_at: ids, ..PreparedBatch::default() };
            let mut claimed = Vec::with_capacity(looked.due.len());
            let mut due = looked.due.into_iter().peekable();
            while due.peek().is_some() && made.failed.is_none() {
                let some = due.by_ref().take(CLAIMED_AT_ONCE).collect();
                let _turn = turn.blocking_lock();
                match delivery.claim(looked.on, some) {
                    Ok(some) => {
                        claimed.extend(some.taken);
                        made.turned_away += some.turned_away;
                    }
                    Err(error) => made.failed = Some(error),
                }
            }
            made.failed = made.failed.or(delivery.db.make_last().err());
            let ready =
                claimed.into_iter().map(|claimed| ReadyMessage { mail: delivery.prepare(&claimed), claimed });
            made.ready = ready.collect();
            made
        });
        self.making.push_back(making);
    }

    fn made(&mut self, made: PreparedBatch) -> Result<StepOutcome, DeliveryError> {
        let went_quickly = self.claimed.is_some_and(|claimed| claimed.elapsed() < QUICKLY);
        // One look may have begun before another told how many go.
        self.claims = match made.looked_at.len() >= made.wanted && went_quickly {
            true => (made.wanted * 2).min(MOST_AHEAD).max(self.claims),
            false => self.delivery.connections.max(1),
        };
        self.claimed = Some(Instant::now());
        self.in_making.retain(|id| !made.looked_at.contains(id));
        let claimed: Vec<i32> = made.ready.iter().map(|one| one.claimed.message.listed.id).collect();
        if claimed.len() < made.looked_at.len() {
            // Another look, which left them out, may have found nothing else; they may be due yet.
            self.queue = QueueLook::MayHave;
        }
        self.ready.extend(made.ready);
        match made.failed {
            Some(failed) => Err(failed.into()),
            None => Ok(StepOutcome { claimed, turned_away: made.turned_away }),
        }
    }

    /// The message whose turn it is.
    pub(crate) fn next(&mut self) -> Option<ReadyMessage> {
        self.ready.pop_front()
    }

    /// What is ready and has waited too long at this instant.
    pub(crate) fn stale(&mut self, now: DateTime<Utc>) -> Option<ClaimedMessage> {
        let stale_after = self.delivery.lease / STALE_AFTER_NTH;
        let is_stale = |first: &ReadyMessage| now - first.claimed.claimed_at >= stale_after;
        if self.ready.front().is_some_and(is_stale) {
            self.ready.pop_front().map(|one| one.claimed)
        } else {
            None
        }
    }

    /// Ends it: everything that was claimed and is not handed over. A look that goes on has claimed nothing.
    pub(crate) async fn end(&mut self) -> Vec<ClaimedMessage> {
        self.looking.shutdown().await;
        while let Some(made) = next_made(&mut self.making).await {
            // One that broke off is taken up again after its lease.
            self.ready.extend(made.into_iter().flat_map(|made| made.ready));
        }
        self.in_making.clear();
        self.ready.drain(..).map(|one| one.claimed).collect()
    }
}

/// What was claimed and made ready first; nothing, where nothing is. One that was looked at later may be ready sooner, and
/// waits: nobody overtakes whoever has waited longer.
async fn next_made(
    making: &mut VecDeque<JoinHandle<PreparedBatch>>,
) -> Option<Result<PreparedBatch, JoinError>> {
    let made = making.front_mut()?.await;
    making.pop_front();
    Some(made)
}
