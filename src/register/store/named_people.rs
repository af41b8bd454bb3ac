//! Who is named in a text of others, by employee number or address.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::AT_ONCE;
use super::addresses::lower;
use crate::db::Conn;
use crate::db::schema::{organisation, staff, staff_version};

/// The people with one of these employee numbers, or one of these addresses in lower case by the register as it is: each with
/// the code of their organisation.
pub(crate) fn people_named(
    conn: &mut Conn,
    numbers: &BTreeSet<String>,
    addresses: &BTreeSet<String>,
) -> QueryResult<BTreeSet<(String, i32)>> {
    use staff_version as v;
    let mut found = BTreeSet::new();
    let numbers: Vec<&String> = numbers.iter().collect();
    for some in numbers.chunks(AT_ONCE) {
        let rows: Vec<(String, i32)> = staff::table
            .inner_join(organisation::table)
            .filter(staff::employee_number.eq_any(some.iter().copied()))
            .order(staff::id)
            .select((organisation::code, staff::id))
            .load(conn)?;
        found.extend(rows);
    }
    let addresses: Vec<&String> = addresses.iter().collect();
    for some in addresses.chunks(AT_ONCE) {
        let rows: Vec<(String, i32)> = v::table
            .inner_join(staff::table.inner_join(organisation::table))
            .filter(v::closed_by.is_null().and(lower(v::email).eq_any(some.iter().copied())))
            .order(staff::id)
            .select((organisation::code, staff::id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}
