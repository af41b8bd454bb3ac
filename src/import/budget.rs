//! Budgets (spec 3.3).

use std::path::Path;

use super::aliases::{Field, FileKind};
use super::cells::Cells;
use super::messages::Rejection;
use super::reading::read_rows;
use super::repeats::{Repeatable, settle};
use super::{BudgetRow, Checked, ImportError, Known, ReadOptions};
use crate::register::FinancialYear;

/// Reads and checks budgets.
///
/// # Errors
/// When the file can't be used at all.
pub fn read_budget(
    path: &Path,
    options: &ReadOptions,
    known: &Known<'_>,
) -> Result<Checked<BudgetRow>, ImportError> {
    let mut checked = read_rows(path, options, known, FileKind::Budget, check)?;
    settle(&mut checked);
    checked.in_order();
    Ok(checked)
}

fn check(cells: &mut Cells<'_, '_>) -> Option<BudgetRow> {
    let year = cells.parsed(Field::FinancialYear, parse_year);
    cells.require(Field::FinancialYear);
    let allocated = cells.pence(Field::Allocated);
    cells.require(Field::Allocated);
    if allocated.is_some_and(|pence| pence < 0) {
        cells.fault(Field::Allocated, Rejection::NegativeAllocation);
    }
    let (organisation, dedicated) = (cells.organisation(), cells.yes_no(Field::Dedicated));
    Some(BudgetRow { organisation, year: year?, allocated_pence: allocated?, dedicated })
}

fn parse_year(text: &str) -> Result<FinancialYear, Rejection> {
    FinancialYear::parse(text).ok_or_else(|| Rejection::NotAFinancialYear { value: text.into() })
}

impl Repeatable for BudgetRow {
    type Key<'r> = (u16, FinancialYear);

    fn key(&self) -> Option<Self::Key<'_>> {
        Some((self.organisation, self.year))
    }

    fn same() -> &'static str {
        "organisation and financial year"
    }
}
