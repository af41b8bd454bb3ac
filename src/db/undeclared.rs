//! What rows refer to without its being declared, because declaring it would cost too much (spec 20.2).

use diesel::sql_types::Text;
use diesel::{OptionalExtension, QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::Conn;

/// The table, the column, and what it refers to. On one engine some of them are declared none the less.
const UNDECLARED: [(&str, &str, &str); 22] = [
    ("organisation_version", "opened_by", "import"),
    ("organisation_version", "closed_by", "import"),
    ("staff_version", "opened_by", "import"),
    ("staff_version", "closed_by", "import"),
    ("assignment_version", "opened_by", "import"),
    ("assignment_version", "closed_by", "import"),
    ("training_record", "opened_by", "import"),
    ("training_record", "closed_by", "import"),
    ("training_record", "course_id", "course"),
    ("exemption", "opened_by", "import"),
    ("exemption", "closed_by", "import"),
    ("exemption", "course_id", "course"),
    ("budget", "opened_by", "import"),
    ("budget", "closed_by", "import"),
    ("expense", "opened_by", "import"),
    ("expense", "closed_by", "import"),
    ("booking", "opened_by", "import"),
    ("booking", "closed_by", "import"),
    ("booking", "course_id", "course"),
    ("assurance_answer", "opened_by", "import"),
    ("assurance_answer", "closed_by", "import"),
    ("message", "planned_from", "import"),
];

#[derive(QueryableByName)]
struct DanglingTable {
    #[diesel(sql_type = Text)]
    said: String,
}

/// What is wrong, if some row refers to nothing.
pub(super) fn refers_to_nothing(conn: &mut Conn) -> QueryResult<Option<String>> {
    for (table, column, to) in UNDECLARED {
        let query = format!(
            "SELECT '{table}' AS said FROM {table} WHERE {column} IS NOT NULL \
             AND {column} NOT IN (SELECT id FROM {to}) LIMIT 1"
        );
        if let Some(DanglingTable { said }) = sql_query(query).get_result(conn).optional()? {
            return Ok(Some(format!("a row of {said} refers to nothing by {column}")));
        }
    }
    Ok(None)
}
