//! The tables `api_token` and `api_token_organisation`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::access::{AddressRange, KeptToken, MadeToken, TokenScope};
use crate::db::schema::{api_token, api_token_organisation, organisation};
use crate::db::{Conn, TextsIn, reword};

/// A token about to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenToKeep<'a> {
    /// What people call it.
    pub(crate) name: &'a str,
    /// What it is for.
    pub(crate) scopes: &'a [TokenScope],
    /// The register's numbers of the organisations that it is for; all, where there are none.
    pub(crate) organisations: &'a [i32],
    /// Where it may come from.
    pub(crate) addresses: &'a [AddressRange],
    /// The last day on which it holds.
    pub(crate) expires_on: NaiveDate,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_token)]
struct TokenRow {
    id: i32,
    name: String,
    public_id: String,
    token_hash: String,
    scopes: String,
    addresses: String,
    created_at: NaiveDateTime,
    expires_on: NaiveDate,
    revoked_at: Option<NaiveDateTime>,
}

fn rebuilt(row: TokenRow, organisations: Vec<String>) -> (KeptToken, String) {
    let token = KeptToken {
        id: row.id,
        name: row.name,
        public_id: row.public_id,
        // A scope of another version lets nobody do anything here.
        scopes: row.scopes.split(' ').filter_map(TokenScope::parse).collect(),
        organisations,
        addresses: row.addresses.split(' ').filter_map(AddressRange::parse).collect(),
        created_at: row.created_at.and_utc(),
        expires_on: row.expires_on,
        revoked_at: row.revoked_at.map(|at| at.and_utc()),
    };
    (token, row.token_hash)
}

/// Keeps a token; `false`, with nothing kept, where another has or had its name.
pub(crate) fn add_token(
    conn: &mut Conn,
    new: &TokenToKeep<'_>,
    made: &MadeToken,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.as_str()).collect();
    let addresses: Vec<String> = new.addresses.iter().map(AddressRange::to_string).collect();
    let id: Option<i32> = diesel::insert_into(api_token::table)
        .values((
            api_token::name.eq(new.name),
            api_token::public_id.eq(&made.public_id),
            api_token::token_hash.eq(&made.hash),
            api_token::scopes.eq(scopes.join(" ")),
            api_token::addresses.eq(addresses.join(" ")),
            api_token::created_at.eq(now.naive_utc()),
            api_token::expires_on.eq(new.expires_on),
        ))
        .on_conflict(api_token::name)
        .do_nothing()
        .returning(api_token::id)
        .get_result(conn)
        .optional()?;
    let Some(id) = id else { return Ok(false) };
    for organisation_id in new.organisations {
        diesel::insert_into(api_token_organisation::table)
            .values((
                api_token_organisation::api_token_id.eq(id),
                api_token_organisation::organisation_id.eq(organisation_id),
            ))
            .execute(conn)?;
    }
    Ok(true)
}

/// The token with this public part, and what is kept of its secret.
pub(crate) fn find_token(conn: &mut Conn, public_id: &str) -> QueryResult<Option<(KeptToken, String)>> {
    let row: Option<TokenRow> = api_token::table
        .filter(api_token::public_id.eq(public_id))
        .select(TokenRow::as_select())
        .first(conn)
        .optional()?;
    with_organisations(conn, row)
}

/// The token with this name.
pub(crate) fn token_named(conn: &mut Conn, name: &str) -> QueryResult<Option<KeptToken>> {
    let row: Option<TokenRow> = api_token::table
        .filter(api_token::name.eq(name))
        .select(TokenRow::as_select())
        .first(conn)
        .optional()?;
    Ok(with_organisations(conn, row)?.map(|(token, _)| token))
}

fn with_organisations(conn: &mut Conn, row: Option<TokenRow>) -> QueryResult<Option<(KeptToken, String)>> {
    let Some(row) = row else { return Ok(None) };
    let organisations = organisations_of(conn, Some(row.id))?.remove(&row.id).unwrap_or_default();
    Ok(Some(rebuilt(row, organisations)))
}

/// Every token, in order of its number.
pub(crate) fn all_tokens(conn: &mut Conn) -> QueryResult<Vec<KeptToken>> {
    let rows: Vec<TokenRow> =
        api_token::table.order(api_token::id).select(TokenRow::as_select()).load(conn)?;
    let mut organisations = organisations_of(conn, None)?;
    let token = |row: TokenRow| {
        let of_token = organisations.remove(&row.id).unwrap_or_default();
        rebuilt(row, of_token).0
    };
    Ok(rows.into_iter().map(token).collect())
}

/// The codes of the organisations of one token, or of all, by its number.
fn organisations_of(conn: &mut Conn, token: Option<i32>) -> QueryResult<HashMap<i32, Vec<String>>> {
    let mut all = api_token_organisation::table
        .inner_join(organisation::table)
        .order((api_token_organisation::api_token_id, organisation::code))
        .select((api_token_organisation::api_token_id, organisation::code))
        .into_boxed();
    if let Some(token) = token {
        all = all.filter(api_token_organisation::api_token_id.eq(token));
    }
    let mut found: HashMap<i32, Vec<String>> = HashMap::new();
    for (token, code) in all.load::<(i32, String)>(conn)? {
        found.entry(token).or_default().push(code);
    }
    Ok(found)
}

/// Has a token hold no longer; whether it did until now.
pub(crate) fn revoke_token(conn: &mut Conn, id: i32, now: DateTime<Utc>) -> QueryResult<bool> {
    let standing = api_token::table.filter(api_token::id.eq(id).and(api_token::revoked_at.is_null()));
    let revoked =
        diesel::update(standing).set(api_token::revoked_at.eq(Some(now.naive_utc()))).execute(conn)?;
    Ok(revoked > 0)
}

/// Writes in place of the names of tokens what `reworded` gives of them, if anything; each stays the only one of its name.
pub(crate) fn forget_token_names(
    conn: &mut Conn,
    reworded: impl Fn(&str) -> Option<String>,
) -> QueryResult<()> {
    reword(conn, &TextsIn { unlike: "1 = 1", ..TextsIn::of("api_token", "name") }, reworded)
}
