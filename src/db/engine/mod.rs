//! All that differs by database engine. A build has one: SQLite, or with the feature `postgres` PostgreSQL.
//!
//! Both give the rooms above the same names: the connection and its backend, how a database is named, opened and reached,
//! how a transaction begins, what its locks are, how many rows go in at once, the quick readings of columns, the catalogue
//! of tables, backups and what is left of deleted rows. Nothing outside this folder names an engine.

#[cfg(feature = "postgres")]
#[path = "postgres/mod.rs"]
mod of_this_build;
#[cfg(not(feature = "postgres"))]
#[path = "sqlite/mod.rs"]
mod of_this_build;

pub(crate) use of_this_build::{
    Access, BACKUP_ENDING, Backend, CopiedRow, DEFAULT_MIGRATES, DEFAULT_URL, DateColumn, DayValue,
    INSERT_MANY, MADE_AT_ONCE, MIGRATIONS, STEPS, StampLock, Streaming, TO_WRITE, TextColumn, after_stamped,
    agree, before_stamped, begin_read, begin_read_as, begin_write, begin_write_unless_busy, commit_mark,
    copied, copy_to, each_row, existing_to_read, existing_to_write, findings, grants, has_column, home,
    insert_rows, is_lost, last_archived, lock_to_stamp, made_or_found, make_last, move_database, now, number,
    passes, put_back, rewrite_right, saw_what_passes, server_findings, share_snapshot, sweep, tables,
    unlocked, url_beside, version, wait_for_stamps, was_kept, with_first_rows,
};
pub use of_this_build::{Conn, Place};
#[cfg(feature = "postgres")]
pub(crate) use of_this_build::{CopiedValue, copy_failed};
