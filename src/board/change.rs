//! What moved a staff rate, person by person, as figures (spec 2.9).

use serde::{Deserialize, Serialize};

use super::Month;
use crate::compliance::Rate;

/// Why a person counts otherwise than before: each person who does has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Came into post.
    Joined,
    /// Left.
    Left,
    /// Completed training within the time between.
    Trained,
    /// A completion of before that we were told of only since.
    RecordedLate,
    /// A record of before that was corrected or taken back.
    Corrected,
    /// Training that counted before lapsed.
    Lapsed,
    /// The time that a starter, or a new rule, gives to do a course is over.
    GraceEnded,
    /// An exemption began, ended, or was recorded.
    Exemption,
    /// Went absent, or came back.
    Absence,
    /// Holds another post, or one that calls for other courses.
    PostChanged,
    /// Restatements only: the staff list says otherwise about the past, a joiner, leaver, absence or post.
    StaffChanged,
    /// The rules changed.
    Policy,
    /// None of these.
    Other,
}

impl Cause {
    /// The name as JSON writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Trained => "trained",
            Self::RecordedLate => "recorded_late",
            Self::Corrected => "corrected",
            Self::Lapsed => "lapsed",
            Self::GraceEnded => "grace_ended",
            Self::Exemption => "exemption",
            Self::Absence => "absence",
            Self::PostChanged => "post_changed",
            Self::StaffChanged => "staff_changed",
            Self::Policy => "policy",
            Self::Other => "other",
        }
    }

    /// What it is called.
    pub fn words(self) -> &'static str {
        match self {
            Self::Joined => "Joined",
            Self::Left => "Left",
            Self::Trained => "Completed training",
            Self::RecordedLate => "Completed before, recorded since",
            Self::Corrected => "Records corrected",
            Self::Lapsed => "Training lapsed",
            Self::GraceEnded => "Time to do a course ran out",
            Self::Exemption => "Exemptions",
            Self::Absence => "Went absent or came back",
            Self::PostChanged => "Changed post",
            Self::StaffChanged => "Staff list put right",
            Self::Policy => "Rules changed",
            Self::Other => "Other",
        }
    }
}

/// Everyone who counts otherwise for one cause, and what they do to the two counts of the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeStep {
    /// Why.
    pub cause: Cause,
    /// How many people.
    pub people: u64,
    /// What they add to the people counted.
    pub counted: i64,
    /// What they add to the people up to date.
    pub up_to_date: i64,
}

/// The way from last month's staff rate to this month's: `from` and the steps add up to the month's counts, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridge {
    /// The month before.
    pub month: Month,
    /// Whether `from` is what its summary reported; else no summary was issued, and it is worked out as known now.
    pub reported: bool,
    /// Its rate.
    pub from: Rate,
    /// The causes that moved anybody, in the order of [`Cause`].
    pub steps: Vec<BridgeStep>,
}

/// Last month's staff rate as its summary reported it and as known now: `reported` and the steps add up to `known_now`,
/// exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restatement {
    /// The month before.
    pub month: Month,
    /// As reported.
    pub reported: Rate,
    /// As known when this summary was made.
    pub known_now: Rate,
    /// The causes that moved anybody, in the order of [`Cause`].
    pub steps: Vec<BridgeStep>,
}

impl Bridge {
    /// Where the steps lead.
    pub fn to(&self) -> Rate {
        end(self.from, &self.steps)
    }
}

impl Restatement {
    /// Where the steps lead: `known_now`.
    pub fn to(&self) -> Rate {
        end(self.reported, &self.steps)
    }
}

/// `from` with every step taken.
fn end(from: Rate, steps: &[BridgeStep]) -> Rate {
    steps.iter().fold(from, |rate, step| Rate {
        counted: rate.counted.saturating_add_signed(step.counted),
        up_to_date: rate.up_to_date.saturating_add_signed(step.up_to_date),
    })
}
