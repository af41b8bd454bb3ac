//! Many messages at once: a round that goes on until nothing is due, or something ends it.
//!
//! What ended meanwhile is recorded in one transaction for all of it: a place is free again only when what it sent is on
//! record, so that a kill at any instant leaves no more messages in doubt than there are connections. What takes the free
//! places is claimed and made ready ahead. What is on record outlives the process at once, and a power cut
//! within a second: waiting for the disk over each few messages took longer than all the rest.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, timeout_at};

use crate::clock::Clock;
use crate::db::Locks;
use crate::measures::Occurrence;
use crate::outbox::{AttemptOutcome, AttemptRecorded, MessageState, store};

use super::ahead::{QueueLook, SendingAhead, StepOutcome};
use super::deliver::EndedAttempt;
use super::deliver::{time_to_give_up, told_to_stop};
use super::{Delivery, DeliveryError, DeliverySummary, Patience, StopReason, StopSending, broke_off};

/// How long a round with places left goes without looking for more.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How long what ended waits for others to be recorded with.
const A_MOMENT: Duration = Duration::from_millis(1);
/// How long what is on record may be lost to a power cut: spec 5 allows two seconds.
const LASTS_WITHIN: Duration = Duration::from_secs(1);
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
        shutdown: StopSending,
    ) -> Result<DeliverySummary, DeliveryError> {
        let delivery = Arc::new(self.clone());
        let mut round = DeliveryRound {
            ahead: SendingAhead::new(Arc::clone(&delivery)),
            delivery,
            left: limit.unwrap_or(usize::MAX),
            patience,
            shutdown,
            sending: JoinSet::new(),
            in_hand: Vec::new(),
            ended: Vec::new(),
            lasts_by: None,
            given_up_for_now: Vec::new(),
            summary: DeliverySummary::default(),
        };
        let went = round.run().await;
        let drained = round.drain().await;
        let lasting = round.make_last().await;
        self.transport.close().await;
        let noted = self.note_stop(&round.summary).await;
        went.and(drained).and(lasting).and(noted).map(|()| round.summary)
    }

    /// Keeps why delivery stands still, for `check` and the operator, until something goes out again.
    async fn note_stop(&self, summary: &DeliverySummary) -> Result<(), DeliveryError> {
        let reason = summary.stopped.as_ref().map(ToString::to_string);
        if reason.is_none() && summary.sent == 0 {
            return Ok(());
        }
        let delivery = self.clone();
        let noting = tokio::task::spawn_blocking(move || {
            let standing = delivery.db.read(store::standing_stops)?;
            let ours = standing.into_iter().find(|stop| stop.sender == delivery.route.key);
            if ours.map(|stop| stop.reason) == reason {
                return Ok(());
            }
            let now = delivery.clock.now();
            delivery.db.write(Locks::pace_of(&delivery.route.key), |conn| {
                store::note_stop(conn, &delivery.route, reason.as_deref(), now)
            })
        });
        Ok(noting.await.map_err(broke_off)??)
    }
}

/// One call of [`Delivery::deliver_all`].
struct DeliveryRound {
    delivery: Arc<Delivery>,
    /// How many more may be claimed.
    left: usize,
    patience: Patience,
    shutdown: StopSending,
    /// What is claimed and made ready before its turn.
    ahead: SendingAhead,
    sending: JoinSet<(EndedAttempt, Option<StopReason>)>,
    /// The messages that this process has, until what became of them is on record.
    in_hand: Vec<i32>,
    /// What ended and is to be recorded.
    ended: Vec<EndedAttempt>,
    /// When what is on record has to outlive a power cut, where it doesn't yet.
    lasts_by: Option<Instant>,
    /// Messages given up for an unclear refusal, which may yet be put back.
    given_up_for_now: Vec<i32>,
    summary: DeliverySummary,
}

impl DeliveryRound {
    async fn run(&mut self) -> Result<(), DeliveryError> {
        while self.may_send() {
            self.give_back_stale();
            if !self.ended.is_empty() {
                self.settle().await?;
                continue;
            }
            self.hand_over();
            self.ahead.begin_claim(self.places(), self.left, &self.in_hand);
            if self.sending.is_empty() && self.ahead.rests() && self.is_over() {
                self.summary.waiting_until = self.full_until().filter(|_| self.left > 0);
                break;
            }
            self.wait().await?;
        }
        Ok(())
    }

    /// Whether nothing more is to come, where nothing is on its way or done ahead.
    fn is_over(&self) -> bool {
        self.left == 0
            || match self.ahead.queue {
                QueueLook::MayHave => false,
                QueueLook::Empty => true,
                QueueLook::Full(until) => !self.worth_waiting_for(until),
            }
    }

    /// Waits for whatever is next: a message that ended, what is done ahead, a time.
    async fn wait(&mut self) -> Result<(), DeliveryError> {
        let (clock, full_until) = (self.delivery.clock, self.full_until());
        let look_again = self.places() > 0 && !self.sending.is_empty() && self.ahead.rests();
        let lasts_by = self.lasts_by.unwrap_or_else(Instant::now);
        let mut shutdown = self.shutdown.clone();
        tokio::select! {
            Some(joined) = self.sending.join_next() => self.gather(joined).await?,
            stepped = self.ahead.step() => self.take_in(stepped?),
            () = sleep_until(clock, full_until), if full_until.is_some() => self.ahead.queue = QueueLook::MayHave,
            // A server that hangs over one message does not hold up what is queued or due meanwhile.
            () = tokio::time::sleep(LOOK_AGAIN_AFTER), if look_again => self.ahead.queue = QueueLook::MayHave,
            () = tokio::time::sleep_until(lasts_by), if self.lasts_by.is_some() => self.make_last().await?,
            () = told_to_stop(&mut shutdown) => {}
        }
        Ok(())
    }

    /// Takes in what was done ahead.
    fn take_in(&mut self, stepped: StepOutcome) {
        self.left -= stepped.claimed.len().min(self.left);
        self.in_hand.extend(stepped.claimed);
        self.summary.cancelled += stepped.turned_away.cancelled;
        self.summary.put_off += stepped.turned_away.put_off;
    }

    fn full_until(&self) -> Option<DateTime<Utc>> {
        match self.ahead.queue {
            QueueLook::Full(until) => Some(until),
            QueueLook::MayHave | QueueLook::Empty => None,
        }
    }

    /// Records what ended.
    async fn settle(&mut self) -> Result<(), DeliveryError> {
        let recorded = self.settle_surely().await?;
        self.lasts_by.get_or_insert(Instant::now() + LASTS_WITHIN);
        for (ended, recorded) in std::mem::take(&mut self.ended).into_iter().zip(recorded) {
            let listed = &ended.claimed.message.listed;
            let (id, measures) = (listed.id, self.delivery.db.measures());
            if recorded == AttemptRecorded::Now(MessageState::Sent) {
                measures.count(Occurrence::MessageSent, &[listed.kind.as_str()]);
            }
            measures.count(Occurrence::DeliveryOutcome, &[ended.outcome.word()]);
            self.in_hand.retain(|other| *other != id);
            self.summary.count(&ended, recorded, &mut self.given_up_for_now);
            // Others may have become due meanwhile, and those in hand count for the rate.
            self.ahead.queue = QueueLook::MayHave;
        }
        Ok(())
    }

    /// Gives the free places to what is ready. Everything that had a place before is on record.
    fn hand_over(&mut self) {
        while self.places() > 0 {
            let Some(ready) = self.ahead.next(&self.in_hand) else { return };
            let next = self.ahead.announce_behind(ready.claimed.message.listed.id, self.places() - 1);
            let (delivery, shutdown) = (Arc::clone(&self.delivery), self.shutdown.clone());
            self.sending.spawn(async move { delivery.carry(ready, next, shutdown).await });
        }
    }

    /// Has what has waited too long for its turn put back with what ended.
    fn give_back_stale(&mut self) {
        while let Some(claimed) = self.ahead.stale(self.delivery.clock.now()) {
            self.left = self.left.saturating_add(1);
            self.ended.push(self.delivery.ended(claimed, AttemptOutcome::NotTried));
        }
    }

    fn may_send(&self) -> bool {
        self.summary.stopped.is_none() && !*self.shutdown.borrow()
    }

    /// How many more messages may be on their way.
    fn places(&self) -> usize {
        self.delivery.connections.max(1).saturating_sub(self.sending.len())
    }

    /// The transaction, again and again where it fails and there is something to record, until the time to end after a
    /// shutdown is over.
    async fn settle_surely(&mut self) -> Result<Vec<AttemptRecorded>, DeliveryError> {
        let turn = Arc::clone(&self.ahead.turn);
        let _turn = turn.lock().await;
        // Where this thread does nothing but send, handing a few outcomes to another and back takes longer than recording
        // them.
        if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread
            && let Some(Ok(settled)) = self.delivery.settle_at_once(&self.ended)
        {
            return Ok(settled);
        }
        let ended = Arc::new(std::mem::take(&mut self.ended));
        let mut give_up = std::pin::pin!(time_to_give_up(self.shutdown.clone(), self.delivery.finish_within));
        let mut tries = 0;
        let settled = loop {
            tries += 1;
            let work = (Arc::clone(&self.delivery), Arc::clone(&ended));
            let settling = tokio::task::spawn_blocking(move || work.0.settle(&work.1));
            let error = match settling.await.map_err(broke_off)? {
                Ok(settled) => break Ok(settled),
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

    /// Takes in everything that has ended by now, and what ends within a moment: a transaction for many takes hardly longer
    /// than one for a single message.
    async fn gather(&mut self, first: SendJoined) -> Result<(), DeliveryError> {
        let until = Instant::now() + A_MOMENT;
        let mut next = Some(first);
        while let Some(joined) = next {
            let (ended, stop) = joined.map_err(broke_off)?;
            self.ended.push(ended);
            if let Some(reason) = stop {
                self.summary.stopped.get_or_insert(reason);
            }
            next = self.sending.try_join_next();
            if next.is_none() && !self.sending.is_empty() {
                // Time is up, or another has ended.
                next = timeout_at(until, self.sending.join_next()).await.ok().flatten();
            }
        }
        Ok(())
    }

    /// Has everything on record outlive a power cut.
    async fn make_last(&mut self) -> Result<(), DeliveryError> {
        if self.lasts_by.take().is_some() {
            let db = self.delivery.db.clone();
            tokio::task::spawn_blocking(move || db.make_last()).await.map_err(broke_off)??;
        }
        Ok(())
    }

    fn worth_waiting_for(&self, until: DateTime<Utc>) -> bool {
        let soon = self.delivery.clock.now() + TimeDelta::minutes(1);
        self.patience == Patience::UntilEmpty && until <= soon
    }

    /// Lets everything in hand end and be recorded, whatever broke the round off; says the first thing that went wrong.
    async fn drain(&mut self) -> Result<(), DeliveryError> {
        for claimed in self.ahead.end().await {
            self.ended.push(self.delivery.ended(claimed, AttemptOutcome::NotTried));
        }
        let mut wrong = Ok(());
        while !self.sending.is_empty() || !self.ended.is_empty() {
            let gathered = match self.sending.join_next().await {
                Some(joined) => self.gather(joined).await,
                None => Ok(()),
            };
            let settled = self.settle().await;
            let unrecorded = settled.is_err();
            wrong = wrong.and(gathered).and(settled);
            if unrecorded && self.sending.is_empty() {
                break;
            }
        }
        wrong
    }
}

type SendJoined = Result<(EndedAttempt, Option<StopReason>), JoinError>;

async fn sleep_until(clock: Clock, until: Option<DateTime<Utc>>) {
    let wait = until.map_or(TimeDelta::zero(), |until| until - clock.now());
    // A wait below nothing is over.
    tokio::time::sleep(wait.to_std().unwrap_or_default()).await;
}
