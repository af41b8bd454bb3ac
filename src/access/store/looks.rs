//! The table `looked_at`.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::access::PersonLook;
use crate::db::Conn;
use crate::db::schema::{account, looked_at, organisation, staff};

/// How many people are asked for at once.
const AT_ONCE: usize = 500;

/// Notes these, each once; those about somebody who is purged meanwhile are left out.
pub(crate) fn note_looks(conn: &mut Conn, looks: &[PersonLook]) -> QueryResult<()> {
    for some in looks.chunks(AT_ONCE) {
        let ids: Vec<i32> = some.iter().map(|look| look.staff_id).collect();
        let there: Vec<i32> = staff::table.filter(staff::id.eq_any(&ids)).select(staff::id).load(conn)?;
        let there: HashSet<i32> = there.into_iter().collect();
        for look in some.iter().filter(|look| there.contains(&look.staff_id)) {
            diesel::insert_into(looked_at::table)
                .values((
                    looked_at::staff_id.eq(look.staff_id),
                    looked_at::account_id.eq(look.account),
                    looked_at::looked_on.eq(look.on),
                ))
                .on_conflict_do_nothing()
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Which looks are asked for: those that fit everything that is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LookFilter {
    /// At people of the organisation with this code.
    pub(crate) organisation: Option<String>,
    /// At whoever has this employee number.
    pub(crate) employee_number: Option<String>,
    /// By the account with this number.
    pub(crate) account: Option<i32>,
    /// From this day on.
    pub(crate) from: Option<NaiveDate>,
    /// Until this day.
    pub(crate) until: Option<NaiveDate>,
}

/// A look as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptLook {
    /// The day.
    pub(crate) on: NaiveDate,
    /// The number of the account.
    pub(crate) account: i32,
    /// Its address; empty once it is purged.
    pub(crate) email: String,
    /// The code of the organisation of whoever was looked at.
    pub(crate) organisation: String,
    /// Their employee number.
    pub(crate) employee_number: String,
    /// Their number in the register.
    pub(crate) staff_id: i32,
}

/// The looks that are asked for, the newest first.
pub(crate) fn looks(conn: &mut Conn, filter: &LookFilter) -> QueryResult<Vec<KeptLook>> {
    type LookRow = (NaiveDate, i32, String, String, String, i32);
    let mut query = looked_at::table
        .inner_join(account::table)
        .inner_join(staff::table.inner_join(organisation::table))
        .order((
            looked_at::looked_on.desc(),
            looked_at::account_id,
            organisation::code,
            staff::employee_number,
        ))
        .select((
            looked_at::looked_on,
            looked_at::account_id,
            account::email,
            organisation::code,
            staff::employee_number,
            staff::id,
        ))
        .into_boxed();
    if let Some(code) = &filter.organisation {
        query = query.filter(organisation::code.eq(code));
    }
    if let Some(number) = &filter.employee_number {
        query = query.filter(staff::employee_number.eq(number));
    }
    if let Some(account) = filter.account {
        query = query.filter(looked_at::account_id.eq(account));
    }
    if let Some(from) = filter.from {
        query = query.filter(looked_at::looked_on.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(looked_at::looked_on.le(until));
    }
    let rows: Vec<LookRow> = query.load(conn)?;
    let look = |(on, account, email, organisation, employee_number, staff_id): LookRow| KeptLook {
        on,
        account,
        email,
        organisation,
        employee_number,
        staff_id,
    };
    Ok(rows.into_iter().map(look).collect())
}

/// When somebody was looked at, and by which accounts, the newest first.
pub(crate) fn looks_at(conn: &mut Conn, staff_id: i32) -> QueryResult<Vec<(NaiveDate, i32)>> {
    looked_at::table
        .filter(looked_at::staff_id.eq(staff_id))
        .order((looked_at::looked_on.desc(), looked_at::account_id))
        .select((looked_at::looked_on, looked_at::account_id))
        .load(conn)
}

/// Removes whatever says that these people were looked at.
pub(crate) fn forget_looks(conn: &mut Conn, staff_ids: &[i32]) -> QueryResult<()> {
    for some in staff_ids.chunks(AT_ONCE) {
        diesel::delete(looked_at::table.filter(looked_at::staff_id.eq_any(some))).execute(conn)?;
    }
    Ok(())
}

/// Removes the looks of days before this one.
pub(crate) fn forget_looks_before(conn: &mut Conn, day: NaiveDate) -> QueryResult<()> {
    diesel::delete(looked_at::table.filter(looked_at::looked_on.lt(day))).execute(conn)?;
    Ok(())
}
