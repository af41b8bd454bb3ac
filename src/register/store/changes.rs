//! What changed in the register between two instants.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import};
use crate::db::Conn;
use crate::db::schema::{
    assignment_version, booking, course, exemption, staff, staff_version, training_record,
};
use crate::register::{RecordChange, RecordSide};

/// The highest id of the versions in a table that were opened by an import or before it. Versions are numbered in the
/// order in which they are opened, so that the search from the end passes over no more than came since.
macro_rules! last_opened_by {
    ($conn:expr, $table:ident, $import:expr) => {
        $table::table
            .filter($table::opened_by.le($import))
            .order($table::id.desc())
            .select($table::id)
            .first::<i32>($conn)
            .optional()
            .map(Option::unwrap_or_default)
    };
}

/// Adds the people whose versions in a table were opened or closed after one import, up to another.
macro_rules! add_changed {
    ($staff:expr, $conn:expr, $table:ident, $before:expr, $after:expr) => {
        let last = last_opened_by!($conn, $table, $before)?;
        let opened = $table::table.filter($table::id.gt(last).and($table::opened_by.le($after)));
        $staff.extend(opened.select($table::staff_id).load::<i32>($conn)?);
        let closed = $table::table.filter($table::closed_by.gt($before).and($table::closed_by.le($after)));
        $staff.extend(closed.select($table::staff_id).load::<i32>($conn)?);
    };
}

/// The people of whom anything that bears on who is up to date came to be known, or was taken back, between the two
/// instants, by staff id.
pub fn changed_staff(conn: &mut Conn, before: KnownAt, after: KnownAt) -> QueryResult<HashSet<i32>> {
    let (before, after) = (newest_import(conn, before)?, newest_import(conn, after)?);
    let mut staff = HashSet::new();
    add_changed!(staff, conn, staff_version, before, after);
    add_changed!(staff, conn, assignment_version, before, after);
    add_changed!(staff, conn, training_record, before, after);
    add_changed!(staff, conn, exemption, before, after);
    add_changed!(staff, conn, booking, before, after);
    Ok(staff)
}

/// Whether so many people are few enough to be read by their ids: of more, a view of everybody is read as quickly.
pub(crate) fn are_few(conn: &mut Conn, people: usize) -> QueryResult<bool> {
    let everybody: Option<i32> = staff::table.select(max(staff::id)).first(conn)?;
    Ok(people <= usize::try_from(everybody.unwrap_or(0)).unwrap_or(0) / 4)
}

/// The training records of `staff` that were known at one of the two instants and not at the other, by person, course,
/// day and side.
pub(crate) fn record_changes(
    conn: &mut Conn,
    before: KnownAt,
    after: KnownAt,
    staff: &HashSet<i32>,
) -> QueryResult<Vec<RecordChange>> {
    use training_record as r;
    type ChangedRecordRow =
        (i32, String, NaiveDate, Option<NaiveDate>, (Option<i32>, Option<bool>), i32, Option<i32>);
    let (before, after) = (newest_import(conn, before)?, newest_import(conn, after)?);
    let came = r::id.gt(last_opened_by!(conn, training_record, before)?).and(r::opened_by.le(after));
    let went = r::closed_by.gt(before).and(r::closed_by.le(after));
    let all = r::table.inner_join(course::table).select((
        r::staff_id,
        course::code,
        r::completed_on,
        r::expires_on,
        (r::hours_hundredths, r::participatory),
        r::opened_by,
        r::closed_by,
    ));
    let mut rows: Vec<ChangedRecordRow> = all.filter(came).load(conn)?;
    rows.extend(all.filter(went).load::<ChangedRecordRow>(conn)?);
    let mut changes = Vec::new();
    for row in rows {
        let (staff_id, course, completed_on, expires_on, hours, opened_by, closed_by) = row;
        let visible = |known| opened_by <= known && closed_by.is_none_or(|closed_by| known < closed_by);
        let (seen, import) = match (visible(before), visible(after)) {
            (false, true) => (RecordSide::Newly, opened_by),
            (true, false) => (RecordSide::NoLonger, closed_by.unwrap_or(opened_by)),
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
        changes.into_iter().partition(|(change, _)| change.seen == RecordSide::NoLonger);
    let mut left = Vec::new();
    for change in gone {
        match new.iter().position(|other| same(&change, other)) {
            Some(at) => drop(new.swap_remove(at)),
            None => left.push(change),
        }
    }
    left.into_iter().chain(new).map(|(change, _)| change).collect()
}
