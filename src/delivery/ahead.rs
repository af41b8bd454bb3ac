//! What is done ahead of sending, while others are on their way: claiming what is next, and making it ready.
//!
//! Many are claimed at once where they go quickly. What is made out is on the disk with its words before it is ready; what
//! was claimed and not handed over is in nobody's doubt, and is given back where its turn doesn't come.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::address::Envelope;
use tokio::sync::Mutex;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::Instant;

use super::deliver::ReadyMessage;
use super::desk::{ClaimedAndLooked, ClaimedBatch, NotSentNow, QueueExpected};
use super::{Delivery, DeliveryError, broke_off};
use crate::db::DbError;
use crate::outbox::ClaimedMessage;

/// How many messages are claimed ahead at most.
const MOST_AHEAD: usize = 256;
/// Where so many as were claimed at once are gone within this time, twice as many are claimed next.
const QUICKLY: Duration = Duration::from_secs(1);
/// For what part of its lease a claimed message waits for its turn: whoever hands it over renews the lease in time.
const STALE_AFTER_NTH: i32 = 4;
/// For how long an announced message waits at most for the one before it, while others could take it.
const WAITS_BEHIND: Duration = Duration::from_secs(5);
/// How many messages are made out in one transaction, so that outcomes are recorded in between.
const MADE_OUT_AT_ONCE: usize = 64;

/// What the last claim says of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueueLook {
    /// There may be something due.
    MayHave,
    /// Nothing was due.
    Empty,
    /// The rate is used up until then.
    Full(DateTime<Utc>),
}

/// A message that goes over the same connection after another one, behind which it is announced where the server lets us.
struct AnnouncedMessage {
    /// That other one.
    behind: i32,
    since: Instant,
    ready: ReadyMessage,
}

/// What was made ready of what was claimed.
#[derive(Default)]
struct PreparedBatch {
    /// How many were asked for, and which there were.
    wanted: usize,
    claimed: Vec<i32>,
    ready: Vec<ReadyMessage>,
    turned_away: NotSentNow,
    /// What is still claimed and was not made out, because something went wrong.
    unmade: Vec<ClaimedMessage>,
    /// What went wrong: nothing of it must be handed over then.
    failed: Option<DeliveryError>,
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
    expected: QueueExpected,
    /// The claim that goes on, if one does.
    claiming: JoinSet<Result<ClaimedBatch, DbError>>,
    /// What is being made ready, in the order in which it was claimed, and which messages that are at most.
    making: VecDeque<JoinHandle<PreparedBatch>>,
    in_making: Vec<i32>,
    ready: VecDeque<ReadyMessage>,
    announced: Vec<AnnouncedMessage>,
    /// What was claimed and could not be made out.
    unmade: Vec<ClaimedMessage>,
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
            expected: QueueExpected::Unknown,
            claiming: JoinSet::new(),
            making: VecDeque::new(),
            in_making: Vec::new(),
            ready: VecDeque::new(),
            announced: Vec::new(),
            unmade: Vec::new(),
            claimed: None,
        }
    }

    /// Whether nothing is being claimed or made ready.
    pub(crate) fn rests(&self) -> bool {
        self.claiming.is_empty() && self.making.is_empty()
    }

    /// Begins to claim what is next, where `places` are free, or soon will be where they are taken quickly; no more than
    /// `left` messages, and none of those `in_hand`.
    pub(crate) fn begin_claim(&mut self, places: usize, left: usize, in_hand: &[i32]) {
        // Where they go quickly, the next are claimed while the last are made ready, and these while others are on their
        // way: each takes about as long.
        let beforehand = if self.claims > self.delivery.connections.max(1) { 2 * self.claims } else { 0 };
        let enough = self.ready.len() + self.in_making.len() >= places.max(beforehand);
        let wanted = if enough { 0 } else { self.claims.min(left.saturating_sub(self.in_making.len())) };
        if wanted > 0 && self.queue == QueueLook::MayHave && self.claiming.is_empty() {
            // However their leases look.
            let in_hand = [in_hand, &self.in_making].concat();
            let (delivery, turn, expected) =
                (Arc::clone(&self.delivery), Arc::clone(&self.turn), self.expected);
            self.claiming.spawn_blocking(move || {
                let _turn = turn.blocking_lock();
                delivery.claim(wanted, &in_hand, expected)
            });
        }
    }

    /// Waits for a claim, or for what is made ready; for ever, where neither goes on.
    ///
    /// # Errors
    /// Where a claim or a second look failed, or the disk did: what is claimed is to be given back.
    pub(crate) async fn step(&mut self) -> Result<StepOutcome, DeliveryError> {
        tokio::select! {
            Some(claimed) = self.claiming.join_next() => self.found(claimed.map_err(broke_off)??),
            Some(made) = next_made(&mut self.making) => return self.made(made.map_err(broke_off)?),
            else => std::future::pending().await,
        }
        Ok(StepOutcome::default())
    }

    fn found(&mut self, batch: ClaimedBatch) {
        self.queue = match (batch.claimed.is_empty(), batch.waiting_until) {
            (false, _) => QueueLook::MayHave,
            (true, Some(until)) => QueueLook::Full(until),
            (true, None) => QueueLook::Empty,
        };
        self.expected = match batch.claimed.len() < batch.wanted {
            true => QueueExpected::Unknown,
            false => QueueExpected::More,
        };
        if !batch.claimed.is_empty() {
            self.in_making.extend(batch.claimed.iter().map(|one| one.message.listed.id));
            let (delivery, turn) = (Arc::clone(&self.delivery), Arc::clone(&self.turn));
            self.making.push_back(tokio::task::spawn_blocking(move || make_ready(&delivery, &turn, batch)));
        }
    }

    fn made(&mut self, made: PreparedBatch) -> Result<StepOutcome, DeliveryError> {
        let went_quickly = self.claimed.is_some_and(|claimed| claimed.elapsed() < QUICKLY);
        // One claim may have begun before another told how many go.
        self.claims = match made.claimed.len() >= made.wanted && went_quickly {
            true => (made.wanted * 2).min(MOST_AHEAD).max(self.claims),
            false => self.delivery.connections.max(1),
        };
        self.claimed = Some(Instant::now());
        self.in_making.retain(|id| !made.claimed.contains(id));
        let claimed: Vec<i32> = made.ready.iter().map(|one| one.claimed.message.listed.id).collect();
        if claimed.len() < made.claimed.len() {
            // Another claim, which left them out, may have found nothing else; they may be due yet.
            self.queue = QueueLook::MayHave;
        }
        self.ready.extend(made.ready);
        self.unmade.extend(made.unmade);
        match made.failed {
            Some(failed) => Err(failed),
            None => Ok(StepOutcome { claimed, turned_away: made.turned_away }),
        }
    }

    /// The message whose turn it is: one that was to go after a message which is no longer `in_hand`; else the first that is
    /// ready; else one that has waited long for a message which still is.
    pub(crate) fn next(&mut self, in_hand: &[i32]) -> Option<ReadyMessage> {
        let comes_after_it = |one: &AnnouncedMessage| !in_hand.contains(&one.behind);
        if let Some(at) = self.announced.iter().position(comes_after_it) {
            return Some(self.announced.swap_remove(at).ready);
        }
        self.ready.pop_front().or_else(|| {
            let at = self.announced.iter().position(|one| one.since.elapsed() >= WAITS_BEHIND)?;
            Some(self.announced.swap_remove(at).ready)
        })
    }

    /// Sets a message aside that is to go after this one, where there is one for each of the `places` that are free, and one
    /// for each connection after that: who it goes to.
    pub(crate) fn announce_behind(&mut self, behind: i32, places: usize) -> Option<Envelope> {
        if self.ready.len() < places + self.delivery.connections {
            return None;
        }
        let next = self.ready.get(places)?.mail.as_ref().ok()?.envelope.clone();
        let ready = self.ready.remove(places)?;
        self.announced.push(AnnouncedMessage { behind, since: Instant::now(), ready });
        Some(next)
    }

    /// What is ready, or announced, and has waited too long at this instant.
    pub(crate) fn stale(&mut self, now: DateTime<Utc>) -> Option<ClaimedMessage> {
        let stale_after = self.delivery.lease / STALE_AFTER_NTH;
        let is_stale = |one: &ReadyMessage| now - one.claimed.claimed_at >= stale_after;
        if let Some(at) = self.announced.iter().position(|one| is_stale(&one.ready)) {
            return Some(self.announced.swap_remove(at).ready.claimed);
        }
        if self.ready.front().is_some_and(is_stale) {
            return self.ready.pop_front().map(|one| one.claimed);
        }
        None
    }

    /// Ends it: everything that was claimed and is not handed over.
    pub(crate) async fn end(&mut self) -> Vec<ClaimedMessage> {
        while let Some(claimed) = self.claiming.join_next().await {
            // One that broke off is taken up again after its lease, here and below.
            self.unmade.extend(claimed.into_iter().flatten().flat_map(|batch| batch.claimed));
        }
        while let Some(made) = next_made(&mut self.making).await {
            if let Ok(made) = made {
                self.ready.extend(made.ready);
                self.unmade.extend(made.unmade);
            }
        }
        self.in_making.clear();
        let announced = self.announced.drain(..).map(|one| one.ready);
        self.unmade.drain(..).chain(announced.chain(self.ready.drain(..)).map(|one| one.claimed)).collect()
    }
}

/// Looks again at what was claimed, makes it out, a few in each transaction, has it on the disk, and puts the mails
/// together.
fn make_ready(delivery: &Delivery, turn: &Mutex<()>, batch: ClaimedBatch) -> PreparedBatch {
    let ids = batch.claimed.iter().map(|one| one.message.listed.id).collect();
    let mut made = PreparedBatch { wanted: batch.wanted, claimed: ids, ..PreparedBatch::default() };
    let again = match delivery.look_again(&batch.claimed) {
        Ok(again) => again,
        Err(error) => {
            made.failed = Some(error.into());
            made.unmade = batch.claimed;
            return made;
        }
    };
    let mut looked = Vec::with_capacity(batch.claimed.len());
    for (claimed, verdict) in batch.claimed.into_iter().zip(again.verdicts) {
        match verdict {
            Ok((verdict, packed)) => looked.push(ClaimedAndLooked { claimed, verdict, packed }),
            Err(failed) => {
                made.failed.get_or_insert(failed.into());
                made.unmade.push(claimed);
            }
        }
    }
    let mut looked = looked.into_iter();
    let mut made_out = Vec::with_capacity(looked.len());
    loop {
        let some: Vec<_> = looked.by_ref().take(MADE_OUT_AT_ONCE).collect();
        if some.is_empty() {
            break;
        }
        let claimed: Vec<ClaimedMessage> = some.iter().map(|one| one.claimed.clone()).collect();
        let _turn = turn.blocking_lock();
        match delivery.make_out(again.on, some) {
            Ok(some) => {
                made_out.extend(some.made_out);
                made.turned_away += some.turned_away;
            }
            Err(error) => {
                made.failed = Some(error.into());
                made.unmade.extend(claimed);
                made.unmade.extend(looked.map(|one| one.claimed));
                break;
            }
        }
    }
    if let Err(error) = delivery.db.make_last() {
        made.failed.get_or_insert(error.into());
    }
    let ready =
        made_out.into_iter().map(|claimed| ReadyMessage { mail: delivery.prepare(&claimed), claimed });
    made.ready = ready.collect();
    made
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
