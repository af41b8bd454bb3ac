//! Expenses (spec 3.3).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::ImportedKind;
use super::placed::{of, placed};
use crate::db::{Conn, DbError};
use crate::import::cells::numbers::parse_people;
use crate::import::cells::row::RowCells;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::ColumnField;
use crate::import::diff::keyed;
use crate::import::diff::listed::{date, pounds};
use crate::import::diff::numbers::bare;
use crate::import::messages::Rejection;
use crate::import::reading::repeats::Repeatable;
use crate::import::run::keyed::KeyedComparison;
use crate::import::run::{ImportRun, Original};
use crate::import::{CheckContext, CheckedFile, ExpenseRow, FileOrganisationIndex, ReadOptions};
use crate::policy::Policy;
use crate::register::store::{CurrentExpense, CurrentVersion};

/// Imports expenses (spec 3.3): found again by reference; those without one by their whole content, counted.
#[derive(Debug, Clone, Copy)]
pub struct ExpenseLists;

impl ImportedKind for ExpenseLists {
    const KIND: FileKind = FileKind::Expenses;
    type Row = ExpenseRow;
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
        let (originals, rows) = placed(conn, run, checked, |row| row.organisation, expense)?;
        let current = CurrentExpense::current(conn)?;
        let (originals, rows) = without_like_references(run, originals, rows, &current);
        let difference = compare_expenses(&current, &rows);
        let compared = KeyedComparison { originals: &originals, rows: &rows, current: &current };
        let whose = |row: &ExpenseRow| (of(checked, row.organisation), about_expense(row));
        run.keyed(&difference, compared, whose, |expense| {
            vec![
                ("date", date(Some(expense.dated_on))),
                ("description", expense.description.as_str().into()),
                ("amount", pounds(Some(expense.amount_pence))),
                ("course", expense.course.as_str().into()),
                ("people", expense.people.map_or("".into(), |people| people.to_string().into())),
            ]
        });
        run.apply_keyed(conn, &difference, &rows)
    }
}

/// References by organisation and what is bare of them.
type ReferencesByBare<'r> = HashMap<(i32, Cow<'r, str>), BTreeSet<&'r str>>;

fn by_bare<'r>(expenses: impl Iterator<Item = &'r CurrentExpense>) -> ReferencesByBare<'r> {
    let mut references = ReferencesByBare::new();
    for expense in expenses.filter(|expense| !expense.reference.is_empty()) {
        let reference = expense.reference.as_str();
        references.entry((expense.organisation_id, bare(reference))).or_default().insert(reference);
    }
    references
}

/// Rejects rows whose reference differs from another one, of the register or of the file, only by zeros, spaces, quotes or a
/// mark: the same pounds would count twice (spec 3.7).
fn without_like_references<'a>(
    run: &mut ImportRun<'_>,
    originals: Vec<Original<'a, ExpenseRow>>,
    rows: Vec<CurrentExpense>,
    current: &[(i32, CurrentExpense)],
) -> (Vec<Original<'a, ExpenseRow>>, Vec<CurrentExpense>) {
    let (known, in_file) = (by_bare(current.iter().map(|(_, expense)| expense)), by_bare(rows.iter()));
    let why = |row: &CurrentExpense| {
        let key = (row.organisation_id, bare(&row.reference));
        if let Some(numbers) = in_file.get(&key).filter(|numbers| numbers.len() > 1) {
            let numbers = numbers.iter().copied().collect::<Vec<_>>().join(" and ");
            return Some(Rejection::AlikeInFile { numbers });
        }
        let known = known.get(&key).filter(|known| !known.contains(row.reference.as_str()))?;
        known.first().map(|known| Rejection::LikeKnown { known: (*known).to_owned() })
    };
    let reasons: Vec<Option<Rejection>> =
        rows.iter().map(|row| if row.reference.is_empty() { None } else { why(row) }).collect();
    let mut kept = (Vec::with_capacity(originals.len()), Vec::with_capacity(rows.len()));
    for ((original, row), reason) in originals.into_iter().zip(rows).zip(reasons) {
        match reason {
            Some(reason) => run.reject(original.0, "reference", &row.reference, &reason),
            None => {
                kept.0.push(original);
                kept.1.push(row);
            }
        }
    }
    kept
}

fn check(cells: &mut RowCells<'_, '_>) -> Option<ExpenseRow> {
    let dated_on = cells.required_date(ColumnField::Date);
    let amount = cells.pence(ColumnField::Amount);
    cells.require(ColumnField::Amount);
    let row = ExpenseRow {
        organisation: cells.organisation(),
        dated_on: dated_on.unwrap_or_default(),
        description: cells.text(ColumnField::Description).into_owned(),
        amount_pence: amount.unwrap_or_default(),
        course: cells.text(ColumnField::Course).into_owned(),
        people: cells.parsed(ColumnField::People, parse_people),
        reference: cells.given_number(ColumnField::Reference).into_owned(),
    };
    amount.map(|_| row)
}

impl Repeatable for ExpenseRow {
    type Key<'r> = (FileOrganisationIndex, &'r str);

    /// Rows without a reference are never one: the same course may be paid for twice on a day.
    fn key(&self) -> Option<Self::Key<'_>> {
        (!self.reference.is_empty()).then_some((self.organisation, self.reference.as_str()))
    }

    fn same() -> &'static str {
        "reference"
    }
}

/// An expense in a few words: its reference, its day, what it was for, the amount.
fn about_expense(row: &ExpenseRow) -> String {
    let (day, amount) = (row.dated_on.to_string(), format!("£{}", pounds(Some(row.amount_pence))));
    let words = [row.reference.as_str(), &day, &row.description, &amount];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

fn compare_expenses(current: &[(i32, CurrentExpense)], rows: &[CurrentExpense]) -> keyed::KeyedDifference {
    let has_reference = |expense: &CurrentExpense| !expense.reference.is_empty();
    let mut difference = keyed::compare_keyed(current, rows, |expense| {
        has_reference(expense).then_some((expense.organisation_id, expense.reference.as_str()))
    });
    difference.opens.extend(keyed::compare_counted(
        current.iter().map(|(_, version)| version).filter(|version| !has_reference(version)),
        rows.iter().enumerate().filter(|(_, row)| !has_reference(row)),
    ));
    difference.opens.sort_unstable();
    difference
}

fn expense(organisation_id: i32, row: &ExpenseRow) -> CurrentExpense {
    CurrentExpense {
        organisation_id,
        reference: row.reference.clone(),
        dated_on: row.dated_on,
        description: row.description.clone(),
        amount_pence: row.amount_pence,
        course: row.course.clone(),
        people: row.people,
    }
}
