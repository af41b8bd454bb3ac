//! `/outbox/ID`: one message whole, as it was sent or as it would be.

use askama::Template;

use crate::access::AccessRight;
use crate::answers::{self, OutboxMessage};
use crate::jobs::would_say;
use crate::outbox::{MailPart, MessageState, PartPlace};
use crate::web::answer::{Fault, PageFrame, Reply};
use crate::web::request::{Admitted, PageRequest, viewer_of_all};
use crate::wording::long_date;

#[derive(Template)]
#[template(path = "web/message.html")]
struct MessagePage {
    frame: PageFrame,
    id: i32,
    kind: &'static str,
    state: &'static str,
    to: String,
    subject: String,
    planned_on: String,
    attempts: i32,
    error: String,
    remark: String,
    /// The text, for whoever may read what was said.
    text: Option<String>,
    has_html: bool,
    can_cancel: bool,
    can_retry: bool,
}

/// The message with the number in the path, as far as the right lets the holder see it; all that is outside is not there.
pub(super) fn found(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<OutboxMessage, Fault> {
    let app = asked.app();
    let id: i32 = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let would_say = |messages: &[_]| would_say(app, messages);
    for viewer in viewer_of_all(&by.reach()) {
        if let Some(message) = answers::outbox_message_of(app, &viewer, id, &would_say)? {
            return Ok(message);
        }
    }
    Err(Fault::NotFound)
}

/// Shows it.
pub(crate) fn get(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    show(asked, by, 200)
}

/// Shows it with this status: 409 where it changed meanwhile.
pub(super) fn show(asked: &PageRequest<'_>, by: &Admitted<'_>, status: u16) -> Result<Reply, Fault> {
    let message = found(asked, by)?;
    let place = message.organisation().to_owned();
    let may = |right| by.who().holder.may(right, Some(place.as_str()));
    let reads = may(AccessRight::OutboxWords);
    if reads {
        note_looks(asked, by, &message)?;
    }
    let shown = if reads { message } else { message.without_words() };
    let listed = shown.listed();
    let page = MessagePage {
        frame: PageFrame::of(asked, by.who(), "message", format!("Message {}", listed.id))?,
        id: listed.id,
        kind: listed.kind.as_str(),
        state: listed.state.as_str(),
        to: listed.recipient.clone(),
        subject: listed.subject.clone(),
        planned_on: long_date(listed.planned_on),
        attempts: listed.attempts,
        error: listed.last_error.clone().unwrap_or_default(),
        remark: match (status, shown.remark()) {
            (409, _) => "This changed while you looked at it. Nothing was done: below is how it stands now."
                .to_owned(),
            (_, remark) => remark.unwrap_or_default().to_owned(),
        },
        has_html: reads && !shown.html().is_empty(),
        text: reads.then(|| shown.text().to_owned()),
        can_cancel: may(AccessRight::OutboxChange)
            && !matches!(listed.state, MessageState::Sent | MessageState::Cancelled | MessageState::Sending),
        can_retry: may(AccessRight::OutboxRetry)
            && matches!(listed.state, MessageState::Failed | MessageState::Deferred),
    };
    Reply::page_with(status, &page)
}

/// Notes that whoever reads a message looked at whom it is to, and at everybody whom it lists.
fn note_looks(asked: &PageRequest<'_>, by: &Admitted<'_>, message: &OutboxMessage) -> Result<(), Fault> {
    let listed = message.listed();
    let named = answers::people_listed_in(asked.app(), listed.id)?;
    asked.looked_at(by.who(), named.into_iter().chain(listed.staff_id));
    Ok(())
}

/// The mail itself, to be shown in a frame of the page: it may do nothing there, and loads nothing.
pub(crate) fn mail(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let message = found(asked, by)?;
    if message.html().is_empty() {
        return Err(Fault::NotFound);
    }
    note_looks(asked, by, &message)?;
    Ok(Reply::framed_mail(with_pictures(message.html(), message.parts())))
}

/// The HTML with its pictures in their places.
fn with_pictures(html: &str, parts: &[MailPart]) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let mut html = html.to_owned();
    for part in parts.iter().filter(|part| part.place == PartPlace::Inline) {
        let picture = format!("data:{};base64,{}", part.content_type, STANDARD.encode(&part.content));
        html = html.replace(&format!("cid:{}", part.name), &picture);
    }
    html
}
