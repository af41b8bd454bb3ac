//! What planning runs decided, of one day or of many, to be shown without copying it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::brake_alert::held_with_reminders;
use crate::compliance::TrainingState;
use crate::jobs::mail::digest::kind_of;
use crate::outbox::MessageKind;
use crate::plan::{Account, Digest, DigestReceiver, MailBrake, Plan, PlannedItem, ReportItem};
use crate::policy::Policy;
use crate::register::{PersonIndex, View};
use crate::wording::counted;

/// What planning runs decided.
#[derive(Debug, Default)]
pub struct Planned {
    /// The sending days looked at, and other days on which something goes out, in order.
    pub days: Vec<PlannedDay>,
    judged: Option<JudgedRegister>,
}

#[derive(Debug)]
struct JudgedRegister {
    view: View,
    policy: Policy,
}

/// What goes out on a day.
#[derive(Debug, Default)]
pub struct PlannedDay {
    /// The day.
    pub on: NaiveDate,
    plan: Plan,
    /// Messages that no planning run makes: board summaries, assurance reviews.
    others: Vec<OtherMessage>,
}

/// A message that is not about anybody's training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OtherMessage {
    /// What it is.
    pub(crate) kind: MessageKind,
    /// The organisation's code.
    pub(crate) organisation: String,
    /// Where it goes.
    pub(crate) to: String,
}

/// How many messages go out on a day, by kind, and how many of them the mail brake holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MessageTotals {
    by_kind: BTreeMap<MessageKind, usize>,
    /// Of them, those that wait for release.
    pub held: usize,
}

impl MessageTotals {
    /// Those of a kind.
    pub fn of(&self, kind: MessageKind) -> usize {
        self.by_kind.get(&kind).copied().unwrap_or(0)
    }

    /// All of them.
    pub fn messages(&self) -> usize {
        self.by_kind.values().sum()
    }

    fn add(&mut self, kind: MessageKind, brake: MailBrake) {
        *self.by_kind.entry(kind).or_default() += 1;
        self.held += usize::from(brake == MailBrake::Held);
    }
}

impl std::ops::AddAssign<&Self> for MessageTotals {
    fn add_assign(&mut self, other: &Self) {
        for (kind, count) in &other.by_kind {
            *self.by_kind.entry(*kind).or_default() += count;
        }
        self.held += other.held;
    }
}

impl PlannedDay {
    /// The day's messages by kind.
    pub fn totals(&self) -> MessageTotals {
        let mut totals = MessageTotals::default();
        for reminder in &self.plan.reminders {
            totals.add(MessageKind::Reminder, reminder.brake);
        }
        for digest in &self.plan.digests {
            totals.add(kind_of(digest.receiver), digest.brake);
        }
        for other in &self.others {
            totals.add(other.kind, MailBrake::Open);
        }
        totals
    }

    /// The account of everyone considered on the day.
    pub fn account(&self) -> Account {
        let mut account = Account::default();
        for of_organisation in &self.plan.accounts {
            account += *of_organisation;
        }
        account
    }
}

/// One planned message.
#[derive(Debug, Clone, Copy)]
pub struct PlannedMessage<'a> {
    /// The day it goes out.
    pub on: NaiveDate,
    /// What it is.
    pub kind: MessageKind,
    /// The organisation's code.
    pub organisation: &'a str,
    /// The receiver's employee number; `None` for a contact, a board or an owner.
    pub employee_number: Option<&'a str>,
    /// Their address.
    pub to: &'a str,
    /// Whether the mail brake holds it.
    pub brake: MailBrake,
    lists: Lists<'a>,
}

/// What a message lists.
#[derive(Debug, Clone, Copy)]
enum Lists<'a> {
    Nothing,
    Own(&'a JudgedRegister, PersonIndex, &'a [PlannedItem]),
    Reports(&'a JudgedRegister, &'a [ReportItem]),
}

/// One course of a planned message.
#[derive(Debug, Clone, Copy)]
pub struct PlannedItemDocument<'a> {
    /// Whose course it is.
    pub employee_number: &'a str,
    /// The course's code.
    pub course: &'a str,
    /// Its state.
    pub state: TrainingState,
    /// When it is or was due.
    pub due_on: NaiveDate,
    /// The latest stage reached.
    pub stage: Option<i32>,
    /// Whether it is a reason for the message.
    pub triggers: bool,
}

impl Planned {
    /// Of runs judged by this view and policy.
    pub(crate) fn of(view: View, policy: Policy) -> Self {
        Self { days: Vec::new(), judged: Some(JudgedRegister { view, policy }) }
    }

    /// With a day's plan.
    pub(crate) fn with_day(mut self, on: NaiveDate, plan: Plan) -> Self {
        self.days.push(PlannedDay { on, plan, others: Vec::new() });
        self
    }

    /// With a message of a day that no planning run makes.
    pub(crate) fn with_other(mut self, on: NaiveDate, other: OtherMessage) -> Self {
        let place = self.days.partition_point(|day| day.on < on);
        match self.days.get_mut(place).filter(|day| day.on == on) {
            Some(day) => day.others.push(other),
            None => {
                self.days.insert(place, PlannedDay { on, plan: Plan::default(), others: vec![other] });
            }
        }
        self
    }

    /// The account of everyone considered, day by day together.
    pub fn account(&self) -> Account {
        let mut account = Account::default();
        for day in &self.days {
            account += day.account();
        }
        account
    }

    /// The messages by kind.
    pub fn totals(&self) -> MessageTotals {
        let mut totals = MessageTotals::default();
        for day in &self.days {
            totals += &day.totals();
        }
        totals
    }

    /// How many messages go out on a day for each organisation, by its code; those with none are left out.
    pub(crate) fn by_organisation<'a>(&'a self, day: &'a PlannedDay) -> BTreeMap<&'a str, usize> {
        let mut messages: BTreeMap<&str, usize> = BTreeMap::new();
        if let Some(JudgedRegister { view, .. }) = &self.judged {
            let people = day.plan.reminders.iter().filter_map(|reminder| view.people.get(reminder.person));
            let of_people = people.map(|person| person.organisation);
            for organisation in of_people.chain(day.plan.digests.iter().map(|digest| digest.organisation)) {
                *messages.entry(view.organisation_code(organisation)).or_default() += 1;
            }
        }
        for other in &day.others {
            *messages.entry(&other.organisation).or_default() += 1;
        }
        messages
    }

    /// A sentence for each day and organisation whose messages the mail brake holds.
    pub fn held(&self) -> impl Iterator<Item = String> {
        let organisations = self.judged.iter().flat_map(|judged| judged.view.organisations.placed());
        self.days.iter().flat_map(move |day| {
            organisations.clone().filter_map(move |(number, organisation)| {
                let account = day.plan.accounts.get(number).filter(|account| account.held > 0)?;
                let lists = held_with_reminders(&day.plan, number);
                let lists = lists.map_or(String::new(), |lists| format!(" and {lists}"));
                Some(format!(
                    "{}: the mail brake holds {}{lists} of {}, where {} people are in post",
                    day.on,
                    counted(account.held, "reminder", "reminders"),
                    organisation.code,
                    account.in_post
                ))
            })
        })
    }

    /// The messages: day by day, reminders in order of organisation and employee number, then the week's lists, then others.
    pub fn messages(&self) -> impl Iterator<Item = PlannedMessage<'_>> {
        self.days.iter().flat_map(move |day| {
            let judged = self.judged.as_ref();
            let reminders = day.plan.reminders.iter().filter_map(move |reminder| {
                let judged = judged?;
                let lists = Lists::Own(judged, reminder.person, &reminder.items);
                to_person(judged, day.on, MessageKind::Reminder, reminder.person, reminder.brake, lists)
            });
            let digests =
                day.plan.digests.iter().filter_map(move |digest| to_receiver(judged?, day.on, digest));
            let others = day.others.iter().map(move |other| PlannedMessage {
                on: day.on,
                kind: other.kind,
                organisation: &other.organisation,
                employee_number: None,
                to: &other.to,
                brake: MailBrake::Open,
                lists: Lists::Nothing,
            });
            reminders.chain(digests).chain(others)
        })
    }
}

fn to_person<'a>(
    judged: &'a JudgedRegister,
    on: NaiveDate,
    kind: MessageKind,
    person: PersonIndex,
    brake: MailBrake,
    lists: Lists<'a>,
) -> Option<PlannedMessage<'a>> {
    let who = judged.view.people.get(person)?;
    Some(PlannedMessage {
        on,
        kind,
        organisation: judged.view.organisation_code(who.organisation),
        employee_number: Some(&who.employee_number),
        to: judged.view.email(person),
        brake,
        lists,
    })
}

fn to_receiver<'a>(
    judged: &'a JudgedRegister,
    on: NaiveDate,
    digest: &'a Digest,
) -> Option<PlannedMessage<'a>> {
    let lists = Lists::Reports(judged, &digest.items);
    let kind = kind_of(digest.receiver);
    let organisation = judged.view.organisations.get(digest.organisation)?;
    let to = match digest.receiver {
        DigestReceiver::Manager(person) => {
            return to_person(judged, on, kind, person, digest.brake, lists);
        }
        DigestReceiver::Contact => &organisation.safeguarding_email,
        DigestReceiver::Escalated => judged.policy.reminders.escalation.as_ref()?.to.as_str(),
    };
    let (organisation, brake) = (&organisation.code, digest.brake);
    Some(PlannedMessage { on, kind, organisation, employee_number: None, to, brake, lists })
}

impl<'a> PlannedMessage<'a> {
    /// What it lists.
    pub fn items(self) -> impl Iterator<Item = PlannedItemDocument<'a>> {
        let own = match self.lists {
            Lists::Own(judged, person, items) => Some(items.iter().map(move |item| (judged, person, item))),
            Lists::Nothing | Lists::Reports(..) => None,
        };
        let reports = match self.lists {
            Lists::Reports(judged, items) => {
                Some(items.iter().map(move |one| (judged, one.person, &one.item)))
            }
            Lists::Nothing | Lists::Own(..) => None,
        };
        let all = own.into_iter().flatten().chain(reports.into_iter().flatten());
        all.map(|(judged, person, item)| PlannedItemDocument {
            employee_number: judged.view.employee_number(person),
            course: judged.policy.course_code(item.course),
            state: item.state,
            due_on: item.due_on,
            stage: item.stage,
            triggers: item.triggers,
        })
    }
}
