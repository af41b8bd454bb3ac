//! Which people and courses a list is asked for.

use chrono::NaiveDate;

use super::order::PeopleOrder;
use crate::compliance::{Assessment, Doubt, Presence, TrainingState, count_person};
use crate::policy::Grace;

/// Which people and courses are asked for: all of them where nothing is.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Only courses in one of these states.
    pub states: Vec<TrainingState>,
    /// Only people who stand in one of these ways.
    pub standings: Vec<StandingFilter>,
    /// Only courses with one of these codes, titles or aliases.
    pub courses: Vec<String>,
    /// Only people whose primary post is in a unit like this, or below it.
    pub unit: Option<String>,
    /// Only people whose primary post is of a staff group like this.
    pub staff_group: Option<String>,
    /// Only people whose primary post has a title like this.
    pub job_title: Option<String>,
    /// Only people with a post whose manager has this employee number.
    pub manager: Option<String>,
    /// Only people whose name has all of these words, or parts of words.
    pub name: Option<String>,
    /// Only people with this employee number, or in whose name there is a word that begins so for each of these.
    pub search: Option<String>,
    /// Only courses due before this day.
    pub due_before: Option<NaiveDate>,
    /// Only people about whom this is doubtful.
    pub data_quality: Option<Doubt>,
    /// In which order.
    pub order: PeopleOrder,
}

/// How a person in post stands with all that is counted of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingFilter {
    /// Every counted course of theirs is up to date.
    UpToDate,
    /// One at least is not.
    NotUpToDate,
    /// They have nothing to count.
    NotCounted,
    /// They are absent.
    Absent,
}

impl StandingFilter {
    /// Every standing.
    pub const ALL: [Self; 4] = [Self::UpToDate, Self::NotUpToDate, Self::NotCounted, Self::Absent];

    /// The name as flags write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UpToDate => "up_to_date",
            Self::NotUpToDate => "not_up_to_date",
            Self::NotCounted => "not_counted",
            Self::Absent => "absent",
        }
    }

    /// The standing with this name, with hyphens or underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase().replace('-', "_");
        Self::ALL.into_iter().find(|standing| standing.as_str() == text)
    }

    /// How somebody stands who was assessed so.
    pub(super) fn of(assessment: &Assessment, grace: Grace) -> Self {
        let staff = count_person(assessment, grace).staff;
        match (assessment.presence, staff.counted, staff.up_to_date) {
            (Presence::Absent, ..) => Self::Absent,
            (_, 0, _) => Self::NotCounted,
            (_, _, 0) => Self::NotUpToDate,
            _ => Self::UpToDate,
        }
    }
}
