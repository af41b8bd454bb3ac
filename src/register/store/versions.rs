//! What is done to versions of every kind alike: closing them, numbering new ones, and what an undo needs to know.

/// How many versions are closed by one statement (spec 20.4); SQLite binds 32,766 values at most.
pub(crate) const CLOSED_AT_ONCE: usize = 10_000;

/// Closes the open versions with these ids in a table: the import that replaces them is the first not to see them.
macro_rules! close {
    ($conn:expr, $table:ident, $ids:expr, $import:expr) => {
        let ids: Vec<i32> =
            $ids.into_iter().map(|id| i32::from(*std::borrow::Borrow::<i32>::borrow(&id))).collect();
        for some in ids.chunks($crate::register::store::versions::CLOSED_AT_ONCE) {
            diesel::update($table::table.filter($table::id.eq_any(some)))
                .set($table::closed_by.eq(Some($import)))
                .execute($conn)?;
        }
    };
}
pub(crate) use close;

use diesel::QueryResult;

use crate::db::Conn;
use crate::register::staff_fields::{person_fields, post_fields};

/// What a version says of something that an import finds again by a key.
pub(crate) trait CurrentVersion: Sized {
    /// The open versions with their ids, in the order of these.
    fn current(conn: &mut Conn) -> QueryResult<Vec<(i32, Self)>>;

    /// Closes the versions with these ids.
    fn close(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()>;

    /// Opens a version that says this.
    fn open(&self, conn: &mut Conn, import: i32) -> QueryResult<()>;
}

/// The columns of texts, each behind a comma.
macro_rules! spelt {
    ({} $($name:ident $variant:ident $column:ident $about:tt;)+) => {
        concat!($(", ", stringify!($column)),+)
    };
}

/// Whose the versions of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VersionOwner {
    /// A staff member's, by `staff_id`.
    Staff,
    /// An organisation's, by `organisation_id`.
    Organisation,
}

/// A table of versions, as SQL: what an undo has to know of it.
#[derive(Debug)]
pub(super) struct VersionTable {
    pub table: &'static str,
    /// What one of its rows is called.
    pub one: &'static str,
    /// What several are called.
    pub many: &'static str,
    pub owner: VersionOwner,
    /// What makes one version say something about the same thing as another. Never null, so that keys can be compared.
    pub key: &'static str,
    /// What a version says: every column but its id and who opened and closed it.
    pub content: &'static str,
}

/// Every table of versions. A test finds one that is missing here.
pub(super) const VERSIONED: [VersionTable; 9] = [
    VersionTable {
        table: "organisation_version",
        one: "organisation",
        many: "organisations",
        owner: VersionOwner::Organisation,
        key: "organisation_id",
        content: "organisation_id, name, kind, safeguarding_email",
    },
    VersionTable {
        table: "staff_version",
        one: "name or address",
        many: "names or addresses",
        owner: VersionOwner::Staff,
        key: "staff_id",
        content: concat!("staff_id", person_fields!(spelt {})),
    },
    VersionTable {
        table: "assignment_version",
        one: "assignment",
        many: "assignments",
        owner: VersionOwner::Staff,
        key: "staff_id, assignment_number",
        content: concat!("staff_id", post_fields!(spelt {}), ", is_primary, start_on, leave_on"),
    },
    VersionTable {
        table: "training_record",
        one: "training record",
        many: "training records",
        owner: VersionOwner::Staff,
        key: "staff_id, course_id, completed_on, certificate",
        content: "staff_id, course_id, completed_on, expires_on, hours_hundredths, participatory, provider, \
                  certificate, cost_pence",
    },
    VersionTable {
        table: "exemption",
        one: "exemption",
        many: "exemptions",
        owner: VersionOwner::Staff,
        key: "staff_id, COALESCE(course_id, 0), COALESCE(CAST(from_on AS TEXT), '')",
        content: "staff_id, course_id, from_on, until_on, reason",
    },
    VersionTable {
        table: "budget",
        one: "budget",
        many: "budgets",
        owner: VersionOwner::Organisation,
        key: "organisation_id, financial_year",
        content: "organisation_id, financial_year, allocated_pence, dedicated",
    },
    VersionTable {
        table: "expense",
        one: "expense",
        many: "expenses",
        owner: VersionOwner::Organisation,
        // One without a reference is found again by what it says.
        key: "organisation_id, reference, CASE reference WHEN '' THEN description ELSE '' END, \
              CASE reference WHEN '' THEN CAST(dated_on AS TEXT) ELSE '' END",
        content: "organisation_id, dated_on, description, amount_pence, course, people, reference",
    },
    VersionTable {
        table: "assurance_answer",
        one: "assurance answer",
        many: "assurance answers",
        owner: VersionOwner::Organisation,
        key: "organisation_id, statement, answered_on",
        content: "organisation_id, statement, answer, answered_on, evidence, owner_email, review_by",
    },
    VersionTable {
        table: "booking",
        one: "booking",
        many: "bookings",
        owner: VersionOwner::Staff,
        key: "staff_id, course_id, takes_place_on",
        content: "staff_id, course_id, takes_place_on, place",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use diesel::prelude::*;
    use diesel::sql_query;
    use diesel::sql_types::Text;

    use super::*;
    use crate::db::{Db, IfMissing};
    use crate::sample::database::url;

    #[derive(QueryableByName)]
    struct VersionColumn {
        #[diesel(sql_type = Text)]
        of_table: String,
        #[diesel(sql_type = Text)]
        name: String,
    }

    /// Every column of every table, from the engine's own catalogue.
    #[cfg(not(feature = "postgres"))]
    const COLUMNS: &str = "SELECT m.name AS of_table, c.name AS name FROM sqlite_master m \
                           JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid";
    #[cfg(feature = "postgres")]
    const COLUMNS: &str = "SELECT table_name::text AS of_table, column_name::text AS name \
                           FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2";

    #[test]
    fn an_undo_knows_every_table_of_versions_and_all_of_their_columns() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("register.db")), IfMissing::Create).unwrap();
        let columns = db.read(|conn| sql_query(COLUMNS).load::<VersionColumn>(conn)).unwrap();
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for column in columns {
            tables.entry(column.of_table).or_default().push(column.name);
        }
        tables.retain(|_, columns| columns.iter().any(|column| column == "closed_by"));
        tables.values_mut().for_each(|columns| columns.sort());
        let known: BTreeMap<String, Vec<String>> = VERSIONED
            .iter()
            .map(|versioned| {
                let content = versioned.content.split(", ").map(str::to_owned);
                let columns = ["id".to_owned()].into_iter().chain(content);
                let mut columns: Vec<String> =
                    columns.chain(["opened_by".to_owned(), "closed_by".to_owned()]).collect();
                columns.sort();
                (versioned.table.to_owned(), columns)
            })
            .collect();
        assert_eq!(known, tables);
    }
}
