//! What differs by database engine, and the quick readings of its text columns.
//!
//! In the migrations, what keeps the table `audit` append-only is SQLite's own: triggers that RAISE(ABORT). PostgreSQL
//! would have one trigger BEFORE UPDATE OR DELETE OR TRUNCATE that calls a function with RAISE EXCEPTION, and the
//! program's role only INSERT and SELECT on the table; an upsert updates there, so replacing needs no trigger of its own.

use chrono::NaiveDate;
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql, FromSqlRow, QueryableByName};
use diesel::sql_types::{Date, Text};
use diesel::{QueryResult, RunQueryDsl, sql_query};

use super::Conn;

/// A date column read by hand: a view reads millions, and the general parser of dates would be most of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
pub struct Day(pub NaiveDate);

impl From<Day> for NaiveDate {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl<DB: Backend> FromSql<Date, DB> for Day
where
    String: FromSql<Date, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Date, DB>>::from_sql(value)?;
        parse_day(text.as_bytes()).map(Self).ok_or_else(|| format!("{text:?} is not a date").into())
    }
}

/// The day written `YYYY-MM-DD`.
fn parse_day(text: &[u8]) -> Option<NaiveDate> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits
            .iter()
            .try_fold(0u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

/// An index that was taken away for the time of a bulk insert.
#[derive(Debug, QueryableByName)]
pub struct TakenIndex {
    #[diesel(sql_type = Text)]
    sql: String,
}

/// Takes the index away within the transaction: building it after a first bulk of rows is quicker than along with
/// them. It must be put back before the transaction ends; if that fails, so does the transaction.
pub fn take_index(conn: &mut Conn, name: &str) -> QueryResult<TakenIndex> {
    let index = sql_query("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?")
        .bind::<Text, _>(name)
        .get_result(conn)?;
    conn.batch_execute(&format!("DROP INDEX {name}"))?;
    Ok(index)
}

impl TakenIndex {
    /// Builds the index again as it was.
    pub fn put_back(&self, conn: &mut Conn) -> QueryResult<()> {
        conn.batch_execute(&self.sql)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_exactly_as_it_is_written() {
        for (text, expected) in [
            ("2026-11-22", Some((2026, 11, 22))),
            ("2024-02-29", Some((2024, 2, 29))),
            ("2025-02-29", None),
            ("2026-13-01", None),
            ("2026-1-01", None),
            ("2026-11-22 ", None),
            ("2O26-11-22", None),
            ("", None),
        ] {
            let expected = expected.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d));
            assert_eq!(parse_day(text.as_bytes()), expected, "{text:?}");
        }
    }
}
