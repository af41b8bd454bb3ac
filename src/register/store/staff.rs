//! Staff and their assignments as an import compares and changes them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use ecow::EcoString;

use super::versions::{close, next_id};
use crate::db::Conn;
use crate::db::dialect::{Day, Words};
use crate::db::row::row;
use crate::db::schema::{assignment_version, staff, staff_version};

/// What a version of a name and address says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameValues<'a> {
    /// First name; may be empty.
    pub first: &'a str,
    /// Last name.
    pub last: &'a str,
    /// E-mail address; empty when none is known.
    pub email: &'a str,
}

/// What a version of an assignment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssignmentValues<'a> {
    /// The assignment number; empty where there is none.
    pub number: &'a str,
    /// Whether it is marked primary.
    pub primary: bool,
    /// Job title.
    pub job_title: &'a str,
    /// Staff group.
    pub staff_group: &'a str,
    /// Unit path.
    pub unit: &'a str,
    /// The line manager's employee number.
    pub manager: &'a str,
    /// Assignment status.
    pub status: &'a str,
    /// First day of the post.
    pub start_on: NaiveDate,
    /// Last day of the post.
    pub leave_on: Option<NaiveDate>,
}

impl AssignmentValues<'_> {
    /// Whether the post is held on `day` (spec 2.2).
    pub fn held_on(&self, day: NaiveDate) -> bool {
        self.start_on <= day && self.leave_on.is_none_or(|leave| day <= leave)
    }
}

/// The open version of an assignment.
#[derive(Debug, Clone)]
pub struct AssignmentVersion {
    /// The version's id.
    pub id: i32,
    number: EcoString,
    primary: bool,
    job_title: EcoString,
    staff_group: EcoString,
    unit: EcoString,
    manager: EcoString,
    status: EcoString,
    start_on: NaiveDate,
    leave_on: Option<NaiveDate>,
}

impl AssignmentVersion {
    /// What it says.
    pub fn values(&self) -> AssignmentValues<'_> {
        AssignmentValues {
            number: &self.number,
            primary: self.primary,
            job_title: &self.job_title,
            staff_group: &self.staff_group,
            unit: &self.unit,
            manager: &self.manager,
            status: &self.status,
            start_on: self.start_on,
            leave_on: self.leave_on,
        }
    }
}

/// The open version of a name and address.
#[derive(Debug, Clone)]
pub struct RecordedName {
    first: EcoString,
    last: EcoString,
    email: EcoString,
}

impl RecordedName {
    /// What it says.
    pub fn values(&self) -> NameValues<'_> {
        NameValues { first: &self.first, last: &self.last, email: &self.email }
    }
}

/// A staff member as last recorded.
#[derive(Debug, Clone)]
pub struct CurrentPerson {
    /// The register's key.
    pub staff_id: i32,
    /// The employee number.
    pub employee_number: EcoString,
    /// The open version of the name, with its id; `None` when an undone import was all that ever named them.
    pub name: Option<(i32, RecordedName)>,
    /// Open versions of assignments, by number.
    pub assignments: Vec<AssignmentVersion>,
}

type AssignmentTuple = (i32, (i32, Words, bool, Words, Words, Words, Words, Words, Day, Option<Day>));

/// Everyone ever recorded in an organisation, by employee number as text, with what is open.
pub fn current_staff(conn: &mut Conn, organisation_id: i32) -> QueryResult<Vec<CurrentPerson>> {
    use staff_version as v;
    let mut people: Vec<CurrentPerson> = Vec::new();
    let rows = staff::table
        .left_join(v::table.on(v::staff_id.eq(staff::id).and(v::closed_by.is_null())))
        .filter(staff::organisation_id.eq(organisation_id))
        .order(staff::employee_number)
        .select((
            staff::id,
            staff::employee_number,
            (v::id, v::first_name, v::last_name, v::email).nullable(),
        ))
        .load_iter::<(i32, Words, Option<(i32, Words, Words, Words)>), _>(conn)?;
    for row in rows {
        let (staff_id, employee_number, name) = row?;
        let name = name.map(|(id, first, last, email)| {
            (id, RecordedName { first: first.0, last: last.0, email: email.0 })
        });
        let employee_number = employee_number.0;
        people.push(CurrentPerson { staff_id, employee_number, name, assignments: Vec::new() });
    }
    add_assignments(conn, &mut people)?;
    for person in &mut people {
        person.assignments.sort_by(|a, b| a.number.cmp(&b.number));
    }
    Ok(people)
}

/// Puts the open versions of assignments with their people.
fn add_assignments(conn: &mut Conn, people: &mut [CurrentPerson]) -> QueryResult<()> {
    use assignment_version as a;
    let places: HashMap<i32, usize> =
        people.iter().enumerate().map(|(place, person)| (person.staff_id, place)).collect();
    let rows = a::table
        .filter(a::closed_by.is_null())
        .select((
            a::staff_id,
            (
                a::id,
                a::assignment_number,
                a::is_primary,
                a::job_title,
                a::staff_group,
                a::unit,
                a::manager_employee_number,
                a::status,
                a::start_on,
                a::leave_on,
            ),
        ))
        .load_iter::<AssignmentTuple, _>(conn)?;
    // What many posts have in common is kept once.
    let mut texts: HashSet<EcoString> = HashSet::new();
    let mut once = |Words(text): Words| match texts.get(&text) {
        Some(known) => known.clone(),
        None => {
            texts.insert(text.clone());
            text
        }
    };
    for row in rows {
        let (
            staff_id,
            (id, number, primary, job_title, staff_group, unit, manager, status, start_on, leave_on),
        ) = row?;
        if let Some(person) = places.get(&staff_id).and_then(|place| people.get_mut(*place)) {
            let (start_on, leave_on) = (start_on.0, leave_on.map(Into::into));
            person.assignments.push(AssignmentVersion {
                id,
                number: number.0,
                primary,
                job_title: once(job_title),
                staff_group: once(staff_group),
                unit: once(unit),
                manager: manager.0,
                status: once(status),
                start_on,
                leave_on,
            });
        }
    }
    Ok(())
}

/// Whom a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who<'a> {
    /// Someone the register has.
    Known(i32),
    /// Someone new: the organisation's id and the employee number.
    New(i32, &'a str),
}

/// A new name or address, and the version it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameChange<'a> {
    /// The version it replaces.
    pub closes: Option<i32>,
    /// What is recorded from now on.
    pub opens: NameValues<'a>,
}

/// A new version of an assignment, and the one it replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentChange<'a> {
    /// The version it replaces.
    pub closes: Option<i32>,
    /// What is recorded from now on.
    pub opens: AssignmentValues<'a>,
}

/// Everything that an import changes about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonChange<'a> {
    /// Whom it is about.
    pub who: Who<'a>,
    /// Their name, if it changes.
    pub name: Option<NameChange<'a>>,
    /// Their assignments that change.
    pub assignments: Vec<AssignmentChange<'a>>,
}

row! {
    NewStaff<'a> of staff {
        id: i32,
        organisation_id: i32,
        employee_number: &'a str,
    }
}

row! {
    NewName<'a> of staff_version {
        staff_id: i32,
        first_name: &'a str,
        last_name: &'a str,
        email: &'a str,
        opened_by: i32,
    }
}

row! {
    NewAssignment<'a> of assignment_version {
        staff_id: i32,
        assignment_number: &'a str,
        is_primary: bool,
        job_title: &'a str,
        staff_group: &'a str,
        unit: &'a str,
        manager_employee_number: &'a str,
        status: &'a str,
        start_on: Day,
        leave_on: Option<Day>,
        opened_by: i32,
    }
}

/// Makes the changes, and calls `done` after each.
pub fn apply_staff(
    conn: &mut Conn,
    import: i32,
    changes: &[PersonChange<'_>],
    mut done: impl FnMut(),
) -> QueryResult<()> {
    let names = changes.iter().filter_map(|change| change.name.as_ref()?.closes);
    close!(conn, staff_version, names, import);
    let assignments =
        changes.iter().flat_map(|change| &change.assignments).filter_map(|change| change.closes);
    close!(conn, assignment_version, assignments, import);
    let mut next = next_id!(conn, staff)?;
    for change in changes {
        let staff_id = match change.who {
            Who::Known(id) => id,
            Who::New(organisation_id, employee_number) => {
                NewStaff { id: next, organisation_id, employee_number }.execute(conn)?;
                next += 1;
                next - 1
            }
        };
        if let Some(NameChange { opens, .. }) = &change.name {
            NewName {
                staff_id,
                first_name: opens.first,
                last_name: opens.last,
                email: opens.email,
                opened_by: import,
            }
            .execute(conn)?;
        }
        for AssignmentChange { opens, .. } in &change.assignments {
            NewAssignment {
                staff_id,
                assignment_number: opens.number,
                is_primary: opens.primary,
                job_title: opens.job_title,
                staff_group: opens.staff_group,
                unit: opens.unit,
                manager_employee_number: opens.manager,
                status: opens.status,
                start_on: Day(opens.start_on),
                leave_on: opens.leave_on.map(Day),
                opened_by: import,
            }
            .execute(conn)?;
        }
        done();
    }
    Ok(())
}
