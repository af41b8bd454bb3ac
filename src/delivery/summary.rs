//! What a round of delivery came to, counted as it goes.

use chrono::{DateTime, Utc};

use crate::outbox::{AttemptOutcome, AttemptRecorded, MessageState};
use crate::wording::without_addresses;

use super::StopReason;
use super::deliver::EndedAttempt;

/// Whether to wait while the rate is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Wait for the next minute, but not for the next day. Not with a fixed clock, for which no minute passes.
    UntilEmpty,
    /// Return instead, saying until when ([`DeliverySummary::waiting_until`]).
    None,
}

/// What a round of delivery came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliverySummary {
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
    /// Messages that were tried and put back as they were.
    pub released: usize,
    /// Why delivery stopped, if it did.
    pub stopped: Option<StopReason>,
    /// Until when the rate is used up, if that ended the round.
    pub waiting_until: Option<DateTime<Utc>>,
}

impl DeliverySummary {
    /// Counts a message whose attempt ended so, and was recorded so. `given_up_for_now` are those given up in this round
    /// for an unclear refusal, which may yet be put back.
    pub(super) fn count(
        &mut self,
        ended: &EndedAttempt,
        recorded: AttemptRecorded,
        given_up_for_now: &mut Vec<i32>,
    ) {
        let listed = &ended.claimed.message.listed;
        if let (AttemptOutcome::Unclear { .. }, AttemptRecorded::Now(MessageState::Failed)) =
            (&ended.outcome, &recorded)
        {
            given_up_for_now.push(listed.id);
        }
        match recorded {
            _ if ended.outcome == AttemptOutcome::NotTried => {}
            _ if !ended.outcome.is_attempt() => self.released += 1,
            AttemptRecorded::PutBack(ids) => {
                let before = given_up_for_now.len();
                given_up_for_now.retain(|id| !ids.contains(id));
                let of_this_round = before - given_up_for_now.len();
                self.failed -= of_this_round.min(self.failed);
                self.released += of_this_round + 1;
                if let AttemptOutcome::Unclear { reason, .. } = &ended.outcome {
                    let said = without_addresses(reason, &listed.recipient);
                    self.stopped.get_or_insert(StopReason::Alike(said));
                }
            }
            AttemptRecorded::Now(MessageState::Sent) => self.sent += 1,
            AttemptRecorded::Now(MessageState::Deferred) => self.deferred += 1,
            AttemptRecorded::Now(MessageState::Failed) => self.failed += 1,
            AttemptRecorded::Now(_) | AttemptRecorded::Superseded => self.released += 1,
        }
    }
}
