//! The table `account_identity`.

use diesel::prelude::*;

use crate::access::AccountIdentity;
use crate::db::Conn;
use crate::db::schema::account_identity;

fn rebuilt((account_id, issuer, subject): (i32, String, String)) -> (i32, AccountIdentity) {
    (account_id, AccountIdentity { issuer, subject })
}

fn identities(conn: &mut Conn, account_id: Option<i32>) -> QueryResult<Vec<(i32, AccountIdentity)>> {
    let mut rows = account_identity::table
        .order(account_identity::id)
        .select((account_identity::account_id, account_identity::issuer, account_identity::subject))
        .into_boxed();
    if let Some(id) = account_id {
        rows = rows.filter(account_identity::account_id.eq(id));
    }
    let rows: Vec<(i32, String, String)> = rows.load(conn)?;
    Ok(rows.into_iter().map(rebuilt).collect())
}

/// Every identity with its account, in the order in which they were bound.
pub(super) fn all(conn: &mut Conn) -> QueryResult<Vec<(i32, AccountIdentity)>> {
    identities(conn, None)
}

/// Those of an account.
pub(super) fn of_account(conn: &mut Conn, account_id: i32) -> QueryResult<Vec<AccountIdentity>> {
    Ok(identities(conn, Some(account_id))?.into_iter().map(|(_, identity)| identity).collect())
}

/// Has nobody at any provider be the holder of an account; gives how many were.
pub(crate) fn unbind_identities(conn: &mut Conn, account_id: i32) -> QueryResult<usize> {
    diesel::delete(account_identity::table.filter(account_identity::account_id.eq(account_id))).execute(conn)
}
