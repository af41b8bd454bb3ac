//! What another policy would change, before anybody is mailed: who becomes or stops being up to date, and how many
//! reminders it would set off (spec 4 `policy impact`). Nothing is stored.

use std::collections::HashSet;

pub(super) mod draft;
mod words;

use chrono::{DateTime, NaiveDate, Utc};

use super::Viewer;
use super::viewer::{SeenRegister, Visibility};

use crate::answers::{self, Question};
use crate::app::App;
use crate::compliance::{Impact, Judge, Silent, impact};
use crate::db::{Conn, DbResult};
use crate::outbox::store as outbox_store;
use crate::plan::{self, Plan, PlanHistory, SendingDay};
use crate::policy::Policy;
use crate::register::store::{ViewDetail, organisation_ids};
use crate::register::{Indexed, PersonIndex, View};

/// What another policy would change.
#[derive(Debug)]
pub struct PolicyImpact {
    /// The register that was judged.
    view: SeenRegister,
    /// What would change.
    impact: Impact,
    /// What it would do to the day's reminders; `None` for a day that is past, as known at an earlier instant, or where
    /// only some people of an organisation are seen.
    reminders: Option<ReminderImpact>,
    /// Requirements of the other policy that ask nobody in post.
    silent: Vec<Silent>,
    as_at: NaiveDate,
    known_at: DateTime<Utc>,
    /// Where those stand for whom something changes.
    people: PeopleTold,
}

/// Where those stand for whom a policy changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PeopleTold {
    /// In the answer, each by name.
    Listed,
    /// They are counted.
    Counted,
    /// Beside it, as rows of their own.
    Beside,
}

/// What another policy would do to a day's reminders, were it a sending day, after all that was told before.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ReminderImpact {
    /// Reminders of the day as things stand.
    before: usize,
    /// Reminders of the day under the other policy.
    after: usize,
    /// People who would be reminded and are not as things stand.
    newly_reminded: usize,
    /// People who are reminded as things stand and would not be.
    no_longer_reminded: usize,
    /// Courses that would be a reason for a reminder and are not as things stand, or not with that due date.
    newly_triggering: usize,
    /// Organisations in which the mail brake would hold the day's reminders: code, reminders, people in post.
    held: Vec<(String, u64, u64)>,
}

/// What would change on the question's day, for those whom the viewer may see, if `other` judged instead of the policy
/// that the question asks for.
pub fn policy_impact(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    other: &Policy,
    lists_people: bool,
) -> anyhow::Result<PolicyImpact> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let in_force = answers::policy(app, question)?;
    let view = sight.view(app, question, ViewDetail::WithNames)?;
    let (before, after) = (view.judge(&in_force), view.judge(other));
    let impact = impact(&before, &after, question.as_at);
    let today = app.today();
    // The mail brake weighs an organisation's reminders against all its people.
    let reminders = if question.as_at >= today && question.asked_now && !sight.is_of_some_people() {
        let told = app.db.read(|conn| told_before(conn, &view))?;
        Some(reminders(&before, &after, &told, question.as_at))
    } else {
        None
    };
    let (as_at, known_at) = (question.as_at, question.known_at);
    let silent = answers::silent_rules(app, other, as_at, question.known)?;
    let people = if lists_people { PeopleTold::Listed } else { PeopleTold::Counted };
    Ok(PolicyImpact { view, impact, reminders, silent, as_at, known_at, people })
}

/// What was told before to the people of the view.
fn told_before(conn: &mut Conn, view: &View) -> DbResult<PlanHistory> {
    let organisations = organisation_ids(conn, &view.organisation_codes())?;
    outbox_store::plan_history(conn, &organisations)
}

fn reminders(before: &Judge<'_>, after: &Judge<'_>, told: &PlanHistory, on: NaiveDate) -> ReminderImpact {
    let day = SendingDay { on, weekly: Indexed::default() };
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
    let of_one = |reminder: &plan::PlannedReminder| {
        let person = reminder.person;
        let triggering = reminder.items.iter().filter(|item| item.triggers);
        let of = |item: &plan::PlannedItem| {
            let course = judge.policy.courses.get(item.course)?;
            Some((person, course.code.as_str(), item.due_on))
        };
        triggering.filter_map(of).collect::<Vec<_>>()
    };
    plan.reminders.iter().flat_map(of_one).collect()
}
