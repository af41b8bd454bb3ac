//! How a transaction begins: with its snapshot, or with its locks, and with how long it waits (spec 20.3).
//!
//! All that is set is set for the transaction, so that a pooler may hand the connection on after each.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt::Write;
use std::thread::sleep;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::connection::{
    AnsiTransactionManager, Instrumentation, InstrumentationEvent, SimpleConnection, TransactionManager,
};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Array, Bool, Integer, Nullable, Text, Timestamp};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::Conn;
use super::place::Place;
use crate::clock::Clock;
use crate::db::conn::{WriteTerms, WriterWait};
use crate::db::error::DbError;
use crate::db::locks::{Lock, Locks};

/// What tells our locks from those of other programs in the database.
pub(super) const OURS: i32 = 7265;

/// A statement that takes long is cut off, and so is a transaction that does nothing.
const LIMITS: &str =
    "SET LOCAL statement_timeout = '10min'; SET LOCAL idle_in_transaction_session_timeout = '60s'";

/// A transaction that reads one state of the database. A long scan begins at the beginning.
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL synchronize_seqscans = off";

/// Begins a transaction that reads the database as it is at its first statement.
pub(crate) fn begin_read(conn: &mut Conn) -> QueryResult<()> {
    begin(conn, &format!("{READ}; {LIMITS}"))
}

/// What another transaction sees, by the name that the server gave it: nobody may read by it once that one has ended.
pub(crate) struct SharedSnapshot(String);

/// Has others see what this transaction sees (spec 20.6).
pub(crate) fn share_snapshot(conn: &mut Conn) -> QueryResult<SharedSnapshot> {
    let row: SnapshotRow = sql_query("SELECT pg_export_snapshot() AS name").get_result(conn)?;
    Ok(SharedSnapshot(row.name))
}

#[derive(QueryableByName)]
struct SnapshotRow {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Begins a transaction that reads the database as another does.
pub(crate) fn begin_read_as(conn: &mut Conn, shared: &SharedSnapshot) -> QueryResult<()> {
    // The server's own name for it is made of digits, letters and hyphens.
    begin(conn, &format!("{READ}; SET TRANSACTION SNAPSHOT '{}'; {LIMITS}", shared.0))
}

/// Begins a transaction that writes, with these locks: each statement sees what was committed before it, so that what is
/// read under a lock is what the one before has left.
pub(crate) fn begin_write(conn: &mut Conn, locks: Locks, terms: WriteTerms) -> QueryResult<()> {
    let mut sql = begin_sql(locks, terms);
    for number in locks.numbers() {
        // A String takes whatever is written to it.
        let _ = write!(sql, "; SELECT pg_advisory_xact_lock({OURS}, {number})");
    }
    begin(conn, &sql)
}

/// As [`begin_write`], where nobody has any of the locks at this moment; whether it has begun.
pub(crate) fn begin_write_unless_busy(conn: &mut Conn, locks: Locks, terms: WriteTerms) -> QueryResult<bool> {
    begin(conn, &begin_sql(locks, terms))?;
    for number in locks.numbers() {
        let query = format!("SELECT pg_try_advisory_xact_lock({OURS}, {number}) AS had");
        let row: LockRow = sql_query(query).get_result(conn)?;
        if !row.had {
            AnsiTransactionManager::rollback_transaction(conn)?;
            return Ok(false);
        }
    }
    Ok(true)
}

#[derive(QueryableByName)]
struct LockRow {
    #[diesel(sql_type = Bool)]
    had: bool,
}

fn begin_sql(locks: Locks, terms: WriteTerms) -> String {
    // Whoever changes the register waits for a whole import.
    let patience = match terms.waits {
        WriterWait::Never => "'1s'",
        WriterWait::AWhile if locks.has(Lock::Register) => "'10min'",
        WriterWait::AWhile => "'30s'",
    };
    format!("BEGIN; {LIMITS}; SET LOCAL lock_timeout = {patience}")
}

/// Begins as it is said; where that fails half way, the connection is in no transaction.
fn begin(conn: &mut Conn, sql: &str) -> QueryResult<()> {
    PASSING.set(None);
    AnsiTransactionManager::begin_transaction_sql(conn, sql).inspect_err(|_| {
        // A connection that is lost is given up, and has none.
        let _ = conn.batch_execute("ROLLBACK");
    })
}

/// Has the connection commit and wait on other terms than before: each transaction says its own.
pub(crate) fn agree(_: &mut Conn, _: WriteTerms, _: WriteTerms) -> Result<(), DbError> {
    Ok(())
}

/// Those rows of a table that nobody else holds at this moment, by their ids, in their order: nobody changes them until the
/// transaction ends.
pub(crate) fn unlocked(conn: &mut Conn, table: &'static str, ids: Vec<i32>) -> QueryResult<Vec<i32>> {
    let query = format!("SELECT id FROM {table} WHERE id = ANY($1) ORDER BY id FOR UPDATE SKIP LOCKED");
    let rows: Vec<IdRow> = sql_query(query).bind::<Array<Integer>, _>(&ids).load(conn)?;
    let free: HashSet<i32> = rows.into_iter().map(|row| row.id).collect();
    Ok(ids.into_iter().filter(|id| free.contains(id)).collect())
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = Integer)]
    id: i32,
}

/// Puts a transaction back that failed.
pub(crate) fn put_back(conn: &mut Conn) -> QueryResult<()> {
    // A connection that is lost has put it back.
    let _ = AnsiTransactionManager::rollback_transaction(conn);
    Ok(())
}

/// What is done before a stamp: nothing.
pub(crate) fn before_stamped(_: &mut Conn) -> QueryResult<()> {
    Ok(())
}

/// What is done after what was stamped is committed: nothing.
pub(crate) fn after_stamped(_: &mut Conn) {}

#[derive(QueryableByName)]
struct InstantRow {
    #[diesel(sql_type = Timestamp)]
    now: NaiveDateTime,
}

/// The instant at which something is recorded: of the database's clock, which all nodes have in common, unless a clock was
/// set for the occasion.
pub(crate) fn now(conn: &mut Conn, clock: Clock) -> QueryResult<DateTime<Utc>> {
    match clock {
        Clock::Fixed(_) => Ok(clock.now()),
        Clock::System | Clock::OnDate(_) => {
            let query = "SELECT clock_timestamp() AT TIME ZONE 'UTC' AS now";
            let row: InstantRow = sql_query(query).get_result(conn)?;
            Ok(row.now.and_utc())
        }
    }
}

/// What a server says as it ends, and what is said of a connection without one.
const LOST: [&str; 6] = [
    "terminating connection",
    "server closed the connection",
    "connection to server",
    "no connection to the server",
    "SSL connection has been closed",
    "could not receive data from server",
];

/// What is said of a transaction that was in another's way, and the word for it.
const IN_THE_WAY: [(&str, &str); 3] = [
    ("deadlock detected", "deadlock"),
    ("due to lock timeout", LOCK_TIMEOUT),
    ("could not serialize", SERIALISATION),
];
const SERIALISATION: &str = "serialisation";
const LOCK_TIMEOUT: &str = "lock-timeout";
const CONNECTION_LOST: &str = "connection-lost";

/// Whether the connection is gone, so that another one may do better.
pub(crate) fn is_lost(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _) | Error::BrokenTransactionManager => {
            true
        }
        // A server that is shut down, or that restarts, says so before it closes.
        Error::DatabaseError(DatabaseErrorKind::Unknown, about) => {
            LOST.iter().any(|sign| about.message().contains(sign))
        }
        _ => false,
    }
}

/// The word for an error that passes, of a connection or of another transaction (spec 20.3); `None` of any other.
pub(crate) fn passes(error: &Error) -> Option<&'static str> {
    if is_lost(error) {
        return Some(CONNECTION_LOST);
    }
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Some(SERIALISATION),
        Error::DatabaseError(DatabaseErrorKind::Unknown, about) => {
            IN_THE_WAY.iter().find(|(sign, _)| about.message().contains(sign)).map(|(_, word)| *word)
        }
        _ => None,
    }
}

/// Whether a lock was waited for in vain.
pub(super) fn is_lock_timeout(error: &Error) -> bool {
    passes(error) == Some(LOCK_TIMEOUT)
}

thread_local! {
    /// The word for an error that passes, which this thread's transaction met.
    static PASSING: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Remembers what passes, whatever whoever asked the database makes of the error.
pub(super) struct PassingErrors;

impl Instrumentation for PassingErrors {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event
            && let Some(word) = passes(error)
        {
            PASSING.set(Some(word));
        }
    }
}

/// The word for an error that passes, which this thread's transaction met.
pub(crate) fn saw_what_passes() -> Option<&'static str> {
    PASSING.replace(None)
}

/// What tells afterwards whether a transaction was kept: its number.
pub(crate) struct CommitMark(String);

#[derive(QueryableByName)]
struct MarkRow {
    #[diesel(sql_type = Nullable<Text>)]
    said: Option<String>,
}

/// What tells afterwards whether this transaction was kept.
pub(crate) fn commit_mark(conn: &mut Conn) -> QueryResult<CommitMark> {
    let row: MarkRow = sql_query("SELECT pg_current_xact_id_if_assigned()::text AS said").get_result(conn)?;
    Ok(CommitMark(row.said.unwrap_or_default()))
}

/// How long an answer is waited for, once the server is back.
const ASKED_FOR: Duration = Duration::from_secs(30);

/// Whether a transaction was kept whose commit ended with this error; `None` where that can't be told, or where trying
/// again would do no good.
pub(crate) fn was_kept(
    error: &Error,
    mark: CommitMark,
    connect: impl Fn() -> Result<Conn, DbError>,
) -> Option<bool> {
    if !is_lost(error) {
        return passes(error).map(|_| false);
    }
    if mark.0.is_empty() {
        // It wrote nothing.
        return Some(true);
    }
    let query = format!("SELECT pg_xact_status('{}'::xid8) AS said", mark.0);
    let began = Instant::now();
    while began.elapsed() < ASKED_FOR {
        let said =
            connect().ok().and_then(|mut conn| sql_query(&query).get_result::<MarkRow>(&mut conn).ok());
        match said.and_then(|row| row.said).as_deref() {
            Some("committed") => return Some(true),
            Some("aborted") => return Some(false),
            // The server is not back yet, or still at it.
            _ => sleep(Duration::from_millis(250)),
        }
    }
    None
}

/// Has everything that was committed outlive a power cut, and with a synchronous standby the loss of the server: it does
/// when the commit is answered. Whoever is told by another server later that a mail is still to be sent would send it again.
pub(crate) fn make_last(_: &Place) -> Result<(), DbError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::*;
    use crate::db::schema::organisation;
    use crate::db::{Db, IfMissing};
    use crate::sample::database::url;

    #[test]
    fn whoever_begins_with_the_snapshot_of_another_sees_nothing_that_was_written_since() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("register.db")), IfMissing::Create).unwrap();
        let count = |conn: &mut Conn| organisation::table.count().get_result::<i64>(conn).unwrap();
        let mut first = db.pool.access().connect().unwrap();
        let mut second = db.pool.access().connect().unwrap();
        begin_read(&mut first).unwrap();
        let shared = share_snapshot(&mut first).unwrap();
        let written = db.write(Locks::ALL, |conn| {
            let row = (organisation::id.eq(1), organisation::code.eq("RXX"));
            diesel::insert_into(organisation::table).values(row).execute(conn)?;
            Ok(())
        });
        written.unwrap();
        begin_read_as(&mut second, &shared).unwrap();
        assert_eq!((count(&mut first), count(&mut second)), (0, 0));
        AnsiTransactionManager::commit_transaction(&mut first).unwrap();
        assert_eq!(count(&mut second), 0);
        AnsiTransactionManager::commit_transaction(&mut second).unwrap();
        assert_eq!(count(&mut second), 1);
        // Once nobody holds it, nobody can begin with it, and the connection is in no transaction.
        assert!(begin_read_as(&mut second, &shared).is_err());
        assert_eq!(count(&mut second), 1);
    }
}
