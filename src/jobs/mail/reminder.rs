//! A reminder: what it promises when it is queued, and what it says when it is put into words.

use chrono::NaiveDate;

use super::booked::Booked;
use crate::compliance::TrainingState;
use crate::mail::{BookedPlace, ItemState, Mail, Reminder, ReminderItem};
use crate::outbox::{MessageKind, MessagePromise, MessageWords, PromisedStage, UnwordedMessage};
use crate::plan::{self, PlannedItem};
use crate::policy::Policy;
use crate::register::{EmailAddress, Person, PersonIndex, View};

/// What a planned reminder of the organisation with this id promises; `planned_from` is the newest import that it was
/// planned by.
pub(crate) fn message(
    view: &View,
    policy: &Policy,
    reminder: &plan::PlannedReminder,
    organisation_id: i32,
    (planned_on, planned_from): (NaiveDate, i32),
) -> Option<UnwordedMessage> {
    let staff_id = view.people.get(reminder.person)?.staff_id;
    let told = reminder.items.iter().filter(|item| item.triggers).filter_map(|item| {
        let course = policy.courses.get(item.course)?.code.clone();
        Some(PromisedStage { staff_id, course, due_on: item.due_on, stage: item.stage? })
    });
    Some(UnwordedMessage {
        kind: MessageKind::Reminder,
        organisation_id,
        staff_id: Some(staff_id),
        recipient: view.email(reminder.person).to_owned(),
        planned_on,
        planned_from,
        tells: MessagePromise::Courses(told.collect()),
    })
}

/// What a reminder of these items says on `today`.
pub(crate) fn words(
    view: &View,
    policy: &Policy,
    person: PersonIndex,
    items: &[PlannedItem],
    today: NaiveDate,
) -> anyhow::Result<MessageWords> {
    let who = view.people.get(person);
    let organisation = who.and_then(|who| view.organisations.get(who.organisation));
    let name = view.names.get(person).cloned().unwrap_or_default();
    let booked = Booked::of(view, policy, person, today);
    let helping = |item: &PlannedItem| booked.helping(policy, item.course);
    let listed: Vec<BookedPlace> = items.iter().flat_map(helping).collect();
    let shown = |item: &PlannedItem| {
        let course = policy.courses.get(item.course);
        ReminderItem {
            course: policy.course_title(item.course).to_owned(),
            state: item_state(item),
            hours: item.hours,
            triggers: item.triggers,
            bookings: helping(item),
            takes: course.and_then(|course| course.default_hours),
            modes: course.map_or(Vec::new(), |course| course.modes.clone()),
            book_url: course.and_then(|course| course.book_url.clone()),
        }
    };
    let mail = Reminder {
        first_name: name.called().to_owned(),
        organisation: organisation.map_or(String::new(), |o| o.name.clone()),
        contact: organisation.and_then(|o| EmailAddress::parse(&o.safeguarding_email)),
        today,
        items: items.iter().map(shown).collect(),
        also_booked: booked.others(&listed),
        calendar_key: who.map_or(String::new(), |who| calendar_key(view, who)),
    };
    Ok(MessageWords { content: mail.render()?, lists: Vec::new() })
}

/// What stands for somebody in entries for their calendar: of a hash, so that it says nothing about anybody.
fn calendar_key(view: &View, who: &Person) -> String {
    let organisation = view.organisation_code(who.organisation);
    blake3::hash(format!("{organisation} {}", who.employee_number).as_bytes()).to_hex().to_string()
}

/// How a listed course stands, as mails say it.
pub(crate) fn item_state(item: &PlannedItem) -> ItemState {
    match item.state {
        TrainingState::Lapsed => ItemState::Lapsed { lapsed_on: item.lapse_on.unwrap_or(item.due_on) },
        TrainingState::NotDone => ItemState::NotDone { due_on: item.due_on },
        TrainingState::InGrace => ItemState::InGrace { due_on: item.due_on },
        TrainingState::DueSoon | TrainingState::UpToDate | TrainingState::Exempt => {
            ItemState::DueSoon { lapses_on: item.due_on }
        }
    }
}
