//! The judgement of everybody on one day, kept: asked again, it is looked up.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;

use super::judge::{Assessment, Judge, PolicyCourses, Presence};
use super::needs::Needs;
use super::rates::over_everyone;
use super::state::CourseState;
use crate::policy::{CourseIndex, Policy};
use crate::register::{PersonIndex, View};

/// How everybody of a view stands on one day by one policy: [`Judge::assess`] says of that day what stands here.
#[derive(Debug)]
pub(crate) struct JudgedDay {
    day: NaiveDate,
    needs: Arc<Needs>,
    course_of: Arc<PolicyCourses>,
    people: JudgedPeople,
}

/// Judgements of people one after the other.
#[derive(Debug, Default)]
struct JudgedPeople {
    presences: Vec<Presence>,
    /// Where each person's courses, and those covered, end.
    ends: Vec<(u32, u32)>,
    courses: Vec<CourseState>,
    covered: Vec<(CourseIndex, CourseIndex)>,
}

impl JudgedDay {
    /// Judges everybody.
    pub(crate) fn of(view: &View, policy: &Policy, day: NaiveDate) -> Self {
        let judge = Judge::new(view, policy);
        let people = over_everyone(
            view.people.len(),
            |range| {
                let (mut judged, mut assessment) = (JudgedPeople::default(), Assessment::default());
                for person in range {
                    judge.assess(person, day, day, &mut assessment);
                    judged.add(&assessment);
                }
                judged
            },
            JudgedPeople::append,
        );
        let (needs, course_of) = judge.made_ready();
        Self { day, needs, course_of, people }
    }

    /// The same day and policy for a view made from `before`, in which nobody is judged otherwise but those who `changed`, by
    /// the register's numbers.
    pub(crate) fn renewed(
        &self,
        before: &View,
        view: &View,
        policy: &Policy,
        changed: &HashSet<i32>,
    ) -> Self {
        let judge = Judge::new(view, policy);
        let (mut people, mut assessment) = (JudgedPeople::default(), Assessment::default());
        // Who stayed stands in the same order as before.
        let mut earlier = before.people.placed();
        for (person, who) in view.people.placed() {
            let stayed = !changed.contains(&who.staff_id);
            let then = stayed.then(|| earlier.find(|(_, other)| other.staff_id == who.staff_id)).flatten();
            if !then.is_some_and(|(then, _)| self.tell(then, &mut assessment)) {
                judge.assess(person, self.day, self.day, &mut assessment);
            }
            people.add(&assessment);
        }
        let (needs, course_of) = judge.made_ready();
        Self { day: self.day, needs, course_of, people }
    }

    /// A judge of the same view by the same policy, who need not judge that day again.
    pub(crate) fn judge<'a>(&'a self, view: &'a View, policy: &'a Policy) -> Judge<'a> {
        Judge::again(view, policy, (Arc::clone(&self.needs), Arc::clone(&self.course_of)), self)
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
    fn add(&mut self, assessment: &Assessment) {
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

    fn append(&mut self, other: Self) {
        let (courses, covered) = self.end();
        self.presences.extend(other.presences);
        self.ends.extend(other.ends.into_iter().map(|end| (end.0 + courses, end.1 + covered)));
        self.courses.extend(other.courses);
        self.covered.extend(other.covered);
    }
}
