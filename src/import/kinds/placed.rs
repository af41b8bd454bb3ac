//! Rows about an organisation, under the register's key of it.

use crate::db::{Conn, DbError};
use crate::import::diff::listed::DifferenceSubject;
use crate::import::run::{ImportRun, Original};
use crate::import::{CheckedFile, FileOrganisationIndex};

/// The organisation that a row is about.
pub(super) fn of<Row>(checked: &CheckedFile<Row>, organisation: FileOrganisationIndex) -> DifferenceSubject {
    let organisation = checked.organisation(organisation).to_owned();
    DifferenceSubject { organisation, ..DifferenceSubject::default() }
}

/// The rows under their organisations' keys, and as they were checked; rows of an organisation that is not there are
/// rejected.
pub(super) fn placed<'a, Row, T>(
    conn: &mut Conn,
    run: &mut ImportRun<'_>,
    checked: &'a CheckedFile<Row>,
    organisation: impl Fn(&Row) -> FileOrganisationIndex,
    place: impl Fn(i32, &Row) -> T,
) -> Result<(Vec<Original<'a, Row>>, Vec<T>), DbError> {
    let ids = run.organisations(conn, &checked.organisations)?;
    let (mut originals, mut rows) = (Vec::new(), Vec::new());
    for original in &checked.rows {
        let (line, row) = original;
        let organisation = organisation(row);
        match ids.get(organisation) {
            Some(Some(id)) => {
                originals.push(original);
                rows.push(place(*id, row));
            }
            _ => run.unknown_organisation(*line, checked, organisation),
        }
    }
    Ok((originals, rows))
}
