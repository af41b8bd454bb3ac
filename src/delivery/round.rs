//! Many messages at once: a round that goes on until nothing is due, or something ends it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;

use crate::clock::Clock;

use super::deliver::{Taken, broke_off, told_to_stop};
use super::{Delivery, DeliveryError, Progress, Shutdown, StopReason};

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
    /// Messages put back as they were.
    pub released: usize,
    /// Why delivery stopped, if it did.
    pub stopped: Option<StopReason>,
    /// Until when the rate is used up, if that ended the round.
    pub waiting_until: Option<DateTime<Utc>>,
}

impl Delivery {
    /// Delivers what is due, as many at once as there are connections, until nothing is due, `limit` messages were
    /// claimed, the rate is used up, delivery has to stop, or a shutdown: then no more is claimed, and what is in hand
    /// ends first.
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
            in_hand: JoinSet::new(),
            summary: Summary::default(),
        };
        let went = round.run().await;
        let drained = round.drain().await;
        self.transport.close().await;
        went.and(drained).map(|()| round.summary)
    }
}

/// One call of [`Delivery::deliver_all`].
struct Round {
    delivery: Arc<Delivery>,
    /// How many more may be claimed.
    left: usize,
    patience: Patience,
    shutdown: Shutdown,
    in_hand: JoinSet<Result<Progress, DeliveryError>>,
    summary: Summary,
}

impl Round {
    async fn run(&mut self) -> Result<(), DeliveryError> {
        loop {
            let wait_until = self.fill().await?;
            if self.in_hand.is_empty() && !self.worth_waiting_for(wait_until) {
                self.summary.waiting_until = wait_until;
                return Ok(());
            }
            let mut shutdown = self.shutdown.clone();
            tokio::select! {
                Some(joined) = self.in_hand.join_next() => self.tally(joined.map_err(broke_off)??),
                () = sleep_until(self.delivery.clock, wait_until), if wait_until.is_some() => {}
                () = told_to_stop(&mut shutdown), if self.in_hand.is_empty() => return Ok(()),
            }
        }
    }

    /// Claims as many as may be in hand; says until when the rate is used up, if that is what ended it.
    async fn fill(&mut self) -> Result<Option<DateTime<Utc>>, DeliveryError> {
        while self.may_claim() {
            match self.delivery.take().await? {
                Taken::Idle => break,
                Taken::Waiting(until) => return Ok(Some(until)),
                Taken::Message(claimed) => {
                    self.left -= 1;
                    let (delivery, shutdown) = (Arc::clone(&self.delivery), self.shutdown.clone());
                    self.in_hand.spawn(async move { delivery.carry(*claimed, shutdown).await });
                }
            }
        }
        Ok(None)
    }

    fn may_claim(&self) -> bool {
        self.left > 0
            && self.in_hand.len() < self.delivery.connections.max(1)
            && self.summary.stopped.is_none()
            && !*self.shutdown.borrow()
    }

    fn worth_waiting_for(&self, until: Option<DateTime<Utc>>) -> bool {
        let soon = self.delivery.clock.now() + TimeDelta::minutes(1);
        self.patience == Patience::UntilEmpty && until.is_some_and(|until| until <= soon)
    }

    fn tally(&mut self, progress: Progress) {
        let summary = &mut self.summary;
        match progress {
            Progress::Idle | Progress::Waiting(_) => {}
            Progress::Sent => summary.sent += 1,
            Progress::Deferred => summary.deferred += 1,
            Progress::Failed => summary.failed += 1,
            Progress::Cancelled => summary.cancelled += 1,
            Progress::Released => summary.released += 1,
            Progress::Stopped(reason) => {
                summary.released += 1;
                summary.stopped.get_or_insert(reason);
            }
        }
    }

    /// Lets everything in hand end, whatever broke the round off; says the first thing that went wrong.
    async fn drain(&mut self) -> Result<(), DeliveryError> {
        let mut wrong = Ok(());
        while let Some(joined) = self.in_hand.join_next().await {
            match joined.map_err(broke_off).and_then(|progress| progress) {
                Ok(progress) => self.tally(progress),
                Err(error) => wrong = wrong.and(Err(error)),
            }
        }
        wrong
    }
}

async fn sleep_until(clock: Clock, until: Option<DateTime<Utc>>) {
    let wait = until.map_or(TimeDelta::zero(), |until| until - clock.now());
    // A wait below nothing is over.
    tokio::time::sleep(wait.to_std().unwrap_or_default()).await;
}
