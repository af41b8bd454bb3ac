//! `staff`: a list of people with the state of each course they need.

mod matrix;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use anyhow::bail;
use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Question, Viewer, shapes};
use crate::app::App;
use crate::compliance::{Assessment, CourseState, Doubt, Judge, Presence, TrainingState};
use crate::policy::{Pattern, PatternKind, Policy};
use crate::register::store::{self, ViewDetail};
use crate::register::{Address, Assignment, Name, PersonIndex, TextId, View};
use crate::wording::counted;

/// Which people and courses are asked for: all of them where nothing is.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Only courses in this state.
    pub state: Option<TrainingState>,
    /// Only the course with this code.
    pub course: Option<String>,
    /// Only people whose primary post is in a unit like this, or below it.
    pub unit: Option<String>,
    /// Only people whose primary post is of a staff group like this.
    pub staff_group: Option<String>,
    /// Only courses due before this day.
    pub due_before: Option<NaiveDate>,
    /// Only people about whom this is doubtful.
    pub data_quality: Option<Doubt>,
}

/// People with the courses that were asked for.
#[derive(Debug)]
pub struct People {
    view: View,
    policy: Policy,
    as_at: NaiveDate,
    /// The one course that was asked for.
    course: Option<String>,
    listed: Vec<ListedPerson>,
}

/// One person of the list with the courses that match.
#[derive(Debug)]
struct ListedPerson {
    person: PersonIndex,
    /// Of the primary post.
    unit: Option<TextId>,
    courses: Vec<CourseState>,
}

/// Everyone in post whom the viewer may see with the courses they need, or the people and courses that match.
pub fn people(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    filter: &PeopleFilter,
) -> anyhow::Result<People> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let policy = crate::answers::policy(app, question)?;
    if let Some(code) = &filter.course
        && !policy.courses.iter().any(|course| course.code == *code)
    {
        let codes: Vec<&str> = policy.courses.iter().map(|course| course.code.as_str()).collect();
        bail!("the policy has no course {code:?}; its courses are {}", codes.join(", "));
    }
    let some = of_the_unit(app, question, &sight, filter)?;
    let is_of_some = some.is_some() || sight.is_of_some_people();
    let view = sight.view_of(app, question, ViewDetail::WithNames, some)?;
    let judge = Judge::new(&view, &policy);
    let managers = match filter.data_quality {
        Some(Doubt::UnknownManager) if is_of_some => Some(known_managers(app, question, &sight, &judge)?),
        _ => None,
    };
    let listed = list(&judge, filter, managers.as_ref(), question.as_at);
    Ok(People { view, policy, as_at: question.as_at, course: filter.course.clone(), listed })
}

/// Those who may be of the unit asked for, whose rows alone are then read.
fn of_the_unit(
    app: &App,
    question: &Question,
    sight: &Visibility,
    filter: &PeopleFilter,
) -> anyhow::Result<Option<HashSet<i32>>> {
    let Some(pattern) = &filter.unit else { return Ok(None) };
    let pattern = Pattern::new(pattern, PatternKind::Unit);
    let is_meant = |unit: &str| pattern.matches(unit);
    // What fits even a post without a unit fits nearly everybody's.
    if is_meant("") {
        return Ok(None);
    }
    let some =
        app.db.read(|conn| store::staff_in_units(conn, question.known, sight.organisation(), is_meant))?;
    Ok(Some(some))
}

/// Of the managers whom posts of these people name, those who are known, with the code of the organisation.
fn known_managers(
    app: &App,
    question: &Question,
    sight: &Visibility,
    judge: &Judge<'_>,
) -> anyhow::Result<HashSet<(String, String)>> {
    let posts = judge.view.everyone().flat_map(|person| judge.held(person, question.as_at));
    let numbers: BTreeSet<String> =
        posts.map(|post| judge.view.texts.get(post.manager).to_owned()).filter(|of| !of.is_empty()).collect();
    Ok(app.db.read(|conn| store::numbers_known(conn, question.known, &numbers, sight.organisation()))?)
}

fn list(
    judge: &Judge<'_>,
    filter: &PeopleFilter,
    managers: Option<&HashSet<(String, String)>>,
    as_at: NaiveDate,
) -> Vec<ListedPerson> {
    let unit = filter.unit.as_ref().map(|pattern| Pattern::new(pattern, PatternKind::Unit));
    let group = filter.staff_group.as_ref().map(|pattern| Pattern::new(pattern, PatternKind::Text));
    let by_course = filter.state.is_some() || filter.course.is_some() || filter.due_before.is_some();
    let filtered = by_course || unit.is_some() || group.is_some();
    let is_of = |pattern: &Option<Pattern>, post: Option<&Assignment>, text: fn(&Assignment) -> TextId| {
        pattern.as_ref().is_none_or(|pattern| {
            post.is_some_and(|primary| pattern.matches(judge.view.texts.get(text(primary))))
        })
    };
    let is_doubted = |person| match (filter.data_quality, managers) {
        (None, _) => true,
        (Some(Doubt::UnknownManager), Some(known)) => has_unknown_manager(judge, person, as_at, known),
        (Some(doubt), _) => doubt.is_of(judge, person, as_at),
    };
    let mut assessment = Assessment::default();
    let mut listed = Vec::new();
    for person in judge.view.everyone() {
        judge.assess(person, as_at, as_at, &mut assessment);
        let primary = judge.primary(person, as_at);
        let is_asked =
            is_of(&unit, primary, |held| held.unit) && is_of(&group, primary, |held| held.staff_group);
        if assessment.presence == Presence::NotInPost || !is_asked || !is_doubted(person) {
            continue;
        }
        let matches = |course: &&CourseState| filter.matches(course, judge.policy);
        let courses: Vec<CourseState> = assessment.courses.iter().filter(matches).copied().collect();
        if !filtered || !courses.is_empty() {
            listed.push(ListedPerson { person, unit: primary.map(|post| post.unit), courses });
        }
    }
    listed
}

/// [`Doubt::UnknownManager`] where the managers are not in the view.
fn has_unknown_manager(
    judge: &Judge<'_>,
    person: PersonIndex,
    as_at: NaiveDate,
    known: &HashSet<(String, String)>,
) -> bool {
    let Some(who) = judge.view.people.get(person) else { return false };
    let organisation = judge.view.organisation_code(who.organisation);
    judge.held(person, as_at).any(|post| {
        let manager = judge.view.texts.get(post.manager);
        !manager.is_empty() && !known.contains(&(organisation.to_owned(), manager.to_owned()))
    })
}

impl PeopleFilter {
    fn matches(&self, course: &CourseState, policy: &Policy) -> bool {
        self.state.is_none_or(|state| state == course.state)
            && self.due_before.is_none_or(|day| course.due_on.is_some_and(|due_on| due_on < day))
            && self.course.as_ref().is_none_or(|code| code == policy.course_code(course.course))
    }
}

const HEADERS: [&str; 8] =
    ["organisation", "employee_number", "name", "unit", "course", "state", "due_date", "lapse_date"];

impl People {
    /// A row a course; one row with empty course cells for a person with none.
    pub fn sheet(&self) -> AnswerRows<'_> {
        AnswerRows::of_words("Staff", HEADERS, self.listed.iter().flat_map(|listed| self.rows(listed)))
    }

    /// How many people are listed.
    pub fn count(&self) -> usize {
        self.listed.len()
    }

    fn rows(&self, listed: &ListedPerson) -> Vec<Vec<AnswerCell>> {
        let first = [
            self.view.employer_code(listed.person).to_owned(),
            self.view.employee_number(listed.person).to_owned(),
            self.view.full_name(listed.person),
            listed.unit.map_or(String::new(), |unit| self.view.texts.get(unit).to_owned()),
        ]
        .map(AnswerCell::Text);
        let cells = |course: &CourseState| {
            [
                self.policy.course_code(course.course).into(),
                course.state.as_str().into(),
                AnswerCell::Day(course.due_on),
                AnswerCell::Day(course.lapse_on),
            ]
        };
        if listed.courses.is_empty() {
            return vec![first.into_iter().chain(std::iter::repeat_n(AnswerCell::Day(None), 4)).collect()];
        }
        listed.courses.iter().map(|course| first.iter().cloned().chain(cells(course)).collect()).collect()
    }

    fn document(&self, listed: &ListedPerson) -> Value {
        let who = self.view.people.get(listed.person);
        let courses = listed.courses.iter();
        let mut shape = json!({
            "organisation": who.map(|who| self.view.organisation_code(who.organisation)),
            "employee_number": who.map(|who| who.employee_number.as_ref()),
            "name": self.view.names.get(listed.person).map(Name::full),
            "courses": courses.map(|course| shapes::course_state(&self.policy, course)).collect::<Vec<_>>(),
        });
        // Only of those whose mail comes back: since when they are not mailed, and by which bounce.
        if let (Value::Object(shape), Some(Address::Bouncing { since, bounce })) =
            (&mut shape, who.map(|who| who.address))
        {
            shape.insert("bouncing".to_owned(), json!({ "since": since, "bounce": bounce }));
        }
        shape
    }
}

impl Serialize for People {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let people = shapes::List(|| self.listed.iter().map(|listed| self.document(listed)));
        BTreeMap::from([("people", people)]).serialize(serializer)
    }
}

impl Answer for People {
    fn words(&self) -> String {
        format!("{}\n{}", self.sheet().table(), counted(self.count(), "person", "people"))
    }
}
