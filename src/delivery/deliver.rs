//! What delivery stands on, and one message's way: built, sent with no transaction open, its end noted.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use lettre::address::Envelope;
use tokio::sync::watch;
use tokio::task::JoinError;

use crate::clock::Clock;
use crate::db::{self, Conn, Db, DbError, Locks};
use crate::measures::TimedWork;
use crate::outbox::{
    AttemptOutcome, ClaimedMessage, Letterhead, MailRoute, Message, MessageToSend, MessageWords, store,
};

use super::envelope::EnvelopeError;
use super::pace::SendingRate;
use super::{PreparedMail, SendError, SenderIdentity, Signer, StopReason, Transport, envelope};

/// Told to stop when the value is true. Sends in hand then have [`Delivery::finish_within`] to end.
pub type StopSending = watch::Receiver<bool>;

/// Whether, to whom and with what words a message is still to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendingVerdict {
    /// Send it, as it is known now.
    Send(MessageToSend),
    /// Cancel it, for this reason.
    Cancel(String),
    /// Cancel it: this newer message tells what it was to tell.
    Superseded(i32),
    /// Not before this civil day.
    PutOff(NaiveDate),
}

impl SendingVerdict {
    /// The words that were found for it, where it is to be sent with new ones.
    pub(super) fn words(&self) -> Option<&MessageWords> {
        match self {
            Self::Send(handing) => handing.words.as_ref(),
            Self::Cancel(_) | Self::Superseded(_) | Self::PutOff(_) => None,
        }
    }
}

/// The second look at messages that are due, at the moment of sending (spec 5): what it comes to for each, in their order.
/// It is about claimed messages, each as it stood before, and writes nothing.
pub type SendingRecheck =
    Arc<dyn Fn(&mut Conn, &[&Message]) -> Vec<Result<SendingVerdict, RecheckFailed>> + Send + Sync>;

/// Puts into a message, on its way, what is never kept: a link that lets its reader in (spec 8.4). It gives the same at every
/// attempt; `Err` says why it can't be put in, and the message fails.
pub type MailCompletion = Arc<dyn Fn(&Message) -> Result<Cow<'_, Message>, String> + Send + Sync>;

/// The completion that puts nothing in.
pub fn complete_as_kept(message: &Message) -> Result<Cow<'_, Message>, String> {
    Ok(Cow::Borrowed(message))
}

/// Why the second look could not be had. The message stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("whether a message is still to be sent could not be checked: {0}")]
pub struct RecheckFailed(pub String);

/// The second look that changes nothing: to the planned recipient, in the words the message has.
pub fn send_as_planned(_: &mut Conn, due: &[&Message]) -> Vec<Result<SendingVerdict, RecheckFailed>> {
    let as_planned = |one: &&Message| {
        Ok(SendingVerdict::Send(MessageToSend {
            recipient: one.listed.recipient.clone(),
            head: None,
            words: None,
        }))
    };
    due.iter().map(as_planned).collect()
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

/// A claimed message, and the mail to hand over; or why there is none.
#[derive(Debug)]
pub(super) struct ReadyMessage {
    pub claimed: ClaimedMessage,
    pub mail: Result<PreparedMail, EnvelopeError>,
}

/// A message whose attempt ended, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EndedAttempt {
    pub claimed: ClaimedMessage,
    pub outcome: AttemptOutcome,
    pub at: DateTime<Utc>,
}

/// All that delivery stands on.
#[derive(Clone)]
pub struct Delivery {
    /// The database with the outbox.
    pub db: Db,
    /// Which mail it is: its pace and its stops are kept apart from those of other mail.
    pub route: MailRoute,
    /// Where mail goes.
    pub transport: Arc<Transport>,
    /// Who it is from.
    pub sender: SenderIdentity,
    /// What signs it, where a key is configured.
    pub signer: Option<Arc<Signer>>,
    /// How fast it may go.
    pub rate: SendingRate,
    /// How many messages may be in hand at once, each on its own connection.
    pub connections: usize,
    /// The second look.
    pub recheck: SendingRecheck,
    /// Puts in what is never kept.
    pub complete: MailCompletion,
    /// Read when messages are claimed and when each was sent, because sending takes time.
    pub clock: Clock,
    /// Where it is which civil day.
    pub zone: Tz,
    /// How long the sends in hand may take after a shutdown.
    pub finish_within: Duration,
    /// How long a message is in hand before others take it up, unless that is renewed meanwhile.
    pub lease: TimeDelta,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery").field("transport", &self.transport).finish_non_exhaustive()
    }
}

impl Delivery {
    /// The usual time that sends in hand have after a shutdown: it leaves room in the 15 seconds of the spec for the
    /// rest to close.
    pub(crate) const FINISH_WITHIN: Duration = Duration::from_secs(10);
    /// The usual lease.
    pub const LEASE: TimeDelta = store::LEASE;

    /// The head of what speaks for nobody else.
    pub(super) fn own_head(&self) -> Letterhead {
        Letterhead { from_name: self.sender.name.clone(), reply_to: self.sender.reply_to.clone() }
    }

    /// Notes that the attempt ended so, now.
    pub(super) fn ended(&self, claimed: ClaimedMessage, outcome: AttemptOutcome) -> EndedAttempt {
        EndedAttempt { claimed, outcome, at: self.clock.now() }
    }

    /// The mail that a claimed message is sent as.
    pub(super) fn prepare(&self, claimed: &ClaimedMessage) -> Result<PreparedMail, EnvelopeError> {
        let message = (self.complete)(&claimed.message).map_err(EnvelopeError::Build)?;
        let own = self.own_head();
        let Letterhead { from_name, reply_to } = message.head.as_ref().unwrap_or(&own);
        let sender = SenderIdentity { name: from_name.clone(), ..self.sender.clone() };
        envelope::prepare(&sender, self.signer.as_deref(), &message, &message.listed.recipient, reply_to)
    }

    /// Sends one claimed message, and announces the `next` one. Where delivery has to stop, the message is put back as it was.
    pub(super) async fn carry(
        &self,
        ReadyMessage { claimed, mail }: ReadyMessage,
        next: Option<Envelope>,
        shutdown: StopSending,
    ) -> (EndedAttempt, Option<StopReason>) {
        let mail = match mail {
            Ok(mail) => mail,
            Err(error) => {
                return (self.ended(claimed, AttemptOutcome::Failed { reason: error.to_string() }), None);
            }
        };
        let began = std::time::Instant::now();
        let sent = tokio::select! {
            biased;
            sent = self.transport.send(&mail, next.as_ref()) => Some(sent),
            () = time_to_give_up(shutdown, self.finish_within) => None,
            () = self.keep_in_hand(&claimed) => None,
        };
        let (outcome, stop) = match sent {
            Some(Ok(())) => (AttemptOutcome::Sent, None),
            Some(Err(SendError::Deferred(reason))) => (AttemptOutcome::Deferred { reason }, None),
            Some(Err(SendError::CutOff(reason))) => (AttemptOutcome::CutOff { reason }, None),
            Some(Err(SendError::Failed(reason))) => (AttemptOutcome::Failed { reason }, None),
            Some(Err(SendError::Unclear { reason, alike })) => {
                (AttemptOutcome::Unclear { reason, alike }, None)
            }
            Some(Err(SendError::Stop(reason @ StopReason::Refused(_)))) => {
                (AttemptOutcome::RefusedUs, Some(reason))
            }
            Some(Err(SendError::Stop(reason))) => (AttemptOutcome::Released, Some(reason)),
            None => (AttemptOutcome::BrokenOff, None),
        };
        self.db.measures().took(TimedWork::Delivery, &[], began.elapsed());
        (self.ended(claimed, outcome), stop)
    }

    /// Renews the lease of a message in hand, for ever: a server may take longer over it than a lease lasts. A renewal
    /// that fails is made up for by the next, and ends nothing.
    async fn keep_in_hand(&self, claimed: &ClaimedMessage) {
        let listed = &claimed.message.listed;
        let (id, message_id) = (listed.id, listed.message_id.as_str());
        // Several may fail before the lease is over.
        let every = self.lease.to_std().unwrap_or_default() / 4;
        let mut said = false;
        loop {
            tokio::time::sleep(every).await;
            if !said {
                tracing::info!(
                    id,
                    message_id,
                    "the mail server takes long over a message, which stays in hand"
                );
                said = true;
            }
            let (delivery, token) = (self.clone(), claimed.token.clone());
            let renewing = move || {
                delivery.db.write(Locks::NONE, |conn| {
                    let until = db::now(conn, delivery.clock)? + delivery.lease;
                    store::renew(conn, id, &token, until)
                })
            };
            match tokio::task::spawn_blocking(renewing).await {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => {
                    tracing::warn!(id, message_id, "a message in hand was taken up by another process")
                }
                Ok(Err(error)) => {
                    tracing::warn!(id, message_id, %error, "a message in hand can't be kept there")
                }
                Err(error) => tracing::warn!(id, message_id, %error, "a message in hand can't be kept there"),
            }
        }
    }
}

/// Ends when told to stop; never, when there is nobody left to tell.
pub(super) async fn told_to_stop(shutdown: &mut StopSending) {
    if shutdown.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Ends a while after being told to stop.
pub(super) async fn time_to_give_up(mut shutdown: StopSending, finish_within: Duration) {
    told_to_stop(&mut shutdown).await;
    tokio::time::sleep(finish_within).await;
}

/// A step that ended before its time, as a fault of delivery.
pub(super) fn broke_off(error: JoinError) -> DeliveryError {
    DeliveryError::BrokeOff(error.to_string())
}
