//! How the changes of a staff list are shown, person by person.

use std::borrow::Cow;

use super::listed::{
    AddedItem, DifferenceSubject, EndedPost, ImportDifference, Joiner, NamedValue, date, yes_no,
};
use crate::register::store::AssignmentValues;
use crate::register::{Name, PersonFields};

/// The person in hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct PersonInHand<'a> {
    /// Code of their organisation.
    pub organisation: &'a str,
    /// Their employee number.
    pub number: &'a str,
    /// First and last name, as they will be.
    pub name: (&'a str, &'a str),
}

/// What becomes of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PersonDifference {
    Joiner,
    Rejoiner,
    Leaver,
    Changed,
}

impl PersonInHand<'_> {
    fn subject(&self) -> DifferenceSubject {
        let (first, last) = self.name;
        let name = Name { first: first.into(), last: last.into(), email: String::new() };
        DifferenceSubject {
            organisation: self.organisation.to_owned(),
            employee_number: Some(self.number.to_owned()),
            name: Some(name.full()),
        }
    }

    pub(super) fn list_kind(&self, to: &mut ImportDifference, kind: PersonDifference, line: u64) {
        let joiner = |rejoins| Joiner { subject: self.subject(), line, rejoins };
        match kind {
            PersonDifference::Joiner => to.joiners.add(|| joiner(false)),
            PersonDifference::Rejoiner => to.joiners.add(|| joiner(true)),
            PersonDifference::Leaver => to.leavers.add(|| self.subject()),
            PersonDifference::Changed => {}
        }
    }

    pub(super) fn list_name(
        &self,
        to: &mut ImportDifference,
        old: PersonFields<&str>,
        new: PersonFields<&str>,
        line: u64,
    ) {
        to.compare_fields(name_fields(old), name_fields(new), line, || (self.subject(), String::new()));
    }

    pub(super) fn list_post(
        &self,
        to: &mut ImportDifference,
        old: Option<AssignmentValues<'_>>,
        new: AssignmentValues<'_>,
        line: u64,
    ) {
        match old {
            Some(old) => to.compare_fields(post_fields(&old), post_fields(&new), line, || {
                (self.subject(), new.texts.assignment_number.to_owned())
            }),
            None => to.added.add(|| AddedItem { subject: self.subject(), line, about: post(&new) }),
        }
    }

    pub(super) fn list_ended(&self, to: &mut ImportDifference, values: AssignmentValues<'_>) {
        to.ended.add(|| EndedPost {
            subject: self.subject(),
            about: post(&values),
            leave_date: date(values.leave_on).into_owned(),
        });
    }
}

/// A post in a few words: `1234-2, Staff Nurse, Surgery / Theatres, from 2026-11-01`.
fn post(values: &AssignmentValues<'_>) -> String {
    let from = format!("from {}", values.start_on);
    let words = [values.texts.assignment_number, values.texts.job_title, values.texts.unit, &from];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

fn name_fields(said: PersonFields<&str>) -> Vec<NamedValue<'_>> {
    said.each().map(|(field, text)| (field.about().name, Cow::Borrowed(*text))).collect()
}

fn post_fields<'a>(post: &AssignmentValues<'a>) -> Vec<NamedValue<'a>> {
    let texts = post.texts.each().map(|(field, text)| (field.about().name, Cow::Borrowed(*text)));
    let dates = [("start_date", date(Some(post.start_on))), ("leave_date", date(post.leave_on))];
    [("primary_assignment", yes_no(Some(post.primary)))].into_iter().chain(texts).chain(dates).collect()
}
