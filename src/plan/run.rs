//! A planning run, or many in a row if nothing changed: everyone looked at once a day, on every core (spec 2.8).

use std::collections::BTreeMap;

use super::account::Account;
use super::brake::hold;
use super::day::{Plan, SendingDay};
use super::digest::{Digest, DigestReceiver, ReportItem, WeeklyList, in_order, listed_to, receivers};
use super::history::{PersonHistory, PlanHistory};
use super::reminder::{Due, MailBrake, PlannedReminder, due};
use crate::compliance::{Assessment, Judge, Presence, over_everyone};
use crate::register::{Indexed, OrganisationIndex, PersonIndex, PersonRange};

/// The messages of a sending day. The view must have been read with names, for who has an email address.
pub fn plan(judge: &Judge<'_>, told: &PlanHistory, day: &SendingDay) -> Plan {
    rehearse(judge, told, std::slice::from_ref(day)).pop().unwrap_or_default()
}

/// The messages of sending days one after another, if nothing else changed: what an earlier day tells, a later one
/// does not. One plan for each of `days`.
pub fn rehearse(judge: &Judge<'_>, told: &PlanHistory, days: &[SendingDay]) -> Vec<Plan> {
    let looked = over_everyone(
        judge.view.people.len(),
        |people| look_at(judge, told, days, people),
        |all: &mut Vec<PlanPart>, part| {
            if all.is_empty() {
                *all = part;
            } else {
                all.iter_mut().zip(part).for_each(|(all, part)| all.add(part));
            }
        },
    );
    // With nobody in the view there is nothing to merge, and still a plan a day.
    let nothing = || PlanPart::none(judge);
    let looked = looked.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
    days.iter().zip(looked).map(|(day, looked)| looked.unwrap_or_else(nothing).plan(judge, day)).collect()
}

/// What is known of a day once some of the people were looked at.
#[derive(Debug, Default)]
struct PlanPart {
    reminders: Vec<PlannedReminder>,
    lists: BTreeMap<(OrganisationIndex, DigestReceiver), Vec<ReportItem>>,
    accounts: Indexed<OrganisationIndex, Account>,
}

impl PlanPart {
    fn none(judge: &Judge<'_>) -> Self {
        let accounts = Indexed::filled(Account::default(), judge.view.organisations.len());
        Self { reminders: Vec::new(), lists: BTreeMap::new(), accounts }
    }

    fn add(&mut self, later: Self) {
        self.reminders.extend(later.reminders);
        self.accounts.iter_mut().zip(later.accounts).for_each(|(mine, theirs)| *mine += theirs);
        for (receiver, items) in later.lists {
            self.lists.entry(receiver).or_default().extend(items);
        }
    }

    fn plan(self, judge: &Judge<'_>, day: &SendingDay) -> Plan {
        let digests = self.lists.into_iter().map(|((organisation, receiver), mut items)| {
            in_order(judge, &mut items);
            let brake = match day.weekly_of(organisation).of(receiver) {
                WeeklyList::DueHeld => MailBrake::Held,
                WeeklyList::Due | WeeklyList::NotDue => MailBrake::Open,
            };
            Digest { organisation, receiver, items, brake }
        });
        let mut plan =
            Plan { reminders: self.reminders, digests: digests.collect(), accounts: self.accounts };
        hold(judge, &mut plan);
        plan
    }
}

fn look_at(judge: &Judge<'_>, told: &PlanHistory, days: &[SendingDay], people: PersonRange) -> Vec<PlanPart> {
    let mut looked: Vec<PlanPart> = days.iter().map(|_| PlanPart::none(judge)).collect();
    let mut assessment = Assessment::default();
    let mut told = PersonHistory::nobody(told);
    let mut turns = Vec::new();
    for person in people {
        told.turn_to(judge.view.people.get(person).map_or(0, |who| who.staff_id));
        if days.len() > 1 {
            judge.turns(person, &mut turns);
        }
        let mut turns_ahead = turns.as_slice();
        for (number, (day, looked)) in days.iter().zip(&mut looked).enumerate() {
            let turned = turns_ahead.partition_point(|turn| *turn <= day.on);
            // Where nothing has turned since the last day, its judgement holds.
            if number == 0 || turned > 0 {
                judge.assess(person, day.on, day.on, &mut assessment);
            }
            turns_ahead = turns_ahead.get(turned..).unwrap_or_default();
            look_at_one(judge, person, day, &assessment, &mut told, looked);
        }
    }
    looked
}

/// Counts one person on one day, and plans what is due to them and to whom hears of them.
fn look_at_one(
    judge: &Judge<'_>,
    person: PersonIndex,
    day: &SendingDay,
    assessment: &Assessment,
    told: &mut PersonHistory<'_>,
    looked: &mut PlanPart,
) {
    let Some(who) = judge.view.people.get(person) else { return };
    let Some(account) = looked.accounts.get_mut(who.organisation) else { return };
    account.in_post += u64::from(assessment.presence != Presence::NotInPost);
    if assessment.presence != Presence::Present {
        return;
    }
    let has_email = judge.view.is_reached(person);
    match due(judge, &assessment.courses, told, day.on) {
        Due::Nothing => account.nothing_due += 1,
        _ if !has_email => account.no_email += 1,
        Due::AlreadyTold => account.already_told += 1,
        Due::Now(items) => {
            account.messaged += 1;
            for item in items.iter().filter(|item| item.triggers) {
                if let Some(stage) = item.stage {
                    told.insert(item.course, item.due_on, stage);
                }
            }
            looked.reminders.push(PlannedReminder { person, items, brake: MailBrake::Open });
        }
    }
    let weekly = day.weekly_of(who.organisation);
    let mut list = |receiver: DigestReceiver, items: Vec<ReportItem>| {
        if !items.is_empty() {
            looked.lists.entry((who.organisation, receiver)).or_default().extend(items);
        }
    };
    let courses = &assessment.courses;
    if weekly.digests != WeeklyList::NotDue {
        let items = listed_to(judge, DigestReceiver::Contact, person, courses, day.on);
        if !items.is_empty() {
            receivers(judge, person, day.on).into_iter().for_each(|receiver| list(receiver, items.clone()));
        }
    }
    if weekly.escalation != WeeklyList::NotDue {
        list(DigestReceiver::Escalated, listed_to(judge, DigestReceiver::Escalated, person, courses, day.on));
    }
}
