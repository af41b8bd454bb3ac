//! Budgets and expenses into the register.

use chrono::{DateTime, Utc};

use crate::db::{Conn, Db, DbError};
use crate::import::diff::keyed;
use crate::import::run::{Options, Run, Source, run};
use crate::import::{BudgetRow, Checked, ExpenseRow, Report};
use crate::register::store::{self, CurrentBudget, CurrentExpense};

/// Imports budgets (spec 3.3): the same organisation and year again with other content is a correction.
pub fn budget(
    db: &Db,
    source: &Source,
    checked: &Checked<BudgetRow>,
    options: &Options,
    now: DateTime<Utc>,
) -> Result<Report, DbError> {
    run(db, "budget", (source, options, now), checked, |conn, run| {
        let (lines, rows) = placed(
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
        run.keyed(&difference, &lines);
        if let Some(import) = run.open(conn)? {
            store::close_budgets(conn, import, &difference.closes)?;
            let opens = difference.opens.iter().filter_map(|place| rows.get(*place));
            store::add_budgets(conn, import, opens)?;
        }
        Ok(())
    })
}

/// Imports expenses (spec 3.3): found again by reference; those without one by their whole content, counted.
pub fn expenses(
    db: &Db,
    source: &Source,
    checked: &Checked<ExpenseRow>,
    options: &Options,
    now: DateTime<Utc>,
) -> Result<Report, DbError> {
    run(db, "expenses", (source, options, now), checked, |conn, run| {
        let (lines, rows) = placed(conn, run, checked, |row| row.organisation, expense)?;
        let current = store::current_expenses(conn)?;
        let difference = compare_expenses(&current, &rows);
        run.keyed(&difference, &lines);
        if let Some(import) = run.open(conn)? {
            store::close_expenses(conn, import, &difference.closes)?;
            let opens = difference.opens.iter().filter_map(|place| rows.get(*place));
            store::add_expenses(conn, import, opens)?;
        }
        Ok(())
    })
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

/// The rows under their organisations' keys, with their lines; rows of an organisation that is not there are
/// rejected.
fn placed<Row, T>(
    conn: &mut Conn,
    run: &mut Run<'_>,
    checked: &Checked<Row>,
    organisation: impl Fn(&Row) -> u16,
    place: impl Fn(i32, &Row) -> T,
) -> Result<(Vec<u64>, Vec<T>), DbError> {
    let ids = run.organisations(conn, &checked.organisations)?;
    let (mut lines, mut rows) = (Vec::new(), Vec::new());
    for (line, row) in &checked.rows {
        let index = usize::from(organisation(row));
        match ids.get(index) {
            Some(Some(id)) => {
                lines.push(*line);
                rows.push(place(*id, row));
            }
            _ => run.unknown_organisation(*line, checked, index),
        }
    }
    Ok((lines, rows))
}
