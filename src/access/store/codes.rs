//! The second factor of an account, and the table `recovery_code`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::access::{tidy_code, token_hash};
use crate::db::Conn;
use crate::db::schema::{account, recovery_code};

/// The sealed secret, and the newest step of which a code was taken; `None` where there is no second factor.
pub(crate) fn second_factor_of(conn: &mut Conn, account_id: i32) -> QueryResult<Option<(Vec<u8>, i64)>> {
    let found: Option<(Option<Vec<u8>>, i64)> = account::table
        .find(account_id)
        .select((account::second_factor, account::second_factor_step))
        .first(conn)
        .optional()?;
    Ok(found.and_then(|(secret, step)| Some((secret?, step))))
}

/// Keeps a sealed secret, of which the code of this step was taken.
pub(crate) fn set_second_factor(
    conn: &mut Conn,
    account_id: i32,
    sealed: &[u8],
    step: i64,
) -> QueryResult<()> {
    diesel::update(account::table.find(account_id))
        .set((account::second_factor.eq(sealed), account::second_factor_step.eq(step)))
        .execute(conn)?;
    Ok(())
}

/// Takes the second factor and its recovery codes away; whether there was one.
pub(crate) fn without_second_factor(conn: &mut Conn, account_id: i32) -> QueryResult<bool> {
    diesel::delete(recovery_code::table.filter(recovery_code::account_id.eq(account_id))).execute(conn)?;
    let had = account::table.filter(account::id.eq(account_id).and(account::second_factor.is_not_null()));
    let taken = diesel::update(had).set(account::second_factor.eq(None::<Vec<u8>>)).execute(conn)?;
    Ok(taken == 1)
}

/// Takes the code of this step, once: whether it was still to be taken.
pub(crate) fn take_step(conn: &mut Conn, account_id: i32, step: i64) -> QueryResult<bool> {
    let before = account::table.filter(account::id.eq(account_id).and(account::second_factor_step.lt(step)));
    Ok(diesel::update(before).set(account::second_factor_step.eq(step)).execute(conn)? == 1)
}

/// Keeps recovery codes in place of those there were.
pub(crate) fn keep_recovery_codes(conn: &mut Conn, account_id: i32, codes: &[String]) -> QueryResult<()> {
    diesel::delete(recovery_code::table.filter(recovery_code::account_id.eq(account_id))).execute(conn)?;
    for code in codes {
        let kept = token_hash(&tidy_code(code));
        diesel::insert_into(recovery_code::table)
            .values((recovery_code::account_id.eq(account_id), recovery_code::code_hash.eq(kept)))
            .execute(conn)?;
    }
    Ok(())
}

/// Takes a recovery code, once: whether it was one that was still to be taken.
pub(crate) fn take_recovery_code(
    conn: &mut Conn,
    account_id: i32,
    typed: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let unused = recovery_code::table
        .filter(recovery_code::account_id.eq(account_id).and(recovery_code::used_at.is_null()))
        .filter(recovery_code::code_hash.eq(token_hash(&tidy_code(typed))));
    Ok(diesel::update(unused).set(recovery_code::used_at.eq(now.naive_utc())).execute(conn)? == 1)
}

/// How many recovery codes an account has left.
pub(crate) fn recovery_codes_left(conn: &mut Conn, account_id: i32) -> QueryResult<i64> {
    recovery_code::table
        .filter(recovery_code::account_id.eq(account_id).and(recovery_code::used_at.is_null()))
        .count()
        .get_result(conn)
}
