//! The month: what a board is told.
//!
//! Comes in: the counts that `compliance` worked out, money and messages as read from their rooms, and the summaries
//! of earlier months. Goes out: [`BoardFigures`], frozen as a snapshot before anything is queued, from which the
//! summary can be produced again, identical, at any time; [`Disclosed`], what of them a board is told; and
//! [`BudgetFigures`]. It never works a past month out again: history is what was reported.

mod actions;
mod asking_nobody;
mod assurance;
mod budget;
mod change;
mod decisions;
mod disclosure;
#[cfg(test)]
pub(crate) mod example;
mod figures;
mod month;
mod moved;
mod reminded;
mod review;
mod standing;
pub mod store;
mod trend;
mod xmr;

pub use actions::{Actions, CourseActions, MonthActions, actions};
pub use asking_nobody::{asking_nobody, requirements};
pub use assurance::{StandingAnswer, StatementFigures, assurance};
pub use budget::{BudgetFigures, Millionths};
pub use change::{Bridge, Cause, Restatement, Step};
pub use decisions::{Decision, decisions};
pub use disclosure::{
    Ahead, Disclosed, DisclosedActions, DisclosedBooked, DisclosedBridge, DisclosedCourse,
    DisclosedCourseActions, DisclosedCourseAhead, DisclosedGroup, DisclosedJobTitle, DisclosedMonth,
    DisclosedMonthActions, DisclosedMonthEnd, DisclosedReminders, DisclosedRestatement, DisclosedStep,
    DisclosedUnitCourses, FEWEST_PEOPLE, GroupCounts, Moves, PairCounts, Places, Renewed, Sent, Shown,
    WholeCounts, Withheld, disclose,
};
pub use figures::{BoardFigures, DataQuality, Late, ReminderEffect, ReminderFigures};
pub use month::Month;
pub use moved::{Between, Moved, moved, rests_on_records, settle, steps};
pub use reminded::{RemindedOf, effect};
pub use review::{ReviewGroup, Reviewed, Spread, StatementAnswers, Told, review};
pub use standing::Standings;
pub use trend::{Comparison, change_tenths, compare};
pub use xmr::{Reach, Sign, Variation, Xmr};
