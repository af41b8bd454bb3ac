//! The ledger of promises: what messages of every kind are to tell or have told, each once for ever unless it is taken
//! back. It is kept for good, whatever becomes of the messages.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::row::row;
use crate::db::schema::{message, promise};
use crate::db::{Conn, DayValue, Lock, expect_held, insert_all};
use crate::outbox::{MessageKind, MessageState, Promise};

use super::read::parse_kind;

row! {
    /// A promise as it is written down.
    NewRow<'a> of promise {
        kind: &'a str,
        key: &'a str,
        organisation_id: i32,
        message_id: Option<i32>,
        staff_id: Option<i32>,
        about: Option<&'a str>,
        due_on: Option<DayValue>,
        step: Option<i32>,
        made_at: NaiveDateTime,
    }
}

/// A row as it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = promise)]
struct PromiseRow {
    kind: String,
    key: String,
    organisation_id: i32,
    staff_id: Option<i32>,
    about: Option<String>,
    due_on: Option<NaiveDate>,
    step: Option<i32>,
}

impl PromiseRow {
    fn parse(self) -> QueryResult<Promise> {
        Ok(Promise {
            kind: parse_kind(&self.kind)?,
            key: self.key,
            organisation_id: self.organisation_id,
            staff_id: self.staff_id,
            about: self.about,
            due_on: self.due_on,
            step: self.step,
        })
    }
}

/// Whether a week's lists are ours to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WeekWriting {
    /// They are.
    Begun,
    /// Another run has planned them.
    Done,
}

/// What stands of a week's lists of one kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct PromisedWeek {
    /// The organisations, by the register's ids, whose lists were planned.
    pub(crate) done: HashSet<i32>,
    /// The receivers who have theirs: the organisation, and the manager's staff id or none.
    pub(crate) receivers: HashSet<(i32, Option<i32>)>,
}

/// Whether any of these stands already.
pub(super) fn any_stands(conn: &mut Conn, wanted: &[Promise]) -> QueryResult<bool> {
    for one in wanted {
        // `withdrawn` as the index says it: a bound value would leave the index unused.
        let same = promise::table
            .filter(promise::kind.eq(one.kind.as_str()).and(promise::key.eq(&one.key)))
            .filter(not(promise::withdrawn));
        if diesel::select(exists(same)).get_result(conn)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes down what a message promises, or what is promised without one, from `now` on.
pub(super) fn keep(
    conn: &mut Conn,
    message_id: Option<i32>,
    promises: &[Promise],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let rows = promises.iter().map(|one| NewRow {
        kind: one.kind.as_str(),
        key: &one.key,
        organisation_id: one.organisation_id,
        message_id,
        staff_id: one.staff_id,
        about: one.about.as_deref(),
        due_on: one.due_on.map(Into::into),
        step: one.step,
        made_at: now.naive_utc(),
    });
    insert_all(conn, &rows.collect::<Vec<_>>())
}

/// What a message promises, without what was taken back.
pub(super) fn of_message(conn: &mut Conn, message_id: i32) -> QueryResult<Vec<Promise>> {
    let rows: Vec<PromiseRow> = promise::table
        .filter(promise::message_id.eq(message_id).and(not(promise::withdrawn)))
        .order(promise::id)
        .select(PromiseRow::as_select())
        .load(conn)?;
    rows.into_iter().map(PromiseRow::parse).collect()
}

/// Takes back what a cancelled message promised, so that it can be promised again.
pub(super) fn withdraw(conn: &mut Conn, message_id: i32, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(promise::table)
        .filter(promise::message_id.eq(message_id).and(not(promise::withdrawn)))
        .set((promise::withdrawn.eq(true), promise::withdrawn_at.eq(now.naive_utc())))
        .execute(conn)?;
    Ok(())
}

/// Has a newer message keep what an older one promised, and what was taken back from it, where nothing else does.
pub(super) fn hand_on(
    conn: &mut Conn,
    promises: &[Promise],
    newer: i32,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    for one in promises {
        if !any_stands(conn, std::slice::from_ref(one))? {
            keep(conn, Some(newer), std::slice::from_ref(one), now)?;
        }
    }
    Ok(())
}

/// Has everything that a cancelled message promised stand again, because it arrived. A message that took it over and was
/// not sent yet no longer tells it; one that was sent, or is being sent, keeps it.
pub(super) fn stand_again(conn: &mut Conn, message_id: i32, now: DateTime<Utc>) -> QueryResult<()> {
    let taken_back: Vec<PromiseRow> = promise::table
        .filter(promise::message_id.eq(message_id).and(promise::withdrawn))
        .order(promise::id)
        .select(PromiseRow::as_select())
        .load(conn)?;
    for one in taken_back {
        let elsewhere: Option<(i32, Option<String>)> = promise::table
            .left_join(message::table)
            .filter(promise::kind.eq(&one.kind).and(promise::key.eq(&one.key)).and(not(promise::withdrawn)))
            .select((promise::id, message::state.nullable()))
            .first(conn)
            .optional()?;
        if let Some((other, state)) = elsewhere {
            let went = [MessageState::Sent, MessageState::Sending]
                .iter()
                .any(|went| state.as_deref() == Some(went.as_str()));
            if went {
                continue;
            }
            diesel::update(promise::table.find(other))
                .set((promise::withdrawn.eq(true), promise::withdrawn_at.eq(now.naive_utc())))
                .execute(conn)?;
        }
        // Made anew: that it was taken back meanwhile stays known.
        keep(conn, Some(message_id), &[one.parse()?], now)?;
    }
    Ok(())
}

/// Counts an organisation's lists of a kind as planned for the week that begins on this Monday, once, however little was
/// listed. With [`Lock::Plan`]: it reads before it writes.
pub(crate) fn begin_week(
    conn: &mut Conn,
    kind: MessageKind,
    organisation_id: i32,
    week: NaiveDate,
    now: DateTime<Utc>,
) -> QueryResult<WeekWriting> {
    expect_held(Lock::Plan);
    let whole = [Promise::whole_week(kind, organisation_id, week)];
    if any_stands(conn, &whole)? {
        return Ok(WeekWriting::Done);
    }
    keep(conn, None, &whole, now)?;
    Ok(WeekWriting::Begun)
}

/// Where the message that a person cancels is a week's list, its organisation's week is open again: the next planning run
/// makes up for it. Lists that were not cancelled stay promised, and are not planned again.
pub(super) fn reopen_weeks(conn: &mut Conn, message_id: i32, now: DateTime<Utc>) -> QueryResult<()> {
    for one in of_message(conn, message_id)? {
        let Some(week) = one.due_on.filter(|_| one.kind.is_weekly()) else { continue };
        let whole = Promise::whole_week(one.kind, one.organisation_id, week);
        diesel::update(promise::table)
            .filter(promise::kind.eq(whole.kind.as_str()).and(promise::key.eq(whole.key)))
            .filter(not(promise::withdrawn))
            .set((promise::withdrawn.eq(true), promise::withdrawn_at.eq(now.naive_utc())))
            .execute(conn)?;
    }
    Ok(())
}

/// What stands of the lists of this kind for the week that begins on this Monday.
pub(crate) fn week_promised(
    conn: &mut Conn,
    kind: MessageKind,
    week: NaiveDate,
) -> QueryResult<PromisedWeek> {
    let rows: Vec<PromiseRow> = promise::table
        .filter(promise::kind.eq(kind.as_str()).and(promise::due_on.eq(week)))
        .filter(not(promise::withdrawn))
        .order(promise::id)
        .select(PromiseRow::as_select())
        .load(conn)?;
    let mut promised = PromisedWeek::default();
    for one in rows {
        let whole = Promise::whole_week(kind, one.organisation_id, week);
        if one.key == whole.key {
            promised.done.insert(one.organisation_id);
        } else {
            promised.receivers.insert((one.organisation_id, one.staff_id));
        }
    }
    Ok(promised)
}
