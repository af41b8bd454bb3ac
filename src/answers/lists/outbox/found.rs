//! Which messages are meant, of those that the viewer may see.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::answers::viewer::Visibility;
use crate::db::{Conn, DbResult};
use crate::outbox::store::{self, MessageFilter};
use crate::outbox::{ListPart, ListedMessage, MessageKind, MessageOrder, MessageState};
use crate::register::WhomError;
use crate::register::store as register;

/// How much is said of a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OutboxDetail {
    /// To whom it goes and what it is about.
    #[default]
    Words,
    /// What became of it: its receiver's address is masked, and its kind stands in place of its subject.
    States,
}

/// Which messages are asked for; what is left empty says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxFilter {
    /// In one of these states.
    pub states: Vec<MessageState>,
    /// Of one of these kinds.
    pub kinds: Vec<MessageKind>,
    /// Planned on this day.
    pub planned_on: Option<NaiveDate>,
    /// To the person with this employee number.
    pub employee_number: Option<String>,
    /// In which order.
    pub order: MessageOrder,
    /// Only part of them.
    pub part: Option<ListPart>,
    /// How much is said of each.
    pub detail: OutboxDetail,
}

/// The messages that are meant, how many they are in all, and how many of the viewer's wait.
pub(super) type FoundMessages = (Vec<ListedMessage>, i64, i64);

/// Those of one organisation, or of all.
pub(super) fn of_organisations(
    conn: &mut Conn,
    sight: &Visibility,
    filter: &OutboxFilter,
) -> DbResult<FoundMessages> {
    let organisation_id = match sight.organisation() {
        None => None,
        // One that nobody knows has no messages.
        Some(code) => Some(register::current_organisations(conn)?.get(code).map_or(NOBODY, |(id, ..)| *id)),
    };
    let staff_ids = match &filter.employee_number {
        None => None,
        Some(number) => Some(people_with(conn, number, sight.organisation())?),
    };
    let wanted = MessageFilter {
        organisation_id,
        states: filter.states.clone(),
        kinds: filter.kinds.clone(),
        planned_on: filter.planned_on,
        staff_ids,
    };
    let (messages, total) = store::page(conn, &wanted, filter.order, filter.part)?;
    let waiting = MessageFilter { organisation_id, states: WAITING.to_vec(), ..MessageFilter::default() };
    Ok((messages, total, store::count_of(conn, &waiting)?))
}

/// Reminders to some people: there are few, and whom they are to is known one by one.
pub(super) fn of_some_people(
    conn: &mut Conn,
    sight: &Visibility,
    filter: &OutboxFilter,
) -> DbResult<FoundMessages> {
    let codes = codes(conn)?;
    let staff_ids = match &filter.employee_number {
        None => None,
        Some(number) => Some(people_with(conn, number, sight.organisation())?),
    };
    let (mut messages, _) = store::page(conn, &MessageFilter::default(), filter.order, None)?;
    messages.retain(|message| is_seen(sight, &codes, message));
    let waits = |message: &&ListedMessage| WAITING.contains(&message.state);
    let waiting = i64::try_from(messages.iter().filter(waits).count()).unwrap_or(i64::MAX);
    messages.retain(|message| {
        (filter.states.is_empty() || filter.states.contains(&message.state))
            && (filter.kinds.is_empty() || filter.kinds.contains(&message.kind))
            && filter.planned_on.is_none_or(|day| message.planned_on == day)
            && staff_ids.as_ref().is_none_or(|ids| message.staff_id.is_some_and(|id| ids.contains(&id)))
    });
    let total = i64::try_from(messages.len()).unwrap_or(i64::MAX);
    if let Some(ListPart { skipped, most }) = filter.part {
        let (skipped, most) = (usize::try_from(skipped).unwrap_or(0), usize::try_from(most).unwrap_or(0));
        messages = messages.into_iter().skip(skipped).take(most).collect();
    }
    Ok((messages, total, waiting))
}

/// The register's number of nobody.
const NOBODY: i32 = -1;

/// What waits to be sent.
const WAITING: [MessageState; 3] = [MessageState::Queued, MessageState::Deferred, MessageState::Sending];

/// The people with this employee number, of the organisation with this code or of all.
fn people_with(conn: &mut Conn, number: &str, organisation: Option<&str>) -> DbResult<Vec<i32>> {
    Ok(match register::find_staff_member(conn, number, organisation)? {
        Ok(who) => vec![who.id],
        Err(WhomError::Several { codes, .. }) => {
            let mut ids = Vec::new();
            for code in codes {
                ids.extend(register::find_staff_member(conn, number, Some(&code))?.ok().map(|who| who.id)); // One that is none was purged.
            }
            ids
        }
        Err(WhomError::Nobody { .. }) => Vec::new(),
    })
}

/// The codes of the organisations, by the register's numbers.
pub(super) fn codes(conn: &mut Conn) -> DbResult<HashMap<i32, String>> {
    let current = register::current_organisations(conn)?;
    Ok(current.into_iter().map(|(code, (id, ..))| (id, code)).collect())
}

/// Whether the viewer may see the message.
pub(super) fn is_seen(sight: &Visibility, codes: &HashMap<i32, String>, message: &ListedMessage) -> bool {
    let Some(code) = codes.get(&message.organisation_id) else { return false };
    if !sight.is_of_some_people() {
        return sight.includes_organisation(code);
    }
    // A digest is about others too.
    message.kind == MessageKind::Reminder
        && message.staff_id.is_some_and(|staff_id| sight.includes(code, staff_id))
}
