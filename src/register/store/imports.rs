//! The history of imports: what every version refers to.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import};
use super::standing_imports::undone;
use crate::clock::Clock;
use crate::db::row::next_id;
use crate::db::schema::{import, import_organisation, organisation};
use crate::db::{Conn, Db, DbError, Lock, Locks, UNSTAMPED, expect_held};

/// Whether what was written within a transaction is to be kept.
#[derive(Debug)]
pub(crate) enum WriteAttempt<T> {
    /// Keep it.
    Keep(T),
    /// Put everything back as it was: a dry run, or a refusal.
    PutBack(T),
}

enum AttemptStop<T> {
    PutBack(T),
    Failed(DbError),
}

impl<T> From<DbError> for AttemptStop<T> {
    fn from(error: DbError) -> Self {
        Self::Failed(error)
    }
}

impl<T> From<diesel::result::Error> for AttemptStop<T> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// What an attempt holds.
const ATTEMPT_LOCKS: Locks = Locks::REGISTER.and(Locks::AUDIT);

/// Runs `write` in one transaction, and keeps or puts back what it wrote as it says; what is kept is stamped by `clock`.
pub(crate) fn attempt<T>(
    db: &Db,
    clock: Clock,
    mut write: impl FnMut(&mut Conn) -> Result<WriteAttempt<T>, DbError>,
) -> Result<T, DbError> {
    as_ended(db.try_write_stamped(ATTEMPT_LOCKS, clock, |conn| as_attempted(write(conn))))
}

/// [`attempt`], for a file's rows, of which there may be millions.
pub(crate) fn attempt_import<T>(
    db: &Db,
    clock: Clock,
    mut write: impl FnMut(&mut Conn) -> Result<WriteAttempt<T>, DbError>,
) -> Result<T, DbError> {
    as_ended(db.try_write_import(ATTEMPT_LOCKS, clock, |conn| as_attempted(write(conn))))
}

fn as_attempted<T>(written: Result<WriteAttempt<T>, DbError>) -> Result<T, AttemptStop<T>> {
    match written? {
        WriteAttempt::Keep(result) => Ok(result),
        WriteAttempt::PutBack(result) => Err(AttemptStop::PutBack(result)),
    }
}

fn as_ended<T>(outcome: Result<T, AttemptStop<T>>) -> Result<T, DbError> {
    match outcome {
        Ok(result) | Err(AttemptStop::PutBack(result)) => Ok(result),
        Err(AttemptStop::Failed(error)) => Err(error),
    }
}

/// What an import counted (spec 3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportCounts {
    /// Rows that are neither blank nor totals.
    pub rows: u64,
    /// Rows that changed something.
    pub applied: u64,
    /// Good rows that changed nothing.
    pub unchanged: u64,
    /// Rows that were understood and held nothing to keep.
    pub skipped: u64,
    /// Rejected lines.
    pub rejected: u64,
    /// People new to the register or back in post.
    pub joiners: u64,
    /// Other people about whom something changed.
    pub changes: u64,
    /// People no longer in post.
    pub leavers: u64,
    /// Training records added.
    pub records_added: u64,
    /// Training records corrected.
    pub records_corrected: u64,
}

/// An import about to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct NewImport<'a> {
    /// What was imported: `staff`, `training`, ..., or `configuration`.
    pub(crate) kind: &'a str,
    /// The file's name.
    pub(crate) file: &'a str,
    /// A hash of the file's content; empty where there is no file.
    pub(crate) content_hash: &'a str,
    /// The day the file speaks of.
    pub(crate) as_of: NaiveDate,
    /// Whether a staff list was taken as partial.
    pub(crate) partial: bool,
    /// Whether the brakes were overruled.
    pub(crate) forced: bool,
    /// What it counted.
    pub(crate) counts: ImportCounts,
    /// The import that it undoes, if it is an undo.
    pub(crate) undoes: Option<i32>,
}

/// Records an import and gives its id, with [`Lock::Register`]; its instant is put in at the end of [`Db::write_stamped`], so that instants and
/// ids have one order.
pub(crate) fn record_import(conn: &mut Conn, new: &NewImport<'_>) -> QueryResult<i32> {
    expect_held(Lock::Register);
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let next = next_id!(conn, import)?;
    diesel::insert_into(import::table)
        .values((
            import::id.eq(next),
            import::kind.eq(new.kind),
            import::file.eq(new.file),
            import::content_hash.eq(new.content_hash),
            import::as_of.eq(new.as_of),
            import::recorded_at.eq(UNSTAMPED),
            import::partial.eq(new.partial),
            import::forced.eq(new.forced),
            import::row_count.eq(count(new.counts.rows)),
            import::applied.eq(count(new.counts.applied)),
            import::unchanged.eq(count(new.counts.unchanged)),
            import::skipped.eq(count(new.counts.skipped)),
            import::rejected.eq(count(new.counts.rejected)),
            import::joiners.eq(count(new.counts.joiners)),
            import::changes.eq(count(new.counts.changes)),
            import::leavers.eq(count(new.counts.leavers)),
            import::records_added.eq(count(new.counts.records_added)),
            import::records_corrected.eq(count(new.counts.records_corrected)),
            import::undoes.eq(new.undoes),
        ))
        .returning(import::id)
        .get_result(conn)
}

/// Records which organisations an import touched, each once: the same file is recognised only while none of them has
/// had a later import of its kind.
pub(crate) fn touch(conn: &mut Conn, import: i32, organisations: &[i32]) -> QueryResult<()> {
    for organisation_id in organisations {
        diesel::insert_into(import_organisation::table)
            .values((
                import_organisation::import_id.eq(import),
                import_organisation::organisation_id.eq(organisation_id),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// An import as the history lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// Its id.
    pub id: i32,
    /// What was imported.
    pub kind: String,
    /// The file's name.
    pub file: String,
    /// The day the file spoke of.
    pub as_of: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Whether a staff list was taken as partial.
    pub partial: bool,
    /// Whether the brakes were overruled.
    pub forced: bool,
    /// What it counted.
    pub counts: ImportCounts,
    /// The import that it undoes, if it is an undo.
    pub undoes: Option<i32>,
    /// The undo that took it back, if that stands.
    pub undone_by: Option<i32>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = import)]
struct ImportRow {
    id: i32,
    kind: String,
    file: String,
    as_of: NaiveDate,
    recorded_at: chrono::NaiveDateTime,
    partial: bool,
    forced: bool,
    row_count: i64,
    applied: i64,
    unchanged: i64,
    rejected: i64,
    joiners: i64,
    changes: i64,
    leavers: i64,
    records_added: i64,
    records_corrected: i64,
    undoes: Option<i32>,
    skipped: i64,
}

/// Every import, newest first.
pub fn imports(conn: &mut Conn) -> QueryResult<Vec<ImportLine>> {
    let rows: Vec<ImportRow> =
        import::table.order(import::id.desc()).select(ImportRow::as_select()).load(conn)?;
    let undone = undone(conn, i32::MAX)?;
    Ok(rows.into_iter().map(|row| line(row, &undone)).collect())
}

/// The import with this id.
pub(crate) fn find_import(conn: &mut Conn, id: i32) -> QueryResult<Option<ImportLine>> {
    let row = import::table.find(id).select(ImportRow::as_select()).first(conn).optional()?;
    let undone = undone(conn, i32::MAX)?;
    Ok(row.map(|row| line(row, &undone)))
}

fn line(row: ImportRow, undone: &HashMap<i32, i32>) -> ImportLine {
    let count = |count: i64| u64::try_from(count).unwrap_or(0);
    ImportLine {
        id: row.id,
        kind: row.kind,
        file: row.file,
        as_of: row.as_of,
        recorded_at: row.recorded_at.and_utc(),
        partial: row.partial,
        forced: row.forced,
        counts: ImportCounts {
            rows: count(row.row_count),
            applied: count(row.applied),
            unchanged: count(row.unchanged),
            skipped: count(row.skipped),
            rejected: count(row.rejected),
            joiners: count(row.joiners),
            changes: count(row.changes),
            leavers: count(row.leavers),
            records_added: count(row.records_added),
            records_corrected: count(row.records_corrected),
        },
        undoes: row.undoes,
        undone_by: undone.get(&row.id).copied(),
    }
}

/// The codes of the organisations that an import touched, in order.
pub(crate) fn touched_organisations(conn: &mut Conn, import: i32) -> QueryResult<Vec<String>> {
    import_organisation::table
        .inner_join(organisation::table)
        .filter(import_organisation::import_id.eq(import))
        .order(organisation::code)
        .select(organisation::code)
        .load(conn)
}

/// The codes of the organisations that each import touched, in order.
pub(crate) fn touched(conn: &mut Conn) -> QueryResult<HashMap<i32, Vec<String>>> {
    let rows: Vec<(i32, String)> = import_organisation::table
        .inner_join(organisation::table)
        .order((import_organisation::import_id, organisation::code))
        .select((import_organisation::import_id, organisation::code))
        .load(conn)?;
    let mut touched: HashMap<i32, Vec<String>> = HashMap::new();
    for (import, code) in rows {
        touched.entry(import).or_default().push(code);
    }
    Ok(touched)
}

/// When each organisation, by code, last had a staff list that stands, as known then.
pub fn last_staff_imports(conn: &mut Conn, known: KnownAt) -> QueryResult<BTreeMap<String, DateTime<Utc>>> {
    let at = newest_import(conn, known)?;
    let undone = undone(conn, at)?;
    let rows: Vec<(String, i32, chrono::NaiveDateTime)> = import_organisation::table
        .inner_join(import::table)
        .inner_join(organisation::table)
        .filter(import::kind.eq("staff").and(import::id.le(at)))
        .order(import::id)
        .select((organisation::code, import::id, import::recorded_at))
        .load(conn)?;
    let standing = rows.into_iter().filter(|(_, id, _)| !undone.contains_key(id));
    Ok(standing.map(|(code, _, at)| (code, at.and_utc())).collect())
}

/// How many rows were rejected by imports that stand, as known then, and were recorded from `from` on and before
/// `until`: all, or those of imports that touched the organisation with this code.
pub fn rejected_rows(
    conn: &mut Conn,
    known: KnownAt,
    organisation_code: Option<&str>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<u64> {
    let mut query = import::table
        .filter(import::recorded_at.ge(from.naive_utc()).and(import::recorded_at.lt(until.naive_utc())))
        .select((import::id, import::rejected))
        .into_boxed();
    if let Some(code) = organisation_code {
        let touching = import_organisation::table
            .inner_join(organisation::table)
            .filter(organisation::code.eq(code))
            .select(import_organisation::import_id);
        query = query.filter(import::id.eq_any(touching));
    }
    let rejected: Vec<(i32, i64)> = query.load(conn)?;
    let at = newest_import(conn, known)?;
    let undone = undone(conn, at)?;
    let standing = rejected.into_iter().filter(|(id, _)| !undone.contains_key(id));
    Ok(standing.map(|(_, count)| u64::try_from(count).unwrap_or(0)).sum())
}
