//! What was planned to be told before, so that nothing is told twice (spec 2.8).

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::policy::CourseIndex;

/// What everyone was told: stages of (course, due date) by the register's staff id, cancelled messages left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanHistory(HashMap<i32, Vec<PlannedStage>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct PlannedStage {
    course: String,
    due_on: NaiveDate,
    stage: i32,
}

impl PlanHistory {
    /// Remembers that the stage was planned.
    pub fn insert(&mut self, staff_id: i32, course: &str, due_on: NaiveDate, stage: i32) {
        let items = self.0.entry(staff_id).or_default();
        items.push(PlannedStage { course: course.to_owned(), due_on, stage });
    }

    /// Whether the stage of this person's course and due date was ever planned.
    pub fn contains(&self, staff_id: i32, course: &str, due_on: NaiveDate, stage: i32) -> bool {
        self.0.get(&staff_id).is_some_and(|items| {
            items.iter().any(|item| item.stage == stage && item.due_on == due_on && item.course == course)
        })
    }
}

/// What one person was told, with what days rehearsed before would tell them.
#[derive(Debug)]
pub(super) struct PersonHistory<'a> {
    told: &'a PlanHistory,
    staff_id: i32,
    rehearsed: Vec<(CourseIndex, NaiveDate, i32)>,
}

impl<'a> PersonHistory<'a> {
    pub(crate) fn nobody(told: &'a PlanHistory) -> Self {
        Self { told, staff_id: 0, rehearsed: Vec::new() }
    }

    /// Goes over to another person.
    pub(crate) fn turn_to(&mut self, staff_id: i32) {
        self.staff_id = staff_id;
        self.rehearsed.clear();
    }

    /// Whether the stage of a course, by its place in the policy and its code, was planned.
    pub(crate) fn contains(
        &self,
        (course, code): (CourseIndex, &str),
        due_on: NaiveDate,
        stage: i32,
    ) -> bool {
        self.told.contains(self.staff_id, code, due_on, stage)
            || self.rehearsed.contains(&(course, due_on, stage))
    }

    pub(crate) fn insert(&mut self, course: CourseIndex, due_on: NaiveDate, stage: i32) {
        self.rehearsed.push((course, due_on, stage));
    }
}
