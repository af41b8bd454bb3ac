//! Every version of everything about one person, for those who ask what is kept about them (spec 2.10).

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::exemptions::course_codes;
use super::staff::columns;
use crate::db::Conn;
use crate::db::schema::{
    assignment_version as a, booking as b, exemption as e, import, staff_version as n, training_record as r,
};
use crate::register::staff_fields::{PersonTuple, PostTuple, person_fields, post_fields};
use crate::register::{
    AssignmentSaid, BookingSaid, ExemptionSaid, History, Hours, PersonFields, PostFields, RecordSaid,
    VersionSaid,
};

/// The import that opened a version, and the one that closed it.
type Span = (i32, Option<i32>);

/// When each import was recorded.
struct ImportInstants(HashMap<i32, DateTime<Utc>>);

impl ImportInstants {
    fn read(conn: &mut Conn) -> QueryResult<Self> {
        let rows: Vec<(i32, NaiveDateTime)> =
            import::table.order(import::id).select((import::id, import::recorded_at)).load(conn)?;
        Ok(Self(rows.into_iter().map(|(id, at)| (id, at.and_utc())).collect()))
    }

    fn version<T>(&self, said: T, (opened_by, closed_by): Span) -> VersionSaid<T> {
        let at = |import: i32| self.0.get(&import).copied();
        let recorded_at = at(opened_by).unwrap_or_default();
        VersionSaid { said, recorded_at, replaced_at: closed_by.and_then(at) }
    }
}

/// Everything the register holds about the person with its own number `staff_id`.
pub(crate) fn history(conn: &mut Conn, staff_id: i32) -> QueryResult<History> {
    let at = ImportInstants::read(conn)?;
    let codes = course_codes(conn)?;
    let names = n::table.filter(n::staff_id.eq(staff_id)).order(n::id);
    let names: Vec<(PersonTuple<String>, Span)> =
        names.select((person_fields!(columns { n }), (n::opened_by, n::closed_by))).load(conn)?;
    let bookings = b::table.filter(b::staff_id.eq(staff_id)).order(b::id);
    let bookings: Vec<((i32, NaiveDate, String), Span)> = bookings
        .select(((b::course_id, b::takes_place_on, b::place), (b::opened_by, b::closed_by)))
        .load(conn)?;
    let code = |id: i32| codes.get(&id).cloned().unwrap_or_default();
    Ok(History {
        names: names.into_iter().map(|(said, span)| at.version(PersonFields::from(said), span)).collect(),
        assignments: assignments(conn, staff_id, &at)?,
        records: records(conn, staff_id, &at, &codes)?,
        exemptions: exemptions(conn, staff_id, &at, &codes)?,
        bookings: bookings
            .into_iter()
            .map(|((course, date, place), span)| {
                at.version(BookingSaid { course: code(course), date, place }, span)
            })
            .collect(),
    })
}

fn assignments(
    conn: &mut Conn,
    staff_id: i32,
    at: &ImportInstants,
) -> QueryResult<Vec<VersionSaid<AssignmentSaid>>> {
    type PostVersionRow = (PostTuple<String>, (bool, NaiveDate, Option<NaiveDate>), Span);
    let others = (a::is_primary, a::start_on, a::leave_on);
    let rows: Vec<PostVersionRow> = a::table
        .filter(a::staff_id.eq(staff_id))
        .order(a::id)
        .select((post_fields!(columns { a }), others, (a::opened_by, a::closed_by)))
        .load(conn)?;
    let version = |(texts, (primary_assignment, start_date, leave_date), span): PostVersionRow| {
        let texts = PostFields::from(texts);
        at.version(AssignmentSaid { texts, primary_assignment, start_date, leave_date }, span)
    };
    Ok(rows.into_iter().map(version).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = r)]
struct RecordVersionRow {
    course_id: i32,
    completed_on: NaiveDate,
    expires_on: Option<NaiveDate>,
    hours_hundredths: Option<i32>,
    participatory: Option<bool>,
    provider: String,
    certificate: String,
    cost_pence: Option<i64>,
    opened_by: i32,
    closed_by: Option<i32>,
}

fn records(
    conn: &mut Conn,
    staff_id: i32,
    at: &ImportInstants,
    codes: &HashMap<i32, String>,
) -> QueryResult<Vec<VersionSaid<RecordSaid>>> {
    let rows: Vec<RecordVersionRow> = r::table
        .filter(r::staff_id.eq(staff_id))
        .order(r::id)
        .select(RecordVersionRow::as_select())
        .load(conn)?;
    let version = |row: RecordVersionRow| {
        let said = RecordSaid {
            course: codes.get(&row.course_id).cloned().unwrap_or_default(),
            completed_on: row.completed_on,
            expires_on: row.expires_on,
            hours: row.hours_hundredths.and_then(|hours| u32::try_from(hours).ok()).map(Hours),
            participatory: row.participatory,
            provider: row.provider,
            certificate: row.certificate,
            cost_pence: row.cost_pence,
        };
        at.version(said, (row.opened_by, row.closed_by))
    };
    Ok(rows.into_iter().map(version).collect())
}

fn exemptions(
    conn: &mut Conn,
    staff_id: i32,
    at: &ImportInstants,
    codes: &HashMap<i32, String>,
) -> QueryResult<Vec<VersionSaid<ExemptionSaid>>> {
    type ExemptionVersionRow = ((Option<i32>, Option<NaiveDate>, Option<NaiveDate>, String), Span);
    let rows: Vec<ExemptionVersionRow> = e::table
        .filter(e::staff_id.eq(staff_id))
        .order(e::id)
        .select(((e::course_id, e::from_on, e::until_on, e::reason), (e::opened_by, e::closed_by)))
        .load(conn)?;
    let version = |((course, from, until, reason), span): ExemptionVersionRow| {
        let course = course.and_then(|id| codes.get(&id).cloned());
        at.version(ExemptionSaid { course, from, until, reason }, span)
    };
    Ok(rows.into_iter().map(version).collect())
}
