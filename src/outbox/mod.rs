//! Promised mail: every message before, while and after it is sent, and what each one told whom.
//!
//! Comes in: a message with its words ([`NewMessage`]), or what one promises to tell ([`Promise`]), written by the caller
//! in the transaction of its cause. Goes out: claimed messages to `delivery`, with the words found at the first attempt
//! and kept from then on, which reports back what became of each; and the record of what was said, for planning (never
//! twice), `explain` and the `outbox` command.
//! It never sends, renders or chooses. Of promises to one receiver the newest stands: it takes over what an older one of
//! its kind was still to tell. A (person, course, due date, stage) is promised once for ever, unless its
//! message was cancelled; a claim is a lease of two minutes, so what a killed process had in hand is taken up again
//! (spec 5).

pub mod backoff;
mod message;
mod promise;
pub mod store;

pub use crate::mail::{Part, Place};
pub use message::{
    Changed, Claimed, Enqueue, Initially, Kind, Listed, Message, Outcome, PlanningHistory, Recorded,
    Reported, State, Stop, Told, ToldOf, Waiting,
};
pub use promise::{Handing, Letterhead, NewMessage, Promise, Tells, Words};
