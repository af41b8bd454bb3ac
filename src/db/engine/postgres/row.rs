//! Many rows by `COPY … FROM STDIN BINARY`, which takes a fraction of what statements take (spec 20.4).

use std::io;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::QueryResult;

use super::{Conn, DayValue};
use crate::db::row::{InsertedRow, insert_by_statement};

/// How a statement begins that inserts several rows.
pub(crate) const INSERT_MANY: &str = "INSERT INTO ";

/// How many rows there must be for the way in by copying to be the quicker one.
const MANY: usize = 16;

/// What the binary format begins with: its signature, no flags, no extension.
const BEGINNING: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with: a row of -1 columns.
const END: [u8; 2] = (-1i16).to_be_bytes();

/// How many rows are best made before they go in: each lot is a statement.
pub(crate) const MADE_AT_ONCE: usize = 50_000;

/// Inserts the rows in their order.
pub(crate) fn insert_rows<R: InsertedRow>(conn: &mut Conn, rows: &[R]) -> QueryResult<()> {
    if rows.len() < MANY {
        return insert_by_statement::<R, 1>(conn, rows);
    }
    let mut bytes = BEGINNING.to_vec();
    for row in rows {
        row.copy(&mut bytes);
    }
    bytes.extend(END);
    R::copy_all(conn, &bytes)
}

/// A row that can be copied in.
pub(crate) trait CopiedRow {
    /// Appends the row in the binary format.
    fn copy(&self, out: &mut Vec<u8>);

    /// Has rows, in the binary format from its beginning to its end, copied into the table.
    fn copy_all(conn: &mut Conn, bytes: &[u8]) -> QueryResult<()>;
}

/// A value that can be copied in.
pub(crate) trait CopiedValue {
    /// Appends the value in the binary format: its length, then its bytes.
    fn copy(&self, out: &mut Vec<u8>);
}

fn sized(bytes: &[u8], out: &mut Vec<u8>) {
    // Longer values than the protocol's messages can hold are refused by it.
    out.extend(i32::try_from(bytes.len()).unwrap_or(i32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

impl CopiedValue for i32 {
    fn copy(&self, out: &mut Vec<u8>) {
        sized(&self.to_be_bytes(), out);
    }
}

impl CopiedValue for i64 {
    fn copy(&self, out: &mut Vec<u8>) {
        sized(&self.to_be_bytes(), out);
    }
}

impl CopiedValue for bool {
    fn copy(&self, out: &mut Vec<u8>) {
        sized(&[u8::from(*self)], out);
    }
}

impl CopiedValue for &str {
    fn copy(&self, out: &mut Vec<u8>) {
        sized(self.as_bytes(), out);
    }
}

impl CopiedValue for &[u8] {
    fn copy(&self, out: &mut Vec<u8>) {
        sized(self, out);
    }
}

impl CopiedValue for DayValue {
    fn copy(&self, out: &mut Vec<u8>) {
        let days = self.0.signed_duration_since(epoch()).num_days();
        // Years of the register have four digits.
        i32::try_from(days).unwrap_or_default().copy(out);
    }
}

impl CopiedValue for NaiveDateTime {
    fn copy(&self, out: &mut Vec<u8>) {
        let since = self.signed_duration_since(epoch().into());
        since.num_microseconds().unwrap_or_default().copy(out);
    }
}

impl<V: CopiedValue> CopiedValue for Option<V> {
    fn copy(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.copy(out),
            None => out.extend((-1i32).to_be_bytes()),
        }
    }
}

/// From where PostgreSQL counts days and microseconds.
fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default()
}

/// An error of writing to the connection, as the query's.
pub(crate) fn failed(error: io::Error) -> diesel::result::Error {
    diesel::result::Error::SerializationError(Box::new(error))
}

/// Declares how a row is copied in.
macro_rules! copied {
    ($name:ident of $table:ident { $($column:ident: $type:ty),+ }) => {
        impl $crate::db::engine::CopiedRow for $name<'_> {
            fn copy(&self, out: &mut Vec<u8>) {
                const COLUMNS: &[&str] = &[$(stringify!($column)),+];
                out.extend((COLUMNS.len() as i16).to_be_bytes());
                $($crate::db::engine::CopiedValue::copy(&self.$column, out);)+
            }

            fn copy_all(conn: &mut $crate::db::Conn, bytes: &[u8]) -> diesel::QueryResult<()> {
                use diesel::ExecuteCopyFromDsl;
                diesel::copy_from($table::table)
                    .from_raw_data(($($table::$column,)+), |copy: &mut dyn std::io::Write| {
                        copy.write_all(bytes).map_err($crate::db::engine::copy_failed)
                    })
                    .with_format(diesel::pg::CopyFormat::Binary)
                    .execute(conn)
                    .map(drop)
            }
        }
    };
}
pub(crate) use copied;
