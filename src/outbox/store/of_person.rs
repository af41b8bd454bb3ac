//! What was mailed to one person, and which digests list them, for those who ask what is kept about them (spec 2.10).

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;

use crate::db::Conn;
use crate::db::schema::{digest_item, message, message_body, message_part, promise};

use super::bodies::{KeptBody, unpacker};

/// A message to somebody, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PersonMessage {
    /// What sort of message.
    pub(crate) kind: String,
    /// The address.
    pub(crate) to: String,
    /// Its subject; empty before it is put into words.
    pub(crate) subject: String,
    /// Its words, once it has any.
    pub(crate) text: Option<String>,
    /// Why they can't be read, where they can't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unreadable: Option<String>,
    /// What it tells, or is to tell, for the first time.
    pub(crate) tells: Vec<PersonPromise>,
    /// What else it carried, by name.
    pub(crate) attached: Vec<String>,
    /// What became of it.
    pub(crate) state: String,
    /// The day it was planned.
    pub(crate) planned_on: NaiveDate,
    /// When it was sent.
    pub(crate) sent_at: Option<DateTime<Utc>>,
}

/// Something that a message tells for the first time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PersonPromise {
    /// The course.
    pub(crate) course: String,
    /// When it was due.
    pub(crate) due_date: NaiveDate,
    /// The stage, in days to go; negative when overdue.
    pub(crate) stage: i32,
}

/// A line of a manager's digest about somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PersonDigestLine {
    /// The course.
    pub(crate) course: String,
    /// When it was due.
    pub(crate) due_date: NaiveDate,
    /// The day the digest was planned.
    pub(crate) planned_on: NaiveDate,
    /// When the digest was sent.
    pub(crate) sent_at: Option<DateTime<Utc>>,
}

/// Every message to this person, oldest first.
pub(crate) fn messages_to(conn: &mut Conn, staff_id: i32) -> QueryResult<Vec<PersonMessage>> {
    type PersonMessageRow =
        (i32, (String, String, String), Option<KeptBody>, (String, NaiveDate, Option<NaiveDateTime>));
    let of_person = message::table.filter(message::staff_id.eq(staff_id));
    let parts: Vec<(i32, String)> = message_part::table
        .filter(message_part::message_id.eq_any(of_person.select(message::id)))
        .order(message_part::id)
        .select((message_part::message_id, message_part::name))
        .load(conn)?;
    let mut attached: HashMap<i32, Vec<String>> = HashMap::new();
    for (id, name) in parts {
        attached.entry(id).or_default().push(name);
    }
    type PersonPromiseRow = (Option<i32>, Option<String>, Option<NaiveDate>, Option<i32>);
    let told: Vec<PersonPromiseRow> = promise::table
        .filter(promise::message_id.eq_any(of_person.select(message::id.nullable())))
        .order(promise::id)
        .select((promise::message_id, promise::about, promise::due_on, promise::step))
        .load(conn)?;
    let mut tells: HashMap<i32, Vec<PersonPromise>> = HashMap::new();
    for one in told {
        if let (Some(id), Some(course), Some(due_date), Some(stage)) = one {
            tells.entry(id).or_default().push(PersonPromise { course, due_date, stage });
        }
    }
    let rows: Vec<PersonMessageRow> = of_person
        .left_join(message_body::table)
        .order(message::id)
        .select((
            message::id,
            (message::kind, message::recipient, message::subject),
            Option::<KeptBody>::as_select(),
            (message::state, message::planned_on, message::sent_at),
        ))
        .load(conn)?;
    let unpacker = unpacker(conn, None)?;
    let kept = |(id, (kind, to, subject), body, (state, planned_on, sent_at)): PersonMessageRow| {
        let (text, unreadable) = match body.map(|body| body.read(&unpacker)) {
            None => (None, None),
            Some(Ok((text, _))) => (Some(text), None),
            Some(Err(why)) => (None, Some(why.to_string())),
        };
        PersonMessage {
            kind,
            to,
            subject,
            text,
            unreadable,
            tells: tells.remove(&id).unwrap_or_default(),
            attached: attached.remove(&id).unwrap_or_default(),
            state,
            planned_on,
            sent_at: sent_at.map(|at| at.and_utc()),
        }
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// Every line about this person in the digests of others, oldest first.
pub(crate) fn digest_lines_about(conn: &mut Conn, staff_id: i32) -> QueryResult<Vec<PersonDigestLine>> {
    type PersonDigestLineRow = (String, NaiveDate, NaiveDate, Option<NaiveDateTime>);
    let rows: Vec<PersonDigestLineRow> = digest_item::table
        .inner_join(message::table)
        .filter(digest_item::staff_id.eq(staff_id))
        .order(digest_item::id)
        .select((digest_item::course, digest_item::due_on, message::planned_on, message::sent_at))
        .load(conn)?;
    let kept = |(course, due_date, planned_on, sent_at): PersonDigestLineRow| PersonDigestLine {
        course,
        due_date,
        planned_on,
        sent_at: sent_at.map(|at| at.and_utc()),
    };
    Ok(rows.into_iter().map(kept).collect())
}
