//! The table `access_grant`.

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

type GrantRow = (i32, String, Option<String>, String);

fn rebuilt((account, role, organisation, scope): GrantRow) -> QueryResult<(i32, AccessGrant)> {
    let unknown = |what: String| diesel::result::Error::DeserializationError(what.into());
    Ok((
        account,
        AccessGrant {
            role: AccessRole::parse(&role).ok_or_else(|| unknown(format!("{role:?} is no role")))?,
            organisation,
            scope: GrantScope::parse(&scope).ok_or_else(|| unknown(format!("{scope:?} is no scope")))?,
        },
    ))
}

/// Grants with their accounts: of one account, or of all.
fn grants(conn: &mut Conn, account_id: Option<i32>) -> QueryResult<Vec<(i32, AccessGrant)>> {
    let mut rows = access_grant::table
        .left_join(organisation::table)
        .order(access_grant::id)
        .select((
            access_grant::account_id,
            access_grant::role,
            organisation::code.nullable(),
            access_grant::scope,
        ))
        .into_boxed();
    if let Some(id) = account_id {
        rows = rows.filter(access_grant::account_id.eq(id));
    }
    let rows: Vec<GrantRow> = rows.load(conn)?;
    let mut grants = rows.into_iter().map(rebuilt).collect::<QueryResult<Vec<_>>>()?;
    grants.sort();
    Ok(grants)
}

/// Every grant with its account, in order of account, role, organisation and scope.
pub(super) fn all(conn: &mut Conn) -> QueryResult<Vec<(i32, AccessGrant)>> {
    grants(conn, None)
}

/// The grants of an account, in order of role, organisation and scope.
pub(super) fn of_account(conn: &mut Conn, account_id: i32) -> QueryResult<Vec<AccessGrant>> {
    Ok(grants(conn, Some(account_id))?.into_iter().map(|(_, grant)| grant).collect())
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

/// Grants a role.
pub(crate) fn add_grant(
    conn: &mut Conn,
    account_id: i32,
    grant: &AccessGrant,
    now: DateTime<Utc>,
) -> QueryResult<GrantOutcome> {
    let Some(organisation_id) = organisation_of(conn, grant)? else {
        return Ok(GrantOutcome::NoOrganisation);
    };
    if of_account(conn, account_id)?.contains(grant) {
        return Ok(GrantOutcome::StoodSo);
    }
    diesel::insert_into(access_grant::table)
        .values((
            access_grant::account_id.eq(account_id),
            access_grant::role.eq(grant.role.as_str()),
            access_grant::organisation_id.eq(organisation_id),
            access_grant::scope.eq(grant.scope.written()),
            access_grant::granted_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(GrantOutcome::Done)
}

/// Takes a role away.
pub(crate) fn remove_grant(
    conn: &mut Conn,
    account_id: i32,
    grant: &AccessGrant,
) -> QueryResult<GrantOutcome> {
    let Some(organisation_id) = organisation_of(conn, grant)? else {
        return Ok(GrantOutcome::NoOrganisation);
    };
    let standing = access_grant::table.filter(access_grant::account_id.eq(account_id)).filter(
        access_grant::role.eq(grant.role.as_str()).and(access_grant::scope.eq(grant.scope.written())),
    );
    let removed = match organisation_id {
        Some(id) => diesel::delete(standing.filter(access_grant::organisation_id.eq(id))).execute(conn)?,
        None => diesel::delete(standing.filter(access_grant::organisation_id.is_null())).execute(conn)?,
    };
    Ok(if removed == 0 { GrantOutcome::StoodSo } else { GrantOutcome::Done })
}
