//! Rows about an organisation, under the register's key of it.

use crate::db::{Conn, DbError};
use crate::import::CheckedFile;
use crate::import::diff::listed::DifferenceSubject;
use crate::import::run::{ImportRun, Original};

/// The organisation that a row is about.
pub(super) fn of<Row>(checked: &CheckedFile<Row>, index: u16) -> DifferenceSubject {
    let organisation = checked.organisations.get(usize::from(index)).cloned().unwrap_or_default();
    DifferenceSubject { organisation, ..DifferenceSubject::default() }
}

/// The rows under their organisations' keys, and as they were checked; rows of an organisation that is not there are
/// rejected.
pub(super) fn placed<'a, Row, T>(
    conn: &mut Conn,
    run: &mut ImportRun<'_>,
    checked: &'a CheckedFile<Row>,
    organisation: impl Fn(&Row) -> u16,
    place: impl Fn(i32, &Row) -> T,
) -> Result<(Vec<Original<'a, Row>>, Vec<T>), DbError> {
    let ids = run.organisations(conn, &checked.organisations)?;
    let (mut originals, mut rows) = (Vec::new(), Vec::new());
    for original in &checked.rows {
        let (line, row) = original;
        let index = usize::from(organisation(row));
        match ids.get(index) {
            Some(Some(id)) => {
                originals.push(original);
                rows.push(place(*id, row));
            }
            _ => run.unknown_organisation(*line, checked, index),
        }
    }
    Ok((originals, rows))
}
