//! Why a person is or isn't up to date: the rules that matched and what covers what.

use chrono::NaiveDate;

use super::assessment::{Assessment, Presence};
use super::judge::Judge;
use super::state::CourseState;
use crate::policy::{CourseIndex, RequirementIndex};
use crate::register::PersonIndex;

/// The judgement of one person with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Whether they are in post, and there.
    pub presence: Presence,
    /// Since when they are in post without a break.
    pub start_on: Option<NaiveDate>,
    /// The courses they need, in the policy's order, with the places in the policy of the requirements that ask for it.
    pub courses: Vec<(CourseState, Vec<RequirementIndex>)>,
    /// Courses another covers: (course, the course that covers it).
    pub covered: Vec<(CourseIndex, CourseIndex)>,
}

/// Explains how the person stands on `day`.
pub fn explain(judge: &Judge<'_>, person: PersonIndex, day: NaiveDate) -> Explanation {
    let mut assessment = Assessment::default();
    judge.assess(person, day, day, &mut assessment);
    let courses = assessment.courses.iter();
    Explanation {
        presence: assessment.presence,
        start_on: judge.start(person, day),
        courses: courses.map(|course| (*course, judge.because(person, course.course, day))).collect(),
        covered: assessment.covered.clone(),
    }
}
