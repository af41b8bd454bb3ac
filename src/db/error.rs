//! Why the database can't be used, or copied, and what to do about it.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};

use super::engine;

/// Why the database can't be used. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The URL is of a kind this build does not know: its scheme, and how one is written that it does.
    #[error("the database {0:?} is not of a kind this build can open: write {1}")]
    UnknownUrl(String, &'static str),
    /// The URL is of a kind that the other build opens.
    #[error(
        "the database is one of {engine}, which this build doesn't open: install the package {package}, or write {write}"
    )]
    OtherEngine {
        /// What keeps it.
        engine: &'static str,
        /// The package that opens it.
        package: &'static str,
        /// How a database of this build is written.
        write: &'static str,
    },
    /// There is no such file.
    #[error("there is no database at {}: run `refresher init` first, or correct `database` or --database", .0)]
    Missing(String),
    /// It can't be opened.
    #[error("the database {} can't be opened: {}", .0, with_step(.1))]
    Open(String, String),
    /// It is another program's.
    #[error("{} is the database of another program: correct `database` or --database", .0)]
    Foreign(String),
    /// It was written by a newer version of the program.
    #[error("the database {} is of a newer version ({of}) than this program ({ours}): use that version, or a newer one", .place)]
    Newer {
        /// Where it is.
        place: String,
        /// The version that wrote it.
        of: String,
        /// This one.
        ours: String,
    },
    /// It was made while the program was being developed, by steps that no version has any more.
    #[error(
        "the database {} is of a development version ({of}), which this one can't open: move it away, or name another \
         in `database` or --database, then run `refresher init` and import the files again", .place
    )]
    Development {
        /// Where it is.
        place: String,
        /// The version that wrote it.
        of: String,
    },
    /// It was last written by an older version of the program, and whoever opened it is not to change that.
    #[error(
        "the database {} is of an older version ({of}) than this program ({ours}): run `refresher \
         migrate-schema`, which brings it up to date, a file after a backup beside it", .place
    )]
    Older {
        /// Where it is.
        place: String,
        /// The version that wrote it.
        of: String,
        /// This one.
        ours: String,
    },
    /// There is no backup of it as it was, without which its tables aren't brought up to date.
    #[error("the tables of {} were not brought up to date, and nothing was changed: {}", .0, .1)]
    NotBackedUp(String, Box<BackupError>),
    /// Its tables can't be brought up to date.
    #[error("the tables of {} can't be brought up to date: {}", .0, with_step(.1))]
    Migrate(String, String),
    /// What will be known at an instant to come can't be told.
    #[error("{asked} is in the future, and what will be known by then can't be told: it is {now}")]
    InTheFuture {
        /// The instant asked about.
        asked: DateTime<Utc>,
        /// The instant of asking.
        now: DateTime<Utc>,
    },
    /// What is being recorded at this moment can't be waited for.
    #[error(
        "whether anything is still being recorded can't be told, because {} may not be read by this user: permit it, \
         or ask again without --known-at", .0
    )]
    NotSettled(String),
    /// This machine's clock is too far from the database's, by this much ahead of it.
    #[error(
        "this machine's clock is {} the database's: nothing is begun here until it is set; keep the time service of both \
         machines on", seconds_off(.0)
    )]
    ClockOff(TimeDelta),
    /// Somebody has been about to commit for too long.
    #[error("another process has kept the lock of {} for too long: end it, then try again", .0)]
    Stamping(String),
    /// It takes no writes.
    #[error("the database {} can't be written ({}): {}", .0, .1, engine::TO_WRITE)]
    Write(String, String),
    /// A read or write failed.
    #[error("the database failed: {}", with_step(&.0.to_string()))]
    Query(#[from] diesel::result::Error),
    /// What was to be written could not be made, so nothing was.
    #[error("nothing was written: {0}")]
    GivenUp(String),
    /// A thread that worked on it ended before its time.
    #[error("what was to be done with the database stopped: {0}")]
    Stopped(String),
}

/// Why there is no backup. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is such a file.
    #[error("{} is there already, and a backup overwrites nothing: choose another name", .0.display())]
    Exists(PathBuf),
    /// The file can't be written.
    #[error("the backup {} can't be written ({}): check the folder, its permissions and the space left", .0.display(), .1)]
    Write(PathBuf, String),
    /// The copy is not sound.
    #[error(
        "the backup {} is not sound ({}), so neither may be the database: run `refresher check`", .0.display(), .1
    )]
    Unsound(PathBuf, String),
    /// The database can't be read.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// How far a clock is ahead of another, in words that go before `the other`.
fn seconds_off(ahead: &TimeDelta) -> String {
    let side = if *ahead > TimeDelta::zero() { "ahead of" } else { "behind" };
    format!("{} seconds {side}", ahead.num_seconds().abs())
}

/// The reason, with what to do about it where that is known.
fn with_step(why: &str) -> String {
    match engine::STEPS.iter().find(|(signs, _)| signs.iter().any(|sign| why.contains(sign))) {
        Some((_, step)) => format!("{why}: {step}"),
        None => why.to_owned(),
    }
}
