//! What is known about single people: names, and training records in full.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import, visible};
use super::some_people::parts;
use super::version_parts::{VersionPart, of_part};
use crate::db::schema::{course, staff_version, training_record};
use crate::db::{Conn, Streaming};
use crate::register::{Hours, Name, Pence};

/// Above this many people, everybody is read: one scan is quicker than many questions.
const FEW: usize = 20_000;

/// Names and addresses of these people by staff id, as known then; people who are not known are left out.
pub fn names(conn: &mut Conn, known: KnownAt, staff_ids: &[i32]) -> QueryResult<BTreeMap<i32, Name>> {
    use staff_version as v;
    let at = newest_import(conn, known)?;
    let columns = (v::staff_id, v::first_name, v::last_name, v::email);
    let named = |(id, first, last, email): (i32, String, String, String)| (id, Name { first, last, email });
    if staff_ids.len() > FEW {
        let mut all: BTreeMap<i32, Name> = BTreeMap::new();
        let wanted: std::collections::HashSet<i32> = staff_ids.iter().copied().collect();
        let everyone = v::table.filter(visible!(v, at)).select(columns);
        for row in everyone.load_iter::<(i32, String, String, String), Streaming>(conn)? {
            let (id, name) = named(row?);
            if wanted.contains(&id) {
                all.insert(id, name);
            }
        }
        return Ok(all);
    }
    let mut some = BTreeMap::new();
    for part in parts(staff_ids) {
        let query = v::table.select(columns).into_boxed();
        let rows: Vec<(i32, String, String, String)> = of_part!(query, v, part, at).load(conn)?;
        some.extend(rows.into_iter().map(named));
    }
    Ok(some)
}

/// A training record in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// The course's code.
    pub course: String,
    /// The day of completion.
    pub completed_on: NaiveDate,
    /// The expiry the record names, if it names one.
    pub expires_on: Option<NaiveDate>,
    /// Hours, where the record has them.
    pub hours: Option<Hours>,
    /// Participatory or e-learning, where known.
    pub participatory: Option<bool>,
    /// Who gave the training.
    pub provider: String,
    /// Certificate number.
    pub certificate: String,
    /// What the completion cost.
    pub cost_pence: Option<Pence>,
}

type PersonRecordTuple =
    (String, NaiveDate, Option<NaiveDate>, Option<i32>, Option<bool>, String, String, Option<i64>);

/// One person's training records in full, as known then, by completion, course and certificate.
pub fn person_records(conn: &mut Conn, known: KnownAt, staff_id: i32) -> QueryResult<Vec<PersonRecord>> {
    use training_record as r;
    let at = newest_import(conn, known)?;
    let mut rows: Vec<PersonRecordTuple> = Vec::new();
    for part in parts(&[staff_id]) {
        let query = r::table
            .inner_join(course::table)
            .order((r::completed_on, course::code, r::certificate))
            .select((
                course::code,
                r::completed_on,
                r::expires_on,
                r::hours_hundredths,
                r::participatory,
                r::provider,
                r::certificate,
                r::cost_pence,
            ))
            .into_boxed();
        rows.extend(of_part!(query, r, part, at).load::<PersonRecordTuple>(conn)?);
    }
    rows.sort_by(|a, b| (a.1, &a.0, &a.6).cmp(&(b.1, &b.0, &b.6)));
    let record = |(
        course,
        completed_on,
        expires_on,
        hours,
        participatory,
        provider,
        certificate,
        cost_pence,
    ): PersonRecordTuple| {
        let hours = hours.and_then(|hours| u32::try_from(hours).ok()).map(Hours);
        PersonRecord {
            course,
            completed_on,
            expires_on,
            hours,
            participatory,
            provider,
            certificate,
            cost_pence,
        }
    };
    Ok(rows.into_iter().map(record).collect())
}
