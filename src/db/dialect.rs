//! What differs by database engine, and the quick readings of its text columns.
//!
//! In `migrations/sqlite`, what keeps the table `audit` append-only is SQLite's own: triggers that RAISE(ABORT). PostgreSQL
//! would have one trigger BEFORE UPDATE OR DELETE OR TRUNCATE that calls a function with RAISE EXCEPTION, and the
//! program's role only INSERT and SELECT on the table; an upsert updates there, so replacing needs no trigger of its own.

use chrono::{Datelike, NaiveDate};
use diesel::backend::Backend as DieselBackend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Date, Text};
use ecow::EcoString;

use super::conn::Backend;

/// A date column read and written by hand: there are millions, and the general parser and formatter of dates would be
/// much of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
pub(crate) struct DateColumn(pub(crate) NaiveDate);

impl From<DateColumn> for NaiveDate {
    fn from(day: DateColumn) -> Self {
        day.0
    }
}

impl FromSql<Date, Backend> for DateColumn {
    fn from_sql(mut value: <Backend as DieselBackend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        parse_day(text.as_bytes()).map(Self).ok_or_else(|| format!("{text:?} is not a date").into())
    }
}

impl ToSql<Date, Backend> for DateColumn {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Backend>) -> serialize::Result {
        out.set_value(write_day(self.0));
        Ok(IsNull::No)
    }
}

/// A text column of which millions are read: a short text takes no memory of its own.
#[derive(Debug, Clone, PartialEq, Eq, FromSqlRow)]
pub(crate) struct TextColumn(pub(crate) EcoString);

impl FromSql<Text, Backend> for TextColumn {
    fn from_sql(mut value: <Backend as DieselBackend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(value.read_text().into()))
    }
}

/// The day as `YYYY-MM-DD`; years of the register have four digits.
fn write_day(day: NaiveDate) -> String {
    let (year, month, day) = (day.year().unsigned_abs(), day.month(), day.day());
    let digit = |number: u32| char::from_digit(number % 10, 10).unwrap_or('0');
    let year = [year / 1000, year / 100, year / 10, year].map(digit);
    let rest = ['-', digit(month / 10), digit(month), '-', digit(day / 10), digit(day)];
    year.into_iter().chain(rest).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_it_is_read() {
        let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();
        for day in first.iter_days().take(201 * 366) {
            assert_eq!(write_day(day), day.format("%Y-%m-%d").to_string());
            assert_eq!(parse_day(write_day(day).as_bytes()), Some(day));
        }
    }

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
