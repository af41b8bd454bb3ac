//! The table `account`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::grants::{self, KeptGrants};
use super::identities;
use crate::access::{AccountIdentity, UserAccount};
use crate::db::Conn;
use crate::db::schema::{account, account_identity, account_link, recovery_code, sign_in};

/// An account about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewAccount<'a> {
    /// The address.
    pub(crate) email: &'a str,
    /// What the holder is called.
    pub(crate) name: &'a str,
    /// The member of staff whose it is.
    pub(crate) staff_id: Option<i32>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = account)]
struct AccountRow {
    id: i32,
    email: String,
    name: String,
    staff_id: Option<i32>,
    enabled: bool,
    password_hash: Option<String>,
    second_factor: Option<Vec<u8>>,
    last_sign_in_at: Option<NaiveDateTime>,
}

fn rebuilt(row: AccountRow, grants: KeptGrants, identities: Vec<AccountIdentity>) -> UserAccount {
    UserAccount {
        id: row.id,
        email: row.email,
        name: row.name,
        staff_id: row.staff_id,
        enabled: row.enabled,
        has_password: row.password_hash.is_some(),
        has_second_factor: row.second_factor.is_some(),
        last_sign_in_at: row.last_sign_in_at.map(|at| at.and_utc()),
        identities,
        grants: grants.by_hand,
        group_grants: grants.by_group,
    }
}

/// Makes an account that nobody can sign in to yet; gives its number, or `None` where one has the address already.
pub(crate) fn add_account(
    conn: &mut Conn,
    new: &NewAccount<'_>,
    now: DateTime<Utc>,
) -> QueryResult<Option<i32>> {
    diesel::insert_into(account::table)
        .values((
            account::email.eq(new.email),
            account::email_key.eq(new.email.to_lowercase()),
            account::name.eq(new.name),
            account::staff_id.eq(new.staff_id),
            account::enabled.eq(true),
            account::created_at.eq(now.naive_utc()),
            account::failures.eq(0),
            account::second_factor_step.eq(0),
        ))
        .on_conflict(account::email_key)
        .do_nothing()
        .returning(account::id)
        .get_result(conn)
        .optional()
}

/// The account with this address, however its letters are written.
pub fn find_account(conn: &mut Conn, email: &str) -> QueryResult<Option<UserAccount>> {
    let row: Option<AccountRow> = account::table
        .filter(account::email_key.eq(email.trim().to_lowercase()))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?;
    with_grants(conn, row)
}

/// The account with this number.
pub(crate) fn account_with_id(conn: &mut Conn, id: i32) -> QueryResult<Option<UserAccount>> {
    let row: Option<AccountRow> =
        account::table.find(id).select(AccountRow::as_select()).first(conn).optional()?;
    with_grants(conn, row)
}

fn with_grants(conn: &mut Conn, row: Option<AccountRow>) -> QueryResult<Option<UserAccount>> {
    let Some(row) = row else { return Ok(None) };
    let grants = grants::of_account(conn, row.id)?;
    let identities = identities::of_account(conn, row.id)?;
    Ok(Some(rebuilt(row, grants, identities)))
}

/// Every account, in order of its number.
pub fn all_accounts(conn: &mut Conn) -> QueryResult<Vec<UserAccount>> {
    let rows: Vec<AccountRow> =
        account::table.order(account::id).select(AccountRow::as_select()).load(conn)?;
    let mut grants = grants::all(conn)?;
    let mut identities: HashMap<i32, Vec<AccountIdentity>> = HashMap::new();
    for (account_id, identity) in identities::all(conn)? {
        identities.entry(account_id).or_default().push(identity);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let grants = grants.remove(&row.id).unwrap_or_default();
            let identities = identities.remove(&row.id).unwrap_or_default();
            rebuilt(row, grants, identities)
        })
        .collect())
}

/// Has an account usable or not; whether anything changed. One that is disabled loses every sign-in and link at once.
pub(crate) fn set_enabled(conn: &mut Conn, id: i32, enabled: bool, now: DateTime<Utc>) -> QueryResult<bool> {
    let disabled_at = (!enabled).then(|| now.naive_utc());
    let changed = diesel::update(account::table.filter(account::id.eq(id).and(account::enabled.ne(enabled))))
        .set((account::enabled.eq(enabled), account::disabled_at.eq(disabled_at)))
        .execute(conn)?;
    if !enabled {
        super::sign_ins::end_sign_ins(conn, id, None)?;
        super::links::spend_links(conn, id, now)?;
    }
    Ok(changed == 1)
}

/// What is kept of an account's password.
pub(crate) fn password_of(conn: &mut Conn, id: i32) -> QueryResult<Option<String>> {
    let kept: Option<Option<String>> =
        account::table.find(id).select(account::password_hash).first(conn).optional()?;
    Ok(kept.flatten())
}

/// Keeps a password, or one that was kept anew.
pub(crate) fn set_password(conn: &mut Conn, id: i32, kept: &str) -> QueryResult<()> {
    diesel::update(account::table.find(id)).set(account::password_hash.eq(kept)).execute(conn)?;
    Ok(())
}

/// Notes that somebody signed in to it.
pub(crate) fn signed_in(conn: &mut Conn, id: i32, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(account::table.find(id))
        .set(account::last_sign_in_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(())
}

/// How many members of staff are asked for at once.
const AT_ONCE: usize = 500;

/// The accounts of these members of staff, by the register's numbers.
pub(crate) fn accounts_of(conn: &mut Conn, staff_ids: &[i32]) -> QueryResult<Vec<i32>> {
    let mut ids = Vec::new();
    for some in staff_ids.chunks(AT_ONCE) {
        let theirs = account::table.filter(account::staff_id.eq_any(some.iter().copied().map(Some)));
        ids.extend(theirs.order(account::id).select(account::id).load::<i32>(conn)?);
    }
    Ok(ids)
}

/// The accounts that were disabled before `old` and still have a name.
pub(crate) fn long_disabled(conn: &mut Conn, old: DateTime<Utc>) -> QueryResult<Vec<i32>> {
    account::table
        .filter(account::disabled_at.lt(old.naive_utc()).and(account::email.ne("")))
        .order(account::id)
        .select(account::id)
        .load(conn)
}

/// Takes name, address and everything that lets somebody in from these accounts: their numbers stay, for the audit log (spec
/// 8.20).
pub(crate) fn forget_accounts(conn: &mut Conn, ids: &[i32], now: DateTime<Utc>) -> QueryResult<usize> {
    for &id in ids {
        diesel::delete(sign_in::table.filter(sign_in::account_id.eq(id))).execute(conn)?;
        diesel::delete(account_link::table.filter(account_link::account_id.eq(id))).execute(conn)?;
        diesel::delete(recovery_code::table.filter(recovery_code::account_id.eq(id))).execute(conn)?;
        diesel::delete(account_identity::table.filter(account_identity::account_id.eq(id))).execute(conn)?;
        diesel::update(account::table.find(id))
            .set((
                account::email.eq(""),
                account::email_key.eq(format!("purged {id}")),
                account::name.eq(""),
                account::staff_id.eq(None::<i32>),
                account::enabled.eq(false),
                account::disabled_at.eq(Some(now.naive_utc())),
                account::password_hash.eq(None::<String>),
                account::second_factor.eq(None::<Vec<u8>>),
            ))
            .execute(conn)?;
    }
    Ok(ids.len())
}
