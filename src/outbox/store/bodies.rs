//! Reading the words of messages, however they are kept.
//!
//! Where those of one can't be read, that is said of it, and the others are read all the same.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{body_dictionary, message_body, message_part};
use crate::mail::{MailPart, PartPlace};
use crate::outbox::packed::WordsUnpacker;
use crate::outbox::{Letterhead, UnreadableWords};

/// What a message says.
#[derive(Default)]
pub(super) struct MessageBody {
    pub text: String,
    pub html: String,
    pub parts: Vec<MailPart>,
    pub head: Option<Letterhead>,
    /// Why that can't be read, where it can't: the text and what goes with it are empty then.
    pub unreadable: Option<UnreadableWords>,
}

/// The words of a message as they are kept.
#[derive(Queryable, Selectable)]
#[diesel(table_name = message_body)]
pub(super) struct KeptBody {
    message_id: i32,
    encoding: String,
    dictionary_id: Option<i32>,
    text_bytes: i32,
    content: Vec<u8>,
}

impl KeptBody {
    /// The text and the HTML part.
    pub(super) fn read(self, unpacker: &WordsUnpacker) -> Result<(String, String), UnreadableWords> {
        let words = unpacker.words((self.text_bytes, &self.encoding, self.dictionary_id, self.content));
        words.map_err(|why| UnreadableWords { message: self.message_id, why })
    }
}

/// A part of a message as it is kept.
#[derive(Queryable, Selectable)]
#[diesel(table_name = message_part)]
pub(super) struct KeptPart {
    message_id: i32,
    name: String,
    content_type: String,
    inline: bool,
    encoding: String,
    dictionary_id: Option<i32>,
    content: Vec<u8>,
}

impl KeptPart {
    /// The number of its message.
    pub(super) fn message_id(&self) -> i32 {
        self.message_id
    }

    /// It, as the mail carries it.
    pub(super) fn read(self, unpacker: &WordsUnpacker) -> Result<MailPart, UnreadableWords> {
        let Self { message_id, name, content_type, inline, encoding, dictionary_id, content } = self;
        let place = if inline { PartPlace::Inline } else { PartPlace::Attached };
        match unpacker.bytes(&encoding, dictionary_id, content) {
            Ok(content) => Ok(MailPart { name, content_type, place, content }),
            Err(why) => Err(UnreadableWords { message: message_id, why: format!("{name}: {why}") }),
        }
    }
}

/// The words of these messages.
pub(super) fn bodies(conn: &mut Conn, ids: &[i32]) -> QueryResult<HashMap<i32, MessageBody>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    type KeptHead = (Option<String>, Option<String>);
    let rows: Vec<(KeptBody, KeptHead)> = message_body::table
        .filter(message_body::message_id.eq_any(ids))
        .order(message_body::message_id)
        .select((KeptBody::as_select(), (message_body::from_name, message_body::reply_to)))
        .load(conn)?;
    let parts: Vec<KeptPart> = message_part::table
        .filter(message_part::message_id.eq_any(ids))
        .order(message_part::id)
        .select(KeptPart::as_select())
        .load(conn)?;
    let named = rows.iter().filter_map(|(kept, _)| kept.dictionary_id);
    let named: BTreeSet<i32> = named.chain(parts.iter().filter_map(|part| part.dictionary_id)).collect();
    let unpacker = unpacker(conn, Some(named))?;
    let mut bodies = HashMap::new();
    for (kept, (from_name, reply_to)) in rows {
        let id = kept.message_id;
        let head = from_name.zip(reply_to).map(|(from_name, reply_to)| Letterhead { from_name, reply_to });
        let body = match kept.read(&unpacker) {
            Ok((text, html)) => MessageBody { text, html, head, ..MessageBody::default() },
            Err(why) => MessageBody { unreadable: Some(why), head, ..MessageBody::default() },
        };
        bodies.insert(id, body);
    }
    for part in parts {
        let Some(body) = bodies.get_mut(&part.message_id).filter(|body| body.unreadable.is_none()) else {
            continue;
        };
        match part.read(&unpacker) {
            Ok(part) => body.parts.push(part),
            Err(why) => {
                let head = body.head.take();
                *body = MessageBody { unreadable: Some(why), head, ..MessageBody::default() };
            }
        }
    }
    Ok(bodies)
}

/// What reads words that were compressed with these dictionaries, or with any.
pub(super) fn unpacker(conn: &mut Conn, named: Option<BTreeSet<i32>>) -> QueryResult<WordsUnpacker> {
    let mut kept = body_dictionary::table
        .order(body_dictionary::id)
        .select((body_dictionary::id, body_dictionary::content))
        .into_boxed();
    if let Some(named) = named {
        if named.is_empty() {
            return Ok(WordsUnpacker::with([]));
        }
        kept = kept.filter(body_dictionary::id.eq_any(named));
    }
    Ok(WordsUnpacker::with(kept.load::<(i32, Vec<u8>)>(conn)?))
}
