//! What is told about one person, whatever its form.

use chrono::NaiveDate;

use crate::answers::SendingDays;
use crate::answers::forms::selectors::{selector_words, selectors};
use crate::answers::viewer::SeenRegister;
use crate::compliance::{CourseState, Explanation, Judge, lapse_date};
use crate::mail::hours_words;
use crate::outbox::{self, PersonStage};
use crate::plan;
use crate::policy::{CourseIndex, Policy};
use crate::register::store::PersonRecord;
use crate::register::{Hours, PersonFields, PersonIndex, PostFields};

/// Everything that is told about one person.
#[derive(Debug)]
pub struct PersonExplained {
    /// The register as far as it is about them.
    pub(super) view: SeenRegister,
    pub(super) policy: Policy,
    pub(super) person: PersonIndex,
    pub(super) as_at: NaiveDate,
    pub(super) explanation: Explanation,
    /// What staff lists say of the person, and of each of their posts.
    pub(super) said: (PersonFields<String>, Vec<PostFields<String>>),
    pub(super) records: Vec<PersonRecord>,
    pub(super) reminders: Vec<PersonStage>,
    pub(super) sending_days: SendingDays,
}

/// A record that gives credit for a course.
pub(super) struct CreditingRecord<'a> {
    pub record: &'a PersonRecord,
    pub lapse: Option<NaiveDate>,
    /// What a record of its course without hours counts (spec 2.4).
    pub default_hours: Hours,
}

impl CreditingRecord<'_> {
    /// The hours that it counts and its mode, in words, as far as they are to be told: `4 hours by default`, `e-learning`.
    /// Of a course that is not asked for by hours, only those that the record has.
    pub(super) fn hours_and_mode(&self, by_hours: bool) -> Vec<String> {
        let hours = match self.record.hours {
            Some(hours) => Some(format!("{hours} hours")),
            None if by_hours => Some(format!("{} hours by default", self.default_hours)),
            None => None,
        };
        let mode = self.record.participatory.filter(|_| by_hours);
        let mode = mode.map(|participatory| if participatory { "participatory" } else { "e-learning" });
        hours.into_iter().chain(mode.map(str::to_owned)).collect()
    }
}

impl PersonExplained {
    pub(super) fn judge(&self) -> Judge<'_> {
        Judge::new(&self.view, &self.policy)
    }

    /// The records that give credit for the course on the day.
    pub(super) fn credit<'a>(
        &'a self,
        judge: &'a Judge<'_>,
        course: CourseIndex,
    ) -> impl Iterator<Item = CreditingRecord<'a>> {
        let as_at = self.as_at;
        self.records.iter().filter_map(move |record| {
            let own = judge.policy.courses.position(|course| course.code == record.course)?;
            let rules = judge.policy.courses.get(own)?;
            let lapse = lapse_date(record.completed_on, record.expires_on, rules.valid_months);
            let default_hours = rules.default_hours.unwrap_or(Hours(0));
            let counts = record.completed_on <= as_at && lapse.is_none_or(|lapse| as_at <= lapse);
            (judge.gives_credit(own, course) && counts).then_some(CreditingRecord {
                record,
                lapse,
                default_hours,
            })
        })
    }

    /// When a reminder of the course comes next, if nothing changes.
    pub(super) fn next_reminder(&self, judge: &Judge<'_>, course: &CourseState) -> Option<NaiveDate> {
        let code = judge.policy.course_code(course.course);
        let was_told = |due_on, stage| {
            self.reminders.iter().any(|of| {
                of.state != outbox::MessageState::Cancelled
                    && of.told.course == code
                    && of.told.due_on == due_on
                    && of.told.stage == stage
            })
        };
        plan::next_reminder(judge, self.person, course, was_told, self.as_at, |day| {
            self.sending_days.includes(day)
        })
    }

    /// The course with this code, by its title and code.
    pub(crate) fn course_words(&self, code: &str) -> String {
        match self.policy.courses.iter().find(|course| course.code == code) {
            Some(course) => format!("{} ({code})", course.title),
            None => code.to_owned(),
        }
    }

    /// How many of the hours count that the course with this code asks for: `15.5 of 8 hours, 2 of 4 participatory`; empty
    /// where it asks for none.
    pub(crate) fn hours_words(&self, code: &str) -> String {
        let mut courses = self.explanation.courses.iter().map(|(course, _)| course);
        let course = courses.find(|course| self.policy.course_code(course.course) == code);
        course.and_then(|course| course.hours).map_or(String::new(), hours_words)
    }

    /// The hours and the mode of each record that counts, in the order of the document: of their courses, and of each the
    /// records.
    pub(crate) fn credited_hours(&self) -> Vec<String> {
        let judge = self.judge();
        let of_course = |course: &CourseState| -> Vec<String> {
            let by_hours = course.hours.is_some();
            let credit = self.credit(&judge, course.course);
            credit.map(|credit| credit.hours_and_mode(by_hours).join(", ")).collect()
        };
        self.explanation.courses.iter().flat_map(|(course, _)| of_course(course)).collect()
    }

    /// Each rule of the policy that asks for a course of theirs: the course's code, the rule's number, and whom it asks.
    pub(crate) fn because(&self) -> Vec<(String, usize, String)> {
        let rules = self.explanation.courses.iter().flat_map(|(course, because)| {
            let code = self.policy.course_code(course.course);
            because.iter().map(move |number| {
                let whom = self.policy.requirements.get(*number).map(selectors).unwrap_or_default();
                (code.to_owned(), number.number(), selector_words(&whom))
            })
        });
        rules.collect()
    }

    /// What they were told about the course.
    pub(super) fn told<'a>(&'a self, course: &CourseState) -> impl Iterator<Item = &'a PersonStage> {
        let code = self.policy.course_code(course.course);
        self.reminders.iter().filter(move |of| of.told.course == code)
    }
}
