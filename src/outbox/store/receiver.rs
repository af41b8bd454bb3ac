//! Several messages of one kind to one receiver: which of them stands, and whether one was had today (spec 5).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::dsl::{exists, max};
use diesel::prelude::*;

use crate::db::schema::message;
use crate::db::{Backend, Conn};
use crate::outbox::{ListedMessage, MessageKind, MessageState, UnwordedMessage};

use super::change::mark_cancelled;
use super::promises::{hand_on, of_message};

/// Whom messages are for: a member of staff; else an organisation's contact; an owner of assurance answers by address.
#[derive(Clone, Copy)]
struct MessageReceiver<'a> {
    kind: MessageKind,
    organisation_id: i32,
    staff_id: Option<i32>,
    recipient: &'a str,
}

impl<'a> MessageReceiver<'a> {
    fn of(listed: &'a ListedMessage) -> Self {
        let ListedMessage { kind, organisation_id, staff_id, ref recipient, .. } = *listed;
        Self { kind, organisation_id, staff_id, recipient }
    }

    fn messages(self) -> message::BoxedQuery<'a, Backend> {
        let of_kind = message::table
            .filter(
                message::kind.eq(self.kind.as_str()).and(message::organisation_id.eq(self.organisation_id)),
            )
            .into_boxed();
        match self.staff_id {
            Some(staff_id) => of_kind.filter(message::staff_id.eq(staff_id)),
            None if self.kind.is_by_address() => {
                of_kind.filter(message::staff_id.is_null().and(message::recipient.eq(self.recipient)))
            }
            None => of_kind.filter(message::staff_id.is_null()),
        }
    }
}

/// The id of the message written last.
pub(super) fn newest_id(conn: &mut Conn) -> QueryResult<i32> {
    let newest: Option<i32> = message::table.select(max(message::id)).first(conn)?;
    newest.ok_or(diesel::result::Error::NotFound)
}

/// Cancels what still waits of the kind and for the receiver of `newer`, which takes over what it was to tell. One in
/// hand is left: what comes of it is seen when it is tried again.
pub(super) fn supersede(conn: &mut Conn, newer: i32, new: &UnwordedMessage) -> QueryResult<()> {
    let UnwordedMessage { kind, organisation_id, staff_id, ref recipient, .. } = *new;
    let receiver = MessageReceiver { kind, organisation_id, staff_id, recipient };
    let waits = message::state
        .eq(MessageState::Held.as_str())
        .or(message::state.eq(MessageState::Queued.as_str()))
        .or(message::state.eq(MessageState::Deferred.as_str()));
    let older: Vec<i32> = receiver
        .messages()
        .filter(message::id.lt(newer).and(waits))
        .order(message::id)
        .select(message::id)
        .load(conn)?;
    for older in older {
        mark_superseded(conn, older, newer)?;
    }
    Ok(())
}

/// Cancels a message in favour of a newer one of its kind to the same receiver, which keeps its promises.
pub(crate) fn mark_superseded(conn: &mut Conn, older: i32, newer: i32) -> QueryResult<()> {
    let promised = of_message(conn, older)?;
    mark_cancelled(conn, older, &format!("superseded by message {newer}"))?;
    hand_on(conn, &promised, newer)
}

/// Of whom a message is: its kind, its organisation and the member of staff.
type StaffMail = (String, i32, i32);

type StaffMailRow = (StaffMail, i32);
type StaffMailColumns =
    ((message::kind, message::organisation_id, diesel::dsl::AssumeNotNull<message::staff_id>), message::id);

fn staff_mail_columns() -> StaffMailColumns {
    let staff = message::staff_id.assume_not_null();
    ((message::kind, message::organisation_id, staff), message::id)
}

fn staff_mail(listed: &ListedMessage) -> Option<StaffMail> {
    Some((listed.kind.as_str().to_owned(), listed.organisation_id, listed.staff_id?))
}

/// How many people's messages are asked for at once.
const AT_ONCE: usize = 500;

/// The messages of these that have a newer one of their kind to their receiver, planned after them and not cancelled, each
/// with the newest.
pub(crate) fn newer_ones(conn: &mut Conn, messages: &[&ListedMessage]) -> QueryResult<HashMap<i32, i32>> {
    let Some(first) = messages.iter().map(|one| one.id).min() else { return Ok(HashMap::new()) };
    let planned_after = |id: i32| message::id.gt(id).and(message::state.ne(MessageState::Cancelled.as_str()));
    let mut newest: HashMap<StaffMail, i32> = HashMap::new();
    for people in people_of(messages).chunks(AT_ONCE) {
        let later = message::table.filter(message::staff_id.eq_any(people)).filter(planned_after(first));
        for (mail, id) in later.select(staff_mail_columns()).load::<StaffMailRow>(conn)? {
            let newest = newest.entry(mail).or_insert(id);
            *newest = id.max(*newest);
        }
    }
    let mut newer = HashMap::new();
    for listed in messages {
        let newest = match staff_mail(listed) {
            Some(mail) => newest.get(&mail).copied(),
            None => {
                let later = MessageReceiver::of(listed).messages().filter(planned_after(listed.id));
                later.order(message::id.desc()).select(message::id).first(conn).optional()?
            }
        };
        newer.extend(newest.filter(|newest| *newest > listed.id).map(|newest| (listed.id, newest)));
    }
    Ok(newer)
}

/// The messages of these whose receiver was sent another of its kind on this civil day, or has one on its way.
pub(crate) fn after_another(
    conn: &mut Conn,
    messages: &[&ListedMessage],
    day: NaiveDate,
) -> QueryResult<HashSet<i32>> {
    let sent = || {
        let states = [MessageState::Sent, MessageState::Sending];
        message::tried_on.eq(day).and(message::state.eq_any(states.map(MessageState::as_str)))
    };
    let mut had: HashMap<StaffMail, Vec<i32>> = HashMap::new();
    for people in people_of(messages).chunks(AT_ONCE) {
        let sent = message::table.filter(message::staff_id.eq_any(people)).filter(sent());
        for (mail, id) in sent.select(staff_mail_columns()).load::<StaffMailRow>(conn)? {
            had.entry(mail).or_default().push(id);
        }
    }
    let mut after = HashSet::new();
    for listed in messages {
        let is_after = match staff_mail(listed) {
            Some(mail) => had.get(&mail).is_some_and(|ids| ids.iter().any(|id| *id != listed.id)),
            None => {
                let others = MessageReceiver::of(listed).messages().filter(message::id.ne(listed.id));
                diesel::select(exists(others.filter(sent()))).get_result(conn)?
            }
        };
        if is_after {
            after.insert(listed.id);
        }
    }
    Ok(after)
}

/// The members of staff whom messages are for, each once.
fn people_of(messages: &[&ListedMessage]) -> Vec<i32> {
    let mut people: Vec<i32> = messages.iter().filter_map(|one| one.staff_id).collect();
    people.sort_unstable();
    people.dedup();
    people
}
