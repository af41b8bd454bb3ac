//! The tables of people: who there is, and how each course stands for each.

use std::io::{self, Write};

use chrono::{Datelike, NaiveDate};

use super::cells::{FactCell, FactRows};
use super::figures::unit_id;
use super::{Facts, FactsNaming};
use crate::compliance::{Assessment, CourseState, Judge, Presence, rate_of_pair};
use crate::policy::{CourseIndex, unit_key};
use crate::register::{Assignment, PersonIndex};

const OF_PERSON: [&str; 9] = [
    "person_key",
    "organisation",
    "unit_key",
    "staff_group",
    "job_title",
    "in_post",
    "absent",
    "start_on",
    "manager_key",
];

/// What is told besides of people who are named.
const BY_NAME: [&str; 2] = ["employee_number", "name"];

const OF_PERSON_COURSE: [&str; 12] = [
    "as_at",
    "person_key",
    "organisation",
    "course",
    "required",
    "state",
    "counted",
    "in_numerator",
    "due_on",
    "lapse_on",
    "covered_by",
    "days_to_lapse",
];

impl Facts {
    /// Everyone the register knows, a row each; of those not in post, no more than that they are not.
    pub(super) fn people(&self, out: impl Write) -> io::Result<u64> {
        let is_named = self.naming == FactsNaming::Identified;
        let named: &[&str] = if is_named { &BY_NAME } else { &[] };
        let headers: Vec<&str> = OF_PERSON.iter().chain(named).copied().collect();
        let mut rows = FactRows::below(&headers, out)?;
        let judge = self.judge();
        for person in &self.in_order {
            let mut cells = self.person(&judge, *person);
            if is_named {
                cells.push(self.view.employee_number(*person).into());
                cells.push(self.view.full_name(*person).into());
            }
            rows.row(&cells)?;
        }
        rows.finish()
    }

    fn person(&self, judge: &Judge<'_>, person: PersonIndex) -> Vec<FactCell<'_>> {
        let presence = judge.presence(person, self.as_at);
        let primary = judge.primary(person, self.as_at);
        let unit = primary.map(|post| unit_key(self.view.texts.get(post.unit)));
        let start = judge.start(person, self.as_at).map(|start| self.start_told(start));
        vec![
            self.key(person).into(),
            self.view.employer_code(person).into(),
            FactCell::any(unit.filter(|path| !path.is_empty()), |path| unit_id(&path).into()),
            FactCell::any(primary, |post| self.text(post.staff_group).into()),
            FactCell::any(primary, |_| self.job_title(judge, person).into()),
            FactCell::Flag(presence != Presence::NotInPost),
            FactCell::Flag(presence == Presence::Absent),
            FactCell::any(start, FactCell::Day),
            FactCell::any(primary.and_then(|post| self.manager(person, post)), |key| key.into()),
        ]
    }

    /// The day itself where people are named, the first of its month where they are not.
    fn start_told(&self, start: NaiveDate) -> NaiveDate {
        match self.naming {
            FactsNaming::Identified => start,
            FactsNaming::Pseudonymised => start.with_day(1).unwrap_or(start),
        }
    }

    /// The key of the manager whom the post names, if the organisation has somebody of that number.
    fn manager(&self, person: PersonIndex, post: &Assignment) -> Option<String> {
        let number = self.view.texts.get(post.manager);
        let manager = self.view.find(self.organisation(person)?, number)?;
        Some(self.key(manager))
    }

    /// How each course stands for whoever needs it; a course that another covers has a row that says so.
    pub(super) fn person_courses(&self, out: impl Write) -> io::Result<u64> {
        let mut rows = FactRows::below(&OF_PERSON_COURSE, out)?;
        let judge = self.judge();
        let mut assessment = Assessment::default();
        for person in &self.in_order {
            judge.assess(*person, self.as_at, self.as_at, &mut assessment);
            let key = self.key(*person);
            for state in &assessment.courses {
                rows.row(&self.needed(*person, &key, state))?;
            }
            for (course, covered_by) in &assessment.covered {
                rows.row(&self.covered(*person, &key, *course, *covered_by))?;
            }
        }
        rows.finish()
    }

    fn needed<'a>(&'a self, person: PersonIndex, key: &'a str, of: &CourseState) -> [FactCell<'a>; 12] {
        let rate = rate_of_pair(of.state, self.policy.grace);
        let days = of.lapse_on.map(|lapse| lapse.signed_duration_since(self.as_at).num_days());
        [
            FactCell::Day(self.as_at),
            key.into(),
            self.view.employer_code(person).into(),
            self.policy.course_code(of.course).into(),
            FactCell::Flag(true),
            of.state.as_str().into(),
            FactCell::Flag(rate.counted > 0),
            FactCell::Flag(rate.up_to_date > 0),
            FactCell::any(of.due_on, FactCell::Day),
            FactCell::any(of.lapse_on, FactCell::Day),
            FactCell::Blank,
            FactCell::any(days, FactCell::Number),
        ]
    }

    fn covered<'a>(
        &'a self,
        person: PersonIndex,
        key: &'a str,
        course: CourseIndex,
        covered_by: CourseIndex,
    ) -> [FactCell<'a>; 12] {
        [
            FactCell::Day(self.as_at),
            key.into(),
            self.view.employer_code(person).into(),
            self.policy.course_code(course).into(),
            FactCell::Flag(false),
            FactCell::Blank,
            FactCell::Flag(false),
            FactCell::Flag(false),
            FactCell::Blank,
            FactCell::Blank,
            self.policy.course_code(covered_by).into(),
            FactCell::Blank,
        ]
    }
}
