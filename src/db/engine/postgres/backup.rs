//! A copy of the database by PostgreSQL's own programs, and what is wrong with the database as it is kept (spec 20.8).
//!
//! A backup is one tar of two files: `database.dump`, which `pg_restore` takes, and `backup.json`, which says what it is
//! a backup of. Both are of one snapshot.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};
use serde_json::{Value, json};

use super::access::Access;
use super::catalogue::tables;
use super::transaction::begin_read;
use super::{Conn, Place};
use crate::db::{BackupError, DbError, Thoroughness};
use crate::files::private;

/// What a backup's name ends in.
pub(crate) const BACKUP_ENDING: &str = ".tar";

/// What refers to something that is not declared, because declaring it would cost too much (spec 20.2): the table, the
/// column, and what it refers to.
const UNDECLARED: [(&str, &str, &str); 22] = [
    ("organisation_version", "opened_by", "import"),
    ("organisation_version", "closed_by", "import"),
    ("staff_version", "opened_by", "import"),
    ("staff_version", "closed_by", "import"),
    ("assignment_version", "opened_by", "import"),
    ("assignment_version", "closed_by", "import"),
    ("training_record", "opened_by", "import"),
    ("training_record", "closed_by", "import"),
    ("training_record", "course_id", "course"),
    ("exemption", "opened_by", "import"),
    ("exemption", "closed_by", "import"),
    ("exemption", "course_id", "course"),
    ("budget", "opened_by", "import"),
    ("budget", "closed_by", "import"),
    ("expense", "opened_by", "import"),
    ("expense", "closed_by", "import"),
    ("booking", "opened_by", "import"),
    ("booking", "closed_by", "import"),
    ("booking", "course_id", "course"),
    ("assurance_answer", "opened_by", "import"),
    ("assurance_answer", "closed_by", "import"),
    ("message", "planned_from", "import"),
];

#[derive(QueryableByName)]
struct SaidText {
    #[diesel(sql_type = Text)]
    said: String,
}

fn said(conn: &mut Conn, query: &str) -> QueryResult<Option<String>> {
    let rows: Vec<SaidText> = sql_query(query).load(conn)?;
    Ok(rows.into_iter().next().map(|row| row.said))
}

/// What is wrong with the database as it is kept, if anything: an index that is not kept up, and where it is looked
/// through in full, a row that refers to nothing.
pub(crate) fn findings(conn: &mut Conn, how: Thoroughness) -> QueryResult<Option<String>> {
    let spoilt = "SELECT c.relname::text AS said FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                  JOIN pg_namespace n ON n.oid = c.relnamespace \
                  WHERE n.nspname = ANY (current_schemas(FALSE)) AND NOT (i.indisvalid AND i.indisready) \
                  ORDER BY c.relname LIMIT 1";
    if let Some(index) = said(conn, spoilt)? {
        return Ok(Some(format!("the index {index} is not kept up: REINDEX it")));
    }
    if how == Thoroughness::Full {
        for (table, column, to) in UNDECLARED {
            let dangling = format!(
                "SELECT '{table}' AS said FROM {table} WHERE {column} IS NOT NULL \
                 AND {column} NOT IN (SELECT id FROM {to}) LIMIT 1"
            );
            if said(conn, &dangling)?.is_some() {
                return Ok(Some(format!("a row of {table} refers to nothing by {column}")));
            }
        }
    }
    Ok(None)
}

/// Copies the database while others read and write it, with what `describe` says of the state that is copied.
pub(crate) fn copy_to(
    place: &Place,
    unfinished: &Path,
    _: impl FnOnce(&mut Conn) -> QueryResult<()>,
    describe: impl FnOnce(&mut Conn) -> QueryResult<Value>,
) -> Result<(), BackupError> {
    let mut dump = unfinished.as_os_str().to_owned();
    dump.push(".dump");
    let dump = PathBuf::from(dump);
    let made = of_one_snapshot(place, &dump, describe).and_then(|about| {
        refuse_unreadable(&dump)?;
        pack(unfinished, &dump, &about)
            .map_err(|error| BackupError::Write(unfinished.to_owned(), error.to_string()))
    });
    // It stands in the tar, or is of no use.
    let _ = std::fs::remove_file(&dump);
    made
}

/// Has the dump made, and gives what is said of it.
fn of_one_snapshot(
    place: &Place,
    dump: &Path,
    describe: impl FnOnce(&mut Conn) -> QueryResult<Value>,
) -> Result<Value, BackupError> {
    let wrong = |error: String| BackupError::Write(dump.to_owned(), error);
    private::make_file(dump).map_err(|error| wrong(error.to_string()))?;
    let mut conn = Access::to_write(place.clone()).connect()?;
    begin_read(&mut conn).map_err(DbError::from)?;
    // Whoever exports a snapshot keeps it for as long as its transaction goes on; nothing is asked meanwhile.
    sql_query("SET LOCAL idle_in_transaction_session_timeout = 0")
        .execute(&mut conn)
        .map_err(DbError::from)?;
    let snapshot =
        said(&mut conn, "SELECT pg_export_snapshot() AS said").map_err(DbError::from)?.unwrap_or_default();
    let mut about = describe(&mut conn).map_err(DbError::from)?;
    let rows = row_counts(&mut conn).map_err(DbError::from)?;
    run(
        place.programs(
            Command::new("pg_dump")
                .args(["--format=custom", "--no-owner", "--no-privileges"])
                .arg(format!("--snapshot={snapshot}"))
                .arg("--file")
                .arg(dump),
        ),
        dump,
    )?;
    // It wrote nothing.
    let _ = AnsiTransactionManager::rollback_transaction(&mut conn);
    let hash = File::open(dump)
        .and_then(|mut file| {
            let mut hasher = blake3::Hasher::new();
            io::copy(&mut file, &mut hasher)?;
            Ok(hasher.finalize().to_hex().to_string())
        })
        .map_err(|error| wrong(error.to_string()))?;
    if let Value::Object(about) = &mut about {
        about.insert("rows".to_owned(), rows);
        about.insert("blake3".to_owned(), json!(hash));
    }
    Ok(about)
}

#[derive(QueryableByName)]
struct RowCount {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// How many rows each table has.
fn row_counts(conn: &mut Conn) -> QueryResult<Value> {
    let mut counts = serde_json::Map::new();
    for table in tables(conn)? {
        let count: RowCount = sql_query(format!("SELECT COUNT(*) AS rows FROM {table}")).get_result(conn)?;
        counts.insert(table, json!(count.rows));
    }
    Ok(Value::Object(counts))
}

/// Refuses a dump whose table of contents can't be read again.
fn refuse_unreadable(dump: &Path) -> Result<(), BackupError> {
    run(Command::new("pg_restore").arg("--list").arg(dump), dump)
        .map_err(|error| BackupError::Unsound(dump.to_owned(), error.to_string()))
}

/// Runs one of PostgreSQL's programs; what it said, where it failed.
fn run(program: &mut Command, about: &Path) -> Result<(), BackupError> {
    let name = program.get_program().to_string_lossy().into_owned();
    let wrong = |error: String| BackupError::Write(about.to_owned(), error);
    let mut child = match program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(wrong(format!(
                "{name} is not installed: install PostgreSQL's client programs, of the server's version or later"
            )));
        }
        spawned => spawned.map_err(|error| wrong(format!("{name}: {error}")))?,
    };
    let mut complaint = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        // What it has to say is only for people.
        let _ = stderr.read_to_string(&mut complaint);
    }
    let ended = child.wait().map_err(|error| wrong(format!("{name}: {error}")))?;
    if ended.success() { Ok(()) } else { Err(wrong(complaint.trim().to_owned())) }
}

/// Puts the dump, and what is said of it, into one tar.
fn pack(target: &Path, dump: &Path, about: &Value) -> io::Result<()> {
    let mut tar = tar::Builder::new(private::make_file(target)?);
    let text = format!("{about:#}\n");
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    header.set_mode(0o600);
    header.set_cksum();
    tar.append_data(&mut header, "backup.json", text.as_bytes())?;
    tar.append_path_with_name(dump, "database.dump")?;
    tar.into_inner().map(drop)
}
