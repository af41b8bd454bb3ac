//! What connections and transactions are asked for.

use diesel::QueryResult;

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

/// Whether tables that an older version made may be brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfOlder {
    /// Bring them up to date.
    Upgrade,
    /// Say so: on a database of several nodes that is for its owner to do, once.
    Fail,
}

impl IfOlder {
    /// What holds unless the settings say otherwise: whoever has a file may bring it up to date.
    pub(crate) fn of_this_build() -> Self {
        if super::engine::DEFAULT_MIGRATES { Self::Upgrade } else { Self::Fail }
    }
}

/// Whether a server keeps what statements were prepared for a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statements {
    /// It does: the same statement is understood once.
    Kept,
    /// Each is prepared anew, where a pooler hands each transaction to another connection and knows of none.
    Anew,
}

/// A database, and how it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseAt<'u> {
    /// Its URL.
    pub url: &'u str,
    /// Whether statements are kept.
    pub statements: Statements,
}

impl<'u> From<&'u str> for DatabaseAt<'u> {
    fn from(url: &'u str) -> Self {
        Self { url, statements: Statements::Kept }
    }
}

impl<'u> From<&'u String> for DatabaseAt<'u> {
    fn from(url: &'u String) -> Self {
        Self::from(url.as_str())
    }
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
pub(crate) enum WriterWait {
    /// Longer than anybody holds the lock.
    AWhile,
    /// Not at all.
    Never,
}

/// Whether the engine looks for what each row that is written refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowReferences {
    /// It does.
    LookedFor,
    /// The writer has read them within the same transaction, or written them: looking for them again takes an eighth of an
    /// import. Every backup looks for what refers to nothing, and so do builds in which the program is tested.
    AtHand,
}

/// How a transaction writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WriteTerms {
    /// When it outlives a power cut.
    pub(crate) lasts: Durability,
    /// Whether it waits for others.
    pub(crate) waits: WriterWait,
    /// Whether what its rows refer to is looked for.
    pub(crate) references: RowReferences,
}

impl WriteTerms {
    /// What most are: for good, and after whoever is at it.
    pub(crate) const USUAL: Self =
        Self { lasts: Durability::AtOnce, waits: WriterWait::AWhile, references: RowReferences::LookedFor };

    /// Of an import, whose rows refer to what it has just read or written.
    pub(crate) const IMPORT: Self = Self { references: RowReferences::AtHand, ..Self::USUAL };
}

/// What a database is known by, wherever it is opened from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(all(not(test), not(feature = "postgres")), expect(dead_code, reason = "a build has one engine"))]
pub(crate) enum Home {
    /// The file that it is.
    File(std::path::PathBuf),
    /// The server that keeps it.
    Server {
        /// What tells the server's cluster from any other, and not from a standby of it.
        system: String,
        /// The database's name.
        database: String,
    },
}
