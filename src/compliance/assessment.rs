//! What is found of one person on one day, and what finding it takes.

use chrono::NaiveDate;

use super::credit::{Credit, Threshold};
use super::needs::Needed;
use super::state::CourseState;
use crate::policy::CourseIndex;

/// Whether a person is there to be judged on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Presence {
    /// Holds no assignment.
    #[default]
    NotInPost,
    /// Holds assignments, all with an absent status.
    Absent,
    /// In post and not absent.
    Present,
}

/// The judgement of one person on one day. Kept and filled again for the next person.
#[derive(Debug, Default)]
pub struct Assessment {
    /// Whether they are in post, and there.
    pub presence: Presence,
    /// The courses they need and that no other covers, in the policy's order.
    pub courses: Vec<CourseState>,
    /// Courses they need that another of theirs covers: (course, the course that covers it).
    pub covered: Vec<(CourseIndex, CourseIndex)>,
    /// What judging the next one can use again.
    pub(super) scratch: JudgeScratch,
}

/// Room that one judgement after the other uses.
#[derive(Debug, Default)]
pub(super) struct JudgeScratch {
    pub(super) needed: Option<Needed>,
    pub(super) credits: Vec<Credit>,
    pub(super) asked: Vec<CourseDemand>,
}

/// What all requirements for one course ask together: the strictest of each number (spec 2.3).
#[derive(Debug, Clone, Copy)]
pub(super) struct CourseDemand {
    pub(super) course: CourseIndex,
    /// The end of grace and the start that goes with it.
    pub(super) grace_until: NaiveDate,
    pub(super) start: NaiveDate,
    pub(super) threshold: Threshold,
}

impl CourseDemand {
    pub(super) fn tighten(&mut self, other: CourseDemand) {
        if (other.grace_until, other.start) < (self.grace_until, self.start) {
            (self.grace_until, self.start) = (other.grace_until, other.start);
        }
        let (mine, theirs) = (&mut self.threshold, other.threshold);
        mine.hours = mine.hours.max(theirs.hours);
        mine.initial_hours = mine.initial_hours.max(theirs.initial_hours);
        mine.share = mine.share.max(theirs.share);
    }
}
