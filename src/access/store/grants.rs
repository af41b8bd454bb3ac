//! The table `access_grant`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::access::{AccessGrant, AccessRole, GrantScope};
use crate::db::Conn;
use crate::db::schema::{access_grant, organisation};

/// What became of the wish to grant a role, or to take it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantOutcome {
    /// It was done.
    Done,
    /// It stood so already.
    StoodSo,
    /// The register knows no organisation of that code.
    NoOrganisation,
}

type GrantRow = (i32, String, Option<String>, String, String);

/// Where a grant is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GrantSource {
    Hand,
    Group,
}

impl GrantSource {
    fn as_str(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Group => "group",
        }
    }
}

/// What an account may do, each in order of role, organisation and scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct KeptGrants {
    /// By hand.
    pub(super) by_hand: Vec<AccessGrant>,
    /// By groups.
    pub(super) by_group: Vec<AccessGrant>,
}

fn rebuilt(
    (account, role, organisation, scope, source): GrantRow,
) -> QueryResult<(i32, AccessGrant, GrantSource)> {
    let unknown = |what: String| diesel::result::Error::DeserializationError(what.into());
    let grant = AccessGrant {
        role: AccessRole::parse(&role).ok_or_else(|| unknown(format!("{role:?} is no role")))?,
        organisation,
        scope: GrantScope::parse(&scope).ok_or_else(|| unknown(format!("{scope:?} is no scope")))?,
    };
    let is_of_group = source == GrantSource::Group.as_str();
    Ok((account, grant, if is_of_group { GrantSource::Group } else { GrantSource::Hand }))
}

/// Grants by their accounts: of one account, or of all.
fn grants(conn: &mut Conn, account_id: Option<i32>) -> QueryResult<HashMap<i32, KeptGrants>> {
    let mut rows = access_grant::table
        .left_join(organisation::table)
        .order(access_grant::id)
        .select((
            access_grant::account_id,
            access_grant::role,
            organisation::code.nullable(),
            access_grant::scope,
            access_grant::source,
        ))
        .into_boxed();
    if let Some(id) = account_id {
        rows = rows.filter(access_grant::account_id.eq(id));
    }
    let mut found: HashMap<i32, KeptGrants> = HashMap::new();
    for row in rows.load::<GrantRow>(conn)? {
        let (account, grant, source) = rebuilt(row)?;
        let kept = found.entry(account).or_default();
        match source {
            GrantSource::Hand => kept.by_hand.push(grant),
            GrantSource::Group => kept.by_group.push(grant),
        }
    }
    for kept in found.values_mut() {
        kept.by_hand.sort();
        kept.by_group.sort();
    }
    Ok(found)
}

/// Every grant by its account.
pub(super) fn all(conn: &mut Conn) -> QueryResult<HashMap<i32, KeptGrants>> {
    grants(conn, None)
}

/// The grants of an account.
pub(super) fn of_account(conn: &mut Conn, account_id: i32) -> QueryResult<KeptGrants> {
    Ok(grants(conn, Some(account_id))?.remove(&account_id).unwrap_or_default())
}

/// Which organisation a grant is at, by the register's number; the inner `None` is all of them, the outer that there is
/// none of that code.
fn organisation_of(conn: &mut Conn, grant: &AccessGrant) -> QueryResult<Option<Option<i32>>> {
    let Some(code) = &grant.organisation else { return Ok(Some(None)) };
    let id: Option<i32> = organisation::table
        .filter(organisation::code.eq(code))
        .select(organisation::id)
        .first(conn)
        .optional()?;
    Ok(id.map(Some))
}

/// Grants a role by hand.
pub(crate) fn add_grant(
    conn: &mut Conn,
    account_id: i32,
    grant: &AccessGrant,
    now: DateTime<Utc>,
) -> QueryResult<GrantOutcome> {
    add(conn, account_id, (grant, GrantSource::Hand), now)
}

/// Takes away a role that was granted by hand.
pub(crate) fn remove_grant(
    conn: &mut Conn,
    account_id: i32,
    grant: &AccessGrant,
) -> QueryResult<GrantOutcome> {
    remove(conn, account_id, (grant, GrantSource::Hand))
}

/// Grants a role by a group.
#[cfg(feature = "sso")]
pub(super) fn add_group_grant(
    conn: &mut Conn,
    account_id: i32,
    grant: &AccessGrant,
    now: DateTime<Utc>,
) -> QueryResult<GrantOutcome> {
    add(conn, account_id, (grant, GrantSource::Group), now)
}

/// Takes away a role that a group gave.
pub(crate) fn remove_group_grant(
    conn: &mut Conn,
    account_id: i32,
    grant: &AccessGrant,
) -> QueryResult<GrantOutcome> {
    remove(conn, account_id, (grant, GrantSource::Group))
}

fn add(
    conn: &mut Conn,
    account_id: i32,
    (grant, source): (&AccessGrant, GrantSource),
    now: DateTime<Utc>,
) -> QueryResult<GrantOutcome> {
    let Some(organisation_id) = organisation_of(conn, grant)? else {
        return Ok(GrantOutcome::NoOrganisation);
    };
    let kept = of_account(conn, account_id)?;
    let standing = match source {
        GrantSource::Hand => kept.by_hand,
        GrantSource::Group => kept.by_group,
    };
    if standing.contains(grant) {
        return Ok(GrantOutcome::StoodSo);
    }
    diesel::insert_into(access_grant::table)
        .values((
            access_grant::account_id.eq(account_id),
            access_grant::role.eq(grant.role.as_str()),
            access_grant::organisation_id.eq(organisation_id),
            access_grant::scope.eq(grant.scope.written()),
            access_grant::granted_at.eq(now.naive_utc()),
            access_grant::source.eq(source.as_str()),
        ))
        .execute(conn)?;
    Ok(GrantOutcome::Done)
}

fn remove(
    conn: &mut Conn,
    account_id: i32,
    (grant, source): (&AccessGrant, GrantSource),
) -> QueryResult<GrantOutcome> {
    let Some(organisation_id) = organisation_of(conn, grant)? else {
        return Ok(GrantOutcome::NoOrganisation);
    };
    let standing = access_grant::table
        .filter(access_grant::account_id.eq(account_id).and(access_grant::source.eq(source.as_str())))
        .filter(
            access_grant::role.eq(grant.role.as_str()).and(access_grant::scope.eq(grant.scope.written())),
        );
    let removed = match organisation_id {
        Some(id) => diesel::delete(standing.filter(access_grant::organisation_id.eq(id))).execute(conn)?,
        None => diesel::delete(standing.filter(access_grant::organisation_id.is_null())).execute(conn)?,
    };
    Ok(if removed == 0 { GrantOutcome::StoodSo } else { GrantOutcome::Done })
}
