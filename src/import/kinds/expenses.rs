//! Expenses (spec 3.3).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::ImportedKind;
use super::placed::{of, placed};
use crate::db::{Conn, DbError};
use crate::import::cells::row::RowCells;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::ColumnField;
use crate::import::diff::kept_columns::known_places;
use crate::import::diff::keyed;
use crate::import::diff::listed::{date, pounds};
use crate::import::diff::numbers::bare;
use crate::import::messages::{Note, Rejection};
use crate::import::reading::repeats::Repeatable;
use crate::import::run::keyed::KeyedComparison;
use crate::import::run::{ImportRun, Original};
use crate::import::{CheckContext, CheckedFile, ExpenseRow, FileOrganisationIndex, ReadOptions};
use crate::policy::Policy;
use crate::register::REMOVED;
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
        Some(check(cells))
    }

    fn compare(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Self::Row>,
        _: &Policy,
    ) -> Result<(), DbError> {
        let (originals, rows) = placed(conn, run, checked, |row| row.organisation, expense)?;
        let current = CurrentExpense::current(conn)?;
        let column = checked.header_of("reference");
        let (originals, mut rows) = without_like_references(run, column, (originals, rows), &current);
        let places = known_places(&current, &rows, key);
        run.keep_absent(&current, &mut rows, &places, &checked.absent_columns);
        let difference = compare_expenses(&current, &rows, checked.ends_in_reason);
        if checked.ends_in_reason && rows.iter().any(|row| row.reference.is_empty()) {
            run.note(&Note::ExpensesAdded);
        }
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
    column: &str,
    (originals, rows): (Vec<Original<'a, ExpenseRow>>, Vec<CurrentExpense>),
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
            Some(reason) => run.reject(original.0, column, &row.reference, &reason),
            None => {
                kept.0.push(original);
                kept.1.push(row);
            }
        }
    }
    kept
}

fn check(cells: &mut RowCells<'_, '_>) -> ExpenseRow {
    let dated_on = cells.required_date(ColumnField::Date);
    let amount = cells.pence(ColumnField::Amount);
    cells.require(ColumnField::Amount);
    ExpenseRow {
        organisation: cells.organisation(),
        dated_on: dated_on.unwrap_or_default(),
        description: cells.text(ColumnField::Description).into_owned(),
        amount_pence: amount.unwrap_or_default(),
        course: cells.text(ColumnField::Course).into_owned(),
        people: cells.people(ColumnField::People),
        reference: cells.given_number(ColumnField::Reference).into_owned(),
    }
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

/// By what an expense is found again, where it has a reference.
fn key(expense: &CurrentExpense) -> Option<(i32, &str)> {
    (!expense.reference.is_empty()).then_some((expense.organisation_id, expense.reference.as_str()))
}

/// Rows of a remainder, which were rejected before and are put right, are more than the register has, whatever it has.
fn compare_expenses(
    current: &[(i32, CurrentExpense)],
    rows: &[CurrentExpense],
    is_remainder: bool,
) -> keyed::KeyedDifference {
    let has_reference = |expense: &CurrentExpense| !expense.reference.is_empty();
    let mut difference = keyed::compare_keyed(current, rows, key);
    let current = if is_remainder { &[] } else { current };
    let unreferenced = current.iter().map(|(_, version)| version).filter(|version| !has_reference(version));
    let (mut nameless, whole): (Vec<_>, Vec<_>) =
        unreferenced.partition(|version| version.description.contains(REMOVED));
    let mut new =
        keyed::compare_counted(whole, rows.iter().enumerate().filter(|(_, row)| !has_reference(row)));
    new.retain(|place| {
        let is_row =
            |version: &&CurrentExpense| rows.get(*place).is_some_and(|row| is_but_for_names(version, row));
        let known = nameless.iter().position(is_row);
        known.map(|at| nameless.swap_remove(at)).is_none()
    });
    difference.opens.extend(new);
    difference.opens.sort_unstable();
    difference
}

/// Whether a row is an expense that lost the names in its description to a purge: it says the same but for them. The same
/// list, brought again, must not count it twice.
fn is_but_for_names(version: &CurrentExpense, row: &CurrentExpense) -> bool {
    let with_names = CurrentExpense { description: row.description.clone(), ..version.clone() };
    with_names == *row && is_filled_in(&version.description, &row.description)
}

/// Whether a text is another one with words in place of what was removed from it.
fn is_filled_in(nameless: &str, text: &str) -> bool {
    let Some((head, others)) = nameless.split_once(REMOVED) else { return nameless == text };
    let Some(mut rest) = text.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = others.split(REMOVED).collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(tail)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;

    fn said(description: &str, pounds: i64) -> CurrentExpense {
        CurrentExpense {
            organisation_id: 1,
            reference: String::new(),
            dated_on: day("2026-05-01"),
            description: description.to_owned(),
            amount_pence: pounds * 100,
            course: String::new(),
            people: None,
        }
    }

    #[test]
    fn an_expense_whose_names_were_purged_is_not_counted_again_when_its_list_is_brought_again() {
        for (kept, brought, new) in [
            (vec![said("Course for (removed)", 100)], vec![said("Course for Ann Lee", 100)], vec![]),
            (vec![said("(removed) and (removed), room", 1)], vec![said("Lee and Ng, room", 1)], vec![]),
            (vec![said("Course for (removed)", 100)], vec![said("Course for Ann Lee", 90)], vec![0]),
            (vec![said("Course for (removed)", 100)], vec![said("Room for Ann Lee", 100)], vec![0]),
            (
                vec![said("Course for (removed)", 100), said("Course for Bo", 100)],
                vec![said("Course for Bo", 100), said("Course for Ann", 100), said("Course for Cy", 100)],
                vec![2],
            ),
        ] {
            let current: Vec<_> = (1..).zip(kept).collect();
            assert_eq!(compare_expenses(&current, &brought, false).opens, new, "{current:?}");
            let all: Vec<usize> = (0..brought.len()).collect();
            assert_eq!(compare_expenses(&current, &brought, true).opens, all, "put right: {current:?}");
        }
    }
}
