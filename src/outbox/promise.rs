//! What is written to the outbox: a message with its words, or what one promises; and the words it comes to have.

use chrono::NaiveDate;

use super::message::{Kind, Reported, Told};
use crate::mail::Rendered;
use crate::plan::ToldReview;

/// A message to be written to the outbox with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// What it is.
    pub kind: Kind,
    /// The organisation it is from.
    pub organisation_id: i32,
    /// The staff member it is for; `None` for a contact or a board.
    pub staff_id: Option<i32>,
    /// The address as planned; it is looked up again at the moment of sending.
    pub recipient: String,
    /// What it says.
    pub content: Rendered,
    /// What must never be queued twice.
    pub once_key: Option<String>,
    /// The civil date it was planned on.
    pub planned_on: NaiveDate,
}

/// A message to be written to the outbox as what it promises: its words are found at its first attempt (spec 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// What it is: one of the kinds that are worded late.
    pub kind: Kind,
    /// The organisation it is from.
    pub organisation_id: i32,
    /// The staff member it is for; `None` for a contact or an owner.
    pub staff_id: Option<i32>,
    /// The address as planned; it is looked up again at the first attempt.
    pub recipient: String,
    /// What must never be queued twice: the week of a digest.
    pub once_key: Option<String>,
    /// The civil date it was planned on.
    pub planned_on: NaiveDate,
    /// The newest import when it was planned: who the receiver was is told by it.
    pub planned_from: i32,
    /// What it tells for the first time.
    pub tells: Tells,
}

/// What a message promises to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tells {
    /// Stages of courses: a reminder's triggering items.
    Courses(Vec<Told>),
    /// Overdue reviews of assurance answers.
    Reviews(Vec<ToldReview>),
    /// How a manager's reports stand: whatever that is at the first attempt.
    Reports,
}

/// What a message says, found at its first attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Its subject and its parts.
    pub content: Rendered,
    /// Whom a digest lists, with what.
    pub lists: Vec<Reported>,
}

/// Whose name a mail is sent in, and who is replied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// The sender's name; may be empty.
    pub from_name: String,
    /// The address for answers; empty for none.
    pub reply_to: String,
}

/// A first or further attempt at a message: to whom, under which head, and what it says where it had no words yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handing {
    /// The address it goes to.
    pub recipient: String,
    /// Its head; `None` for the sender's own.
    pub head: Option<Letterhead>,
    /// Its words, at a first attempt of what was queued without.
    pub words: Option<Words>,
}
