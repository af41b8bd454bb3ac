//! What a staff list has no column for: the register's stays. An empty cell says that there is none; a column that is
//! missing says nothing.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::import::StaffRow;
use crate::register::store::{AssignmentValues, AssignmentVersion, NameValues};

/// The columns that a list does not have, and those of them for which the register has something.
///
/// Leave dates are not among them: whoever is listed without one has none (spec 3.6).
#[derive(Debug)]
pub(super) struct Kept<'c> {
    absent: &'c [&'static str],
    kept: BTreeSet<&'static str>,
}

impl<'c> Kept<'c> {
    pub(super) fn new(absent: &'c [&'static str]) -> Self {
        Self { absent, kept: BTreeSet::new() }
    }

    /// The columns for which something was kept.
    pub(super) fn columns(self) -> Vec<&'static str> {
        self.kept.into_iter().collect()
    }

    /// The person's name and address: what the row says, and what is known where it can't say it.
    pub(super) fn name<'a>(&mut self, row: &'a StaffRow, known: Option<NameValues<'a>>) -> NameValues<'a> {
        NameValues {
            first: self.text("first_name", &row.first_name, known.map(|known| known.first)),
            last: &row.last_name,
            email: self.text("email", &row.email, known.map(|known| known.email)),
        }
    }

    /// The assignment: what the row says, and what is known of it where the row can't say it.
    pub(super) fn post<'a>(
        &mut self,
        row: &'a StaffRow,
        known: Option<AssignmentValues<'a>>,
    ) -> AssignmentValues<'a> {
        let of = |value: fn(AssignmentValues<'a>) -> &'a str| known.map(value);
        AssignmentValues {
            number: self.text("assignment_number", &row.assignment_number, of(|known| known.number)),
            primary: row.primary || self.primary(known.is_some_and(|known| known.primary)),
            job_title: self.text("job_title", &row.job_title, of(|known| known.job_title)),
            staff_group: self.text("staff_group", &row.staff_group, of(|known| known.staff_group)),
            unit: self.text("unit", &row.unit, of(|known| known.unit)),
            manager: self.text(
                "manager_employee_number",
                &row.manager_employee_number,
                of(|known| known.manager),
            ),
            status: self.text("assignment_status", &row.status, of(|known| known.status)),
            start_on: row.start_on,
            leave_on: row.leave_on,
        }
    }

    /// The recorded assignment that a row is about: the one of its number. In a list without numbers it is the only one
    /// that has not ended, or the only one at all.
    pub(super) fn assignment<'a>(
        &self,
        row: &StaffRow,
        recorded: &'a [AssignmentVersion],
        as_of: NaiveDate,
    ) -> Option<&'a AssignmentVersion> {
        let numbered = || recorded.iter().find(|known| known.values().number == row.assignment_number);
        if !self.lacks("assignment_number") {
            return numbered();
        }
        let lasts = |known: &&AssignmentVersion| known.values().leave_on.is_none_or(|leave| as_of <= leave);
        only(recorded.iter().filter(lasts)).or_else(|| only(recorded.iter())).or_else(numbered)
    }

    fn lacks(&self, column: &str) -> bool {
        self.absent.contains(&column)
    }

    fn text<'a>(&mut self, column: &'static str, said: &'a str, known: Option<&'a str>) -> &'a str {
        let known = known.filter(|known| !known.is_empty() && self.lacks(column));
        known.inspect(|_| _ = self.kept.insert(column)).unwrap_or(said)
    }

    fn primary(&mut self, known: bool) -> bool {
        let kept = known && self.lacks("primary_assignment");
        if kept {
            self.kept.insert("primary_assignment");
        }
        kept
    }
}

/// The only one of these.
fn only<T>(mut these: impl Iterator<Item = T>) -> Option<T> {
    these.next().filter(|_| these.next().is_none())
}
