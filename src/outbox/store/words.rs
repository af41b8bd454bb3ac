//! The words of a message: kept once it has any, and taken back only where none of them can have left.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::row::row;
use crate::db::schema::{body_dictionary, digest_item, message, message_body, message_part};
use crate::db::{Conn, insert_all};
use crate::mail::{PartPlace, Rendered};
use crate::outbox::packed::{PackedBytes, PackedWords, own_dictionary};
use crate::outbox::{Letterhead, MessageKind, MessageWords};

use super::digests::list_in_digest;

row! {
    /// The words of a message, with the head where it has its own.
    NewBody<'a> of message_body {
        message_id: i32,
        encoding: &'a str,
        dictionary_id: Option<i32>,
        text_bytes: i32,
        content: &'a [u8],
        from_name: Option<&'a str>,
        reply_to: Option<&'a str>,
    }
}

/// Keeps what a message says besides its subject, and its head where that is known. The dictionary is to be
/// [kept](keep_dictionary) before.
pub(super) fn write_words(
    conn: &mut Conn,
    id: i32,
    (content, packed): (&Rendered, &PackedWords),
    head: Option<&Letterhead>,
) -> QueryResult<()> {
    let PackedWords { text_bytes, body: PackedBytes { encoding, dictionary, content: both }, parts } = packed;
    let body = NewBody {
        message_id: id,
        encoding: encoding.as_str(),
        dictionary_id: *dictionary,
        text_bytes: *text_bytes,
        content: both,
        from_name: head.map(|head| head.from_name.as_str()),
        reply_to: head.map(|head| head.reply_to.as_str()),
    };
    insert_all(conn, &[body])?;
    for (part, PackedBytes { encoding, dictionary, content }) in content.parts.iter().zip(parts) {
        diesel::insert_into(message_part::table)
            .values((
                message_part::message_id.eq(id),
                message_part::name.eq(&part.name),
                message_part::content_type.eq(&part.content_type),
                message_part::inline.eq(part.place == PartPlace::Inline),
                message_part::encoding.eq(encoding.as_str()),
                message_part::dictionary_id.eq(dictionary),
                message_part::content.eq(content),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Has what this version compresses with on record, before anything that names it.
pub(crate) fn keep_dictionary(conn: &mut Conn) -> QueryResult<()> {
    let ours = own_dictionary();
    let kept = body_dictionary::table.find(ours.id);
    if !diesel::select(diesel::dsl::exists(kept)).get_result::<bool>(conn)? {
        diesel::insert_into(body_dictionary::table)
            .values((body_dictionary::id.eq(ours.id), body_dictionary::content.eq(ours.content)))
            .on_conflict_do_nothing()
            .execute(conn)?;
    }
    Ok(())
}

/// Keeps what a promised message came to say, under this head, and whom it lists.
pub(super) fn put_into_words(
    conn: &mut Conn,
    id: i32,
    (words, packed): (&MessageWords, &PackedWords),
    head: Option<&Letterhead>,
) -> QueryResult<()> {
    write_words(conn, id, (&words.content, packed), head)?;
    list_in_digest(conn, id, &words.lists)
}

/// Has a message that promises something find its words anew at its next attempt, and any other its address.
pub(super) fn begin_anew(conn: &mut Conn, id: i32) -> QueryResult<()> {
    let kind: String = message::table.find(id).select(message::kind).first(conn)?;
    if MessageKind::parse(&kind).is_none_or(|kind| !kind.is_worded_late()) {
        diesel::update(message_body::table.find(id))
            .set((message_body::from_name.eq(None::<String>), message_body::reply_to.eq(None::<String>)))
            .execute(conn)?;
        return Ok(());
    }
    diesel::delete(message_body::table.find(id)).execute(conn)?;
    diesel::delete(message_part::table.filter(message_part::message_id.eq(id))).execute(conn)?;
    diesel::delete(digest_item::table.filter(digest_item::message_id.eq(id))).execute(conn)?;
    diesel::update(message::table.find(id))
        .set((message::worded_at.eq(None::<NaiveDateTime>), message::subject.eq("")))
        .execute(conn)?;
    Ok(())
}
