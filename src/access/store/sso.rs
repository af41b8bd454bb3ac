//! What single sign-on changes: whose an identity is, the answers that were taken, and what groups let an account do.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::grants::{self, GrantOutcome};
use crate::access::{AccessGrant, AccountIdentity, token_hash};
use crate::db::Conn;
use crate::db::schema::{account_identity, used_answer};

/// Takes the answer with this state, once: whether it was still to be taken.
pub(crate) fn use_answer(conn: &mut Conn, state: &str, now: DateTime<Utc>) -> QueryResult<bool> {
    let used = diesel::insert_into(used_answer::table)
        .values((used_answer::state_hash.eq(token_hash(state)), used_answer::used_at.eq(now.naive_utc())))
        .on_conflict(used_answer::state_hash)
        .do_nothing()
        .execute(conn)?;
    Ok(used == 1)
}

/// The number of the account whose holder this is.
pub(crate) fn account_of_identity(conn: &mut Conn, identity: &AccountIdentity) -> QueryResult<Option<i32>> {
    account_identity::table
        .filter(account_identity::issuer.eq(&identity.issuer))
        .filter(account_identity::subject.eq(&identity.subject))
        .select(account_identity::account_id)
        .first(conn)
        .optional()
}

/// Binds an account to who its holder is at a provider.
pub(crate) fn bind_identity(
    conn: &mut Conn,
    account_id: i32,
    identity: &AccountIdentity,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(account_identity::table)
        .values((
            account_identity::account_id.eq(account_id),
            account_identity::issuer.eq(&identity.issuer),
            account_identity::subject.eq(&identity.subject),
            account_identity::bound_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// What became of what groups let an account do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct GroupGrantChange {
    /// What it may do from now on.
    pub(crate) given: Vec<AccessGrant>,
    /// What it may do no longer.
    pub(crate) taken: Vec<AccessGrant>,
    /// What is at an organisation that nobody knows.
    pub(crate) nowhere: Vec<AccessGrant>,
}

/// Has groups let an account do this and nothing else; what it was granted by hand stays.
pub(crate) fn set_group_grants(
    conn: &mut Conn,
    account_id: i32,
    wanted: &[AccessGrant],
    now: DateTime<Utc>,
) -> QueryResult<GroupGrantChange> {
    let mut change = GroupGrantChange::default();
    for grant in grants::of_account(conn, account_id)?.by_group {
        if !wanted.contains(&grant) {
            grants::remove_group_grant(conn, account_id, &grant)?;
            change.taken.push(grant);
        }
    }
    for grant in wanted {
        match grants::add_group_grant(conn, account_id, grant, now)? {
            GrantOutcome::Done => change.given.push(grant.clone()),
            GrantOutcome::StoodSo => {}
            GrantOutcome::NoOrganisation => change.nowhere.push(grant.clone()),
        }
    }
    Ok(change)
}
