//! PostgreSQL, version 15 or later: many writers at a time, on one machine or several (spec 20).

mod access;
mod backup;
mod catalogue;
mod check;
mod first;
mod grants;
mod instant;
mod moving;
mod opening;
mod place;
mod row;
mod rows_out;
mod steps;
mod sweep;
mod transaction;
mod values;

use diesel::pg::{PgConnection, PgRowByRowLoadingMode};

pub(crate) use access::Access;
pub(crate) use backup::{BACKUP_ENDING, copy_to, findings};
pub(crate) use catalogue::{MIGRATIONS, has_column, tables};
pub(crate) use check::{last_archived, server_findings, version};
pub(crate) use first::with_first_rows;
pub(crate) use grants::grants;
pub(crate) use instant::{StampLock, lock_to_stamp, wait_for_stamps};
pub(crate) use moving::move_database;
pub(crate) use opening::{existing_to_read, existing_to_write, made_or_found};
pub use place::Place;
pub(crate) use place::{DEFAULT_MIGRATES, DEFAULT_URL, home, url_beside};
pub(crate) use row::{
    CopiedRow, CopiedValue, INSERT_MANY, MADE_AT_ONCE, copied, failed as copy_failed, insert_rows,
};
pub(crate) use rows_out::{each_row, number};
pub(crate) use steps::{STEPS, TO_WRITE};
pub(crate) use sweep::{rewrite_right, sweep};
pub(crate) use transaction::{
    after_stamped, agree, before_stamped, begin_read, begin_read_as, begin_write, begin_write_unless_busy,
    commit_mark, is_lost, make_last, now, passes, put_back, saw_what_passes, share_snapshot, unlocked,
    was_kept,
};
pub(crate) use values::{DateColumn, DayValue, TextColumn};

/// The connection type of this build.
pub type Conn = PgConnection;

/// The engine of this build.
pub(crate) type Backend = diesel::pg::Pg;

/// How rows are read one after the other, without the whole answer in memory.
pub(crate) type Streaming = PgRowByRowLoadingMode;
