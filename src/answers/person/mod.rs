//! `explain`: why a person is or isn't up to date.

mod document;
mod texts;
mod words;

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use super::viewer::Visibility;
use super::{Answer, Question, SendingDays, Viewer, shapes};
use crate::app::App;
use crate::compliance::{CourseState, Explanation, Judge, explain, lapse_date};
use crate::db::{DbError, DbResult};
use crate::outbox::{self, PersonStage, store as outbox_store};
use crate::plan;
use crate::policy::Policy;
use crate::register::store::{self, KnownAt, PersonRecord, ViewDetail};
use crate::register::{Hours, PersonFields, PersonIndex, PostFields, StaffMember, View, WhomError};

/// Everything that is told about one person.
#[derive(Debug)]
pub struct PersonExplained {
    /// The register as far as it is about them.
    view: View,
    policy: Policy,
    person: PersonIndex,
    as_at: NaiveDate,
    explanation: Explanation,
    /// What staff lists say of the person, and of each of their posts.
    said: (PersonFields<String>, Vec<PostFields<String>>),
    records: Vec<PersonRecord>,
    reminders: Vec<PersonStage>,
    sending_days: SendingDays,
}

/// A person's assignments, the rules that matched, the records that count, lapse dates and reminders. Nobody else's rows
/// are read.
pub fn person(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    number: &str,
) -> anyhow::Result<PersonExplained> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let policy = super::policy(app, question)?;
    let who = find(app, question.known, &sight, number)??;
    let theirs = sight.within(who.organisation);
    let view = theirs.view_of(app, question, ViewDetail::WithNames, Some(HashSet::from([who.id])))?;
    let person = view.people.iter().position(|one| one.staff_id == who.id);
    let person = person.ok_or(WhomError::Nobody { number: number.to_owned(), near: None })?;
    let (said, records, reminders) = app.db.read(|conn| {
        let said = store::said_of(conn, question.known, who.id)?;
        let records = store::person_records(conn, question.known, who.id)?;
        Ok((said, records, outbox_store::told_of(conn, who.id, question.known_at)?))
    })?;
    let explanation = explain(&Judge::new(&view, &policy), person, question.as_at);
    let sending_days = SendingDays::read(app, &policy.reminders)?;
    let as_at = question.as_at;
    Ok(PersonExplained { view, policy, person, as_at, explanation, said, records, reminders, sending_days })
}

/// How many zeros a number may lack, or have too many of, and still be hinted at.
const MOST_ZEROS: usize = 40;

/// The one person with this number, or a sentence that says what to do.
fn find(
    app: &App,
    known: KnownAt,
    sight: &Visibility,
    number: &str,
) -> Result<Result<StaffMember, WhomError>, DbError> {
    app.db.read(|conn| {
        let mut seen = |numbers: &[String]| {
            let mut found = store::known_with_number(conn, known, numbers, sight.organisation())?;
            found.retain(|who| sight.includes(&who.organisation, who.id));
            DbResult::Ok(found)
        };
        let mut found = seen(&[number.to_owned()])?;
        Ok(match (found.pop(), found.is_empty()) {
            (Some(who), true) => Ok(who),
            (Some(last), false) => {
                let codes = found.into_iter().chain([last]).map(|who| who.organisation).collect();
                Err(WhomError::Several { number: number.to_owned(), codes })
            }
            (None, _) => {
                let bare = number.trim_start_matches('0');
                let others: Vec<String> =
                    (0..=MOST_ZEROS).map(|zeros| format!("{}{bare}", "0".repeat(zeros))).collect();
                let near = seen(&others)?.into_iter().next().map(|who| who.employee_number);
                Err(WhomError::Nobody { number: number.to_owned(), near })
            }
        })
    })
}

/// A record that gives credit for a course.
struct CreditingRecord<'a> {
    record: &'a PersonRecord,
    lapse: Option<NaiveDate>,
    /// What a record of its course without hours counts (spec 2.4).
    default_hours: Hours,
}

impl PersonExplained {
    fn judge(&self) -> Judge<'_> {
        Judge::new(&self.view, &self.policy)
    }

    /// The records that give credit for the course on the day.
    fn credit<'a>(
        &'a self,
        judge: &'a Judge<'_>,
        course: usize,
    ) -> impl Iterator<Item = CreditingRecord<'a>> {
        let as_at = self.as_at;
        self.records.iter().filter_map(move |record| {
            let own = judge.policy.courses.iter().position(|course| course.code == record.course)?;
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
    fn next_reminder(&self, judge: &Judge<'_>, course: &CourseState) -> Option<NaiveDate> {
        let code = shapes::course_code(judge.policy, course.course);
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

    /// What they were told about the course.
    fn told<'a>(&'a self, course: &CourseState) -> impl Iterator<Item = &'a PersonStage> {
        let code = shapes::course_code(&self.policy, course.course);
        self.reminders.iter().filter(move |of| of.told.course == code)
    }
}

impl Serialize for PersonExplained {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        document::document(self).serialize(serializer)
    }
}

impl Answer for PersonExplained {
    fn words(&self) -> String {
        words::words(self)
    }
}
