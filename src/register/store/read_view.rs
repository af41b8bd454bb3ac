//! The whole register in memory, each table scanned once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI32, Ordering};

use diesel::dsl::max;
use diesel::prelude::*;

use super::known::{Detail, Known, newest_import, visible};
use super::organisations::visible_organisations;
use crate::db::dialect::Day;
use crate::db::schema::{
    assignment_version, booking, course, exemption, staff, staff_version, training_record,
};
use crate::db::{Conn, Db, DbError};
use crate::register::{Assignment, Booking, Exemption, Hours, Name, Person, Record, View, ViewBuilder};

/// Ids of training records a reader takes at a time.
const BATCH: i32 = 100_000;

/// Stands for a staff member who is not in the view.
const NOBODY: u32 = u32::MAX;

/// Everything that bears on who is up to date, as known then: everyone recorded by then, or those of the organisation
/// with the code `scope`. An unknown code gives an empty view.
///
/// Two connections read side by side. They see the same register, or it is read again: an import that lands between
/// the beginnings of their two transactions is noticed by its id.
pub fn view(db: &Db, known: Known, scope: Option<&str>, detail: Detail) -> Result<View, DbError> {
    for _ in 0..3 {
        let next = AtomicI32::new(0);
        let (first, second) = std::thread::scope(|threads| {
            let helper = threads.spawn(|| db.read(|conn| read_records(conn, known, &next)));
            let first = db.read(|conn| read_all(conn, known, scope, detail, &next));
            (first, helper.join())
        });
        let second = second.map_err(|_| DbError::Pool("a reader stopped".to_owned()))??;
        let (first, records) = first?;
        if records.newest == second.newest {
            return Ok(first.finish(records.batches.into_iter().chain(second.batches).collect()));
        }
    }
    // Imports land faster than two readers can begin together: one reader agrees with itself.
    let (first, records) = db.read(|conn| read_all(conn, known, scope, detail, &AtomicI32::new(0)))?;
    Ok(first.finish(records.batches))
}

/// Training records as one reader read them.
struct Records {
    /// The newest import of all when they were read.
    newest: i32,
    batches: Vec<Batch>,
}

/// Training records of a range of ids.
struct Batch {
    number: i32,
    owners: Vec<u32>,
    records: Vec<Record>,
}

/// A view without its training records.
struct Unfinished {
    builder: ViewBuilder,
    people_by_id: Vec<u32>,
}

impl Unfinished {
    /// Gives the records, still under the ids of their staff, to the people they belong to.
    fn finish(mut self, mut batches: Vec<Batch>) -> View {
        batches.sort_by_key(|batch| batch.number);
        for Batch { mut owners, records, .. } in batches {
            for owner in &mut owners {
                *owner = self.people_by_id.get(*owner as usize).copied().unwrap_or(NOBODY);
            }
            self.builder.records(owners, records);
        }
        self.builder.finish()
    }
}

fn read_all(
    conn: &mut Conn,
    known: Known,
    scope: Option<&str>,
    detail: Detail,
    next: &AtomicI32,
) -> Result<(Unfinished, Records), DbError> {
    let at = newest_import(conn, known)?;
    let mut unfinished = read_people(conn, at, scope, detail)?;
    read_assignments(conn, at, &mut unfinished)?;
    read_exemptions(conn, at, &mut unfinished)?;
    read_bookings(conn, at, &mut unfinished)?;
    Ok((unfinished, read_records(conn, known, next)?))
}

fn read_people(conn: &mut Conn, at: i32, scope: Option<&str>, detail: Detail) -> Result<Unfinished, DbError> {
    let mut builder = ViewBuilder::default();
    let mut organisations = HashMap::new();
    for (id, organisation) in visible_organisations(conn, at)? {
        if scope.is_none_or(|code| code == organisation.code) {
            let index = u16::try_from(builder.view.organisations.len()).unwrap_or(u16::MAX);
            organisations.insert(id, index);
            builder.view.organisations.push(organisation);
        }
    }
    builder.view.courses = course::table.order(course::id).select(course::code).load(conn)?;

    let mut people: Vec<(Person, Name)> = Vec::new();
    let versions = staff_version::table.inner_join(staff::table).filter(visible!(staff_version, at));
    let key = (staff::id, staff::organisation_id, staff::employee_number);
    let mut add = |(id, organisation, number): (i32, i32, String), name| {
        if let Some(organisation) = organisations.get(&organisation) {
            let person = Person { staff_id: id, organisation: *organisation, employee_number: number.into() };
            people.push((person, name));
        }
    };
    match detail {
        Detail::Judgement => {
            for row in versions.select(key).load_iter(conn)? {
                add(row?, Name::default());
            }
        }
        Detail::WithNames => {
            let name = (staff_version::first_name, staff_version::last_name, staff_version::email);
            for row in versions.select((key, name)).load_iter(conn)? {
                let (key, (first, last, email)) = row?;
                add(key, Name { first, last, email });
            }
        }
    }
    people.sort_by(|(a, _), (b, _)| {
        (a.organisation, &a.employee_number).cmp(&(b.organisation, &b.employee_number))
    });
    let last = people.iter().map(|(person, _)| person.staff_id).max().unwrap_or(0);
    let mut people_by_id = vec![NOBODY; usize::try_from(last).unwrap_or(0) + 1];
    for (index, (person, _)) in (0u32..).zip(&people) {
        if let Some(place) = usize::try_from(person.staff_id).ok().and_then(|id| people_by_id.get_mut(id)) {
            *place = index;
        }
    }
    builder.view.people.reserve_exact(people.len());
    for (person, name) in people {
        builder.view.people.push(person);
        if detail == Detail::WithNames {
            builder.view.names.push(name);
        }
    }
    Ok(Unfinished { builder, people_by_id })
}

type AssignmentTuple = (i32, String, bool, String, String, String, String, String, Day, Option<Day>);

fn read_assignments(conn: &mut Conn, at: i32, view: &mut Unfinished) -> Result<(), DbError> {
    use assignment_version as a;
    let rows = a::table
        .filter(visible!(a, at))
        .select((
            a::staff_id,
            a::assignment_number,
            a::is_primary,
            a::job_title,
            a::staff_group,
            a::unit,
            a::manager_employee_number,
            a::status,
            a::start_on,
            a::leave_on,
        ))
        .load_iter::<AssignmentTuple, _>(conn)?;
    for row in rows {
        let (staff_id, number, primary, job_title, staff_group, unit, manager, status, start_on, leave_on) =
            row?;
        let Some(owner) = view.owner(staff_id) else { continue };
        let texts = &mut view.builder.view.texts;
        let assignment = Assignment {
            number: number.into(),
            primary,
            job_title: texts.intern(&job_title),
            staff_group: texts.intern(&staff_group),
            unit: texts.intern(&unit),
            manager: texts.intern(&manager),
            status: texts.intern(&status),
            start_on: start_on.0,
            leave_on: leave_on.map(Into::into),
        };
        view.builder.assignment(owner, assignment);
    }
    Ok(())
}

fn read_exemptions(conn: &mut Conn, at: i32, view: &mut Unfinished) -> Result<(), DbError> {
    let places = course_places(conn)?;
    let rows = exemption::table
        .filter(visible!(exemption, at))
        .select((exemption::staff_id, exemption::course_id, exemption::from_on, exemption::until_on))
        .load_iter::<(i32, Option<i32>, Option<Day>, Option<Day>), _>(conn)?;
    for row in rows {
        let (staff_id, course_id, from, until) = row?;
        let Some(owner) = view.owner(staff_id) else { continue };
        let course = course_id.map(|id| place(&places, id));
        let exemption = Exemption { course, from: from.map(Into::into), until: until.map(Into::into) };
        view.builder.exemption(owner, exemption);
    }
    Ok(())
}

fn read_bookings(conn: &mut Conn, at: i32, view: &mut Unfinished) -> Result<(), DbError> {
    let places = course_places(conn)?;
    let rows = booking::table
        .filter(visible!(booking, at))
        .select((booking::staff_id, booking::course_id, booking::takes_place_on, booking::place))
        .load_iter::<(i32, i32, Day, String), _>(conn)?;
    for row in rows {
        let (staff_id, course_id, takes_place_on, place_text) = row?;
        let Some(owner) = view.owner(staff_id) else { continue };
        let place_text = view.builder.view.texts.intern(&place_text);
        let booking = Booking {
            course: place(&places, course_id),
            takes_place_on: takes_place_on.into(),
            place: place_text,
        };
        view.builder.booking(owner, booking);
    }
    Ok(())
}

impl Unfinished {
    fn owner(&self, staff_id: i32) -> Option<u32> {
        let owner = self.people_by_id.get(usize::try_from(staff_id).ok()?)?;
        (*owner != NOBODY).then_some(*owner)
    }
}

type RecordTuple = (i32, i32, Day, Option<Day>, Option<i32>, Option<bool>);

/// Takes batches that no other reader has taken, until there are none; owners are ids of staff.
fn read_records(conn: &mut Conn, known: Known, next: &AtomicI32) -> Result<Records, DbError> {
    use training_record as r;
    let newest = newest_import(conn, Known::Latest)?;
    let at = newest_import(conn, known)?;
    let places = course_places(conn)?;
    let last: i32 = r::table.select(max(r::id)).first::<Option<i32>>(conn)?.unwrap_or(0);
    let mut batches = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(above) = number.checked_mul(BATCH).filter(|above| *above < last) else { break };
        let rows = r::table
            .filter(r::id.gt(above).and(r::id.le(above.saturating_add(BATCH))).and(visible!(r, at)))
            .select((
                r::staff_id,
                r::course_id,
                r::completed_on,
                r::expires_on,
                r::hours_hundredths,
                r::participatory,
            ))
            .load_iter::<RecordTuple, _>(conn)?;
        let room = usize::try_from(last - above).unwrap_or(0).min(BATCH as usize);
        let mut owners = Vec::with_capacity(room);
        let mut records = Vec::with_capacity(room);
        for row in rows {
            let (staff_id, course, completed_on, expires_on, hours, participatory) = row?;
            owners.push(u32::try_from(staff_id).unwrap_or(NOBODY));
            records.push(Record {
                completed_on: completed_on.0,
                expires_on: expires_on.map(Into::into),
                hours: hours.and_then(|hours| u32::try_from(hours).ok()).map(Hours),
                course: place(&places, course),
                participatory: participatory.unwrap_or(false),
            });
        }
        batches.push(Batch { number, owners, records });
    }
    Ok(Records { newest, batches })
}

/// Where each course id stands in `View::courses`.
fn course_places(conn: &mut Conn) -> QueryResult<Vec<u16>> {
    let ids: Vec<i32> = course::table.order(course::id).select(course::id).load(conn)?;
    let mut places = vec![u16::MAX; ids.last().map_or(0, |last| usize::try_from(*last).unwrap_or(0) + 1)];
    for (index, id) in (0u16..).zip(ids) {
        if let Some(place) = usize::try_from(id).ok().and_then(|id| places.get_mut(id)) {
            *place = index;
        }
    }
    Ok(places)
}

fn place(places: &[u16], course_id: i32) -> u16 {
    usize::try_from(course_id).ok().and_then(|id| places.get(id)).copied().unwrap_or(u16::MAX)
}
