//! Which rows a read takes: everybody's, or those of some, found by an index so that nobody else's are read.

use diesel::dsl::{max, min};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{organisation, staff};

/// Which of the rows visible at an instant a read takes. What is open and what was closed since are two parts, because
/// each is found by an index of its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum VersionPart<'a> {
    /// All of them.
    All,
    /// Those not closed since, of people with these ids.
    OpenOf(&'a [i32]),
    /// Those closed since, of people with these ids.
    ClosedOf(&'a [i32]),
    /// Those not closed since, of the people of the organisation with this id.
    OpenIn(i32),
    /// Those closed since, of the people of the organisation with this id.
    ClosedIn(i32),
}

diesel::alias!(pub(super) const EVERYBODY: Alias<Everybody> = staff as everybody);

/// The ids of the people of the organisation with this id, for a question within another.
#[diesel::dsl::auto_type]
pub(super) fn staff_ids_of(organisation: i32) -> _ {
    EVERYBODY
        .filter(EVERYBODY.field(staff::organisation_id).eq(organisation))
        .select(EVERYBODY.field(staff::id))
}

/// A boxed query on the named table, for one part.
macro_rules! of_part {
    ($query:expr, $table:ident, $part:expr, $at:expr) => {{
        use crate::register::store::version_parts::staff_ids_of;
        let open = || $table::closed_by.is_null().and($table::opened_by.le($at));
        let closed = || $table::closed_by.gt($at).and($table::opened_by.le($at));
        match $part {
            VersionPart::All => $query.filter(visible!($table, crate::db::number($at))),
            VersionPart::OpenOf(ids) => $query.filter($table::staff_id.eq_any(ids)).filter(open()),
            VersionPart::ClosedOf(ids) => $query.filter($table::staff_id.eq_any(ids)).filter(closed()),
            VersionPart::OpenIn(id) => {
                $query.filter($table::staff_id.eq_any(staff_ids_of(id))).filter(open())
            }
            VersionPart::ClosedIn(id) => {
                $query.filter($table::staff_id.eq_any(staff_ids_of(id))).filter(closed())
            }
        }
    }};
}

pub(super) use of_part;

/// The parts that make up everybody, or everybody of the organisation with the code `scope`.
pub(super) fn parts_of(conn: &mut Conn, scope: Option<&str>) -> QueryResult<Vec<VersionPart<'static>>> {
    let Some(code) = scope else { return Ok(vec![VersionPart::All]) };
    let id = organisation::table.filter(organisation::code.eq(code)).select(organisation::id);
    let Some(id) = id.first::<i32>(conn).optional()? else { return Ok(Vec::new()) };
    // Each by itself is found at an end of an index; both together would go through all of it.
    let first: Option<i32> = staff::table.select(min(staff::organisation_id)).first(conn)?;
    let last: Option<i32> = staff::table.select(max(staff::organisation_id)).first(conn)?;
    // Where there are no others, to go through all is quicker, and reads nobody else's.
    Ok(match (first, last) {
        (Some(first), Some(last)) if first == id && last == id => vec![VersionPart::All],
        _ => vec![VersionPart::OpenIn(id), VersionPart::ClosedIn(id)],
    })
}
