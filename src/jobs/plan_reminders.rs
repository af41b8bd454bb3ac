//! Plans a day's reminders into the outbox: read, decide, write once (spec 2.8).

use chrono::{DateTime, NaiveDate, Utc};

use super::booked::Booked;
use super::planned::Planned;
use crate::app::{App, Question};
use crate::compliance::{Judge, State};
use crate::mail::{BookedPlace, ItemState, Mail, OperatorAlert, Reminder, ReminderItem};
use crate::outbox::{self, Enqueue, Initially, Kind, NewMessage, store as outbox_store};
use crate::plan::{self, Brake, Plan};
use crate::policy::Policy;
use crate::register::store::{Detail, organisation_ids};
use crate::register::{EmailAddress, View};
use crate::schedule::Calendar;

/// Whether a planning run is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// The messages go into the outbox.
    Outbox,
    /// Nothing is stored.
    Nothing,
}

/// Plans the reminders of `today`. Everything the run decides is written in one transaction, or nothing.
pub fn plan_reminders(
    app: &App,
    organisation: Option<&str>,
    today: NaiveDate,
    now: DateTime<Utc>,
    writing: Writing,
) -> anyhow::Result<Planned> {
    let question = Question::now(today, now, organisation);
    app.check_organisation(&question)?;
    let policy = app.policy(&question)?;
    let rules = &policy.reminders;
    let calendar = Calendar::new(rules.extra_holidays.iter().copied(), rules.not_holidays.iter().copied());
    if rules.working_days_only && !calendar.is_working_day(today) {
        return Ok(Planned::nothing(today));
    }
    let view = app.view(&question, Detail::WithNames)?;
    let told = told(app, organisation)?;
    let plan = plan::plan(&Judge::new(&view, &policy), &told, today);
    if writing == Writing::Outbox {
        write(app, &view, &policy, &plan, today, now)?;
    }
    Ok(Planned::new(today, view, policy, plan))
}

/// What was promised before, for one organisation or all.
fn told(app: &App, organisation: Option<&str>) -> anyhow::Result<plan::Told> {
    let promised = app.db.read(|conn| {
        let ids = match organisation {
            Some(code) => organisation_ids(conn, &[code.to_owned()])?,
            None => vec![None],
        };
        Ok::<_, anyhow::Error>(outbox_store::told(conn, ids.into_iter().flatten().next())?)
    })?;
    let mut told = plan::Told::default();
    for item in promised {
        told.insert(item.staff_id, &item.course, item.due_on, item.stage);
    }
    Ok(told)
}

/// Renders and queues the plan's messages with what they tell, the alerts of the mail brake, and the account of the
/// run: one transaction.
fn write(
    app: &App,
    view: &View,
    policy: &Policy,
    plan: &Plan,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let alerts = alerts(view, policy, plan, today)?;
    let codes: Vec<String> =
        view.organisations.iter().map(|organisation| organisation.code.clone()).collect();
    let ids = app.db.read(|conn| Ok::<_, anyhow::Error>(organisation_ids(conn, &codes)?))?;
    let id_of = |number: usize| ids.get(number).copied().flatten();
    let mut accounts = plan.accounts.clone();
    let domain = app.sender().domain().to_owned();
    app.db.write(|conn| {
        for reminder in &plan.reminders {
            let Some(who) = view.people.get(reminder.person) else { continue };
            let Some(organisation_id) = id_of(usize::from(who.organisation)) else { continue };
            let message = message(view, policy, reminder, organisation_id, today)?;
            let initially = match reminder.brake {
                Brake::Open => Initially::Queued,
                Brake::Held => Initially::Held,
            };
            if outbox_store::enqueue(conn, &message, initially, &domain, now)? == Enqueue::AlreadyPromised {
                // Another process planned this person since we read: it has told them.
                if let Some(account) = accounts.get_mut(usize::from(who.organisation)) {
                    account.already_told += 1;
                    match reminder.brake {
                        Brake::Open => account.messaged -= 1,
                        Brake::Held => account.held -= 1,
                    }
                }
            }
        }
        for (number, alert) in &alerts {
            let Some(organisation_id) = id_of(*number) else { continue };
            let alert = NewMessage { organisation_id, ..alert.clone() };
            outbox_store::enqueue(conn, &alert, Initially::Queued, &domain, now)?;
        }
        for (number, account) in accounts.iter().enumerate() {
            let Some(organisation_id) = id_of(number) else { continue };
            outbox_store::record_planning_run(conn, organisation_id, today, now, account)?;
        }
        Ok::<_, anyhow::Error>(())
    })
}

fn message(
    view: &View,
    policy: &Policy,
    reminder: &plan::Reminder,
    organisation_id: i32,
    today: NaiveDate,
) -> anyhow::Result<NewMessage> {
    let who = view.people.get(reminder.person);
    let organisation = who.and_then(|who| view.organisations.get(usize::from(who.organisation)));
    let name = view.names.get(reminder.person).cloned().unwrap_or_default();
    let course = |number: usize| policy.courses.get(number);
    let booked = Booked::of(view, policy, reminder.person, today);
    let helping = |item: &plan::Item| booked.helping(policy, item.course);
    let listed: Vec<BookedPlace> = reminder.items.iter().flat_map(helping).collect();
    let mail = Reminder {
        first_name: if name.first.is_empty() { name.last.clone() } else { name.first.clone() },
        organisation: organisation.map_or(String::new(), |o| o.name.clone()),
        contact: organisation.and_then(|o| EmailAddress::parse(&o.safeguarding_email)),
        today,
        items: reminder
            .items
            .iter()
            .map(|item| ReminderItem {
                course: course(item.course).map_or(String::new(), |course| course.title.clone()),
                state: item_state(item),
                triggers: item.triggers,
                bookings: helping(item),
            })
            .collect(),
        also_booked: booked.others(&listed),
    };
    let rendered = mail.render()?;
    let staff_id = who.map(|who| who.staff_id);
    let told = reminder.items.iter().filter(|item| item.triggers).filter_map(|item| {
        Some(outbox::Told {
            staff_id: staff_id?,
            course: course(item.course)?.code.clone(),
            due_on: item.due_on,
            stage: item.stage?,
        })
    });
    Ok(NewMessage {
        kind: Kind::Reminder,
        organisation_id,
        staff_id,
        recipient: name.email,
        content: rendered,
        once_key: None,
        planned_on: today,
        told: told.collect(),
    })
}

fn item_state(item: &plan::Item) -> ItemState {
    match item.state {
        State::Lapsed => ItemState::Lapsed { lapsed_on: item.lapse_on.unwrap_or(item.due_on) },
        State::NotDone => ItemState::NotDone { due_on: item.due_on },
        State::InGrace => ItemState::InGrace { due_on: item.due_on },
        State::DueSoon | State::UpToDate | State::Exempt => ItemState::DueSoon { lapses_on: item.due_on },
    }
}

/// A mail to the safeguarding contact of every organisation whose messages are held, once a day.
fn alerts(
    view: &View,
    policy: &Policy,
    plan: &Plan,
    today: NaiveDate,
) -> anyhow::Result<Vec<(usize, NewMessage)>> {
    let mut alerts = Vec::new();
    for (number, (account, organisation)) in plan.accounts.iter().zip(&view.organisations).enumerate() {
        if account.held == 0 {
            continue;
        }
        let Some(contact) = EmailAddress::parse(&organisation.safeguarding_email) else { continue };
        let rendered = OperatorAlert {
            organisation: organisation.name.clone(),
            planned_on: today,
            reminders: account.held,
            digests: 0,
            in_post: account.in_post,
            max_millionths: policy.reminders.max_messages.millionths(),
        }
        .render()?;
        let message = NewMessage {
            kind: Kind::Operator,
            organisation_id: 0,
            staff_id: None,
            recipient: contact.as_str().to_owned(),
            content: rendered,
            once_key: Some(format!("mail-brake {} {today}", organisation.code)),
            planned_on: today,
            told: Vec::new(),
        };
        alerts.push((number, message));
    }
    Ok(alerts)
}
