//! One message's way: claim → check again → send with no transaction open → record; and many of them at once.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::db::{Conn, Db, DbError};
use crate::outbox::{Claimed, Outcome, Recorded, State, store};

use super::pace::{self, Rate, Recent};
use super::{SendError, Sender, StopReason, Transport, envelope};

/// Told to stop when the value is true. Sends in hand then have [`Delivery::finish_within`] to end.
pub type Shutdown = watch::Receiver<bool>;

/// Whether, and to whom, a message is still to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Send it.
    Send {
        /// To this address, as it is known now.
        recipient: String,
        /// With answers to this address, the safeguarding contact of its organisation; `None`: the sender's own.
        reply_to: Option<String>,
    },
    /// Cancel it, for this reason.
    Cancel(String),
}

/// The second look at a claimed message, at the moment of sending (spec 5). It runs within a read transaction.
pub type Recheck = Arc<dyn Fn(&mut Conn, &Claimed) -> Result<Verdict, RecheckFailed> + Send + Sync>;

/// Why the second look could not be had. The message stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("whether a message is still to be sent could not be checked: {0}")]
pub struct RecheckFailed(pub String);

/// The second look that changes nothing: to the planned recipient.
pub fn send_as_planned(_: &mut Conn, claimed: &Claimed) -> Result<Verdict, RecheckFailed> {
    Ok(Verdict::Send { recipient: claimed.message.listed.recipient.clone(), reply_to: None })
}

/// What one step of delivery came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is due.
    Idle,
    /// The rate is used up until this instant.
    Waiting(DateTime<Utc>),
    /// A message was confirmed.
    Sent,
    /// A message will be tried again.
    Deferred,
    /// A message was given up.
    Failed,
    /// A message need not be sent any more.
    Cancelled,
    /// A message was put back as it was: we were told to stop, or another process has it.
    Released,
    /// Delivery can't go on until this is put right; the message was put back as it was.
    Stopped(StopReason),
}

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

/// Why a round of delivery broke off. What was in hand is taken up again after the lease.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A message could not be looked at again.
    #[error(transparent)]
    Recheck(#[from] RecheckFailed),
    /// A step broke off.
    #[error("a step of delivery broke off ({0}): what it had in hand is taken up again in two minutes")]
    BrokeOff(String),
}

/// All that delivery stands on.
#[derive(Clone)]
pub struct Delivery {
    /// The database with the outbox.
    pub db: Db,
    /// Where mail goes.
    pub transport: Arc<Transport>,
    /// Who it is from.
    pub sender: Sender,
    /// How fast it may go.
    pub rate: Rate,
    /// How many messages may be in hand at once, each on its own connection.
    pub connections: usize,
    /// The second look.
    pub recheck: Recheck,
    /// Read when a message is claimed and again when it was sent, because sending takes time.
    pub clock: Clock,
    /// How long the sends in hand may take after a shutdown.
    pub finish_within: Duration,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery").field("transport", &self.transport).finish_non_exhaustive()
    }
}

/// What claiming came to.
enum Taken {
    Message(Box<Claimed>),
    Idle,
    Waiting(DateTime<Utc>),
}

/// Attempts at recording an outcome: a confirmation must not be lost to a passing fault of the database.
const RECORD_TRIES: u32 = 5;
const RECORD_AGAIN_AFTER: Duration = Duration::from_secs(1);

impl Delivery {
    /// The usual time that sends in hand have after a shutdown: it leaves room in the 15 seconds of the spec for the
    /// rest to close.
    pub const FINISH_WITHIN: Duration = Duration::from_secs(10);

    /// Delivers the message that has been due longest, if there is one and the rate allows.
    pub async fn deliver_one(&self, shutdown: &Shutdown) -> Result<Progress, DeliveryError> {
        match self.take().await? {
            Taken::Idle => Ok(Progress::Idle),
            Taken::Waiting(until) => Ok(Progress::Waiting(until)),
            Taken::Message(claimed) => self.carry(*claimed, shutdown.clone()).await,
        }
    }

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

    /// Asks for the rate and claims in one transaction, so that several processes together keep to it.
    async fn take(&self) -> Result<Taken, DeliveryError> {
        let (db, rate, now) = (self.db.clone(), self.rate, self.clock.now());
        let taken = blocking(move || {
            db.write::<_, DbError>(|conn| {
                let recent = Recent {
                    minute_full_since: store::nth_recent_attempt(conn, rate.per_minute)?,
                    day_full_since: store::nth_recent_attempt(conn, rate.per_day)?,
                };
                let next_at = pace::next_at(recent, now);
                if next_at > now {
                    let idle = !store::any_due(conn, now)?;
                    return Ok(if idle { Taken::Idle } else { Taken::Waiting(next_at) });
                }
                let claimed = store::claim(conn, now, store::LEASE)?;
                Ok(claimed.map_or(Taken::Idle, |claimed| Taken::Message(Box::new(claimed))))
            })
        });
        Ok(taken.await??)
    }

    /// Checks again, sends and records one claimed message.
    async fn carry(&self, mut claimed: Claimed, shutdown: Shutdown) -> Result<Progress, DeliveryError> {
        let id = claimed.message.listed.id;
        let (recipient, reply_to) = match self.check_again(&claimed).await {
            Ok(Verdict::Send { recipient, reply_to }) => (recipient, reply_to),
            Ok(Verdict::Cancel(reason)) => {
                tracing::info!(id, "a message need not be sent any more");
                return self.record(claimed, Outcome::Cancelled { reason }).await;
            }
            Err(error) => {
                self.record(claimed, Outcome::Released).await?;
                return Err(error);
            }
        };
        let reply_to = reply_to.as_ref().unwrap_or(&self.sender.reply_to);
        let prepared = envelope::prepare(&self.sender, &claimed.message, &recipient, reply_to);
        // The outbox keeps where it really went.
        claimed.message.listed.recipient = recipient;
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return self.record(claimed, Outcome::Failed { reason: error.to_string() }).await,
        };
        let sent = tokio::select! {
            biased;
            sent = self.transport.send(&prepared) => Some(sent),
            () = time_to_give_up(shutdown, self.finish_within) => None,
        };
        let outcome = match sent {
            Some(Ok(())) => Outcome::Sent,
            Some(Err(SendError::Deferred(reason))) => Outcome::Deferred { reason },
            Some(Err(SendError::Failed(reason))) => Outcome::Failed { reason },
            Some(Err(SendError::Stop(reason))) => {
                self.record(claimed, Outcome::Released).await?;
                return Ok(Progress::Stopped(reason));
            }
            None => Outcome::Released,
        };
        self.record(claimed, outcome).await
    }

    async fn check_again(&self, claimed: &Claimed) -> Result<Verdict, DeliveryError> {
        let (db, recheck, claimed) = (self.db.clone(), Arc::clone(&self.recheck), claimed.clone());
        blocking(move || db.read::<_, DbError>(|conn| Ok(recheck(conn, &claimed)))).await??.map_err(DeliveryError::Recheck)
    }

    /// Records what became of a message, at once: what is confirmed but not recorded would be sent again.
    async fn record(&self, claimed: Claimed, outcome: Outcome) -> Result<Progress, DeliveryError> {
        let now = self.clock.now();
        let listed = &claimed.message.listed;
        let (id, message_id) = (listed.id, listed.message_id.clone());
        let what = Arc::new((claimed, outcome));
        let mut tries = 0;
        let recorded = loop {
            tries += 1;
            let (db, what) = (self.db.clone(), Arc::clone(&what));
            let recorded = blocking(move || {
                db.write::<_, DbError>(|conn| Ok(store::record(conn, &what.0, &what.1, now)?))
            });
            match recorded.await? {
                Ok(recorded) => break recorded,
                Err(error) if tries < RECORD_TRIES => {
                    tracing::warn!(id, tries, %error, "what became of a message could not be recorded; trying again");
                    tokio::time::sleep(RECORD_AGAIN_AFTER).await;
                }
                Err(error) => return Err(error.into()),
            }
        };
        tracing::info!(id, message_id, ?recorded, "a message was handled");
        Ok(match recorded {
            Recorded::Now(State::Sent) => Progress::Sent,
            Recorded::Now(State::Failed) => Progress::Failed,
            Recorded::Now(State::Cancelled) => Progress::Cancelled,
            Recorded::Now(State::Deferred) if what.1 != Outcome::Released => Progress::Deferred,
            Recorded::Now(_) | Recorded::Superseded => Progress::Released,
        })
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

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, DeliveryError> {
    tokio::task::spawn_blocking(work).await.map_err(broke_off)
}

fn broke_off(error: tokio::task::JoinError) -> DeliveryError {
    DeliveryError::BrokeOff(error.to_string())
}

/// Ends when told to stop; never, when there is nobody left to tell.
async fn told_to_stop(shutdown: &mut Shutdown) {
    if shutdown.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn time_to_give_up(mut shutdown: Shutdown, finish_within: Duration) {
    told_to_stop(&mut shutdown).await;
    tokio::time::sleep(finish_within).await;
}

async fn sleep_until(clock: Clock, until: Option<DateTime<Utc>>) {
    let wait = until.map_or(TimeDelta::zero(), |until| until - clock.now());
    // A wait below nothing is over.
    tokio::time::sleep(wait.to_std().unwrap_or_default()).await;
}
