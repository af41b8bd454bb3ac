//! Finding one person by employee number, whether they are still known or not.

use diesel::prelude::*;

use super::known_at::KnownAt;
use super::people::names;
use crate::db::schema::{organisation, staff};
use crate::db::{Conn, Streaming};
use crate::register::{StaffMember, WhomError};

/// What the employee number of somebody purged begins with: no employee number does, for they are trimmed.
pub(super) const NOBODY: &str = " ";

pub(super) type StaffMemberRow = (i32, i32, String, String);

pub(super) fn member((id, organisation_id, organisation, employee_number): StaffMemberRow) -> StaffMember {
    StaffMember { id, organisation_id, organisation, employee_number }
}

/// The one person with this employee number; of the organisation with the code `scope`, or of all.
pub fn find_staff_member(
    conn: &mut Conn,
    number: &str,
    scope: Option<&str>,
) -> QueryResult<Result<StaffMember, WhomError>> {
    let everyone = staff::table
        .inner_join(organisation::table)
        .filter(staff::employee_number.not_like(format!("{NOBODY}%")))
        .order((organisation::code, staff::employee_number))
        .select((staff::id, staff::organisation_id, organisation::code, staff::employee_number));
    let mut query = everyone.clone().filter(staff::employee_number.eq(number)).into_boxed();
    if let Some(code) = scope {
        query = query.filter(organisation::code.eq(code));
    }
    let mut found: Vec<StaffMember> = query.load::<StaffMemberRow>(conn)?.into_iter().map(member).collect();
    if found.len() > 1 {
        let codes = found.into_iter().map(|who| who.organisation).collect();
        return Ok(Err(WhomError::Several { number: number.to_owned(), codes }));
    }
    if let Some(who) = found.pop() {
        return Ok(Ok(who));
    }
    let bare = |text: &str| text.trim_start_matches('0').to_owned();
    let mut near = None;
    for row in everyone.load_iter::<StaffMemberRow, Streaming>(conn)? {
        let who = member(row?);
        let in_scope = scope.is_none_or(|code| code == who.organisation);
        if in_scope && bare(&who.employee_number) == bare(number) {
            near = Some(who.employee_number);
            break;
        }
    }
    Ok(Err(WhomError::Nobody { number: number.to_owned(), near }))
}

/// [`find_staff_member`], of those who are known today.
pub(crate) fn whom_known(
    conn: &mut Conn,
    number: &str,
    scope: Option<&str>,
) -> QueryResult<Result<StaffMember, WhomError>> {
    let found = find_staff_member(conn, number, scope)?;
    if let Ok(who) = &found
        && names(conn, KnownAt::Latest, &[who.id])?.is_empty()
    {
        return Ok(Err(WhomError::Nobody { number: number.to_owned(), near: None }));
    }
    Ok(found)
}

/// The person with the register's own number `id`, while anything is kept about them.
pub(crate) fn staff_member(conn: &mut Conn, id: i32) -> QueryResult<Option<StaffMember>> {
    staff::table
        .inner_join(organisation::table)
        .filter(staff::id.eq(id).and(staff::employee_number.not_like(format!("{NOBODY}%"))))
        .select((staff::id, staff::organisation_id, organisation::code, staff::employee_number))
        .first::<StaffMemberRow>(conn)
        .optional()
        .map(|row| row.map(member))
}
