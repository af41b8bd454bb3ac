//! Promised mail: every message before, while and after it is sent, and what each one told whom.
//!
//! Comes in: a message with its words ([`NewMessage`]), or as what it promises to tell ([`UnwordedMessage`]), written by the caller
//! in the transaction of its cause. Goes out: claimed messages to `delivery`, with the words found at the first attempt
//! and kept from then on, which reports back what became of each; and the record of what was said, for planning (never
//! twice), `explain` and the `outbox` command.
//! It never sends, renders or chooses. Whatever a message promises stands in one ledger, once for ever, unless its message
//! was cancelled: a (person, course, due date, stage), a week's list, an overdue review, a month of a board. Of messages to
//! one receiver the newest stands: it takes over what an older one of its kind was still to tell. A claim is a lease of two minutes, so what a killed process had in hand is taken up again
//! (spec 5).

pub(crate) mod backoff;
mod kind;
mod message;
mod packed;
mod promise;
mod readable;
mod route;
pub mod store;

pub use crate::mail::{MailPart, PartPlace};
pub(crate) use kind::MayName;
pub use kind::{MessageKind, SendingCheck};
pub use message::{
    AttemptOutcome, AttemptRecorded, ChangeOutcome, ClaimedMessage, DigestItem, EnqueueOutcome, InitialState,
    Letterhead, ListedMessage, Message, MessageState, PromisedStage,
};
pub(crate) use message::{DeliveryStop, PersonStage, PlanningHistory, WaitingMessages, may_have_arrived};
pub use packed::UnreadableWords;
pub(crate) use packed::{PackedWords, WordsPacker};
pub(crate) use promise::Promise;
pub use promise::{MessagePromise, MessageToSend, MessageWords, NewMessage, UnwordedMessage};
pub use route::{MailRoute, RoutedOrganisations};
pub use store::{ListPart, MessageOrder};
