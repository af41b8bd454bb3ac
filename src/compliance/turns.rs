//! The days on which a person's judgement can change by itself: between two of them every day is judged alike.

use chrono::{Days, NaiveDate};

use super::credit::lapse_date;
use super::judge::Judge;
use crate::register::PersonIndex;

impl Judge<'_> {
    /// Every day on which the person can be judged otherwise than on the day before, in order: posts, exemptions and
    /// rules begin or have ended, records begin to count, become due soon or have lapsed, a grace is over. Some may
    /// change nothing; none is missing.
    pub fn turns(&self, person: PersonIndex, turns: &mut Vec<NaiveDate>) {
        turns.clear();
        let day_after = |day: NaiveDate| day.succ_opt();
        let posts = self.view.assignments(person);
        for post in posts {
            turns.push(post.start_on);
            turns.extend(post.leave_on.and_then(day_after));
        }
        for exemption in self.view.exemptions(person) {
            turns.extend(exemption.from);
            turns.extend(exemption.until.and_then(day_after));
        }
        for requirement in &self.policy.requirements {
            turns.extend(requirement.from);
            turns.extend(requirement.until.and_then(day_after));
            let grace = Days::new(u64::from(requirement.within_days.unwrap_or(0)) + 1);
            let starts = posts.iter().map(|post| post.start_on).chain(requirement.from);
            turns.extend(starts.filter_map(|start| start.checked_add_days(grace)));
        }
        let due_soon = Days::new(u64::from(self.policy.due_soon_days));
        for record in self.view.records(person) {
            turns.push(record.completed_on);
            let course = self.policy_course(record.course).and_then(|course| self.policy.courses.get(course));
            let months = course.and_then(|course| course.valid_months);
            let lapse_on = lapse_date(record.completed_on, record.expires_on, months);
            turns.extend(lapse_on.and_then(|lapse| lapse.checked_sub_days(due_soon)));
            turns.extend(lapse_on.and_then(day_after));
        }
        turns.sort_unstable();
        turns.dedup();
    }
}
