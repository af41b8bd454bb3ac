//! Quick readings of columns, of which there are millions: PostgreSQL sends a day as the number of days since 2000.

use chrono::NaiveDate;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::PgValue;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Date, Text};
use ecow::EcoString;

use super::Backend;

/// From where PostgreSQL counts days.
const FIRST: i32 = 730_120;

/// The day that PostgreSQL counts so.
pub(super) fn day_of(days: i32) -> Option<NaiveDate> {
    days.checked_add(FIRST).and_then(NaiveDate::from_num_days_from_ce_opt)
}

/// A date column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
pub(crate) struct DateColumn(pub(crate) NaiveDate);

impl From<DateColumn> for NaiveDate {
    fn from(day: DateColumn) -> Self {
        day.0
    }
}

impl FromSql<Date, Backend> for DateColumn {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Date, Backend>::from_sql(value).map(Self)
    }
}

/// A day as its column takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression)]
#[diesel(sql_type = Date)]
pub(crate) struct DayValue(pub(super) NaiveDate);

impl From<NaiveDate> for DayValue {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

impl ToSql<Date, Backend> for DayValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Backend>) -> serialize::Result {
        ToSql::<Date, Backend>::to_sql(&self.0, out)
    }
}

/// A text column of which millions are read: a short text takes no memory of its own.
#[derive(Debug, Clone, PartialEq, Eq, FromSqlRow)]
pub(crate) struct TextColumn(pub(crate) EcoString);

impl FromSql<Text, Backend> for TextColumn {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(std::str::from_utf8(value.as_bytes())?.into()))
    }
}
