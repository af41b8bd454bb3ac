//! Which manager hears of which reports, once a week (spec 2.8).

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::reminder::{Brake, Item, code, item};
use super::stage::days_to_go;
use crate::compliance::{Assessment, CourseState, Judge, Presence, State};
use crate::register::{Assignment, PersonIndex};

/// Whom a digest is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Receiver {
    /// A manager in post, not absent, with an e-mail address that mail reaches.
    Manager(PersonIndex),
    /// The organisation's safeguarding contact, for reports whose manager can't be reached.
    Contact,
}

/// One course of a report that a digest lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportItem {
    /// The report.
    pub person: PersonIndex,
    /// The course, and how it stands.
    pub item: Item,
}

/// A week's digest to one manager, or to the safeguarding contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The organisation, by its place in the view.
    pub organisation: u16,
    /// Whom it is for.
    pub receiver: Receiver,
    /// What it lists, at least one: by due date, then course code, then employee number.
    pub items: Vec<ReportItem>,
    /// Whether the mail brake holds it.
    pub brake: Brake,
}

/// Whether a planning run plans an organisation's digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Digests {
    /// It does not: the week has had them, or its day has not come.
    #[default]
    NotDue,
    /// It does.
    Due,
    /// It does, and holds them: the brake holds the reminders of an earlier run of the day.
    DueHeld,
}

/// The order in which a digest lists.
pub(super) fn in_order(judge: &Judge<'_>, items: &mut [ReportItem]) {
    items.sort_by(|a, b| {
        let key = |one: &ReportItem| (one.item.due_on, code(judge, one.item.course), one.person);
        key(a).cmp(&key(b))
    });
}

/// What a digest to this receiver lists on the day it is put into words, of those people of the judge's view whom it may
/// concern; `None` where that is nothing.
pub fn digest_of(
    judge: &Judge<'_>,
    organisation: u16,
    receiver: Receiver,
    people: impl Iterator<Item = PersonIndex>,
    today: NaiveDate,
) -> Option<Digest> {
    let mut assessment = Assessment::default();
    let mut items = Vec::new();
    for person in people {
        if !receivers(judge, person, today).contains(&receiver) {
            continue;
        }
        judge.assess(person, today, today, &mut assessment);
        if assessment.presence == Presence::Present {
            let listed = listed(judge, &assessment.courses, today);
            items.extend(listed.map(|item| ReportItem { person, item }));
        }
    }
    in_order(judge, &mut items);
    (!items.is_empty()).then_some(Digest { organisation, receiver, items, brake: Brake::Open })
}

/// The courses of a report that concern their manager: lapsed, not done, or due within the policy's days.
pub(super) fn listed<'a>(
    judge: &'a Judge<'_>,
    courses: &'a [CourseState],
    today: NaiveDate,
) -> impl Iterator<Item = Item> + 'a {
    let within = i32::try_from(judge.policy.reminders.manager_from_days).unwrap_or(i32::MAX);
    let concerns = move |course: &&CourseState| {
        matches!(course.state, State::Lapsed | State::NotDone)
            || course.due_on.is_some_and(|due_on| days_to_go(due_on, today) <= within)
    };
    courses.iter().filter(concerns).filter_map(move |course| item(judge, course, today))
}

/// Who hears of the person today: the manager of each post held and not absent, or the contact in the place of one who
/// can't be reached.
pub(super) fn receivers(judge: &Judge<'_>, person: PersonIndex, today: NaiveDate) -> BTreeSet<Receiver> {
    let posts = judge.held(person, today).filter(|post| !judge.is_absent(post));
    posts.map(|post| receiver(judge, person, post, today)).collect()
}

fn receiver(judge: &Judge<'_>, person: PersonIndex, post: &Assignment, today: NaiveDate) -> Receiver {
    let view = judge.view;
    let named = view.texts.get(post.manager);
    let manager = view.people.get(person).and_then(|who| view.find(who.organisation, named));
    let hears = |manager: &PersonIndex| {
        *manager != person
            && judge.presence(*manager, today) == Presence::Present
            && view.is_reached(*manager)
    };
    manager.filter(hears).map_or(Receiver::Contact, Receiver::Manager)
}
