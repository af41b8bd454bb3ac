//! Writing a message to the outbox.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::schema::{message, message_body, message_part, told};
use crate::mail::Place;
use crate::outbox::{Enqueue, Initially, NewMessage};

use super::told::any_promised;

/// Writes `new` and what it tells, unless any of it, or its once key, is promised already: then nothing is written.
///
/// The `Message-ID` is fixed here, with the domain of the configured sender, so that every retry carries the same.
/// Call it in the transaction of the cause (spec 5), and one that takes the write lock: it reads before it writes.
pub fn enqueue(
    conn: &mut Conn,
    new: &NewMessage,
    initially: Initially,
    sender_domain: &str,
    now: DateTime<Utc>,
) -> QueryResult<Enqueue> {
    if any_promised(conn, &new.told)? || key_taken(conn, new.once_key.as_deref())? {
        return Ok(Enqueue::AlreadyPromised);
    }
    let id: i32 = diesel::insert_into(message::table)
        .values((
            message::kind.eq(new.kind.as_str()),
            message::organisation_id.eq(new.organisation_id),
            message::staff_id.eq(new.staff_id),
            message::recipient.eq(&new.recipient),
            message::subject.eq(&new.content.subject),
            message::message_id.eq(format!("<{}@{sender_domain}>", Uuid::new_v4())),
            message::once_key.eq(&new.once_key),
            message::planned_on.eq(new.planned_on),
            message::queued_at.eq(now.naive_utc()),
            message::state.eq(initially.state().as_str()),
        ))
        .returning(message::id)
        .get_result(conn)?;
    diesel::insert_into(message_body::table)
        .values((
            message_body::message_id.eq(id),
            message_body::text_body.eq(&new.content.text),
            message_body::html_body.eq(&new.content.html),
        ))
        .execute(conn)?;
    for part in &new.content.parts {
        diesel::insert_into(message_part::table)
            .values((
                message_part::message_id.eq(id),
                message_part::name.eq(&part.name),
                message_part::content_type.eq(&part.content_type),
                message_part::inline.eq(part.place == Place::Inline),
                message_part::content.eq(&part.content),
            ))
            .execute(conn)?;
    }
    for one in &new.told {
        diesel::insert_into(told::table)
            .values((
                told::message_id.eq(id),
                told::staff_id.eq(one.staff_id),
                told::course.eq(&one.course),
                told::due_on.eq(one.due_on),
                told::stage.eq(one.stage),
            ))
            .execute(conn)?;
    }
    Ok(Enqueue::Enqueued(id))
}

fn key_taken(conn: &mut Conn, once_key: Option<&str>) -> QueryResult<bool> {
    let Some(key) = once_key else { return Ok(false) };
    diesel::select(diesel::dsl::exists(message::table.filter(message::once_key.eq(key)))).get_result(conn)
}
