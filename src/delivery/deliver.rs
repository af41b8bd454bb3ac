//! One message's way: claim → check again → send with no transaction open → record.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

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
pub(super) enum Taken {
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

    /// Asks for the rate and claims in one transaction, so that several processes together keep to it.
    pub(super) async fn take(&self) -> Result<Taken, DeliveryError> {
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
    pub(super) async fn carry(
        &self,
        mut claimed: Claimed,
        shutdown: Shutdown,
    ) -> Result<Progress, DeliveryError> {
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
        blocking(move || db.read::<_, DbError>(|conn| Ok(recheck(conn, &claimed))))
            .await??
            .map_err(DeliveryError::Recheck)
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

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, DeliveryError> {
    tokio::task::spawn_blocking(work).await.map_err(broke_off)
}

pub(super) fn broke_off(error: tokio::task::JoinError) -> DeliveryError {
    DeliveryError::BrokeOff(error.to_string())
}

/// Ends when told to stop; never, when there is nobody left to tell.
pub(super) async fn told_to_stop(shutdown: &mut Shutdown) {
    if shutdown.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn time_to_give_up(mut shutdown: Shutdown, finish_within: Duration) {
    told_to_stop(&mut shutdown).await;
    tokio::time::sleep(finish_within).await;
}
