//! Part of a list of people, row by row: what a page shows.

use chrono::NaiveDate;

use super::{ListedPerson, People, PeopleFilter, ShownPerson, people};
use crate::answers::{Question, Viewer};
use crate::app::App;
use crate::compliance::TrainingState;

/// How many of the courses that are up to date, of everybody in question whom the viewer may see, are due before each of
/// these days.
pub(crate) fn lapsing_before(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    days: &[NaiveDate],
) -> anyhow::Result<Vec<u64>> {
    let filter = PeopleFilter {
        states: vec![TrainingState::UpToDate, TrainingState::DueSoon],
        due_before: days.iter().max().copied(),
        ..PeopleFilter::default()
    };
    let found = people(app, question, viewer, &filter)?;
    let due: Vec<NaiveDate> =
        found.shown().flat_map(|shown| shown.courses).filter_map(|course| course.state.due_on).collect();
    let before = |day: &NaiveDate| due.iter().filter(|due_on| *due_on < day).count() as u64;
    Ok(days.iter().map(before).collect())
}

/// Part of a list, and how long all of it is.
#[derive(Debug)]
pub(crate) struct PeoplePart<'a> {
    /// How many rows there are in all: one a person and course.
    pub(crate) total: usize,
    /// The rows of the part.
    pub(crate) rows: Vec<PeopleRow<'a>>,
}

/// A person and a course of theirs; one row without a course for a person with none.
#[derive(Debug)]
pub(crate) struct PeopleRow<'a> {
    /// The person, by the register's number.
    pub(crate) staff_id: i32,
    /// The code of their organisation.
    pub(crate) organisation: &'a str,
    /// Their employee number.
    pub(crate) number: &'a str,
    /// Their full name.
    pub(crate) name: String,
    /// The title of their primary post.
    pub(crate) job_title: &'a str,
    /// Its unit.
    pub(crate) unit: &'a str,
    /// The course.
    pub(crate) course: Option<ListedCourseRow<'a>>,
}

/// How a course of somebody's stands.
#[derive(Debug)]
pub(crate) struct ListedCourseRow<'a> {
    /// The course's code.
    pub(crate) code: &'a str,
    /// How it stands.
    pub(crate) state: TrainingState,
    /// By when it is due.
    pub(crate) due_on: Option<NaiveDate>,
    /// When it was last completed.
    pub(crate) completed_on: Option<NaiveDate>,
}

impl People {
    /// Everybody in it, by the register's numbers.
    pub(crate) fn staff_ids(&self) -> Vec<i32> {
        let people = self.listed.iter().filter_map(|listed| self.view.people.get(listed.person));
        people.map(|who| who.staff_id).collect()
    }

    /// At most so many rows behind so many others.
    pub(crate) fn part(&self, skipped: usize, most: usize) -> PeoplePart<'_> {
        let total = self.listed.iter().map(ListedPerson::rows).sum();
        let end = skipped.saturating_add(most);
        // The first and the last person of the part may be in it with some of their rows only.
        let (mut behind, mut first, mut last, mut first_row) = (0, self.listed.len(), 0, 0);
        for (at, listed) in self.listed.iter().enumerate() {
            if behind >= end {
                break;
            }
            if behind + listed.rows() > skipped {
                if first > at {
                    (first, first_row) = (at, behind);
                }
                last = at + 1;
            }
            behind += listed.rows();
        }
        let among = self.listed.get(first..last).unwrap_or_default();
        let rows = self.showing(among).flat_map(|shown| {
            let rows = 0..shown.courses.len().max(1);
            rows.filter_map(|at| self.row(&shown, at)).collect::<Vec<_>>()
        });
        let rows = rows.skip(skipped.saturating_sub(first_row)).take(most).collect();
        PeoplePart { total, rows }
    }

    fn row(&self, listed: &ShownPerson, at: usize) -> Option<PeopleRow<'_>> {
        let [organisation, number] = self.code_and_number(listed);
        let course = listed.courses.get(at).map(|of| ListedCourseRow {
            code: self.policy.course_code(of.state.course),
            state: of.state.state,
            due_on: of.state.due_on,
            completed_on: of.completed_on,
        });
        Some(PeopleRow {
            staff_id: self.view.people.get(listed.person)?.staff_id,
            organisation,
            number,
            name: self.view.full_name(listed.person),
            job_title: self.text(listed.post.map(|post| post.job_title)),
            unit: self.text(listed.post.map(|post| post.unit)),
            course,
        })
    }
}
