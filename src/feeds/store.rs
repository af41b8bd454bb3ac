//! The table `api_run`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::{BroughtOutcome, KEPT_DAYS, KeptRun, RunRequest};
use crate::db::Conn;
use crate::db::schema::api_run;

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_run)]
struct KeptRunRow {
    name: String,
    api_token_id: i32,
    idempotency_key: Option<String>,
    request: String,
    content_hash: String,
    import_id: Option<i32>,
    status: i32,
    document: String,
}

fn rebuilt(row: KeptRunRow) -> QueryResult<KeptRun> {
    let outcome = BroughtOutcome::of_status(row.status).ok_or_else(|| {
        diesel::result::Error::DeserializationError(format!("{} is no status of a run", row.status).into())
    })?;
    let request = RunRequest {
        name: row.name,
        token: row.api_token_id,
        key: row.idempotency_key,
        request: row.request,
        content_hash: row.content_hash,
    };
    Ok(KeptRun { request, outcome, import: row.import_id, document: row.document })
}

/// Keeps what a run came to, and forgets those that were kept long enough. Fails where another has its key.
pub(crate) fn keep_run(conn: &mut Conn, run: &KeptRun, now: DateTime<Utc>) -> QueryResult<()> {
    forget_old_runs(conn, now)?;
    let KeptRun { request, outcome, import, document } = run;
    diesel::insert_into(api_run::table)
        .values((
            api_run::name.eq(&request.name),
            api_run::api_token_id.eq(request.token),
            api_run::idempotency_key.eq(&request.key),
            api_run::request.eq(&request.request),
            api_run::content_hash.eq(&request.content_hash),
            api_run::recorded_at.eq(now.naive_utc()),
            api_run::import_id.eq(*import),
            api_run::status.eq(i32::from(outcome.status())),
            api_run::document.eq(document),
            api_run::rejected.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets the runs that were kept long enough.
pub(crate) fn forget_old_runs(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<()> {
    let old = now - TimeDelta::days(KEPT_DAYS);
    diesel::delete(api_run::table.filter(api_run::recorded_at.lt(old.naive_utc()))).execute(conn)?;
    Ok(())
}

/// Keeps the rows that a run rejected, as a file.
pub(crate) fn keep_rejected(conn: &mut Conn, name: &str, rows: &str) -> QueryResult<()> {
    diesel::update(api_run::table.filter(api_run::name.eq(name)))
        .set(api_run::rejected.eq(rows))
        .execute(conn)?;
    Ok(())
}

/// The run of this token that had this key, within the days that one is kept.
pub(crate) fn run_with_key(
    conn: &mut Conn,
    token: i32,
    key: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<KeptRun>> {
    let old = now - TimeDelta::days(KEPT_DAYS);
    let row: Option<KeptRunRow> = api_run::table
        .filter(api_run::api_token_id.eq(token).and(api_run::idempotency_key.eq(key)))
        .filter(api_run::recorded_at.ge(old.naive_utc()))
        .select(KeptRunRow::as_select())
        .first(conn)
        .optional()?;
    row.map(rebuilt).transpose()
}

/// The run of this token with this name.
pub(crate) fn run_named(conn: &mut Conn, token: i32, name: &str) -> QueryResult<Option<KeptRun>> {
    let row: Option<KeptRunRow> = api_run::table
        .filter(api_run::api_token_id.eq(token).and(api_run::name.eq(name)))
        .select(KeptRunRow::as_select())
        .first(conn)
        .optional()?;
    row.map(rebuilt).transpose()
}

/// The rows that an import rejected, as a file; `None` where none are kept.
pub(crate) fn rejected_of(conn: &mut Conn, import: i32) -> QueryResult<Option<String>> {
    api_run::table
        .filter(api_run::import_id.eq(import).and(api_run::rejected.ne("")))
        .order(api_run::id.desc())
        .select(api_run::rejected)
        .first(conn)
        .optional()
}

/// Forgets every answer: any may name somebody whose data is purged.
pub(crate) fn forget_runs(conn: &mut Conn) -> QueryResult<()> {
    diesel::delete(api_run::table).execute(conn)?;
    Ok(())
}
