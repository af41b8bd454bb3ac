//! Who hears of others once a week: each manager of their reports, and whomever the policy names of those who have been
//! overdue for long (spec 2.8).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::reminder::{MailBrake, PlannedItem, code, item};
use super::stage::days_to_go;
use crate::compliance::{
    Assessment, CourseState, Judge, NoLineManager, Presence, Rate, TrainingState, count_person, line_manager,
    no_line_manager,
};
use crate::register::{OrganisationIndex, PersonIndex};

/// Whom a digest is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DigestReceiver {
    /// A manager in post, not absent, with an email address that mail reaches.
    Manager(PersonIndex),
    /// The organisation's safeguarding contact, for reports whose manager can't be reached.
    Contact,
    /// Whomever the policy names, for everyone who has been overdue for longer than it lets pass.
    Escalated,
}

/// One course of a report that a digest lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportItem {
    /// The report.
    pub person: PersonIndex,
    /// The course, and how it stands.
    pub item: PlannedItem,
}

/// A week's list to one manager, to the safeguarding contact, or to whomever the policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The organisation, by its place in the view.
    pub organisation: OrganisationIndex,
    /// Whom it is for.
    pub receiver: DigestReceiver,
    /// What it lists, at least one: by due date, then course code, then employee number.
    pub items: Vec<ReportItem>,
    /// Whether the mail brake holds it.
    pub brake: MailBrake,
}

/// Whether a planning run plans an organisation's lists of one sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WeeklyList {
    /// It does not: the week has had them, or its day has not come.
    #[default]
    NotDue,
    /// It does.
    Due,
    /// It does, and holds them: the brake holds the reminders of an earlier run of the day.
    DueHeld,
}

/// Which of an organisation's lists a planning run plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weekly {
    /// Those to managers, and to the contact in their place.
    pub digests: WeeklyList,
    /// The one of those who have been overdue for long.
    pub escalation: WeeklyList,
}

impl Weekly {
    /// Whether the list to this receiver is planned.
    pub(super) fn of(self, receiver: DigestReceiver) -> WeeklyList {
        match receiver {
            DigestReceiver::Manager(_) | DigestReceiver::Contact => self.digests,
            DigestReceiver::Escalated => self.escalation,
        }
    }
}

/// The order in which a digest lists.
pub(super) fn in_order(judge: &Judge<'_>, items: &mut [ReportItem]) {
    items.sort_by(|a, b| {
        let key = |one: &ReportItem| (one.item.due_on, code(judge, one.item.course), one.person);
        key(a).cmp(&key(b))
    });
}

/// How everyone stands whom a digest could list, whether it does or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DigestTeam {
    /// How many they are: in post and not absent.
    pub(crate) people: u64,
    /// Their staff rate.
    pub(crate) staff: Rate,
    /// In a digest to the contact: of those it lists, why no manager can be told of them.
    pub(crate) unled: BTreeMap<NoLineManager, u64>,
}

/// What a digest to this receiver lists on the day it is put into words, of those people of the judge's view whom it may
/// concern, and how all of these stand; `None` where nothing is listed.
pub(crate) fn digest_of(
    judge: &Judge<'_>,
    organisation: OrganisationIndex,
    receiver: DigestReceiver,
    people: impl Iterator<Item = PersonIndex>,
    today: NaiveDate,
) -> Option<(Digest, DigestTeam)> {
    let mut assessment = Assessment::default();
    let mut items = Vec::new();
    let mut team = DigestTeam::default();
    for person in people {
        if receiver != DigestReceiver::Escalated && !receivers(judge, person, today).contains(&receiver) {
            continue;
        }
        judge.assess(person, today, today, &mut assessment);
        if assessment.presence != Presence::Present {
            continue;
        }
        team.people += 1;
        let staff = count_person(&assessment, judge.policy.grace).staff;
        team.staff.counted += staff.counted;
        team.staff.up_to_date += staff.up_to_date;
        let listed = listed_to(judge, receiver, person, &assessment.courses, today);
        let unled = match receiver {
            DigestReceiver::Contact if !listed.is_empty() => no_line_manager(judge, person, today),
            _ => None,
        };
        unled.into_iter().for_each(|why| *team.unled.entry(why).or_default() += 1);
        items.extend(listed);
    }
    in_order(judge, &mut items);
    (!items.is_empty()).then_some((Digest { organisation, receiver, items, brake: MailBrake::Open }, team))
}

/// What a list to this receiver says of a person, given how their courses stand.
pub(super) fn listed_to(
    judge: &Judge<'_>,
    receiver: DigestReceiver,
    person: PersonIndex,
    courses: &[CourseState],
    today: NaiveDate,
) -> Vec<ReportItem> {
    let listed = |item| ReportItem { person, item };
    match receiver {
        DigestReceiver::Manager(_) | DigestReceiver::Contact => {
            concerning(judge, courses, today).map(listed).collect()
        }
        DigestReceiver::Escalated => long_overdue(judge, courses, today).map(listed).collect(),
    }
}

/// The courses of a report that concern their manager: lapsed, not done, or due within the policy's days.
fn concerning<'a>(
    judge: &'a Judge<'_>,
    courses: &'a [CourseState],
    today: NaiveDate,
) -> impl Iterator<Item = PlannedItem> + 'a {
    let within = i32::try_from(judge.policy.reminders.manager_from_days).unwrap_or(i32::MAX);
    let concerns = move |course: &&CourseState| {
        matches!(course.state, TrainingState::Lapsed | TrainingState::NotDone)
            || course.due_on.is_some_and(|due_on| days_to_go(due_on, today) <= within)
    };
    courses.iter().filter(concerns).filter_map(move |course| item(judge, course, today))
}

/// The courses of a person that have been overdue for longer than the policy lets pass.
fn long_overdue<'a>(
    judge: &'a Judge<'_>,
    courses: &'a [CourseState],
    today: NaiveDate,
) -> impl Iterator<Item = PlannedItem> + 'a {
    let after = judge.policy.reminders.escalation.as_ref().map(|escalation| i64::from(escalation.after_days));
    let is_long = move |due_on: NaiveDate| after.is_some_and(|after| (today - due_on).num_days() > after);
    let concerns = move |course: &&CourseState| {
        matches!(course.state, TrainingState::Lapsed | TrainingState::NotDone)
            && course.due_on.is_some_and(is_long)
    };
    courses.iter().filter(concerns).filter_map(move |course| item(judge, course, today))
}

/// Who hears of the person today: the manager of each post held and not absent, or the contact in the place of one who
/// can't be reached.
pub(super) fn receivers(
    judge: &Judge<'_>,
    person: PersonIndex,
    today: NaiveDate,
) -> BTreeSet<DigestReceiver> {
    let posts = judge.held(person, today).filter(|post| !judge.is_absent(post));
    posts
        .map(|post| {
            line_manager(judge, person, post, today).map_or(DigestReceiver::Contact, DigestReceiver::Manager)
        })
        .collect()
}
