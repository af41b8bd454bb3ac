//! Many rows out by `COPY … TO STDOUT BINARY`, which takes the program a fraction of what rows of an answer take (spec 20.6).

use std::cell::RefCell;
use std::io::BufRead;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::expression::{AsExpression, SqlLiteral};
use diesel::pg::{CopyFormat, CopyTarget};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_dsl::methods::LoadQuery;
use diesel::result::Error;
use diesel::sql_types::{Integer, Nullable};
use diesel::{QueryResult, RunQueryDsl, debug_query};

use super::values::day_of;
use super::{Backend, Conn, DateColumn, Streaming, TextColumn};
use crate::db::schema::node;

/// A number as it is spelt within a query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpeltNumber(i32);

/// A number within a query that [`each_row`] is given: copying takes none that are sent beside the query.
pub(crate) fn number(number: i32) -> SpeltNumber {
    SpeltNumber(number)
}

impl AsExpression<Integer> for SpeltNumber {
    type Expression = SqlLiteral<Integer>;

    fn as_expression(self) -> Self::Expression {
        sql(&self.0.to_string())
    }
}

impl AsExpression<Nullable<Integer>> for SpeltNumber {
    type Expression = SqlLiteral<Nullable<Integer>>;

    fn as_expression(self) -> Self::Expression {
        sql(&self.0.to_string())
    }
}

/// What a query ends with, as it is shown, where nothing is sent beside it.
const NOTHING_BESIDE: &str = " -- binds: []";

/// Gives each row of an answer to `each`, of which there may be millions.
pub(crate) fn each_row<'q, Q, T>(conn: &mut Conn, query: Q, mut each: impl FnMut(T)) -> QueryResult<()>
where
    Q: LoadQuery<'q, Conn, T, Streaming> + RunQueryDsl<Conn> + QueryFragment<Backend> + 'q,
    T: CopiedOut,
{
    let shown = debug_query::<Backend, _>(&query).to_string();
    if let Some(alone) = shown.strip_suffix(NOTHING_BESIDE) {
        return copy_out(conn, alone, each);
    }
    for row in query.load_iter::<T, Streaming>(conn)? {
        each(row?);
    }
    Ok(())
}

thread_local! {
    /// The query whose rows this thread is about to have copied out.
    static COPIED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// That query, where a table would be named.
struct CopiedQuery;

impl CopyTarget for CopiedQuery {
    // It is of neither, and nobody asks.
    type Table = node::table;
    type SqlType = Integer;

    fn walk_target(mut pass: AstPass<'_, '_, Backend>) -> QueryResult<()> {
        COPIED.with_borrow(|query| {
            pass.push_sql("(");
            pass.push_sql(query);
            pass.push_sql(")");
        });
        Ok(())
    }
}

fn copy_out<T: CopiedOut>(conn: &mut Conn, query: &str, each: impl FnMut(T)) -> QueryResult<()> {
    COPIED.with_borrow_mut(|copied| query.clone_into(copied));
    let whole = {
        let copied = diesel::copy_to(CopiedQuery).with_format(CopyFormat::Binary).load_raw(conn)?;
        read_all(copied, each)
    };
    // Takes what the server says in the end, without which it is asked nothing more. Of what it broke off it says why here.
    conn.batch_execute("SELECT")?;
    whole.ok_or_else(|| Error::DeserializationError("the rows of the server broke off".into()))
}

/// What the binary format begins with: its signature, its flags and the length of what it may be extended by, which is none.
const BEGINNING: usize = 19;

/// Gives each row to `each`; `None` where they are not whole.
fn read_all<T: CopiedOut>(mut copied: impl BufRead, mut each: impl FnMut(T)) -> Option<()> {
    let mut skipped = BEGINNING;
    loop {
        // Each row arrives by itself, the first behind the beginning.
        let bytes = copied.fill_buf().ok()?;
        let len = bytes.len();
        let mut row = CopiedColumns(bytes.get(skipped..)?);
        skipped = 0;
        if row.columns()? < 0 {
            copied.consume(len);
            // What follows the end is the end.
            return copied.fill_buf().ok()?.is_empty().then_some(());
        }
        each(T::of(&mut row)?);
        copied.consume(len);
    }
}

/// The columns of a row that are still to be read.
pub(crate) struct CopiedColumns<'c>(&'c [u8]);

impl<'c> CopiedColumns<'c> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    /// How many columns the row has; -1 where it is the end of all rows.
    fn columns(&mut self) -> Option<i16> {
        Some(i16::from_be_bytes(self.take()?))
    }

    /// The bytes of the next column, where it has a value; nothing at all where there is no next column.
    fn next(&mut self) -> Option<Option<&'c [u8]>> {
        let Ok(len) = usize::try_from(i32::from_be_bytes(self.take()?)) else { return Some(None) };
        let (value, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(Some(value))
    }
}

/// A row, or a value of it, that can be copied out.
pub(crate) trait CopiedOut: Sized {
    /// Reads it from the next columns; `None` where they are something else.
    fn of(columns: &mut CopiedColumns<'_>) -> Option<Self>;
}

/// A value that stands in one column.
trait CopiedOutValue: Sized {
    fn of_bytes(bytes: &[u8]) -> Option<Self>;
}

impl<V: CopiedOutValue> CopiedOut for V {
    fn of(columns: &mut CopiedColumns<'_>) -> Option<Self> {
        Self::of_bytes(columns.next()??)
    }
}

impl<V: CopiedOutValue> CopiedOut for Option<V> {
    fn of(columns: &mut CopiedColumns<'_>) -> Option<Self> {
        match columns.next()? {
            Some(bytes) => V::of_bytes(bytes).map(Some),
            None => Some(None),
        }
    }
}

impl CopiedOutValue for i32 {
    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_be_bytes)
    }
}

impl CopiedOutValue for bool {
    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.first().map(|byte| *byte != 0)
    }
}

impl CopiedOutValue for DateColumn {
    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        i32::of_bytes(bytes).and_then(day_of).map(Self)
    }
}

impl CopiedOutValue for TextColumn {
    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok().map(|text| Self(text.into()))
    }
}

impl CopiedOutValue for String {
    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok().map(Into::into)
    }
}

/// Declares rows of so many columns.
macro_rules! rows {
    ($($column:ident),+) => {
        impl<$($column: CopiedOut),+> CopiedOut for ($($column,)+) {
            fn of(columns: &mut CopiedColumns<'_>) -> Option<Self> {
                Some(($($column::of(columns)?,)+))
            }
        }
    };
}

rows!(A, B);
rows!(A, B, C);
rows!(A, B, C, D);
rows!(A, B, C, D, E, F);
rows!(A, B, C, D, E, F, G, H, I, J, K);

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use diesel::prelude::*;
    use diesel::sql_types::{Bool, Date, Text};

    use super::*;
    use crate::db::{Db, IfMissing};
    use crate::sample::database::url;

    fn database() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("register.db")), IfMissing::Create).unwrap();
        (folder, db)
    }

    type OddRow = (i32, Option<i32>, TextColumn, DateColumn, Option<DateColumn>, Option<bool>);

    #[test]
    fn rows_that_are_copied_out_are_those_that_a_query_loads() {
        let (_folder, db) = database();
        let spelt = "SELECT n - 3, CASE WHEN n % 2 = 0 THEN -n END, repeat('ä', n), DATE '1999-12-30' + n, \
                     CASE WHEN n % 3 = 0 THEN DATE '0001-01-01' + n ELSE DATE '9999-12-25' + n END, \
                     CASE WHEN n % 3 > 0 THEN n % 2 = 0 END FROM generate_series(1, 6) n";
        type Types = (Integer, Nullable<Integer>, Text, Date, Nullable<Date>, Nullable<Bool>);
        let query = || sql::<Types>(spelt);
        let loaded: Vec<OddRow> = db.read(|conn| query().load(conn)).unwrap();
        let mut copied: Vec<OddRow> = Vec::new();
        db.read(|conn| each_row(conn, query(), |row| copied.push(row))).unwrap();
        assert_eq!(copied, loaded);
        assert_eq!(loaded.len(), 6);
        assert_eq!(loaded[2].4, Some(DateColumn(NaiveDate::from_ymd_opt(1, 1, 4).unwrap())));
        let mut none = 0;
        let empty = sql::<(Integer, Integer)>("SELECT 1, 1 WHERE false");
        db.read(|conn| each_row(conn, empty, |_: (i32, i32)| none += 1)).unwrap();
        assert_eq!(none, 0);
    }

    #[test]
    fn what_the_server_breaks_off_is_an_error_and_the_connection_is_used_again() {
        let (_folder, db) = database();
        let spelt = "SELECT n, 1 / (50000 - n) FROM generate_series(1, 100000) n";
        let mut seen = 0;
        let read =
            db.read(|conn| each_row(conn, sql::<(Integer, Integer)>(spelt), |_: (i32, i32)| seen += 1));
        assert!(read.is_err() && (1..50_000).contains(&seen), "{seen}: {read:?}");
        for _ in 0..2 {
            let mut rows = 0;
            let whole = sql::<(Integer, Integer)>("SELECT n, n FROM generate_series(1, 100000) n");
            db.read(|conn| each_row(conn, whole, |_: (i32, i32)| rows += 1)).unwrap();
            assert_eq!(rows, 100_000);
        }
    }

    #[test]
    fn rows_that_end_too_early_or_are_of_another_shape_are_told_from_whole_ones() {
        let mut whole = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
        whole.extend(b"\0\x01\0\0\0\x04\0\0\0\x07");
        let read = |bytes: &[u8]| read_all(bytes, |_: (i32, i32)| ());
        assert_eq!(read(&whole), None, "no second column");
        assert_eq!(read(&whole[..10]), None);
        assert_eq!(read(b""), None);
        let mut ended = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
        assert_eq!(read(&ended), None, "no end");
        ended.extend(b"\xff\xff");
        assert_eq!(read(&ended), Some(()));
    }
}
