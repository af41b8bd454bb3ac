//! What is written to the outbox: a message with its words, or what one promises; the promises of both as the ledger keeps
//! them; and the words that a message comes to have.

use chrono::NaiveDate;

use super::kind::MessageKind;
use super::message::{DigestItem, Letterhead, PromisedStage};
use crate::mail::Rendered;
use crate::plan::ToldReview;

/// A message to be written to the outbox with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// What it is.
    pub kind: MessageKind,
    /// The organisation it is from.
    pub organisation_id: i32,
    /// The staff member it is for; `None` for a contact or a board.
    pub staff_id: Option<i32>,
    /// The address as planned; it is looked up again at the moment of sending.
    pub recipient: String,
    /// What it says.
    pub content: Rendered,
    /// The key of what it promises: what must never be queued twice.
    pub once_key: Option<String>,
    /// The civil date it was planned on.
    pub planned_on: NaiveDate,
}

/// A message to be written to the outbox as what it promises: its words are found at its first attempt (spec 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnwordedMessage {
    /// What it is: one of the kinds that are worded late.
    pub kind: MessageKind,
    /// The organisation it is from.
    pub organisation_id: i32,
    /// The staff member it is for; `None` for a contact or an owner.
    pub staff_id: Option<i32>,
    /// The address as planned; it is looked up again at the first attempt.
    pub recipient: String,
    /// The civil date it was planned on.
    pub planned_on: NaiveDate,
    /// The newest import when it was planned: who the receiver was is told by it.
    pub planned_from: i32,
    /// What it tells for the first time.
    pub tells: MessagePromise,
}

/// What a message promises to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessagePromise {
    /// Stages of courses: a reminder's triggering items.
    Courses(Vec<PromisedStage>),
    /// Overdue reviews of assurance answers.
    Reviews(Vec<ToldReview>),
    /// How people stand in the week that begins on this Monday: whatever that is at the first attempt.
    Week(NaiveDate),
}

/// One promise as the ledger keeps it: once for ever of its kind and key, unless it is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Promise {
    pub kind: MessageKind,
    /// What must never be promised twice by a message of the kind.
    pub key: String,
    pub organisation_id: i32,
    /// Whom it is about, or who is to hear of it.
    pub staff_id: Option<i32>,
    /// The course or the statement.
    pub about: Option<String>,
    /// The due date, the last day for a review, or the Monday that a week begins on.
    pub due_on: Option<NaiveDate>,
    /// The stage, or for how many months a review is overdue.
    pub step: Option<i32>,
}

impl Promise {
    /// That a stage of a person's course is told.
    pub(crate) fn stage(organisation_id: i32, told: &PromisedStage) -> Self {
        let PromisedStage { staff_id, ref course, due_on, stage } = *told;
        Self {
            kind: MessageKind::Reminder,
            key: format!("{staff_id} {course} {due_on} {stage}"),
            organisation_id,
            staff_id: Some(staff_id),
            about: Some(course.clone()),
            due_on: Some(due_on),
            step: Some(stage),
        }
    }

    fn review(organisation_id: i32, review: &ToldReview) -> Self {
        let ToldReview { statement, review_by, months_overdue, recipient, .. } = review;
        Self {
            kind: MessageKind::AssuranceReview,
            key: format!("{organisation_id} {statement} {review_by} {months_overdue} {recipient}"),
            organisation_id,
            staff_id: None,
            about: Some(statement.clone()),
            due_on: Some(*review_by),
            step: Some(i32::try_from(*months_overdue).unwrap_or(i32::MAX)),
        }
    }

    /// That an organisation's lists of a kind were planned for a week, if there was only nothing to list.
    pub(crate) fn whole_week(kind: MessageKind, organisation_id: i32, week: NaiveDate) -> Self {
        let key = format!("{organisation_id} {week}");
        Self { kind, key, organisation_id, staff_id: None, about: None, due_on: Some(week), step: None }
    }

    /// That one receiver has the week's list.
    pub(crate) fn week_for(
        kind: MessageKind,
        organisation_id: i32,
        week: NaiveDate,
        staff_id: Option<i32>,
    ) -> Self {
        let key = match staff_id {
            Some(staff_id) => format!("{organisation_id} {week} {staff_id}"),
            None => format!("{organisation_id} {week} contact"),
        };
        Self { key, staff_id, ..Self::whole_week(kind, organisation_id, week) }
    }
}

impl NewMessage {
    /// What it promises.
    pub(crate) fn promises(&self) -> Vec<Promise> {
        let promise = |key: &String| Promise {
            kind: self.kind,
            key: key.clone(),
            organisation_id: self.organisation_id,
            staff_id: self.staff_id,
            about: None,
            due_on: None,
            step: None,
        };
        self.once_key.iter().map(promise).collect()
    }
}

impl UnwordedMessage {
    /// What it promises.
    pub(crate) fn promises(&self) -> Vec<Promise> {
        let Self { kind, organisation_id, staff_id, .. } = *self;
        match &self.tells {
            MessagePromise::Courses(told) => {
                told.iter().map(|one| Promise::stage(organisation_id, one)).collect()
            }
            MessagePromise::Reviews(told) => {
                told.iter().map(|one| Promise::review(organisation_id, one)).collect()
            }
            MessagePromise::Week(week) => vec![Promise::week_for(kind, organisation_id, *week, staff_id)],
        }
    }
}

/// What a message says, found at its first attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageWords {
    /// Its subject and its parts.
    pub content: Rendered,
    /// Whom a digest lists, with what.
    pub lists: Vec<DigestItem>,
}

/// A first or further attempt at a message: to whom, under which head, and what it says where it had no words yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageToSend {
    /// The address it goes to.
    pub recipient: String,
    /// Its head; `None` for the sender's own.
    pub head: Option<Letterhead>,
    /// Its words, at a first attempt of what was queued without.
    pub words: Option<MessageWords>,
}
