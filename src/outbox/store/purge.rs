//! Removing people for good from what was mailed (spec 2.10): their own messages whole, their names from others'.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::change::cancel;
use super::mentions::{PeopleSought, REMOVED, contacts_among, read_others, removed_words};
use crate::db::schema::{digest_item, message, message_body, message_part, promise};
use crate::db::{Conn, TextsIn, reword};
use crate::outbox::MessageState;
use crate::outbox::packed::BodyEncoding;

/// Ids in one statement.
const AT_ONCE: usize = 500;

/// Stands in place of its subject.
const REMOVED_SUBJECT: &str = "(removed)";

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PurgedMessages {
    /// Messages to them, deleted.
    pub(crate) messages: usize,
    /// Messages to others that named them, whose words were removed.
    pub(crate) mentions: usize,
}

/// Whether a message to one of these people, or a digest that lists them, is being sent at this moment.
pub(crate) fn any_in_hand(conn: &mut Conn, staff_ids: &[i32], now: DateTime<Utc>) -> QueryResult<bool> {
    let in_hand: Vec<(i32, Option<i32>)> = message::table
        .filter(
            message::state.eq(MessageState::Sending.as_str()).and(message::lease_until.gt(now.naive_utc())),
        )
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

/// Deletes every message to these people or to an address of theirs, and removes the words of others that list or name
/// them. What of that waits or failed is cancelled first: nothing without its words is ever sent, and it can be planned
/// again without them.
pub(crate) fn forget(
    conn: &mut Conn,
    staff_ids: &[i32],
    naming: &PeopleSought<'_>,
    now: DateTime<Utc>,
) -> QueryResult<PurgedMessages> {
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
    read_others(conn, naming, &mut theirs, &mut mentions)?;
    mentions.retain(|id| !theirs.contains(id));
    let (theirs, mentions) = (sorted(theirs), sorted(mentions));
    for id in theirs.iter().chain(&mentions) {
        cancel(conn, *id, "purged", now)?;
    }
    for ids in mentions.chunks(AT_ONCE) {
        diesel::update(message_body::table.filter(message_body::message_id.eq_any(ids)))
            .set((
                message_body::encoding.eq(BodyEncoding::Plain.as_str()),
                message_body::dictionary_id.eq(None::<i32>),
                message_body::text_bytes.eq(i32::try_from(REMOVED.len()).unwrap_or(i32::MAX)),
                message_body::content.eq(removed_words()),
            ))
            .execute(conn)?;
        diesel::delete(message_part::table.filter(message_part::message_id.eq_any(ids))).execute(conn)?;
        diesel::update(message::table.filter(message::id.eq_any(ids)))
            .set((message::subject.eq(REMOVED_SUBJECT), message::last_error.eq(None::<String>)))
            .execute(conn)?;
        // A key that was made of a file's name keeps nothing from being told twice but that very file.
        let of_names = promise::key.like("inbox-name %").or(promise::key.like("inbox-unreadable %"));
        let of_these = promise::message_id.eq_any(ids.iter().copied().map(Some));
        diesel::delete(promise::table.filter(of_these).filter(of_names)).execute(conn)?;
    }
    for ids in theirs.chunks(AT_ONCE) {
        let of_these = promise::message_id.eq_any(ids.iter().copied().map(Some));
        diesel::delete(promise::table.filter(of_these)).execute(conn)?;
        diesel::delete(digest_item::table.filter(digest_item::message_id.eq_any(ids))).execute(conn)?;
        diesel::delete(message_part::table.filter(message_part::message_id.eq_any(ids))).execute(conn)?;
        diesel::delete(message_body::table.filter(message_body::message_id.eq_any(ids))).execute(conn)?;
        diesel::delete(message::table.filter(message::id.eq_any(ids))).execute(conn)?;
    }
    for ids in staff_ids.chunks(AT_ONCE) {
        let of_them = promise::staff_id.eq_any(ids.iter().copied().map(Some));
        diesel::delete(promise::table.filter(of_them)).execute(conn)?;
    }
    forget_contacts(conn, naming.addresses)?;
    forget_words(conn, naming)?;
    Ok(PurgedMessages { messages: theirs.len(), mentions: mentions.len() })
}

/// Takes these addresses (in lower case) out of what mails say of whom to reply to.
fn forget_contacts(conn: &mut Conn, addresses: &HashSet<String>) -> QueryResult<()> {
    for contact in contacts_among(conn, addresses)? {
        diesel::update(message_body::table.filter(message_body::reply_to.eq(contact)))
            .set(message_body::reply_to.eq(None::<String>))
            .execute(conn)?;
    }
    Ok(())
}

/// Takes these people out of the subjects of what others were sent, of what servers said of it, and of what was promised
/// to an address of theirs.
fn forget_words(conn: &mut Conn, naming: &PeopleSought<'_>) -> QueryResult<()> {
    for (table, column) in [("message", "subject"), ("message_body", "from_name")] {
        reword(conn, &TextsIn::of(table, column), naming.surely_removed)?;
    }
    for (table, column) in [
        ("message", "last_error"),
        ("refusal", "last_error"),
        ("refusal", "alike"),
        ("delivery_stop", "reason"),
    ] {
        reword(conn, &TextsIn::of(table, column), naming.removed)?;
    }
    let with_address = promise::table.filter(promise::key.like("%@%")).order(promise::id);
    let keys: Vec<(i32, String)> = with_address.select((promise::id, promise::key)).load(conn)?;
    for (id, _) in keys.iter().filter(|(_, key)| (naming.surely_removed)(key).is_some()) {
        diesel::delete(promise::table.find(id)).execute(conn)?;
    }
    Ok(())
}

/// The numbers of the messages that still have their words.
pub(crate) fn kept_words(conn: &mut Conn) -> QueryResult<HashSet<i32>> {
    let ids: Vec<i32> = message::table
        .left_join(message_body::table)
        .filter(message_body::content.is_null().or(message_body::content.ne(removed_words())))
        .order(message::id)
        .select(message::id)
        .load(conn)?;
    Ok(ids.into_iter().collect())
}

fn sorted(ids: HashSet<i32>) -> Vec<i32> {
    let mut ids: Vec<i32> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}
