//! Who hears what today, and why.
//!
//! Comes in: the judgement of a day, and what was told before. Goes out: a [`Plan`] of messages with their reasons,
//! the mail brake applied, and the account of everyone considered. It does no I/O, renders nothing and sends nothing.

mod account;
mod reminder;
mod stage;
mod told;
mod upcoming;

pub use account::Account;
pub use reminder::{Brake, Item, Plan, Reminder, plan};
pub use stage::{days_to_go, latest_reached};
pub use told::Told;
pub use upcoming::next_reminder;
