//! What is in a database: its tables and their columns, and the steps that make them.

use diesel::sql_types::Text;
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::Conn;

/// The steps of this engine.
pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

#[derive(QueryableByName)]
struct CatalogueName {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The names of the tables there are where unqualified names are looked for.
pub(crate) fn tables(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let query = "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = ANY (current_schemas(FALSE)) \
                 ORDER BY tablename";
    let rows: Vec<CatalogueName> = sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Whether a table has a column of this name.
pub(crate) fn has_column(conn: &mut Conn, table: &str, column: &str) -> QueryResult<bool> {
    let query = "SELECT column_name::text AS name FROM information_schema.columns \
                 WHERE table_schema = ANY (current_schemas(FALSE)) AND table_name = $1 AND column_name = $2";
    let rows: Vec<CatalogueName> =
        sql_query(query).bind::<Text, _>(table).bind::<Text, _>(column).load(conn)?;
    Ok(!rows.is_empty())
}
