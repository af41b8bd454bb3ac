//! Whose the addresses are that mail goes to.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::{count, exists};
use diesel::prelude::*;

use super::AT_ONCE;
use crate::db::schema::{assignment_version, import, organisation, staff, staff_version};
use crate::db::{Conn, Streaming};

define_sql_function! {
    /// SQL's own.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// How many addresses those have, by the register as it is, who are in post at an organisation on `day`.
pub(crate) fn addresses_in_post(conn: &mut Conn, organisation_id: i32, day: NaiveDate) -> QueryResult<u64> {
    use assignment_version as a;
    use staff_version as v;
    let in_post = a::table
        .filter(a::staff_id.eq(v::staff_id).and(a::closed_by.is_null()))
        .filter(a::start_on.le(day).and(a::leave_on.is_null().or(a::leave_on.ge(day))));
    let found: i64 = v::table
        .inner_join(staff::table)
        .filter(staff::organisation_id.eq(organisation_id))
        .filter(v::closed_by.is_null().and(v::email.ne("")).and(exists(in_post)))
        .select(count(lower(v::email)).aggregate_distinct())
        .first(conn)?;
    Ok(found.unsigned_abs())
}

/// The people in post at an organisation on `day`, by the register as it is, under their addresses in lower case.
pub(crate) fn people_by_address(
    conn: &mut Conn,
    organisation_id: i32,
    day: NaiveDate,
) -> QueryResult<HashMap<String, Vec<i32>>> {
    use assignment_version as a;
    use staff_version as v;
    let in_post = a::table
        .filter(a::staff_id.eq(v::staff_id).and(a::closed_by.is_null()))
        .filter(a::start_on.le(day).and(a::leave_on.is_null().or(a::leave_on.ge(day))));
    let rows = v::table
        .inner_join(staff::table)
        .filter(staff::organisation_id.eq(organisation_id))
        .filter(v::closed_by.is_null().and(v::email.ne("")).and(exists(in_post)))
        .select((v::email, v::staff_id))
        .order(v::staff_id);
    let mut people: HashMap<String, Vec<i32>> = HashMap::new();
    for row in rows.load_iter::<(String, i32), Streaming>(conn)? {
        let (email, staff_id) = row?;
        people.entry(email.to_lowercase()).or_default().push(staff_id);
    }
    Ok(people)
}

/// The address that each of these people had last, in lower case, and when it was recorded, whatever else was recorded of them
/// since.
pub(crate) fn addresses_recorded(
    conn: &mut Conn,
    staff_ids: &[i32],
) -> QueryResult<HashMap<i32, (String, DateTime<Utc>)>> {
    use staff_version as v;
    let mut newest: HashMap<i32, (String, DateTime<Utc>)> = HashMap::new();
    for ids in staff_ids.chunks(AT_ONCE) {
        let rows: Vec<(i32, String, NaiveDateTime)> = v::table
            .inner_join(import::table.on(import::id.eq(v::opened_by)))
            .filter(v::staff_id.eq_any(ids))
            .order((v::opened_by, v::id))
            .select((v::staff_id, v::email, import::recorded_at))
            .load(conn)?;
        for (id, email, at) in rows {
            let email = email.to_lowercase();
            if newest.get(&id).is_none_or(|(known, _)| *known != email) {
                newest.insert(id, (email, at.and_utc()));
            }
        }
    }
    Ok(newest)
}

/// The people in post at an organisation on `day`, by the register as it is: first name, last name, key.
pub(crate) fn people_by_name(
    conn: &mut Conn,
    organisation_id: i32,
    day: NaiveDate,
) -> QueryResult<Vec<(String, String, i32)>> {
    use assignment_version as a;
    use staff_version as v;
    let in_post = a::table
        .filter(a::staff_id.eq(v::staff_id).and(a::closed_by.is_null()))
        .filter(a::start_on.le(day).and(a::leave_on.is_null().or(a::leave_on.ge(day))));
    v::table
        .inner_join(staff::table)
        .filter(staff::organisation_id.eq(organisation_id))
        .filter(v::closed_by.is_null().and(exists(in_post)))
        .select((v::first_name, v::last_name, v::staff_id))
        .order(v::staff_id)
        .load(conn)
}

/// Those of `addresses`, in lower case, that somebody on a staff list has, by the register as it is, with the codes of
/// their organisations.
pub(crate) fn staff_at(
    conn: &mut Conn,
    addresses: &HashSet<String>,
) -> QueryResult<HashMap<String, BTreeSet<String>>> {
    let mut found: HashMap<String, BTreeSet<String>> = HashMap::new();
    if addresses.is_empty() {
        return Ok(found);
    }
    let current = staff_version::table
        .inner_join(staff::table.inner_join(organisation::table))
        .filter(staff_version::closed_by.is_null().and(staff_version::email.ne("")))
        .select((staff_version::email, organisation::code));
    for row in current.load_iter::<(String, String), Streaming>(conn)? {
        let (email, code) = row?;
        let email = email.to_lowercase();
        if addresses.contains(&email) {
            found.entry(email).or_default().insert(code);
        }
    }
    Ok(found)
}
