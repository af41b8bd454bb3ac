//! A staff list compared with the register (spec 3.6).

use std::collections::HashSet;

use chrono::NaiveDate;
use ecow::EcoString;

use super::kept::AbsentColumns;
use super::listed::ImportDifference;
use super::near_numbers::{KnownNumbers, NearNumber};
use super::numbers::{bare, is_decorated};
use super::other_people::{
    MOST_OTHERS, Mover, Movers, OtherPerson, Renumbered, has_other_name, is_same_address,
};
use super::staff_listed::{PersonDifference, PersonInHand};
use crate::import::{CheckedFile, FileOrganisationIndex, StaffRow};
use crate::register::PersonFields;
use crate::register::store::{
    AssignmentChange, AssignmentValues, AssignmentVersion, ChangedPerson, CurrentPerson, NameChange,
    PersonChange,
};

/// An organisation that a staff list names.
#[derive(Debug)]
pub(in crate::import) struct ListedOrganisation {
    /// Its place in the file.
    pub index: FileOrganisationIndex,
    /// The register's key.
    pub organisation_id: i32,
    /// The latest day that a list of it imported before speaks of.
    pub newest_list: Option<NaiveDate>,
    /// Everyone recorded there, by employee number.
    pub people: Vec<CurrentPerson>,
}

/// How far a staff list goes.
#[derive(Debug, Clone, Copy)]
pub(in crate::import) struct ListReach {
    /// The day it speaks of.
    pub as_of: NaiveDate,
    /// Whether it is complete, so that who and what is not in it ends.
    pub complete: bool,
}

/// What a list comes to for the people in post of one organisation: what the brakes weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::import) struct Turnover<'a> {
    /// Code of the organisation.
    pub code: &'a str,
    /// People in post before.
    pub in_post: u64,
    /// Of them, who would no longer be.
    pub leavers: u64,
    /// Of them, whose last post would end sooner than before: those, and who gets a last day that is still to come.
    pub ending: u64,
    /// Of them, who have another address than before, or none any more; who had none is not counted.
    pub other_addresses: u64,
    /// Of them, who have another last name than before.
    pub other_last_names: u64,
    /// Of them, who have another first and another last name than before, as another person has.
    pub other_names: u64,
}

impl Turnover<'_> {
    fn count_name(&mut self, old: PersonFields<&str>, new: PersonFields<&str>) {
        let other_address = !old.email.is_empty() && !old.email.eq_ignore_ascii_case(new.email);
        self.other_addresses += u64::from(other_address);
        self.other_last_names += u64::from(old.last_name != new.last_name);
        self.other_names += u64::from(has_other_name(old, new));
    }
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
    /// The organisations that the list names, in order of code.
    pub turnovers: Vec<Turnover<'a>>,
    /// Rows with a number like a known one.
    pub near: Vec<NearNumber<'a>>,
    /// Rows of new numbers that hold spaces or quotes, or end in a mark, and are like no other's.
    pub decorated: Vec<(u64, &'a str)>,
    /// Known numbers whose people are others by name and address.
    pub others: Vec<OtherPerson<'a>>,
    /// People who are new under one number and would leave under another.
    pub renumbered: Vec<Renumbered<'a>>,
    /// People listed without a leave date who keep theirs, because a newer list gave it to them, and the day of the newest.
    pub keep_leave_date: (u64, Option<NaiveDate>),
    /// Columns that the list does not have and the register has something for, which is kept.
    pub kept_columns: Vec<&'static str>,
    /// The same to be looked at.
    pub listed: ImportDifference,
}

/// Compares a list with the register. `listed` are the organisations that its rows name, in order of code; within
/// each, people are compared in order of employee number, so that new ones are recorded in the order of a view. Of each
/// sort of difference the first `most` are listed.
pub(in crate::import) fn compare<'a>(
    list: &'a CheckedFile<StaffRow>,
    listed: &'a [ListedOrganisation],
    reach: ListReach,
    most: usize,
) -> StaffDifference<'a> {
    let spared = list.rejected_people.iter().map(|(index, number)| (*index, number.as_str())).collect();
    let difference = StaffDifference {
        people: Vec::new(),
        applied: 0,
        joiners: 0,
        changes: 0,
        turnovers: Vec::new(),
        near: Vec::new(),
        decorated: Vec::new(),
        others: Vec::new(),
        renumbered: Vec::new(),
        keep_leave_date: (0, None),
        kept_columns: Vec::new(),
        listed: ImportDifference::listing(most),
    };
    let kept = AbsentColumns::new(&list.absent_columns);
    let turnover = Turnover::default();
    let movers = Movers::default();
    let mut comparison =
        StaffComparison { reach, newer_list: None, spared, kept, turnover, movers, difference };
    for organisation in listed {
        let mut rows: Vec<&(u64, StaffRow)> =
            list.rows.iter().filter(|(_, row)| row.organisation == organisation.index).collect();
        rows.sort_by(|(_, a), (_, b)| a.employee_number.cmp(&b.employee_number));
        let code = list.organisation(organisation.index);
        comparison.turnover = Turnover { code, ..Turnover::default() };
        comparison.newer_list = organisation.newest_list.filter(|newest| reach.as_of < *newest);
        comparison.organisation(organisation, &rows);
        comparison.difference.turnovers.push(comparison.turnover);
    }
    StaffDifference { kept_columns: comparison.kept.columns(), ..comparison.difference }
}

/// An assignment that a row lists.
struct ListedPost<'a> {
    line: u64,
    /// Its open version.
    old: Option<&'a AssignmentVersion>,
    /// What it says from now on.
    opens: AssignmentValues<'a>,
}

struct StaffComparison<'a> {
    reach: ListReach,
    /// The day of the newest list of the organisation in hand, where this one is older.
    newer_list: Option<NaiveDate>,
    /// People whom rejected rows name: nothing of theirs ends.
    spared: HashSet<(FileOrganisationIndex, &'a str)>,
    kept: AbsentColumns<'a>,
    /// Of the organisation in hand.
    turnover: Turnover<'a>,
    /// Of the organisation in hand: who is new, and who would leave.
    movers: Movers<'a>,
    difference: StaffDifference<'a>,
}

impl<'a> StaffComparison<'a> {
    fn organisation(&mut self, organisation: &'a ListedOrganisation, rows: &[&'a (u64, StaffRow)]) {
        let mut known = KnownNumbers::new(&organisation.people, rows);
        let mut sound = Vec::with_capacity(rows.len());
        let mut perhaps_meant = HashSet::new();
        for original in rows {
            let (line, number) = (original.0, original.1.employee_number.as_str());
            let near = known.near(&original.1);
            if near.is_none() && is_decorated(number) && known.person(number).is_none() {
                self.difference.decorated.push((line, number));
            }
            match near {
                Some((of, number, known)) => {
                    perhaps_meant.insert(bare(&original.1.employee_number));
                    self.difference.near.push(NearNumber { line, of, number, known });
                }
                None => sound.push(*original),
            }
        }
        let mut groups = sound.chunk_by(|(_, a), (_, b)| a.employee_number == b.employee_number).peekable();
        let id = organisation.organisation_id;
        for person in &organisation.people {
            let number = person.employee_number.as_str();
            while let Some(group) = groups.next_if(|group| number_of(group) < number) {
                self.person(ChangedPerson::New(id, number_of(group)), None, group, false);
            }
            let spared =
                self.spared.contains(&(organisation.index, number)) || perhaps_meant.contains(&bare(number));
            let group = groups.next_if(|group| number_of(group) == number).unwrap_or_default();
            let may_end = self.reach.complete && !spared;
            self.person(ChangedPerson::Known(person.staff_id), Some(person), group, may_end);
        }
        for group in groups {
            self.person(ChangedPerson::New(id, number_of(group)), None, group, false);
        }
        self.difference.renumbered.extend(std::mem::take(&mut self.movers).renumbered());
    }

    fn is_in_post(&self, person: &CurrentPerson) -> bool {
        person.assignments.iter().any(|assignment| assignment.values().held_on(self.reach.as_of))
    }

    fn person(
        &mut self,
        who: ChangedPerson<'a>,
        known: Option<&'a CurrentPerson>,
        rows: &[&'a (u64, StaffRow)],
        may_end: bool,
    ) {
        let before = known.map_or(&[][..], |person| &person.assignments);
        let posts = self.posts(before, rows);
        let naming = posts.iter().position(|post| post.opens.primary).unwrap_or_default();
        let naming = rows.get(naming).copied();
        let recorded = known.and_then(|known| known.name.as_ref());
        let old_name = recorded.map(|(_, name)| name.texts());
        let opens = naming.map(|(_, row)| self.kept.name(row, old_name));
        if let (Some(known), Some(old), Some(new), Some(naming)) = (known, old_name, opens, naming) {
            self.see_name(known, naming, old, new);
        }
        let name = opens.and_then(|opens| name_change(recorded, opens));
        let number = known.map_or_else(|| number_of(rows), |known| known.employee_number.as_str());
        let person = self.shown(number, opens.or(old_name));
        let listed = &mut self.difference.listed;
        // Of somebody new, nothing was there to change.
        if let (Some((_, old)), Some(name), Some((line, _))) = (recorded, &name, naming) {
            person.list_name(listed, old.texts(), name.opens, *line);
        }
        let mut assignments = Vec::new();
        for ListedPost { line, old, opens } in &posts {
            let (old, opens) = (*old, *opens);
            let differs = old.is_none_or(|old| old.values() != opens);
            if differs {
                if recorded.is_some() {
                    person.list_post(listed, old.map(|old| old.values()), opens, *line);
                }
                assignments.push(AssignmentChange { closes: old.map(|old| old.id), opens });
            }
            let names = name.is_some() && naming.is_some_and(|(naming, _)| naming == line);
            self.difference.applied += u64::from(differs || names);
        }
        let mut after: Vec<AssignmentValues<'a>> = posts.iter().map(|post| post.opens).collect();
        for old in before {
            let mut values = old.values();
            let is_it = |post: &ListedPost<'_>| {
                post.opens.texts.assignment_number == values.texts.assignment_number
                    || post.old.is_some_and(|listed| listed.id == old.id)
            };
            if posts.iter().any(is_it) {
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
            if let Some(name) = opens.or(old_name) {
                let starts = after.iter().map(|post| post.start_on).min();
                self.movers.see(becomes, Mover { line, number, name, starts });
            }
            self.difference.people.push(PersonChange { who, name, assignments });
        }
    }

    /// Weighs another name or address of somebody known, and keeps what may be another person.
    fn see_name(
        &mut self,
        known: &CurrentPerson,
        (line, row): &'a (u64, StaffRow),
        old: PersonFields<&'a str>,
        new: PersonFields<&'a str>,
    ) {
        if self.is_in_post(known) {
            self.turnover.count_name(old, new);
        }
        let others = &mut self.difference.others;
        if others.len() < MOST_OTHERS && has_other_name(old, new) && !is_same_address(old, new) {
            others.push(OtherPerson { line: *line, number: row.employee_number.as_str(), was: old, is: new });
        }
    }

    /// What the rows say of a person's assignments, beside what is known of each.
    fn posts(
        &mut self,
        before: &'a [AssignmentVersion],
        rows: &[&'a (u64, StaffRow)],
    ) -> Vec<ListedPost<'a>> {
        let mut keeps_leave_date = false;
        let posts = rows.iter().map(|(line, row)| {
            let old = self.kept.assignment(row, before, (self.reach.as_of, rows.len() == 1));
            let mut opens = self.kept.post(row, old.map(AssignmentVersion::values));
            let given = old.and_then(|old| old.values().leave_on);
            // On a day on which they were still to leave, nobody could know that they would.
            let stands = |leave: &NaiveDate| self.reach.as_of <= *leave && opens.start_on <= *leave;
            if let (Some(_), None, Some(leave)) = (self.newer_list, opens.leave_on, given.filter(stands)) {
                opens.leave_on = Some(leave);
                keeps_leave_date = true;
            }
            ListedPost { line: *line, old, opens }
        });
        let posts = posts.collect();
        if keeps_leave_date {
            let (people, newest) = self.difference.keep_leave_date;
            self.difference.keep_leave_date = (people + 1, newest.max(self.newer_list));
        }
        posts
    }

    /// The person as they are shown.
    fn shown(&self, number: &'a str, name: Option<PersonFields<&'a str>>) -> PersonInHand<'a> {
        let name = name.map_or(("", ""), |name| (name.first_name, name.last_name));
        PersonInHand { organisation: self.turnover.code, number, name }
    }

    /// Counts a person, and says what becomes of one about whom something changes.
    fn tally(
        &mut self,
        known: Option<&CurrentPerson>,
        after: &[AssignmentValues<'_>],
        changed: bool,
    ) -> Option<PersonDifference> {
        let as_of = self.reach.as_of;
        let stays = |post: &AssignmentValues<'_>| post.leave_on.is_none_or(|leave| as_of <= leave);
        let recorded = known.filter(|person| person.name.is_some());
        let in_post = recorded.is_some_and(|person| self.is_in_post(person));
        let gone = recorded.is_some_and(|person| !person.assignments.iter().any(|old| stays(&old.values())));
        self.turnover.in_post += u64::from(in_post);
        if !changed {
            return None;
        }
        let becomes = if recorded.is_none() {
            PersonDifference::Joiner
        } else if gone && after.iter().any(stays) {
            PersonDifference::Rejoiner
        } else if in_post && !after.iter().any(|post| post.held_on(as_of)) {
            PersonDifference::Leaver
        } else {
            PersonDifference::Changed
        };
        let last_day = |leave: Option<NaiveDate>| leave.unwrap_or(NaiveDate::MAX);
        let before = recorded.iter().flat_map(|person| &person.assignments);
        let before = before.map(|post| last_day(post.values().leave_on)).max();
        let ends_sooner = after.iter().map(|post| last_day(post.leave_on)).max() < before;
        self.turnover.ending += u64::from(in_post && (ends_sooner || becomes == PersonDifference::Leaver));
        match becomes {
            PersonDifference::Joiner | PersonDifference::Rejoiner => self.difference.joiners += 1,
            PersonDifference::Leaver => self.turnover.leavers += 1,
            PersonDifference::Changed => self.difference.changes += 1,
        }
        Some(becomes)
    }
}

fn number_of<'a>(group: &[&'a (u64, StaffRow)]) -> &'a str {
    group.first().map_or("", |(_, row)| row.employee_number.as_str())
}

fn name_change<'a>(
    old: Option<&(i32, PersonFields<EcoString>)>,
    opens: PersonFields<&'a str>,
) -> Option<NameChange<'a>> {
    let same = old.is_some_and(|(_, name)| name.texts() == opens);
    (!same).then(|| NameChange { closes: old.map(|(id, _)| *id), opens })
}
