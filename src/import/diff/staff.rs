//! A staff list compared with the register (spec 3.6).

use std::collections::HashSet;

use chrono::NaiveDate;

use super::listed::Difference;
use super::numbers::Unpadded;
use super::staff_listed::{Becomes, Person};
use crate::import::{Checked, StaffRow};
use crate::register::store::{
    AssignmentChange, AssignmentValues, CurrentPerson, NameChange, NameValues, PersonChange, Who,
};

/// An organisation that a staff list names.
#[derive(Debug)]
pub(in crate::import) struct Listed {
    /// Its place in [`Checked::organisations`].
    pub index: u16,
    /// The register's key.
    pub organisation_id: i32,
    /// Everyone recorded there, by employee number.
    pub people: Vec<CurrentPerson>,
}

/// How far a staff list goes.
#[derive(Debug, Clone, Copy)]
pub(in crate::import) struct Reach {
    /// The day it speaks of.
    pub as_of: NaiveDate,
    /// Whether it is complete, so that who and what is not in it ends.
    pub complete: bool,
}

/// A new number that matches one in post, and not in the list, but for leading zeros.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::import) struct LostZeros<'a> {
    pub line: u64,
    pub number: &'a str,
    pub known: &'a str,
}

/// What a staff list changes.
#[derive(Debug)]
pub(in crate::import) struct StaffDifference<'a> {
    /// The changes, a person each.
    pub people: Vec<PersonChange<'a>>,
    /// Rows that change something.
    pub applied: u64,
    /// People new to the register, or back after leaving.
    pub joiners: u64,
    /// Other people about whom something changes.
    pub changes: u64,
    /// People in post who would no longer be.
    pub leavers: u64,
    /// People in post before.
    pub in_post: u64,
    /// Numbers that have probably lost their leading zeros.
    pub lost_zeros: Vec<LostZeros<'a>>,
    /// The same to be looked at.
    pub listed: Difference,
}

/// Compares a list with the register. `listed` are the organisations that its rows name, in order of code; within
/// each, people are compared in order of employee number, so that new ones are recorded in the order of a view. Of each
/// sort of difference the first `most` are listed.
pub(in crate::import) fn compare<'a>(
    list: &'a Checked<StaffRow>,
    listed: &'a [Listed],
    reach: Reach,
    most: usize,
) -> StaffDifference<'a> {
    let spared = list.rejected_people.iter().map(|(index, number)| (*index, number.as_str())).collect();
    let difference = StaffDifference {
        people: Vec::new(),
        applied: 0,
        joiners: 0,
        changes: 0,
        leavers: 0,
        in_post: 0,
        lost_zeros: Vec::new(),
        listed: Difference::listing(most),
    };
    let mut comparison = Comparison { reach, spared, code: "", difference };
    for organisation in listed {
        let mut rows: Vec<&(u64, StaffRow)> =
            list.rows.iter().filter(|(_, row)| row.organisation == organisation.index).collect();
        rows.sort_by(|(_, a), (_, b)| a.employee_number.cmp(&b.employee_number));
        comparison.code = list.organisations.get(usize::from(organisation.index)).map_or("", String::as_str);
        comparison.organisation(organisation, &rows);
    }
    comparison.difference
}

struct Comparison<'a> {
    reach: Reach,
    /// People whom rejected rows name: nothing of theirs ends.
    spared: HashSet<(u16, &'a str)>,
    /// Code of the organisation in hand.
    code: &'a str,
    difference: StaffDifference<'a>,
}

impl<'a> Comparison<'a> {
    fn organisation(&mut self, organisation: &'a Listed, rows: &[&'a (u64, StaffRow)]) {
        let mut groups = rows.chunk_by(|(_, a), (_, b)| a.employee_number == b.employee_number).peekable();
        let (mut unknown, mut unlisted): (Vec<&[_]>, Vec<&str>) = (Vec::new(), Vec::new());
        let id = organisation.organisation_id;
        for person in &organisation.people {
            let number = person.employee_number.as_str();
            while let Some(group) = groups.next_if(|group| number_of(group) < number) {
                unknown.push(group);
                self.person(Who::New(id, number_of(group)), None, group, false);
            }
            let spared = self.spared.contains(&(organisation.index, number));
            let group = groups.next_if(|group| number_of(group) == number).unwrap_or_default();
            if group.is_empty() && self.is_in_post(person) {
                unlisted.push(number);
            }
            let may_end = self.reach.complete && !spared;
            self.person(Who::Known(person.staff_id), Some(person), group, may_end);
        }
        for group in groups {
            unknown.push(group);
            self.person(Who::New(id, number_of(group)), None, group, false);
        }
        let unlisted = Unpadded::new(unlisted);
        for group in unknown {
            if let (Some((line, row)), Some(known)) = (group.first(), unlisted.find(number_of(group))) {
                let number = row.employee_number.as_str();
                self.difference.lost_zeros.push(LostZeros { line: *line, number, known });
            }
        }
    }

    fn is_in_post(&self, person: &CurrentPerson) -> bool {
        person.assignments.iter().any(|assignment| assignment.values().held_on(self.reach.as_of))
    }

    fn person(
        &mut self,
        who: Who<'a>,
        known: Option<&'a CurrentPerson>,
        rows: &[&'a (u64, StaffRow)],
        may_end: bool,
    ) {
        let before = known.map_or(&[][..], |person| &person.assignments);
        let mut after: Vec<AssignmentValues<'a>> = Vec::with_capacity(rows.len());
        let naming = rows.iter().find(|(_, row)| row.primary).or_else(|| rows.first()).copied();
        let name = naming.and_then(|(_, row)| name_change(known, row));
        let person = self.shown(known, naming);
        let listed = &mut self.difference.listed;
        // Of somebody new, nothing was there to change.
        let recorded = known.and_then(|known| known.name.as_ref());
        if let (Some((_, old)), Some(name), Some((line, _))) = (recorded, &name, naming) {
            person.list_name(listed, old.values(), name.opens, *line);
        }
        let mut assignments = Vec::new();
        for (line, row) in rows {
            let opens = values(row);
            let old = before.iter().find(|old| old.values().number == opens.number);
            let differs = old.is_none_or(|old| old.values() != opens);
            if differs {
                if recorded.is_some() {
                    person.list_post(listed, old.map(|old| old.values()), opens, *line);
                }
                assignments.push(AssignmentChange { closes: old.map(|old| old.id), opens });
            }
            let names = name.is_some() && naming.is_some_and(|(naming, _)| naming == line);
            self.difference.applied += u64::from(differs || names);
            after.push(opens);
        }
        for old in before {
            let mut values = old.values();
            if rows.iter().any(|(_, row)| row.assignment_number == values.number) {
                continue;
            }
            if may_end && values.held_on(self.reach.as_of) {
                values.leave_on = self.reach.as_of.pred_opt();
                person.list_ended(listed, values);
                assignments.push(AssignmentChange { closes: Some(old.id), opens: values });
            }
            after.push(values);
        }
        let changed = name.is_some() || !assignments.is_empty();
        if let Some(becomes) = self.tally(known, &after, changed) {
            let line = naming.map_or(0, |(line, _)| *line);
            person.list_kind(&mut self.difference.listed, becomes, line);
            self.difference.people.push(PersonChange { who, name, assignments });
        }
    }

    /// The person as they are shown.
    fn shown(&self, known: Option<&'a CurrentPerson>, naming: Option<&'a (u64, StaffRow)>) -> Person<'a> {
        let recorded = known.and_then(|known| known.name.as_ref());
        let name = match (naming, recorded) {
            (Some((_, row)), _) => (row.first_name.as_str(), row.last_name.as_str()),
            (None, Some((_, name))) => (name.values().first, name.values().last),
            (None, None) => ("", ""),
        };
        let number = naming.map(|(_, row)| row.employee_number.as_str());
        let number = number.or_else(|| known.map(|known| known.employee_number.as_str()));
        Person { organisation: self.code, number: number.unwrap_or_default(), name }
    }

    /// Counts a person, and says what becomes of one about whom something changes.
    fn tally(
        &mut self,
        known: Option<&CurrentPerson>,
        after: &[AssignmentValues<'_>],
        changed: bool,
    ) -> Option<Becomes> {
        let as_of = self.reach.as_of;
        let stays = |post: &AssignmentValues<'_>| post.leave_on.is_none_or(|leave| as_of <= leave);
        let recorded = known.filter(|person| person.name.is_some());
        let in_post = recorded.is_some_and(|person| self.is_in_post(person));
        let gone = recorded.is_some_and(|person| !person.assignments.iter().any(|old| stays(&old.values())));
        let counts = &mut self.difference;
        counts.in_post += u64::from(in_post);
        if !changed {
            return None;
        }
        let becomes = if recorded.is_none() {
            Becomes::Joiner
        } else if gone && after.iter().any(stays) {
            Becomes::Rejoiner
        } else if in_post && !after.iter().any(|post| post.held_on(as_of)) {
            Becomes::Leaver
        } else {
            Becomes::Changed
        };
        match becomes {
            Becomes::Joiner | Becomes::Rejoiner => counts.joiners += 1,
            Becomes::Leaver => counts.leavers += 1,
            Becomes::Changed => counts.changes += 1,
        }
        Some(becomes)
    }
}

fn number_of<'a>(group: &[&'a (u64, StaffRow)]) -> &'a str {
    group.first().map_or("", |(_, row)| row.employee_number.as_str())
}

fn name_change<'a>(known: Option<&CurrentPerson>, row: &'a StaffRow) -> Option<NameChange<'a>> {
    let old = known.and_then(|person| person.name.as_ref());
    let opens = NameValues { first: &row.first_name, last: &row.last_name, email: &row.email };
    let same = old.is_some_and(|(_, name)| name.values() == opens);
    (!same).then(|| NameChange { closes: old.map(|(id, _)| *id), opens })
}

fn values(row: &StaffRow) -> AssignmentValues<'_> {
    AssignmentValues {
        number: &row.assignment_number,
        primary: row.primary,
        job_title: &row.job_title,
        staff_group: &row.staff_group,
        unit: &row.unit,
        manager: &row.manager_employee_number,
        status: &row.status,
        start_on: row.start_on,
        leave_on: row.leave_on,
    }
}
