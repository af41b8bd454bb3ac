//! Removing people for good (spec 2.10): the one exception to a register that only grows.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Date, Integer, Text, Timestamp};

use super::AT_ONCE;
use super::staff::columns;
use super::staff_members::NOBODY;
use super::versions::{VERSIONED, VersionOwner};
use crate::db::schema::{assignment_version, import, purged_import, staff, staff_version, sweep_due};
use crate::db::{Conn, Streaming, TextsIn, reword};
use crate::register::phrases::phrase;
use crate::register::staff_fields::{PersonTuple, PostTuple, person_fields, post_fields};
use crate::register::{
    FieldTrace, Name, PersonFields, PostField, PostFields, Quotes, REMOVED, TraceDepth, Traces,
};

/// Ids in one statement that spells them: each reads whole tables, so few statements are better than many.
const SPELT_AT_ONCE: usize = 5_000;

#[derive(QueryableByName)]
struct StaffId {
    #[diesel(sql_type = Integer)]
    id: i32,
}

/// What a purge removed from the register.
#[derive(Debug, Default)]
pub(crate) struct PurgedVersions {
    /// How many versions.
    pub(crate) versions: usize,
    /// Phrases of what named them and may have been mailed.
    pub(crate) quotes: Quotes,
    /// Others, of whose bookings the place may have named somebody.
    pub(crate) booked: Vec<i32>,
}

/// Everyone whose last post, as known today, ended before `left_before`; and everyone whom the register does not know
/// any more since an undo recorded before `undone_before`.
pub(crate) fn long_gone(
    conn: &mut Conn,
    left_before: NaiveDate,
    undone_before: DateTime<Utc>,
) -> QueryResult<Vec<i32>> {
    let leavers = sql_query(
        "SELECT staff_id AS id FROM assignment_version WHERE closed_by IS NULL GROUP BY staff_id \
         HAVING COUNT(leave_on) = COUNT(*) AND MAX(leave_on) < $1 ORDER BY staff_id",
    );
    let mut gone: Vec<StaffId> = leavers.bind::<Date, _>(left_before).load(conn)?;
    let undone = sql_query(
        "SELECT v.staff_id AS id FROM staff_version v JOIN import i ON i.id = v.closed_by \
         WHERE v.staff_id NOT IN (SELECT staff_id FROM staff_version WHERE closed_by IS NULL) \
         GROUP BY v.staff_id HAVING MAX(i.recorded_at) < $1 ORDER BY v.staff_id",
    );
    gone.extend(undone.bind::<Timestamp, _>(undone_before.naive_utc()).load::<StaffId>(conn)?);
    Ok(gone.into_iter().map(|row| row.id).collect())
}

/// What these people are recognised by, in every version of them.
pub(crate) fn traces(conn: &mut Conn, staff_ids: &[i32]) -> QueryResult<Traces> {
    use staff_version as v;
    let (mut addresses, mut names, mut numbers) = (HashSet::new(), Vec::new(), Vec::new());
    for ids in staff_ids.chunks(AT_ONCE) {
        let rows: Vec<PersonTuple<String>> = v::table
            .filter(v::staff_id.eq_any(ids))
            .order(v::id)
            .select(person_fields!(columns { v }))
            .load(conn)?;
        for said in rows.into_iter().map(PersonFields::from) {
            for (field, text) in said.each() {
                match field.about().trace {
                    FieldTrace::Address => _ = addresses.insert(text.to_lowercase()),
                    FieldTrace::Number => numbers.push(text.clone()),
                    FieldTrace::Name | FieldTrace::Nothing => {}
                }
            }
            let PersonFields { first_name: first, last_name: last, email, .. } = said;
            names.push(Name { first, last, email });
        }
        names.dedup();
    }
    let (namesakes, alone) = of_others(conn, staff_ids, &names, &mut addresses)?;
    for ids in staff_ids.chunks(AT_ONCE) {
        use assignment_version as a;
        let posts = a::table.filter(a::staff_id.eq_any(ids)).order(a::id);
        let posts: Vec<PostTuple<String>> = posts.select(post_fields!(columns { a })).load(conn)?;
        let is_number = |field: PostField| field.about().trace == FieldTrace::Number;
        for said in posts.into_iter().map(PostFields::from) {
            numbers.extend(said.each().filter(|(field, _)| is_number(*field)).map(|(_, text)| text.clone()));
        }
        let theirs = staff::table.filter(staff::id.eq_any(ids)).order(staff::id);
        numbers.extend(theirs.select(staff::employee_number).load::<String>(conn)?);
    }
    let mut traces = Traces::new(addresses, &names, &numbers);
    namesakes.iter().for_each(|other| traces.spare(other));
    traces.know_alone(alone);
    Ok(traces)
}

/// Takes out what says nothing about one of these people, an address that others have too, such as a ward's; gives the
/// names of others who have the last name of one of them, and the words of their first names that no other is called by.
fn of_others(
    conn: &mut Conn,
    staff_ids: &[i32],
    names: &[Name],
    addresses: &mut HashSet<String>,
) -> QueryResult<(Vec<Name>, HashSet<String>)> {
    use staff_version as v;
    let gone: HashSet<i32> = staff_ids.iter().copied().collect();
    let last_names: HashSet<String> = names.iter().map(|name| name.last.to_lowercase()).collect();
    let mut alone: HashSet<String> = names.iter().flat_map(|name| phrase(&name.first)).collect();
    let mut namesakes = Vec::new();
    let all = v::table.select((v::staff_id, v::first_name, v::last_name, v::email));
    for row in all.load_iter::<(i32, String, String, String), Streaming>(conn)? {
        let (staff_id, first, last, email) = row?;
        if gone.contains(&staff_id) {
            continue;
        }
        addresses.remove(&email.to_lowercase());
        if !alone.is_empty() {
            let theirs = [phrase(&first), phrase(&last)].concat();
            theirs.iter().for_each(|word| _ = alone.remove(word));
        }
        if last_names.contains(&last.to_lowercase()) {
            namesakes.push(Name { first, last, email });
        }
    }
    Ok((namesakes, alone))
}

/// Deletes every version of these people, and what others' say of them, and remembers that the imports which brought
/// them can't be undone.
///
/// Of each person the register's own number stays, so that nobody else ever gets it: the audit log has it. Deleting it
/// would also have the engine look through every table for what refers to it, once for each person.
pub(crate) fn purge(
    conn: &mut Conn,
    staff_ids: &[i32],
    traces: &Traces,
    now: DateTime<Utc>,
) -> QueryResult<PurgedVersions> {
    let mut purged = PurgedVersions::default();
    for ids in staff_ids.chunks(SPELT_AT_ONCE) {
        let ids = ids.iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
        // As a manager, somebody is named by number in the posts of others.
        sql_query(format!(
            "UPDATE assignment_version SET manager_employee_number = '' WHERE manager_employee_number <> '' \
             AND EXISTS (SELECT 1 FROM staff own JOIN staff gone ON gone.organisation_id = own.organisation_id \
             AND gone.employee_number = manager_employee_number WHERE own.id = staff_id AND gone.id IN ({ids}))"
        ))
        .execute(conn)?;
        for versioned in VERSIONED.iter().filter(|versioned| versioned.owner == VersionOwner::Staff) {
            let table = versioned.table;
            for column in ["opened_by", "closed_by"] {
                sql_query(format!(
                    "INSERT INTO purged_import (import_id) SELECT DISTINCT {column} FROM {table} \
                     WHERE staff_id IN ({ids}) AND {column} IS NOT NULL ON CONFLICT DO NOTHING"
                ))
                .execute(conn)?;
            }
            purged.versions +=
                sql_query(format!("DELETE FROM {table} WHERE staff_id IN ({ids})")).execute(conn)?;
        }
        sql_query(format!("UPDATE staff SET employee_number = '{NOBODY}' || id WHERE id IN ({ids})"))
            .execute(conn)?;
    }
    for address in traces.addresses() {
        sql_query("UPDATE assurance_answer SET owner_email = '' WHERE LOWER(owner_email) = $1")
            .bind::<Text, _>(address)
            .execute(conn)?;
        // Whom an organisation names today is for its settings to say.
        sql_query(
            "UPDATE organisation_version SET safeguarding_email = '' \
             WHERE closed_by IS NOT NULL AND LOWER(safeguarding_email) = $1",
        )
        .bind::<Text, _>(address)
        .execute(conn)?;
    }
    forget_words(conn, traces, &mut purged)?;
    sweep_is_due(conn, now)?;
    Ok(purged)
}

/// What was deleted is to be swept: the database may hold it from `now` on.
pub(crate) fn sweep_is_due(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(sweep_due::table)
        .values((sweep_due::id.eq(1), sweep_due::since.eq(now.naive_utc())))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// Texts that people wrote freely about somebody else, or about no person.
const FREE_TEXTS: [TextsIn; 4] = [
    TextsIn::of("exemption", "reason"),
    TextsIn::of("training_record", "provider"),
    TextsIn {
        // Of the records of a course and a day, it tells one from another.
        unlike: "own.closed_by IS NULL AND other.closed_by IS NULL AND other.staff_id = own.staff_id \
                 AND other.course_id = own.course_id AND other.completed_on = own.completed_on",
        ..TextsIn::of("training_record", "certificate")
    },
    TextsIn::of("expense", "description"),
];

/// Those of them that mails repeat.
const MAILED_TEXTS: [TextsIn; 2] =
    [TextsIn::of("assurance_answer", "evidence"), TextsIn::of("booking", "place")];

/// Texts by which something is found or on which figures depend. What an organisation is called today is for its
/// settings to say.
const KEY_TEXTS: [TextsIn; 4] = [
    TextsIn::of("assignment_version", "job_title"),
    TextsIn::of("expense", "course"),
    TextsIn {
        unlike: "own.closed_by IS NULL AND other.closed_by IS NULL AND other.organisation_id = own.organisation_id",
        ..TextsIn::of("expense", "reference")
    },
    TextsIn { only: "closed_by IS NOT NULL", ..TextsIn::of("organisation_version", "name") },
];

/// Takes these people out of what was written about others: of free texts also by last name alone, however common.
fn forget_words(conn: &mut Conn, traces: &Traces, purged: &mut PurgedVersions) -> QueryResult<()> {
    let mut unmailed = Quotes::default();
    for (all, depth) in [(FREE_TEXTS, TraceDepth::Words), (KEY_TEXTS, TraceDepth::Surely)] {
        for texts in &all {
            reword(conn, texts, |text| traces.removed_from(text, depth, &mut unmailed))?;
        }
    }
    for texts in &MAILED_TEXTS {
        reword(conn, texts, |text| traces.removed_from(text, TraceDepth::Words, &mut purged.quotes))?;
    }
    let booked: Vec<StaffId> = sql_query(
        "SELECT DISTINCT staff_id AS id FROM booking WHERE place LIKE '%' || $1 || '%' ORDER BY staff_id",
    )
    .bind::<Text, _>(REMOVED)
    .load(conn)?;
    purged.booked = booked.into_iter().map(|row| row.id).collect();
    Ok(())
}

/// The imports that changed something about people who were purged, by then or before.
pub(crate) fn purged_imports(conn: &mut Conn) -> QueryResult<HashSet<i32>> {
    let ids: Vec<i32> =
        purged_import::table.order(purged_import::import_id).select(purged_import::import_id).load(conn)?;
    Ok(ids.into_iter().collect())
}

/// Puts kind and number in place of the name of every import's file that `is_forgotten` says of; it is asked with the
/// import's id, the name and the instant it was recorded.
pub(crate) fn forget_file_names(
    conn: &mut Conn,
    is_forgotten: impl Fn(i32, &str, DateTime<Utc>) -> bool,
) -> QueryResult<()> {
    let named: Vec<(i32, String, String, NaiveDateTime)> = import::table
        .filter(import::file.ne(""))
        .order(import::id)
        .select((import::id, import::kind, import::file, import::recorded_at))
        .load(conn)?;
    for (id, kind, file, recorded_at) in named {
        if is_forgotten(id, &file, recorded_at.and_utc()) {
            diesel::update(import::table.find(id))
                .set(import::file.eq(format!("{kind} file {id}")))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// How many people the register holds, whether in post or not.
pub(crate) fn people_kept(conn: &mut Conn) -> QueryResult<u64> {
    let kept: i64 = staff::table
        .filter(staff::employee_number.not_like(format!("{NOBODY}%")))
        .count()
        .get_result(conn)?;
    Ok(kept.unsigned_abs())
}

/// The days (of UTC) on which imports were recorded, and whether somebody brought a file: what is done by a command is recorded
/// by the clock alone.
pub(crate) fn import_days(conn: &mut Conn) -> QueryResult<Vec<(NaiveDate, bool)>> {
    let imports: Vec<(NaiveDateTime, String)> =
        import::table.order(import::id).select((import::recorded_at, import::content_hash)).load(conn)?;
    Ok(imports.into_iter().map(|(at, content_hash)| (at.date(), !content_hash.is_empty())).collect())
}

/// Since when the file may hold what was deleted; `None` when it does not.
pub(crate) fn sweep_due_since(conn: &mut Conn) -> QueryResult<Option<DateTime<Utc>>> {
    let since: Option<chrono::NaiveDateTime> =
        sweep_due::table.select(sweep_due::since).first(conn).optional()?;
    Ok(since.map(|since| since.and_utc()))
}

/// The file was written anew.
pub(crate) fn swept(conn: &mut Conn) -> QueryResult<()> {
    diesel::delete(sweep_due::table).execute(conn)?;
    Ok(())
}
