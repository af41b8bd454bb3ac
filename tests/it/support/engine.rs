//! How the program under test finds the database that belongs to a folder, whichever engine this build is for.

use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use refresher::config::Overrides;
use refresher::db::Conn;

use super::database::url;
use super::program::Folder;

/// What a test lays over the settings in this file: where its database is, where that is no file beside it.
pub fn overrides(settings: &Path) -> Overrides {
    Overrides { database: server_url(settings) }
}

/// Has the program use the database of the folder that it is run in.
pub fn with_database<'c>(command: &'c mut Command, folder: &Path) -> &'c mut Command {
    match server_url(&folder.join("refresher.toml")) {
        // A database that several nodes may use is known by the installation's name.
        Some(url) => command.env("REFRESHER_DATABASE", url).env("REFRESHER_NODE_INSTANCE", "test"),
        None => command,
    }
}

/// The URL that stands for `refresher.db` beside these settings, where the engine keeps no files.
fn server_url(settings: &Path) -> Option<String> {
    cfg!(feature = "postgres").then(|| url(&settings.with_file_name("refresher.db")))
}

/// What stands for the database of a demo that was run in this folder.
pub fn demo_database(folder: &Folder) -> PathBuf {
    folder.file(if cfg!(feature = "postgres") { "refresher.db" } else { "demo/refresher.db" })
}

/// All that the database holds, as bytes: its file and those beside it, or every row of every table.
pub fn bytes(folder: &Folder) -> Vec<u8> {
    if cfg!(feature = "postgres") {
        return folder.database().join("\n").into_bytes();
    }
    // Read by another process: one that closes the file gives up the locks that its own connections hold on it.
    let files = ["refresher.db", "refresher.db-wal", "refresher.db-shm"].map(|name| folder.file(name));
    let read = Command::new("cat").args(files.iter().filter(|file| file.exists())).output().unwrap();
    assert!(read.status.success() && read.stdout.len() > 100_000, "the whole file is read");
    read.stdout
}

/// A connection of its own to the database that stands for this file, past the program.
pub fn connect(file: &Path) -> Conn {
    let url = url(file);
    let mut conn = Conn::establish(url.strip_prefix("sqlite:").unwrap_or(&url)).unwrap();
    if cfg!(not(feature = "postgres")) {
        conn.batch_execute("PRAGMA busy_timeout = 20000").unwrap();
    }
    conn
}

/// What has the database refuse what is done to `message`, saying `full`: `when` it is, such as `UPDATE`, and which rows.
pub fn full_when(when: &str, rows: &str) -> String {
    let condition = if rows.is_empty() { String::new() } else { format!("WHEN ({rows})") };
    if cfg!(feature = "postgres") {
        format!(
            "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN RAISE EXCEPTION ''the disk is full''; END'; \
             CREATE TRIGGER full_now BEFORE {when} ON message FOR EACH ROW {condition} EXECUTE FUNCTION is_full()"
        )
    } else {
        format!(
            "CREATE TRIGGER full_now BEFORE {when} ON message {condition} \
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    }
}

/// What ends [`full_when`].
pub fn no_longer_full() -> &'static str {
    if cfg!(feature = "postgres") {
        "DROP TRIGGER full_now ON message; DROP FUNCTION is_full()"
    } else {
        "DROP TRIGGER full_now"
    }
}

/// An instant of a column, moved ahead by a span such as `366 days`.
pub fn moved(column: &str, span: &str) -> String {
    if cfg!(feature = "postgres") {
        format!("{column} + INTERVAL '{span}'")
    } else {
        format!("datetime({column}, '{span}')")
    }
}

/// What takes away all that keeps the audit log from being changed.
pub fn without_triggers() -> &'static str {
    if cfg!(feature = "postgres") {
        "DROP FUNCTION audit_is_append_only CASCADE"
    } else {
        "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_deleted; DROP TRIGGER audit_is_never_replaced; \
         DROP TRIGGER audit_head_only_grows; DROP TRIGGER audit_head_is_never_deleted"
    }
}

/// The tables there are, and every column of theirs with its type, from the engine's own catalogue: three columns of text.
pub const CATALOGUE: &str = if cfg!(feature = "postgres") {
    "SELECT table_name::text AS of_table, column_name::text AS name, data_type::text AS type \
     FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
} else {
    "SELECT m.name AS of_table, c.name AS name, c.type AS type FROM sqlite_master m \
     JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid"
};

/// A column of [`CATALOGUE`].
#[derive(QueryableByName)]
pub struct CatalogueColumn {
    #[diesel(sql_type = Text)]
    pub of_table: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub r#type: String,
}

/// Every column of every table.
pub fn catalogue(conn: &mut Conn) -> Vec<CatalogueColumn> {
    diesel::sql_query(CATALOGUE).load(conn).unwrap()
}
