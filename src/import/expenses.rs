//! Expenses (spec 3.3).

use std::path::Path;

use super::aliases::{Field, FileKind};
use super::cells::Cells;
use super::numbers::parse_people;
use super::reading::read_rows;
use super::repeats::{Repeatable, settle};
use super::{Checked, ExpenseRow, ImportError, Known, ReadOptions};

/// Reads and checks expenses.
///
/// # Errors
/// When the file can't be used at all.
pub fn read_expenses(
    path: &Path,
    options: &ReadOptions,
    known: &Known<'_>,
) -> Result<Checked<ExpenseRow>, ImportError> {
    let mut checked = read_rows(path, options, known, FileKind::Expenses, check)?;
    settle(&mut checked);
    checked.in_order();
    Ok(checked)
}

fn check(cells: &mut Cells<'_, '_>) -> Option<ExpenseRow> {
    let dated_on = cells.required_date(Field::Date);
    let amount = cells.pence(Field::Amount);
    cells.require(Field::Amount);
    let row = ExpenseRow {
        organisation: cells.organisation(),
        dated_on: dated_on.unwrap_or_default(),
        description: cells.text(Field::Description).into_owned(),
        amount_pence: amount.unwrap_or_default(),
        course: cells.text(Field::Course).into_owned(),
        people: cells.parsed(Field::People, parse_people),
        reference: cells.text(Field::Reference).into_owned(),
    };
    amount.map(|_| row)
}

impl Repeatable for ExpenseRow {
    type Key<'r> = (u16, &'r str);

    /// Rows without a reference are never one: the same course may be paid for twice on a day.
    fn key(&self) -> Option<Self::Key<'_>> {
        (!self.reference.is_empty()).then_some((self.organisation, self.reference.as_str()))
    }

    fn same() -> &'static str {
        "reference"
    }
}
