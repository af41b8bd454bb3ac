//! The tables `used_form` and `parked_form`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::access::token_hash;
use crate::db::Conn;
use crate::db::schema::{parked_form, sign_in, used_answer, used_form};

/// So long a form is remembered, used or parked.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// Uses the key of a form, once: whether it was still to be used.
pub(crate) fn use_form(conn: &mut Conn, key: &str, account_id: i32, now: DateTime<Utc>) -> QueryResult<bool> {
    let used = diesel::insert_into(used_form::table)
        .values((
            used_form::key_hash.eq(token_hash(&format!("{account_id} {key}"))),
            used_form::account_id.eq(account_id),
            used_form::used_at.eq(now.naive_utc()),
        ))
        .on_conflict(used_form::key_hash)
        .do_nothing()
        .execute(conn)?;
    Ok(used == 1)
}

/// Whether the key of a form was used.
pub(crate) fn is_used(conn: &mut Conn, key: &str, account_id: i32) -> QueryResult<bool> {
    let used = used_form::table.find(token_hash(&format!("{account_id} {key}")));
    diesel::select(diesel::dsl::exists(used)).get_result(conn)
}

/// Parks what was typed, sealed, for the account; gives its number.
pub(crate) fn park(conn: &mut Conn, account_id: i32, sealed: &[u8], now: DateTime<Utc>) -> QueryResult<i32> {
    diesel::insert_into(parked_form::table)
        .values((
            parked_form::account_id.eq(account_id),
            parked_form::sealed.eq(sealed),
            parked_form::parked_at.eq(now.naive_utc()),
        ))
        .returning(parked_form::id)
        .get_result(conn)
}

/// What was parked under this number for this account, and for no other.
pub(crate) fn parked(
    conn: &mut Conn,
    id: i32,
    account_id: i32,
    now: DateTime<Utc>,
) -> QueryResult<Option<Vec<u8>>> {
    parked_form::table
        .filter(parked_form::id.eq(id).and(parked_form::account_id.eq(account_id)))
        .filter(parked_form::parked_at.gt((now - KEPT).naive_utc()))
        .select(parked_form::sealed)
        .first(conn)
        .optional()
}

/// Removes what nobody can come back to any more.
pub(crate) fn tidy_forms(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<()> {
    let old = (now - KEPT).naive_utc();
    diesel::delete(used_form::table.filter(used_form::used_at.lt(old))).execute(conn)?;
    diesel::delete(parked_form::table.filter(parked_form::parked_at.lt(old))).execute(conn)?;
    diesel::delete(used_answer::table.filter(used_answer::used_at.lt(old))).execute(conn)?;
    // A day longer than any sign-in lasts: whose a form was that comes late is still known.
    let over = (now - KEPT - KEPT).naive_utc();
    diesel::delete(sign_in::table.filter(sign_in::seen_at.lt(over))).execute(conn)?;
    Ok(())
}
