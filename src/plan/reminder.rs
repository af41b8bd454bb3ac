//! Who is reminded today, of what, and why nobody else is (spec 2.8).

use chrono::NaiveDate;

use super::account::{Account, hold};
use super::stage::{days_to_go, latest_reached};
use super::told::Told;
use crate::compliance::{Assessment, CourseState, Judge, Presence, State};
use crate::register::PersonIndex;

/// One course that a reminder lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The course's place in the policy.
    pub course: usize,
    /// Its state today.
    pub state: State,
    /// When it is or was due.
    pub due_on: NaiveDate,
    /// The last day it was met, where it was.
    pub lapse_on: Option<NaiveDate>,
    /// The latest stage reached, if any.
    pub stage: Option<i32>,
    /// Whether it is a reason for the message: its stage was never told before.
    pub triggers: bool,
}

/// Whether a message goes out or waits for a person to let it go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brake {
    /// It goes out.
    Open,
    /// The mail brake holds it.
    Held,
}

/// A reminder to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Whom it is for.
    pub person: PersonIndex,
    /// What it lists: triggering items first, then by due date, then by course code.
    pub items: Vec<Item>,
    /// Whether the mail brake holds it.
    pub brake: Brake,
}

/// A day's reminders, and the account of everyone looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// In order of organisation and employee number.
    pub reminders: Vec<Reminder>,
    /// One account for each of the view's organisations.
    pub accounts: Vec<Account>,
}

/// What a person is owed today.
enum Due {
    Nothing,
    AlreadyTold,
    Now(Vec<Item>),
}

/// The reminders of a sending day. The view must have been read with names, for who has an e-mail address.
pub fn plan(judge: &Judge<'_>, told: &Told, today: NaiveDate) -> Plan {
    let view = judge.view;
    let mut plan =
        Plan { reminders: Vec::new(), accounts: vec![Account::default(); view.organisations.len()] };
    let mut assessment = Assessment::default();
    for (person, who) in view.people.iter().enumerate() {
        judge.assess(person, today, today, &mut assessment);
        let Some(account) = plan.accounts.get_mut(usize::from(who.organisation)) else { continue };
        match assessment.presence {
            Presence::NotInPost => continue,
            Presence::Absent => {
                account.in_post += 1;
                continue;
            }
            Presence::Present => account.in_post += 1,
        }
        let has_email = view.mail_address(person).is_some();
        match due(judge, &assessment.courses, told, who.staff_id, today) {
            Due::Nothing => account.nothing_due += 1,
            _ if !has_email => account.no_email += 1,
            Due::AlreadyTold => account.already_told += 1,
            Due::Now(items) => {
                account.messaged += 1;
                plan.reminders.push(Reminder { person, items, brake: Brake::Open });
            }
        }
    }
    hold(judge, &mut plan);
    plan
}

fn due(judge: &Judge<'_>, courses: &[CourseState], told: &Told, staff_id: i32, today: NaiveDate) -> Due {
    let listed = || courses.iter().filter(|course| course.state.is_reminded());
    let reached = |due_on| latest_reached(&judge.policy.reminders, days_to_go(due_on, today));
    if !listed().any(|course| course.due_on.is_some_and(|due_on| reached(due_on).is_some())) {
        return Due::Nothing;
    }
    let code = |course: usize| judge.policy.courses.get(course).map_or("", |course| &course.code);
    let mut items: Vec<Item> = listed()
        .filter_map(|course| {
            let due_on = course.due_on?;
            let stage = reached(due_on);
            let triggers =
                stage.is_some_and(|stage| !told.contains(staff_id, code(course.course), due_on, stage));
            Some(Item {
                course: course.course,
                state: course.state,
                due_on,
                lapse_on: course.lapse_on,
                stage,
                triggers,
            })
        })
        .collect();
    if !items.iter().any(|item| item.triggers) {
        return Due::AlreadyTold;
    }
    items.sort_by(|a, b| {
        (!a.triggers, a.due_on, code(a.course)).cmp(&(!b.triggers, b.due_on, code(b.course)))
    });
    Due::Now(items)
}
