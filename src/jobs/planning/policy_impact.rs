//! What another policy would change, before anybody is mailed: who becomes or stops being up to date, and how many
//! reminders it would set off (spec 4 `policy impact`). Nothing is stored.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::run::Before;
use crate::app::{App, Question};
use crate::compliance::{Impact, Judge, impact};
use crate::plan::{self, Day, Plan, Told};
use crate::policy::Policy;
use crate::register::store::Detail;
use crate::register::{PersonIndex, View};

/// What another policy would change.
#[derive(Debug)]
pub struct PolicyImpact {
    /// The register that was judged.
    pub view: View,
    /// What would change.
    pub impact: Impact,
    /// What it would do to the day's reminders; `None` for a day that is past, or as known at an earlier instant.
    pub reminders: Option<ReminderImpact>,
}

/// What another policy would do to a day's reminders, were it a sending day, after all that was told before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderImpact {
    /// Reminders of the day as things stand.
    pub before: usize,
    /// Reminders of the day under the other policy.
    pub after: usize,
    /// People who would be reminded and are not as things stand.
    pub newly_reminded: usize,
    /// People who are reminded as things stand and would not be.
    pub no_longer_reminded: usize,
    /// Courses that would be a reason for a reminder and are not as things stand, or not with that due date.
    pub newly_triggering: usize,
    /// Organisations in which the mail brake would hold the day's reminders: code, reminders, people in post.
    pub held: Vec<(String, u64, u64)>,
}

/// What would change on the question's day if `other` judged instead of the policy that the question asks for.
pub fn policy_impact(app: &App, question: &Question, other: &Policy) -> anyhow::Result<PolicyImpact> {
    let in_force = app.policy(question)?;
    let view = app.view(question, Detail::WithNames)?;
    let (before, after) = (Judge::new(&view, &in_force), Judge::new(&view, other));
    let impact = impact(&before, &after, question.as_at);
    let today = app.today();
    let reminders = if question.as_at >= today && question.asked_now {
        let told = app.db.read(|conn| Before::read(conn, &view, today))?.told;
        Some(reminders(&before, &after, &told, question.as_at))
    } else {
        None
    };
    Ok(PolicyImpact { view, impact, reminders })
}

fn reminders(before: &Judge<'_>, after: &Judge<'_>, told: &Told, on: NaiveDate) -> ReminderImpact {
    let day = Day { on, weekly: Vec::new() };
    let (old, new) = (plan::plan(before, told, &day), plan::plan(after, told, &day));
    let people = |plan: &Plan| -> HashSet<PersonIndex> {
        plan.reminders.iter().map(|reminder| reminder.person).collect()
    };
    let (reminded_before, reminded_after) = (people(&old), people(&new));
    let (set_off_before, set_off_after) = (triggers(before, &old), triggers(after, &new));
    let held = new.accounts.iter().zip(&after.view.organisations).filter(|(account, _)| account.held > 0);
    ReminderImpact {
        before: old.reminders.len(),
        after: new.reminders.len(),
        newly_reminded: reminded_after.difference(&reminded_before).count(),
        no_longer_reminded: reminded_before.difference(&reminded_after).count(),
        newly_triggering: set_off_after.difference(&set_off_before).count(),
        held: held
            .map(|(account, organisation)| (organisation.code.clone(), account.held, account.in_post))
            .collect(),
    }
}

/// Each course that is a reason for a reminder: whose, its code and its due date.
fn triggers<'a>(judge: &Judge<'a>, plan: &Plan) -> HashSet<(PersonIndex, &'a str, NaiveDate)> {
    let of_one = |reminder: &plan::Reminder| {
        let person = reminder.person;
        let triggering = reminder.items.iter().filter(|item| item.triggers);
        let of = |item: &plan::Item| {
            let course = judge.policy.courses.get(item.course)?;
            Some((person, course.code.as_str(), item.due_on))
        };
        triggering.filter_map(of).collect::<Vec<_>>()
    };
    plan.reminders.iter().flat_map(of_one).collect()
}
