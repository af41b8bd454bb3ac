//! The register of everybody, or of an organisation, in memory: each table gone through once.

use std::collections::HashMap;
use std::sync::atomic::AtomicI32;

use diesel::prelude::*;
use ecow::EcoString;

use super::known_at::{KnownAt, ViewDetail, newest_import, visible};
use super::organisations::visible_organisations;
use super::read_records::{CoursePlaces, RecordBatch, RecordsRead, read_records};
use super::version_parts::{VersionPart, of_part, parts_of};
use crate::db::DateColumn;
use crate::db::schema::{assignment_version, booking, course, exemption, staff, staff_version};
use crate::db::{Conn, Db, DbError, DbResult, Streaming, TextColumn, each_row};
use crate::register::{
    Address, Assignment, Booking, EmailAddress, Exemption, Indexed, Name, OrganisationIndex, Person,
    PersonIndex, View, ViewBuilder,
};

/// Everything that bears on who is up to date, as known then: everyone recorded by then, or those of the organisation
/// with the code `scope`, whose rows alone are then read. An unknown code gives an empty view. How those are reached
/// whose address is in `bouncing`, in lower case, stands there.
///
/// Two connections read side by side. They see the same register, or it is read again: an import that lands between
/// the beginnings of their two transactions is noticed by its id.
pub fn view(
    db: &Db,
    known: KnownAt,
    scope: Option<&str>,
    detail: ViewDetail,
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

/// A view without its training records.
pub(super) struct ViewInProgress {
    builder: ViewBuilder,
    people_by_id: Vec<PersonIndex>,
}

impl ViewInProgress {
    /// Gives the records, still under the ids of their staff, to the people they belong to.
    pub(crate) fn finish(mut self, mut batches: Vec<RecordBatch>) -> View {
        batches.sort_by_key(|batch| batch.number);
        for RecordBatch { staff, records, .. } in batches {
            let people = &self.people_by_id;
            let owner = |id: i32| usize::try_from(id).ok().and_then(|id| people.get(id)).copied();
            let owners = staff.into_iter().map(|id| owner(id).unwrap_or(PersonIndex::NOWHERE)).collect();
            self.builder.records(owners, records);
        }
        self.builder.finish()
    }
}

fn read_all(
    conn: &mut Conn,
    known: KnownAt,
    scope: Option<&str>,
    detail: ViewDetail,
    bouncing: &HashMap<String, Address>,
    next: &AtomicI32,
) -> DbResult<(ViewInProgress, RecordsRead)> {
    let at = newest_import(conn, known)?;
    let parts = parts_of(conn, scope)?;
    let mut unfinished = read_people(conn, at, scope, detail, bouncing, &parts)?;
    read_assignments(conn, at, &mut unfinished, &parts)?;
    read_exemptions(conn, at, &mut unfinished, &parts)?;
    read_bookings(conn, at, &mut unfinished, &parts)?;
    Ok((unfinished, read_records(conn, known, scope, next)?))
}

type PersonTuple = (i32, i32, TextColumn, TextColumn);

type NamedTuple = (PersonTuple, (String, String));

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
    detail: ViewDetail,
    bouncing: &HashMap<String, Address>,
    parts: &[VersionPart<'_>],
) -> DbResult<ViewInProgress> {
    let mut builder = ViewBuilder::default();
    let mut organisations: HashMap<i32, OrganisationIndex> = HashMap::new();
    for (id, organisation) in visible_organisations(conn, at)? {
        if scope.is_none_or(|code| code == organisation.code) {
            organisations.insert(id, builder.view.organisations.push(organisation));
        }
    }
    builder.view.courses = course::table.order(course::id).select(course::code).load(conn)?.into();

    let key = (staff::id, staff::organisation_id, staff::employee_number, staff_version::email);
    let person = |(staff_id, organisation, employee_number, email): PersonTuple| {
        let organisation = *organisations.get(&organisation)?;
        let address = address_of(&email.0, bouncing);
        let employee_number = employee_number.0.as_str().into();
        Some((Person { staff_id, organisation, employee_number, address }, email.0))
    };
    let (people, names): (Indexed<PersonIndex, Person>, Vec<Name>) = match detail {
        ViewDetail::Judgement => {
            let mut people = Vec::new();
            for part in parts {
                let query = staff_version::table.inner_join(staff::table).select(key).into_boxed();
                each_row(conn, of_part!(query, staff_version, *part, at), |row: PersonTuple| {
                    people.extend(person(row).map(|(person, _)| person));
                })?;
            }
            people.sort_unstable_by(in_order);
            (people.into(), Vec::new())
        }
        ViewDetail::WithNames => {
            let name = (staff_version::first_name, staff_version::last_name);
            let mut named = Vec::new();
            for part in parts {
                let query = staff_version::table.inner_join(staff::table).select((key, name)).into_boxed();
                each_row(conn, of_part!(query, staff_version, *part, at), |row: NamedTuple| {
                    let (key, (first, last)) = row;
                    let name = |email: EcoString| Name { first, last, email: email.into() };
                    named.extend(person(key).map(|(person, email)| (person, name(email))));
                })?;
            }
            named.sort_unstable_by(|(a, _), (b, _)| in_order(a, b));
            let (people, names): (Vec<Person>, Vec<Name>) = named.into_iter().unzip();
            (people.into(), names)
        }
    };
    let last = people.iter().map(|person| person.staff_id).max().unwrap_or(0);
    let mut people_by_id = vec![PersonIndex::NOWHERE; usize::try_from(last).unwrap_or(0) + 1];
    for (index, person) in people.placed() {
        if let Some(place) = usize::try_from(person.staff_id).ok().and_then(|id| people_by_id.get_mut(id)) {
            *place = index;
        }
    }
    builder.view.people = people;
    builder.view.names = names.into();
    Ok(ViewInProgress { builder, people_by_id })
}

type ExemptionTuple = (i32, Option<i32>, Option<DateColumn>, Option<DateColumn>);
type ViewAssignmentTuple = (
    i32,
    TextColumn,
    bool,
    TextColumn,
    TextColumn,
    TextColumn,
    TextColumn,
    TextColumn,
    TextColumn,
    DateColumn,
    Option<DateColumn>,
);

pub(super) fn read_assignments(
    conn: &mut Conn,
    at: i32,
    view: &mut ViewInProgress,
    parts: &[VersionPart<'_>],
) -> DbResult<()> {
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
                a::category,
                a::start_on,
                a::leave_on,
            ))
            .into_boxed();
        each_row(conn, of_part!(query, a, *part, at), |row: ViewAssignmentTuple| view.assignment(row))?;
    }
    Ok(())
}

pub(super) fn read_exemptions(
    conn: &mut Conn,
    at: i32,
    view: &mut ViewInProgress,
    parts: &[VersionPart<'_>],
) -> DbResult<()> {
    use exemption as e;
    let places = CoursePlaces::read(conn)?;
    for part in parts {
        let query = e::table.select((e::staff_id, e::course_id, e::from_on, e::until_on)).into_boxed();
        let rows = of_part!(query, e, *part, at).load_iter::<ExemptionTuple, Streaming>(conn)?;
        for row in rows {
            let (staff_id, course_id, from, until) = row?;
            let Some(owner) = view.owner(staff_id) else { continue };
            let course = course_id.map(|id| places.of(id));
            let exemption = Exemption { course, from: from.map(Into::into), until: until.map(Into::into) };
            view.builder.exemption(owner, exemption);
        }
    }
    Ok(())
}

pub(super) fn read_bookings(
    conn: &mut Conn,
    at: i32,
    view: &mut ViewInProgress,
    parts: &[VersionPart<'_>],
) -> DbResult<()> {
    let places = CoursePlaces::read(conn)?;
    for part in parts {
        let query = booking::table
            .select((booking::staff_id, booking::course_id, booking::takes_place_on, booking::place))
            .into_boxed();
        for row in of_part!(query, booking, *part, at)
            .load_iter::<(i32, i32, DateColumn, String), Streaming>(conn)?
        {
            let (staff_id, course_id, takes_place_on, place_text) = row?;
            let Some(owner) = view.owner(staff_id) else { continue };
            let place_text = view.builder.view.texts.intern(&place_text);
            let booking = Booking {
                course: places.of(course_id),
                takes_place_on: takes_place_on.into(),
                place: place_text,
            };
            view.builder.booking(owner, booking);
        }
    }
    Ok(())
}

impl ViewInProgress {
    fn owner(&self, staff_id: i32) -> Option<PersonIndex> {
        let owner = self.people_by_id.get(usize::try_from(staff_id).ok()?)?;
        (*owner != PersonIndex::NOWHERE).then_some(*owner)
    }

    fn assignment(&mut self, row: ViewAssignmentTuple) {
        let (staff_id, number, primary, job_title, staff_group, unit, manager, status, category, from, until) =
            row;
        let Some(owner) = self.owner(staff_id) else { return };
        let texts = &mut self.builder.view.texts;
        let assignment = Assignment {
            number: number.0.as_str().into(),
            primary,
            job_title: texts.intern(&job_title.0),
            staff_group: texts.intern(&staff_group.0),
            unit: texts.intern(&unit.0),
            manager: texts.intern(&manager.0),
            status: texts.intern(&status.0),
            category: texts.intern(&category.0),
            start_on: from.0,
            leave_on: until.map(Into::into),
        };
        self.builder.assignment(owner, assignment);
    }
}
