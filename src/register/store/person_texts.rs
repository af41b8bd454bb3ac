//! What staff lists said of one person, in every text of theirs.

use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import, visible};
use super::staff::columns;
use crate::db::Conn;
use crate::db::schema::{assignment_version as a, staff_version as v};
use crate::register::staff_fields::{PersonTuple, PostTuple, person_fields, post_fields};
use crate::register::{PersonFields, PostFields};

/// What is said of a person and of each of their posts, as known then; nothing of somebody who is not known.
pub(crate) fn said_of(
    conn: &mut Conn,
    known: KnownAt,
    staff_id: i32,
) -> QueryResult<(PersonFields<String>, Vec<PostFields<String>>)> {
    let at = newest_import(conn, known)?;
    let person: Option<PersonTuple<String>> = v::table
        .filter(v::staff_id.eq(staff_id).and(visible!(v, at)))
        .select(person_fields!(columns { v }))
        .first(conn)
        .optional()?;
    let posts: Vec<PostTuple<String>> = a::table
        .filter(a::staff_id.eq(staff_id).and(visible!(a, at)))
        .order(a::assignment_number)
        .select(post_fields!(columns { a }))
        .load(conn)?;
    let person = person.map(PersonFields::from).unwrap_or_default();
    Ok((person, posts.into_iter().map(PostFields::from).collect()))
}
