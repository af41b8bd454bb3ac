//! The states a required course can be in (spec 2.4).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::credit::HoursStanding;
use crate::policy::CourseIndex;

/// How a required course stands for a person on a day: exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrainingState {
    /// Met, and not due soon.
    UpToDate,
    /// Met, and the lapse date is near.
    DueSoon,
    /// Taken out for these days.
    Exempt,
    /// Not met yet, and a starter's time to do it is not over.
    InGrace,
    /// Met before, not now.
    Lapsed,
    /// Never met, and the time to do it is over.
    NotDone,
}

impl TrainingState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::UpToDate, Self::DueSoon, Self::Exempt, Self::InGrace, Self::Lapsed, Self::NotDone];

    /// The name as flags and JSON write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UpToDate => "up_to_date",
            Self::DueSoon => "due_soon",
            Self::Exempt => "exempt",
            Self::InGrace => "in_grace",
            Self::Lapsed => "lapsed",
            Self::NotDone => "not_done",
        }
    }

    /// The state with this name, with hyphens or underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase().replace('-', "_");
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether it counts as up to date: the numerator.
    pub(crate) fn is_up_to_date(self) -> bool {
        matches!(self, Self::UpToDate | Self::DueSoon)
    }

    /// Whether its holder is told about it: what a reminder lists (spec 2.8).
    pub fn is_reminded(self) -> bool {
        matches!(self, Self::DueSoon | Self::Lapsed | Self::NotDone | Self::InGrace)
    }
}

/// How one required course stands for one person on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CourseState {
    /// The course.
    pub course: CourseIndex,
    /// Its state.
    pub state: TrainingState,
    /// When it is due: the lapse date if it was met since the start, else the end of grace. `None` for never lapsing
    /// and for exempt.
    pub due_on: Option<NaiveDate>,
    /// The last day it is or was met. `None` for never lapsing, never met, in grace and exempt.
    pub lapse_on: Option<NaiveDate>,
    /// Where it is asked for by hours: how many count on the day, of how many.
    pub hours: Option<HoursStanding>,
}
