//! The first rows of a table: an index into which they don't come in order is made again once all rows are in, which takes
//! a fraction of keeping it up.

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Bool, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::Conn;

#[derive(QueryableByName)]
struct BareTable {
    #[diesel(sql_type = Bool)]
    bare: bool,
}

#[derive(QueryableByName)]
struct KeptUpIndex {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    made: String,
}

/// Has `fill` put the first rows into these tables, within a transaction. Where any has rows, all is kept up as they go in.
/// So is an index that keeps anything from being there twice, in whose order rows come, and one of closed versions, of
/// which first rows are none.
pub(crate) fn with_first_rows<T>(
    conn: &mut Conn,
    tables: &[&str],
    fill: impl FnOnce(&mut Conn) -> QueryResult<T>,
) -> QueryResult<T> {
    let mut kept_up = Vec::new();
    for table in tables {
        let bare = sql_query(format!("SELECT NOT EXISTS (SELECT 1 FROM {table}) AS bare"));
        if !bare.get_result::<BareTable>(conn)?.bare {
            return fill(conn);
        }
        let indexes = sql_query(
            "SELECT name, sql AS made FROM sqlite_master WHERE type = 'index' AND tbl_name = ? \
             AND sql LIKE 'CREATE INDEX %' AND sql NOT LIKE '% WHERE closed_by IS NOT NULL' ORDER BY name",
        );
        kept_up.extend(indexes.bind::<Text, _>(*table).load::<KeptUpIndex>(conn)?);
    }
    for KeptUpIndex { name, .. } in &kept_up {
        conn.batch_execute(&format!("DROP INDEX {name}"))?;
    }
    let filled = fill(conn)?;
    for KeptUpIndex { made, .. } in &kept_up {
        conn.batch_execute(made)?;
    }
    Ok(filled)
}
