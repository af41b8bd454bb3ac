//! Figures: counts first, rates from them, never rounded before they are compared (spec 2.5, 4.1).

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::policy::Percent;

/// A part of a whole as counts, with the rate that follows: `None` for an empty whole, never 0% or 100%.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rate {
    /// How many are counted.
    pub counted: u64,
    /// How many of them are up to date.
    pub up_to_date: u64,
}

impl Rate {
    /// The rate as a fraction of 1 in millionths, rounded down.
    pub fn millionths(self) -> Option<u64> {
        (self.up_to_date * 1_000_000).checked_div(self.counted)
    }

    /// The rate in tenths of a percent, rounded down: what people are shown. 99.96% is 999.
    pub(crate) fn tenths(self) -> Option<u64> {
        (self.up_to_date * 1_000).checked_div(self.counted)
    }

    /// The rate for people: `53.9%`, or `n/a`.
    pub fn shown(self) -> String {
        self.tenths().map_or_else(|| "n/a".to_owned(), |tenths| format!("{}.{}%", tenths / 10, tenths % 10))
    }

    /// Green, amber or red against a target; `None` where nobody is counted. Decided on exact counts.
    pub fn rag(self, target: Percent, amber_margin: Percent) -> Option<Rag> {
        if self.counted == 0 {
            return None;
        }
        let amber_from = Percent(target.0.saturating_sub(amber_margin.0));
        Some(if target.reached_by(self.up_to_date, self.counted) {
            Rag::Green
        } else if amber_from.reached_by(self.up_to_date, self.counted) {
            Rag::Amber
        } else {
            Rag::Red
        })
    }

    /// How many are counted and not up to date.
    pub(crate) fn behind(self) -> u64 {
        self.counted.saturating_sub(self.up_to_date)
    }

    /// The smallest number of further people up to date that reaches `target`; 0 where nobody is counted.
    pub fn needed(self, target: Percent) -> u64 {
        target.least_of(self.counted).saturating_sub(self.up_to_date)
    }
}

/// How a rate stands against its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rag {
    /// At or above target.
    Green,
    /// Within the margin below it.
    Amber,
    /// Further below.
    Red,
}

impl Rag {
    /// The colour's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }

    /// What it means, for people who do not see the colour.
    pub fn words(self) -> &'static str {
        match self {
            Self::Green => "on target",
            Self::Amber => "just below target",
            Self::Red => "below target",
        }
    }
}

/// The counts of a group of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GroupCounts {
    /// People in post, absent ones included.
    pub in_post: u64,
    /// People with at least one counted course, and those of them with all in the numerator: the staff rate.
    pub staff: Rate,
    /// Person-course pairs counted, and those up to date or due soon: the requirement rate.
    pub requirements: Rate,
    /// Pairs up to date but due soon; part of `requirements.up_to_date`.
    pub due_soon: u64,
    /// Pairs lapsed.
    pub lapsed: u64,
    /// Pairs never done, grace over.
    pub not_done: u64,
    /// People absent.
    pub absent: u64,
    /// Pairs in grace, left out.
    pub in_grace: u64,
    /// Pairs exempt, left out.
    pub exempt: u64,
}

impl AddAssign for GroupCounts {
    fn add_assign(&mut self, other: Self) {
        self.in_post += other.in_post;
        self.staff.counted += other.staff.counted;
        self.staff.up_to_date += other.staff.up_to_date;
        self.requirements.counted += other.requirements.counted;
        self.requirements.up_to_date += other.requirements.up_to_date;
        self.due_soon += other.due_soon;
        self.lapsed += other.lapsed;
        self.not_done += other.not_done;
        self.absent += other.absent;
        self.in_grace += other.in_grace;
        self.exempt += other.exempt;
    }
}

/// What `status --by` groups people by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupBy {
    /// The course needed.
    Course,
    /// The primary assignment's staff group.
    StaffGroup,
    /// The primary assignment's unit, each level of the tree.
    Unit,
    /// The primary assignment's job title.
    JobTitle,
    /// The organisation.
    Organisation,
}

impl GroupBy {
    /// The name as flags and JSON write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::StaffGroup => "staff-group",
            Self::Unit => "unit",
            Self::JobTitle => "job-title",
            Self::Organisation => "organisation",
        }
    }
}

/// The figures of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What it is a group by.
    pub by: GroupBy,
    /// Course code, staff group, unit path, job title or organisation code; `""` for people without one.
    pub key: String,
    /// The organisation's code, where groups are kept apart by it.
    pub organisation: Option<String>,
    /// Course title or organisation name.
    pub title: Option<String>,
    /// Its counts.
    pub counts: GroupCounts,
    /// The target it is held against, in millionths of 1.
    pub target_millionths: u64,
    /// How it stands.
    pub rag: Option<Rag>,
}

/// The figures of a job title within a staff group: a title that is held in two is two of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobTitleGroup {
    /// The primary assignment's staff group; `""` for people without one.
    pub staff_group: String,
    /// The group by job title.
    #[serde(flatten)]
    pub group: Group,
}

/// The figures of a month-end to come, if nobody trains again (spec 2.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastMonth {
    /// The month-end.
    pub as_at: chrono::NaiveDate,
    /// The staff rate.
    pub staff: Rate,
    /// What it takes for the staff rate to be at its target; `None` in figures that were frozen without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<HeadlineNeeds>,
    /// Each course some requirement names, in the policy's order.
    pub courses: Vec<ForecastCourse>,
    /// The same if every booked place becomes a completion; `None` in figures that were frozen without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booked: Option<ForecastBooked>,
}

/// A month-end to come if nobody trains again but those with a booked place, on its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastBooked {
    /// The staff rate.
    pub staff: Rate,
    /// What it takes for the staff rate to be at its target; `None` in figures that were frozen without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<HeadlineNeeds>,
    /// Each course some requirement names, in the policy's order.
    pub courses: Vec<ForecastCourse>,
}

/// What it takes for a staff rate to be at its target (spec 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HeadlineNeeds {
    /// The smallest number of people who must become up to date with all of theirs; 0 where nobody is counted.
    pub needed: u64,
    /// The people who are not, and lack one course only.
    pub lacking_one: u64,
}

/// One course at a month-end to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastCourse {
    /// Its code.
    pub course: String,
    /// Its rate.
    pub rate: Rate,
    /// The smallest number of further people trained by then that puts it at its target.
    pub needed: u64,
}
