//! Exemptions, budgets and expenses as an import compares and changes them.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::versions::{CurrentVersion, close};
use crate::db::Conn;
use crate::db::row::next_id;
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

impl CurrentVersion for CurrentExemption {
    fn current(conn: &mut Conn) -> QueryResult<Vec<(i32, Self)>> {
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

    fn close(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
        close!(conn, exemption, versions, import);
        Ok(())
    }

    fn open(&self, conn: &mut Conn, import: i32) -> QueryResult<()> {
        use exemption as e;
        let next = next_id!(conn, exemption)?;
        diesel::insert_into(e::table)
            .values((
                e::id.eq(next),
                e::staff_id.eq(self.staff_id),
                e::course_id.eq(self.course_id),
                e::from_on.eq(self.from_on),
                e::until_on.eq(self.until_on),
                e::reason.eq(&self.reason),
                e::opened_by.eq(import),
            ))
            .execute(conn)?;
        Ok(())
    }
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

impl CurrentVersion for CurrentBudget {
    fn current(conn: &mut Conn) -> QueryResult<Vec<(i32, Self)>> {
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

    fn close(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
        close!(conn, budget, versions, import);
        Ok(())
    }

    fn open(&self, conn: &mut Conn, import: i32) -> QueryResult<()> {
        use budget as b;
        let next = next_id!(conn, budget)?;
        diesel::insert_into(b::table)
            .values((
                b::id.eq(next),
                b::organisation_id.eq(self.organisation_id),
                b::financial_year.eq(self.financial_year),
                b::allocated_pence.eq(self.allocated_pence),
                b::dedicated.eq(self.dedicated),
                b::opened_by.eq(import),
            ))
            .execute(conn)?;
        Ok(())
    }
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

impl CurrentVersion for CurrentExpense {
    fn current(conn: &mut Conn) -> QueryResult<Vec<(i32, Self)>> {
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
        let current = |(
            id,
            organisation_id,
            reference,
            dated_on,
            description,
            amount_pence,
            course,
            people,
        ): CurrentExpenseRow| {
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

    fn close(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
        close!(conn, expense, versions, import);
        Ok(())
    }

    fn open(&self, conn: &mut Conn, import: i32) -> QueryResult<()> {
        use expense as e;
        let next = next_id!(conn, expense)?;
        diesel::insert_into(e::table)
            .values((
                e::id.eq(next),
                e::organisation_id.eq(self.organisation_id),
                e::dated_on.eq(self.dated_on),
                e::description.eq(&self.description),
                e::amount_pence.eq(self.amount_pence),
                e::course.eq(&self.course),
                e::people.eq(self.people),
                e::reference.eq(&self.reference),
                e::opened_by.eq(import),
            ))
            .execute(conn)?;
        Ok(())
    }
}
