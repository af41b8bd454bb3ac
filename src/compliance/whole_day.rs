//! Everybody judged on one day, to be kept.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::assessment::Assessment;
use super::judge::Judge;
use super::judged::{JudgedDay, JudgedPeople};
use super::rates::over_everyone;
use crate::policy::Policy;
use crate::register::View;

/// Judges everybody in the view on `day`, on every core.
pub(crate) fn judge_day(view: &View, policy: &Policy, day: NaiveDate) -> JudgedDay {
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
    JudgedDay::found(day, people, judge.made_ready())
}

/// The same day and policy for a view made from `before`, in which nobody is judged otherwise but those who `changed`, by
/// the register's numbers.
pub(crate) fn judge_day_again(
    (judged, before): (&JudgedDay, &View),
    view: &View,
    policy: &Policy,
    changed: &HashSet<i32>,
) -> JudgedDay {
    let (judge, day) = (Judge::new(view, policy), judged.day());
    let (mut people, mut assessment) = (JudgedPeople::default(), Assessment::default());
    // Who stayed stands in the same order as before.
    let mut earlier = before.people.placed();
    for (person, who) in view.people.placed() {
        let stayed = !changed.contains(&who.staff_id);
        let then = stayed.then(|| earlier.find(|(_, other)| other.staff_id == who.staff_id)).flatten();
        if !then.is_some_and(|(then, _)| judged.tell(then, &mut assessment)) {
            judge.assess(person, day, day, &mut assessment);
        }
        people.add(&assessment);
    }
    JudgedDay::found(day, people, judge.made_ready())
}
