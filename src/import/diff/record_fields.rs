//! What training records say, field by field.

use std::borrow::Cow;

use super::listed::{NamedValue, date, pounds};
use crate::import::TrainingRow;
use crate::policy::CourseIndex;
use crate::register::store::RecordValues;

/// What a file says nothing of.
#[derive(Debug, Clone, Copy)]
pub(in crate::import) struct UnsaidOfRecords<'a> {
    /// The columns that it does not have.
    pub columns: &'a [&'static str],
    /// Of a matrix that has expiries of some courses, the courses of which it has none.
    pub expiry_of: &'a [CourseIndex],
}

impl UnsaidOfRecords<'_> {
    /// What the row says of a completion, and what is known where the file can't say it.
    pub(super) fn but_for<'v>(
        &self,
        row: &TrainingRow,
        new: RecordValues<'v>,
        old: RecordValues<'v>,
    ) -> RecordValues<'v> {
        let said = but_for(self.columns, new, old);
        if self.expiry_of.contains(&row.course) {
            return RecordValues { expires_on: old.expires_on, ..said };
        }
        said
    }
}

/// What the row says, and what is known where the file can't say it. A certificate that is known stays with the completion,
/// also where the row has none.
fn but_for<'v>(absent: &[&str], new: RecordValues<'v>, old: RecordValues<'v>) -> RecordValues<'v> {
    let of = |column: &str| if absent.contains(&column) { old } else { new };
    RecordValues {
        expires_on: of("expires_on").expires_on,
        hours: of("hours").hours,
        participatory: of("mode").participatory,
        provider: of("provider").provider,
        certificate: if new.certificate.is_empty() { old.certificate } else { of("certificate").certificate },
        cost_pence: of("cost").cost_pence,
        ..new
    }
}

/// The columns for which a record has something that a file may have no column for.
pub(super) fn known(record: &RecordValues<'_>) -> Vec<&'static str> {
    let has = [
        ("expires_on", record.expires_on.is_some()),
        ("hours", record.hours.is_some()),
        ("mode", record.participatory.is_some()),
        ("provider", !record.provider.is_empty()),
        ("certificate", !record.certificate.is_empty()),
        ("cost", record.cost_pence.is_some()),
    ];
    has.into_iter().filter(|(_, has)| *has).map(|(column, _)| column).collect()
}

/// What a correction may change of a record.
pub(super) fn fields<'r>(record: &RecordValues<'r>) -> [NamedValue<'r>; 6] {
    let mode = record.participatory.map_or("", |yes| if yes { "participatory" } else { "e-learning" });
    [
        ("expires_on", date(record.expires_on)),
        ("hours", record.hours.map_or(Cow::Borrowed(""), |hours| hours.to_string().into())),
        ("mode", mode.into()),
        ("provider", record.provider.into()),
        ("certificate", record.certificate.into()),
        ("cost", pounds(record.cost_pence)),
    ]
}

pub(super) fn same_content(a: &TrainingRow, b: &TrainingRow) -> bool {
    a.expires_on == b.expires_on && a.details == b.details
}
