//! The register in memory as far as it is about some people, found by their ids.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::AT_ONCE;
use super::known::{Detail, Known, newest_import, visible};
use super::read_view::{
    Batch, Part, RecordTuple, course_places, of_part, read_assignments, read_bookings, read_exemptions,
    read_people, record_columns,
};
use crate::db::schema::training_record;
use crate::db::{Conn, Db, DbError};
use crate::register::{Address, View};

/// As [`super::view`], for judging, of the people with the ids `staff` alone: they are found by their ids, so that few of them
/// take little time.
pub fn view_of(db: &Db, known: Known, scope: Option<&str>, staff: &HashSet<i32>) -> Result<View, DbError> {
    db.read(|conn| {
        let ids = in_order(staff);
        let parts: Vec<Part<'_>> =
            ids.chunks(AT_ONCE).map(Part::OpenOf).chain([Part::ClosedSince(staff)]).collect();
        let at = newest_import(conn, known)?;
        view_of_parts(conn, at, scope, Detail::Judgement, &HashMap::new(), &parts)
    })
}

/// As [`super::view`], with names, as known now, of the people with the ids `staff` alone, within the caller's transaction: what
/// is said of anyone by it is what would be said by everybody's.
pub fn people_now(
    conn: &mut Conn,
    staff: &HashSet<i32>,
    bouncing: &HashMap<String, Address>,
) -> Result<View, DbError> {
    let ids = in_order(staff);
    let parts: Vec<Part<'_>> = ids.chunks(AT_ONCE).map(Part::OpenOf).collect();
    let at = newest_import(conn, Known::Latest)?;
    view_of_parts(conn, at, None, Detail::WithNames, bouncing, &parts)
}

fn in_order(staff: &HashSet<i32>) -> Vec<i32> {
    let mut ids: Vec<i32> = staff.iter().copied().collect();
    ids.sort_unstable();
    ids
}

fn view_of_parts(
    conn: &mut Conn,
    at: i32,
    scope: Option<&str>,
    detail: Detail,
    bouncing: &HashMap<String, Address>,
    parts: &[Part<'_>],
) -> Result<View, DbError> {
    let mut unfinished = read_people(conn, at, scope, detail, bouncing, parts)?;
    read_assignments(conn, at, &mut unfinished, parts)?;
    read_exemptions(conn, at, &mut unfinished, parts)?;
    if detail == Detail::WithNames {
        read_bookings(conn, at, &mut unfinished, parts)?;
    }
    let places = course_places(conn)?;
    let mut records = Batch::default();
    for part in parts {
        let query = training_record::table.select(record_columns!()).into_boxed();
        for row in of_part!(query, training_record, *part, at).load_iter::<RecordTuple, _>(conn)? {
            records.add(row?, &places);
        }
    }
    Ok(unfinished.finish(vec![records]))
}
