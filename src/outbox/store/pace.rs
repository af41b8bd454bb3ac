//! How many deliveries each sender tried lately, kept as a count a second, so that asking costs the same however many there were.
//!
//! Pacing reads the table, not a counter in memory, so that it survives a restart and holds across processes. Attempts of
//! one second count as made at the last of them. One that lies further ahead than the window is long was stamped by a
//! clock that was set back since: it must not hold up the mail until then.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text, Timestamp};

use crate::db::schema::{message, tried_second as t};
use crate::db::{Backend, Conn};
use crate::outbox::{MailRoute, MessageState};

use super::route::MailOf;

/// For how long attempts are counted: longer than any window.
const KEPT_SECONDS: i64 = 48 * 3600;
/// What is older is swept by attempts of a full minute.
const SWEPT_EVERY_SECONDS: i64 = 60;

/// Attempts that ended, to be counted: how many in each second, and when the last of them did.
#[derive(Debug, Default)]
pub(super) struct Tried(BTreeMap<i64, (i64, DateTime<Utc>)>);

impl Tried {
    /// One more, which ended then.
    pub(super) fn add(&mut self, at: DateTime<Utc>) {
        let (tried, last) = self.0.entry(at.timestamp()).or_insert((0, at));
        *tried += 1;
        *last = at.max(*last);
    }

    /// Writes down that they were made.
    pub(super) fn keep(self, conn: &mut Conn, sender: &str) -> QueryResult<()> {
        for (second, (tried, last)) in self.0 {
            CountUpdate { sender, second, tried, last_at: last.naive_utc() }.execute(conn)?;
            if second % SWEPT_EVERY_SECONDS == 0 {
                diesel::delete(t::table.filter(t::second.lt(second - KEPT_SECONDS))).execute(conn)?;
            }
        }
        Ok(())
    }
}

/// So many more in a second, as a query that is prepared once.
struct CountUpdate<'a> {
    sender: &'a str,
    second: i64,
    tried: i64,
    last_at: NaiveDateTime,
}

impl QueryFragment<Backend> for CountUpdate<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql("INSERT INTO tried_second (sender, second, tried, last_at) VALUES (");
        out.push_bind_param::<Text, _>(self.sender)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.second)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.tried)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamp, _>(&self.last_at)?;
        out.push_sql(
            ") ON CONFLICT (sender, second) DO UPDATE SET tried = tried_second.tried + excluded.tried, last_at = excluded.last_at",
        );
        Ok(())
    }
}

impl QueryId for CountUpdate<'_> {
    type QueryId = CountUpdate<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<Conn> for CountUpdate<'_> {}

/// How many deliveries a sender tried after `since`, at `now`.
pub(super) fn tried_since(
    conn: &mut Conn,
    sender: &str,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    let window = now - since;
    Ok(recent(conn, sender, window, now)?.into_iter().map(|(tried, _)| tried).sum())
}

/// The seconds within `window` before `now` in which something was tried, the latest first: how often, and when last.
fn recent(
    conn: &mut Conn,
    sender: &str,
    window: TimeDelta,
    now: DateTime<Utc>,
) -> QueryResult<Vec<(i64, NaiveDateTime)>> {
    let (from, until) = (now - window, now + window);
    t::table
        .filter(t::sender.eq(sender))
        .filter(t::second.ge(from.timestamp()).and(t::second.le(until.timestamp())))
        .filter(t::last_at.gt(from.naive_utc()).and(t::last_at.le(until.naive_utc())))
        .order(t::second.desc())
        .select((t::tried, t::last_at))
        .load(conn)
}

/// How many deliveries of `route` were tried within `window` before `now`, those in hand included.
pub(crate) fn tried_within(
    conn: &mut Conn,
    route: &MailRoute,
    window: TimeDelta,
    now: DateTime<Utc>,
) -> QueryResult<u32> {
    let tried = tried_since(conn, &route.key, now - window, now)? + in_hand(conn, route)?;
    Ok(u32::try_from(tried).unwrap_or(u32::MAX))
}

/// When the window is no longer full: the instant of the `limit`-th most recent attempt, those in hand counted first.
/// `None` when the window is not full, or full of what is in hand.
pub(crate) fn nth_recent_attempt(
    conn: &mut Conn,
    route: &MailRoute,
    limit: u32,
    window: TimeDelta,
    now: DateTime<Utc>,
) -> QueryResult<Option<DateTime<Utc>>> {
    let nth = i64::from(limit) - in_hand(conn, route)?;
    if nth < 1 {
        return Ok(None);
    }
    let mut counted = 0;
    let reached = recent(conn, &route.key, window, now)?.into_iter().find(|(tried, _)| {
        counted += tried;
        counted >= nth
    });
    Ok(reached.map(|(_, at)| at.and_utc()))
}

fn in_hand(conn: &mut Conn, route: &MailRoute) -> QueryResult<i64> {
    let of = MailOf::read(conn, route)?;
    of.messages().filter(message::state.eq(MessageState::Sending.as_str())).count().get_result(conn)
}
