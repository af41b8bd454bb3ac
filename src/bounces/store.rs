//! The tables `bounce_report` and `bounce`. Every function takes the connection of the caller's transaction.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;

use super::Weight;
use crate::db::schema::{bounce, bounce_report};
use crate::db::{Conn, UNSTAMPED};
use crate::register::store::Known;

/// A file that was read, with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The hash of its content.
    pub content_hash: String,
    /// The report's own `Message-ID`.
    pub report_id: Option<String>,
    /// The file's name.
    pub file: String,
    /// What it turned out to be, as a sentence.
    pub finding: String,
    /// What it says of addresses; empty for what is no report about our mail.
    pub bounces: Vec<NewBounce>,
}

/// What a report says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBounce {
    /// The message that came back, by its number in the outbox.
    pub message_id: Option<i32>,
    /// The address.
    pub address: String,
    /// What it means for the address.
    pub weight: Weight,
    /// The enhanced status code; empty where there is none.
    pub status: String,
    /// What the server said.
    pub reason: String,
}

/// A bounce as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// What the report says.
    pub said: NewBounce,
    /// The file it stands in.
    pub file: String,
    /// When it was read.
    pub read_at: DateTime<Utc>,
    /// When somebody said that the address works again.
    pub cleared_at: Option<DateTime<Utc>>,
}

/// Whether a file of this content was read before.
pub fn is_read(conn: &mut Conn, content_hash: &str) -> QueryResult<bool> {
    let same = bounce_report::table.filter(bounce_report::content_hash.eq(content_hash));
    diesel::select(exists(same)).get_result(conn)
}

/// Whether a report with this `Message-ID` was read before, in whatever file.
pub fn is_told(conn: &mut Conn, report_id: &str) -> QueryResult<bool> {
    let same = bounce_report::table.filter(bounce_report::report_id.eq(report_id));
    diesel::select(exists(same)).get_result(conn)
}

/// Keeps what a file says. The caller has made sure that it was not read before, and calls it within
/// [`Db::write_stamped`](crate::db::Db::write_stamped).
pub fn note(conn: &mut Conn, noted: &Noted) -> QueryResult<()> {
    let id: i32 = diesel::insert_into(bounce_report::table)
        .values((
            bounce_report::content_hash.eq(&noted.content_hash),
            bounce_report::report_id.eq(&noted.report_id),
            bounce_report::file.eq(&noted.file),
            bounce_report::read_at.eq(UNSTAMPED),
            bounce_report::finding.eq(&noted.finding),
        ))
        .returning(bounce_report::id)
        .get_result(conn)?;
    for said in &noted.bounces {
        diesel::insert_into(bounce::table)
            .values((
                bounce::bounce_report_id.eq(id),
                bounce::message_id.eq(said.message_id),
                bounce::address.eq(said.address.to_lowercase()),
                bounce::kind.eq(said.weight.as_str()),
                bounce::status.eq(&said.status),
                bounce::reason.eq(&said.reason),
                bounce::read_at.eq(UNSTAMPED),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Every bounce, in the order they were read.
pub fn list(conn: &mut Conn) -> QueryResult<Vec<Bounce>> {
    type Row = (Option<i32>, String, String, String, String, String, NaiveDateTime, Option<NaiveDateTime>);
    let rows: Vec<Row> = bounce::table
        .inner_join(bounce_report::table)
        .order(bounce::id)
        .select((
            bounce::message_id,
            bounce::address,
            bounce::kind,
            bounce::status,
            bounce::reason,
            bounce_report::file,
            bounce::read_at,
            bounce::cleared_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(message_id, address, kind, status, reason, file, read_at, cleared_at)| {
            let weight = Weight::parse(&kind).ok_or_else(|| {
                diesel::result::Error::DeserializationError(format!("no bounce is {kind:?}").into())
            })?;
            let said = NewBounce { message_id, address, weight, status, reason };
            let cleared_at = cleared_at.map(|at| at.and_utc());
            Ok(Bounce { said, file, read_at: read_at.and_utc(), cleared_at })
        })
        .collect()
}

/// The addresses that no mail could reach, as known then, in lower case.
pub fn bouncing(conn: &mut Conn, known: Known) -> QueryResult<HashSet<String>> {
    let mut hard = bounce::table
        .filter(bounce::kind.eq(Weight::Hard.as_str()))
        .select(bounce::address)
        .distinct()
        .into_boxed();
    hard = match known {
        Known::Latest => hard.filter(bounce::cleared_at.is_null()),
        // What came back is told by instants, not by imports.
        Known::UpTo(_) => hard.filter(bounce::cleared_at.is_null()),
        Known::At(instant) => {
            let instant = instant.naive_utc();
            hard.filter(bounce::read_at.le(instant))
                .filter(bounce::cleared_at.is_null().or(bounce::cleared_at.gt(instant)))
        }
    };
    Ok(hard.load::<String>(conn)?.into_iter().collect())
}

/// Whether no mail can reach `address`.
pub fn is_bouncing(conn: &mut Conn, address: &str) -> QueryResult<bool> {
    let hard = bounce::table
        .filter(bounce::address.eq(address.to_lowercase()))
        .filter(bounce::kind.eq(Weight::Hard.as_str()))
        .filter(bounce::cleared_at.is_null());
    diesel::select(exists(hard)).get_result(conn)
}

/// Takes it that `address` works again; returns how many bounces that clears. Call it within
/// [`Db::write_stamped`](crate::db::Db::write_stamped).
pub fn clear(conn: &mut Conn, address: &str) -> QueryResult<usize> {
    let standing =
        bounce::table.filter(bounce::address.eq(address.to_lowercase())).filter(bounce::cleared_at.is_null());
    diesel::update(standing).set(bounce::cleared_at.eq(UNSTAMPED)).execute(conn)
}

/// Every bounce of these addresses, in the order they were read.
pub fn of_addresses<'a>(
    conn: &mut Conn,
    addresses: impl Iterator<Item = &'a str>,
) -> QueryResult<Vec<Bounce>> {
    let addresses: HashSet<String> = addresses.map(str::to_lowercase).collect();
    let mut bounces = list(conn)?;
    bounces.retain(|bounce| addresses.contains(&bounce.said.address));
    Ok(bounces)
}

/// Deletes what reports said of these addresses, in lower case; that the reports were read is remembered. Gives how many
/// went.
pub fn forget(conn: &mut Conn, addresses: &HashSet<String>) -> QueryResult<usize> {
    let mut deleted = 0;
    for address in addresses {
        deleted += diesel::delete(bounce::table.filter(bounce::address.eq(address))).execute(conn)?;
    }
    Ok(deleted)
}
