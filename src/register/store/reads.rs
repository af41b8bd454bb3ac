//! Money and completions, as known at an instant.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import, visible};
use super::version_parts::{VersionPart, of_part, parts_of};
use crate::db::Conn;
use crate::db::schema::{budget, course, expense, organisation, staff, training_record};
use crate::register::{Budget, Expense, FinancialYear};

/// The allocations known by then, by organisation and year.
pub fn budgets(conn: &mut Conn, known: KnownAt) -> QueryResult<Vec<Budget>> {
    let at = newest_import(conn, known)?;
    let rows: Vec<(String, i32, i64, Option<bool>)> = budget::table
        .inner_join(organisation::table)
        .filter(visible!(budget, at))
        .order((organisation::code, budget::financial_year))
        .select((organisation::code, budget::financial_year, budget::allocated_pence, budget::dedicated))
        .load(conn)?;
    let budget = |(organisation, year, allocated_pence, dedicated)| Budget {
        organisation,
        year: FinancialYear(year),
        allocated_pence,
        dedicated,
    };
    Ok(rows.into_iter().map(budget).collect())
}

/// The expenses known by then that are dated from `from` to `until`, by organisation and day.
pub fn expenses(
    conn: &mut Conn,
    known: KnownAt,
    from: NaiveDate,
    until: NaiveDate,
) -> QueryResult<Vec<Expense>> {
    let at = newest_import(conn, known)?;
    let rows: Vec<(String, NaiveDate, i64)> = expense::table
        .inner_join(organisation::table)
        .filter(visible!(expense, at).and(expense::dated_on.between(from, until)))
        .order((organisation::code, expense::dated_on, expense::id))
        .select((organisation::code, expense::dated_on, expense::amount_pence))
        .load(conn)?;
    let expense = |(organisation, dated_on, amount_pence)| Expense { organisation, dated_on, amount_pence };
    Ok(rows.into_iter().map(expense).collect())
}

/// How many completions of these courses, dated from `from` to `until`, each organisation has, by its code, as known
/// then: all of them, or the one with the code `scope`. Organisations without any are left out.
pub fn completions(
    conn: &mut Conn,
    known: KnownAt,
    scope: Option<&str>,
    course_codes: &[String],
    from: NaiveDate,
    until: NaiveDate,
) -> QueryResult<BTreeMap<String, u64>> {
    use training_record as r;
    let at = newest_import(conn, known)?;
    let courses: Vec<i32> =
        course::table.filter(course::code.eq_any(course_codes)).select(course::id).load(conn)?;
    let mut completions = BTreeMap::new();
    for part in parts_of(conn, scope)? {
        let query = r::table
            .inner_join(staff::table.inner_join(organisation::table))
            .filter(r::completed_on.between(from, until).and(r::course_id.eq_any(&courses)))
            .group_by(organisation::code)
            .select((organisation::code, count_star()))
            .into_boxed();
        for (code, count) in of_part!(query, r, part, at).load::<(String, i64)>(conn)? {
            *completions.entry(code).or_default() += u64::try_from(count).unwrap_or(0);
        }
    }
    Ok(completions)
}
