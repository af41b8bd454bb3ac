//! A week's list of people, to their manager, the contact or whomever the policy names: what it promises when it is
//! queued, and what it says when it is put into words.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::booked::Booked;
use super::reminder::item_state;
use crate::board::FEWEST_PEOPLE;
use crate::compliance::{Group, Judge, Rate, division};
use crate::jobs::planning::weeks::week_of;
use crate::mail::{
    Audience, DirectReport, DivisionRate, Escalation, Mail, ManagerDigest, ReportCourse, Unled,
};
use crate::outbox::{DigestItem, MessageKind, MessagePromise, MessageWords, UnwordedMessage};
use crate::plan::{Digest, DigestReceiver, DigestTeam, ReportItem};
use crate::policy::{Policy, unit_key};
use crate::register::{Address, EmailAddress, PersonIndex, View};

/// What a list to this receiver is.
pub(crate) fn kind_of(receiver: DigestReceiver) -> MessageKind {
    match receiver {
        DigestReceiver::Manager(_) | DigestReceiver::Contact => MessageKind::ManagerDigest,
        DigestReceiver::Escalated => MessageKind::Escalation,
    }
}

/// What a planned list of the organisation with this id promises: the week, to whom; `None` where it has nobody to go to.
/// `planned_from` is the newest import that it was planned by.
pub(crate) fn message(
    view: &View,
    policy: &Policy,
    digest: &Digest,
    organisation_id: i32,
    (planned_on, planned_from): (NaiveDate, i32),
) -> Option<UnwordedMessage> {
    let (staff_id, recipient) = match digest.receiver {
        DigestReceiver::Contact => (None, contact(view, digest)?.as_str().to_owned()),
        DigestReceiver::Escalated => (None, policy.reminders.escalation.as_ref()?.to.as_str().to_owned()),
        DigestReceiver::Manager(person) => {
            let name = view.names.get(person).cloned().unwrap_or_default();
            (Some(view.people.get(person)?.staff_id), name.email)
        }
    };
    Some(UnwordedMessage {
        kind: kind_of(digest.receiver),
        organisation_id,
        staff_id,
        recipient,
        planned_on,
        planned_from,
        tells: MessagePromise::Week(week_of(planned_on)),
    })
}

fn contact(view: &View, digest: &Digest) -> Option<EmailAddress> {
    let organisation = view.organisations.get(digest.organisation)?;
    EmailAddress::parse(&organisation.safeguarding_email)
}

/// How the division stands in which a manager works; `None` where too few others are in it to be told of. `groups` are those
/// of the rates by unit of their whole organisation.
pub(crate) fn division_of(
    judge: &Judge<'_>,
    manager: PersonIndex,
    team: Rate,
    groups: &[Group],
    today: NaiveDate,
) -> Option<DivisionRate> {
    let view = judge.view;
    let organisation = view.organisation_code(view.people.get(manager)?.organisation);
    let unit = unit_key(view.texts.get(judge.primary(manager, today)?.unit));
    let (name, staff) = division(groups, organisation, &unit)?;
    let others = staff.counted.saturating_sub(team.counted);
    (others >= FEWEST_PEOPLE).then(|| DivisionRate { name: name.to_owned(), staff })
}

/// What a list says on `today`, and whom it lists. `team` is how everyone stands whom it could list, `division` how the part
/// of the organisation does in which its reader works.
pub(crate) fn words(
    view: &View,
    policy: &Policy,
    (digest, team): (&Digest, &DigestTeam),
    division: Option<DivisionRate>,
    today: NaiveDate,
) -> anyhow::Result<MessageWords> {
    let organisation = view.organisations.get(digest.organisation);
    let organisation = organisation.map_or(String::new(), |o| o.name.clone());
    let (contact, reports) = (contact(view, digest), reports(view, policy, &digest.items, today));
    let (audience, first_name) = match digest.receiver {
        DigestReceiver::Contact => {
            let unled = team.unled.iter().map(|(why, people)| Unled { why: *why, people: *people }).collect();
            (Audience::Contact { people: team.people, unled }, String::new())
        }
        DigestReceiver::Manager(person) => {
            let name = view.names.get(person).cloned().unwrap_or_default();
            (Audience::Manager { people: team.people, team: team.staff, division }, name.called().to_owned())
        }
        DigestReceiver::Escalated => {
            let after_days = policy.reminders.escalation.as_ref().map_or(0, |of| of.after_days);
            let mail = Escalation { organisation, contact, today, after_days, people: reports };
            return Ok(MessageWords {
                content: mail.render()?,
                lists: digest_items(view, policy, &digest.items),
            });
        }
    };
    let mail = ManagerDigest { first_name, organisation, contact, today, audience, reports };
    Ok(MessageWords { content: mail.render()?, lists: digest_items(view, policy, &digest.items) })
}

/// What the digest lists, as the outbox keeps it.
pub(crate) fn digest_items(view: &View, policy: &Policy, items: &[ReportItem]) -> Vec<DigestItem> {
    let reported = |one: &ReportItem| {
        Some(DigestItem {
            staff_id: view.people.get(one.person)?.staff_id,
            course: policy.courses.get(one.item.course)?.code.clone(),
            due_on: one.item.due_on,
        })
    };
    items.iter().filter_map(reported).collect()
}

/// The items by person, in the order in which they first come.
fn reports(view: &View, policy: &Policy, items: &[ReportItem], today: NaiveDate) -> Vec<DirectReport> {
    let mut reports: Vec<DirectReport> = Vec::new();
    let mut place_of = HashMap::new();
    let mut booked = Vec::new();
    for one in items {
        let place = *place_of.entry(one.person).or_insert_with(|| {
            reports.push(report(view, one.person, today));
            booked.push(Booked::of(view, policy, one.person, today));
            reports.len() - 1
        });
        let title = policy.course_title(one.item.course).to_owned();
        if let (Some(report), Some(booked)) = (reports.get_mut(place), booked.get(place)) {
            report.courses.push(ReportCourse {
                course: title,
                due_on: one.item.due_on,
                state: item_state(&one.item),
                hours: one.item.hours,
                booked: booked.first_helping(policy, one.item.course),
            });
        }
    }
    reports
}

fn report(view: &View, person: PersonIndex, today: NaiveDate) -> DirectReport {
    let name = view.names.get(person).cloned().unwrap_or_default();
    let posts = || view.assignments(person).iter().filter(|post| post.held_on(today));
    let who = view.people.get(person);
    let primary = posts().find(|post| post.primary).or_else(|| posts().next());
    DirectReport {
        name: name.full(),
        employee_number: who.map_or(String::new(), |who| who.employee_number.to_string()),
        unit: primary.map_or(String::new(), |post| view.texts.get(post.unit).to_owned()),
        address: who.map_or(Address::Missing, |who| who.address),
        courses: Vec::new(),
    }
}
