//! Words that people wrote, given up where they stand (spec 2.10).

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::{Conn, Streaming};

/// A column of texts, as SQL.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextsIn {
    /// The table.
    pub(crate) table: &'static str,
    /// The column.
    pub(crate) column: &'static str,
    /// Which rows; empty for all.
    pub(crate) only: &'static str,
    /// What else makes a row (`other`) that says the same one too many beside the one reworded (`own`); empty where the
    /// same may stand twice. Such a table numbers its rows by `id`.
    pub(crate) unlike: &'static str,
}

impl TextsIn {
    /// All texts of a column, in which the same may stand twice.
    pub(crate) const fn of(table: &'static str, column: &'static str) -> Self {
        Self { table, column, only: "", unlike: "" }
    }
}

#[derive(QueryableByName)]
struct KeptText {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Writes in place of every text of a column what `reworded` gives of it, if anything. Where two would become one that
/// may not, the second gets its number.
pub(crate) fn reword(
    conn: &mut Conn,
    texts: &TextsIn,
    mut reworded: impl FnMut(&str) -> Option<String>,
) -> QueryResult<()> {
    let TextsIn { table, column, only, unlike } = texts;
    let only = if only.is_empty() { "1 = 1" } else { only };
    // The same words stand in many rows: each is read and written once.
    let all = sql_query(format!(
        "SELECT DISTINCT {column} AS text FROM {table} WHERE {column} IS NOT NULL AND {column} <> '' AND {only}"
    ));
    let mut others = Vec::new();
    for kept in all.load_iter::<KeptText, Streaming>(conn)? {
        let KeptText { text } = kept?;
        if let Some(other) = reworded(&text) {
            others.push((text, other));
        }
    }
    // In one order on every engine, since what comes first keeps its words where only one may have them.
    others.sort_unstable();
    for (text, other) in others {
        let is_there = if unlike.is_empty() {
            String::new()
        } else {
            format!(
                " AND NOT EXISTS (SELECT 1 FROM {table} other WHERE other.{column} = $1 AND other.id <> own.id AND {unlike})"
            )
        };
        sql_query(format!(
            "UPDATE {table} AS own SET {column} = $1 WHERE own.{column} = $2 AND {only}{is_there}"
        ))
        .bind::<Text, _>(&other)
        .bind::<Text, _>(&text)
        .execute(conn)?;
        if !unlike.is_empty() {
            sql_query(format!(
                "UPDATE {table} SET {column} = $1 || ' ' || id WHERE {column} = $2 AND {only}"
            ))
            .bind::<Text, _>(&other)
            .bind::<Text, _>(&text)
            .execute(conn)?;
        }
    }
    Ok(())
}
