//! Exemptions, budgets and expenses as an import compares and changes them.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::versions::close;
use crate::db::Conn;
use crate::db::schema::{budget, exemption, expense};
use crate::register::Pence;

/// What a version of an exemption says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CurrentExemption {
    /// Whose it is.
    pub(crate) staff_id: i32,
    /// The course; `None` for all.
    pub(crate) course_id: Option<i32>,
    /// First day.
    pub(crate) from_on: Option<NaiveDate>,
    /// Last day.
    pub(crate) until_on: Option<NaiveDate>,
    /// Why.
    pub(crate) reason: String,
}

/// The open exemptions with their versions' ids.
pub(crate) fn current_exemptions(conn: &mut Conn) -> QueryResult<Vec<(i32, CurrentExemption)>> {
    use exemption as e;
    type CurrentExemptionRow = (i32, i32, Option<i32>, Option<NaiveDate>, Option<NaiveDate>, String);
    let rows: Vec<CurrentExemptionRow> = e::table
        .filter(e::closed_by.is_null())
        .order(e::id)
        .select((e::id, e::staff_id, e::course_id, e::from_on, e::until_on, e::reason))
        .load(conn)?;
    let current = |(id, staff_id, course_id, from_on, until_on, reason): CurrentExemptionRow| {
        (id, CurrentExemption { staff_id, course_id, from_on, until_on, reason })
    };
    Ok(rows.into_iter().map(current).collect())
}

/// Closes these versions of exemptions.
pub(crate) fn close_exemptions(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
    close!(conn, exemption, versions, import);
    Ok(())
}

/// Opens a version of each exemption.
pub(crate) fn add_exemptions<'a>(
    conn: &mut Conn,
    import: i32,
    exemptions: impl Iterator<Item = &'a CurrentExemption>,
) -> QueryResult<()> {
    use exemption as e;
    for new in exemptions {
        diesel::insert_into(e::table)
            .values((
                e::staff_id.eq(new.staff_id),
                e::course_id.eq(new.course_id),
                e::from_on.eq(new.from_on),
                e::until_on.eq(new.until_on),
                e::reason.eq(&new.reason),
                e::opened_by.eq(import),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// What a version of a budget says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CurrentBudget {
    /// Whose it is.
    pub(crate) organisation_id: i32,
    /// The calendar year in which the financial year begins.
    pub(crate) financial_year: i32,
    /// The allocation.
    pub(crate) allocated_pence: Pence,
    /// Whether it is for safeguarding training alone.
    pub(crate) dedicated: Option<bool>,
}

/// The open budgets with their versions' ids.
pub(crate) fn current_budgets(conn: &mut Conn) -> QueryResult<Vec<(i32, CurrentBudget)>> {
    use budget as b;
    let rows: Vec<(i32, i32, i32, i64, Option<bool>)> = b::table
        .filter(b::closed_by.is_null())
        .order(b::id)
        .select((b::id, b::organisation_id, b::financial_year, b::allocated_pence, b::dedicated))
        .load(conn)?;
    let current = |(id, organisation_id, financial_year, allocated_pence, dedicated)| {
        (id, CurrentBudget { organisation_id, financial_year, allocated_pence, dedicated })
    };
    Ok(rows.into_iter().map(current).collect())
}

/// Closes these versions of budgets.
pub(crate) fn close_budgets(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
    close!(conn, budget, versions, import);
    Ok(())
}

/// Opens a version of each budget.
pub(crate) fn add_budgets<'a>(
    conn: &mut Conn,
    import: i32,
    budgets: impl Iterator<Item = &'a CurrentBudget>,
) -> QueryResult<()> {
    use budget as b;
    for new in budgets {
        diesel::insert_into(b::table)
            .values((
                b::organisation_id.eq(new.organisation_id),
                b::financial_year.eq(new.financial_year),
                b::allocated_pence.eq(new.allocated_pence),
                b::dedicated.eq(new.dedicated),
                b::opened_by.eq(import),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// What a version of an expense says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CurrentExpense {
    /// Whose it is.
    pub(crate) organisation_id: i32,
    /// Its reference; empty where it has none.
    pub(crate) reference: String,
    /// The day it counts on.
    pub(crate) dated_on: NaiveDate,
    /// What it was for.
    pub(crate) description: String,
    /// The amount.
    pub(crate) amount_pence: Pence,
    /// The course as written.
    pub(crate) course: String,
    /// How many people it was for.
    pub(crate) people: Option<i32>,
}

/// The open expenses with their versions' ids.
pub(crate) fn current_expenses(conn: &mut Conn) -> QueryResult<Vec<(i32, CurrentExpense)>> {
    use expense as e;
    type CurrentExpenseRow = (i32, i32, String, NaiveDate, String, i64, String, Option<i32>);
    let columns = (
        e::id,
        e::organisation_id,
        e::reference,
        e::dated_on,
        e::description,
        e::amount_pence,
        e::course,
        e::people,
    );
    let rows: Vec<CurrentExpenseRow> =
        e::table.filter(e::closed_by.is_null()).order(e::id).select(columns).load(conn)?;
    let current =
        |(id, organisation_id, reference, dated_on, description, amount_pence, course, people): CurrentExpenseRow| {
            let expense = CurrentExpense {
                organisation_id,
                reference,
                dated_on,
                description,
                amount_pence,
                course,
                people,
            };
            (id, expense)
        };
    Ok(rows.into_iter().map(current).collect())
}

/// Closes these versions of expenses.
pub(crate) fn close_expenses(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
    close!(conn, expense, versions, import);
    Ok(())
}

/// Opens a version of each expense.
pub(crate) fn add_expenses<'a>(
    conn: &mut Conn,
    import: i32,
    expenses: impl Iterator<Item = &'a CurrentExpense>,
) -> QueryResult<()> {
    use expense as e;
    for new in expenses {
        diesel::insert_into(e::table)
            .values((
                e::organisation_id.eq(new.organisation_id),
                e::dated_on.eq(new.dated_on),
                e::description.eq(&new.description),
                e::amount_pence.eq(new.amount_pence),
                e::course.eq(&new.course),
                e::people.eq(new.people),
                e::reference.eq(&new.reference),
                e::opened_by.eq(import),
            ))
            .execute(conn)?;
    }
    Ok(())
}
