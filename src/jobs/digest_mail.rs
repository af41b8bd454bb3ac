//! Renders a manager's digest for the outbox.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::digest_weeks::once_key;
use super::plan_reminders::item_state;
use crate::mail::{Audience, Mail, ManagerDigest, Report, ReportCourse};
use crate::outbox::{Kind, NewMessage, Reported};
use crate::plan::{Digest, Receiver, ReportItem};
use crate::policy::Policy;
use crate::register::{Address, EmailAddress, PersonIndex, View};

/// The digest as a message of the organisation with this id, with what it lists; `None` where it has nobody to go to.
pub fn message(
    view: &View,
    policy: &Policy,
    digest: &Digest,
    organisation_id: i32,
    today: NaiveDate,
) -> anyhow::Result<Option<(NewMessage, Vec<Reported>)>> {
    let organisation = view.organisations.get(usize::from(digest.organisation));
    let contact = organisation.and_then(|o| EmailAddress::parse(&o.safeguarding_email));
    let (staff_id, first_name, recipient) = match digest.receiver {
        Receiver::Contact => match &contact {
            Some(contact) => (None, String::new(), contact.as_str().to_owned()),
            None => return Ok(None),
        },
        Receiver::Manager(person) => {
            let name = view.names.get(person).cloned().unwrap_or_default();
            (view.people.get(person).map(|who| who.staff_id), name.called().to_owned(), name.email)
        }
    };
    let mail = ManagerDigest {
        first_name,
        organisation: organisation.map_or(String::new(), |o| o.name.clone()),
        contact,
        today,
        audience: match digest.receiver {
            Receiver::Manager(_) => Audience::Manager,
            Receiver::Contact => Audience::Contact,
        },
        reports: reports(view, policy, &digest.items, today),
    };
    let message = NewMessage {
        kind: Kind::ManagerDigest,
        organisation_id,
        staff_id,
        recipient,
        content: mail.render()?,
        once_key: Some(once_key(view, digest, today)),
        planned_on: today,
        told: Vec::new(),
    };
    Ok(Some((message, listed(view, policy, &digest.items))))
}

/// What the digest lists, as the outbox keeps it.
fn listed(view: &View, policy: &Policy, items: &[ReportItem]) -> Vec<Reported> {
    let reported = |one: &ReportItem| {
        Some(Reported {
            staff_id: view.people.get(one.person)?.staff_id,
            course: policy.courses.get(one.item.course)?.code.clone(),
            due_on: one.item.due_on,
        })
    };
    items.iter().filter_map(reported).collect()
}

/// The items by person, in the order in which they first come.
fn reports(view: &View, policy: &Policy, items: &[ReportItem], today: NaiveDate) -> Vec<Report> {
    let mut reports: Vec<Report> = Vec::new();
    let mut place_of = HashMap::new();
    for one in items {
        let place = *place_of.entry(one.person).or_insert_with(|| {
            reports.push(report(view, one.person, today));
            reports.len() - 1
        });
        let title = policy.courses.get(one.item.course).map_or(String::new(), |course| course.title.clone());
        if let Some(report) = reports.get_mut(place) {
            report.courses.push(ReportCourse {
                course: title,
                due_on: one.item.due_on,
                state: item_state(&one.item),
                hours: one.item.hours,
            });
        }
    }
    reports
}

fn report(view: &View, person: PersonIndex, today: NaiveDate) -> Report {
    let name = view.names.get(person).cloned().unwrap_or_default();
    let posts = || view.assignments(person).iter().filter(|post| post.held_on(today));
    let who = view.people.get(person);
    let primary = posts().find(|post| post.primary).or_else(|| posts().next());
    Report {
        name: name.full(),
        employee_number: who.map_or(String::new(), |who| who.employee_number.to_string()),
        unit: primary.map_or(String::new(), |post| view.texts.get(post.unit).to_owned()),
        address: who.map_or(Address::Missing, |who| who.address),
        courses: Vec::new(),
    }
}
