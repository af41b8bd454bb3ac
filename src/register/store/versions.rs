//! Closing versions.

/// Closes the open versions with these ids in a table: the import that replaces them is the first not to see them.
macro_rules! close {
    ($conn:expr, $table:ident, $ids:expr, $import:expr) => {
        for id in $ids {
            diesel::update($table::table.filter($table::id.eq(id)))
                .set($table::closed_by.eq(Some($import)))
                .execute($conn)?;
        }
    };
}
/// The id that the next row of a table gets.
macro_rules! next_id {
    ($conn:expr, $table:ident) => {
        $table::table
            .select(diesel::dsl::max($table::id))
            .first::<Option<i32>>($conn)
            .map(|last| last.unwrap_or(0).saturating_add(1))
    };
}
pub(crate) use {close, next_id};
