//! The figures of a month as a board is told them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::sending::DisclosedReminders;
use super::shown::Shown;
use crate::board::{BudgetFigures, Cause, DataQuality, LateSummary, Month, StatementFigures};
use crate::compliance::{GroupBy, GroupCounts, Rag, Rate};
use crate::policy::{Percent, ProcessChange};
use crate::register::Pence;

/// Everything that the forms of a board summary are made from: [`BoardFigures`](crate::board::BoardFigures), and
/// earlier months' headlines, without what small numbers would give away. Its JSON has the fields of theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Disclosed {
    /// The organisation's code.
    pub(crate) organisation: String,
    /// The organisation's name.
    pub(crate) organisation_name: String,
    /// The month reported.
    pub(crate) month: Month,
    /// The day the figures are as at.
    pub(crate) as_at: NaiveDate,
    /// The instant up to which the register's knowledge was used.
    pub(crate) known_at: DateTime<Utc>,
    /// The hash of the policy the figures were judged under.
    pub(crate) policy_hash: String,
    /// The hash that what is told is known by, of these very fields without it. Never of the exact figures: whoever
    /// guesses what is withheld could tell by their hash a right guess from a wrong one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) snapshot: String,
    /// The target of the staff rate, in millionths of 1.
    pub(crate) target_millionths: u64,
    /// How the staff rate stands against it; `None` where nobody is counted, or that is withheld.
    pub(crate) rag: Option<Rag>,
    /// The counts of the whole organisation.
    pub(crate) counts: DisclosedWholeCounts,
    /// By course, in the policy's order.
    pub(crate) courses: Vec<DisclosedCourse>,
    /// By staff group; `None` where no staff group can be told.
    pub(crate) staff_groups: Option<Vec<DisclosedGroup>>,
    /// By job title within its staff group; `None` where no job title can be told, empty in figures without them.
    #[serde(skip_serializing_if = "is_without")]
    pub(crate) job_titles: Option<Vec<DisclosedJobTitle>>,
    /// By unit, every level of the tree; `None` where no unit can be told.
    pub(crate) units: Option<Vec<DisclosedGroup>>,
    /// Units by courses, the first two levels of the tree.
    pub(crate) unit_courses: Vec<DisclosedUnitCourses>,
    /// The month-ends to come, if nobody trains again.
    pub(crate) forecast: Vec<DisclosedMonthEnd>,
    /// The money of the financial year.
    pub(crate) budget: BudgetFigures,
    /// How far the figures can be trusted.
    pub(crate) data_quality: DataQuality,
    /// What staff were sent in the month.
    pub(crate) reminders: DisclosedReminders,
    /// From last month's staff rate to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bridge: Option<DisclosedBridge>,
    /// Last month as reported and as known now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) restatement: Option<DisclosedRestatement>,
    /// Who stands between the staff rate and its target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) headline: Option<DisclosedHeadline>,
    /// What changed in how training is done, up to the month.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) changes: Vec<ProcessChange>,
    /// The month before as its summary told it; what became of its decisions is worked out from it.
    #[serde(skip)]
    pub(crate) last_month: Option<Box<Disclosed>>,
    /// What it takes to reach the targets of the courses told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) actions: Option<DisclosedActions>,
    /// The policy's assurance statements with the organisation's answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assurance: Option<Vec<StatementFigures>>,
    /// Whether the summary was made later than its day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) late: Option<LateSummary>,
    /// The staff rate of each month with a summary, oldest first, the one reported last.
    pub(crate) trend: Vec<DisclosedMonth>,
    /// The lists of which nothing is told, each `null` or empty here, by the name of their field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) lists_withheld: Vec<&'static str>,
}

/// Whether a list is not withheld but empty.
fn is_without<T>(list: &Option<Vec<T>>) -> bool {
    list.as_ref().is_some_and(Vec::is_empty)
}

impl Disclosed {
    /// The hash that what is told is known by, while it has none yet.
    pub(super) fn hash(&self) -> Result<String, serde_json::Error> {
        let told = serde_json::to_string(self)?;
        Ok(blake3::hash(told.as_bytes()).to_hex().to_string())
    }

    /// The target of the staff rate.
    pub(crate) fn target(&self) -> Percent {
        Percent(self.target_millionths * 100)
    }

    /// The smallest number of further people up to date that puts the staff rate at its target.
    pub(crate) fn needed_for_target(&self) -> Shown<u64> {
        match &self.counts.staff {
            Shown::As(staff) => Shown::As(staff.needed(self.target())),
            Shown::Withheld(why) => Shown::Withheld(*why),
        }
    }
}

/// Who stands between the staff rate and its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedHeadline {
    /// Of the people not up to date, how many lack one course only.
    pub(crate) lacking_one: Shown<u64>,
    /// The staff rate if the places asked for are taken up, by the month-end that the actions look to; `None` where none
    /// is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) with_places: Option<Shown<Rate>>,
}

/// The counts of the whole organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedWholeCounts {
    /// People in post, absent ones included.
    pub(crate) in_post: Shown<u64>,
    /// The staff rate.
    pub(crate) staff: Shown<Rate>,
    /// People absent.
    pub(crate) absent: Shown<u64>,
    /// Person-course pairs; withheld where a course is: all courses together, less those told, would tell it.
    #[serde(flatten)]
    pub(crate) pairs: Shown<DisclosedPairCounts>,
}

/// Person-course pairs of the whole organisation; the fields are those of [`GroupCounts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct DisclosedPairCounts {
    /// Pairs counted, and those of them met: the requirement rate.
    pub(crate) requirements: Rate,
    /// Met but due soon.
    pub(crate) due_soon: u64,
    /// Lapsed.
    pub(crate) lapsed: u64,
    /// Never done, grace over.
    pub(crate) not_done: u64,
    /// In grace, left out.
    pub(crate) in_grace: u64,
    /// Exempt, left out.
    pub(crate) exempt: u64,
}

/// A course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedCourse {
    /// Always by course.
    pub(crate) by: GroupBy,
    /// Its code.
    pub(crate) key: String,
    /// Its title.
    pub(crate) title: Option<String>,
    /// Its counts; its people are those of `requirements`.
    pub(crate) counts: Shown<GroupCounts>,
    /// The target it is held against, in millionths of 1.
    pub(crate) target_millionths: u64,
    /// How it stands; `None` where nobody is counted, or that is withheld.
    pub(crate) rag: Option<Rag>,
}

impl DisclosedCourse {
    /// The people who need it, and those of them up to date.
    pub(crate) fn people(&self) -> Shown<Rate> {
        match &self.counts {
            Shown::As(counts) => Shown::As(counts.requirements),
            Shown::Withheld(why) => Shown::Withheld(*why),
        }
    }
}

/// A staff group, a unit or a job title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedGroup {
    /// What it is a group by.
    pub(crate) by: GroupBy,
    /// Staff group, unit path or job title; `""` for people without one.
    pub(crate) key: String,
    /// The organisation's code, where groups are kept apart by it.
    pub(crate) organisation: Option<String>,
    /// Its counts.
    pub(crate) counts: DisclosedGroupCounts,
    /// The target it is held against, in millionths of 1.
    pub(crate) target_millionths: u64,
    /// How it stands; `None` where nobody is counted, or that is withheld.
    pub(crate) rag: Option<Rag>,
}

/// A job title within a staff group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedJobTitle {
    /// The staff group; `""` for people without one.
    pub(crate) staff_group: String,
    /// The group by job title.
    #[serde(flatten)]
    pub(crate) group: DisclosedGroup,
}

/// The counts of a staff group, a unit or a job title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedGroupCounts {
    /// People in post, absent ones included.
    pub(crate) in_post: Shown<u64>,
    /// The staff rate.
    pub(crate) staff: Shown<Rate>,
}

/// The rate of each course in one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedUnitCourses {
    /// The unit's path; `""` for people without one.
    pub(crate) unit: String,
    /// The rate of each course, in the order of the courses.
    pub(crate) courses: Vec<Shown<Rate>>,
}

/// One month of the trend, as its summary reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedMonth {
    /// The month.
    pub(crate) month: Month,
    /// The staff rate reported.
    pub(crate) staff: Shown<Rate>,
    /// That of the month before, where it has a summary, shown here or not.
    #[serde(skip)]
    pub(crate) before: Option<Shown<Rate>>,
}

/// A month-end to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedMonthEnd {
    /// The month-end.
    pub(crate) as_at: NaiveDate,
    /// The staff rate if nobody trains again.
    pub(crate) staff: Shown<Rate>,
    /// Each course.
    pub(crate) courses: Vec<DisclosedCourseAhead>,
    /// The same if every booked place becomes a completion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) booked: Option<DisclosedBooked>,
}

/// A month-end to come if nobody trains again but those with a booked place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedBooked {
    /// The staff rate.
    pub(crate) staff: Shown<Rate>,
    /// Each course.
    pub(crate) courses: Vec<DisclosedCourseAhead>,
}

/// One course at a month-end to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedCourseAhead {
    /// Its code.
    pub(crate) course: String,
    /// Its figures.
    #[serde(flatten)]
    pub(crate) ahead: Shown<DisclosedCourseForecast>,
}

/// How a course stands at a month-end to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct DisclosedCourseForecast {
    /// Its rate.
    pub(crate) rate: Rate,
    /// The smallest number of further people trained by then that puts it at its target.
    pub(crate) needed: u64,
}

/// The way from last month's staff rate to this month's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedBridge {
    /// The month before.
    pub(crate) month: Month,
    /// Whether `from` is what its summary reported.
    pub(crate) reported: bool,
    /// Its rate.
    pub(crate) from: Shown<Rate>,
    /// The causes that moved anybody; withheld as a whole where those of few people could be worked out
    /// from the ends, or an end is withheld.
    pub(crate) steps: Shown<Vec<DisclosedStep>>,
    /// This month's rate.
    pub(crate) to: Shown<Rate>,
}

/// Last month's staff rate as its summary reported it and as known now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedRestatement {
    /// The month before.
    pub(crate) month: Month,
    /// As reported.
    pub(crate) reported: Shown<Rate>,
    /// As known when this summary was made.
    pub(crate) known_now: Shown<Rate>,
    /// As in [`DisclosedBridge`].
    pub(crate) steps: Shown<Vec<DisclosedStep>>,
}

/// Everyone who counts otherwise for one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedStep {
    /// Why.
    pub(crate) cause: Cause,
    /// What they do to the rate.
    #[serde(flatten)]
    pub(crate) moves: Shown<DisclosedMoves>,
}

/// What people who count otherwise do to the two counts of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct DisclosedMoves {
    /// How many people.
    pub(crate) people: u64,
    /// What they add to the people counted.
    pub(crate) counted: i64,
    /// What they add to the people up to date.
    pub(crate) up_to_date: i64,
}

/// The people to train by course and month-end, the places booked for them, and the money. Every sum is over the
/// courses told alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedActions {
    /// The month-end that the sums look to.
    pub(crate) until: NaiveDate,
    /// By course, in the policy's order; withheld ones are not among them.
    pub(crate) courses: Vec<DisclosedCourseActions>,
    /// How many courses the sums leave out: of few people now or by then, or withheld beside one.
    pub(crate) courses_withheld: u64,
    /// Completions it takes by then.
    pub(crate) to_train: u64,
    /// Places booked by then.
    pub(crate) booked: u64,
    /// Completions for which no booked place helps.
    pub(crate) missing: u64,
    /// What the missing ones cost at the year's cost per completion.
    pub(crate) cost_pence: Option<Pence>,
    /// What is left of the budget to pay for them.
    pub(crate) left_pence: Option<Pence>,
}

/// One course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedCourseActions {
    /// Its code.
    pub(crate) course: String,
    /// Its title.
    pub(crate) title: String,
    /// By month-end to come.
    pub(crate) months: Vec<DisclosedMonthActions>,
}

/// One course by one month-end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedMonthActions {
    /// The month-end.
    pub(crate) as_at: NaiveDate,
    /// People to train, and the places for them.
    #[serde(flatten)]
    pub(crate) places: Shown<PlacesToBook>,
}

/// People to train, and the places for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct PlacesToBook {
    /// People to have trained by then for the course to be at its target.
    pub(crate) to_train: u64,
    /// Places booked by then.
    pub(crate) booked: u64,
    /// People to have trained by then beside those with a booked place.
    pub(crate) missing: u64,
}
