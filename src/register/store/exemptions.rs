//! Exemptions as they are listed for people.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::known::{Known, newest_import, visible};
use crate::db::Conn;
use crate::db::schema::{course, exemption, organisation, staff, staff_version};
use crate::register::Name;

/// An exemption with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedExemption {
    /// The organisation's code.
    pub organisation: String,
    /// Whose it is.
    pub employee_number: String,
    /// Their name.
    pub name: String,
    /// The course's code; `None` for all.
    pub course: Option<String>,
    /// First day; `None` for always.
    pub from_on: Option<NaiveDate>,
    /// Last day; `None` for no end.
    pub until_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

type Row =
    ((String, String), (String, String, String), (Option<i32>, Option<NaiveDate>, Option<NaiveDate>, String));

/// Every exemption of somebody known, as known then: of the organisation with the code `scope`, or of all; by
/// organisation, employee number and first day.
pub fn listed_exemptions(
    conn: &mut Conn,
    known: Known,
    scope: Option<&str>,
) -> QueryResult<Vec<ListedExemption>> {
    let at = newest_import(conn, known)?;
    let codes = course_codes(conn)?;
    let mut query = exemption::table
        .inner_join(staff::table.inner_join(organisation::table))
        .inner_join(staff_version::table.on(staff_version::staff_id.eq(exemption::staff_id)))
        .filter(visible!(exemption, at))
        .filter(visible!(staff_version, at))
        .order((organisation::code, staff::employee_number, exemption::from_on, exemption::id))
        .select((
            (organisation::code, staff::employee_number),
            (staff_version::first_name, staff_version::last_name, staff_version::email),
            (exemption::course_id, exemption::from_on, exemption::until_on, exemption::reason),
        ))
        .into_boxed();
    if let Some(code) = scope {
        query = query.filter(organisation::code.eq(code));
    }
    let listed = |(
        (organisation, employee_number),
        (first, last, email),
        (course_id, from_on, until_on, reason),
    ): Row| {
        ListedExemption {
            organisation,
            employee_number,
            name: Name { first, last, email }.full(),
            course: course_id.and_then(|id| codes.get(&id).cloned()),
            from_on,
            until_on,
            reason,
        }
    };
    Ok(query.load::<Row>(conn)?.into_iter().map(listed).collect())
}

/// The codes of the register's courses, by its own numbers for them.
pub fn course_codes(conn: &mut Conn) -> QueryResult<HashMap<i32, String>> {
    let rows: Vec<(i32, String)> =
        course::table.order(course::id).select((course::id, course::code)).load(conn)?;
    Ok(rows.into_iter().collect())
}
