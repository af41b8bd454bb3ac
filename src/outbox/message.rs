//! A message, the states it goes through, and what it tells.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::kind::MessageKind;
use super::packed::UnreadableWords;
use crate::mail::MailPart;

/// Where a message stands (spec 5).
///
/// `held` → `queued` → `sending` → `sent`, `deferred` (and `sending` again), `failed` or `cancelled`. `sent` and
/// `cancelled` are final; `failed` is left only by a retry or a cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageState {
    /// Kept back by the mail brake.
    Held,
    /// To be sent.
    Queued,
    /// In the hands of a process, until its lease is over.
    Sending,
    /// Confirmed by the mail server.
    Sent,
    /// To be tried again.
    Deferred,
    /// Given up.
    Failed,
    /// Not to be sent any more.
    Cancelled,
}

impl MessageState {
    /// Every state, in the spec's order.
    pub const ALL: [Self; 7] =
        [Self::Held, Self::Queued, Self::Sending, Self::Sent, Self::Deferred, Self::Failed, Self::Cancelled];

    /// The state's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with exactly this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl fmt::Display for MessageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The state a message begins in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialState {
    /// Ready to be sent.
    Queued,
    /// Kept back by the mail brake until `outbox release` (spec 2.8).
    Held,
}

impl InitialState {
    /// The state of that name.
    pub fn state(self) -> MessageState {
        match self {
            Self::Queued => MessageState::Queued,
            Self::Held => MessageState::Held,
        }
    }
}

/// One thing promised to be told: the due date of a person's course, at a stage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PromisedStage {
    /// Whose course it is.
    pub staff_id: i32,
    /// The course's code.
    pub course: String,
    /// The due date (spec 2.8).
    pub due_on: NaiveDate,
    /// The stage, in days to go; negative when overdue.
    pub stage: i32,
}

/// One thing that a digest lists: a report's course, and when it is or was due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DigestItem {
    /// The report.
    pub staff_id: i32,
    /// The course's code.
    pub course: String,
    /// The due date (spec 2.8).
    pub due_on: NaiveDate,
}

/// What became of the wish to queue a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnqueueOutcome {
    /// It is in the outbox, with this id.
    Enqueued(i32),
    /// Something it tells, or its once key, is promised already: nothing was written.
    AlreadyPromised,
}

/// What a person was told or is about to be, for `explain`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PersonStage {
    /// What was told.
    pub(crate) told: PromisedStage,
    /// The message that tells it.
    pub(crate) message: i32,
    /// The day it was planned on.
    pub(crate) planned_on: NaiveDate,
    /// When the mail server confirmed it.
    pub(crate) sent_at: Option<DateTime<Utc>>,
    /// Where its message stands.
    pub(crate) state: MessageState,
}

/// A message in the hands of one process, until its lease is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMessage {
    /// The message.
    pub message: Message,
    /// The token that only this claim holds.
    pub token: String,
    /// When it was claimed.
    pub claimed_at: DateTime<Utc>,
}

/// What became of a claimed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The mail server confirmed it.
    Sent,
    /// It is to be tried again, or given up when it has been tried for five days.
    Deferred {
        /// Why.
        reason: String,
    },
    /// It can't be delivered.
    Failed {
        /// Why.
        reason: String,
    },
    /// It was refused, which may be about its recipient or about us: given up, unless others in a row meet the same.
    Unclear {
        /// Why.
        reason: String,
        /// What refusals in a row are known by: the answer without what differs from one recipient to the next.
        alike: String,
    },
    /// It was refused, and that was about us: no attempt is counted, what it was to say is found anew, and the others are
    /// tried before it.
    RefusedUs,
    /// Delivery stopped through no fault of the message: no attempt is counted, and what it was to say is found anew.
    Released,
    /// It was claimed ahead and its turn didn't come: it stands as it did before.
    NotTried,
    /// The connection was lost over the answer to its content, so that it may have come through: tried again as what is
    /// deferred, with the same bytes.
    CutOff {
        /// Why.
        reason: String,
    },
    /// The attempt was broken off and may have come through: it is not counted, and the next carries the same bytes.
    BrokenOff,
}

impl AttemptOutcome {
    /// It in a word, for whoever watches.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed { .. } => "failed",
            Self::Unclear { .. } => "unclear",
            Self::RefusedUs => "refused-us",
            Self::Released => "released",
            Self::NotTried => "not-tried",
            Self::Deferred { .. } | Self::CutOff { .. } => "deferred",
            Self::BrokenOff => "broken-off",
        }
    }

    /// Whether it counts as an attempt: what was put back as it was doesn't.
    pub(crate) fn is_attempt(&self) -> bool {
        match self {
            Self::Sent
            | Self::Deferred { .. }
            | Self::CutOff { .. }
            | Self::Failed { .. }
            | Self::Unclear { .. } => true,
            Self::RefusedUs | Self::Released | Self::NotTried | Self::BrokenOff => false,
        }
    }
}

/// What was recorded of an [`AttemptOutcome`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptRecorded {
    /// The message is now in this state.
    Now(MessageState),
    /// So many recipients in a row met this refusal that it can't be about them: the messages with these ids stand as
    /// they did before it.
    PutBack(Vec<i32>),
    /// The claim was no longer ours, and nothing was changed.
    Superseded,
}

/// What became of a wish to change one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// It was done.
    Done,
    /// There is no such message.
    NotFound,
    /// A message in this state can't be changed so.
    NotPossible(MessageState),
}

/// A message as the outbox lists it: without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedMessage {
    /// Its number in the outbox.
    pub id: i32,
    /// What it is.
    pub kind: MessageKind,
    /// The organisation it is from.
    pub organisation_id: i32,
    /// The staff member it is for.
    pub staff_id: Option<i32>,
    /// Where it goes.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// Where it stands.
    pub state: MessageState,
    /// How often its delivery was tried.
    pub attempts: i32,
    /// When it will be tried next, if it is deferred.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Its `Message-ID`, angle brackets included.
    pub message_id: String,
    /// What went wrong last, or why it was cancelled.
    pub last_error: Option<String>,
    /// The day it was planned on.
    pub planned_on: NaiveDate,
    /// When it was queued, or released from being held.
    pub queued_at: DateTime<Utc>,
    /// When it was put into words: the date it carries. `None` before its first attempt.
    pub worded_at: Option<DateTime<Utc>>,
    /// The newest import when it was planned.
    pub planned_from: Option<i32>,
    /// The civil day before which it is not tried.
    pub not_before: Option<NaiveDate>,
    /// When its delivery was last tried.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// When it was first tried.
    pub first_attempt_at: Option<DateTime<Utc>>,
    /// When the mail server confirmed it.
    pub sent_at: Option<DateTime<Utc>>,
    /// The claim that has it in hand, if one does.
    pub claim: Option<String>,
    /// When others may take it up.
    pub lease_until: Option<DateTime<Utc>>,
    /// The civil day on which it was last handed over without an answer.
    pub in_doubt_on: Option<NaiveDate>,
}

impl ListedMessage {
    /// The instant that the mail is dated: of its words, so that every attempt bears the same.
    pub fn dated(&self) -> DateTime<Utc> {
        self.worded_at.unwrap_or(self.queued_at)
    }

    /// Whether it was handed over and nobody knows what became of it, as where the process that did so ended or was told to
    /// end meanwhile: it may have arrived. What was refused or not tried at all has lost its words again.
    pub(crate) fn is_in_doubt(&self) -> bool {
        may_have_arrived(self.state, self.worded_at.is_some(), self.in_doubt_on)
    }

    /// Whether it lists people to their manager, or to the contact in the place of one.
    pub(crate) fn is_list_of_reports(&self) -> bool {
        self.kind == MessageKind::ManagerDigest
    }

    /// Whether it promises something and has not been put into words.
    pub(crate) fn is_without_words(&self) -> bool {
        self.kind.is_worded_late() && self.worded_at.is_none()
    }

    /// Whether it waits for another day where its receiver had another of its kind today (spec 5): it promises something,
    /// and no server was handed it yet, or nobody knows.
    pub(crate) fn waits_its_turn(&self) -> bool {
        self.is_without_words() || (self.kind.is_worded_late() && self.is_in_doubt())
    }
}

/// [`ListedMessage::is_in_doubt`], of what is known of one.
pub(crate) fn may_have_arrived(state: MessageState, has_words: bool, in_doubt_on: Option<NaiveDate>) -> bool {
    let cut_off = matches!(state, MessageState::Sending | MessageState::Queued);
    has_words && (cut_off || in_doubt_on.is_some())
}

/// A message with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// All but the text.
    pub listed: ListedMessage,
    /// The text part; empty where it has no words yet.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Pictures and attachments, in the order they were given.
    pub parts: Vec<MailPart>,
    /// Its head, once it was tried.
    pub head: Option<Letterhead>,
    /// Why its words can't be read, where they can't; they are empty then.
    pub unreadable: Option<UnreadableWords>,
}

/// Whose name a mail is sent in, and who is replied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// The sender's name; may be empty.
    pub from_name: String,
    /// The address for answers; empty for none.
    pub reply_to: String,
}

/// Why delivery by a sender stands still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeliveryStop {
    /// The key of the sender's route.
    pub(crate) sender: String,
    /// Since when.
    pub(crate) since: DateTime<Utc>,
    /// Why, in words that name no recipient.
    pub(crate) reason: String,
}

/// What waits to be sent, for saying when the queue will be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WaitingMessages {
    /// How many messages are queued, deferred or in hand; held ones do not wait.
    pub(crate) count: i64,
    /// When the last of the deferred ones is due.
    pub(crate) last_due_at: Option<DateTime<Utc>>,
    /// How many deliveries were tried in the 24 hours before.
    pub(crate) tried_last_day: i64,
}

/// What is known of the planning runs of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlanningHistory {
    /// The day first planned for.
    pub(crate) first_run: NaiveDate,
    /// The day last planned for.
    pub(crate) last_run: NaiveDate,
    /// The last day on which anybody was to be told something.
    pub(crate) last_with_messages: Option<NaiveDate>,
    /// People in post at the last run.
    pub(crate) in_post: u64,
}
