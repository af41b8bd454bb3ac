//! The table `saved_filter`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::access::SavedFilter;
use crate::db::Conn;
use crate::db::schema::{organisation, saved_filter};

/// Saves one for the account alone, or for the organisation with this code, in place of one of its name; `false` where
/// there is no such organisation.
pub(crate) fn save_filter(
    conn: &mut Conn,
    account_id: i32,
    (organisation, name, query): (Option<&str>, &str, &str),
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let organisation_id: Option<i32> = match organisation {
        None => None,
        Some(code) => {
            let found = organisation::table.filter(organisation::code.eq(code)).select(organisation::id);
            match found.first(conn).optional()? {
                Some(id) => Some(id),
                None => return Ok(false),
            }
        }
    };
    let of_name = saved_filter::table.filter(saved_filter::name.eq(name));
    match organisation_id {
        Some(id) => diesel::delete(of_name.filter(saved_filter::organisation_id.eq(id))).execute(conn)?,
        None => {
            let own = of_name.filter(saved_filter::organisation_id.is_null());
            diesel::delete(own.filter(saved_filter::account_id.eq(account_id))).execute(conn)?
        }
    };
    diesel::insert_into(saved_filter::table)
        .values((
            saved_filter::account_id.eq(account_id),
            saved_filter::organisation_id.eq(organisation_id),
            saved_filter::name.eq(name),
            saved_filter::query.eq(query),
            saved_filter::saved_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(true)
}

/// Every one that is saved, in order of name.
pub(crate) fn saved_filters(conn: &mut Conn) -> QueryResult<Vec<SavedFilter>> {
    let rows: Vec<(i32, i32, Option<String>, String, String)> = saved_filter::table
        .left_join(organisation::table)
        .order((saved_filter::name, saved_filter::id))
        .select((
            saved_filter::id,
            saved_filter::account_id,
            organisation::code.nullable(),
            saved_filter::name,
            saved_filter::query,
        ))
        .load(conn)?;
    let rebuilt =
        |(id, account, organisation, name, query)| SavedFilter { id, account, organisation, name, query };
    Ok(rows.into_iter().map(rebuilt).collect())
}

/// Removes these.
pub(crate) fn remove_filters(conn: &mut Conn, ids: &[i32]) -> QueryResult<()> {
    for &id in ids {
        diesel::delete(saved_filter::table.find(id)).execute(conn)?;
    }
    Ok(())
}

/// Removes what these accounts saved, and what names somebody.
pub(crate) fn forget_filters(
    conn: &mut Conn,
    account_ids: &[i32],
    names_somebody: impl Fn(&str) -> bool,
) -> QueryResult<()> {
    let all = saved_filters(conn)?;
    let gone = all.iter().filter(|filter| {
        account_ids.contains(&filter.account)
            || names_somebody(&filter.name)
            || filter.said().any(|said| names_somebody(&said))
    });
    let gone: Vec<i32> = gone.map(|filter| filter.id).collect();
    remove_filters(conn, &gone)
}
