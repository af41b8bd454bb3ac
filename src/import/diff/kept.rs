//! What a staff list has no column for: the register's stays. An empty cell says that there is none; a column that is
//! missing says nothing.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::import::StaffRow;
use crate::register::PersonFields;
use crate::register::store::{AssignmentValues, AssignmentVersion};

/// The columns that a list does not have, and those of them for which the register has something.
///
/// Leave dates are not among them: whoever is listed without one has none (spec 3.6).
#[derive(Debug)]
pub(super) struct AbsentColumns<'c> {
    absent: &'c [&'static str],
    kept: BTreeSet<&'static str>,
}

impl<'c> AbsentColumns<'c> {
    pub(super) fn new(absent: &'c [&'static str]) -> Self {
        Self { absent, kept: BTreeSet::new() }
    }

    /// The columns for which something was kept.
    pub(super) fn columns(self) -> Vec<&'static str> {
        self.kept.into_iter().collect()
    }

    /// What is said of the person: what the row says, and what is known where it can't say it.
    pub(super) fn name<'a>(
        &mut self,
        row: &'a StaffRow,
        known: Option<PersonFields<&'a str>>,
    ) -> PersonFields<&'a str> {
        row.person.texts().map(|field, said| {
            self.text(field.about().name, said, known.as_ref().map(|known| *known.get(field)))
        })
    }

    /// The assignment: what the row says, and what is known of it where the row can't say it.
    pub(super) fn post<'a>(
        &mut self,
        row: &'a StaffRow,
        known: Option<AssignmentValues<'a>>,
    ) -> AssignmentValues<'a> {
        let texts = row.post.texts().map(|field, said| {
            self.text(field.about().name, said, known.as_ref().map(|known| *known.texts.get(field)))
        });
        AssignmentValues {
            texts,
            primary: row.primary || self.primary(known.is_some_and(|known| known.primary)),
            start_on: self.start(row, known),
            leave_on: row.leave_on,
        }
    }

    /// The recorded assignment that a row is about: the one of its number. In a list without numbers it is the only one
    /// that has not ended, or the only one at all; so it is for the one row of a person where either has no number.
    pub(super) fn assignment<'a>(
        &self,
        row: &StaffRow,
        recorded: &'a [AssignmentVersion],
        (as_of, is_only_row): (NaiveDate, bool),
    ) -> Option<&'a AssignmentVersion> {
        let numbered = || {
            recorded.iter().find(|known| known.values().texts.assignment_number == row.post.assignment_number)
        };
        let lasts = |known: &&AssignmentVersion| known.values().leave_on.is_none_or(|leave| as_of <= leave);
        let only_post = || only(recorded.iter().filter(lasts)).or_else(|| only(recorded.iter()));
        if self.lacks("assignment_number") {
            return only_post().or_else(numbered);
        }
        // A number that is newly given, or given no more, makes no other post of it.
        let is_one_unnumbered = |known: &&AssignmentVersion| {
            known.values().texts.assignment_number.is_empty() != row.post.assignment_number.is_empty()
        };
        numbered().or_else(|| only_post().filter(|known| is_only_row && is_one_unnumbered(known)))
    }

    fn lacks(&self, column: &str) -> bool {
        self.absent.contains(&column)
    }

    fn text<'a>(&mut self, column: &'static str, said: &'a str, known: Option<&'a str>) -> &'a str {
        let known = known.filter(|known| !known.is_empty() && self.lacks(column));
        known.inspect(|_| _ = self.kept.insert(column)).unwrap_or(said)
    }

    /// Whoever is known keeps the start that is known, where the list has no column for it.
    fn start(&mut self, row: &StaffRow, known: Option<AssignmentValues<'_>>) -> NaiveDate {
        match known {
            Some(known) if self.lacks("start_date") => known.start_on,
            _ => row.start_on,
        }
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
