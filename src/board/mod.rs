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
mod moved_people;
mod reminded;
mod review;
mod standings;
pub mod store;
mod trend;
mod xmr;

pub use actions::{Actions, CourseActions, MonthActions, actions};
pub use asking_nobody::{asking_nobody, requirements};
pub use assurance::{StandingAnswer, StatementFigures, assurance};
pub use budget::{BudgetFigures, Millionths};
pub use change::{Bridge, BridgeStep, Cause, Restatement};
pub use decisions::{BoardDecision, decisions};
pub use disclosure::{
    Disclosed, DisclosedActions, DisclosedBooked, DisclosedBridge, DisclosedCourse, DisclosedCourseActions,
    DisclosedCourseAhead, DisclosedCourseForecast, DisclosedGroup, DisclosedGroupCounts, DisclosedJobTitle,
    DisclosedMonth, DisclosedMonthActions, DisclosedMonthEnd, DisclosedMoves, DisclosedPairCounts,
    DisclosedReminders, DisclosedRenewals, DisclosedRestatement, DisclosedSending, DisclosedStep,
    DisclosedUnitCourses, DisclosedWholeCounts, FEWEST_PEOPLE, PlacesToBook, Shown, Withheld, disclose,
};
pub use figures::{BoardFigures, DataQuality, LateSummary, ReminderEffect, ReminderFigures};
pub use month::Month;
pub use moved_people::{ComparedDays, MovedPerson, people_who_moved, rests_on_records, settle, steps};
pub use reminded::{RemindedOf, effect};
pub use review::{ReviewGroup, ReviewInputs, ReviewedOrganisation, Spread, StatementAnswers, review};
pub use standings::Standings;
pub use trend::{MonthComparison, change_tenths, compare};
pub use xmr::{Sign, TargetReach, Variation, Xmr};
