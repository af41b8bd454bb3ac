//! What is in a database: its tables and their columns, and the steps that make them.

use diesel::sql_types::Text;
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::Conn;

/// The steps of this engine.
pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

#[derive(QueryableByName)]
struct CatalogueName {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The names of the tables there are.
pub(crate) fn tables(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let query =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let rows: Vec<CatalogueName> = sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Whether a table has a column of this name.
pub(crate) fn has_column(conn: &mut Conn, table: &str, column: &str) -> QueryResult<bool> {
    let rows: Vec<CatalogueName> = sql_query("SELECT name FROM pragma_table_info(?) WHERE name = ?")
        .bind::<Text, _>(table)
        .bind::<Text, _>(column)
        .load(conn)?;
    Ok(!rows.is_empty())
}
