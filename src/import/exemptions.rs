//! Exemptions (spec 3.5).

use std::path::Path;

use chrono::NaiveDate;

use super::aliases::{Field, FileKind};
use super::cells::Cells;
use super::messages::Rejection;
use super::reading::read_rows;
use super::repeats::{Repeatable, settle};
use super::{Checked, ExemptionRow, ImportError, Known, ReadOptions};

/// Reads and checks exemptions.
///
/// # Errors
/// When the file can't be used at all.
pub fn read_exemptions(
    path: &Path,
    options: &ReadOptions,
    known: &Known<'_>,
) -> Result<Checked<ExemptionRow>, ImportError> {
    let mut checked = read_rows(path, options, known, FileKind::Exemptions, |cells| Some(check(cells)))?;
    settle(&mut checked);
    checked.in_order();
    Ok(checked)
}

fn check(cells: &mut Cells<'_, '_>) -> ExemptionRow {
    let from_on = cells.date(Field::From);
    let until_on = cells.date(Field::Until);
    if let (Some(from), Some(until)) = (from_on, until_on)
        && until < from
    {
        cells.fault(Field::Until, Rejection::EndsBeforeBegins { begins: from.to_string() });
    }
    ExemptionRow {
        organisation: cells.organisation(),
        employee_number: cells.employee_number().into_owned(),
        course: cells.course(Field::Course),
        from_on,
        until_on,
        reason: cells.required_text(Field::Reason).into_owned(),
    }
}

impl Repeatable for ExemptionRow {
    /// All of it: two exemptions of one person for different reasons stand side by side.
    type Key<'r> = (u16, &'r str, Option<u16>, Option<NaiveDate>, Option<NaiveDate>, &'r str);

    fn key(&self) -> Option<Self::Key<'_>> {
        let days = (self.from_on, self.until_on);
        Some((self.organisation, &self.employee_number, self.course, days.0, days.1, &self.reason))
    }

    fn person(&self) -> Option<(u16, &str)> {
        Some((self.organisation, &self.employee_number))
    }

    fn same() -> &'static str {
        "exemption"
    }
}
