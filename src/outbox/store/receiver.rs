//! Several messages of one kind to one receiver: which of them stands, and whether one was had today (spec 5).

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

/// Messages of a kind to a member of staff. Most are; the queries with it are prepared once, those with a boxed one anew
/// each time, which takes longer than they do.
#[diesel::dsl::auto_type]
fn to_staff(kind: &'static str, organisation_id: i32, staff_id: i32) -> _ {
    message::staff_id
        .eq(staff_id)
        .and(message::kind.eq(kind))
        .and(message::organisation_id.eq(organisation_id))
}

#[diesel::dsl::auto_type]
fn planned_after(id: i32) -> _ {
    message::id.gt(id).and(message::state.ne("cancelled"))
}

#[diesel::dsl::auto_type]
fn had_besides(id: i32, day: NaiveDate) -> _ {
    let sent = message::state.eq("sent").or(message::state.eq("sending"));
    message::id.ne(id).and(message::tried_on.eq(day)).and(sent)
}

/// The newest message of this one's kind to its receiver that was planned after it and not cancelled.
pub(crate) fn newer_than(conn: &mut Conn, listed: &ListedMessage) -> QueryResult<Option<i32>> {
    let newer = planned_after(listed.id);
    let (newest, id) = (message::id.desc(), message::id);
    let Some(staff_id) = listed.staff_id else {
        let messages = MessageReceiver::of(listed).messages();
        return messages.filter(newer).order(newest).select(id).first(conn).optional();
    };
    let to_staff = to_staff(listed.kind.as_str(), listed.organisation_id, staff_id);
    message::table.filter(to_staff).filter(newer).order(newest).select(id).first(conn).optional()
}

/// Whether this one's receiver was sent another of its kind on this civil day, or one is on its way.
pub(crate) fn had_another(conn: &mut Conn, listed: &ListedMessage, day: NaiveDate) -> QueryResult<bool> {
    let others = had_besides(listed.id, day);
    let Some(staff_id) = listed.staff_id else {
        return diesel::select(exists(MessageReceiver::of(listed).messages().filter(others)))
            .get_result(conn);
    };
    let to_staff = to_staff(listed.kind.as_str(), listed.organisation_id, staff_id);
    diesel::select(exists(message::table.filter(to_staff).filter(others))).get_result(conn)
}
