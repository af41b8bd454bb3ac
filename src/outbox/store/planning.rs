//! What planning runs looked at and did, and what staff were sent.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::AggregateExpressionMethods;
use diesel::dsl::{count, count_star, max, min};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Date;

use crate::db::schema::{message, organisation, planning_run};
use crate::db::{Conn, UNSTAMPED};
use crate::outbox::{MessageKind, MessageState, PlanningHistory};
use crate::plan::Account;

/// Keeps the account of a planning run for one organisation (spec 2.8). Call it within
/// [`Db::write_stamped`](crate::db::Db::write_stamped).
pub(crate) fn record_planning_run(
    conn: &mut Conn,
    organisation_id: i32,
    planned_on: NaiveDate,
    now: DateTime<Utc>,
    account: &Account,
) -> QueryResult<()> {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    diesel::insert_into(planning_run::table)
        .values((
            planning_run::organisation_id.eq(organisation_id),
            planning_run::planned_on.eq(planned_on),
            planning_run::ran_at.eq(now.naive_utc()),
            planning_run::recorded_at.eq(UNSTAMPED),
            planning_run::in_post.eq(count(account.in_post)),
            planning_run::considered.eq(count(account.considered())),
            planning_run::nothing_due.eq(count(account.nothing_due)),
            planning_run::no_email.eq(count(account.no_email)),
            planning_run::already_told.eq(count(account.already_told)),
            planning_run::messaged.eq(count(account.messaged)),
            planning_run::held.eq(count(account.held)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The days (of UTC) on which messages were queued or planning ran, in order.
pub(crate) fn days_at_work(conn: &mut Conn) -> QueryResult<Vec<NaiveDate>> {
    let days: Vec<PlannedOnDay> = sql_query(
        "SELECT DISTINCT DATE(queued_at) AS day FROM message UNION SELECT DISTINCT DATE(ran_at) FROM planning_run ORDER BY 1",
    )
    .load(conn)?;
    Ok(days.into_iter().map(|row| row.day).collect())
}

#[derive(QueryableByName)]
struct PlannedOnDay {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
}

/// The instants of those runs for one organisation that had begun by this one and were recorded after it: of what they
/// promised and took back nobody knew then.
pub(super) fn under_way_at(
    conn: &mut Conn,
    organisation_id: i32,
    at: NaiveDateTime,
) -> QueryResult<HashSet<NaiveDateTime>> {
    let instants: Vec<NaiveDateTime> = planning_run::table
        .filter(planning_run::recorded_at.gt(at).and(planning_run::ran_at.le(at)))
        .filter(planning_run::organisation_id.eq(organisation_id))
        .order(planning_run::id)
        .select(planning_run::ran_at)
        .load(conn)?;
    Ok(instants.into_iter().collect())
}

/// The codes of the organisations whose reminders of a day were planned at `since` or later.
pub(crate) fn planned_since(
    conn: &mut Conn,
    day: NaiveDate,
    since: DateTime<Utc>,
) -> QueryResult<HashSet<String>> {
    let codes: Vec<String> = planning_run::table
        .inner_join(organisation::table)
        .filter(planning_run::planned_on.eq(day).and(planning_run::ran_at.ge(since.naive_utc())))
        .order(organisation::code)
        .select(organisation::code)
        .load(conn)?;
    Ok(codes.into_iter().collect())
}

/// How many reminders of the organisation with this code were sent from `from` on and before `until`, and to how many
/// people.
pub(crate) fn reminders_sent(
    conn: &mut Conn,
    code: &str,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<(u64, u64)> {
    let (sent, people): (i64, i64) = message::table
        .inner_join(organisation::table)
        .filter(organisation::code.eq(code))
        .filter(message::kind.eq(MessageKind::Reminder.as_str()))
        .filter(message::state.eq(MessageState::Sent.as_str()))
        .filter(message::sent_at.ge(from.naive_utc()))
        .filter(message::sent_at.lt(until.naive_utc()))
        .select((count_star(), count(message::staff_id).aggregate_distinct()))
        .first(conn)?;
    Ok((sent.unsigned_abs(), people.unsigned_abs()))
}

/// When planning ran for each organisation, by its code, when it last had somebody to tell, and how many were in post at
/// last.
pub(crate) fn planning_history(conn: &mut Conn) -> QueryResult<BTreeMap<String, PlanningHistory>> {
    use planning_run as p;
    let told = p::messaged.gt(0).or(p::held.gt(0));
    let last_told: Vec<(i32, Option<NaiveDate>)> = p::table
        .filter(told)
        .group_by(p::organisation_id)
        .select((p::organisation_id, max(p::planned_on)))
        .load(conn)?;
    let last_told: BTreeMap<i32, Option<NaiveDate>> = last_told.into_iter().collect();
    let newest: Vec<Option<i32>> = p::table.group_by(p::organisation_id).select(max(p::id)).load(conn)?;
    let in_post: Vec<(i32, i64)> = p::table
        .filter(p::id.eq_any(newest.into_iter().flatten()))
        .select((p::organisation_id, p::in_post))
        .load(conn)?;
    let in_post: BTreeMap<i32, i64> = in_post.into_iter().collect();
    let codes: Vec<(i32, String)> = organisation::table
        .order(organisation::id)
        .select((organisation::id, organisation::code))
        .load(conn)?;
    let codes: BTreeMap<i32, String> = codes.into_iter().collect();
    let runs: Vec<(i32, Option<NaiveDate>, Option<NaiveDate>)> = p::table
        .group_by(p::organisation_id)
        .select((p::organisation_id, min(p::planned_on), max(p::planned_on)))
        .load(conn)?;
    let history = runs.into_iter().filter_map(|(id, first_run, last_run)| {
        let code = codes.get(&id)?.clone();
        let last_with_messages = last_told.get(&id).copied().flatten();
        let in_post = in_post.get(&id).map_or(0, |count| count.unsigned_abs());
        let history =
            PlanningHistory { first_run: first_run?, last_run: last_run?, last_with_messages, in_post };
        Some((code, history))
    });
    Ok(history.collect())
}
