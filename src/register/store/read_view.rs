//! The register of everybody, or of an organisation, in memory: each table gone through once.

use std::collections::HashMap;
use std::sync::atomic::AtomicI32;

use diesel::prelude::*;
use ecow::EcoString;

use super::known_at::{KnownAt, ViewDetail, newest_import, visible};
use super::organisations::visible_organisations;
use super::read_records::{CoursePlaces, RecordBatch, RecordsRead, read_records};
use super::renames::{former_codes, meant_otherwise};
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
/// Two connections read side by side. They see the same register, or it is read again: an import that lands in a file between
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
        let both = db.read_side_by_side(
            |conn| read_all(conn, known, scope, detail, bouncing, &next),
            |conn| read_records(conn, known, scope, &next),
        )?;
        let Some(((first, records), second)) = both else { break };
        if records.newest == second.newest {
            return Ok(first.finish(records.batches.into_iter().chain(second.batches).collect()));
        }
    }
    // Imports land faster than two readers can begin together, or there is room for one: it agrees with itself.
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

type KeyTuple = (i32, i32, TextColumn);
type PersonTuple = (i32, TextColumn);
type NamedTuple = (i32, TextColumn, String, String);

/// Whom a version is of.
struct StaffKey {
    staff_id: i32,
    organisation: OrganisationIndex,
    employee_number: Box<str>,
}

/// Whose versions these parts hold, in the order of the register's keys. They are read apart from the versions: a server takes
/// longer to put two large tables together than to hand out both.
fn read_keys(
    conn: &mut Conn,
    organisations: &HashMap<i32, OrganisationIndex>,
    parts: &[VersionPart<'_>],
) -> DbResult<Vec<StaffKey>> {
    let mut keys = Vec::new();
    for part in parts {
        let query = staff::table.select((staff::id, staff::organisation_id, staff::employee_number));
        let query = match *part {
            VersionPart::All => query.into_boxed(),
            VersionPart::OpenOf(ids) => query.filter(staff::id.eq_any(ids)).into_boxed(),
            VersionPart::OpenIn(id) => query.filter(staff::organisation_id.eq(id)).into_boxed(),
            // They are of those whose open ones are another part.
            VersionPart::ClosedOf(_) | VersionPart::ClosedIn(_) => continue,
        };
        each_row(conn, query, |(staff_id, organisation, employee_number): KeyTuple| {
            keys.extend(organisations.get(&organisation).map(|organisation| StaffKey {
                staff_id,
                organisation: *organisation,
                employee_number: employee_number.0.as_str().into(),
            }));
        })?;
    }
    keys.sort_unstable_by_key(|key| key.staff_id);
    Ok(keys)
}

/// Takes the key of somebody, of whom one version is visible.
fn take_key(keys: &mut [StaffKey], staff_id: i32) -> Option<(OrganisationIndex, Box<str>)> {
    let place = keys.binary_search_by_key(&staff_id, |key| key.staff_id).ok()?;
    let key = keys.get_mut(place)?;
    Some((key.organisation, std::mem::take(&mut key.employee_number)))
}

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
    let former = former_codes(conn)?;
    for (id, organisation) in visible_organisations(conn, at)? {
        if scope.is_none_or(|code| code == organisation.code) {
            builder.view.policy_codes.extend(meant_otherwise(&former, id, &organisation.code, at));
            organisations.insert(id, builder.view.organisations.push(organisation));
        }
    }
    builder.view.courses = course::table.order(course::id).select(course::code).load(conn)?.into();

    let mut keys = read_keys(conn, &organisations, parts)?;
    let mut person = |staff_id, email: &str| {
        let (organisation, employee_number) = take_key(&mut keys, staff_id)?;
        Some(Person { staff_id, organisation, employee_number, address: address_of(email, bouncing) })
    };
    let key = (staff_version::staff_id, staff_version::email);
    let (people, names): (Indexed<PersonIndex, Person>, Vec<Name>) = match detail {
        ViewDetail::Judgement => {
            let mut people = Vec::new();
            for part in parts {
                let query = staff_version::table.select(key).into_boxed();
                each_row(
                    conn,
                    of_part!(query, staff_version, *part, at),
                    |(staff_id, email): PersonTuple| {
                        people.extend(person(staff_id, &email.0));
                    },
                )?;
            }
            people.sort_unstable_by(in_order);
            (people.into(), Vec::new())
        }
        ViewDetail::WithNames => {
            let named = (staff_version::first_name, staff_version::last_name);
            let mut people = Vec::new();
            for part in parts {
                let query = staff_version::table.select((key.0, key.1, named.0, named.1)).into_boxed();
                each_row(conn, of_part!(query, staff_version, *part, at), |row: NamedTuple| {
                    let (staff_id, email, first, last) = row;
                    let name = |email: EcoString| Name { first, last, email: email.into() };
                    people.extend(person(staff_id, &email.0).map(|person| (person, name(email.0))));
                })?;
            }
            people.sort_unstable_by(|(a, _), (b, _)| in_order(a, b));
            let (people, names): (Vec<Person>, Vec<Name>) = people.into_iter().unzip();
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
