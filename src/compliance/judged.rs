//! The judgement of everybody on one day, kept: asked again, it is looked up.

use std::sync::Arc;

use chrono::NaiveDate;

use super::assessment::{Assessment, Presence};
use super::needs::Needs;
use super::state::CourseState;
use crate::policy::CourseIndex;
use crate::register::{Indexed, PersonIndex, RegisterCourseIndex};

/// How everybody of a view stands on one day by one policy: [`assess`](super::Judge::assess) says of that day what stands here.
#[derive(Debug)]
pub(crate) struct JudgedDay {
    day: NaiveDate,
    needs: Arc<Needs>,
    course_of: Arc<PolicyCourses>,
    people: JudgedPeople,
}

/// Judgements of people one after the other.
#[derive(Debug, Default)]
pub(super) struct JudgedPeople {
    presences: Vec<Presence>,
    /// Where each person's courses, and those covered, end.
    ends: Vec<(u32, u32)>,
    courses: Vec<CourseState>,
    covered: Vec<(CourseIndex, CourseIndex)>,
}

/// The policy's course of each of a view's courses.
pub(super) type PolicyCourses = Indexed<RegisterCourseIndex, Option<CourseIndex>>;

impl JudgedDay {
    /// What a judge found on `day` of everybody, with the view and the policy as they were matched to each other.
    pub(super) fn found(
        day: NaiveDate,
        people: JudgedPeople,
        (needs, course_of): (Arc<Needs>, Arc<PolicyCourses>),
    ) -> Self {
        Self { day, needs, course_of, people }
    }

    /// The view and the policy, matched to each other.
    pub(super) fn ready(&self) -> (Arc<Needs>, Arc<PolicyCourses>) {
        (Arc::clone(&self.needs), Arc::clone(&self.course_of))
    }

    /// The day.
    pub(crate) fn day(&self) -> NaiveDate {
        self.day
    }

    /// Says how somebody stands; whether anything is known of them.
    pub(super) fn tell(&self, person: PersonIndex, assessment: &mut Assessment) -> bool {
        let people = &self.people;
        let at = person.place();
        let (Some(presence), Some(end)) = (people.presences.get(at), people.ends.get(at)) else {
            return false;
        };
        let start = at.checked_sub(1).and_then(|before| people.ends.get(before)).copied().unwrap_or_default();
        assessment.presence = *presence;
        assessment.courses.clear();
        assessment.covered.clear();
        let courses = people.courses.get(start.0 as usize..end.0 as usize);
        let covered = people.covered.get(start.1 as usize..end.1 as usize);
        assessment.courses.extend_from_slice(courses.unwrap_or_default());
        assessment.covered.extend_from_slice(covered.unwrap_or_default());
        true
    }
}

impl JudgedPeople {
    /// Adds what was found of the next person.
    pub(super) fn add(&mut self, assessment: &Assessment) {
        self.presences.push(assessment.presence);
        self.courses.extend_from_slice(&assessment.courses);
        self.covered.extend_from_slice(&assessment.covered);
        self.ends.push(self.end());
    }

    /// Where the next person's begin.
    fn end(&self) -> (u32, u32) {
        let place = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        (place(self.courses.len()), place(self.covered.len()))
    }

    /// Adds those after them.
    pub(super) fn append(&mut self, other: Self) {
        let (courses, covered) = self.end();
        self.presences.extend(other.presences);
        self.ends.extend(other.ends.into_iter().map(|end| (end.0 + courses, end.1 + covered)));
        self.courses.extend(other.courses);
        self.covered.extend(other.covered);
    }
}
