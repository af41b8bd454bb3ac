//! Which versions of the register a read sees (spec 2.1).

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::import;

/// What we had been told by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownAt {
    /// Everything recorded so far.
    Latest,
    /// Everything recorded at or before this instant.
    At(DateTime<Utc>),
    /// Everything up to this import.
    UpTo(i32),
}

/// How much of a person a view holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewDetail {
    /// What a judgement needs; `View::names` is empty.
    Judgement,
    /// Names and addresses as well, one for each person.
    WithNames,
}

/// The newest import known by then, 0 when there is none. A version is visible when
/// `opened_by <= known AND (closed_by IS NULL OR closed_by > known)`.
pub(crate) fn newest_import(conn: &mut Conn, known: KnownAt) -> QueryResult<i32> {
    let newest: Option<i32> = match known {
        KnownAt::Latest => import::table.select(max(import::id)).first(conn)?,
        KnownAt::UpTo(id) => Some(id),
        // Instants increase with the id, so the newest by instant has the highest id.
        KnownAt::At(instant) => import::table
            .filter(import::recorded_at.le(instant.naive_utc()))
            .order((import::recorded_at.desc(), import::id.desc()))
            .select(import::id)
            .first(conn)
            .optional()?,
    };
    Ok(newest.unwrap_or(0))
}

/// Whether a row of the named table is visible when the newest import known is `$known`.
macro_rules! visible {
    ($table:ident, $known:expr) => {
        $table::opened_by.le($known).and($table::closed_by.is_null().or($table::closed_by.gt($known)))
    };
}
pub(crate) use visible;
