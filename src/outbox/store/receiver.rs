//! Several messages of one kind to one receiver: which of them stands, and whether one was had today (spec 5).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::{exists, max};
use diesel::prelude::*;

use crate::db::schema::message;
use crate::db::{Backend, Conn};
use crate::outbox::{ListedMessage, MessageKind, MessageState, UnwordedMessage, may_have_arrived};

use super::change::mark_cancelled;
use super::promises::{hand_on, of_message};
use super::read::{parse_kind, parse_state};

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

/// Cancels what still waits of the kind and for the receiver of `newer`, which takes over what it was to tell. One
/// in hand, or that may have arrived, is left: its receiver knows it by its `Message-ID`.
pub(super) fn supersede(
    conn: &mut Conn,
    newer: i32,
    new: &UnwordedMessage,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    type WaitingRow = (i32, String, Option<NaiveDateTime>, Option<NaiveDate>);
    let UnwordedMessage { kind, organisation_id, staff_id, ref recipient, .. } = *new;
    let receiver = MessageReceiver { kind, organisation_id, staff_id, recipient };
    let waits = message::state
        .eq(MessageState::Held.as_str())
        .or(message::state.eq(MessageState::Queued.as_str()))
        .or(message::state.eq(MessageState::Deferred.as_str()));
    let older: Vec<WaitingRow> = receiver
        .messages()
        .filter(message::id.lt(newer).and(waits))
        .order(message::id)
        .select((message::id, message::state, message::worded_at, message::in_doubt_on))
        .load(conn)?;
    for (older, state, worded_at, in_doubt_on) in older {
        let state = parse_state(&state)?;
        if !may_have_arrived(state, worded_at.is_some(), in_doubt_on) {
            mark_superseded(conn, older, newer, now)?;
        }
    }
    Ok(())
}

/// Cancels a message in favour of a newer one of its kind to the same receiver, which keeps its promises.
pub(crate) fn mark_superseded(
    conn: &mut Conn,
    older: i32,
    newer: i32,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let promised = of_message(conn, older)?;
    mark_cancelled(conn, older, &format!("superseded by message {newer}"), now)?;
    hand_on(conn, &promised, newer, now)
}

/// A message as others to its receiver see it.
struct MessageBeside {
    id: i32,
    state: MessageState,
    tried_on: Option<NaiveDate>,
    in_doubt_on: Option<NaiveDate>,
}

impl MessageBeside {
    /// Whether it was sent on this civil day, is on its way, or may have arrived.
    fn was_had(&self, day: NaiveDate) -> bool {
        let went = matches!(self.state, MessageState::Sent | MessageState::Sending);
        (went && self.tried_on == Some(day)) || self.in_doubt_on == Some(day)
    }
}

/// What else there is to the receivers of some messages. Of members of staff, to whom most go, all of it is read at once;
/// of others each is asked for.
pub(crate) struct OtherMail {
    to_staff: HashMap<(MessageKind, i32, i32), Vec<MessageBeside>>,
    day: NaiveDate,
    /// Lists that organisations' contacts had on the day: the register's id of the organisation, and the address.
    lists_of_contacts: HashSet<(i32, String)>,
}

/// The lists of reports that managers, or contacts, had on this civil day: the organisation, and the address in small
/// letters.
fn lists_had(conn: &mut Conn, of_contacts: bool, day: NaiveDate) -> QueryResult<HashSet<(i32, String)>> {
    let went = [MessageState::Sent, MessageState::Sending].map(MessageState::as_str);
    let went = message::tried_on.eq(day).and(message::state.eq_any(went));
    let mut had = message::table
        .filter(message::kind.eq(MessageKind::ManagerDigest.as_str()))
        .filter(went.or(message::in_doubt_on.eq(day)))
        .order(message::id)
        .select((message::organisation_id, message::recipient))
        .into_boxed();
    // Of contacts few are found by that they are no members of staff.
    had = match of_contacts {
        true => had.filter(message::staff_id.is_null()),
        false => had.filter(message::staff_id.is_not_null()),
    };
    let had: Vec<(i32, String)> = had.load(conn)?;
    Ok(had.into_iter().map(|(of, recipient)| (of, recipient.to_lowercase())).collect())
}

/// How many people's messages are asked for at once.
const AT_ONCE: usize = 500;

impl OtherMail {
    /// Reads it, for all of these, on this civil day.
    pub(crate) fn read(conn: &mut Conn, messages: &[&ListedMessage], day: NaiveDate) -> QueryResult<Self> {
        type OtherRow = (String, i32, i32, i32, String, Option<NaiveDate>, Option<NaiveDate>);
        let mut people: Vec<i32> = messages.iter().filter_map(|one| one.staff_id).collect();
        people.sort_unstable();
        people.dedup();
        let mut to_staff: HashMap<_, Vec<MessageBeside>> = HashMap::new();
        for people in people.chunks(AT_ONCE) {
            // By the people alone: asked for states, too, SQLite looks through all that are in them, and for later ones
            // through the whole queue.
            let rows: Vec<OtherRow> = message::table
                .filter(message::staff_id.eq_any(people))
                .select((
                    message::kind,
                    message::organisation_id,
                    message::staff_id.assume_not_null(),
                    message::id,
                    message::state,
                    message::tried_on,
                    message::in_doubt_on,
                ))
                .order(message::id)
                .load(conn)?;
            for (kind, organisation, staff, id, state, tried_on, in_doubt_on) in rows {
                let one = MessageBeside { id, state: parse_state(&state)?, tried_on, in_doubt_on };
                to_staff.entry((parse_kind(&kind)?, organisation, staff)).or_default().push(one);
            }
        }
        let to_managers = messages.iter().any(|one| one.is_list_of_reports() && one.staff_id.is_some());
        let lists_of_contacts = match to_managers {
            true => lists_had(conn, true, day)?,
            false => HashSet::new(),
        };
        Ok(Self { to_staff, day, lists_of_contacts })
    }

    /// Whether whoever reads this list at `address` has had another of the organisation on the day: its contact may be a
    /// manager, too.
    pub(crate) fn had_other_list(
        &self,
        conn: &mut Conn,
        listed: &ListedMessage,
        address: &str,
    ) -> QueryResult<bool> {
        let theirs = (listed.organisation_id, address.to_lowercase());
        Ok(match listed.staff_id {
            _ if !listed.is_list_of_reports() => false,
            Some(_) => self.lists_of_contacts.contains(&theirs),
            None => lists_had(conn, false, self.day)?.contains(&theirs),
        })
    }

    fn to_staff(&self, listed: &ListedMessage, staff_id: i32) -> impl Iterator<Item = &MessageBeside> {
        let theirs = self.to_staff.get(&(listed.kind, listed.organisation_id, staff_id));
        theirs.into_iter().flatten()
    }

    /// The newest message of this one's kind to its receiver that was planned after it and not cancelled.
    pub(crate) fn newer_than(&self, conn: &mut Conn, listed: &ListedMessage) -> QueryResult<Option<i32>> {
        let Some(staff_id) = listed.staff_id else {
            let planned_after =
                message::id.gt(listed.id).and(message::state.ne(MessageState::Cancelled.as_str()));
            let newer = MessageReceiver::of(listed).messages().filter(planned_after);
            return newer.order(message::id.desc()).select(message::id).first(conn).optional();
        };
        let newer = self.to_staff(listed, staff_id).filter(|one| one.state != MessageState::Cancelled);
        Ok(newer.map(|one| one.id).max().filter(|newest| *newest > listed.id))
    }

    /// Whether this one's receiver was sent another of its kind on this civil day, one is on its way, or may have arrived.
    pub(crate) fn had_another(&self, conn: &mut Conn, listed: &ListedMessage) -> QueryResult<bool> {
        let day = self.day;
        let sent = [MessageState::Sent, MessageState::Sending];
        let Some(staff_id) = listed.staff_id else {
            let went = message::tried_on.eq(day).and(message::state.eq_any(sent.map(MessageState::as_str)));
            let others = message::id.ne(listed.id).and(went.or(message::in_doubt_on.eq(day)));
            let had = MessageReceiver::of(listed).messages().filter(others);
            return diesel::select(exists(had)).get_result(conn);
        };
        let mut theirs = self.to_staff(listed, staff_id);
        Ok(theirs.any(|one| one.id != listed.id && one.was_had(day)))
    }
}
