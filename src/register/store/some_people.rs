//! The register in memory as far as it is about some people, found by their ids: nobody else's rows are read.

use std::collections::{HashMap, HashSet};

use super::AT_ONCE;
use super::known_at::{KnownAt, ViewDetail, newest_import};
use super::read_records::{CoursePlaces, RecordBatch};
use super::read_view::{read_assignments, read_bookings, read_exemptions, read_people};
use super::version_parts::VersionPart;
use crate::db::{Conn, Db, DbError, DbResult};
use crate::register::{Address, View};

/// As [`super::view`], for judging, of the people with the ids `staff` alone: few of them take little time.
pub fn view_of(db: &Db, known: KnownAt, scope: Option<&str>, staff: &HashSet<i32>) -> Result<View, DbError> {
    db.read(|conn| view_of_people(conn, known, scope, staff, ViewDetail::Judgement, &HashMap::new()))
}

/// As [`super::view`], of the people with the ids `staff` alone.
pub(crate) fn view_of_people(
    conn: &mut Conn,
    known: KnownAt,
    scope: Option<&str>,
    staff: &HashSet<i32>,
    detail: ViewDetail,
    bouncing: &HashMap<String, Address>,
) -> DbResult<View> {
    let ids = in_order(staff);
    let at = newest_import(conn, known)?;
    view_of_parts(conn, at, scope, detail, bouncing, &parts(&ids))
}

/// As [`super::view`], with names, as known now, of the people with the ids `staff` alone, within the caller's transaction: what
/// is said of anyone by it is what would be said by everybody's.
pub(crate) fn people_now(
    conn: &mut Conn,
    staff: &HashSet<i32>,
    bouncing: &HashMap<String, Address>,
) -> DbResult<View> {
    view_of_people(conn, KnownAt::Latest, None, staff, ViewDetail::WithNames, bouncing)
}

/// What is visible of the people with these ids.
pub(super) fn parts(ids: &[i32]) -> Vec<VersionPart<'_>> {
    ids.chunks(AT_ONCE).flat_map(|ids| [VersionPart::OpenOf(ids), VersionPart::ClosedOf(ids)]).collect()
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
    detail: ViewDetail,
    bouncing: &HashMap<String, Address>,
    parts: &[VersionPart<'_>],
) -> DbResult<View> {
    let mut unfinished = read_people(conn, at, scope, detail, bouncing, parts)?;
    read_assignments(conn, at, &mut unfinished, parts)?;
    read_exemptions(conn, at, &mut unfinished, parts)?;
    read_bookings(conn, at, &mut unfinished, parts)?;
    let places = CoursePlaces::read(conn)?;
    let mut records = Vec::new();
    for (number, part) in (0i32..).zip(parts) {
        records.extend(RecordBatch::read(conn, at, *part, number, &places)?);
    }
    Ok(unfinished.finish(records))
}
