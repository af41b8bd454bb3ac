//! The side of a move that is an SQLite file.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{Connection, QueryResult, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::neutral::{Column, ColumnKind, Table, TextRow, literal, quoted, tables_of};
use super::side::{Rows, Side, failed};
use crate::db::conn::Home;
use crate::db::error::DbError;
use crate::db::moving::MoveError;
use crate::db::versions;
use crate::files::private;

/// The steps that make the tables of a file.
const STEPS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// The path in a URL of a file; `None` where it is another kind of URL.
pub(super) fn path_of(url: &str) -> Option<PathBuf> {
    match url.split_once(':') {
        Some(("sqlite", path)) => Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path))),
        Some((scheme, _)) if scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric()) => None,
        _ => Some(PathBuf::from(url)),
    }
}

/// An SQLite file.
pub(super) struct FileSide {
    path: PathBuf,
    shown: String,
    conn: SqliteConnection,
    /// Whether the move has made it, so that nobody misses it.
    is_made: bool,
}

impl FileSide {
    /// The file, which is there.
    pub(super) fn found(path: PathBuf) -> Result<Self, MoveError> {
        if !path.exists() {
            return Err(DbError::Missing(path.display().to_string()).into());
        }
        refuse_in_use(&path)?;
        let conn = connect(&path)?;
        Ok(Self { shown: path.display().to_string(), path, conn, is_made: false })
    }

    /// The file, which is made with its tables where it isn't there.
    pub(super) fn found_or_made(path: PathBuf) -> Result<Self, MoveError> {
        if path.exists() {
            return Self::found(path);
        }
        let failed = |error: std::io::Error| DbError::Open(path.display().to_string(), error.to_string());
        private::make_folder(path.parent().unwrap_or(Path::new(""))).map_err(failed)?;
        drop(private::make_new_file(&path).map_err(failed)?);
        let conn = connect(&path)?;
        let mut side = Self { shown: path.display().to_string(), path, conn, is_made: true };
        let made = side.make_tables();
        if made.is_err() {
            side.give_up();
        }
        made.map(|()| side)
    }

    fn make_tables(&mut self) -> Result<(), MoveError> {
        let shown = self.shown.clone();
        let failed = |error: String| DbError::Migrate(shown.clone(), error);
        self.conn.batch_execute("PRAGMA journal_mode = WAL").map_err(|error| failed(error.to_string()))?;
        self.conn.run_pending_migrations(STEPS).map_err(|error| failed(error.to_string()))?;
        let note =
            format!("INSERT INTO program_version (id, version) VALUES (1, {})", literal(versions::OURS));
        self.conn.batch_execute(&note).map_err(|error| failed(error.to_string()))?;
        Ok(())
    }

    fn remove(&self) {
        for ending in ["", "-wal", "-shm", "-instant"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(ending);
            // What isn't there need not be removed; what can't be is empty.
            let _ = std::fs::remove_file(name);
        }
    }
}

fn connect(path: &Path) -> Result<SqliteConnection, DbError> {
    let failed = |error: String| DbError::Open(path.display().to_string(), error);
    let mut conn =
        SqliteConnection::establish(&path.to_string_lossy()).map_err(|error| failed(error.to_string()))?;
    conn.batch_execute("PRAGMA busy_timeout = 0; PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL")
        .map_err(|error| failed(error.to_string()))?;
    Ok(conn)
}

/// Refuses a file that anybody else has open: they keep others from having it alone, also while they do nothing.
fn refuse_in_use(path: &Path) -> Result<(), MoveError> {
    let place = path.display().to_string();
    let mut alone = SqliteConnection::establish(&path.to_string_lossy())
        .map_err(|error| DbError::Open(place.clone(), error.to_string()))?;
    alone
        .batch_execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT")
        .map_err(|error| MoveError::InUse { place, why: error.to_string() })
}

impl Side for FileSide {
    fn place(&self) -> &str {
        &self.shown
    }

    fn home(&mut self) -> Result<Home, MoveError> {
        Ok(Home::File(self.path.clone()))
    }

    fn begin(&mut self) -> QueryResult<()> {
        self.conn.batch_execute("BEGIN IMMEDIATE")
    }

    fn catalogue(&mut self) -> Result<Vec<Table>, MoveError> {
        let query = "SELECT m.name, c.name, c.type, CAST(c.pk AS TEXT) FROM sqlite_master m \
                     JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' \
                     AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' ORDER BY m.name, c.name";
        let rows = self.texts(query).map_err(|error| failed(&self.shown, "reading its tables", &error))?;
        tables_of(&rows, |written| {
            Some(match written {
                "INTEGER" | "BIGINT" => ColumnKind::Integer,
                "TEXT" => ColumnKind::Text,
                "BOOLEAN" => ColumnKind::Truth,
                "DATE" => ColumnKind::Day,
                "TIMESTAMP" => ColumnKind::Instant,
                "BLOB" => ColumnKind::Bytes,
                _ => return None,
            })
        })
    }

    fn rows(&mut self, table: &Table) -> QueryResult<Rows<'_>> {
        let rows = sql_query(table.select(as_text)).load_iter::<TextRow, _>(&mut self.conn)?;
        Ok(Box::new(rows))
    }

    fn finer_than_microseconds(&mut self, table: &Table) -> QueryResult<u64> {
        let instants = table.columns.iter().filter(|column| column.kind == ColumnKind::Instant);
        let finer: Vec<String> = instants
            .map(|column| {
                let name = quoted(&column.name);
                format!("COUNT(CASE WHEN trim(substr({name}, 27), '0') <> '' THEN 1 END)")
            })
            .collect();
        if finer.is_empty() {
            return Ok(0);
        }
        let query = format!("SELECT CAST({} AS TEXT) FROM {}", finer.join(" + "), quoted(&table.name));
        Ok(self.texts(&query)?.first().and_then(|row| row.text(0).parse().ok()).unwrap_or_default())
    }

    fn insert(&mut self, table: &Table, mut rows: Vec<TextRow>) -> QueryResult<()> {
        let pieces = pieces(table);
        for row in &mut rows {
            for (value, column) in row.0.iter_mut().zip(&table.columns) {
                if let (Some(text), ColumnKind::Instant) = (value, column.kind) {
                    let digits = text.trim_end_matches("000").len();
                    // As the file spells them, so that equal instants are equal texts: in none, three or six digits.
                    text.truncate(if text.ends_with(".000000") { digits - 1 } else { digits });
                }
            }
            OneRow { pieces: &pieces, row }.execute(&mut self.conn)?;
        }
        Ok(())
    }

    fn set_aside(&mut self) -> QueryResult<Vec<String>> {
        let query = "SELECT 'DROP ' || type || ' \"' || name || '\"', sql FROM sqlite_master \
                     WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid";
        let mut put_back = Vec::new();
        for row in self.texts(query)? {
            self.run(row.text(0))?;
            put_back.push(row.text(1).to_owned());
        }
        Ok(put_back)
    }

    fn settle(&mut self, _: &[Table]) -> QueryResult<()> {
        let dangling = self.texts("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")?;
        match dangling.first() {
            None => Ok(()),
            Some(row) => Err(diesel::result::Error::QueryBuilderError(
                format!("a row of {} refers to nothing", row.text(0)).into(),
            )),
        }
    }

    fn run(&mut self, sql: &str) -> QueryResult<()> {
        self.conn.batch_execute(sql)
    }

    fn texts(&mut self, sql: &str) -> QueryResult<Vec<TextRow>> {
        sql_query(sql).load(&mut self.conn)
    }

    fn drop_all(&mut self) -> QueryResult<()> {
        self.remove();
        Ok(())
    }

    fn give_up(&mut self) {
        if self.is_made {
            self.remove();
        }
    }
}

/// How a column becomes text.
fn as_text(column: &Column) -> String {
    let name = quoted(&column.name);
    match column.kind {
        ColumnKind::Text | ColumnKind::Day => name,
        ColumnKind::Integer => format!("CAST({name} AS TEXT)"),
        ColumnKind::Truth => format!("CASE WHEN {name} THEN 't' WHEN NOT {name} THEN 'f' END"),
        ColumnKind::Instant => {
            format!(
                "replace(substr({name}, 1, 19), 'T', ' ') || '.' || substr(substr({name}, 21) || '000000', 1, 6)"
            )
        }
        ColumnKind::Bytes => format!("lower(hex({name}))"),
    }
}

/// The text of an insert before, between and after its values.
fn pieces(table: &Table) -> Vec<String> {
    let mut pieces = vec![format!("{} VALUES (", table.column_list())];
    let mut before = "";
    for column in &table.columns {
        let (opens, closes) = match column.kind {
            ColumnKind::Text | ColumnKind::Day | ColumnKind::Instant => ("", ""),
            ColumnKind::Integer => ("CAST(", " AS INTEGER)"),
            ColumnKind::Truth => ("(", " = 't')"),
            ColumnKind::Bytes => ("unhex(", ")"),
        };
        if let Some(last) = pieces.last_mut() {
            last.push_str(before);
            last.push_str(opens);
        }
        pieces.push(closes.to_owned());
        before = ", ";
    }
    if let Some(last) = pieces.last_mut() {
        last.push(')');
    }
    pieces
}

/// The insert of one row, which is prepared once for all rows of its table.
struct OneRow<'r> {
    pieces: &'r [String],
    row: &'r TextRow,
}

impl QueryId for OneRow<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Sqlite> for OneRow<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let mut values = self.row.0.iter();
        for piece in self.pieces {
            out.push_sql(piece);
            if let Some(value) = values.next() {
                out.push_bind_param::<Nullable<Text>, _>(value)?;
            }
        }
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for OneRow<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_from_other_urls() {
        for (url, path) in [
            ("sqlite:r.db", Some("r.db")),
            ("sqlite:///var/lib/r.db", Some("/var/lib/r.db")),
            ("r.db", Some("r.db")),
            ("postgresql://h/r", None),
            ("postgres://h/r", None),
        ] {
            assert_eq!(path_of(url), path.map(PathBuf::from), "{url}");
        }
    }
}
