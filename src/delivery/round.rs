//! Many messages at once: a round that goes on until nothing is due, or something ends it.
//!
//! The round alternates between the database and the connections. What ended meanwhile is recorded in one transaction for
//! all of it: a place is free again only when what it sent is on record, so that a kill at any instant leaves no more
//! messages in doubt than there are connections. What takes the free places is claimed ahead, many at once where they go
//! quickly; what is claimed and was not handed over is in nobody's doubt, and is given back where its turn doesn't come.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, timeout_at};

use crate::clock::Clock;
use crate::db::DbError;
use crate::outbox::{Claimed, Outcome, Recorded, State, store};

use super::deliver::{time_to_give_up, told_to_stop};
use super::desk::{Ended, Settled};
use super::{Delivery, DeliveryError, Shutdown, StopReason, refusal};

/// Whether to wait while the rate is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Wait for the next minute, but not for the next day. Not with a fixed clock, for which no minute passes.
    UntilEmpty,
    /// Return instead, saying until when ([`Summary::waiting_until`]).
    None,
}

/// What a round of delivery came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Messages confirmed.
    pub sent: usize,
    /// Messages to be tried again.
    pub deferred: usize,
    /// Messages given up.
    pub failed: usize,
    /// Messages that need not be sent any more.
    pub cancelled: usize,
    /// Messages that wait for another day.
    pub put_off: usize,
    /// Messages put back as they were.
    pub released: usize,
    /// Why delivery stopped, if it did.
    pub stopped: Option<StopReason>,
    /// Until when the rate is used up, if that ended the round.
    pub waiting_until: Option<DateTime<Utc>>,
}

/// How many messages are claimed ahead at most.
const MOST_AHEAD: usize = 128;
/// Where so many as were claimed at once are gone within this time, twice as many are claimed next.
const QUICKLY: Duration = Duration::from_secs(1);
/// For what part of its lease a claimed message waits for its turn: whoever hands it over renews the lease in time.
const STALE_AFTER_NTH: i32 = 4;
/// How long a round with places left goes without looking for more.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How long what ended waits for others to be recorded with.
const A_MOMENT: Duration = Duration::from_millis(2);
/// How long to wait before what ended is recorded again, where the database failed.
const RECORD_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// At how many failures this is said again.
const SAY_EVERY: u32 = 60;

impl Delivery {
    /// Delivers what is due, as many at once as there are connections, until nothing is due, `limit` messages were
    /// claimed, the rate is used up, delivery has to stop, or a shutdown: then no more is claimed, and what is in hand
    /// ends first.
    ///
    /// What was confirmed is held and recorded again and again while the database fails, for as long as this process
    /// is let run: it is never sent again, and never lost, for a full disk or a lock.
    pub async fn deliver_all(
        &self,
        limit: Option<usize>,
        patience: Patience,
        shutdown: Shutdown,
    ) -> Result<Summary, DeliveryError> {
        let mut round = Round {
            delivery: Arc::new(self.clone()),
            left: limit.unwrap_or(usize::MAX),
            patience,
            shutdown,
            ready: VecDeque::new(),
            claims: self.connections.max(1),
            claimed: Instant::now(),
            sending: JoinSet::new(),
            in_hand: Vec::new(),
            ended: Vec::new(),
            trouble: None,
            given_up_for_now: Vec::new(),
            summary: Summary::default(),
        };
        let went = round.run().await;
        let drained = round.drain().await;
        self.transport.close().await;
        let noted = self.note_stop(&round.summary).await;
        went.and(drained).and(noted).map(|()| round.summary)
    }

    /// Keeps why delivery stands still, for `check` and the operator, until something goes out again.
    async fn note_stop(&self, summary: &Summary) -> Result<(), DeliveryError> {
        let reason = summary.stopped.as_ref().map(ToString::to_string);
        if reason.is_none() && summary.sent == 0 {
            return Ok(());
        }
        let delivery = self.clone();
        let noting = tokio::task::spawn_blocking(move || {
            let standing = delivery.db.read::<_, DbError>(|conn| Ok(store::standing_stop(conn)?))?;
            if standing.map(|stop| stop.reason) == reason {
                return Ok(());
            }
            let now = delivery.clock.now();
            delivery.db.write::<_, DbError>(|conn| Ok(store::note_stop(conn, reason.as_deref(), now)?))
        });
        Ok(noting.await.map_err(broke_off)??)
    }
}

/// One call of [`Delivery::deliver_all`].
struct Round {
    delivery: Arc<Delivery>,
    /// How many more may be claimed.
    left: usize,
    patience: Patience,
    shutdown: Shutdown,
    /// What is claimed and waits for its turn.
    ready: VecDeque<Claimed>,
    /// How many are claimed at once, and when that last was.
    claims: usize,
    claimed: Instant,
    sending: JoinSet<(Ended, Option<StopReason>)>,
    /// The messages that this process has, until what became of them is on record.
    in_hand: Vec<i32>,
    /// What ended and is to be recorded.
    ended: Vec<Ended>,
    /// What ends the round with an error, once everything in hand has ended.
    trouble: Option<DeliveryError>,
    /// Messages given up for an unclear refusal, which may yet be put back.
    given_up_for_now: Vec<i32>,
    summary: Summary,
}

impl Round {
    async fn run(&mut self) -> Result<(), DeliveryError> {
        loop {
            let (wait_until, look_on) = self.settle().await?;
            if look_on && self.places() > 0 {
                continue;
            }
            if self.sending.is_empty() && !self.worth_waiting_for(wait_until) {
                self.summary.waiting_until = wait_until;
                return Ok(());
            }
            let mut shutdown = self.shutdown.clone();
            tokio::select! {
                Some(joined) = self.sending.join_next() => self.gather(joined).await?,
                () = sleep_until(self.delivery.clock, wait_until), if wait_until.is_some() => {}
                // A server that hangs over one message does not hold up what is queued or due meanwhile.
                () = tokio::time::sleep(LOOK_AGAIN_AFTER), if self.places() > 0 && !self.sending.is_empty() => {}
                () = told_to_stop(&mut shutdown), if self.sending.is_empty() => return Ok(()),
            }
        }
    }

    /// Records what ended, takes the next messages and begins to send them; says until when the rate is used up, if
    /// that is why there are none, and whether there may be more behind what was turned away.
    async fn settle(&mut self) -> Result<(Option<DateTime<Utc>>, bool), DeliveryError> {
        self.give_back();
        let wanted = self.wanted();
        if self.ended.is_empty() && wanted == 0 {
            self.hand_over();
            return Ok((None, false));
        }
        let settled = self.settle_surely(wanted).await?;
        let look_on = settled.only_turned_away();
        for (ended, recorded) in std::mem::take(&mut self.ended).into_iter().zip(settled.recorded) {
            let id = ended.claimed.message.listed.id;
            self.in_hand.retain(|other| *other != id);
            self.tally(&ended, recorded);
        }
        self.summary.cancelled += settled.cancelled;
        self.summary.put_off += settled.put_off;
        if let Some(failed) = settled.failed {
            self.trouble.get_or_insert(failed.into());
        }
        self.left -= settled.taken.len().min(self.left);
        if wanted > 0 {
            let all = settled.taken.len() == wanted && self.claimed.elapsed() < QUICKLY;
            self.claims =
                if all { (self.claims * 2).min(MOST_AHEAD) } else { self.delivery.connections.max(1) };
            self.claimed = Instant::now();
        }
        for claimed in settled.taken {
            self.in_hand.push(claimed.message.listed.id);
            self.ready.push_back(claimed);
        }
        self.hand_over();
        Ok((settled.waiting_until, look_on))
    }

    /// Gives the free places to what is ready. Everything that had a place before is on record.
    fn hand_over(&mut self) {
        while self.may_send() && self.sending.len() < self.delivery.connections.max(1) {
            let Some(claimed) = self.ready.pop_front() else { return };
            let (delivery, shutdown) = (Arc::clone(&self.delivery), self.shutdown.clone());
            self.sending.spawn(async move { delivery.carry(claimed, shutdown).await });
        }
    }

    /// Has what is ready and won't be sent, or has waited too long, put back with what ended.
    fn give_back(&mut self) {
        let (now, stale_after) = (self.delivery.clock.now(), self.delivery.lease / STALE_AFTER_NTH);
        while let Some(first) = self.ready.front() {
            if self.may_send() && now - first.claimed_at < stale_after {
                return;
            }
            if let Some(claimed) = self.ready.pop_front() {
                self.left = self.left.saturating_add(1);
                self.ended.push(self.delivery.ended(claimed, Outcome::Released));
            }
        }
    }

    fn may_send(&self) -> bool {
        self.summary.stopped.is_none() && self.trouble.is_none() && !*self.shutdown.borrow()
    }

    /// How many messages to claim: none while there are enough ready.
    fn wanted(&self) -> usize {
        if self.places() > self.ready.len() { self.claims.min(self.left) } else { 0 }
    }

    /// The transaction, again and again where it fails and there is something to record, until the time to end after a
    /// shutdown is over.
    async fn settle_surely(&mut self, places: usize) -> Result<Settled, DeliveryError> {
        let (ended, in_hand) = (Arc::new(std::mem::take(&mut self.ended)), Arc::new(self.in_hand.clone()));
        let mut give_up = std::pin::pin!(time_to_give_up(self.shutdown.clone(), self.delivery.finish_within));
        let mut tries = 0;
        let settled = loop {
            tries += 1;
            let work = (Arc::clone(&self.delivery), Arc::clone(&ended), Arc::clone(&in_hand));
            let settling = tokio::task::spawn_blocking(move || work.0.settle(&work.1, places, &work.2));
            let error = match settling.await.map_err(broke_off)? {
                Ok(settled) => break Ok(settled),
                Err(error) if ended.is_empty() => break Err(error),
                Err(error) => error,
            };
            if tries % SAY_EVERY == 1 {
                tracing::error!(
                    messages = ended.len(),
                    %error,
                    "what became of messages can't be recorded: it is held and tried again; free the disk, or whatever \
                     the error names, and do not kill this process"
                );
            }
            tokio::select! {
                () = tokio::time::sleep(RECORD_AGAIN_AFTER) => {}
                () = &mut give_up => break Err(error),
            }
        };
        // Nobody else holds it now, or what is left of it is of no use any more.
        self.ended = Arc::try_unwrap(ended).unwrap_or_default();
        Ok(settled?)
    }

    /// How many more messages may be on their way.
    fn places(&self) -> usize {
        let free = self.delivery.connections.max(1).saturating_sub(self.sending.len());
        if self.may_send() { free.min(self.left.saturating_add(self.ready.len())) } else { 0 }
    }

    /// Takes in everything that has ended by now, and within a moment as much as is left in hand: a transaction for
    /// many takes hardly longer than one for a single message.
    async fn gather(&mut self, first: Joined) -> Result<(), DeliveryError> {
        let until = Instant::now() + A_MOMENT;
        let mut next = Some(first);
        while let Some(joined) = next {
            let (ended, stop) = joined.map_err(broke_off)?;
            self.ended.push(ended);
            if let Some(reason) = stop {
                self.summary.stopped.get_or_insert(reason);
            }
            next = self.sending.try_join_next();
            if next.is_none() && self.ended.len() < self.sending.len() {
                // Time is up, or another has ended.
                next = timeout_at(until, self.sending.join_next()).await.ok().flatten();
            }
        }
        Ok(())
    }

    fn worth_waiting_for(&self, until: Option<DateTime<Utc>>) -> bool {
        let soon = self.delivery.clock.now() + TimeDelta::minutes(1);
        self.patience == Patience::UntilEmpty && until.is_some_and(|until| until <= soon)
    }

    fn tally(&mut self, ended: &Ended, recorded: Recorded) {
        let listed = &ended.claimed.message.listed;
        if let (Outcome::Unclear { .. }, Recorded::Now(State::Failed)) = (&ended.outcome, &recorded) {
            self.given_up_for_now.push(listed.id);
        }
        let summary = &mut self.summary;
        match recorded {
            _ if matches!(ended.outcome, Outcome::Released | Outcome::BrokenOff | Outcome::RefusedUs) => {
                summary.released += 1;
            }
            Recorded::PutBack(ids) => {
                let before = self.given_up_for_now.len();
                self.given_up_for_now.retain(|id| !ids.contains(id));
                let of_this_round = before - self.given_up_for_now.len();
                summary.failed -= of_this_round.min(summary.failed);
                summary.released += of_this_round + 1;
                if let Outcome::Unclear { reason, .. } = &ended.outcome {
                    let said = refusal::without_addresses(reason, &listed.recipient);
                    summary.stopped.get_or_insert(StopReason::Alike(said));
                }
            }
            Recorded::Now(State::Sent) => summary.sent += 1,
            Recorded::Now(State::Deferred) => summary.deferred += 1,
            Recorded::Now(State::Failed) => summary.failed += 1,
            Recorded::Now(_) | Recorded::Superseded => summary.released += 1,
        }
    }

    /// Lets everything in hand end and be recorded, whatever broke the round off; says the first thing that went wrong.
    async fn drain(&mut self) -> Result<(), DeliveryError> {
        self.left = 0;
        let mut wrong = self.trouble.take().map_or(Ok(()), Err);
        for claimed in std::mem::take(&mut self.ready) {
            self.ended.push(self.delivery.ended(claimed, Outcome::Released));
        }
        while !self.sending.is_empty() || !self.ended.is_empty() {
            let gathered = match self.sending.join_next().await {
                Some(joined) => self.gather(joined).await,
                None => Ok(()),
            };
            let settled = self.settle().await.map(|_| ());
            let unrecorded = settled.is_err();
            wrong = wrong.and(gathered).and(settled);
            if unrecorded && self.sending.is_empty() {
                break;
            }
        }
        wrong
    }
}

type Joined = Result<(Ended, Option<StopReason>), JoinError>;

fn broke_off(error: JoinError) -> DeliveryError {
    DeliveryError::BrokeOff(error.to_string())
}

async fn sleep_until(clock: Clock, until: Option<DateTime<Utc>>) {
    let wait = until.map_or(TimeDelta::zero(), |until| until - clock.now());
    // A wait below nothing is over.
    tokio::time::sleep(wait.to_std().unwrap_or_default()).await;
}
