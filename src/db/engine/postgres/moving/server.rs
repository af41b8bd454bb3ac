//! The side of a move that a PostgreSQL server keeps.

use std::thread::sleep;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::pg::{Pg, PgConnection, PgRowByRowLoadingMode};
use diesel::sql_types::{Array, Nullable, Text};
use diesel::{QueryResult, RunQueryDsl, sql_query};

use super::super::place::Place;
use super::super::transaction::OURS;
use super::super::{opening, place as place_of};
use super::neutral::{Column, ColumnKind, Table, TextRow, quoted, tables_of};
use super::side::{Rows, Side, failed};
use crate::db::conn::Home;
use crate::db::moving::MoveError;

/// How long sessions that are ending are waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// The tables of ours: where unqualified names are looked for.
const OUR_TABLES: &str = "n.nspname = ANY (current_schemas(FALSE)) AND c.relkind = 'r'";

/// A database that a server keeps.
pub(super) struct ServerSide {
    place: Place,
    shown: String,
    conn: PgConnection,
}

impl ServerSide {
    /// The database at this URL.
    pub(super) fn found(url: &str) -> Result<Self, MoveError> {
        let (access, conn) = opening::existing_to_write(Place::of(url)?)?;
        let place = access.place().clone();
        let mut side = Self { shown: place.to_string(), place, conn };
        side.refuse_in_use()?;
        Ok(side)
    }

    fn refuse_in_use(&mut self) -> Result<(), MoveError> {
        let query = "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() \
                     AND pid <> pg_backend_pid() AND application_name LIKE 'refresher%' ORDER BY application_name LIMIT 1";
        let began = Instant::now();
        loop {
            let users =
                self.texts(query).map_err(|error| failed(&self.shown, "asking who uses it", &error))?;
            match users.first() {
                None => return Ok(()),
                // Whoever has ended is shown for a moment more.
                Some(_) if began.elapsed() < PATIENCE => sleep(Duration::from_millis(50)),
                Some(user) => {
                    let why = format!("by {}", user.text(0));
                    return Err(MoveError::InUse { place: self.shown.clone(), why });
                }
            }
        }
    }

    fn each(
        &mut self,
        query: &str,
        mut with: impl FnMut(&mut Self, &TextRow) -> QueryResult<()>,
    ) -> QueryResult<()> {
        let rows = self.texts(query)?;
        rows.iter().try_for_each(|row| with(self, row))
    }
}

impl Side for ServerSide {
    fn place(&self) -> &str {
        &self.shown
    }

    fn home(&mut self) -> Result<Home, MoveError> {
        Ok(place_of::home(&self.place, &mut self.conn)?)
    }

    fn begin(&mut self) -> QueryResult<()> {
        self.run(
            "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; \
             SET LOCAL lock_timeout = '5s'; SET LOCAL synchronize_seqscans = off",
        )?;
        self.run(&format!("SELECT pg_advisory_xact_lock({OURS}, lock) FROM generate_series(1, 5) lock"))?;
        let tables = format!(
            "SELECT string_agg(quote_ident(c.relname), ', ' ORDER BY c.relname) FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OUR_TABLES}"
        );
        // Outcomes of deliveries are recorded without any of those locks.
        match self.texts(&tables)?.first().map(|row| row.text(0)) {
            None | Some("") => Ok(()),
            Some(tables) => self.run(&format!("LOCK TABLE {tables} IN SHARE MODE")),
        }
    }

    fn catalogue(&mut self) -> Result<Vec<Table>, MoveError> {
        let query = format!(
            "SELECT c.relname::text AS t, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, \
             COALESCE(array_position(k.conkey, a.attnum), 0)::text AS key FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p' \
             WHERE {OUR_TABLES} AND c.relname NOT LIKE '\\_\\_diesel%' \
             ORDER BY c.relname::text COLLATE \"C\", a.attname::text COLLATE \"C\""
        );
        let rows = self.texts(&query).map_err(|error| failed(&self.shown, "reading its tables", &error))?;
        tables_of(&rows, |written| {
            Some(match written {
                "integer" | "bigint" => ColumnKind::Integer,
                "text" => ColumnKind::Text,
                "boolean" => ColumnKind::Truth,
                "date" => ColumnKind::Day,
                "timestamp(6) without time zone" => ColumnKind::Instant,
                "bytea" => ColumnKind::Bytes,
                _ => return None,
            })
        })
    }

    fn rows(&mut self, table: &Table) -> QueryResult<Rows<'_>> {
        let rows =
            sql_query(table.select(as_text)).load_iter::<TextRow, PgRowByRowLoadingMode>(&mut self.conn)?;
        Ok(Box::new(rows))
    }

    fn finer_than_microseconds(&mut self, _: &Table) -> QueryResult<u64> {
        Ok(0)
    }

    fn insert(&mut self, table: &Table, rows: Vec<TextRow>) -> QueryResult<()> {
        let mut columns: Vec<Vec<Option<String>>> =
            table.columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
        for row in rows {
            for (column, value) in columns.iter_mut().zip(row.0) {
                column.push(value);
            }
        }
        let mut insert = sql_query(insert_of_arrays(table)).into_boxed::<Pg>();
        for column in columns {
            insert = insert.bind::<Array<Nullable<Text>>, _>(column);
        }
        insert.execute(&mut self.conn).map(drop)
    }

    fn set_aside(&mut self) -> QueryResult<Vec<String>> {
        let foreign_keys = format!(
            "SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', c.relname, k.conname), \
             format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) \
             FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE {OUR_TABLES} AND k.contype = 'f' ORDER BY c.relname, k.conname"
        );
        let indexes = format!(
            "SELECT format('DROP INDEX %I', i.relname), pg_get_indexdef(i.oid) FROM pg_index x \
             JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OUR_TABLES} \
             AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid) ORDER BY i.relname"
        );
        let triggers = format!(
            "SELECT format('ALTER TABLE %I DISABLE TRIGGER USER', c.relname), \
             format('ALTER TABLE %I ENABLE TRIGGER USER', c.relname) FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OUR_TABLES} \
             AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) ORDER BY c.relname"
        );
        let mut put_back = Vec::new();
        for query in [foreign_keys, indexes, triggers] {
            self.each(&query, |side, row| {
                put_back.push(row.text(1).to_owned());
                side.run(row.text(0))
            })?;
        }
        // What foreign keys refer to is indexed before they are checked.
        put_back.reverse();
        Ok(put_back)
    }

    fn settle(&mut self, _: &[Table]) -> QueryResult<()> {
        let identities = format!(
            "SELECT quote_ident(c.relname), quote_ident(a.attname) FROM pg_attribute a \
             JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE {OUR_TABLES} AND a.attidentity <> '' ORDER BY c.relname"
        );
        self.each(&identities, |side, row| {
            let (table, column) = (row.text(0), row.text(1));
            let next = side.texts(&format!("SELECT (COALESCE(MAX({column}), 0) + 1)::text FROM {table}"))?;
            let next = next.first().map_or("1", |row| row.text(0));
            side.run(&format!("ALTER TABLE {table} ALTER COLUMN {column} RESTART WITH {next}"))
        })
    }

    fn run(&mut self, sql: &str) -> QueryResult<()> {
        self.conn.batch_execute(sql)
    }

    fn texts(&mut self, sql: &str) -> QueryResult<Vec<TextRow>> {
        sql_query(sql).load(&mut self.conn)
    }

    fn drop_all(&mut self) -> QueryResult<()> {
        let functions = format!(
            "SELECT DISTINCT t.tgfoid::regprocedure::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OUR_TABLES} AND NOT t.tgisinternal ORDER BY 1"
        );
        let functions = self.texts(&functions)?;
        let tables = format!(
            "SELECT quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE {OUR_TABLES} ORDER BY c.relname"
        );
        self.run("BEGIN")?;
        self.each(&tables, |side, row| side.run(&format!("DROP TABLE {} CASCADE", row.text(0))))?;
        functions.iter().try_for_each(|row| self.run(&format!("DROP FUNCTION {}", row.text(0))))?;
        self.run("COMMIT")
    }

    fn give_up(&mut self) {}
}

/// How a column becomes text.
fn as_text(column: &Column) -> String {
    let name = quoted(&column.name);
    match column.kind {
        ColumnKind::Text => name,
        ColumnKind::Integer => format!("{name}::text"),
        ColumnKind::Truth => format!("CASE WHEN {name} THEN 't' WHEN NOT {name} THEN 'f' END"),
        ColumnKind::Day => format!("to_char({name}, 'YYYY-MM-DD')"),
        ColumnKind::Instant => format!("to_char({name}, 'YYYY-MM-DD HH24:MI:SS.US')"),
        ColumnKind::Bytes => format!("encode({name}, 'hex')"),
    }
}

/// The insert of many rows, whose values come as one array a column.
fn insert_of_arrays(table: &Table) -> String {
    let value = |(place, column): (usize, &Column)| match column.kind {
        ColumnKind::Text => format!("c{place}"),
        ColumnKind::Integer => format!("c{place}::bigint"),
        ColumnKind::Truth => format!("c{place}::boolean"),
        ColumnKind::Day => format!("c{place}::date"),
        ColumnKind::Instant => format!("c{place}::timestamp(6)"),
        ColumnKind::Bytes => format!("decode(c{place}, 'hex')"),
    };
    let values: Vec<String> = table.columns.iter().enumerate().map(value).collect();
    let (arrays, names): (Vec<String>, Vec<String>) = (0..table.columns.len())
        .map(|place| (format!("${}::text[]", place + 1), format!("c{place}")))
        .unzip();
    format!(
        "{} SELECT {} FROM unnest({}) AS given({})",
        table.column_list(),
        values.join(", "),
        arrays.join(", "),
        names.join(", ")
    )
}
