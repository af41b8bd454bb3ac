//! How everyone in post stood on a day, kept small: what a later judgement is compared with.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::NaiveDate;

use crate::compliance::{Assessment, Judge, Presence, Rate, TrainingState, count_person, over_everyone};
use crate::policy::{CourseIndex, Grace};
use crate::register::{Indexed, PersonIndex};

/// How everyone in post stood. It outlives the view it was made from, so that two views need not be held at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standings {
    /// The policy's course codes.
    codes: Indexed<CourseIndex, String>,
    /// In order of staff id.
    people: Vec<StoredStanding>,
    courses: Vec<(CourseIndex, TrainingState)>,
    /// The staff rate they make.
    pub(crate) staff: Rate,
}

#[derive(Debug, Clone, Copy)]
struct StoredStanding {
    staff_id: i32,
    first_course: u32,
    courses: u16,
    is_absent: bool,
    is_counted: bool,
    is_up_to_date: bool,
    posts: u32,
}

/// How one person stood.
#[derive(Debug, Clone, Copy)]
pub(super) struct PersonStanding<'a> {
    pub staff_id: i32,
    pub is_absent: bool,
    /// What they add to the staff rate.
    pub staff: Rate,
    /// Their posts, in a number that changes with them.
    pub posts: u32,
    codes: &'a Indexed<CourseIndex, String>,
    courses: &'a [(CourseIndex, TrainingState)],
}

impl PersonStanding<'_> {
    /// The state of the course with this code; `None` where they did not need it, or another covered it.
    pub(crate) fn state(&self, code: &str) -> Option<TrainingState> {
        let is = |(course, _): &&(CourseIndex, TrainingState)| {
            self.codes.get(*course).is_some_and(|of| of == code)
        };
        self.courses.iter().find(is).map(|(_, state)| *state)
    }

    /// The codes of the courses counted, with their states.
    pub(crate) fn counted(&self) -> impl Iterator<Item = (&str, TrainingState)> {
        let counted = self.courses.iter().filter(|(_, state)| is_counted(*state));
        counted.filter_map(|(course, state)| Some((self.codes.get(*course)?.as_str(), *state)))
    }
}

/// Whether a state is in the denominator, once it is [`as_counted`].
pub(super) fn is_counted(state: TrainingState) -> bool {
    !matches!(state, TrainingState::Exempt | TrainingState::InGrace)
}

/// The state as it counts: where the policy counts grace, what is in grace is not done.
pub(super) fn as_counted(state: TrainingState, grace: Grace) -> TrainingState {
    if state == TrainingState::InGrace && grace == Grace::Count { TrainingState::NotDone } else { state }
}

/// A number that changes when the posts held on `day` change in anything that decides what courses they call for.
pub(super) fn posts(judge: &Judge<'_>, person: PersonIndex, day: NaiveDate) -> u32 {
    let text = |id| judge.view.texts.get(id);
    let mut hasher = DefaultHasher::new();
    for held in judge.held(person, day) {
        (text(held.staff_group), text(held.job_title), text(held.unit), text(held.category))
            .hash(&mut hasher);
        judge.is_absent(held).hash(&mut hasher);
    }
    #[expect(clippy::cast_possible_truncation, reason = "any part of a hash is a hash")]
    let posts = hasher.finish() as u32;
    posts
}

impl Standings {
    /// How everyone in the view stood on `day`.
    pub(crate) fn of(judge: &Judge<'_>, day: NaiveDate) -> Self {
        let mut standings = over_everyone(
            judge.view.people.len(),
            |people| {
                let mut part = Self::default();
                let mut assessment = Assessment::default();
                for person in people {
                    judge.assess(person, day, day, &mut assessment);
                    if assessment.presence != Presence::NotInPost {
                        part.add(judge, person, day, &assessment);
                    }
                }
                part
            },
            Self::merge,
        );
        standings.people.sort_unstable_by_key(|stood| stood.staff_id);
        standings.codes = judge.policy.courses.iter().map(|course| course.code.clone()).collect();
        standings
    }

    fn add(&mut self, judge: &Judge<'_>, person: PersonIndex, day: NaiveDate, assessment: &Assessment) {
        let grace = judge.policy.grace;
        let staff = count_person(assessment, grace).staff;
        self.staff.counted += staff.counted;
        self.staff.up_to_date += staff.up_to_date;
        self.people.push(StoredStanding {
            staff_id: judge.view.people.get(person).map_or(0, |person| person.staff_id),
            first_course: u32::try_from(self.courses.len()).unwrap_or(u32::MAX),
            courses: u16::try_from(assessment.courses.len()).unwrap_or(u16::MAX),
            is_absent: assessment.presence == Presence::Absent,
            is_counted: staff.counted > 0,
            is_up_to_date: staff.up_to_date > 0,
            posts: posts(judge, person, day),
        });
        let courses = assessment.courses.iter();
        self.courses.extend(courses.map(|course| (course.course, as_counted(course.state, grace))));
    }

    fn merge(&mut self, other: Self) {
        let before = u32::try_from(self.courses.len()).unwrap_or(u32::MAX);
        self.people.extend(other.people.into_iter().map(|stood| StoredStanding {
            first_course: stood.first_course.saturating_add(before),
            ..stood
        }));
        self.courses.extend(other.courses);
        self.staff.counted += other.staff.counted;
        self.staff.up_to_date += other.staff.up_to_date;
    }

    /// The same, but that everybody of `changed` stood as in `others`, made by the same rules: who is not in those was
    /// not in post.
    pub(crate) fn but_for(mut self, changed: &HashSet<i32>, others: &Self) -> Self {
        self.people.retain(|stood| !changed.contains(&stood.staff_id));
        let count = |is: fn(&StoredStanding) -> bool| {
            u64::try_from(self.people.iter().filter(|stood| is(stood)).count()).unwrap_or(u64::MAX)
        };
        self.staff =
            Rate { counted: count(|stood| stood.is_counted), up_to_date: count(|stood| stood.is_up_to_date) };
        self.merge(others.clone());
        self.people.sort_unstable_by_key(|stood| stood.staff_id);
        self
    }

    /// How the person stood; `None` for somebody not in post.
    pub(super) fn get(&self, staff_id: i32) -> Option<PersonStanding<'_>> {
        let at = self.people.binary_search_by_key(&staff_id, |stood| stood.staff_id).ok()?;
        self.people.get(at).map(|stood| self.standing(stood))
    }

    /// How everyone in post stood, in order of staff id.
    pub(super) fn iter(&self) -> impl Iterator<Item = PersonStanding<'_>> {
        self.people.iter().map(|stood| self.standing(stood))
    }

    fn standing(&self, stood: &StoredStanding) -> PersonStanding<'_> {
        let first = usize::try_from(stood.first_course).unwrap_or(usize::MAX);
        let courses = self.courses.get(first..first.saturating_add(usize::from(stood.courses)));
        PersonStanding {
            staff_id: stood.staff_id,
            is_absent: stood.is_absent,
            staff: Rate { counted: u64::from(stood.is_counted), up_to_date: u64::from(stood.is_up_to_date) },
            posts: stood.posts,
            codes: &self.codes,
            courses: courses.unwrap_or_default(),
        }
    }
}
