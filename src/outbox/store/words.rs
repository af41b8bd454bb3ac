//! The words of a message: kept once it has any, and taken back only where none of them can have left.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::row::row;
use crate::db::schema::{digest_item, message, message_body, message_part};
use crate::db::{Conn, insert_all};
use crate::mail::{PartPlace, Rendered};
use crate::outbox::{Letterhead, MessageKind, MessageWords};

use super::digests::list_in_digest;

row! {
    /// The words of a message, with the head where it has its own.
    NewBody<'a> of message_body {
        message_id: i32,
        text_body: &'a str,
        html_body: &'a str,
        from_name: Option<&'a str>,
        reply_to: Option<&'a str>,
    }
}

/// Keeps what a message says besides its subject, and its head where that is known.
pub(super) fn write_words(
    conn: &mut Conn,
    id: i32,
    content: &Rendered,
    head: Option<&Letterhead>,
) -> QueryResult<()> {
    let body = NewBody {
        message_id: id,
        text_body: &content.text,
        html_body: &content.html,
        from_name: head.map(|head| head.from_name.as_str()),
        reply_to: head.map(|head| head.reply_to.as_str()),
    };
    insert_all(conn, &[body])?;
    for part in &content.parts {
        diesel::insert_into(message_part::table)
            .values((
                message_part::message_id.eq(id),
                message_part::name.eq(&part.name),
                message_part::content_type.eq(&part.content_type),
                message_part::inline.eq(part.place == PartPlace::Inline),
                message_part::content.eq(&part.content),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Keeps what a promised message came to say, under this head, and whom it lists.
pub(super) fn put_into_words(
    conn: &mut Conn,
    id: i32,
    words: &MessageWords,
    head: Option<&Letterhead>,
) -> QueryResult<()> {
    write_words(conn, id, &words.content, head)?;
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
