//! `staff --matrix`: people down, courses across, in each cell the day of the completion that counts longest: the form that
//! an import of training reads (spec 3.2). Where a record of a course has an expiry of its own, that stands in a column
//! beside it: read back without it, whoever has lapsed by it would be up to date.

use std::collections::{BTreeSet, HashMap};

use super::{People, ShownPerson};
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::compliance::{Judge, lapse_date};
use crate::policy::CourseIndex;
use crate::register::{Name, PersonIndex, Record};

/// What stands before the courses.
const HEADERS: [&str; 4] = ["organisation", "employee_number", "full_name", "unit"];
/// Behind the name of a course, what a column of its expiries is called.
const EXPIRES: &str = " Expires";

impl People {
    /// A row a person, a column for each course of the policy, or for those that were asked for.
    pub fn matrix(&self) -> AnswerRows<'_> {
        let is_asked = |at: &CourseIndex| self.wanted.named.is_empty() || self.wanted.named.contains(at);
        let judge = self.view.judge(&self.policy);
        let everyone = self.listed.iter().map(|listed| self.longest_counting(&judge, listed.person));
        let with_expiry: BTreeSet<CourseIndex> = everyone
            .flat_map(|of| of.into_iter().filter(|(_, record)| record.expires_on.is_some()))
            .map(|(course, _)| course)
            .collect();
        let asked = self.policy.courses.placed().filter(|(at, _)| is_asked(at));
        let across = asked.map(|(at, course)| (at, course.title.as_str(), with_expiry.contains(&at)));
        let across: Vec<(CourseIndex, &str, bool)> = across.collect();
        let titles = across.iter().flat_map(|(_, title, has_expiries)| {
            let expiries = has_expiries.then(|| format!("{title}{EXPIRES}"));
            std::iter::once((*title).to_owned()).chain(expiries)
        });
        let headers = HEADERS.into_iter().map(ListColumn::words);
        let columns = headers.chain(titles.map(ListColumn::code)).collect();
        let rows = self.shown().map(move |listed| {
            let longest = self.longest_counting(&judge, listed.person);
            let days = across.iter().flat_map(|(course, _, has_expiries)| {
                let record = longest.get(course);
                let expiry = has_expiries.then(|| record.and_then(|record| record.expires_on));
                std::iter::once(record.map(|record| record.completed_on)).chain(expiry)
            });
            self.person_cells(&listed).into_iter().chain(days.map(AnswerCell::Day)).collect()
        });
        AnswerRows::new("Training matrix", columns, rows)
    }

    fn person_cells(&self, listed: &ShownPerson) -> [AnswerCell; HEADERS.len()] {
        let text = |text: Option<String>| AnswerCell::Text(text.unwrap_or_default());
        [
            AnswerCell::Text(self.view.employer_code(listed.person).to_owned()),
            AnswerCell::Text(self.view.employee_number(listed.person).to_owned()),
            text(self.view.names.get(listed.person).map(Name::full)),
            text(listed.post.map(|post| post.unit).map(|unit| self.view.texts.get(unit).to_owned())),
        ]
    }

    /// Of each course the completion that counts longest, and of those the newest.
    fn longest_counting(&self, judge: &Judge<'_>, person: PersonIndex) -> HashMap<CourseIndex, Record> {
        let mut longest: HashMap<CourseIndex, Record> = HashMap::new();
        let records = self.view.records(person).iter();
        for record in records.filter(|record| record.completed_on <= self.as_at) {
            let Some(course) = judge.policy_course(record.course) else { continue };
            let valid = self.policy.courses.get(course).and_then(|course| course.valid_months);
            // What never lapses counts longest.
            let counts = |record: &Record| {
                let lapse = lapse_date(record.completed_on, record.expires_on, valid);
                (lapse.is_none(), lapse, record.completed_on)
            };
            let kept = longest.entry(course).or_insert(*record);
            if counts(record) > counts(kept) {
                *kept = *record;
            }
        }
        longest
    }
}
