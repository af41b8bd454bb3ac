//! Budgets and expenses into the register.

use crate::clock::Clock;
use crate::db::{Conn, DbError};
use crate::import::diff::keyed;
use crate::import::diff::listed::{Subject, date, pounds, yes_no};
use crate::import::run::{Compared, Options, Original, Run, Source, run};
use crate::import::{BudgetRow, Checked, Destination, ExpenseRow, Report};
use crate::register::store::{self, CurrentBudget, CurrentExpense};

/// Imports budgets (spec 3.3): the same organisation and year again with other content is a correction.
pub fn budget<'d>(
    into: impl Into<Destination<'d>>,
    source: &Source,
    checked: &Checked<BudgetRow>,
    options: &Options,
    clock: impl Into<Clock>,
) -> Result<Report, DbError> {
    run(into, "budget", (source, options, clock.into()), checked, |conn, run| {
        let (originals, rows) = placed(
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
        let current = store::current_budgets(conn)?;
        let difference = keyed::compare(
            current.iter().map(|(id, version)| (*id, version)),
            &rows,
            |budget: &CurrentBudget| (budget.organisation_id, budget.financial_year),
        );
        let current = current.iter().map(|(id, version)| (*id, version)).collect();
        let compared = Compared { originals: &originals, rows: &rows, current };
        let whose = |row: &BudgetRow| (of(checked, row.organisation), row.year.to_string());
        run.keyed(&difference, compared, whose, |budget| {
            vec![("allocated", pounds(Some(budget.allocated_pence))), ("dedicated", yes_no(budget.dedicated))]
        });
        if let Some(import) = run.open(conn)? {
            store::close_budgets(conn, import, &difference.closes)?;
            let opens = difference.opens.iter().filter_map(|place| rows.get(*place));
            store::add_budgets(conn, import, opens)?;
        }
        Ok(())
    })
}

/// Imports expenses (spec 3.3): found again by reference; those without one by their whole content, counted.
pub fn expenses<'d>(
    into: impl Into<Destination<'d>>,
    source: &Source,
    checked: &Checked<ExpenseRow>,
    options: &Options,
    clock: impl Into<Clock>,
) -> Result<Report, DbError> {
    run(into, "expenses", (source, options, clock.into()), checked, |conn, run| {
        let (originals, rows) = placed(conn, run, checked, |row| row.organisation, expense)?;
        let current = store::current_expenses(conn)?;
        let difference = compare_expenses(&current, &rows);
        let current = current.iter().map(|(id, version)| (*id, version)).collect();
        let compared = Compared { originals: &originals, rows: &rows, current };
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
        if let Some(import) = run.open(conn)? {
            store::close_expenses(conn, import, &difference.closes)?;
            let opens = difference.opens.iter().filter_map(|place| rows.get(*place));
            store::add_expenses(conn, import, opens)?;
        }
        Ok(())
    })
}

/// The organisation that a row is about.
pub(super) fn of<Row>(checked: &Checked<Row>, index: u16) -> Subject {
    let organisation = checked.organisations.get(usize::from(index)).cloned().unwrap_or_default();
    Subject { organisation, ..Subject::default() }
}

/// An expense in a few words: its reference, its day, what it was for, the amount.
fn about_expense(row: &ExpenseRow) -> String {
    let (day, amount) = (row.dated_on.to_string(), format!("£{}", pounds(Some(row.amount_pence))));
    let words = [row.reference.as_str(), &day, &row.description, &amount];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

fn compare_expenses(current: &[(i32, CurrentExpense)], rows: &[CurrentExpense]) -> keyed::Keyed {
    let has_reference = |expense: &CurrentExpense| !expense.reference.is_empty();
    let (referenced, places): (Vec<CurrentExpense>, Vec<usize>) = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| has_reference(row))
        .map(|(place, row)| (row.clone(), place))
        .unzip();
    let versions = current.iter().filter(|(_, version)| has_reference(version));
    let mut difference = keyed::compare(
        versions.map(|(id, version)| (*id, version)),
        &referenced,
        |expense: &CurrentExpense| (expense.organisation_id, expense.reference.as_str()),
    );
    let place = |within: usize| places.get(within).copied().unwrap_or(within);
    difference.opens = difference.opens.into_iter().map(place).collect();
    difference.corrects =
        difference.corrects.into_iter().map(|(within, version)| (place(within), version)).collect();
    difference.clashes =
        difference.clashes.into_iter().map(|(later, first)| (place(later), place(first))).collect();
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

/// The rows under their organisations' keys, and as they were checked; rows of an organisation that is not there are
/// rejected.
pub(super) fn placed<'a, Row, T>(
    conn: &mut Conn,
    run: &mut Run<'_>,
    checked: &'a Checked<Row>,
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
