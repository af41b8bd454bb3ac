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
mod followed_up;
mod headline;
mod month;
mod moved_people;
mod process;
mod reminded;
mod review;
mod standings;
pub(crate) mod store;
mod trend;
mod xmr;

pub(crate) use actions::actions;
pub use actions::{Actions, CourseActions, MonthActions};
pub(crate) use asking_nobody::{asking_nobody, requirements};
pub(crate) use assurance::assurance;
pub use assurance::{StandingAnswer, StatementFigures, Weakness};
pub use budget::{BudgetFigures, Millionths};
pub use change::{Bridge, BridgeStep, Cause, Restatement};
pub(crate) use decisions::{BoardDecision, decisions};
pub(crate) use disclosure::{
    Disclosed, DisclosedActions, DisclosedBooked, DisclosedBridge, DisclosedCourse, DisclosedCourseActions,
    DisclosedCourseAhead, DisclosedCourseForecast, DisclosedGroup, DisclosedMonth, DisclosedMonthActions,
    DisclosedMonthEnd, DisclosedMoves, DisclosedPairCounts, DisclosedRenewals, DisclosedRestatement,
    DisclosedSending, DisclosedStep, DisclosedUnitCourses, FEWEST_PEOPLE, PlacesToBook, Shown, Withheld,
    disclose, why_withheld, withheld_groups,
};
pub use figures::{BoardFigures, DataQuality, HeadlineFigures, LateSummary, ReminderEffect, ReminderFigures};
pub(crate) use followed_up::{Became, DecisionProgress, FollowedUp, followed_up};
pub(crate) use headline::with_places;
pub use month::Month;
pub(crate) use moved_people::{ComparedDays, MovedPerson, people_who_moved, rests_on_records, settle, steps};
pub(crate) use process::{ProcessPart, process};
pub(crate) use reminded::{RemindedOf, effect};
pub(crate) use review::{ReviewGroup, ReviewInputs, ReviewedOrganisation, StatementAnswers, review};
pub(crate) use standings::Standings;
pub(crate) use trend::{MonthComparison, change_tenths, compare};
pub(crate) use xmr::{Sign, TargetReach, Variation, Xmr};
