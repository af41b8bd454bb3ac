//! What rows refer to without its being declared, because declaring it would cost too much (spec 20.2).

use diesel::sql_types::Text;
use diesel::{OptionalExtension, QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::Conn;

/// A table, its column, and the table that it refers to.
pub(super) type UndeclaredReference = (&'static str, &'static str, &'static str);

#[derive(QueryableByName)]
struct DanglingTable {
    #[diesel(sql_type = Text)]
    said: String,
}

/// What is wrong, if some row refers to nothing by one of these.
pub(super) fn refers_to_nothing(
    conn: &mut Conn,
    undeclared: &[UndeclaredReference],
) -> QueryResult<Option<String>> {
    for (table, column, to) in undeclared {
        let query = format!(
            "SELECT '{table}' AS said FROM {table} WHERE {column} IS NOT NULL \
             AND {column} NOT IN (SELECT id FROM {to}) LIMIT 1"
        );
        if let Some(DanglingTable { said }) = sql_query(query).get_result(conn).optional()? {
            return Ok(Some(format!("a row of {said} refers to nothing by {column}")));
        }
    }
    Ok(None)
}
