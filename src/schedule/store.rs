//! The run ledger in the database: one row a slot of a job, unique on both.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::due::{LEASE, LedgerLine, RunLedger, RunOutcome};
use super::expression::Slot;
use super::job::ScheduledJob;
use crate::db::schema::job_run;
use crate::db::{Conn, DbResult, Lock, TextsIn, expect_held, reword};

/// How long a run is kept in the ledger. What was mailed, imported or reported has records of its own; without an end a
/// job that runs every minute would fill the database.
const KEPT: TimeDelta = TimeDelta::days(92);

/// What is written of a run that was cut off, once a later slot of the job is begun.
const CUT_OFF: &str = "cut off before it ended: the daemon was stopped or killed";

#[derive(Queryable, Selectable)]
#[diesel(table_name = job_run)]
struct RunRow {
    job: String,
    slot: NaiveDateTime,
    started_at: NaiveDateTime,
    finished_at: Option<NaiveDateTime>,
    lease_until: NaiveDateTime,
    outcome: Option<String>,
    detail: String,
}

impl From<RunRow> for LedgerLine {
    fn from(row: RunRow) -> Self {
        LedgerLine {
            job: row.job,
            slot: Slot(row.slot.and_utc()),
            started_at: row.started_at.and_utc(),
            finished_at: row.finished_at.map(|at| at.and_utc()),
            lease_until: row.lease_until.and_utc(),
            // The table admits no other words than those known.
            outcome: row.outcome.as_deref().and_then(RunOutcome::parse),
            detail: row.detail,
        }
    }
}

/// A run this process has begun. Only it can renew or finish it, as long as its lease is not taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotClaim {
    id: i32,
    started_at: NaiveDateTime,
}

/// Whether a slot may be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotBegin {
    /// It is ours to run.
    Begun(SlotClaim),
    /// It was run well already, or this job is at work, here or in another process.
    AlreadyTaken,
}

/// Whether what was written still counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunWritten {
    /// It is in the ledger.
    Written,
    /// The lease had run out and another process has taken the slot: the ledger is theirs.
    TakenOver,
}

/// Begins a slot: takes it for ourselves, unless it is taken. Call it with [`Lock::Schedule`]: it reads
/// before it writes.
pub fn begin(conn: &mut Conn, job: &str, slot: Slot, now: DateTime<Utc>) -> DbResult<SlotBegin> {
    expect_held(Lock::Schedule);
    if is_at_work(conn, job, now)? || is_overtaken(conn, job, slot, now)? {
        return Ok(SlotBegin::AlreadyTaken);
    }
    give_up_on_earlier(conn, job, slot, now)?;
    forget_old(conn, job, slot)?;
    let started_at = now.naive_utc();
    let lease_until = (now + LEASE).naive_utc();
    let mine = (job_run::started_at.eq(started_at), job_run::lease_until.eq(lease_until));
    let taken_again = diesel::update(job_run::table)
        .filter(job_run::job.eq(job).and(job_run::slot.eq(slot.0.naive_utc())))
        .filter(job_run::finished_at.is_null().or(job_run::outcome.eq(RunOutcome::Failed.as_str())))
        .set((
            mine,
            job_run::finished_at.eq(None::<NaiveDateTime>),
            job_run::outcome.eq(None::<String>),
            job_run::detail.eq(""),
        ))
        .returning(job_run::id)
        .get_result(conn)
        .optional()?;
    let id = match taken_again {
        Some(id) => Some(id),
        None => diesel::insert_into(job_run::table)
            .values((job_run::job.eq(job), job_run::slot.eq(slot.0.naive_utc()), mine))
            .on_conflict_do_nothing()
            .returning(job_run::id)
            .get_result(conn)
            .optional()?,
    };
    Ok(id.map_or(SlotBegin::AlreadyTaken, |id| SlotBegin::Begun(SlotClaim { id, started_at })))
}

/// Whether somebody is at work on the job, on whichever slot.
fn is_at_work(conn: &mut Conn, job: &str, now: DateTime<Utc>) -> DbResult<bool> {
    let open: Vec<RunRow> = job_run::table
        .filter(job_run::job.eq(job).and(job_run::finished_at.is_null()))
        .order(job_run::slot)
        .select(RunRow::as_select())
        .load(conn)?;
    Ok(open.into_iter().map(LedgerLine::from).any(|run| run.is_at_work(now)))
}

/// Whether a later slot was begun meanwhile, by another process or a later tick: this one is then made up for.
fn is_overtaken(conn: &mut Conn, job: &str, slot: Slot, now: DateTime<Utc>) -> DbResult<bool> {
    let later = job_run::table
        .filter(job_run::job.eq(job))
        .filter(job_run::slot.gt(slot.0.naive_utc()).and(job_run::slot.le(now.naive_utc())));
    diesel::select(diesel::dsl::exists(later)).get_result(conn)
}

/// Closes what was cut off before `slot` and will never be run, so that it shows as what it is.
fn give_up_on_earlier(conn: &mut Conn, job: &str, slot: Slot, now: DateTime<Utc>) -> DbResult<()> {
    diesel::update(job_run::table)
        .filter(job_run::job.eq(job).and(job_run::slot.lt(slot.0.naive_utc())))
        .filter(job_run::finished_at.is_null())
        .set((
            job_run::finished_at.eq(now.naive_utc()),
            job_run::outcome.eq(RunOutcome::Failed.as_str()),
            job_run::detail.eq(CUT_OFF),
        ))
        .execute(conn)?;
    Ok(())
}

/// Drops what is too old to keep; not where the ledger of the job began, which says what there is to make up for.
fn forget_old(conn: &mut Conn, job: &str, slot: Slot) -> DbResult<()> {
    let before = (slot.0 - KEPT).naive_utc();
    diesel::delete(job_run::table)
        .filter(job_run::job.eq(job).and(job_run::slot.lt(before)))
        .filter(job_run::outcome.ne(RunOutcome::Skipped.as_str()))
        .execute(conn)?;
    Ok(())
}

/// Keeps a run ours while its job is at work.
pub fn renew(conn: &mut Conn, claim: &SlotClaim, now: DateTime<Utc>) -> DbResult<RunWritten> {
    let renewed = diesel::update(job_run::table)
        .filter(job_run::id.eq(claim.id).and(job_run::started_at.eq(claim.started_at)))
        .filter(job_run::finished_at.is_null())
        .set(job_run::lease_until.eq((now + LEASE).naive_utc()))
        .execute(conn)?;
    Ok(if renewed == 1 { RunWritten::Written } else { RunWritten::TakenOver })
}

/// Writes down what came of a run.
pub fn finish(
    conn: &mut Conn,
    claim: &SlotClaim,
    now: DateTime<Utc>,
    outcome: RunOutcome,
    detail: &str,
) -> DbResult<RunWritten> {
    let finished = diesel::update(job_run::table)
        .filter(job_run::id.eq(claim.id).and(job_run::started_at.eq(claim.started_at)))
        .filter(job_run::finished_at.is_null())
        .set((
            job_run::finished_at.eq(now.naive_utc()),
            job_run::outcome.eq(outcome.as_str()),
            job_run::detail.eq(detail),
        ))
        .execute(conn)?;
    Ok(if finished == 1 { RunWritten::Written } else { RunWritten::TakenOver })
}

/// Counts a slot as dealt with, unrun, for this reason. A slot that is in the ledger stays as it is; gives how many are
/// new there.
pub fn skip(conn: &mut Conn, job: &str, slot: Slot, why: &str, now: DateTime<Utc>) -> DbResult<usize> {
    diesel::insert_into(job_run::table)
        .values((
            job_run::job.eq(job),
            job_run::slot.eq(slot.0.naive_utc()),
            job_run::started_at.eq(now.naive_utc()),
            job_run::finished_at.eq(now.naive_utc()),
            job_run::lease_until.eq(now.naive_utc()),
            job_run::outcome.eq(RunOutcome::Skipped.as_str()),
            job_run::detail.eq(why),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
}

/// Counts the latest slot of a job as passed where a database is taken into use: it is not run, nor run again where it
/// failed or was cut off. One that was run well stays as it is. Says whether there was something to pass over.
pub(crate) fn pass_over(conn: &mut Conn, job: &str, slot: Slot, now: DateTime<Utc>) -> DbResult<bool> {
    const WHY: &str = "the database was taken into use here: what had passed is not made up for";
    let unfinished = job_run::finished_at.is_null().and(job_run::slot.le(now.naive_utc()));
    let failed = job_run::outcome.eq(RunOutcome::Failed.as_str()).and(job_run::slot.eq(slot.0.naive_utc()));
    let again = diesel::update(job_run::table)
        .filter(job_run::job.eq(job).and(unfinished.or(failed.assume_not_null())))
        .set((
            job_run::finished_at.eq(now.naive_utc()),
            job_run::lease_until.eq(now.naive_utc()),
            job_run::outcome.eq(RunOutcome::Skipped.as_str()),
            job_run::detail.eq(WHY),
        ))
        .execute(conn)?;
    Ok(again + skip(conn, job, slot, WHY, now)? > 0)
}

/// Writes in place of what came of runs what `reworded` gives of it, if anything.
pub(crate) fn forget_words(conn: &mut Conn, reworded: impl Fn(&str) -> Option<String>) -> DbResult<()> {
    reword(conn, &TextsIn::of("job_run", "detail"), reworded)
}

/// The latest run at or before `now` of each of `jobs`, for [`due`](super::due()) and the overview.
pub fn ledger(conn: &mut Conn, jobs: &[ScheduledJob], now: DateTime<Utc>) -> DbResult<RunLedger> {
    let last = |job: &ScheduledJob| {
        let row = job_run::table
            .filter(job_run::job.eq(job.name).and(job_run::slot.le(now.naive_utc())))
            .order(job_run::slot.desc())
            .select(RunRow::as_select())
            .first(conn)
            .optional();
        row.map(|row| row.map(LedgerLine::from)).transpose()
    };
    jobs.iter().filter_map(last).collect()
}

/// The days (of UTC) on which jobs were begun, as far back as the ledger goes.
pub(crate) fn days_at_work(conn: &mut Conn) -> DbResult<Vec<chrono::NaiveDate>> {
    let begun: Vec<NaiveDateTime> =
        job_run::table.order(job_run::started_at).select(job_run::started_at).load(conn)?;
    Ok(begun.into_iter().map(|at| at.date()).collect())
}

/// The slot of the job from which on what was missed is made up for: the one passed over at the daemon's first start, or
/// when the database was last taken into use.
pub(crate) fn counted_from(conn: &mut Conn, job: &str) -> DbResult<Option<Slot>> {
    let of_job = job_run::table.filter(job_run::job.eq(job));
    let passed: Option<NaiveDateTime> = of_job
        .filter(job_run::outcome.eq(RunOutcome::Skipped.as_str()))
        .select(diesel::dsl::max(job_run::slot))
        .first(conn)?;
    let slot = match passed {
        Some(passed) => Some(passed),
        None => of_job.select(diesel::dsl::min(job_run::slot)).first(conn)?,
    };
    Ok(slot.map(|slot| Slot(slot.and_utc())))
}

/// When the job last ended well.
pub(crate) fn last_done(conn: &mut Conn, job: &str) -> DbResult<Option<DateTime<Utc>>> {
    let done: Option<NaiveDateTime> = job_run::table
        .filter(job_run::job.eq(job).and(job_run::outcome.eq(RunOutcome::Done.as_str())))
        .select(diesel::dsl::max(job_run::finished_at))
        .first(conn)?;
    Ok(done.map(|at| at.and_utc()))
}

/// The latest runs of all jobs, newest slot first, at most `limit`.
pub fn last_runs(conn: &mut Conn, limit: u32) -> DbResult<Vec<LedgerLine>> {
    let rows: Vec<RunRow> = job_run::table
        .order((job_run::slot.desc(), job_run::job))
        .limit(i64::from(limit))
        .select(RunRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(LedgerLine::from).collect())
}
