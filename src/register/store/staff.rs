//! Staff and their assignments as an import compares and changes them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use ecow::EcoString;

use super::versions::close;
use crate::db::row::{next_id, row};
use crate::db::schema::{assignment_version, staff, staff_version};
use crate::db::{
    Conn, DateColumn, DayValue, MADE_AT_ONCE, Streaming, TextColumn, insert_all, with_first_rows,
};
use crate::register::staff_fields::{PersonTuple, PostTuple, person_fields, post_fields};
use crate::register::{FieldCheck, PersonFields, PostFields};

/// The columns of texts in a table.
macro_rules! columns {
    ({ $table:ident } $($name:ident $variant:ident $column:ident $about:tt;)+) => {
        ($($table::$column,)+)
    };
}
pub(super) use columns;

/// What a version of an assignment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssignmentValues<'a> {
    /// Its texts.
    pub texts: PostFields<&'a str>,
    /// Whether it is marked primary.
    pub primary: bool,
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
    texts: PostFields<EcoString>,
    primary: bool,
    start_on: NaiveDate,
    leave_on: Option<NaiveDate>,
}

impl AssignmentVersion {
    /// What it says.
    pub fn values(&self) -> AssignmentValues<'_> {
        let Self { primary, start_on, leave_on, .. } = *self;
        AssignmentValues { texts: self.texts.texts(), primary, start_on, leave_on }
    }
}

/// A staff member as last recorded.
#[derive(Debug, Clone)]
pub struct CurrentPerson {
    /// The register's key.
    pub staff_id: i32,
    /// The employee number.
    pub employee_number: EcoString,
    /// The open version of what is said of the person, with its id; `None` when an undone import was all that ever named them.
    pub name: Option<(i32, PersonFields<EcoString>)>,
    /// Open versions of assignments, by number.
    pub assignments: Vec<AssignmentVersion>,
}

type StaffAssignmentTuple = (i32, i32, PostTuple<TextColumn>, bool, DateColumn, Option<DateColumn>);

/// Everyone ever recorded in an organisation, by employee number as text, with what is open.
pub fn current_staff(conn: &mut Conn, organisation_id: i32) -> QueryResult<Vec<CurrentPerson>> {
    use staff_version as v;
    let mut people: Vec<CurrentPerson> = Vec::new();
    let rows = staff::table
        .left_join(v::table.on(v::staff_id.eq(staff::id).and(v::closed_by.is_null())))
        .filter(staff::organisation_id.eq(organisation_id))
        .order(staff::employee_number)
        .select((staff::id, staff::employee_number, (v::id, person_fields!(columns { v })).nullable()))
        .load_iter::<(i32, TextColumn, Option<(i32, PersonTuple<TextColumn>)>), Streaming>(conn)?;
    for row in rows {
        let (staff_id, employee_number, name) = row?;
        let name = name.map(|(id, texts)| (id, PersonFields::from(texts).map(|_, TextColumn(text)| text)));
        let employee_number = employee_number.0;
        people.push(CurrentPerson { staff_id, employee_number, name, assignments: Vec::new() });
    }
    add_assignments(conn, &mut people)?;
    for person in &mut people {
        person.assignments.sort_by(|a, b| a.texts.assignment_number.cmp(&b.texts.assignment_number));
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
        .select((a::staff_id, a::id, post_fields!(columns { a }), a::is_primary, a::start_on, a::leave_on))
        .load_iter::<StaffAssignmentTuple, Streaming>(conn)?;
    // What many posts have in common is kept once.
    let mut met: HashSet<EcoString> = HashSet::new();
    let mut once = |text: EcoString| match met.get(&text) {
        Some(known) => known.clone(),
        None => {
            met.insert(text.clone());
            text
        }
    };
    for row in rows {
        let (staff_id, id, texts, primary, start_on, leave_on) = row?;
        if let Some(person) = places.get(&staff_id).and_then(|place| people.get_mut(*place)) {
            let texts = PostFields::from(texts).map(|field, TextColumn(text)| {
                let is_common = !matches!(field.about().check, FieldCheck::Text | FieldCheck::Number);
                if is_common { once(text) } else { text }
            });
            let (start_on, leave_on) = (start_on.0, leave_on.map(Into::into));
            person.assignments.push(AssignmentVersion { id, texts, primary, start_on, leave_on });
        }
    }
    Ok(())
}

/// Whom a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangedPerson<'a> {
    /// Someone the register has.
    Known(i32),
    /// Someone new: the organisation's id and the employee number.
    New(i32, &'a str),
}

/// What is newly said of a person, their name or address for example, and the version it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameChange<'a> {
    /// The version it replaces.
    pub(crate) closes: Option<i32>,
    /// What is recorded from now on.
    pub(crate) opens: PersonFields<&'a str>,
}

/// A new version of an assignment, and the one it replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AssignmentChange<'a> {
    /// The version it replaces.
    pub(crate) closes: Option<i32>,
    /// What is recorded from now on.
    pub(crate) opens: AssignmentValues<'a>,
}

/// Everything that an import changes about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PersonChange<'a> {
    /// Whom it is about.
    pub(crate) who: ChangedPerson<'a>,
    /// Their name, if it changes.
    pub(crate) name: Option<NameChange<'a>>,
    /// Their assignments that change.
    pub(crate) assignments: Vec<AssignmentChange<'a>>,
}

row! {
    NewStaff<'a> of staff {
        id: i32,
        organisation_id: i32,
        employee_number: &'a str,
    }
}

/// A row of a table of versions, with the columns of its texts after `first` and before `last`.
macro_rules! version_row {
    (
        { $row:ident of $table:ident { $($first:ident: $first_type:ty),* } $texts:ident { $($last:ident: $last_type:ty),* } }
        $($name:ident $variant:ident $column:ident $about:tt;)+
    ) => {
        row! {
            $row<'a> of $table {
                $($first: $first_type,)*
                $($column: &'a str,)+
                $($last: $last_type,)*
            }
        }

        impl<'a> $row<'a> {
            fn new($($first: $first_type,)* texts: &$texts<&'a str>, ($($last,)*): ($($last_type,)*)) -> Self {
                Self { $($first,)* $($column: texts.$name,)+ $($last),* }
            }
        }
    };
}

person_fields! { version_row {
    NewName of staff_version { id: i32, staff_id: i32 } PersonFields { opened_by: i32 }
} }

post_fields! { version_row {
    NewAssignment of assignment_version { id: i32, staff_id: i32 } PostFields {
        is_primary: bool, start_on: DayValue, leave_on: Option<DayValue>, opened_by: i32
    }
} }

/// Makes the changes, and calls `done` for each.
pub(crate) fn apply_staff(
    conn: &mut Conn,
    import: i32,
    changes: &[PersonChange<'_>],
    done: impl FnMut(),
) -> QueryResult<()> {
    let names = changes.iter().filter_map(|change| change.name.as_ref()?.closes);
    close!(conn, staff_version, names, import);
    let assignments =
        changes.iter().flat_map(|change| &change.assignments).filter_map(|change| change.closes);
    close!(conn, assignment_version, assignments, import);
    if next_id!(conn, staff)? > 1 {
        return put_in(conn, import, changes, done);
    }
    with_first_rows(conn, &["staff", "staff_version", "assignment_version"], |conn| {
        put_in(conn, import, changes, done)
    })
}

/// Puts in what the changes open, and calls `done` for each.
fn put_in(
    conn: &mut Conn,
    import: i32,
    changes: &[PersonChange<'_>],
    mut done: impl FnMut(),
) -> QueryResult<()> {
    let mut next = next_id!(conn, staff)?;
    let (mut name_ids, mut post_ids) =
        (next_id!(conn, staff_version)?.., next_id!(conn, assignment_version)?..);
    for some in changes.chunks(MADE_AT_ONCE) {
        let (mut people, mut names, mut posts) = (Vec::new(), Vec::new(), Vec::new());
        for change in some {
            let staff_id = match change.who {
                ChangedPerson::Known(id) => id,
                ChangedPerson::New(organisation_id, employee_number) => {
                    people.push(NewStaff { id: next, organisation_id, employee_number });
                    next += 1;
                    next - 1
                }
            };
            let named = change.name.iter().zip(name_ids.by_ref());
            names.extend(named.map(|(name, id)| NewName::new(id, staff_id, &name.opens, (import,))));
            let held = change.assignments.iter().zip(post_ids.by_ref());
            posts.extend(held.map(|(AssignmentChange { opens, .. }, id)| {
                let others = (opens.primary, opens.start_on.into(), opens.leave_on.map(Into::into), import);
                NewAssignment::new(id, staff_id, &opens.texts, others)
            }));
        }
        insert_all(conn, &people)?;
        insert_all(conn, &names)?;
        insert_all(conn, &posts)?;
        some.iter().for_each(|_| done());
    }
    Ok(())
}
