//! `staff`: a list of people with the state of each course they need.

mod filter;
mod listed;
mod matrix;

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;

use filter::WantedPeople;
pub use filter::{PeopleFilter, StandingFilter};

use crate::answers::viewer::Visibility;
use crate::answers::{self, Question, Viewer};
use crate::app::App;
use crate::compliance::{Assessment, CourseState, Doubt, Judge, Presence};
use crate::import::course_called;
use crate::policy::{CourseIndex, Policy};
use crate::register::store::{self, ViewDetail};
use crate::register::{Assignment, OrganisationIndex, PersonIndex, TextId, View};
use crate::wording::Unknown;

/// People with the courses that were asked for.
#[derive(Debug)]
pub struct People {
    view: View,
    policy: Policy,
    as_at: NaiveDate,
    /// The one course that was asked for.
    course: Option<CourseIndex>,
    listed: Vec<ListedPerson>,
    /// Whether managers are named who are not seen themselves: not to those who see some people only.
    names_managers: bool,
    /// Whether people of several organisations may be among them.
    several: bool,
}

/// One person of the list with the courses that match.
#[derive(Debug)]
struct ListedPerson {
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

/// Managers who are known: the code of their organisation and their number.
type KnownManagers = HashSet<(String, String)>;

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
    let course = filter.course.as_deref().map(|name| known_course(&policy, name)).transpose()?;
    let wanted = WantedPeople::of(filter, course);
    let some = wanted.some(app, question, &sight)?;
    let is_narrowed = some.is_some();
    let view = sight.view_of(app, question, ViewDetail::WithNames, some)?;
    let judge = Judge::new(&view, &policy);
    let managers = match filter.data_quality {
        Some(Doubt::UnknownManager) if is_narrowed || sight.is_of_some_people() => {
            Some(known_managers(app, question, &sight, &judge)?)
        }
        _ => None,
    };
    let listed = list(&judge, &wanted, (filter.data_quality, managers.as_ref()), question.as_at);
    if listed.is_empty() {
        wanted.refuse_unknown((app, question, &sight), &judge, !is_narrowed)?;
    }
    let organisations: BTreeSet<OrganisationIndex> =
        listed.iter().filter_map(|of| view.people.get(of.person)).map(|who| who.organisation).collect();
    Ok(People {
        names_managers: !sight.is_of_some_people(),
        several: organisations.len() > 1,
        as_at: question.as_at,
        course,
        listed,
        view,
        policy,
    })
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

/// Of the managers whom posts of these people name, those who are known, with the code of the organisation.
fn known_managers(
    app: &App,
    question: &Question,
    sight: &Visibility,
    judge: &Judge<'_>,
) -> anyhow::Result<KnownManagers> {
    let posts = judge.view.everyone().flat_map(|person| judge.held(person, question.as_at));
    let numbers: BTreeSet<String> =
        posts.map(|post| judge.view.texts.get(post.manager).to_owned()).filter(|of| !of.is_empty()).collect();
    Ok(app.db.read(|conn| store::numbers_known(conn, question.known, &numbers, sight.organisation()))?)
}

fn list(
    judge: &Judge<'_>,
    wanted: &WantedPeople<'_>,
    (doubt, managers): (Option<Doubt>, Option<&KnownManagers>),
    as_at: NaiveDate,
) -> Vec<ListedPerson> {
    let is_doubted = |person| match (doubt, managers) {
        (None, _) => true,
        (Some(Doubt::UnknownManager), Some(known)) => has_unknown_manager(judge, person, as_at, known),
        (Some(doubt), _) => doubt.is_of(judge, person, as_at),
    };
    let mut assessment = Assessment::default();
    let mut listed = Vec::new();
    for person in judge.view.everyone() {
        judge.assess(person, as_at, as_at, &mut assessment);
        if assessment.presence == Presence::NotInPost
            || !wanted.is_meant(judge, person, as_at, &assessment)
            || !is_doubted(person)
        {
            continue;
        }
        let courses = assessment.courses.iter().filter(|course| wanted.is_meant_course(course));
        let courses: Vec<ListedCourse> = courses
            .map(|course| ListedCourse {
                state: *course,
                completed_on: judge.last_completed(person, course.course, as_at),
            })
            .collect();
        if !wanted.asks_for_courses() || !courses.is_empty() {
            listed.push(ListedPerson {
                person,
                post: judge.primary(person, as_at).map(PrimaryPost::of),
                courses,
            });
        }
    }
    listed
}

/// [`Doubt::UnknownManager`] where the managers are not in the view.
fn has_unknown_manager(
    judge: &Judge<'_>,
    person: PersonIndex,
    as_at: NaiveDate,
    known: &KnownManagers,
) -> bool {
    let Some(who) = judge.view.people.get(person) else { return false };
    let organisation = judge.view.organisation_code(who.organisation);
    judge.held(person, as_at).any(|post| {
        let manager = judge.view.texts.get(post.manager);
        !manager.is_empty() && !known.contains(&(organisation.to_owned(), manager.to_owned()))
    })
}
