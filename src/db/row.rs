//! Rows inserted by the million.
//!
//! The query builder's own `insert_into` walks through every column's name again for each row it inserts, which costs
//! more than the insert. A row declared by [`row!`](crate::db::row) binds its values and nothing else; the statement
//! is spelt once, prepared once, and found again by the row's type.

/// Declares a row of a table: a struct of the columns that are given values, each checked against the column's type.
/// It is inserted by `execute`.
macro_rules! row {
    ($(#[$about:meta])* $name:ident<$life:lifetime> of $table:ident { $first:ident: $first_type:ty $(, $column:ident: $type:ty)* $(,)? }) => {
        $(#[$about])*
        struct $name<$life> {
            $first: $first_type,
            $($column: $type,)*
        }

        impl diesel::query_builder::QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl diesel::query_builder::QueryFragment<$crate::db::Backend> for $name<'_> {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, $crate::db::Backend>,
            ) -> diesel::QueryResult<()> {
                out.push_sql(concat!(
                    "INSERT INTO ", stringify!($table), " (", stringify!($first), $(", ", stringify!($column),)* ") VALUES ("
                ));
                out.push_bind_param::<diesel::dsl::SqlTypeOf<$table::$first>, _>(&self.$first)?;
                $(
                    out.push_sql(", ");
                    out.push_bind_param::<diesel::dsl::SqlTypeOf<$table::$column>, _>(&self.$column)?;
                )*
                out.push_sql(")");
                Ok(())
            }
        }

        impl diesel::RunQueryDsl<$crate::db::Conn> for $name<'_> {}
    };
}
pub(crate) use row;
