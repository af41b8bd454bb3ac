//! Why delivery by a sender stands still, for whoever looks after it.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::delivery_stop as s;
use crate::outbox::{DeliveryStop, MailRoute};

/// Notes why delivery by a sender stopped, keeping since when; or that it goes on.
pub(crate) fn note_stop(
    conn: &mut Conn,
    route: &MailRoute,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let standing = standing_stops(conn)?.into_iter().find(|stop| stop.sender == route.key);
    if standing.as_ref().map(|stop| stop.reason.as_str()) == reason {
        return Ok(());
    }
    let Some(reason) = reason else {
        diesel::delete(s::table.find(&route.key)).execute(conn)?;
        return Ok(());
    };
    let since = standing.map_or(now, |stop| stop.since).naive_utc();
    let stopped = (s::since.eq(since), s::reason.eq(reason));
    diesel::insert_into(s::table)
        .values((s::sender.eq(&route.key), stopped))
        .on_conflict(s::sender)
        .do_update()
        .set(stopped)
        .execute(conn)?;
    Ok(())
}

/// Why delivery stands still, of each sender whose does.
pub(crate) fn standing_stops(conn: &mut Conn) -> QueryResult<Vec<DeliveryStop>> {
    let found: Vec<(String, NaiveDateTime, String)> =
        s::table.order(s::sender).select((s::sender, s::since, s::reason)).load(conn)?;
    let stop = |(sender, since, reason): (String, NaiveDateTime, String)| DeliveryStop {
        sender,
        since: since.and_utc(),
        reason,
    };
    Ok(found.into_iter().map(stop).collect())
}
