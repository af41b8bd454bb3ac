//! Everything that bears on who is up to date, in memory, in columns: what `compliance` judges.
//!
//! People are in order of (organisation code, employee number as text). A person's assignments, records and
//! exemptions are neighbours, found through offsets, so that a whole trust is judged in one pass without a look-up.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::index::{Indexed, OrganisationIndex, PersonIndex, PersonRange, RegisterCourseIndex};
use super::spans::{OwnedItems, Spans, add};
use super::texts::{TextId, Texts};
use super::types::{Address, Hours, Name, Organisation};

/// A staff member of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The register's key.
    pub staff_id: i32,
    /// Their employer.
    pub organisation: OrganisationIndex,
    /// The employee number; leading zeros count.
    pub employee_number: Box<str>,
    /// Whether mail reaches them.
    pub address: Address,
}

/// One post held by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The assignment number; empty where the staff list has none.
    pub number: Box<str>,
    /// Whether the staff list marks it primary.
    pub primary: bool,
    /// Job title as recorded.
    pub job_title: TextId,
    /// Staff group as recorded.
    pub staff_group: TextId,
    /// Unit path with ` / ` between its steps.
    pub unit: TextId,
    /// The line manager's employee number; empty when unknown.
    pub manager: TextId,
    /// Assignment status as recorded.
    pub status: TextId,
    /// Assignment category as recorded.
    pub category: TextId,
    /// First day of the post.
    pub start_on: NaiveDate,
    /// Last day of the post, if it ends.
    pub leave_on: Option<NaiveDate>,
}

impl Assignment {
    /// Whether the post is held on `day` (spec 2.2).
    pub fn held_on(&self, day: NaiveDate) -> bool {
        self.start_on <= day && self.leave_on.is_none_or(|leave| day <= leave)
    }
}

/// One completion of a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// The day of completion.
    pub completed_on: NaiveDate,
    /// The expiry the record names, if it names one.
    pub expires_on: Option<NaiveDate>,
    /// Hours, where the record has them.
    pub hours: Option<Hours>,
    /// The course completed.
    pub course: RegisterCourseIndex,
    /// Whether the record's mode is participatory.
    pub participatory: bool,
}

/// Days on which a person is excused from a course, or from all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exemption {
    /// The course; `None` for all courses.
    pub course: Option<RegisterCourseIndex>,
    /// First day; `None` for always.
    pub from: Option<NaiveDate>,
    /// Last day; `None` for no end.
    pub until: Option<NaiveDate>,
}

impl Exemption {
    /// Whether it holds on `day`.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// A place booked on training to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// The course.
    pub course: RegisterCourseIndex,
    /// The day of the training.
    pub takes_place_on: NaiveDate,
    /// Where; the empty text when we were not told.
    pub place: TextId,
}

/// The register as known at an instant: everything that bears on who is up to date.
#[derive(Debug, Default)]
pub struct View {
    /// Organisations in order of code.
    pub organisations: Indexed<OrganisationIndex, Organisation>,
    /// The codes by which policies mean each organisation, where it was ever given another.
    pub(in crate::register) policy_codes: HashMap<String, Vec<String>>,
    /// Course codes that records, exemptions and bookings use.
    pub courses: Indexed<RegisterCourseIndex, String>,
    /// People in order of (organisation code, employee number).
    pub people: Indexed<PersonIndex, Person>,
    /// Names and addresses, one for each person; empty where they were not asked for.
    pub names: Indexed<PersonIndex, Name>,
    /// The texts that assignments and bookings share.
    pub texts: Texts,
    pub(super) assignments: Spans<Assignment>,
    pub(super) records: Spans<Record>,
    pub(super) exemptions: Spans<Exemption>,
    pub(super) bookings: Spans<Booking>,
}

impl View {
    /// The person's assignments, in order of assignment number as text.
    pub fn assignments(&self, person: PersonIndex) -> &[Assignment] {
        self.assignments.of(person)
    }

    /// The person's training records, in order of completion; those of one day in order of course.
    pub fn records(&self, person: PersonIndex) -> &[Record] {
        self.records.of(person)
    }

    /// The person's exemptions, in order of their first day and course.
    pub fn exemptions(&self, person: PersonIndex) -> &[Exemption] {
        self.exemptions.of(person)
    }

    /// Whether mail reaches the person.
    pub fn is_reached(&self, person: PersonIndex) -> bool {
        self.people.get(person).is_some_and(|who| who.address == Address::Reached)
    }

    /// The person's booked places from `day` on, in order of day, without those that a record of the same course and day
    /// has since borne out.
    pub fn bookings(&self, person: PersonIndex, day: NaiveDate) -> impl Iterator<Item = &Booking> {
        let borne_out = move |booking: &Booking| {
            self.records(person).iter().any(|record| {
                (record.course, record.completed_on) == (booking.course, booking.takes_place_on)
            })
        };
        self.bookings
            .of(person)
            .iter()
            .filter(move |booking| day <= booking.takes_place_on && !borne_out(booking))
    }

    /// How many training records there are.
    pub fn record_count(&self) -> usize {
        self.records.items.len()
    }

    /// Everyone, in order.
    pub fn everyone(&self) -> PersonRange {
        PersonRange::new(0, self.people.len())
    }

    /// The code of the organisation.
    pub fn organisation_code(&self, organisation: OrganisationIndex) -> &str {
        self.organisations.get(organisation).map_or("", |organisation| &organisation.code)
    }

    /// The codes by which a policy means the organisation: the one that it had by then, and those that it had before.
    pub(crate) fn codes_meant<'v>(&'v self, code: &'v str) -> Vec<&'v str> {
        match self.policy_codes.get(code) {
            Some(codes) => codes.iter().map(String::as_str).collect(),
            None => vec![code],
        }
    }

    /// The codes of the organisations, in order.
    pub(crate) fn organisation_codes(&self) -> Vec<String> {
        self.organisations.iter().map(|organisation| organisation.code.clone()).collect()
    }

    /// The code of the person's organisation.
    pub(crate) fn employer_code(&self, person: PersonIndex) -> &str {
        self.people.get(person).map_or("", |person| self.organisation_code(person.organisation))
    }

    /// The code of the course.
    pub fn course_code(&self, course: RegisterCourseIndex) -> &str {
        self.courses.get(course).map_or("", String::as_str)
    }

    /// The person's employee number.
    pub fn employee_number(&self, person: PersonIndex) -> &str {
        self.people.get(person).map_or("", |person| &person.employee_number)
    }

    /// The person's full name; empty where names were not asked for.
    pub(crate) fn full_name(&self, person: PersonIndex) -> String {
        self.names.get(person).map_or(String::new(), Name::full)
    }

    /// The person's email address; empty where there is none, or where names were not asked for.
    pub fn email(&self, person: PersonIndex) -> &str {
        self.names.get(person).map_or("", |name| &name.email)
    }

    /// The person with this number in the organisation.
    pub fn find(&self, organisation: OrganisationIndex, employee_number: &str) -> Option<PersonIndex> {
        self.people
            .binary_search_by(|person| {
                person
                    .organisation
                    .cmp(&organisation)
                    .then_with(|| person.employee_number.as_ref().cmp(employee_number))
            })
            .ok()
            .map(PersonIndex::at)
    }
}

/// Puts a [`View`] together from rows in any order.
#[derive(Debug, Default)]
pub struct ViewBuilder {
    /// The view so far; organisations must be in order of code.
    pub view: View,
    assignments: Vec<OwnedItems<Assignment>>,
    records: Vec<OwnedItems<Record>>,
    exemptions: Vec<OwnedItems<Exemption>>,
    bookings: Vec<OwnedItems<Booking>>,
}

impl ViewBuilder {
    /// Adds an assignment of the person at `owner` (an index into the people given to [`Self::finish`]).
    pub fn assignment(&mut self, owner: PersonIndex, assignment: Assignment) {
        add(&mut self.assignments, owner, assignment);
    }

    /// Adds a training record of the person at `owner`.
    pub fn record(&mut self, owner: PersonIndex, record: Record) {
        add(&mut self.records, owner, record);
    }

    /// Adds all of a reader's training records; owners that are no person are dropped.
    pub fn records(&mut self, owners: Vec<PersonIndex>, records: Vec<Record>) {
        self.records.push(OwnedItems { owners, items: records });
    }

    /// Adds an exemption of the person at `owner`.
    pub fn exemption(&mut self, owner: PersonIndex, exemption: Exemption) {
        add(&mut self.exemptions, owner, exemption);
    }

    /// Adds a booked place of the person at `owner`.
    pub fn booking(&mut self, owner: PersonIndex, booking: Booking) {
        add(&mut self.bookings, owner, booking);
    }

    /// The finished view: the same one for the same rows, in whichever order they were added. `view.people` must be in order of (organisation, employee number).
    pub fn finish(self) -> View {
        let people = self.view.people.len();
        let mut view = self.view;
        view.assignments = Spans::group(people, self.assignments, |a, b| a.number.cmp(&b.number));
        view.records = Spans::group(people, self.records, |a, b| {
            (a.completed_on, a.course).cmp(&(b.completed_on, b.course))
        });
        view.exemptions =
            Spans::group(people, self.exemptions, |a, b| (a.from, a.course).cmp(&(b.from, b.course)));
        view.bookings = Spans::group(people, self.bookings, |a, b| {
            (a.takes_place_on, a.course).cmp(&(b.takes_place_on, b.course))
        });
        view
    }
}
