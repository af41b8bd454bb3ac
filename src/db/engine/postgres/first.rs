//! The first rows of a table: its indexes and references are made again once all rows are in, which takes a fraction of
//! keeping them up (spec 20.4).

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Bool, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::Conn;

#[derive(QueryableByName)]
struct BareTable {
    #[diesel(sql_type = Bool)]
    bare: bool,
}

/// How an index or a reference is taken away, and made again.
#[derive(QueryableByName)]
struct KeptUp {
    #[diesel(sql_type = Text)]
    taken: String,
    #[diesel(sql_type = Text)]
    made: String,
}

/// Has `fill` put the first rows into these tables, within a transaction and under the register's lock. Where any has rows,
/// or is another role's, all is kept up as the rows go in. Readers of the tables wait until the transaction ends.
pub(crate) fn with_first_rows<T>(
    conn: &mut Conn,
    tables: &[&str],
    fill: impl FnOnce(&mut Conn) -> QueryResult<T>,
) -> QueryResult<T> {
    let mut kept_up = Vec::new();
    for table in tables {
        if !is_bare(conn, table)? {
            return fill(conn);
        }
        kept_up.extend(what_is_kept_up(conn, table)?);
    }
    for one in &kept_up {
        conn.batch_execute(&one.taken)?;
    }
    let filled = fill(conn)?;
    for one in &kept_up {
        conn.batch_execute(&one.made)?;
    }
    for table in tables {
        // How many there are now is known to whoever plans a query only so.
        conn.batch_execute(&format!("ANALYZE {table}"))?;
    }
    Ok(filled)
}

/// Whether a table has no rows, and may be changed by this role.
fn is_bare(conn: &mut Conn, table: &str) -> QueryResult<bool> {
    let query = format!(
        "SELECT pg_has_role(current_user, relowner, 'USAGE') AND NOT EXISTS (SELECT 1 FROM {table}) AS bare \
         FROM pg_class WHERE oid = '{table}'::regclass"
    );
    Ok(sql_query(query).get_result::<BareTable>(conn)?.bare)
}

/// The references and secondary indexes of a table.
fn what_is_kept_up(conn: &mut Conn, table: &str) -> QueryResult<Vec<KeptUp>> {
    sql_query(format!(
        "SELECT 'ALTER TABLE {table} DROP CONSTRAINT ' || quote_ident(conname) AS taken, \
         'ALTER TABLE {table} ADD CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid) AS made \
         FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype IN ('f', 'u') \
         UNION ALL \
         SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index i \
         WHERE indrelid = '{table}'::regclass AND NOT indisprimary \
         AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND contype = 'u') \
         ORDER BY 1"
    ))
    .load(conn)
}
