//! `staff`: a list of people with the state of each course they need.

mod doubts;
mod filter;
mod listed;
mod matrix;
mod name;
mod order;
mod part;
mod wanted;

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;

pub(crate) use doubts::doubts;
pub use filter::{PeopleFilter, StandingFilter};
pub use order::PeopleOrder;
use order::PeopleOrderKey;
pub(crate) use part::{PeoplePart, PeopleRow, lapsing_before};
use wanted::{WantedCourses, WantedPeople};

use crate::answers::register::view_of;
use crate::answers::viewer::{SeenRegister, Visibility};
use crate::answers::{self, Question, Viewer};
use crate::app::App;
use crate::compliance::{Assessment, CourseState, Doubt, Judge, Presence, can_be_told, over_everyone};
use crate::import::course_called;
use crate::policy::{CourseIndex, Policy};
use crate::register::store::{self, ViewDetail};
use crate::register::{Assignment, OrganisationIndex, Person, PersonIndex, PersonRange, TextId};
use crate::wording::Unknown;

/// People with the courses that were asked for.
///
/// It keeps who is listed; how their courses stand is told when it is asked for, of as many as are shown.
#[derive(Debug)]
pub struct People {
    view: SeenRegister,
    policy: Policy,
    as_at: NaiveDate,
    /// Which courses of theirs are listed.
    wanted: WantedCourses,
    listed: Vec<ListedPerson>,
    /// Whether managers are named who are not seen themselves: not to those who see some people only.
    names_managers: bool,
    /// Whether people of several organisations may be among them.
    several: bool,
}

/// One person of the list.
#[derive(Debug, Clone, Copy)]
struct ListedPerson {
    person: PersonIndex,
    /// How many courses of theirs match.
    courses: u16,
    /// The earliest day on which one of these is due.
    first_due_on: Option<NaiveDate>,
}

impl ListedPerson {
    /// How many rows they have: one a course, one at least.
    fn rows(&self) -> usize {
        usize::from(self.courses).max(1)
    }
}

/// A person of the list with their courses that match.
#[derive(Debug)]
struct ShownPerson {
    person: PersonIndex,
    post: Option<PrimaryPost>,
    courses: Vec<ListedCourse>,
}

/// What the list says of the primary post.
#[derive(Debug, Clone, Copy)]
struct PrimaryPost {
    job_title: TextId,
    staff_group: TextId,
    unit: TextId,
    manager: TextId,
}

impl PrimaryPost {
    fn of(held: &Assignment) -> Self {
        let Assignment { job_title, staff_group, unit, manager, .. } = held;
        Self { job_title: *job_title, staff_group: *staff_group, unit: *unit, manager: *manager }
    }
}

/// How a course of theirs stands, and when it was last completed.
#[derive(Debug)]
struct ListedCourse {
    state: CourseState,
    completed_on: Option<NaiveDate>,
}

/// Managers who can be told: the code of their organisation and their number.
type ToldManagers = HashSet<(String, String)>;

/// Everyone in post whom the viewer may see with the courses they need, or the people and courses that match.
///
/// # Errors
/// Where a course, a unit, a group, a title or a manager is named that nobody has, among others: the message names near
/// ones.
pub fn people(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    filter: &PeopleFilter,
) -> anyhow::Result<People> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let policy = answers::policy(app, question)?;
    let courses = filter.courses.iter().map(|name| known_course(&policy, name));
    let courses: Vec<CourseIndex> = courses.collect::<Result<_, _>>()?;
    let wanted = WantedPeople::of(filter, courses);
    let (view, is_narrowed) = match sight.picture(question) {
        Some(picture) => (SeenRegister::Kept(picture), false),
        None => {
            let some = wanted.some(app, question, &sight)?;
            let is_narrowed = some.is_some();
            (sight.view_of(app, question, ViewDetail::WithNames, some)?, is_narrowed)
        }
    };
    let judge = view.judge(&policy);
    let managers = match filter.data_quality {
        Some(Doubt::UnknownManager) if is_narrowed || sight.is_of_some_people() => {
            Some(told_managers(app, question, &sight, &judge)?)
        }
        _ => None,
    };
    let mut listed = list(&judge, &wanted, (filter.data_quality, managers.as_ref()), question.as_at);
    put_in_order(filter.order, &judge, question.as_at, &mut listed);
    if listed.is_empty() {
        wanted.refuse_unknown((app, question, &sight), &judge, !is_narrowed)?;
    }
    let organisations: BTreeSet<OrganisationIndex> =
        listed.iter().filter_map(|of| view.people.get(of.person)).map(|who| who.organisation).collect();
    Ok(People {
        names_managers: !sight.is_of_some_people(),
        several: organisations.len() > 1,
        as_at: question.as_at,
        wanted: wanted.into_courses(),
        listed,
        view,
        policy,
    })
}

/// That nobody in post whom the viewer may see is in a unit like this, in words that name near ones; `None` where somebody
/// is.
pub(crate) fn unknown_unit(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    unit: &str,
) -> anyhow::Result<Option<Unknown>> {
    let filter = PeopleFilter { unit: Some(unit.to_owned()), ..PeopleFilter::default() };
    match people(app, question, viewer, &filter) {
        Ok(_) => Ok(None),
        Err(error) => Ok(Some(error.downcast::<Unknown>()?)),
    }
}

/// The place of the course with this code, title or alias.
pub(super) fn known_course(policy: &Policy, name: &str) -> Result<CourseIndex, Unknown> {
    course_called(policy, name).map_err(|near| {
        const WHAT: &str = "the policy has no course";
        if near.is_empty() {
            return Unknown::all(WHAT, name, policy.courses.iter().map(|course| course.code.as_str()));
        }
        Unknown::meant(WHAT, name, near)
    })
}

/// Of the managers whom posts of these people name, those who can be told of them, with the code of the organisation.
fn told_managers(
    app: &App,
    question: &Question,
    sight: &Visibility,
    judge: &Judge<'_>,
) -> anyhow::Result<ToldManagers> {
    let posts = judge.view.everyone().flat_map(|person| judge.held(person, question.as_at));
    let numbers: BTreeSet<String> =
        posts.map(|post| judge.view.texts.get(post.manager).to_owned()).filter(|of| !of.is_empty()).collect();
    let scope = sight.organisation();
    let ids = app.db.read(|conn| store::staff_numbered(conn, question.known, &numbers, scope))?;
    let view = view_of(app, question, scope, &ids, ViewDetail::Judgement)?;
    let managers = Judge::new(&view, judge.policy);
    let told = view.people.placed().filter(|(of, _)| can_be_told(&managers, *of, question.as_at).is_ok());
    let named = |(_, who): (PersonIndex, &Person)| {
        (view.organisation_code(who.organisation).to_owned(), who.employee_number.to_string())
    };
    Ok(told.map(named).collect())
}

impl People {
    /// Everybody listed, in order.
    fn shown(&self) -> impl Iterator<Item = ShownPerson> + '_ {
        self.showing(&self.listed)
    }

    /// These of the list, in their order.
    fn showing<'a>(&'a self, listed: &'a [ListedPerson]) -> impl Iterator<Item = ShownPerson> + 'a {
        let judge = self.view.judge(&self.policy);
        let mut assessment = Assessment::default();
        listed.iter().map(move |listed| {
            let person = listed.person;
            judge.assess(person, self.as_at, self.as_at, &mut assessment);
            let courses = assessment.courses.iter().filter(|course| self.wanted.is_meant(course));
            let courses = courses.map(|course| ListedCourse {
                state: *course,
                completed_on: judge.last_completed(person, course.course, self.as_at),
            });
            let post = judge.primary(person, self.as_at).map(PrimaryPost::of);
            ShownPerson { person, post, courses: courses.collect() }
        })
    }
}

/// Whoever is meant, in the order of the view; looked for on every core.
fn list(
    judge: &Judge<'_>,
    wanted: &WantedPeople<'_>,
    (doubt, managers): (Option<Doubt>, Option<&ToldManagers>),
    as_at: NaiveDate,
) -> Vec<ListedPerson> {
    let is_doubted = |person| match (doubt, managers) {
        (None, _) => true,
        (Some(Doubt::UnknownManager), Some(told)) => has_no_told_manager(judge, person, as_at, told),
        (Some(doubt), _) => doubt.is_of(judge, person, as_at),
    };
    let look = |people: PersonRange| {
        let (mut assessment, mut matched) = (Assessment::default(), wanted.nothing_matched());
        let mut listed = Vec::new();
        for person in people.filter(|person| wanted.may_be_meant(judge, *person, as_at, &mut matched)) {
            judge.assess(person, as_at, as_at, &mut assessment);
            if assessment.presence == Presence::NotInPost
                || !wanted.stands(judge, &assessment)
                || !is_doubted(person)
            {
                continue;
            }
            let courses = || assessment.courses.iter().filter(|course| wanted.courses().is_meant(course));
            let found = courses().count();
            if !wanted.asks_for_courses() || found > 0 {
                let first_due_on = courses().filter_map(|course| course.due_on).min();
                let courses = u16::try_from(found).unwrap_or(u16::MAX);
                listed.push(ListedPerson { person, courses, first_due_on });
            }
        }
        listed
    };
    over_everyone(judge.view.people.len(), look, |all: &mut Vec<ListedPerson>, part| all.extend(part))
}

fn put_in_order(order: PeopleOrder, judge: &Judge<'_>, as_at: NaiveDate, listed: &mut [ListedPerson]) {
    let view = judge.view;
    match order.by() {
        PeopleOrderKey::Number => {}
        PeopleOrderKey::Name => listed.sort_by_cached_key(|of| {
            view.names.get(of.person).map(|name| (name.last.to_lowercase(), name.first.to_lowercase()))
        }),
        PeopleOrderKey::Unit => listed.sort_by_cached_key(|of| {
            judge.primary(of.person, as_at).map(|post| view.texts.get(post.unit).to_lowercase())
        }),
        PeopleOrderKey::Due => listed.sort_by_key(|of| of.first_due_on.unwrap_or(NaiveDate::MAX)),
    }
    if order.is_reversed() {
        listed.reverse();
    }
}

/// [`Doubt::UnknownManager`] where the managers are not in the view.
fn has_no_told_manager(
    judge: &Judge<'_>,
    person: PersonIndex,
    as_at: NaiveDate,
    told: &ToldManagers,
) -> bool {
    let Some(who) = judge.view.people.get(person) else { return false };
    let organisation = judge.view.organisation_code(who.organisation);
    judge.held(person, as_at).filter(|post| !judge.is_absent(post)).any(|post| {
        let manager = judge.view.texts.get(post.manager);
        *who.employee_number == *manager || !told.contains(&(organisation.to_owned(), manager.to_owned()))
    })
}
