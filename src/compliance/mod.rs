//! The judgement: who needs what, who is up to date, what lapses when, on any day.
//!
//! Comes in: a [`View`](crate::register::View) of the register as known at an instant, and a
//! [`Policy`](crate::policy::Policy). Goes out: an [`Assessment`] a person, [`Rates`] of groups, a forecast. One pass
//! over people in memory, on every core, never a query per person. It does no I/O, never asks the time, and holds no
//! words for people.

mod assessment;
mod credit;
mod division;
mod doubt;
mod explain;
mod figures;
mod forecast;
mod grid;
mod impact;
mod judge;
mod judged;
mod lacking;
mod line_manager;
mod needs;
mod rates;
mod silent;
mod state;
mod turns;
mod whole_day;

pub use assessment::{Assessment, Presence};
pub use credit::HoursStanding;
pub(crate) use credit::lapse_date;
pub(crate) use division::division;
pub use doubt::Doubt;
pub use explain::{Explanation, explain};
pub use figures::{
    ForecastBooked, ForecastCourse, ForecastMonth, Group, GroupBy, GroupCounts, HeadlineNeeds, JobTitleGroup,
    Rag, Rate,
};
pub use forecast::forecast;
pub use grid::UnitCourses;
pub(crate) use grid::unit_courses;
pub(crate) use impact::{CountedAs, Impact, PersonImpact, RateChange, impact};
pub use judge::Judge;
pub(crate) use judged::JudgedDay;
pub(crate) use lacking::{LackedSets, lacked_with_bookings};
pub use line_manager::NoLineManager;
pub(crate) use line_manager::{can_be_told, line_manager, no_line_manager};
pub use rates::{Rates, rates};
pub(crate) use rates::{count_person, over_everyone, rate_of_pair};
pub use silent::{Selector, Silent, SilentBecause};
pub(crate) use silent::{silent, silent_at};
pub use state::{CourseState, TrainingState};
pub(crate) use whole_day::{judge_day, judge_day_again};
