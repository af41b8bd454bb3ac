//! What an import of rows that are found again by a key tells its report, and how it is applied.

use std::collections::HashMap;

use super::{ImportRun, Original};
use crate::db::{Conn, DbError};
use crate::import::diff::kept_columns::{KeepsColumns, keep_absent};
use crate::import::diff::keyed::KeyedDifference;
use crate::import::diff::listed::{AddedItem, DifferenceSubject, NamedValue};
use crate::import::messages::{Note, Rejection};
use crate::register::store::CurrentVersion;

/// What was compared by key.
pub(in crate::import) struct KeyedComparison<'a, Row, T> {
    /// The checked rows that `rows` were made of, each in the same place.
    pub originals: &'a [Original<'a, Row>],
    /// The rows in the register's terms.
    pub rows: &'a [T],
    /// The open versions, with their ids.
    pub current: &'a [(i32, T)],
}

impl ImportRun<'_> {
    /// Tells the report what a difference by key comes to.
    pub(in crate::import) fn keyed<Row, T>(
        &mut self,
        difference: &KeyedDifference,
        KeyedComparison { originals, rows, current }: KeyedComparison<'_, Row, T>,
        whose: impl Fn(&Row) -> (DifferenceSubject, String),
        fields: impl Fn(&T) -> Vec<NamedValue<'_>>,
    ) {
        self.report.applied = u64::try_from(difference.opens.len()).unwrap_or(u64::MAX);
        let versions: HashMap<i32, &T> = current.iter().map(|(id, version)| (*id, version)).collect();
        let corrected: HashMap<usize, i32> = difference.corrects.iter().copied().collect();
        for place in &difference.opens {
            let (Some((line, original)), Some(row)) = (originals.get(*place), rows.get(*place)) else {
                continue;
            };
            let old = corrected.get(place).and_then(|version| versions.get(version));
            let listed = &mut self.report.difference;
            match old {
                Some(old) => listed.compare_fields(fields(old), fields(row), *line, || whose(original)),
                None => listed.added.add(|| {
                    let (subject, about) = whose(original);
                    AddedItem { subject, line: *line, about }
                }),
            }
        }
        for (later, first) in &difference.clashes {
            if let (Some((line, _)), Some((earlier, _))) = (originals.get(*later), originals.get(*first)) {
                self.reject(*line, "", "", &Rejection::DiffersFromLine { line: earlier.to_string() });
            }
        }
    }

    /// Leaves what is known, of the rows with a version at these places, where the file has no column for it, and says so.
    pub(in crate::import) fn keep_absent<T: KeepsColumns>(
        &mut self,
        current: &[(i32, T)],
        rows: &mut [T],
        places: &[Option<usize>],
        absent: &[&'static str],
    ) {
        for column in keep_absent(current, rows, places, absent) {
            self.note(&Note::ColumnAbsent { column: column.into() });
        }
    }

    /// Closes and opens what a difference by key says, where [`Self::open`] gives an import to do so under.
    pub(in crate::import) fn apply_keyed<T: CurrentVersion>(
        &mut self,
        conn: &mut Conn,
        difference: &KeyedDifference,
        rows: &[T],
    ) -> Result<(), DbError> {
        let Some(import) = self.open(conn)? else { return Ok(()) };
        T::close(conn, import, &difference.closes)?;
        for row in difference.opened(rows) {
            row.open(conn, import)?;
        }
        Ok(())
    }
}
