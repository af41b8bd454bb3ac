//! Looking for people in what was mailed to others (spec 2.10).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::bodies::{KeptBody, KeptPart, unpacker};
use super::read::parse_kind;
use crate::db::Conn;
use crate::db::schema::{message, message_body, message_part, promise};
use crate::outbox::packed::WordsUnpacker;
use crate::outbox::readable::{of_html, readable};
use crate::outbox::{MayName, MessageKind, MessageState};

/// Stands in place of the words of a message that named somebody whose data was purged.
pub(super) const REMOVED: &str =
    "The words of this message were removed, because they named somebody whose data was purged.";

/// What is kept in their place, the HTML after the text.
pub(super) fn removed_words() -> Vec<u8> {
    format!("{REMOVED}<p>{REMOVED}</p>").into_bytes()
}

/// Messages read at once, each with its words.
const AT_ONCE: usize = 500;

/// Kinds of which there are too many to members of staff to read them all. Besides their receivers these name whomever
/// they list, whom to reply to, and what is written of a booked place: each is known without their words.
const MANY: [MessageKind; 3] = [MessageKind::Reminder, MessageKind::ManagerDigest, MessageKind::Escalation];

/// How people are found in what was mailed to others.
pub(crate) struct PeopleSought<'a> {
    /// Their addresses, in lower case.
    pub(crate) addresses: &'a HashSet<String>,
    /// Others whose booked places may have named one of them.
    pub(crate) booked: &'a [i32],
    /// Whether a text surely names one of them: for what names nobody but by a word that somebody wrote.
    pub(crate) identifies: &'a dyn Fn(&str) -> bool,
    /// Whether a text names one of them, as far as can be told.
    pub(crate) names: &'a dyn Fn(&str) -> bool,
    /// Whether a text may name one of them: for what was sent long ago, and is no loss.
    pub(crate) may_name: &'a dyn Fn(&str) -> bool,
    /// A text without what surely names one of them; `None` where nothing does.
    pub(crate) surely_removed: &'a dyn Fn(&str) -> Option<String>,
    /// A text without any trace of them; `None` where there is none.
    pub(crate) removed: &'a dyn Fn(&str) -> Option<String>,
    /// Whether a report about a file, by its once key and subject, is about one that was forgotten.
    pub(crate) is_of_forgotten_file: &'a dyn Fn(&str, &str) -> bool,
    /// What was queued before this is kept longer than anybody's data.
    pub(crate) kept_from: DateTime<Utc>,
}

impl std::fmt::Debug for PeopleSought<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PeopleSought").finish_non_exhaustive()
    }
}

/// Reads what was mailed to others: messages to an address of these people count as theirs, those that name them as
/// mentions.
pub(super) fn read_others(
    conn: &mut Conn,
    naming: &PeopleSought<'_>,
    theirs: &mut HashSet<i32>,
    mentions: &mut HashSet<i32>,
) -> QueryResult<()> {
    let keys: Vec<(Option<i32>, String)> = promise::table
        .filter(promise::kind.eq(MessageKind::Operator.as_str()).and(promise::message_id.is_not_null()))
        .order(promise::id)
        .select((promise::message_id, promise::key))
        .load(conn)?;
    let keys: HashMap<Option<i32>, String> = keys.into_iter().collect();
    mentions.extend(with_part_named_after(conn, naming)?);
    mentions.extend(replied_to(conn, naming.addresses)?);
    let unpacker = unpacker(conn, None)?;
    for ids in to_be_read(conn, naming)?.chunks(AT_ONCE) {
        let read: Vec<(OtherReceiverMessage, Option<KeptBody>)> = message::table
            .left_join(message_body::table)
            .filter(message::id.eq_any(ids))
            .filter(message_body::content.is_null().or(message_body::content.ne(removed_words())))
            .order(message::id)
            .select((OtherReceiverMessage::as_select(), Option::<KeptBody>::as_select()))
            .load(conn)?;
        let parts = parts_of(conn, ids, &unpacker)?;
        for (other, body) in read {
            if naming.addresses.contains(&other.recipient.to_lowercase()) {
                theirs.insert(other.id);
                continue;
            }
            let Some(body) = body.filter(|_| !mentions.contains(&other.id)) else { continue };
            let key = keys.get(&Some(other.id)).map_or("", String::as_str);
            // What nobody can read any more is no loss, and may name anybody.
            let words = match (body.read(&unpacker), parts.get(&other.id)) {
                (Err(_), _) | (_, Some(None)) => None,
                (Ok((text, html)), parts) => {
                    let parts = parts.and_then(Option::as_ref).map_or("", String::as_str);
                    Some(format!("{text}\n{}\n{parts}", of_html(&html)))
                }
            };
            let names_them = match words {
                Some(words) => other.names_them(key, &words, naming)?,
                None => true,
            };
            if names_them {
                mentions.insert(other.id);
            }
        }
    }
    Ok(())
}

/// The messages whose words have to be read: those to nobody of the staff, and to staff those that may hold what
/// somebody wrote.
fn to_be_read(conn: &mut Conn, naming: &PeopleSought<'_>) -> QueryResult<Vec<i32>> {
    let many = MANY.map(MessageKind::as_str);
    let mut ids: Vec<i32> = message::table
        .filter(message::staff_id.is_null().or(message::kind.ne_all(many)))
        .order(message::id)
        .select(message::id)
        .load(conn)?;
    for booked in naming.booked.chunks(AT_ONCE) {
        let theirs = message::table.filter(message::staff_id.eq_any(booked.iter().copied().map(Some)));
        ids.extend(theirs.order(message::id).select(message::id).load::<i32>(conn)?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The messages with a part whose name surely names somebody.
fn with_part_named_after(conn: &mut Conn, naming: &PeopleSought<'_>) -> QueryResult<Vec<i32>> {
    let names = message_part::table.select(message_part::name).distinct().order(message_part::name);
    let mut ids = Vec::new();
    for name in names.load::<String>(conn)?.into_iter().filter(|name| (naming.identifies)(name)) {
        let of_name = message_part::table.filter(message_part::name.eq(name));
        ids.extend(of_name.order(message_part::id).select(message_part::message_id).load::<i32>(conn)?);
    }
    Ok(ids)
}

/// Those of these addresses (in lower case) that messages say to reply to, as they are written there: somebody purged may
/// have been the contact of their organisation.
pub(super) fn contacts_among(conn: &mut Conn, addresses: &HashSet<String>) -> QueryResult<Vec<String>> {
    let contacts: Vec<Option<String>> = message_body::table
        .filter(message_body::reply_to.is_not_null())
        .select(message_body::reply_to)
        .distinct()
        .order(message_body::reply_to)
        .load(conn)?;
    Ok(contacts.into_iter().flatten().filter(|one| addresses.contains(&one.to_lowercase())).collect())
}

/// The messages that say to reply to one of these addresses: their words say so too.
fn replied_to(conn: &mut Conn, addresses: &HashSet<String>) -> QueryResult<Vec<i32>> {
    let mut ids = Vec::new();
    for contact in contacts_among(conn, addresses)? {
        let to_them = message_body::table.filter(message_body::reply_to.eq(contact));
        let to_them = to_them.order(message_body::message_id).select(message_body::message_id);
        ids.extend(to_them.load::<i32>(conn)?);
    }
    Ok(ids)
}

/// What somebody reads of the parts of these messages; `None` where one can't be read.
fn parts_of(
    conn: &mut Conn,
    ids: &[i32],
    unpacker: &WordsUnpacker,
) -> QueryResult<HashMap<i32, Option<String>>> {
    let kept: Vec<KeptPart> = message_part::table
        .filter(message_part::message_id.eq_any(ids).and(message_part::content_type.like("text/%")))
        .order(message_part::id)
        .select(KeptPart::as_select())
        .load(conn)?;
    let mut parts: HashMap<i32, Option<String>> = HashMap::new();
    for part in kept {
        let id = part.message_id();
        let read = part.read(unpacker).ok().map(|part| readable(&part.content_type, &part.content));
        let before = parts.remove(&id).unwrap_or_else(|| Some(String::new()));
        parts.insert(id, before.zip(read).map(|(before, read)| before + "\n" + &read));
    }
    Ok(parts)
}

/// A message to a contact, a board, an owner, HR or the operator, or to another member of staff.
#[derive(Queryable, Selectable)]
#[diesel(table_name = message)]
struct OtherReceiverMessage {
    id: i32,
    kind: String,
    recipient: String,
    subject: String,
    state: String,
    queued_at: NaiveDateTime,
}

impl OtherReceiverMessage {
    /// Whether it names any of them, by what messages of its kind can name.
    fn names_them(&self, key: &str, text: &str, naming: &PeopleSought<'_>) -> QueryResult<bool> {
        Ok(match parse_kind(&self.kind)?.names() {
            // It names nobody, whatever its figures look like, but by what somebody wrote as evidence.
            MayName::Evidence => (naming.identifies)(text),
            MayName::Anything if key.starts_with("inbox-") => {
                let is_old = self.queued_at.and_utc() < naming.kept_from;
                is_old
                    || (naming.is_of_forgotten_file)(key, &self.subject)
                    || (naming.may_name)(text)
                    || (naming.may_name)(&self.subject)
            }
            MayName::Anything if self.is_over() => (naming.may_name)(text),
            MayName::Anything | MayName::Staff => (naming.names)(text),
        })
    }

    /// Whether nothing will become of it any more.
    fn is_over(&self) -> bool {
        [MessageState::Sent, MessageState::Failed, MessageState::Cancelled]
            .iter()
            .any(|state| state.as_str() == self.state)
    }
}
