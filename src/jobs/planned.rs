//! What a planning run decided, to be shown without copying it.

use chrono::NaiveDate;

use crate::compliance::State;
use crate::plan::{Account, Brake, Item, Plan};
use crate::policy::Policy;
use crate::register::View;

/// What a planning run decided.
#[derive(Debug)]
pub struct Planned {
    /// The day it is for.
    pub on: NaiveDate,
    /// Whether that is a day on which reminders go out; if not, nothing is planned.
    pub sending_day: bool,
    /// The account of everyone considered.
    pub account: Account,
    /// A sentence for each organisation whose messages the mail brake holds.
    pub held: Vec<String>,
    decided: Option<Decided>,
}

#[derive(Debug)]
struct Decided {
    view: View,
    policy: Policy,
    plan: Plan,
}

/// One planned message.
#[derive(Debug, Clone, Copy)]
pub struct PlannedMessage<'a> {
    /// The organisation's code.
    pub organisation: &'a str,
    /// Whom it is for.
    pub employee_number: &'a str,
    /// Their address.
    pub to: &'a str,
    /// Whether the mail brake holds it.
    pub brake: Brake,
    items: &'a [Item],
    policy: &'a Policy,
}

/// One course of a planned message.
#[derive(Debug, Clone, Copy)]
pub struct PlannedItem<'a> {
    /// The course's code.
    pub course: &'a str,
    /// Its state.
    pub state: State,
    /// When it is or was due.
    pub due_on: NaiveDate,
    /// The latest stage reached.
    pub stage: Option<i32>,
    /// Whether it is a reason for the message.
    pub triggers: bool,
}

impl Planned {
    /// Of a day on which no reminders go out.
    pub(super) fn nothing(on: NaiveDate) -> Self {
        Self { on, sending_day: false, account: Account::default(), held: Vec::new(), decided: None }
    }

    /// Of a sending day.
    pub(super) fn new(on: NaiveDate, view: View, policy: Policy, plan: Plan) -> Self {
        let mut account = Account::default();
        for of_organisation in &plan.accounts {
            account += *of_organisation;
        }
        let held = plan.accounts.iter().zip(&view.organisations).filter(|(account, _)| account.held > 0);
        let held = held.map(|(account, organisation)| {
            format!(
                "the mail brake holds {} reminders of {}, where {} people are in post: look with `refresher outbox \
                 --state held`, let them go with `refresher outbox release`",
                account.held, organisation.code, account.in_post
            )
        });
        let held = held.collect();
        Self { on, sending_day: true, account, held, decided: Some(Decided { view, policy, plan }) }
    }

    /// How many messages there are.
    pub fn total(&self) -> usize {
        self.decided.as_ref().map_or(0, |decided| decided.plan.reminders.len())
    }

    /// The messages, in order of organisation and employee number.
    pub fn messages(&self) -> impl Iterator<Item = PlannedMessage<'_>> {
        let reminders = self
            .decided
            .iter()
            .flat_map(|decided| decided.plan.reminders.iter().map(move |reminder| (decided, reminder)));
        reminders.filter_map(|(decided, reminder)| {
            let who = decided.view.people.get(reminder.person)?;
            Some(PlannedMessage {
                organisation: decided.view.organisation_code(who),
                employee_number: &who.employee_number,
                to: decided.view.names.get(reminder.person).map_or("", |name| &name.email),
                brake: reminder.brake,
                items: &reminder.items,
                policy: &decided.policy,
            })
        })
    }
}

impl<'a> PlannedMessage<'a> {
    /// What it lists.
    pub fn items(self) -> impl Iterator<Item = PlannedItem<'a>> {
        self.items.iter().map(move |item| PlannedItem {
            course: self.policy.courses.get(item.course).map_or("", |course| &course.code),
            state: item.state,
            due_on: item.due_on,
            stage: item.stage,
            triggers: item.triggers,
        })
    }
}
