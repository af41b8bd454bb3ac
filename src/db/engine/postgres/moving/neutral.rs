//! Rows as neither engine has them: every value as text that is the same on both. Days and instants are ISO, instants with
//! six digits, truths are `t` and `f`, bytes are hexadecimal.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::pg::Pg;
use diesel::row::NamedRow;
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::Sqlite;

use crate::db::moving::MoveError;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnKind {
    /// A whole number of either size.
    Integer,
    /// Text.
    Text,
    /// True or false.
    Truth,
    /// A civil date.
    Day,
    /// An instant, in UTC.
    Instant,
    /// Bytes.
    Bytes,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// What it holds.
    pub(super) kind: ColumnKind,
    /// Its place in the primary key, from 1, if it is part of that.
    pub(super) key: Option<u32>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    /// Its columns, in order of name.
    pub(super) columns: Vec<Column>,
}

impl Table {
    /// The columns of the primary key with their places among all, in the key's order.
    pub(super) fn key(&self) -> Vec<(usize, &Column)> {
        let mut key: Vec<_> = self.columns.iter().enumerate().filter(|(_, one)| one.key.is_some()).collect();
        key.sort_by_key(|(_, column)| column.key);
        key
    }

    /// What a row is known by, for people: `id 17`.
    pub(super) fn known_by(&self, row: &TextRow) -> String {
        let value = |place| row.0.get(place).and_then(Option::as_deref).unwrap_or("nothing");
        let words: Vec<String> = self
            .key()
            .into_iter()
            .map(|(place, column)| format!("{} {}", column.name, value(place)))
            .collect();
        words.join(", ")
    }

    /// All rows as text in the order of their keys, where `text` says how a column becomes that.
    pub(super) fn select(&self, text: impl Fn(&Column) -> String) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .enumerate()
            .map(|(place, column)| format!("{} AS c{place}", text(column)))
            .collect();
        // By the column itself: its text is in another order.
        let order: Vec<String> = self
            .key()
            .iter()
            .map(|(_, column)| format!("{}.{}", quoted(&self.name), quoted(&column.name)))
            .collect();
        format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), quoted(&self.name), order.join(", "))
    }

    /// Its name and the names of its columns, as `INSERT INTO` takes them.
    pub(super) fn column_list(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        format!("INSERT INTO {} ({})", quoted(&self.name), names.join(", "))
    }
}

/// A name within SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text within SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A row, every column as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextRow(pub(super) Vec<Option<String>>);

impl TextRow {
    /// The value at this place; nothing where it is null.
    pub(super) fn text(&self, place: usize) -> &str {
        self.0.get(place).and_then(Option::as_deref).unwrap_or_default()
    }

    /// Adds the row to the hash of its table, so that no two different rows are hashed alike.
    pub(super) fn hash_into(&self, hasher: &mut blake3::Hasher) {
        for value in &self.0 {
            match value {
                None => hasher.update(&[0]),
                Some(text) => {
                    hasher.update(&[1]).update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes())
                }
            };
        }
    }
}

fn read<'a, DB: Backend>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<TextRow>
where
    String: FromSql<Text, DB>,
{
    let values =
        (0..row.field_count()).map(|place| row.get_value::<Nullable<Text>, Option<String>, _>(place));
    values.collect::<deserialize::Result<Vec<_>>>().map(TextRow)
}

impl QueryableByName<Sqlite> for TextRow {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        read(row)
    }
}

impl QueryableByName<Pg> for TextRow {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        read(row)
    }
}

/// The tables from rows of table, column, type, and place in the key, in their order.
pub(super) fn tables_of(
    rows: &[TextRow],
    kind: impl Fn(&str) -> Option<ColumnKind>,
) -> Result<Vec<Table>, MoveError> {
    let mut tables: Vec<Table> = Vec::new();
    for row in rows {
        let (table, name, written) = (row.text(0), row.text(1), row.text(2));
        let kind = kind(written)
            .ok_or_else(|| MoveError::Unlike(format!("{table}.{name} is of the unknown type {written}")))?;
        let key = row.text(3).parse().ok().filter(|place| *place > 0);
        let column = Column { name: name.to_owned(), kind, key };
        match tables.last_mut() {
            Some(last) if last.name == table => last.columns.push(column),
            _ => tables.push(Table { name: table.to_owned(), columns: vec![column] }),
        }
    }
    Ok(tables)
}

/// What one has and the other lacks; `None` where they have the same tables of the same columns.
pub(super) fn difference(source: &[Table], target: &[Table]) -> Option<String> {
    let only = |some: &[Table], others: &[Table]| {
        let unknown = |table: &&Table| !others.iter().any(|other| other.name == table.name);
        some.iter().find(unknown).map(|table| table.name.clone())
    };
    if let Some(table) = only(source, target) {
        return Some(format!("the table {table} is in the source only"));
    }
    if let Some(table) = only(target, source) {
        return Some(format!("the table {table} is in the target only"));
    }
    let unlike = source.iter().zip(target).find(|(one, other)| one != other);
    unlike.map(|(table, _)| format!("the columns of {} differ", table.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, columns: &[(&str, ColumnKind, Option<u32>)]) -> Table {
        let column = |&(name, kind, key): &(&str, ColumnKind, Option<u32>)| Column {
            name: name.to_owned(),
            kind,
            key,
        };
        Table { name: name.to_owned(), columns: columns.iter().map(column).collect() }
    }

    fn row(values: &[Option<&str>]) -> TextRow {
        TextRow(values.iter().map(|value| value.map(str::to_owned)).collect())
    }

    #[test]
    fn a_row_is_known_by_its_key_in_the_key_s_order() {
        let of_two = table(
            "t",
            &[
                ("a", ColumnKind::Text, Some(2)),
                ("b", ColumnKind::Text, None),
                ("c", ColumnKind::Integer, Some(1)),
            ],
        );
        assert_eq!(of_two.known_by(&row(&[Some("x"), None, Some("7")])), "c 7, a x");
        assert_eq!(
            of_two.select(|column| column.name.clone()),
            "SELECT a AS c0, b AS c1, c AS c2 FROM \"t\" ORDER BY \"t\".\"c\", \"t\".\"a\""
        );
    }

    #[test]
    fn no_two_different_rows_are_hashed_alike() {
        let rows = [
            row(&[Some("a"), Some("b")]),
            row(&[Some("ab"), Some("")]),
            row(&[Some("ab"), None]),
            row(&[None, Some("ab")]),
            row(&[Some(""), Some("ab")]),
        ];
        let hashes: std::collections::HashSet<_> = rows
            .iter()
            .map(|row| {
                let mut hasher = blake3::Hasher::new();
                row.hash_into(&mut hasher);
                hasher.finalize()
            })
            .collect();
        assert_eq!(hashes.len(), rows.len());
    }

    #[test]
    fn a_table_or_column_that_one_side_lacks_is_named() {
        let a = table("a", &[("id", ColumnKind::Integer, Some(1))]);
        let other = table("a", &[("id", ColumnKind::Text, Some(1))]);
        let b = table("b", &[("id", ColumnKind::Integer, Some(1))]);
        for (source, target, said) in [
            (vec![a.clone()], vec![a.clone()], None),
            (vec![a.clone(), b.clone()], vec![a.clone()], Some("b is in the source only")),
            (vec![a.clone()], vec![a.clone(), b], Some("b is in the target only")),
            (vec![a], vec![other], Some("columns of a differ")),
        ] {
            let found = difference(&source, &target);
            assert_eq!(found.is_some(), said.is_some(), "{found:?}");
            assert!(found.unwrap_or_default().contains(said.unwrap_or_default()));
        }
    }
}
