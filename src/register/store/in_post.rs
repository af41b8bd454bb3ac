//! Whoever is in post under an address or a number, wherever that is.

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::addresses::lower;
use super::staff_members::{StaffMemberRow, member};
use crate::db::Conn;
use crate::db::schema::{assignment_version, organisation, staff, staff_version};
use crate::register::StaffMember;

/// Everybody in post on `day` with this address, in lower case, by the register as it is, in order of organisation.
pub(crate) fn in_post_with_address(
    conn: &mut Conn,
    address: &str,
    day: NaiveDate,
) -> QueryResult<Vec<StaffMember>> {
    use assignment_version as a;
    use staff_version as v;
    let in_post = a::table
        .filter(a::staff_id.eq(v::staff_id).and(a::closed_by.is_null()))
        .filter(a::start_on.le(day).and(a::leave_on.is_null().or(a::leave_on.ge(day))));
    let rows = v::table
        .inner_join(staff::table.inner_join(organisation::table))
        .filter(v::closed_by.is_null().and(lower(v::email).eq(address)).and(exists(in_post)))
        .order((organisation::code, staff::id))
        .select((staff::id, staff::organisation_id, organisation::code, staff::employee_number));
    Ok(rows.load::<StaffMemberRow>(conn)?.into_iter().map(member).collect())
}

/// Everybody in post on `day` with this employee number, by the register as it is, in order of organisation.
pub(crate) fn in_post_with_number(
    conn: &mut Conn,
    number: &str,
    day: NaiveDate,
) -> QueryResult<Vec<StaffMember>> {
    use assignment_version as a;
    let in_post = a::table
        .filter(a::staff_id.eq(staff::id).and(a::closed_by.is_null()))
        .filter(a::start_on.le(day).and(a::leave_on.is_null().or(a::leave_on.ge(day))));
    let rows = staff::table
        .inner_join(organisation::table)
        .filter(staff::employee_number.eq(number).and(exists(in_post)))
        .order((organisation::code, staff::id))
        .select((staff::id, staff::organisation_id, organisation::code, staff::employee_number));
    Ok(rows.load::<StaffMemberRow>(conn)?.into_iter().map(member).collect())
}
