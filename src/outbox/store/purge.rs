//! Removing people for good from what was mailed (spec 2.10): their own messages whole, their names from others'.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::change::cancel;
use crate::db::Conn;
use crate::db::schema::{digest_item, message, message_body, message_part, review_told, told};
use crate::outbox::{Kind, State};

/// Ids in one statement.
const AT_ONCE: usize = 500;

/// Stands in place of the words of a message that named somebody whose data was purged.
const REMOVED: &str =
    "The words of this message were removed, because they named somebody whose data was purged.";

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Messages to them, deleted.
    pub messages: usize,
    /// Messages to others that named them, whose words were removed.
    pub mentions: usize,
}

/// Whether a message to one of these people, or a digest that lists them, is being sent at this moment.
pub fn any_in_hand(conn: &mut Conn, staff_ids: &[i32], now: DateTime<Utc>) -> QueryResult<bool> {
    let in_hand: Vec<(i32, Option<i32>)> = message::table
        .filter(message::state.eq(State::Sending.as_str()).and(message::lease_until.gt(now.naive_utc())))
        .order(message::id)
        .select((message::id, message::staff_id))
        .load(conn)?;
    if in_hand.is_empty() {
        return Ok(false);
    }
    let people: HashSet<i32> = staff_ids.iter().copied().collect();
    let ids: Vec<i32> = in_hand.iter().map(|(id, _)| *id).collect();
    let listed: Vec<i32> = digest_item::table
        .filter(digest_item::message_id.eq_any(ids))
        .order(digest_item::id)
        .select(digest_item::staff_id)
        .load(conn)?;
    let to = in_hand.into_iter().filter_map(|(_, staff_id)| staff_id);
    Ok(to.chain(listed).any(|staff_id| people.contains(&staff_id)))
}

/// Deletes every message to these people or to one of `addresses` (in lower case), and removes the words of others that
/// list them or of which `names_them` says so. What of that waits or failed is cancelled first: nothing without its words
/// is ever sent, and it can be planned again without them.
pub fn forget(
    conn: &mut Conn,
    staff_ids: &[i32],
    addresses: &HashSet<String>,
    names_them: impl Fn(&str) -> bool,
    now: DateTime<Utc>,
) -> QueryResult<Forgotten> {
    let mut theirs: HashSet<i32> = HashSet::new();
    let mut mentions: HashSet<i32> = HashSet::new();
    for ids in staff_ids.chunks(AT_ONCE) {
        let own = message::table.filter(message::staff_id.eq_any(ids.iter().copied().map(Some)));
        theirs.extend(own.order(message::id).select(message::id).load::<i32>(conn)?);
        let listing = digest_item::table.filter(digest_item::staff_id.eq_any(ids));
        let listing = listing.order(digest_item::id).select(digest_item::message_id);
        mentions.extend(listing.load::<i32>(conn)?);
        diesel::delete(digest_item::table.filter(digest_item::staff_id.eq_any(ids))).execute(conn)?;
    }
    read_others(conn, addresses, names_them, &mut theirs, &mut mentions)?;
    mentions.retain(|id| !theirs.contains(id));
    let (theirs, mentions) = (sorted(theirs), sorted(mentions));
    for id in theirs.iter().chain(&mentions) {
        cancel(conn, *id, "purged", now)?;
    }
    for ids in mentions.chunks(AT_ONCE) {
        diesel::update(message_body::table.filter(message_body::message_id.eq_any(ids)))
            .set((
                message_body::text_body.eq(REMOVED),
                message_body::html_body.eq(format!("<p>{REMOVED}</p>")),
            ))
            .execute(conn)?;
        diesel::delete(message_part::table.filter(message_part::message_id.eq_any(ids))).execute(conn)?;
    }
    for ids in theirs.chunks(AT_ONCE) {
        diesel::delete(told::table.filter(told::message_id.eq_any(ids))).execute(conn)?;
        diesel::delete(digest_item::table.filter(digest_item::message_id.eq_any(ids))).execute(conn)?;
        diesel::delete(review_told::table.filter(review_told::message_id.eq_any(ids))).execute(conn)?;
        diesel::delete(message_part::table.filter(message_part::message_id.eq_any(ids))).execute(conn)?;
        diesel::delete(message_body::table.filter(message_body::message_id.eq_any(ids))).execute(conn)?;
        diesel::delete(message::table.filter(message::id.eq_any(ids))).execute(conn)?;
    }
    for ids in staff_ids.chunks(AT_ONCE) {
        diesel::delete(told::table.filter(told::staff_id.eq_any(ids))).execute(conn)?;
    }
    Ok(Forgotten { messages: theirs.len(), mentions: mentions.len() })
}

/// Messages to nobody in particular: those to an address of theirs count as theirs, those that name them as mentions.
fn read_others(
    conn: &mut Conn,
    addresses: &HashSet<String>,
    names_them: impl Fn(&str) -> bool,
    theirs: &mut HashSet<i32>,
    mentions: &mut HashSet<i32>,
) -> QueryResult<()> {
    let others = message::table
        .left_join(message_body::table)
        .filter(message::staff_id.is_null())
        .order(message::id)
        .select((message::id, message::kind, message::recipient, message_body::text_body.nullable()));
    for row in others.load_iter::<(i32, String, String, Option<String>), _>(conn)? {
        let (id, kind, recipient, text) = row?;
        // A board summary names nobody, whatever its figures look like.
        let may_name = kind != Kind::BoardSummary.as_str();
        if addresses.contains(&recipient.to_lowercase()) {
            theirs.insert(id);
        } else if may_name && !mentions.contains(&id) && text.is_some_and(|text| names_them(&text)) {
            mentions.insert(id);
        }
    }
    Ok(())
}

fn sorted(ids: HashSet<i32>) -> Vec<i32> {
    let mut ids: Vec<i32> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}
