//! Who is led by whom, found without reading everybody; and who somebody was at an import.

use std::collections::{BTreeSet, HashSet};

use diesel::prelude::*;

use super::AT_ONCE;
use crate::db::schema::{assignment_version, staff, staff_version};
use crate::db::{Conn, Streaming};
use crate::register::Name;

/// A manager: the register's staff id, the organisation's id and the employee number.
pub(crate) type Manager = (i32, i32, String);

/// The staff with these ids, as managers.
pub(crate) fn as_managers(conn: &mut Conn, staff_ids: &[i32]) -> QueryResult<Vec<Manager>> {
    let mut managers = Vec::new();
    for ids in staff_ids.chunks(AT_ONCE) {
        let rows: Vec<Manager> = staff::table
            .filter(staff::id.eq_any(ids))
            .order(staff::id)
            .select((staff::id, staff::organisation_id, staff::employee_number))
            .load(conn)?;
        managers.extend(rows);
    }
    Ok(managers)
}

/// The staff ids of those with a post, now known, whose manager has this number in the organisation with this id.
pub(crate) fn led_by(conn: &mut Conn, organisation_id: i32, employee_number: &str) -> QueryResult<Vec<i32>> {
    use assignment_version as a;
    a::table
        .inner_join(staff::table)
        .filter(a::manager_employee_number.eq(employee_number).and(a::closed_by.is_null()))
        .filter(staff::organisation_id.eq(organisation_id))
        .order(a::staff_id)
        .select(a::staff_id)
        .distinct()
        .load(conn)
}

/// The staff ids of everyone in the organisation with this id whom somebody's post, now known, names as manager.
pub(crate) fn named_as_managers(conn: &mut Conn, organisation_id: i32) -> QueryResult<HashSet<i32>> {
    let numbers = manager_numbers(conn, organisation_id)?;
    let mut managers = HashSet::new();
    for numbers in numbers.into_iter().collect::<Vec<_>>().chunks(AT_ONCE) {
        let ids: Vec<i32> = staff::table
            .filter(staff::organisation_id.eq(organisation_id))
            .filter(staff::employee_number.eq_any(numbers))
            .order(staff::id)
            .select(staff::id)
            .load(conn)?;
        managers.extend(ids);
    }
    Ok(managers)
}

fn manager_numbers(conn: &mut Conn, organisation_id: i32) -> QueryResult<BTreeSet<String>> {
    use assignment_version as a;
    let numbers: Vec<String> = a::table
        .inner_join(staff::table)
        .filter(a::closed_by.is_null().and(staff::organisation_id.eq(organisation_id)))
        .order(a::manager_employee_number)
        .select(a::manager_employee_number)
        .distinct()
        .load(conn)?;
    Ok(numbers.into_iter().collect())
}

/// The staff ids of those in the organisation with this id with a post, now known, that names none of `numbers` as its
/// manager, or the person themselves.
pub(crate) fn led_by_none_of(
    conn: &mut Conn,
    organisation_id: i32,
    numbers: &HashSet<&str>,
) -> QueryResult<HashSet<i32>> {
    use assignment_version as a;
    let posts = a::table
        .inner_join(staff::table)
        .filter(a::closed_by.is_null().and(staff::organisation_id.eq(organisation_id)))
        .select((a::staff_id, staff::employee_number, a::manager_employee_number));
    let mut found = HashSet::new();
    for row in posts.load_iter::<(i32, String, String), Streaming>(conn)? {
        let (staff_id, own, manager) = row?;
        if own == manager || !numbers.contains(manager.as_str()) {
            found.insert(staff_id);
        }
    }
    Ok(found)
}

/// The staff ids of everyone in the organisation with this id with a post, now known.
pub(crate) fn with_a_post(conn: &mut Conn, organisation_id: i32) -> QueryResult<HashSet<i32>> {
    led_by_none_of(conn, organisation_id, &HashSet::new())
}

/// Of these people, those about whose name or address anything was recorded after this import.
pub(crate) fn renamed_since(conn: &mut Conn, staff_ids: &[i32], import: i32) -> QueryResult<HashSet<i32>> {
    use staff_version as v;
    let mut renamed = HashSet::new();
    for ids in staff_ids.chunks(AT_ONCE) {
        let rows: Vec<i32> = v::table
            .filter(v::staff_id.eq_any(ids).and(v::closed_by.is_null()).and(v::opened_by.gt(import)))
            .order(v::staff_id)
            .select(v::staff_id)
            .load(conn)?;
        renamed.extend(rows);
    }
    Ok(renamed)
}

/// Who somebody was when this was the newest import.
pub(crate) fn called_at(conn: &mut Conn, staff_id: i32, import: i32) -> QueryResult<Option<Name>> {
    use staff_version as v;
    let name: Option<(String, String, String)> = v::table
        .filter(v::staff_id.eq(staff_id).and(v::opened_by.le(import)))
        .filter(v::closed_by.is_null().or(v::closed_by.gt(import)))
        .select((v::first_name, v::last_name, v::email))
        .first(conn)
        .optional()?;
    Ok(name.map(|(first, last, email)| Name { first, last, email }))
}
