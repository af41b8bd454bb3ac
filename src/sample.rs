//! What unit tests of several rooms start from: days as text, and a register of one organisation. All that a test leaves
//! out is sound.

#[path = "../tests/it/support/database.rs"]
pub(crate) mod database;

use chrono::NaiveDate;

use crate::register::{
    Address, Assignment, Organisation, OrganisationKind, Person, PersonIndex, Record, Texts, ViewBuilder,
};

/// The day that is written so: `2026-11-24`.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A register in which courses are known by these codes, and nobody yet.
pub(crate) fn register(courses: &[&str]) -> ViewBuilder {
    let mut builder = ViewBuilder::default();
    builder.view.organisations.push(Organisation {
        code: "RXX".to_owned(),
        name: "Example".to_owned(),
        kind: OrganisationKind::Acute,
        safeguarding_email: String::new(),
    });
    builder.view.courses = courses.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>().into();
    builder
}

/// Adds a person whom mail reaches, whose employee number is their id in four digits; ids are given in ascending order.
pub(crate) fn person(builder: &mut ViewBuilder, staff_id: i32) -> PersonIndex {
    let owner = PersonIndex::at(builder.view.people.len());
    builder.view.people.push(Person {
        staff_id,
        organisation: 0.into(),
        employee_number: format!("{staff_id:04}").into(),
        address: Address::Reached,
    });
    owner
}

/// A post as a staff list gives it.
pub(crate) struct SamplePost<'a> {
    /// The assignment number; that of the first post is `1`.
    pub(crate) number: &'a str,
    pub(crate) job_title: &'a str,
    pub(crate) staff_group: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) status: &'a str,
    pub(crate) start_on: NaiveDate,
    pub(crate) leave_on: Option<NaiveDate>,
}

impl Default for SamplePost<'_> {
    fn default() -> Self {
        Self {
            number: "1",
            job_title: "",
            staff_group: "",
            unit: "",
            status: "",
            start_on: day("2020-01-06"),
            leave_on: None,
        }
    }
}

/// Adds a post of the person.
pub(crate) fn post(builder: &mut ViewBuilder, owner: PersonIndex, post: &SamplePost<'_>) {
    let texts = &mut builder.view.texts;
    let assignment = Assignment {
        number: post.number.into(),
        primary: post.number == "1",
        job_title: texts.intern(post.job_title),
        staff_group: texts.intern(post.staff_group),
        unit: texts.intern(post.unit),
        manager: Texts::EMPTY,
        status: texts.intern(post.status),
        category: Texts::EMPTY,
        start_on: post.start_on,
        leave_on: post.leave_on,
    };
    builder.assignment(owner, assignment);
}

/// A record of this course, by its place among the register's, that says nothing but the day.
pub(crate) fn record(course: u16, completed_on: NaiveDate) -> Record {
    Record { completed_on, expires_on: None, hours: None, course: course.into(), participatory: false }
}
