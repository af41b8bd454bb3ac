//! Who is meant by a number, a unit or a post, found by an index: the rows of nobody else are read.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::AT_ONCE;
use super::known_at::{KnownAt, newest_import, visible};
use super::some_people::parts;
use super::staff_members::{StaffMemberRow, member};
use super::version_parts::{VersionPart, of_part};
use crate::db::schema::{assignment_version, organisation, staff, staff_version};
use crate::db::{Conn, Streaming};
use crate::register::StaffMember;

/// Narrows a query in which organisations are joined to the one with this code, if there is one.
macro_rules! of_scope {
    ($query:expr, $scope:expr) => {{
        let query = $query.into_boxed();
        match $scope {
            Some(code) => query.filter(organisation::code.eq(code)),
            None => query,
        }
    }};
}

/// The people with one of these employee numbers who were known then, of the organisation with the code `scope` or of
/// all, by organisation and number.
pub(crate) fn known_with_number(
    conn: &mut Conn,
    known: KnownAt,
    numbers: &[String],
    scope: Option<&str>,
) -> QueryResult<Vec<StaffMember>> {
    let organisations: Vec<i32> =
        of_scope!(organisation::table.select(organisation::id), scope).load(conn)?;
    let rows: Vec<StaffMemberRow> = staff::table
        .inner_join(organisation::table)
        // The index begins with the organisation.
        .filter(staff::organisation_id.eq_any(organisations).and(staff::employee_number.eq_any(numbers)))
        .order((organisation::code, staff::employee_number))
        .select((staff::id, staff::organisation_id, organisation::code, staff::employee_number))
        .load(conn)?;
    let ids: Vec<i32> = rows.iter().map(|(id, ..)| *id).collect();
    let at = newest_import(conn, known)?;
    let mut were_known = HashSet::new();
    for part in parts(&ids) {
        let query = staff_version::table.select(staff_version::staff_id).into_boxed();
        were_known.extend(of_part!(query, staff_version, part, at).load::<i32>(conn)?);
    }
    Ok(rows.into_iter().filter(|(id, ..)| were_known.contains(id)).map(member).collect())
}

/// The ids of those who had one of these employee numbers and were known then: of the organisation with the code `scope`,
/// or of all.
pub(crate) fn staff_numbered(
    conn: &mut Conn,
    known: KnownAt,
    numbers: &BTreeSet<String>,
    scope: Option<&str>,
) -> QueryResult<HashSet<i32>> {
    let numbers: Vec<String> = numbers.iter().cloned().collect();
    let mut found = HashSet::new();
    for numbers in numbers.chunks(AT_ONCE) {
        let theirs = known_with_number(conn, known, numbers, scope)?;
        found.extend(theirs.into_iter().map(|who| who.id));
    }
    Ok(found)
}

/// The ids of everyone of whom it was known then that a post of theirs, past, held or to come, is in a unit that
/// `is_meant`: of the organisation with the code `scope`, or of all.
pub(crate) fn staff_in_units(
    conn: &mut Conn,
    known: KnownAt,
    scope: Option<&str>,
    is_meant: impl Fn(&str) -> bool,
) -> QueryResult<HashSet<i32>> {
    use assignment_version as a;
    let at = newest_import(conn, known)?;
    let units: Vec<String> = a::table.select(a::unit).distinct().order(a::unit).load(conn)?;
    let units: Vec<String> = units.into_iter().filter(|unit| is_meant(unit)).collect();
    let mut found = HashSet::new();
    for units in units.chunks(AT_ONCE) {
        let query = a::table
            .inner_join(staff::table.inner_join(organisation::table))
            .filter(a::unit.eq_any(units).and(visible!(a, at)))
            .select(a::staff_id);
        found.extend(of_scope!(query, scope).load::<i32>(conn)?);
    }
    Ok(found)
}

/// The ids of everyone of whom it was known then that a post of theirs, past, held or to come, names this manager: of the
/// organisation with the code `scope`, or of all.
pub(crate) fn staff_led_by(
    conn: &mut Conn,
    known: KnownAt,
    scope: Option<&str>,
    manager: &str,
) -> QueryResult<HashSet<i32>> {
    use assignment_version as a;
    let at = newest_import(conn, known)?;
    let mut found = HashSet::new();
    // Each of the two has an index of its own.
    for is_open in [true, false] {
        let query = a::table
            .inner_join(staff::table.inner_join(organisation::table))
            .filter(a::manager_employee_number.eq(manager).and(a::opened_by.le(at)))
            .select(a::staff_id);
        let query = of_scope!(query, scope);
        let query =
            if is_open { query.filter(a::closed_by.is_null()) } else { query.filter(a::closed_by.gt(at)) };
        found.extend(query.load::<i32>(conn)?);
    }
    Ok(found)
}

/// The ids of everyone whose name, as known then, `is_meant`, first name first: of the organisation with the code `scope`,
/// or of all. Of others no more than the name is read.
pub(crate) fn staff_called(
    conn: &mut Conn,
    known: KnownAt,
    scope: Option<&str>,
    is_meant: impl Fn(&str) -> bool,
) -> QueryResult<HashSet<i32>> {
    use staff_version as v;
    let at = newest_import(conn, known)?;
    let query = v::table
        .inner_join(staff::table.inner_join(organisation::table))
        .filter(visible!(v, at))
        .select((v::staff_id, v::first_name, v::last_name));
    let mut found = HashSet::new();
    for row in of_scope!(query, scope).load_iter::<(i32, String, String), Streaming>(conn)? {
        let (staff_id, first, last) = row?;
        if is_meant(&format!("{first} {last}")) {
            found.insert(staff_id);
        }
    }
    Ok(found)
}

/// A post that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeldPost {
    /// The unit path.
    pub(crate) unit: String,
    /// The line manager's employee number.
    pub(crate) manager: String,
}

/// Those of `people` who, as known now, hold a post on `day` that `is_meant`.
pub(crate) fn hold_a_post(
    conn: &mut Conn,
    people: &HashSet<i32>,
    day: NaiveDate,
    is_meant: impl Fn(&HeldPost) -> bool,
) -> QueryResult<HashSet<i32>> {
    use assignment_version as a;
    let ids: Vec<i32> = people.iter().copied().collect();
    let mut found = HashSet::new();
    for ids in ids.chunks(AT_ONCE) {
        let rows: Vec<(i32, String, String)> = a::table
            .filter(a::staff_id.eq_any(ids).and(a::closed_by.is_null()))
            .filter(a::start_on.le(day).and(a::leave_on.is_null().or(a::leave_on.ge(day))))
            .order((a::staff_id, a::assignment_number))
            .select((a::staff_id, a::unit, a::manager_employee_number))
            .load(conn)?;
        let meant = rows.into_iter().map(|(id, unit, manager)| (id, HeldPost { unit, manager }));
        found.extend(meant.filter(|(_, post)| is_meant(post)).map(|(id, _)| id));
    }
    Ok(found)
}
