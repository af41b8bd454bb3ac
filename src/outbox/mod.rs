//! Promised mail: every message before, while and after it is sent, and what each one told whom.
//!
//! Comes in: a rendered message with what it tells ([`NewMessage`]), written by the caller in the transaction of its
//! cause. Goes out: one claimed message at a time to `delivery`, which reports back what became of it; and the record
//! of what was said, for planning (never twice), `explain` and the `outbox` command.
//! It never sends, renders or chooses. A (person, course, due date, stage) is promised once for ever, unless its
//! message was cancelled; a claim is a lease of two minutes, so what a killed process had in hand is taken up again
//! (spec 5).

pub mod backoff;
mod message;
pub mod store;

pub use crate::mail::{Part, Place};
pub use message::{
    Changed, Claimed, Enqueue, Initially, Kind, Listed, Message, NewMessage, Outcome, PlanningHistory,
    Recorded, Reported, State, Stop, Told, ToldOf, Waiting,
};
