//! The table `account_link`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::access::{AccountLink, LinkCarrier, LinkPurpose};
use crate::db::Conn;
use crate::db::schema::account_link;

/// Keeps that there is a link, brought by the message with this number or shown on a terminal; the newest alone holds.
pub(crate) fn keep_link(
    conn: &mut Conn,
    account_id: i32,
    purpose: LinkPurpose,
    message_id: Option<i32>,
    now: DateTime<Utc>,
) -> QueryResult<AccountLink> {
    spend_links(conn, account_id, now)?;
    let ends_at = now + purpose.holds_for();
    let id: i32 = diesel::insert_into(account_link::table)
        .values((
            account_link::account_id.eq(account_id),
            account_link::purpose.eq(purpose.as_str()),
            account_link::message_id.eq(message_id),
            account_link::made_at.eq(now.naive_utc()),
            account_link::ends_at.eq(ends_at.naive_utc()),
        ))
        .returning(account_link::id)
        .get_result(conn)?;
    let carrier = message_id.map_or(LinkCarrier::Terminal(id), LinkCarrier::Message);
    Ok(AccountLink { id, account_id, purpose, carrier, ends_at, is_spent: false })
}

/// The link that is brought so.
pub(crate) fn link_by(conn: &mut Conn, carrier: LinkCarrier) -> QueryResult<Option<AccountLink>> {
    type LinkRow = (i32, i32, String, NaiveDateTime, Option<NaiveDateTime>);
    let columns = (
        account_link::id,
        account_link::account_id,
        account_link::purpose,
        account_link::ends_at,
        account_link::spent_at,
    );
    let all = account_link::table.select(columns);
    let found: Option<LinkRow> = match carrier {
        LinkCarrier::Message(id) => all.filter(account_link::message_id.eq(id)).first(conn).optional()?,
        LinkCarrier::Terminal(id) => {
            let shown = all.filter(account_link::id.eq(id).and(account_link::message_id.is_null()));
            shown.first(conn).optional()?
        }
    };
    let Some((id, account_id, purpose, ends_at, spent_at)) = found else { return Ok(None) };
    let purpose = LinkPurpose::parse(&purpose).ok_or_else(|| {
        diesel::result::Error::DeserializationError(format!("{purpose:?} is no purpose").into())
    })?;
    let (ends_at, is_spent) = (ends_at.and_utc(), spent_at.is_some());
    Ok(Some(AccountLink { id, account_id, purpose, carrier, ends_at, is_spent }))
}

/// Has no link of the account hold any more.
pub(crate) fn spend_links(conn: &mut Conn, account_id: i32, now: DateTime<Utc>) -> QueryResult<()> {
    let standing = account_link::table
        .filter(account_link::account_id.eq(account_id).and(account_link::spent_at.is_null()));
    diesel::update(standing).set(account_link::spent_at.eq(now.naive_utc())).execute(conn)?;
    Ok(())
}

/// When the link of the account that still stands was made.
pub(crate) fn standing_link_at(conn: &mut Conn, account_id: i32) -> QueryResult<Option<DateTime<Utc>>> {
    let made_at: Option<NaiveDateTime> = account_link::table
        .filter(account_link::account_id.eq(account_id).and(account_link::spent_at.is_null()))
        .order(account_link::id.desc())
        .select(account_link::made_at)
        .first(conn)
        .optional()?;
    Ok(made_at.map(|at| at.and_utc()))
}
