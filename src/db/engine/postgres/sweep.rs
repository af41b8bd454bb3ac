//! Freeing what deleted rows took.

use std::thread::sleep;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::Conn;
use crate::db::{SweepOutcome, SweepWay};

/// How often, and how long after each other, it is tried: what other connections deleted is counted with a delay.
const TRIES: u32 = 3;
const TRIED_EVERY: Duration = Duration::from_secs(1);

#[derive(QueryableByName)]
struct TableList {
    #[diesel(sql_type = Text)]
    names: String,
}

#[derive(QueryableByName)]
struct DeadRows {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// Frees what deleted rows took, for new ones; or writes the tables anew, for which nobody else reads or writes them
/// meanwhile. What is still held by somebody's transaction, or may not be swept by this role, is left to a later sweep: the
/// server's own counts tell.
pub(crate) fn sweep(conn: &mut Conn, how: SweepWay) -> QueryResult<SweepOutcome> {
    let sql = match how {
        SweepWay::Free => "VACUUM (ANALYZE)".to_owned(),
        SweepWay::Rewrite => {
            // Nothing is ever taken out of the audit log.
            let all = "SELECT string_agg(quote_ident(relname), ', ' ORDER BY relname) AS names \
                       FROM pg_stat_user_tables WHERE schemaname = ANY (current_schemas(FALSE)) AND relname <> 'audit'";
            let TableList { names } = sql_query(all).get_result(conn)?;
            format!("VACUUM (FULL, ANALYZE) {names}")
        }
    };
    for tried in 0..TRIES {
        if tried > 0 {
            sleep(TRIED_EVERY);
        }
        conn.batch_execute(if tried > 0 { "VACUUM (ANALYZE)" } else { &sql })?;
        let dead = "SELECT COALESCE(SUM(n_dead_tup), 0)::bigint AS rows FROM pg_stat_user_tables \
                    WHERE schemaname = ANY (current_schemas(FALSE))";
        if sql_query(dead).get_result::<DeadRows>(conn)?.rows == 0 {
            return Ok(SweepOutcome::Clean);
        }
    }
    Ok(SweepOutcome::InUse)
}
