//! What became of the courses that people were reminded of (spec 2.9).

use std::collections::HashMap;

use chrono::NaiveDate;

use super::ReminderEffect;
use crate::compliance::{Judge, Presence};
use crate::register::PersonIndex;

/// A course that somebody was reminded of before it fell due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemindedOf {
    /// The register's key of the person.
    pub(crate) staff_id: i32,
    /// The course's code.
    pub(crate) course: String,
    /// The day it fell due.
    pub(crate) due_on: NaiveDate,
    /// The day the first reminder of it was sent.
    pub(crate) reminded_on: NaiveDate,
}

/// How many of these fell due to somebody who was there, and how many of those were renewed by then.
pub(crate) fn effect(judge: &Judge<'_>, reminded: &[RemindedOf]) -> ReminderEffect {
    let people: HashMap<i32, PersonIndex> =
        judge.view.people.placed().map(|(person, who)| (who.staff_id, person)).collect();
    let mut effect = ReminderEffect::default();
    for of in reminded {
        let Some(person) = people.get(&of.staff_id).copied() else { continue };
        let Some(course) = judge.policy.courses.position(|course| course.code == of.course) else {
            continue;
        };
        if judge.presence(person, of.due_on) != Presence::Present {
            continue;
        }
        let in_time = judge.view.records(person).iter().any(|record| {
            of.reminded_on <= record.completed_on
                && record.completed_on <= of.due_on
                && judge.policy_course(record.course).is_some_and(|own| judge.gives_credit(own, course))
        });
        effect.fell_due += 1;
        effect.renewed_in_time += u64::from(in_time);
    }
    effect
}
