//! The register of everybody, or of an organisation, in memory: each table gone through once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI32, Ordering};

use diesel::dsl::max;
use diesel::prelude::*;

use super::known::{Detail, Known, newest_import, visible};
use super::organisations::visible_organisations;
use super::parts::{Part, of_part, parts_of};
use crate::db::dialect::Day;
use crate::db::schema::{
    assignment_version, booking, course, exemption, staff, staff_version, training_record,
};
use crate::db::{Conn, Db, DbError};
use crate::register::{
    Address, Assignment, Booking, EmailAddress, Exemption, Hours, Name, Person, Record, View, ViewBuilder,
};

/// Ids of training records a reader takes at a time.
const BATCH: i32 = 100_000;

/// Stands for a staff member who is not in the view.
const NOBODY: u32 = u32::MAX;

/// What of a training record bears on who is up to date: a [`RecordTuple`].
macro_rules! record_columns {
    () => {{
        use training_record as r;
        (r::staff_id, r::course_id, r::completed_on, r::expires_on, r::hours_hundredths, r::participatory)
    }};
}

/// Everything that bears on who is up to date, as known then: everyone recorded by then, or those of the organisation
/// with the code `scope`, whose rows alone are then read. An unknown code gives an empty view. How those are reached
/// whose address is in `bouncing`, in lower case, stands there.
///
/// Two connections read side by side. They see the same register, or it is read again: an import that lands between
/// the beginnings of their two transactions is noticed by its id.
pub fn view(
    db: &Db,
    known: Known,
    scope: Option<&str>,
    detail: Detail,
    bouncing: &HashMap<String, Address>,
) -> Result<View, DbError> {
    for _ in 0..3 {
        let next = AtomicI32::new(0);
        let (first, second) = std::thread::scope(|threads| {
            let helper = threads.spawn(|| db.read(|conn| read_records(conn, known, scope, &next)));
            let first = db.read(|conn| read_all(conn, known, scope, detail, bouncing, &next));
            (first, helper.join())
        });
        let second = second.map_err(|_| DbError::Stopped("a reader stopped".to_owned()))??;
        let (first, records) = first?;
        if records.newest == second.newest {
            return Ok(first.finish(records.batches.into_iter().chain(second.batches).collect()));
        }
    }
    // Imports land faster than two readers can begin together: one reader agrees with itself.
    let (first, records) =
        db.read(|conn| read_all(conn, known, scope, detail, bouncing, &AtomicI32::new(0)))?;
    Ok(first.finish(records.batches))
}

/// Training records as one reader read them.
struct Records {
    /// The newest import of those that it was to read.
    newest: i32,
    batches: Vec<Batch>,
}

/// Training records of a range of ids, or of some people.
#[derive(Default)]
pub(super) struct Batch {
    number: i32,
    owners: Vec<u32>,
    records: Vec<Record>,
}

/// A view without its training records.
pub(super) struct Unfinished {
    builder: ViewBuilder,
    people_by_id: Vec<u32>,
}

impl Unfinished {
    /// Gives the records, still under the ids of their staff, to the people they belong to.
    pub fn finish(mut self, mut batches: Vec<Batch>) -> View {
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
    bouncing: &HashMap<String, Address>,
    next: &AtomicI32,
) -> Result<(Unfinished, Records), DbError> {
    let at = newest_import(conn, known)?;
    let parts = parts_of(conn, scope)?;
    let mut unfinished = read_people(conn, at, scope, detail, bouncing, &parts)?;
    read_assignments(conn, at, &mut unfinished, &parts)?;
    read_exemptions(conn, at, &mut unfinished, &parts)?;
    read_bookings(conn, at, &mut unfinished, &parts)?;
    Ok((unfinished, read_records(conn, known, scope, next)?))
}

type PersonTuple = (i32, i32, String, String);

/// People stand in the order of organisation and employee number.
fn in_order(a: &Person, b: &Person) -> std::cmp::Ordering {
    (a.organisation, &a.employee_number).cmp(&(b.organisation, &b.employee_number))
}

/// How mail reaches somebody at this address.
fn address_of(email: &str, bouncing: &HashMap<String, Address>) -> Address {
    // A register may hold what an earlier version took for one.
    if EmailAddress::parse(email).is_none() {
        return Address::Missing;
    }
    if bouncing.is_empty() {
        return Address::Reached;
    }
    bouncing.get(&email.to_lowercase()).copied().unwrap_or(Address::Reached)
}

pub(super) fn read_people(
    conn: &mut Conn,
    at: i32,
    scope: Option<&str>,
    detail: Detail,
    bouncing: &HashMap<String, Address>,
    parts: &[Part<'_>],
) -> Result<Unfinished, DbError> {
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

    let key = (staff::id, staff::organisation_id, staff::employee_number, staff_version::email);
    let person = |(staff_id, organisation, employee_number, email): PersonTuple| {
        let organisation = *organisations.get(&organisation)?;
        let address = address_of(&email, bouncing);
        Some((Person { staff_id, organisation, employee_number: employee_number.into(), address }, email))
    };
    let (people, names): (Vec<Person>, Vec<Name>) = match detail {
        Detail::Judgement => {
            let mut people = Vec::new();
            for part in parts {
                let query = staff_version::table.inner_join(staff::table).select(key).into_boxed();
                for row in of_part!(query, staff_version, *part, at).load_iter::<PersonTuple, _>(conn)? {
                    people.extend(person(row?).map(|(person, _)| person));
                }
            }
            people.sort_unstable_by(in_order);
            (people, Vec::new())
        }
        Detail::WithNames => {
            let name = (staff_version::first_name, staff_version::last_name);
            let mut named = Vec::new();
            for part in parts {
                let query = staff_version::table.inner_join(staff::table).select((key, name)).into_boxed();
                let rows = of_part!(query, staff_version, *part, at);
                for row in rows.load_iter::<(PersonTuple, (String, String)), _>(conn)? {
                    let (key, (first, last)) = row?;
                    named.extend(person(key).map(|(person, email)| (person, Name { first, last, email })));
                }
            }
            named.sort_unstable_by(|(a, _), (b, _)| in_order(a, b));
            named.into_iter().unzip()
        }
    };
    let last = people.iter().map(|person| person.staff_id).max().unwrap_or(0);
    let mut people_by_id = vec![NOBODY; usize::try_from(last).unwrap_or(0) + 1];
    for (index, person) in (0u32..).zip(&people) {
        if let Some(place) = usize::try_from(person.staff_id).ok().and_then(|id| people_by_id.get_mut(id)) {
            *place = index;
        }
    }
    builder.view.people = people;
    builder.view.names = names;
    Ok(Unfinished { builder, people_by_id })
}

type ExemptionTuple = (i32, Option<i32>, Option<Day>, Option<Day>);
type AssignmentTuple = (i32, String, bool, String, String, String, String, String, Day, Option<Day>);

pub(super) fn read_assignments(
    conn: &mut Conn,
    at: i32,
    view: &mut Unfinished,
    parts: &[Part<'_>],
) -> Result<(), DbError> {
    use assignment_version as a;
    for part in parts {
        let query = a::table
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
            .into_boxed();
        for row in of_part!(query, a, *part, at).load_iter::<AssignmentTuple, _>(conn)? {
            view.assignment(row?);
        }
    }
    Ok(())
}

pub(super) fn read_exemptions(
    conn: &mut Conn,
    at: i32,
    view: &mut Unfinished,
    parts: &[Part<'_>],
) -> Result<(), DbError> {
    use exemption as e;
    let places = course_places(conn)?;
    for part in parts {
        let query = e::table.select((e::staff_id, e::course_id, e::from_on, e::until_on)).into_boxed();
        let rows = of_part!(query, e, *part, at).load_iter::<ExemptionTuple, _>(conn)?;
        for row in rows {
            let (staff_id, course_id, from, until) = row?;
            let Some(owner) = view.owner(staff_id) else { continue };
            let course = course_id.map(|id| place(&places, id));
            let exemption = Exemption { course, from: from.map(Into::into), until: until.map(Into::into) };
            view.builder.exemption(owner, exemption);
        }
    }
    Ok(())
}

pub(super) fn read_bookings(
    conn: &mut Conn,
    at: i32,
    view: &mut Unfinished,
    parts: &[Part<'_>],
) -> Result<(), DbError> {
    let places = course_places(conn)?;
    for part in parts {
        let query = booking::table
            .select((booking::staff_id, booking::course_id, booking::takes_place_on, booking::place))
            .into_boxed();
        for row in of_part!(query, booking, *part, at).load_iter::<(i32, i32, Day, String), _>(conn)? {
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
    }
    Ok(())
}

impl Unfinished {
    fn owner(&self, staff_id: i32) -> Option<u32> {
        let owner = self.people_by_id.get(usize::try_from(staff_id).ok()?)?;
        (*owner != NOBODY).then_some(*owner)
    }

    fn assignment(&mut self, row: AssignmentTuple) {
        let (staff_id, number, primary, job_title, staff_group, unit, manager, status, start_on, leave_on) =
            row;
        let Some(owner) = self.owner(staff_id) else { return };
        let texts = &mut self.builder.view.texts;
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
        self.builder.assignment(owner, assignment);
    }
}

type RecordTuple = (i32, i32, Day, Option<Day>, Option<i32>, Option<bool>);

impl Batch {
    pub fn read(&mut self, conn: &mut Conn, at: i32, part: Part<'_>, places: &[u16]) -> Result<(), DbError> {
        let query = training_record::table.select(record_columns!()).into_boxed();
        for row in of_part!(query, training_record, part, at).load_iter::<RecordTuple, _>(conn)? {
            self.add(row?, places);
        }
        Ok(())
    }

    fn add(&mut self, row: RecordTuple, places: &[u16]) {
        let (staff_id, course, completed_on, expires_on, hours, participatory) = row;
        self.owners.push(u32::try_from(staff_id).unwrap_or(NOBODY));
        self.records.push(Record {
            completed_on: completed_on.0,
            expires_on: expires_on.map(Into::into),
            hours: hours.and_then(|hours| u32::try_from(hours).ok()).map(Hours),
            course: place(places, course),
            participatory: participatory.unwrap_or(false),
        });
    }
}

/// Takes batches that no other reader has taken, until there are none; owners are ids of staff.
fn read_records(
    conn: &mut Conn,
    known: Known,
    scope: Option<&str>,
    next: &AtomicI32,
) -> Result<Records, DbError> {
    let at = newest_import(conn, known)?;
    let batches = match parts_of(conn, scope)?.as_slice() {
        [Part::All] => read_all_records(conn, at, next)?,
        parts => read_records_of(conn, at, parts, next)?,
    };
    Ok(Records { newest: at, batches })
}

fn read_all_records(conn: &mut Conn, at: i32, next: &AtomicI32) -> Result<Vec<Batch>, DbError> {
    use training_record as r;
    let places = course_places(conn)?;
    let last: i32 = r::table.select(max(r::id)).first::<Option<i32>>(conn)?.unwrap_or(0);
    let mut batches = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(above) = number.checked_mul(BATCH).filter(|above| *above < last) else { break };
        let room = usize::try_from(last - above).unwrap_or(0).min(BATCH as usize);
        let mut batch = Batch { number, owners: Vec::with_capacity(room), records: Vec::with_capacity(room) };
        let range = r::id.gt(above).and(r::id.le(above.saturating_add(BATCH)));
        let rows = r::table.select(record_columns!()).filter(range.and(visible!(r, at)));
        for row in rows.load_iter::<RecordTuple, _>(conn)? {
            batch.add(row?, &places);
        }
        batches.push(batch);
    }
    Ok(batches)
}

fn read_records_of(
    conn: &mut Conn,
    at: i32,
    parts: &[Part<'_>],
    next: &AtomicI32,
) -> Result<Vec<Batch>, DbError> {
    let places = course_places(conn)?;
    let mut batches = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(part) = usize::try_from(number).ok().and_then(|number| parts.get(number)) else { break };
        let mut batch = Batch { number, ..Batch::default() };
        batch.read(conn, at, *part, &places)?;
        batches.push(batch);
    }
    Ok(batches)
}

/// Where each course id stands in `View::courses`.
pub(super) fn course_places(conn: &mut Conn) -> QueryResult<Vec<u16>> {
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
