//! Budgets (spec 3.3).

use super::ImportedKind;
use super::placed::{of, placed};
use crate::db::{Conn, DbError};
use crate::import::cells::row::RowCells;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::ColumnField;
use crate::import::diff::kept_columns::known_places;
use crate::import::diff::keyed;
use crate::import::diff::listed::{pounds, yes_no};
use crate::import::messages::Rejection;
use crate::import::reading::repeats::Repeatable;
use crate::import::run::ImportRun;
use crate::import::run::keyed::KeyedComparison;
use crate::import::{BudgetRow, CheckContext, CheckedFile, FileOrganisationIndex, ReadOptions};
use crate::policy::Policy;
use crate::register::FinancialYear;
use crate::register::store::{CurrentBudget, CurrentVersion};

/// Imports budgets (spec 3.3): the same organisation and year again with other content is a correction.
#[derive(Debug, Clone, Copy)]
pub struct BudgetLists;

impl ImportedKind for BudgetLists {
    const KIND: FileKind = FileKind::Budget;
    type Row = BudgetRow;
    type Memory = ();

    fn memory(_: &CheckContext<'_>, _: &ReadOptions) -> Self::Memory {}

    fn check(cells: &mut RowCells<'_, '_>, _: &mut Self::Memory) -> Option<Self::Row> {
        check(cells)
    }

    fn compare(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Self::Row>,
        _: &Policy,
    ) -> Result<(), DbError> {
        let (originals, mut rows) = placed(
            conn,
            run,
            checked,
            |row| row.organisation,
            |organisation_id, row| CurrentBudget {
                organisation_id,
                financial_year: row.year.0,
                allocated_pence: row.allocated_pence,
                dedicated: row.dedicated,
            },
        )?;
        let current = CurrentBudget::current(conn)?;
        let key = |budget: &CurrentBudget| (budget.organisation_id, budget.financial_year);
        let places = known_places(&current, &rows, |budget| Some(key(budget)));
        run.keep_absent(&current, &mut rows, &places, &checked.absent_columns);
        let difference = keyed::compare(&current, &rows, key);
        let compared = KeyedComparison { originals: &originals, rows: &rows, current: &current };
        let whose = |row: &BudgetRow| (of(checked, row.organisation), row.year.to_string());
        run.keyed(&difference, compared, whose, |budget| {
            vec![("allocated", pounds(Some(budget.allocated_pence))), ("dedicated", yes_no(budget.dedicated))]
        });
        run.apply_keyed(conn, &difference, &rows)
    }
}

fn check(cells: &mut RowCells<'_, '_>) -> Option<BudgetRow> {
    let year = cells.parsed(ColumnField::FinancialYear, parse_year);
    cells.require(ColumnField::FinancialYear);
    let allocated = cells.pence(ColumnField::Allocated);
    cells.require(ColumnField::Allocated);
    if allocated.is_some_and(|pence| pence < 0) {
        cells.fault(ColumnField::Allocated, Rejection::NegativeAllocation);
    }
    let (organisation, dedicated) = (cells.organisation(), cells.yes_no(ColumnField::Dedicated));
    Some(BudgetRow { organisation, year: year?, allocated_pence: allocated.unwrap_or_default(), dedicated })
}

fn parse_year(text: &str) -> Result<FinancialYear, Rejection> {
    FinancialYear::parse(text).ok_or_else(|| Rejection::NotAFinancialYear { value: text.into() })
}

impl Repeatable for BudgetRow {
    type Key<'r> = (FileOrganisationIndex, FinancialYear);

    fn key(&self) -> Option<Self::Key<'_>> {
        Some((self.organisation, self.year))
    }

    fn same() -> &'static str {
        "organisation and financial year"
    }
}
