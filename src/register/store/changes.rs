//! What changed in the register between two instants.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::known::{Known, newest_import};
use crate::db::Conn;
use crate::db::schema::{course, training_record};
use crate::register::{RecordChange, Seen};

/// Whether anything was recorded between the two instants.
pub fn anything_recorded(conn: &mut Conn, before: Known, after: Known) -> QueryResult<bool> {
    Ok(newest_import(conn, before)? != newest_import(conn, after)?)
}

/// The training records of `staff` that were known at one of the two instants and not at the other, by person, course,
/// day and side.
pub fn record_changes(
    conn: &mut Conn,
    before: Known,
    after: Known,
    staff: &HashSet<i32>,
) -> QueryResult<Vec<RecordChange>> {
    use training_record as r;
    type Row = (i32, String, NaiveDate, Option<NaiveDate>, (Option<i32>, Option<bool>), i32, Option<i32>);
    let (before, after) = (newest_import(conn, before)?, newest_import(conn, after)?);
    let came = r::opened_by.gt(before).and(r::opened_by.le(after));
    let went = r::closed_by.gt(before).and(r::closed_by.le(after));
    let rows = r::table
        .inner_join(course::table)
        .filter(came.or(went.assume_not_null()))
        .select((
            r::staff_id,
            course::code,
            r::completed_on,
            r::expires_on,
            (r::hours_hundredths, r::participatory),
            r::opened_by,
            r::closed_by,
        ))
        .load_iter::<Row, _>(conn)?;
    let mut changes = Vec::new();
    for row in rows {
        let (staff_id, course, completed_on, expires_on, hours, opened_by, closed_by) = row?;
        let visible = |known| opened_by <= known && closed_by.is_none_or(|closed_by| known < closed_by);
        let (seen, import) = match (visible(before), visible(after)) {
            (false, true) => (Seen::Newly, opened_by),
            (true, false) => (Seen::NoLonger, closed_by.unwrap_or(opened_by)),
            _ => continue,
        };
        if staff.contains(&staff_id) {
            changes.push((RecordChange { staff_id, course, completed_on, expires_on, seen, import }, hours));
        }
    }
    let mut changes = without_the_same_again(changes);
    changes.sort_by(|a, b| {
        (a.staff_id, &a.course, a.completed_on, a.seen).cmp(&(b.staff_id, &b.course, b.completed_on, b.seen))
    });
    Ok(changes)
}

/// Without those that were taken back and put back as they were, as by an undo of an undo.
fn without_the_same_again<H: PartialEq>(changes: Vec<(RecordChange, H)>) -> Vec<RecordChange> {
    let same = |(a, hours): &(RecordChange, H), (b, other): &(RecordChange, H)| {
        (a.staff_id, &a.course, a.completed_on, a.expires_on)
            == (b.staff_id, &b.course, b.completed_on, b.expires_on)
            && hours == other
    };
    let (gone, mut new): (Vec<_>, Vec<_>) =
        changes.into_iter().partition(|(change, _)| change.seen == Seen::NoLonger);
    let mut left = Vec::new();
    for change in gone {
        match new.iter().position(|other| same(&change, other)) {
            Some(at) => drop(new.swap_remove(at)),
            None => left.push(change),
        }
    }
    left.into_iter().chain(new).map(|(change, _)| change).collect()
}
