//! Freeing what deleted rows took.

use std::thread::sleep;
use std::time::Duration;

use diesel::connection::{Connection, SimpleConnection};
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::Conn;
use super::transaction::is_lock_timeout;
use crate::db::upkeep::RewriteRight;
use crate::db::{SweepOutcome, SweepWay};

/// How often, and how long after each other, it is tried: what other connections deleted is counted with a delay.
const TRIES: u32 = 3;
const TRIED_EVERY: Duration = Duration::from_secs(1);

#[derive(QueryableByName)]
struct SweptTable {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    ours: bool,
}

#[derive(QueryableByName)]
struct DeadRows {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// Frees what deleted rows took, for new ones; or writes the tables anew, for which nobody else reads or writes them
/// meanwhile (spec 20.8). What is still held by somebody's transaction, or may not be swept by this role, is left to a later
/// sweep: the server's own counts tell.
pub(crate) fn sweep(conn: &mut Conn, how: SweepWay) -> QueryResult<SweepOutcome> {
    let tables = tables(conn)?;
    let all = tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>().join(", ");
    let mut to_rewrite: Vec<&SweptTable> = match how {
        SweepWay::Free => Vec::new(),
        SweepWay::Rewrite => tables.iter().filter(|table| table.ours && table.name != "audit").collect(),
    };
    for tried in 0..TRIES {
        if tried > 0 {
            sleep(TRIED_EVERY);
        }
        let mut held = Vec::new();
        for table in to_rewrite {
            if !rewritten(conn, &table.name)? {
                held.push(table);
            }
        }
        to_rewrite = held;
        conn.batch_execute(&format!("VACUUM (ANALYZE) {all}"))?;
        if to_rewrite.is_empty() && dead_rows(conn)? == 0 {
            return Ok(SweepOutcome::Clean);
        }
    }
    Ok(SweepOutcome::InUse)
}

/// Writes a table anew, unless somebody holds it for longer than a moment, as a backup does: who waits for a table to be alone
/// with it holds up all who come later.
fn rewritten(conn: &mut Conn, table: &str) -> QueryResult<bool> {
    let alone = format!("SET LOCAL lock_timeout = '2s'; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
    match conn.transaction(|conn| conn.batch_execute(&alone)) {
        Err(error) if is_lock_timeout(&error) => return Ok(false),
        tried => tried?,
    }
    conn.batch_execute(&format!("VACUUM (FULL, ANALYZE) {table}"))?;
    Ok(true)
}

/// The tables, in order of name, and whether this role may write them anew. Nothing is ever taken out of the audit log.
fn tables(conn: &mut Conn) -> QueryResult<Vec<SweptTable>> {
    sql_query(
        "SELECT quote_ident(s.relname) AS name, pg_has_role(current_user, c.relowner, 'USAGE') AS ours \
         FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid \
         WHERE s.schemaname = ANY (current_schemas(FALSE)) ORDER BY s.relname",
    )
    .load(conn)
}

fn dead_rows(conn: &mut Conn) -> QueryResult<i64> {
    let query = "SELECT COALESCE(SUM(n_dead_tup), 0)::bigint AS rows FROM pg_stat_user_tables \
                 WHERE schemaname = ANY (current_schemas(FALSE))";
    Ok(sql_query(query).get_result::<DeadRows>(conn)?.rows)
}

/// Whether this role may have the tables written anew: only who owns them.
pub(crate) fn rewrite_right(conn: &mut Conn) -> QueryResult<RewriteRight> {
    let theirs = tables(conn)?.iter().any(|table| !table.ours);
    Ok(if theirs { RewriteRight::OwnerAlone } else { RewriteRight::Asked })
}
