//! Small numbers: what a board is told of groups of few people, and of those beside them (spec 2.9).
//!
//! Comes in: the exact figures of a month. Goes out: [`Disclosed`], from which every form for a board is made, so that
//! none can say what is withheld. A group that counts 1 to 4 people, or pairs by course, shows "under 5" in place of
//! every count and rate; then, among the groups that add up to a shown total, as many more are withheld, the smallest
//! first, as it takes that no withheld figure can be worked out, over all tables of the paper together.
//!
//! Every table that adds up is a tree of `sums`: staff groups with the job titles in each; the tree of units, and beside
//! it each course over the first two levels of it. These hang together: who needs a course in a unit is of the people
//! counted in it, who lacks one is not up to date, and so on. What holds between their numbers is in `numbers`, and a
//! `reader` of the paper works out from it what can be worked out. A unit that is withheld is withheld under every course,
//! a course that is withheld in every unit, and in a row of courses one is never withheld alone. Wholes that only stand
//! beside the tables (all courses together, the completions of all courses) are withheld with a part of theirs, or leave
//! it out. Where a group of five or more is shown of which everybody is up to date, or nobody, or everybody needs a
//! course, that is what it says of everyone in it, those in a group withheld included.

mod across;
mod ahead;
mod between;
mod changes;
mod day;
mod few;
mod figure;
mod figures;
mod groups;
mod headline;
mod numbers;
mod reader;
mod relations;
mod sending;
mod shown;
mod steps;
mod sums;
#[cfg(test)]
mod tests;

use super::BoardFigures;
use super::trend::trend;

pub(super) use few::is_few;
use few::why;

pub(crate) use between::withhold_between;
pub(crate) use day::{why_withheld, withheld_groups};
pub(crate) use few::FEWEST_PEOPLE;
pub(super) use few::rate;
#[cfg(test)]
pub(super) use figures::DisclosedHeadline;
pub(crate) use figures::{
    Disclosed, DisclosedActions, DisclosedBooked, DisclosedBridge, DisclosedCourse, DisclosedCourseActions,
    DisclosedCourseAhead, DisclosedCourseForecast, DisclosedGroup, DisclosedMonth, DisclosedMonthActions,
    DisclosedMonthEnd, DisclosedMoves, DisclosedPairCounts, DisclosedRestatement, DisclosedStep,
    DisclosedUnitCourses, DisclosedWholeCounts, PlacesToBook,
};
pub(crate) use sending::{DisclosedRenewals, DisclosedSending};
pub(crate) use shown::{Shown, Withheld};

/// The figures as a board is told them, with the headlines of `earlier` months, oldest first. The error is that of
/// writing down what is told, to know it by.
pub(crate) fn disclose(
    figures: &BoardFigures,
    earlier: &[BoardFigures],
) -> Result<Disclosed, serde_json::Error> {
    let mut told = told(figures, earlier)?;
    told.snapshot = told.hash()?;
    Ok(told)
}

/// The same without the hash that it is known by.
fn told(figures: &BoardFigures, earlier: &[BoardFigures]) -> Result<Disclosed, serde_json::Error> {
    let across::UnitsAndCourses { courses, units, unit_courses } = across::units_and_courses(figures);
    let counts = whole_counts(figures, &courses);
    let (staff_groups, job_titles) = groups::staff_groups_and_job_titles(figures);
    let lists = [
        ("staff_groups", staff_groups.is_none()),
        ("job_titles", job_titles.is_none()),
        ("units", units.is_none()),
        ("unit_courses", units.is_none()),
    ];
    let actions = figures.actions.as_ref().and_then(|actions| ahead::actions(actions, figures, &courses));
    let last = earlier.iter().rfind(|last| is_the_month_before(last, figures));
    Ok(Disclosed {
        organisation: figures.organisation.clone(),
        organisation_name: figures.organisation_name.clone(),
        month: figures.month,
        as_at: figures.as_at,
        known_at: figures.known_at,
        policy_hash: figures.policy_hash.clone(),
        snapshot: String::new(),
        target_millionths: figures.target_millionths,
        rag: figures.rag.filter(|_| counts.staff.value().is_some()),
        forecast: ahead::forecast(figures, &courses),
        budget: figures.budget.clone(),
        data_quality: figures.data_quality.clone(),
        reminders: sending::reminders(figures),
        bridge: figures.bridge.as_ref().map(|bridge| changes::bridge(bridge, figures.counts.staff)),
        restatement: figures.restatement.as_ref().map(changes::restatement),
        headline: headline::headline(figures, &courses, actions.as_ref()),
        actions,
        changes: figures.changes.clone(),
        last_month: last.map(|last| disclose(last, &[])).transpose()?.map(Box::new),
        assurance: figures.assurance.clone(),
        late: figures.late,
        trend: trend(figures, earlier),
        counts,
        courses,
        staff_groups,
        job_titles,
        units,
        unit_courses,
        lists_withheld: lists
            .into_iter()
            .filter(|(_, is_withheld)| *is_withheld)
            .map(|(name, _)| name)
            .collect(),
    })
}

fn is_the_month_before(last: &BoardFigures, figures: &BoardFigures) -> bool {
    last.organisation == figures.organisation && last.month == figures.month.minus(1)
}

/// The whole organisation, withheld itself where it counts few people. What all courses add up to is withheld with one of
/// them.
fn whole_counts(figures: &BoardFigures, courses: &[DisclosedCourse]) -> DisclosedWholeCounts {
    let counts = &figures.counts;
    let is_small = why(counts.staff);
    let few_in_post = is_small.or(is_few(counts.in_post).then_some(Withheld::UnderFive));
    let is_course_withheld = courses.iter().any(|course| course.counts.withheld().is_some());
    let pairs = DisclosedPairCounts {
        requirements: counts.requirements,
        due_soon: counts.due_soon,
        lapsed: counts.lapsed,
        not_done: counts.not_done,
        in_grace: counts.in_grace,
        exempt: counts.exempt,
    };
    DisclosedWholeCounts {
        in_post: Shown::unless(few_in_post, counts.in_post),
        staff: Shown::unless(is_small, counts.staff),
        absent: Shown::unless(few_in_post.map(|_| Withheld::Beside), counts.absent),
        pairs: Shown::unless(
            is_small.or(is_course_withheld.then_some(Withheld::Beside)).map(|_| Withheld::Beside),
            pairs,
        ),
    }
}
