//! Exemptions as they are listed for people.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import, visible};
use super::people::names;
use super::some_people::parts;
use super::version_parts::{VersionPart, of_part, parts_of};
use crate::db::Conn;
use crate::db::schema::{course, exemption, organisation, staff};

/// An exemption with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedExemption {
    /// The register's own number for them.
    pub staff_id: i32,
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

type ExemptionListRow =
    ((i32, String, String), (Option<i32>, Option<NaiveDate>, Option<NaiveDate>, String, i32));

/// Every exemption of somebody known, as known then: of the organisation with the code `scope` or of all, or of these
/// `people` of it alone; by organisation, employee number and first day.
pub fn listed_exemptions(
    conn: &mut Conn,
    known: KnownAt,
    scope: Option<&str>,
    people: Option<&HashSet<i32>>,
) -> QueryResult<Vec<ListedExemption>> {
    let at = newest_import(conn, known)?;
    let codes = course_codes(conn)?;
    let ids: Vec<i32> = people.into_iter().flatten().copied().collect();
    let parts = if people.is_some() { parts(&ids) } else { parts_of(conn, scope)? };
    let mut rows: Vec<ExemptionListRow> = Vec::new();
    for part in parts {
        let query = exemption::table
            .inner_join(staff::table.inner_join(organisation::table))
            .select((
                (staff::id, organisation::code, staff::employee_number),
                (
                    exemption::course_id,
                    exemption::from_on,
                    exemption::until_on,
                    exemption::reason,
                    exemption::id,
                ),
            ))
            .into_boxed();
        rows.extend(of_part!(query, exemption, part, at).load::<ExemptionListRow>(conn)?);
    }
    rows.retain(|((_, code, _), _)| scope.is_none_or(|scope| scope == code));
    let key = |row: &ExemptionListRow| (row.0.1.clone(), row.0.2.clone(), row.1.1, row.1.4);
    rows.sort_by_cached_key(key);
    let whose: BTreeSet<i32> = rows.iter().map(|((id, ..), _)| *id).collect();
    let names = names(conn, known, &whose.into_iter().collect::<Vec<_>>())?;
    let listed = rows.into_iter().filter_map(
        |((staff_id, organisation, employee_number), (course_id, from_on, until_on, reason, _))| {
            Some(ListedExemption {
                staff_id,
                organisation,
                employee_number,
                name: names.get(&staff_id)?.full(),
                course: course_id.and_then(|id| codes.get(&id).cloned()),
                from_on,
                until_on,
                reason,
            })
        },
    );
    Ok(listed.collect())
}

/// The codes of the register's courses, by its own numbers for them.
pub(crate) fn course_codes(conn: &mut Conn) -> QueryResult<HashMap<i32, String>> {
    let rows: Vec<(i32, String)> =
        course::table.order(course::id).select((course::id, course::code)).load(conn)?;
    Ok(rows.into_iter().collect())
}
