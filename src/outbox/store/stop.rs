//! Why delivery stands still, for whoever looks after it.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::delivery_stop;
use crate::outbox::DeliveryStop;

/// There is one, or none.
const THE_ONE: i32 = 1;

/// Notes why delivery stopped, keeping since when; or that it goes on.
pub(crate) fn note_stop(conn: &mut Conn, reason: Option<&str>, now: DateTime<Utc>) -> QueryResult<()> {
    let standing = standing_stop(conn)?;
    if standing.as_ref().map(|stop| stop.reason.as_str()) == reason {
        return Ok(());
    }
    diesel::delete(delivery_stop::table).execute(conn)?;
    if let Some(reason) = reason {
        let since = standing.map_or(now, |stop| stop.since);
        diesel::insert_into(delivery_stop::table)
            .values((
                delivery_stop::id.eq(THE_ONE),
                delivery_stop::since.eq(since.naive_utc()),
                delivery_stop::reason.eq(reason),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Why delivery stands still, if it does.
pub(crate) fn standing_stop(conn: &mut Conn) -> QueryResult<Option<DeliveryStop>> {
    let found: Option<(NaiveDateTime, String)> = delivery_stop::table
        .find(THE_ONE)
        .select((delivery_stop::since, delivery_stop::reason))
        .first(conn)
        .optional()?;
    Ok(found.map(|(since, reason)| DeliveryStop { since: since.and_utc(), reason }))
}
