//! The list as a document, as rows for a spreadsheet, and as a table for a terminal.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{ListedCourse, People, ShownPerson};
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, columns, table};
use crate::answers::{Answer, shapes};
use crate::register::{Address, Name, TextId};
use crate::wording::counted;

const HEADERS: [&str; 15] = [
    "organisation",
    "employee_number",
    "name",
    "first_name",
    "last_name",
    "email",
    "job_title",
    "staff_group",
    "unit",
    "manager_employee_number",
    "course",
    "state",
    "due_date",
    "lapse_date",
    "completed_on",
];

impl People {
    /// A row a course, with all that is known of the person's primary post; one row with empty course cells for a person
    /// with none.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let rows = self.shown().flat_map(|listed| self.rows(&listed));
        AnswerRows::new("Staff", columns(ListColumn::words, HEADERS), rows)
    }

    /// How many people are listed.
    pub fn count(&self) -> usize {
        self.listed.len()
    }

    pub(super) fn text(&self, id: Option<TextId>) -> &str {
        id.map_or("", |id| self.view.texts.get(id))
    }

    /// The manager's number, where the viewer may see them.
    fn manager(&self, listed: &ShownPerson) -> &str {
        let number = self.text(listed.post.map(|post| post.manager));
        let is_seen = || {
            let who = self.view.people.get(listed.person);
            who.is_some_and(|who| self.view.find(who.organisation, number).is_some())
        };
        if self.names_managers || is_seen() { number } else { "" }
    }

    pub(super) fn code_and_number(&self, listed: &ShownPerson) -> [&str; 2] {
        [self.view.employer_code(listed.person), self.view.employee_number(listed.person)]
    }

    fn rows(&self, listed: &ShownPerson) -> Vec<Vec<AnswerCell>> {
        let post = listed.post;
        let name = self.view.names.get(listed.person);
        let part = |part: fn(&Name) -> &str| name.map_or("", part);
        let full = self.view.full_name(listed.person);
        let [code, number] = self.code_and_number(listed);
        let person: Vec<AnswerCell> = [
            code,
            number,
            &full,
            part(|name| &name.first),
            part(|name| &name.last),
            part(|name| &name.email),
            self.text(post.map(|post| post.job_title)),
            self.text(post.map(|post| post.staff_group)),
            self.text(post.map(|post| post.unit)),
            self.manager(listed),
        ]
        .map(AnswerCell::from)
        .to_vec();
        let cells = |of: &ListedCourse| {
            [
                self.policy.course_code(of.state.course).into(),
                of.state.state.as_str().into(),
                AnswerCell::Day(of.state.due_on),
                AnswerCell::Day(of.state.lapse_on),
                AnswerCell::Day(of.completed_on),
            ]
        };
        let blank = HEADERS.len() - person.len();
        if listed.courses.is_empty() {
            return vec![
                person.into_iter().chain(std::iter::repeat_n(AnswerCell::Day(None), blank)).collect(),
            ];
        }
        listed.courses.iter().map(|of| person.iter().cloned().chain(cells(of)).collect()).collect()
    }

    /// What fits a terminal: the file has the rest.
    fn lines(&self, listed: &ShownPerson) -> Vec<Vec<String>> {
        let [code, number] = self.code_and_number(listed);
        let name = self.view.full_name(listed.person);
        let unit = self.text(listed.post.map(|post| post.unit));
        let mut person: Vec<String> = if self.several { vec![code.to_owned()] } else { Vec::new() };
        person.extend([number.to_owned(), name, unit.to_owned()]);
        let day = |day: Option<NaiveDate>| day.map_or(String::new(), |day| day.to_string());
        let cells = |of: &ListedCourse| {
            [
                self.policy.course_code(of.state.course).to_owned(),
                of.state.state.as_str().replace('_', " "),
                day(of.state.due_on),
            ]
        };
        if listed.courses.is_empty() {
            return vec![person];
        }
        listed.courses.iter().map(|of| person.iter().cloned().chain(cells(of)).collect()).collect()
    }

    fn document(&self, listed: &ShownPerson) -> Value {
        let who = self.view.people.get(listed.person);
        let courses = listed.courses.iter();
        let mut shape = json!({
            "organisation": who.map(|who| self.view.organisation_code(who.organisation)),
            "employee_number": who.map(|who| who.employee_number.as_ref()),
            "name": self.view.names.get(listed.person).map(Name::full),
            "courses": courses.map(|of| shapes::course_state(&self.policy, &of.state)).collect::<Vec<_>>(),
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
        let people = shapes::List(|| self.shown().map(|listed| self.document(&listed)));
        BTreeMap::from([("people", people)]).serialize(serializer)
    }
}

impl Answer for People {
    fn words(&self, width: usize) -> String {
        let mut columns = if self.several { vec![ListColumn::code("org")] } else { Vec::new() };
        columns.extend([ListColumn::code("number"), ListColumn::words("name"), ListColumn::path("unit")]);
        columns.extend([ListColumn::code("course"), ListColumn::code("state"), ListColumn::code("due")]);
        let rows = self.shown().flat_map(|listed| self.lines(&listed));
        format!("{}\n{}", table(&columns, rows, width), counted(self.count(), "person", "people"))
    }
}
