//! Leases and waits that reach further than any set now would, because a clock was set back since: nothing waits for a time
//! that was wrong.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;

use super::claim::PUT_OFF_DAYS;
use crate::db::Conn;
use crate::db::schema::message;
use crate::outbox::backoff;

/// How far ahead leases, waits and days to wait for may lie at most, as any set now would.
struct FurthestTimes {
    lease: NaiveDateTime,
    wait: NaiveDateTime,
    day: NaiveDate,
}

impl FurthestTimes {
    fn of((now, today): (DateTime<Utc>, NaiveDate), lease: TimeDelta) -> Self {
        Self {
            lease: (now + lease).naive_utc(),
            wait: (now + backoff::LONGEST_WAIT).naive_utc(),
            day: today.checked_add_days(Days::new(PUT_OFF_DAYS)).unwrap_or(today),
        }
    }
}

#[diesel::dsl::auto_type]
fn leased_beyond(lease: NaiveDateTime) -> _ {
    message::state.eq("sending").and(message::lease_until.gt(lease))
}

#[diesel::dsl::auto_type]
fn waits_beyond(wait: NaiveDateTime) -> _ {
    message::state.eq("deferred").and(message::not_before.is_null()).and(message::next_attempt_at.gt(wait))
}

#[diesel::dsl::auto_type]
fn put_off_beyond(day: NaiveDate) -> _ {
    message::state.eq("queued").and(message::not_before.gt(day))
}

/// Whether any lease or wait reaches further than one set now would, because a clock was set back since.
pub(crate) fn waits_for_wrong_times(
    conn: &mut Conn,
    moment: (DateTime<Utc>, NaiveDate),
    lease: TimeDelta,
) -> QueryResult<bool> {
    let FurthestTimes { lease, wait, day } = FurthestTimes::of(moment, lease);
    Ok(diesel::select(exists(message::table.filter(leased_beyond(lease)))).get_result(conn)?
        || diesel::select(exists(message::table.filter(waits_beyond(wait)))).get_result(conn)?
        || diesel::select(exists(message::table.filter(put_off_beyond(day)))).get_result(conn)?)
}

/// Where a clock was set back, brings leases and waits that reach further than any set now would down to that: a
/// message must not wait for a time that was wrong. A lease still lasts its two minutes from now, so that whoever has
/// the message can end.
pub(crate) fn heed_the_clock(
    conn: &mut Conn,
    moment: (DateTime<Utc>, NaiveDate),
    lease: TimeDelta,
) -> QueryResult<()> {
    let FurthestTimes { lease, wait, day } = FurthestTimes::of(moment, lease);
    diesel::update(message::table.filter(leased_beyond(lease)))
        .set(message::lease_until.eq(lease))
        .execute(conn)?;
    diesel::update(message::table.filter(waits_beyond(wait)))
        .set(message::next_attempt_at.eq(wait))
        .execute(conn)?;
    diesel::update(message::table.filter(put_off_beyond(day)))
        .set(message::not_before.eq(None::<NaiveDate>))
        .execute(conn)?;
    Ok(())
}
