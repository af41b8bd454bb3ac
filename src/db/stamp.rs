//! The instant in its place: every column that holds the one at which something was recorded, and how it gets there.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeDelta, Utc};
use diesel::prelude::*;

use super::engine::{self, Conn};
use super::error::DbError;
use super::schema::{bounce, bounce_report, import, newest_instant, planning_run, policy_version, snapshot};
use crate::clock::Clock;

/// Stands for the instant of what is being recorded, until its transaction ends. Nothing else is as late.
pub(crate) const UNSTAMPED: NaiveDateTime = NaiveDateTime::new(
    match NaiveDate::from_ymd_opt(9999, 12, 31) {
        Some(day) => day,
        None => NaiveDate::MAX,
    },
    NaiveTime::MIN,
);

/// Each column that holds the instant at which something was recorded.
macro_rules! each_stamped {
    ($run:ident) => {
        $run!(import.recorded_at);
        $run!(policy_version.recorded_at);
        $run!(bounce_report.read_at);
        $run!(bounce.read_at);
        $run!(bounce.cleared_at);
        $run!(bounce.held_at);
        $run!(bounce.confirmed_at);
        $run!(snapshot.frozen_at);
        $run!(planning_run.recorded_at);
    };
}

pub(super) fn newest(conn: &mut Conn) -> QueryResult<Option<DateTime<Utc>>> {
    let at = newest_instant::table.select(newest_instant::at).first::<NaiveDateTime>(conn).optional()?;
    Ok(at.map(|at| at.and_utc()))
}

pub(super) fn stamp(conn: &mut Conn, clock: Clock) -> QueryResult<()> {
    let after = newest(conn)?.map(|newest| newest.trunc_subsecs(6) + TimeDelta::microseconds(1));
    let now = engine::now(conn, clock)?;
    let at = after.map_or(now, |after| after.max(now)).naive_utc();
    let mut stamped = 0;
    macro_rules! put {
        ($table:ident.$column:ident) => {
            stamped += diesel::update($table::table.filter($table::$column.eq(UNSTAMPED)))
                .set($table::$column.eq(at))
                .execute(conn)?;
        };
    }
    each_stamped!(put);
    if stamped > 0 {
        let moved = diesel::update(newest_instant::table).set(newest_instant::at.eq(at)).execute(conn)?;
        if moved == 0 {
            let first = (newest_instant::id.eq(1), newest_instant::at.eq(at));
            diesel::insert_into(newest_instant::table).values(first).execute(conn)?;
        }
    }
    Ok(())
}

/// What was recorded and would stay without its instant, in a transaction that stamps nothing: a fault of the program.
pub(super) fn refuse_unstamped(conn: &mut Conn) -> Result<(), DbError> {
    macro_rules! look {
        ($table:ident.$column:ident) => {
            let unstamped = $table::table.filter($table::$column.eq(UNSTAMPED));
            if diesel::select(diesel::dsl::exists(unstamped)).get_result(conn)? {
                let column = concat!(stringify!($table), ".", stringify!($column));
                return Err(DbError::GivenUp(format!("{column} would be kept without its instant")));
            }
        };
    }
    each_stamped!(look);
    Ok(())
}
