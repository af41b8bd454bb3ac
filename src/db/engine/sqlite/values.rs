//! Quick readings of columns, of which there are millions: SQLite keeps a day as text.

use chrono::{Datelike, NaiveDate};
use diesel::backend::Backend as DieselBackend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Date, Text};
use ecow::EcoString;

use super::Backend;

/// A date column read by hand: there are millions, and the general parser of dates would be much of the work.
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

/// A day as its column holds it, `YYYY-MM-DD`, written by hand likewise, where the row is made: binding it copies nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression)]
#[diesel(sql_type = Date)]
pub(crate) struct DayValue([u8; 10]);

impl DayValue {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<NaiveDate> for DayValue {
    /// Years of the register have four digits.
    fn from(day: NaiveDate) -> Self {
        let (year, month, day) = (day.year().unsigned_abs(), day.month(), day.day());
        // Below ten, so that nothing is lost.
        let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or_default();
        let [y1, y2, y3, y4] = [year / 1000, year / 100, year / 10, year].map(digit);
        let [m1, m2, d1, d2] = [month / 10, month, day / 10, day].map(digit);
        Self([y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2])
    }
}

impl ToSql<Date, Backend> for DayValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Backend>) -> serialize::Result {
        out.set_value(self.as_str());
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
            let written = DayValue::from(day);
            assert_eq!(written.as_str(), day.format("%Y-%m-%d").to_string());
            assert_eq!(parse_day(&written.0), Some(day));
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
