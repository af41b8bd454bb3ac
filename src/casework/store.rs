//! The tables `work_item`, `work_item_person` and `work_comment`. Every function takes the connection of the caller's
//! transaction.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::{WorkCase, WorkClosing, WorkComment, WorkKey, WorkKind};
use crate::db::Conn;
use crate::db::schema::{staff, work_comment, work_item, work_item_person};

/// What stands between the codes of several organisations.
const BETWEEN_CODES: &str = ", ";
/// As many are asked for at once.
const AT_ONCE: usize = 500;

#[derive(Queryable, Selectable)]
#[diesel(table_name = work_item)]
struct ItemRow {
    id: i32,
    kind: String,
    organisation: String,
    about: String,
    since_at: NaiveDateTime,
    version: i32,
    taken_by: Option<i32>,
    closed_account_id: Option<i32>,
    closed_at: Option<NaiveDateTime>,
    closed_for: String,
}

fn rebuilt(row: ItemRow, comments: i64) -> QueryResult<(WorkKey, WorkCase)> {
    let kind = WorkKind::parse(&row.kind).ok_or_else(|| {
        diesel::result::Error::DeserializationError(format!("nothing waits as {:?}", row.kind).into())
    })?;
    let closed = row.closed_account_id.zip(row.closed_at).map(|(by, at)| WorkClosing {
        by,
        at: at.and_utc(),
        reason: row.closed_for,
    });
    let comments = comments.unsigned_abs();
    Ok((
        WorkKey { kind, organisation: row.organisation, about: row.about, since: row.since_at.and_utc() },
        WorkCase { version: row.version, taken_by: row.taken_by, closed, comments },
    ))
}

/// What was done about everything that waits since `since` or a later instant.
pub(crate) fn cases_since(conn: &mut Conn, since: DateTime<Utc>) -> QueryResult<HashMap<WorkKey, WorkCase>> {
    let rows: Vec<ItemRow> = work_item::table
        .filter(work_item::since_at.ge(since.naive_utc()))
        .order(work_item::id)
        .select(ItemRow::as_select())
        .load(conn)?;
    let counts: HashMap<i32, i64> = work_comment::table
        .inner_join(work_item::table)
        .filter(work_item::since_at.ge(since.naive_utc()))
        .group_by(work_comment::work_item_id)
        .order(work_comment::work_item_id)
        .select((work_comment::work_item_id, count_star()))
        .load(conn)?
        .into_iter()
        .collect();
    rows.into_iter()
        .map(|row| {
            let comments = counts.get(&row.id).copied().unwrap_or_default();
            rebuilt(row, comments)
        })
        .collect()
}

fn row_of(conn: &mut Conn, key: &WorkKey) -> QueryResult<Option<ItemRow>> {
    work_item::table
        .filter(work_item::kind.eq(key.kind.as_str()))
        .filter(work_item::organisation.eq(&key.organisation).and(work_item::about.eq(&key.about)))
        .filter(work_item::since_at.eq(key.since.naive_utc()))
        .select(ItemRow::as_select())
        .first(conn)
        .optional()
}

/// What was done about an item, with its number where anything was, and what was said of it, in order.
pub(crate) fn case_of(
    conn: &mut Conn,
    key: &WorkKey,
) -> QueryResult<(Option<i32>, WorkCase, Vec<WorkComment>)> {
    let Some(row) = row_of(conn, key)? else { return Ok((None, WorkCase::default(), Vec::new())) };
    let id = row.id;
    let comments = comments_of(conn, id)?;
    let count = i64::try_from(comments.len()).unwrap_or(i64::MAX);
    Ok((Some(id), rebuilt(row, count)?.1, comments))
}

fn comments_of(conn: &mut Conn, id: i32) -> QueryResult<Vec<WorkComment>> {
    let rows: Vec<(i32, NaiveDateTime, String)> = work_comment::table
        .filter(work_comment::work_item_id.eq(id))
        .order(work_comment::id)
        .select((work_comment::account_id, work_comment::written_at, work_comment::words))
        .load(conn)?;
    let comment = |(by, at, words): (i32, NaiveDateTime, String)| WorkComment { by, at: at.and_utc(), words };
    Ok(rows.into_iter().map(comment).collect())
}

/// Whether all of these people are still there, by the register's numbers.
pub(crate) fn are_there(conn: &mut Conn, people: &[i32]) -> QueryResult<bool> {
    let mut there = 0;
    for some in people.chunks(AT_ONCE) {
        let found: i64 = staff::table.filter(staff::id.eq_any(some)).count().get_result(conn)?;
        there += usize::try_from(found).unwrap_or_default();
    }
    Ok(there == people.len())
}

/// Keeps how an item stands from now on, and whom it is about; gives its number.
pub(crate) fn keep_case(
    conn: &mut Conn,
    (id, key): (Option<i32>, &WorkKey),
    case: &WorkCase,
    people: &[i32],
    now: DateTime<Utc>,
) -> QueryResult<i32> {
    let closed = case.closed.as_ref();
    let stands = (
        work_item::version.eq(case.version),
        work_item::taken_by.eq(case.taken_by),
        work_item::closed_account_id.eq(closed.map(|closed| closed.by)),
        work_item::closed_at.eq(closed.map(|closed| closed.at.naive_utc())),
        work_item::closed_for.eq(closed.map_or("", |closed| closed.reason.as_str())),
        work_item::changed_at.eq(now.naive_utc()),
    );
    let id = match id {
        Some(id) => {
            diesel::update(work_item::table.find(id)).set(stands).execute(conn)?;
            id
        }
        None => diesel::insert_into(work_item::table)
            .values((
                work_item::kind.eq(key.kind.as_str()),
                work_item::organisation.eq(&key.organisation),
                work_item::about.eq(&key.about),
                work_item::since_at.eq(key.since.naive_utc()),
                stands,
            ))
            .returning(work_item::id)
            .get_result(conn)?,
    };
    for staff_id in people {
        diesel::insert_into(work_item_person::table)
            .values((work_item_person::work_item_id.eq(id), work_item_person::staff_id.eq(staff_id)))
            .on_conflict_do_nothing()
            .execute(conn)?;
    }
    Ok(id)
}

/// Keeps what the account said of the item with this number.
pub(crate) fn add_comment(
    conn: &mut Conn,
    id: i32,
    (account, words): (i32, &str),
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(work_comment::table)
        .values((
            work_comment::work_item_id.eq(id),
            work_comment::account_id.eq(account),
            work_comment::written_at.eq(now.naive_utc()),
            work_comment::words.eq(words),
        ))
        .execute(conn)?;
    Ok(())
}

/// Everything that was done about items that are about a person, the oldest first.
pub(crate) fn cases_about(
    conn: &mut Conn,
    staff_id: i32,
) -> QueryResult<Vec<(WorkKey, WorkCase, Vec<WorkComment>)>> {
    let rows: Vec<ItemRow> = work_item::table
        .inner_join(work_item_person::table)
        .filter(work_item_person::staff_id.eq(staff_id))
        .order(work_item::id)
        .select(ItemRow::as_select())
        .load(conn)?;
    let case = |row: ItemRow| {
        let comments = comments_of(conn, row.id)?;
        let count = i64::try_from(comments.len()).unwrap_or(i64::MAX);
        let (key, case) = rebuilt(row, count)?;
        Ok((key, case, comments))
    };
    rows.into_iter().map(case).collect()
}

/// Removes what was done about items that are about these people, and whatever `names` says may name somebody.
pub(crate) fn forget(conn: &mut Conn, staff_ids: &[i32], names: impl Fn(&str) -> bool) -> QueryResult<()> {
    for some in staff_ids.chunks(AT_ONCE) {
        let about_them = work_item_person::table.filter(work_item_person::staff_id.eq_any(some));
        let ids: Vec<i32> = about_them
            .select(work_item_person::work_item_id)
            .distinct()
            .order(work_item_person::work_item_id)
            .load(conn)?;
        remove(conn, &ids)?;
    }
    let said: Vec<(i32, String)> = work_comment::table
        .order(work_comment::id)
        .select((work_comment::id, work_comment::words))
        .load(conn)?;
    for (id, _) in said.iter().filter(|(_, words)| names(words)) {
        diesel::delete(work_comment::table.find(id)).execute(conn)?;
    }
    let reasons: Vec<(i32, String)> = work_item::table
        .filter(work_item::closed_for.ne(""))
        .order(work_item::id)
        .select((work_item::id, work_item::closed_for))
        .load(conn)?;
    for (id, _) in reasons.iter().filter(|(_, reason)| names(reason)) {
        diesel::update(work_item::table.find(id)).set(work_item::closed_for.eq("")).execute(conn)?;
    }
    Ok(())
}

/// Has what was done about items of the organisation `from` stand with its new code `to`.
pub(crate) fn rename_organisation(conn: &mut Conn, from: &str, to: &str) -> QueryResult<()> {
    let rows: Vec<(i32, String, String, String)> = work_item::table
        .order(work_item::id)
        .select((work_item::id, work_item::kind, work_item::organisation, work_item::about))
        .load(conn)?;
    for (id, kind, organisation, about) in rows {
        let renamed = renamed(&organisation, from, to);
        let is_about_it = kind == WorkKind::HeldMail.as_str() && about == from;
        let about = if is_about_it { to } else { &about };
        if renamed != organisation || is_about_it {
            diesel::update(work_item::table.find(id))
                .set((work_item::organisation.eq(renamed), work_item::about.eq(about)))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// The codes of an item in their order, `from` being `to`.
fn renamed(codes: &str, from: &str, to: &str) -> String {
    let mut codes: Vec<&str> =
        codes.split(BETWEEN_CODES).map(|code| if code == from { to } else { code }).collect();
    codes.sort_unstable();
    codes.join(BETWEEN_CODES)
}

/// Removes what nobody did anything about since `old`.
pub(crate) fn forget_before(conn: &mut Conn, old: DateTime<Utc>) -> QueryResult<()> {
    let ids: Vec<i32> = work_item::table
        .filter(work_item::changed_at.lt(old.naive_utc()))
        .order(work_item::id)
        .select(work_item::id)
        .load(conn)?;
    remove(conn, &ids)
}

fn remove(conn: &mut Conn, ids: &[i32]) -> QueryResult<()> {
    for ids in ids.chunks(AT_ONCE) {
        diesel::delete(work_comment::table.filter(work_comment::work_item_id.eq_any(ids))).execute(conn)?;
        let people = work_item_person::table.filter(work_item_person::work_item_id.eq_any(ids));
        diesel::delete(people).execute(conn)?;
        diesel::delete(work_item::table.filter(work_item::id.eq_any(ids))).execute(conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn an_item_of_several_organisations_has_their_codes_in_order_also_after_one_was_renamed() {
        for (codes, from, to, expected) in [
            ("RXX", "RXX", "RAA", "RAA"),
            ("RXX, RYY", "RXX", "RZZ", "RYY, RZZ"),
            ("RXX, RYY", "RX", "RA", "RXX, RYY"),
            ("RYY", "RXX", "RZZ", "RYY"),
        ] {
            assert_eq!(renamed(codes, from, to), expected, "{codes}");
        }
    }
}
