//! Training records as an import compares and changes them.

use std::sync::mpsc::sync_channel;

use chrono::NaiveDate;
use diesel::prelude::*;
use ecow::EcoString;
use hashbrown::HashMap;

use super::AT_ONCE;
use super::versions::close;
use crate::db::row::{next_id, row};
use crate::db::schema::{course, staff, staff_version, training_record};
use crate::db::{
    Conn, DateColumn, DayValue, MADE_AT_ONCE, Streaming, TextColumn, insert_all, with_first_rows,
};
use crate::register::{Hours, Pence};

/// Up to this many people, their records are asked for by id; above, all records between them are read in order.
const FEW: usize = 10_000;

/// What a version of a training record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordValues<'a> {
    /// Whose it is.
    pub(crate) staff_id: i32,
    /// The register's key of the course.
    pub(crate) course_id: i32,
    /// The day of completion.
    pub(crate) completed_on: NaiveDate,
    /// The expiry it names.
    pub(crate) expires_on: Option<NaiveDate>,
    /// Hours, where given.
    pub(crate) hours: Option<Hours>,
    /// Participatory or e-learning, where given.
    pub(crate) participatory: Option<bool>,
    /// Who gave the training.
    pub(crate) provider: &'a str,
    /// Certificate number.
    pub(crate) certificate: &'a str,
    /// What it cost.
    pub(crate) cost_pence: Option<Pence>,
}

impl<'a> RecordValues<'a> {
    /// What makes it the same completion in another file (spec 3.2); the order in which records are streamed.
    pub(crate) fn key(&self) -> (i32, i32, NaiveDate, &'a str) {
        (self.staff_id, self.course_id, self.completed_on, self.certificate)
    }
}

/// The open version of a training record.
#[derive(Debug)]
pub(crate) struct OpenRecord {
    /// The version's id.
    pub(crate) id: i32,
    staff_id: i32,
    course_id: i32,
    completed_on: NaiveDate,
    expires_on: Option<NaiveDate>,
    hours: Option<Hours>,
    participatory: Option<bool>,
    provider: EcoString,
    certificate: EcoString,
    cost_pence: Option<Pence>,
}

impl OpenRecord {
    /// What it says.
    pub(crate) fn values(&self) -> RecordValues<'_> {
        RecordValues {
            staff_id: self.staff_id,
            course_id: self.course_id,
            completed_on: self.completed_on,
            expires_on: self.expires_on,
            hours: self.hours,
            participatory: self.participatory,
            provider: &self.provider,
            certificate: &self.certificate,
            cost_pence: self.cost_pence,
        }
    }
}

/// Staff ids by employee number.
pub(crate) type StaffNumbers = HashMap<EcoString, i32>;

/// The staff ids of everyone known in an organisation.
pub(crate) fn staff_numbers(conn: &mut Conn, organisation_id: i32) -> QueryResult<StaffNumbers> {
    let rows = staff::table
        .inner_join(staff_version::table)
        .filter(staff::organisation_id.eq(organisation_id).and(staff_version::closed_by.is_null()))
        .select((staff::employee_number, staff::id))
        .load_iter::<(TextColumn, i32), Streaming>(conn)?;
    rows.map(|row| row.map(|(number, id)| (number.0, id))).collect()
}

/// The keys of these courses, each in its code's place; new codes are added.
pub(crate) fn ensure_courses(conn: &mut Conn, codes: &[&str]) -> QueryResult<Vec<i32>> {
    let known: Vec<(String, i32)> = course::table.select((course::code, course::id)).load(conn)?;
    let mut known: HashMap<String, i32> = known.into_iter().collect();
    let mut ids = Vec::with_capacity(codes.len());
    for code in codes {
        let id = match known.get(*code) {
            Some(id) => *id,
            None => {
                let next = next_id!(conn, course)?;
                diesel::insert_into(course::table)
                    .values((course::id.eq(next), course::code.eq(code)))
                    .execute(conn)?;
                next
            }
        };
        known.insert((*code).to_owned(), id);
        ids.push(id);
    }
    Ok(ids)
}

/// The ids that [`ensure_courses`] would give, with nothing recorded: those of courses that aren't there yet come next.
pub(crate) fn reckoned_courses(conn: &mut Conn, codes: &[&str]) -> QueryResult<Vec<i32>> {
    let known: Vec<(String, i32)> = course::table.select((course::code, course::id)).load(conn)?;
    let mut last = known.iter().map(|(_, id)| *id).max().unwrap_or(0);
    let mut known: HashMap<String, i32> = known.into_iter().collect();
    let reckoned = codes.iter().map(|code| {
        *known.entry((*code).to_owned()).or_insert_with(|| {
            last = last.saturating_add(1);
            last
        })
    });
    Ok(reckoned.collect())
}

type OpenRecordTuple = (
    i32,
    i32,
    i32,
    DateColumn,
    Option<DateColumn>,
    Option<i32>,
    Option<bool>,
    TextColumn,
    TextColumn,
    Option<i64>,
);

/// How many records are handed over together to whoever compares them.
const TOGETHER: usize = 1_000;

/// Gives every open record of these people (ids in ascending order, each once) to `each`, in order of
/// [`RecordValues::key`]. Of many people, records of others between them come along, and `each` runs on a thread of its own,
/// so that the next are read meanwhile.
pub(crate) fn each_open_record(
    conn: &mut Conn,
    staff_ids: &[i32],
    mut each: impl FnMut(OpenRecord) + Send,
) -> QueryResult<()> {
    use training_record as r;
    let (Some(first), Some(last)) = (staff_ids.first(), staff_ids.last()) else {
        return Ok(());
    };
    let columns = (
        r::id,
        r::staff_id,
        r::course_id,
        r::completed_on,
        r::expires_on,
        r::hours_hundredths,
        r::participatory,
        r::provider,
        r::certificate,
        r::cost_pence,
    );
    let open = r::table
        .filter(r::closed_by.is_null())
        .order((r::staff_id, r::course_id, r::completed_on, r::certificate))
        .select(columns);
    if staff_ids.len() > FEW {
        let between = open.filter(r::staff_id.between(first, last));
        // Asked beyond its end, a statement would begin anew.
        let mut rows = between.load_iter::<OpenRecordTuple, Streaming>(conn)?.fuse();
        return std::thread::scope(|threads| {
            let (hand_over, handed) = sync_channel::<Vec<OpenRecord>>(2);
            let compared = threads.spawn(move || handed.into_iter().flatten().for_each(each));
            loop {
                let some: Vec<OpenRecord> = rows
                    .by_ref()
                    .take(TOGETHER)
                    .map(|row| row.map(open_record))
                    .collect::<QueryResult<_>>()?;
                if some.is_empty() || hand_over.send(some).is_err() {
                    break;
                }
            }
            drop(hand_over);
            compared.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Ok(())
        });
    }
    for ids in staff_ids.chunks(AT_ONCE) {
        for row in open.filter(r::staff_id.eq_any(ids)).load_iter::<OpenRecordTuple, Streaming>(conn)? {
            each(open_record(row?));
        }
    }
    Ok(())
}

fn open_record(row: OpenRecordTuple) -> OpenRecord {
    let (
        id,
        staff_id,
        course_id,
        completed_on,
        expires_on,
        hours,
        participatory,
        provider,
        certificate,
        cost_pence,
    ) = row;
    OpenRecord {
        id,
        staff_id,
        course_id,
        completed_on: completed_on.0,
        expires_on: expires_on.map(Into::into),
        hours: hours.and_then(|hours| u32::try_from(hours).ok()).map(Hours),
        participatory,
        provider: provider.0,
        certificate: certificate.0,
        cost_pence,
    }
}

/// Closes these versions of training records.
pub(crate) fn close_records(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
    close!(conn, training_record, versions, import);
    Ok(())
}

row! {
    /// A training record as it is recorded.
    NewRecord<'a> of training_record {
        id: i32,
        staff_id: i32,
        course_id: i32,
        completed_on: DayValue,
        expires_on: Option<DayValue>,
        hours_hundredths: Option<i32>,
        participatory: Option<bool>,
        provider: &'a str,
        certificate: &'a str,
        cost_pence: Option<Pence>,
        opened_by: i32,
    }
}

/// Opens a version of each record. In order of [`RecordValues::key`], new records go to the end of the index.
pub(crate) fn add_records<'a>(
    conn: &mut Conn,
    import: i32,
    records: impl Iterator<Item = RecordValues<'a>>,
) -> QueryResult<()> {
    let first = next_id!(conn, training_record)?;
    let mut rows = records.zip(first..).map(|(record, id)| NewRecord {
        id,
        staff_id: record.staff_id,
        course_id: record.course_id,
        completed_on: record.completed_on.into(),
        expires_on: record.expires_on.map(Into::into),
        hours_hundredths: record.hours.and_then(|hours| i32::try_from(hours.0).ok()),
        participatory: record.participatory,
        provider: record.provider,
        certificate: record.certificate,
        cost_pence: record.cost_pence,
        opened_by: import,
    });
    let mut put_in = |conn: &mut Conn| {
        let mut made = Vec::with_capacity(MADE_AT_ONCE);
        loop {
            made.clear();
            made.extend(rows.by_ref().take(MADE_AT_ONCE));
            if made.is_empty() {
                return Ok(());
            }
            insert_all(conn, &made)?;
        }
    };
    if first == 1 { with_first_rows(conn, &["training_record"], put_in) } else { put_in(conn) }
}
