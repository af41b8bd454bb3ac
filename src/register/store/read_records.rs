//! Training records, read in batches that two readers share between them.

use std::sync::atomic::{AtomicI32, Ordering};

use diesel::dsl::max;
use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import, visible};
use super::version_parts::{VersionPart, of_part, parts_of};
use crate::db::DateColumn;
use crate::db::schema::{course, training_record};
use crate::db::{Conn, DbResult, Streaming, each_row, number};
use crate::register::{Hours, Indexed, Record, RegisterCourseIndex};

/// Ids of training records a reader takes at a time.
const BATCH: i32 = 100_000;

/// What of a training record bears on who is up to date: a [`ViewRecordTuple`].
macro_rules! record_columns {
    () => {{
        use training_record as r;
        (r::staff_id, r::course_id, r::completed_on, r::expires_on, r::hours_hundredths, r::participatory)
    }};
}

/// Training records as one reader read them.
pub(super) struct RecordsRead {
    /// The newest import of those that it was to read.
    pub newest: i32,
    /// What it read.
    pub batches: Vec<RecordBatch>,
}

/// Training records of a range of ids, or of some people.
#[derive(Default)]
pub(super) struct RecordBatch {
    pub number: i32,
    /// The register's keys of those they belong to.
    pub staff: Vec<i32>,
    pub records: Vec<Record>,
}

type ViewRecordTuple = (i32, i32, DateColumn, Option<DateColumn>, Option<i32>, Option<bool>);

impl RecordBatch {
    /// The records of a part, in as many batches as it takes: one that grew to hold millions would be moved often.
    pub(crate) fn read(
        conn: &mut Conn,
        at: i32,
        part: VersionPart<'_>,
        number: i32,
        places: &CoursePlaces,
    ) -> DbResult<Vec<Self>> {
        let query = training_record::table.select(record_columns!()).into_boxed();
        let (mut full, mut batch) = (Vec::new(), Self { number, ..Self::default() });
        for row in of_part!(query, training_record, part, at).load_iter::<ViewRecordTuple, Streaming>(conn)? {
            batch.add(row?, places);
            if batch.records.len() == BATCH as usize {
                full.push(std::mem::replace(&mut batch, Self { number, ..Self::default() }));
            }
        }
        full.push(batch);
        Ok(full)
    }

    fn add(&mut self, row: ViewRecordTuple, places: &CoursePlaces) {
        let (staff_id, course, completed_on, expires_on, hours, participatory) = row;
        self.staff.push(staff_id);
        self.records.push(Record {
            completed_on: completed_on.0,
            expires_on: expires_on.map(Into::into),
            hours: hours.and_then(|hours| u32::try_from(hours).ok()).map(Hours),
            course: places.of(course),
            participatory: participatory.unwrap_or(false),
        });
    }
}

/// Takes batches that no other reader has taken, until there are none.
pub(super) fn read_records(
    conn: &mut Conn,
    known: KnownAt,
    scope: Option<&str>,
    next: &AtomicI32,
) -> DbResult<RecordsRead> {
    let at = newest_import(conn, known)?;
    let batches = match parts_of(conn, scope)?.as_slice() {
        [VersionPart::All] => read_all_records(conn, at, next)?,
        parts => read_records_of(conn, at, parts, next)?,
    };
    Ok(RecordsRead { newest: at, batches })
}

fn read_all_records(conn: &mut Conn, at: i32, next: &AtomicI32) -> DbResult<Vec<RecordBatch>> {
    use training_record as r;
    let places = CoursePlaces::read(conn)?;
    let last: i32 = r::table.select(max(r::id)).first::<Option<i32>>(conn)?.unwrap_or(0);
    let mut batches = Vec::new();
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed);
        let Some(above) = place.checked_mul(BATCH).filter(|above| *above < last) else { break };
        let room = usize::try_from(last - above).unwrap_or(0).min(BATCH as usize);
        let mut batch =
            RecordBatch { number: place, staff: Vec::with_capacity(room), records: Vec::with_capacity(room) };
        let range = r::id.gt(number(above)).and(r::id.le(number(above.saturating_add(BATCH))));
        let rows = r::table.select(record_columns!()).filter(range.and(visible!(r, number(at))));
        each_row(conn, rows, |row: ViewRecordTuple| batch.add(row, &places))?;
        batches.push(batch);
    }
    Ok(batches)
}

fn read_records_of(
    conn: &mut Conn,
    at: i32,
    parts: &[VersionPart<'_>],
    next: &AtomicI32,
) -> DbResult<Vec<RecordBatch>> {
    let places = CoursePlaces::read(conn)?;
    let mut batches = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(part) = usize::try_from(number).ok().and_then(|number| parts.get(number)) else { break };
        batches.extend(RecordBatch::read(conn, at, *part, number, &places)?);
    }
    Ok(batches)
}

/// Where the course with each id stands in a view.
pub(super) struct CoursePlaces(Vec<RegisterCourseIndex>);

impl CoursePlaces {
    pub(crate) fn read(conn: &mut Conn) -> QueryResult<Self> {
        let ids: Vec<i32> = course::table.order(course::id).select(course::id).load(conn)?;
        let len = ids.last().map_or(0, |last| usize::try_from(*last).unwrap_or(0) + 1);
        let mut places = vec![RegisterCourseIndex::NOWHERE; len];
        for (index, id) in Indexed::from(ids).placed() {
            if let Some(place) = usize::try_from(*id).ok().and_then(|id| places.get_mut(id)) {
                *place = index;
            }
        }
        Ok(Self(places))
    }

    pub(crate) fn of(&self, course_id: i32) -> RegisterCourseIndex {
        let place = usize::try_from(course_id).ok().and_then(|id| self.0.get(id));
        place.copied().unwrap_or(RegisterCourseIndex::NOWHERE)
    }
}
