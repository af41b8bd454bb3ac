//! The table `rejected_row`: rows that could not be used, until somebody has put them right.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::AT_ONCE;
use super::imports::touched_organisations;
use super::standing_imports::undone;
use crate::db::Conn;
use crate::db::schema::{import, rejected_row};

/// So long they are kept after their import.
const KEPT: TimeDelta = TimeDelta::days(30);
/// The line under which the header is kept.
const HEADER: i64 = 0;

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RejectedRow {
    /// Its line in the file.
    pub(crate) line: u64,
    /// Its cells, as many as the header has.
    pub(crate) cells: Vec<String>,
    /// What is wrong: the header of the column, empty for the whole row, and the reason.
    pub(crate) faults: Vec<(String, String)>,
}

/// The rows of an import that could not be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RejectedRows {
    /// The header of their file.
    pub(crate) headers: Vec<String>,
    /// The rows, in order of line.
    pub(crate) rows: Vec<RejectedRow>,
    /// The lines of those that somebody said need not be put right, each with why.
    pub(crate) dismissed: Vec<(u64, String)>,
}

fn texts<T: serde::Serialize>(of: &T) -> QueryResult<String> {
    serde_json::to_string(of).map_err(|error| diesel::result::Error::SerializationError(error.into()))
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> QueryResult<T> {
    serde_json::from_str(text).map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}

/// Keeps the rows of an import that could not be used.
pub(crate) fn keep_rejected(conn: &mut Conn, import: i32, rejected: &RejectedRows) -> QueryResult<()> {
    let header = RejectedRow { line: 0, cells: rejected.headers.clone(), faults: Vec::new() };
    for row in std::iter::once(&header).chain(&rejected.rows) {
        diesel::insert_into(rejected_row::table)
            .values((
                rejected_row::import_id.eq(import),
                rejected_row::line.eq(i64::try_from(row.line).unwrap_or(i64::MAX)),
                rejected_row::cells.eq(texts(&row.cells)?),
                rejected_row::faults.eq(texts(&row.faults)?),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The rows of an import that are still to be put right.
pub(crate) fn rejected_of(conn: &mut Conn, import: i32) -> QueryResult<RejectedRows> {
    let rows: Vec<(i64, String, String, String)> = rejected_row::table
        .filter(rejected_row::import_id.eq(import))
        .order(rejected_row::line)
        .select((rejected_row::line, rejected_row::cells, rejected_row::faults, rejected_row::dismissed_for))
        .load(conn)?;
    let mut rejected = RejectedRows::default();
    for (line, cells, faults, dismissed_for) in rows {
        let (cells, faults) = (read(&cells)?, read(&faults)?);
        match u64::try_from(line).unwrap_or_default() {
            0 => rejected.headers = cells,
            line if !dismissed_for.is_empty() => rejected.dismissed.push((line, dismissed_for)),
            line => rejected.rows.push(RejectedRow { line, cells, faults }),
        }
    }
    Ok(rejected)
}

/// An import that stands, with rows of it that are still to be put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaitingRows {
    /// Its number.
    pub(crate) import: i32,
    /// What was imported.
    pub(crate) kind: String,
    /// When it was recorded.
    pub(crate) recorded_at: DateTime<Utc>,
    /// The codes of the organisations that it touched, in order.
    pub(crate) organisations: Vec<String>,
    /// How many rows.
    pub(crate) rows: u64,
}

/// The imports that stand of which rows are still to be put right, in order: no others are read.
pub(crate) fn rejected_waiting(conn: &mut Conn) -> QueryResult<Vec<WaitingRows>> {
    let left: Vec<(i32, String, NaiveDateTime, i64)> = rejected_row::table
        .inner_join(import::table)
        .filter(rejected_row::line.gt(HEADER).and(rejected_row::dismissed_for.eq("")))
        .group_by((import::id, import::kind, import::recorded_at))
        .order(import::id)
        .select((import::id, import::kind, import::recorded_at, diesel::dsl::count_star()))
        .load(conn)?;
    if left.is_empty() {
        return Ok(Vec::new());
    }
    let undone = undone(conn, i32::MAX)?;
    let standing = left.into_iter().filter(|(id, ..)| !undone.contains_key(id));
    let waiting = |(import, kind, at, rows): (i32, String, NaiveDateTime, i64)| {
        Ok(WaitingRows {
            import,
            kind,
            recorded_at: at.and_utc(),
            organisations: touched_organisations(conn, import)?,
            rows: rows.unsigned_abs(),
        })
    };
    standing.map(waiting).collect()
}

/// Removes rows of an import that were put right.
pub(crate) fn remove_rejected(conn: &mut Conn, import: i32, lines: &[u64]) -> QueryResult<()> {
    let lines: Vec<i64> = lines.iter().filter_map(|line| i64::try_from(*line).ok()).collect(); // No row has another.
    let of_import = rejected_row::table.filter(rejected_row::import_id.eq(import));
    diesel::delete(of_import.filter(rejected_row::line.eq_any(lines))).execute(conn)?;
    Ok(())
}

/// Notes why a row of an import need not be put right; whether there is such a row that is still to be.
pub(crate) fn dismiss_rejected(conn: &mut Conn, import: i32, line: u64, why: &str) -> QueryResult<bool> {
    let line = i64::try_from(line).unwrap_or(i64::MAX);
    let of_line = rejected_row::table
        .filter(rejected_row::import_id.eq(import).and(rejected_row::line.eq(line)))
        .filter(rejected_row::line.gt(HEADER).and(rejected_row::dismissed_for.eq("")));
    Ok(diesel::update(of_line).set(rejected_row::dismissed_for.eq(why)).execute(conn)? == 1)
}

/// Keeps a row as somebody has put it right in part, with what is still wrong.
pub(crate) fn update_rejected(conn: &mut Conn, import: i32, row: &RejectedRow) -> QueryResult<()> {
    let line = i64::try_from(row.line).unwrap_or(i64::MAX);
    let of_line =
        rejected_row::table.filter(rejected_row::import_id.eq(import).and(rejected_row::line.eq(line)));
    diesel::update(of_line)
        .set((rejected_row::cells.eq(texts(&row.cells)?), rejected_row::faults.eq(texts(&row.faults)?)))
        .execute(conn)?;
    Ok(())
}

/// Removes what was kept longer than it is.
pub(crate) fn tidy_rejected(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<()> {
    let old = import::table.filter(import::recorded_at.lt((now - KEPT).naive_utc())).select(import::id);
    diesel::delete(rejected_row::table.filter(rejected_row::import_id.eq_any(old))).execute(conn)?;
    Ok(())
}

/// Removes the rows of which `names` says that somebody may be named.
pub(crate) fn forget_rejected(conn: &mut Conn, names: impl Fn(&str) -> bool) -> QueryResult<()> {
    let rows: Vec<(i32, String, String, String)> = rejected_row::table
        .filter(rejected_row::line.gt(HEADER))
        .order(rejected_row::id)
        .select((rejected_row::id, rejected_row::cells, rejected_row::faults, rejected_row::dismissed_for))
        .load(conn)?;
    let mut named = Vec::new();
    for (id, cells, faults, dismissed_for) in rows {
        let (cells, faults): (Vec<String>, Vec<(String, String)>) = (read(&cells)?, read(&faults)?);
        let said = cells.iter().chain(faults.iter().map(|(_, reason)| reason)).chain([&dismissed_for]);
        if names(&said.map(String::as_str).collect::<Vec<_>>().join(", ")) {
            named.push(id);
        }
    }
    for ids in named.chunks(AT_ONCE) {
        diesel::delete(rejected_row::table.filter(rejected_row::id.eq_any(ids))).execute(conn)?;
    }
    Ok(())
}
