//! The engine of this build, and what its connections are asked for.

use diesel::QueryResult;
use diesel::sqlite::SqliteConnection;

/// The connection type of this build, named once.
pub type Conn = SqliteConnection;

/// The engine of this build.
pub(crate) type Backend = diesel::sqlite::Sqlite;

/// A store function's result, named for the rooms above that may not name diesel.
pub type DbResult<T> = QueryResult<T>;

/// Whether a database that is not there yet may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMissing {
    /// Make it: `init`, `demo` and the first start of the daemon.
    Create,
    /// Say so: a mistyped path must not look like an empty register.
    Fail,
}

/// When what is written outlives a power cut. It outlives the end of the program, however sudden, in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Before the call returns.
    AtOnce,
    /// With the next write that lasts at once, or [`Db::make_last`](super::Db::make_last).
    Soon,
}

/// Whether a writer waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WriterWait {
    /// Longer than anybody holds the lock.
    AWhile,
    /// Not at all.
    Never,
}
