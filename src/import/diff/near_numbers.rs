//! Numbers of a staff list that are like known ones, of people, their managers and their assignments (spec 3.7, *Numbers and
//! cells*): each is somebody's or something's already, or another one's, and which of the two can't be told.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::numbers::{Unpadded, bare};
use crate::import::StaffRow;
use crate::register::store::CurrentPerson;

/// A row in which a number is like one that is known, but for zeros before it, spaces, quotes or a mark behind it (spec
/// 3.7). What it is about can't be told, so it changes nothing.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::import) struct NearNumber<'a> {
    pub line: u64,
    pub of: NearNumberOf,
    pub number: &'a str,
    pub known: &'a str,
}

/// What the number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum NearNumberOf {
    /// The person of the row, whom the register does not have under it.
    Person,
    /// Their manager, whom neither the register nor the list has under it.
    Manager,
    /// Their assignment, which the register does not have under it.
    Assignment,
}

/// The numbers that are known of an organisation: those of its people, and of the list's.
pub(super) struct KnownNumbers<'a, 'r> {
    people: &'a [CurrentPerson],
    /// In order of number.
    rows: &'r [&'a (u64, StaffRow)],
    /// By what is bare of them, made when a number is met that nobody has: nearly always there is none.
    register: OnceCell<Unpadded<'a>>,
    list: OnceCell<Unpadded<'a>>,
    /// The managers' numbers that were met, each with the known one that it is like.
    managers: HashMap<&'a str, Option<&'a str>>,
}

impl<'a, 'r> KnownNumbers<'a, 'r> {
    /// The numbers of everyone recorded in an organisation, in order, and of a list's rows, in order of number.
    pub(super) fn new(people: &'a [CurrentPerson], rows: &'r [&'a (u64, StaffRow)]) -> Self {
        let (register, list) = (OnceCell::new(), OnceCell::new());
        Self { people, rows, register, list, managers: HashMap::new() }
    }

    /// The person whom the register has under this number.
    pub(super) fn person(&self, number: &str) -> Option<&'a CurrentPerson> {
        let place = self.people.binary_search_by(|person| person.employee_number.as_str().cmp(number));
        self.people.get(place.ok()?)
    }

    /// The number of a row that is like a known one, with what it is of, and that one.
    pub(super) fn near(&mut self, row: &'a StaffRow) -> Option<(NearNumberOf, &'a str, &'a str)> {
        let number = row.employee_number.as_str();
        let person = self.person(number);
        if person.is_none()
            && let Some(known) = self.in_register(number)
        {
            return Some((NearNumberOf::Person, number, known));
        }
        let assignment = row.post.assignment_number.as_str();
        if let Some(known) = person.and_then(|person| near_assignment(person, assignment)) {
            return Some((NearNumberOf::Assignment, assignment, known));
        }
        let manager = row.post.manager_employee_number.as_str();
        Some((NearNumberOf::Manager, manager, self.near_manager(manager)?))
    }

    fn near_manager(&mut self, number: &'a str) -> Option<&'a str> {
        if number.is_empty() {
            return None;
        }
        if let Some(known) = self.managers.get(number) {
            return *known;
        }
        let is_listed =
            self.rows.binary_search_by(|(_, row)| row.employee_number.as_str().cmp(number)).is_ok();
        let near = match is_listed || self.person(number).is_some() {
            true => None,
            false => self.in_list(number).or_else(|| self.in_register(number)),
        };
        self.managers.insert(number, near);
        near
    }

    /// The register's number that this one is like. Whom only an import named that was undone nobody knows.
    fn in_register(&self, number: &str) -> Option<&'a str> {
        let numbers = || {
            let known = self.people.iter().filter(|person| person.name.is_some());
            Unpadded::new(known.map(|person| person.employee_number.as_str()))
        };
        self.register.get_or_init(numbers).find(number)
    }

    fn in_list(&self, number: &str) -> Option<&'a str> {
        let numbers = || Unpadded::new(self.rows.iter().map(|(_, row)| row.employee_number.as_str()));
        self.list.get_or_init(numbers).find(number)
    }
}

/// The number of the person's assignment that this one is like, where they have none of this very number.
fn near_assignment<'a>(person: &'a CurrentPerson, number: &str) -> Option<&'a str> {
    let known = || person.assignments.iter().map(|known| known.values().texts.assignment_number);
    if number.is_empty() || known().any(|known| known == number) {
        return None;
    }
    known().find(|known| !known.is_empty() && bare(known) == bare(number))
}
