//! `staff --matrix`: people down, courses across, the day of the newest completion in each cell: the form that an import
//! of training reads (spec 3.2).

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{People, ShownPerson};
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::policy::CourseIndex;
use crate::register::Name;

/// What stands before the courses.
const HEADERS: [&str; 4] = ["organisation", "employee_number", "full_name", "unit"];

impl People {
    /// A row a person, a column for each course of the policy, or for those that were asked for.
    pub fn matrix(&self) -> AnswerRows<'_> {
        let is_asked = |at: &CourseIndex| self.wanted.named.is_empty() || self.wanted.named.contains(at);
        let asked = self.policy.courses.placed().filter(|(at, _)| is_asked(at));
        let (codes, titles): (Vec<&str>, Vec<&str>) =
            asked.map(|(_, course)| (course.code.as_str(), course.title.as_str())).unzip();
        let headers = HEADERS.into_iter().map(ListColumn::words);
        let columns = headers.chain(titles.into_iter().map(ListColumn::code)).collect();
        let rows = self.shown().map(move |listed| self.matrix_row(&listed, &codes));
        AnswerRows::new("Training matrix", columns, rows)
    }

    fn matrix_row(&self, listed: &ShownPerson, codes: &[&str]) -> Vec<AnswerCell> {
        let text = |text: Option<String>| AnswerCell::Text(text.unwrap_or_default());
        let mut row = vec![
            AnswerCell::Text(self.view.employer_code(listed.person).to_owned()),
            AnswerCell::Text(self.view.employee_number(listed.person).to_owned()),
            text(self.view.names.get(listed.person).map(Name::full)),
            text(listed.post.map(|post| post.unit).map(|unit| self.view.texts.get(unit).to_owned())),
        ];
        let mut newest: HashMap<&str, NaiveDate> = HashMap::new();
        let records = self.view.records(listed.person).iter();
        for record in records.filter(|record| record.completed_on <= self.as_at) {
            if let Some(code) = self.view.courses.get(record.course) {
                let day = newest.entry(code.as_str()).or_insert(record.completed_on);
                *day = record.completed_on.max(*day);
            }
        }
        row.extend(codes.iter().map(|code| AnswerCell::Day(newest.get(code).copied())));
        row
    }
}
