//! `outbox show`: one message whole.

use anyhow::Context;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::found::{codes, is_seen};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Viewer, shapes};
use crate::app::App;
use crate::outbox::{ListedMessage, MailPart, Message, MessageState, MessageToSend, store};
use crate::wording::counted;

/// What messages that have no words yet would say if they were sent now, or why they would not be sent: the second look
/// of delivery, for each of them.
pub type PreviewWords<'a> = dyn Fn(&[Message]) -> anyhow::Result<Vec<Result<MessageToSend, String>>> + 'a;

/// One message whole, as it was sent or as it would be.
#[derive(Debug)]
pub struct OutboxMessage {
    message: Message,
    /// The code of the organisation that it is from.
    organisation: String,
    /// Why it does not say what it says for good.
    remark: Option<String>,
}

/// The message with this number, where the viewer may see it.
pub fn outbox_message(
    app: &App,
    viewer: &Viewer,
    id: i32,
    would_say: &PreviewWords<'_>,
) -> anyhow::Result<OutboxMessage> {
    outbox_message_of(app, viewer, id, would_say)?
        .with_context(|| format!("there is no message {id}: `refresher outbox` lists them"))
}

/// [`outbox_message`]; `None` where there is none, or none for the viewer.
pub(crate) fn outbox_message_of(
    app: &App,
    viewer: &Viewer,
    id: i32,
    would_say: &PreviewWords<'_>,
) -> anyhow::Result<Option<OutboxMessage>> {
    let sight = Visibility::of(app, viewer, None)?;
    let (message, codes) = app.db.read(|conn| Ok((store::show(conn, id)?, codes(conn)?)))?;
    let found =
        message.filter(|message| *viewer == Viewer::Everything || is_seen(&sight, &codes, &message.listed));
    let Some(mut message) = found else { return Ok(None) };
    let remark = say_now(&mut message, would_say)?;
    let organisation = codes.get(&message.listed.organisation_id).cloned().unwrap_or_default();
    Ok(Some(OutboxMessage { message, organisation, remark }))
}

impl OutboxMessage {
    /// All but its text.
    pub(crate) fn listed(&self) -> &ListedMessage {
        &self.message.listed
    }

    /// The code of the organisation that it is from.
    pub(crate) fn organisation(&self) -> &str {
        &self.organisation
    }

    /// Why it does not say what it says for good.
    pub(crate) fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    /// Its text part.
    pub(crate) fn text(&self) -> &str {
        &self.message.text
    }

    /// Its HTML part.
    pub(crate) fn html(&self) -> &str {
        &self.message.html
    }

    /// Its pictures and attachments.
    pub(crate) fn parts(&self) -> &[MailPart] {
        &self.message.parts
    }

    /// What became of it alone, without to whom it goes and what it says.
    pub(crate) fn without_words(mut self) -> Self {
        mask(&mut self.message.listed);
        (self.message.text, self.message.html, self.message.parts) =
            (String::new(), String::new(), Vec::new());
        self.remark = None;
        self
    }
}

impl Serialize for OutboxMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shape = document(&self.message.listed);
        if let Value::Object(shape) = &mut shape {
            shape.insert("text".to_owned(), json!(self.message.text));
            shape.insert("html".to_owned(), json!(self.message.html));
            shape.insert("remark".to_owned(), json!(self.remark));
        }
        shape.serialize(serializer)
    }
}

impl Answer for OutboxMessage {
    fn words(&self, _width: usize) -> String {
        let listed = &self.message.listed;
        let error =
            listed.last_error.as_ref().map_or(String::new(), |error| format!("\nLast error: {error}"));
        let waits = listed.not_before.map_or(String::new(), |day| format!("\nNot before: {day}"));
        let remark = self.remark.as_ref().map_or(String::new(), |remark| format!("\n{remark}"));
        format!(
            "To: {}\nSubject: {}\nState: {}, {}{error}{waits}\nMessage-ID: {}{remark}\n\n{}",
            listed.recipient,
            listed.subject,
            listed.state.as_str(),
            counted(listed.attempts, "attempt", "attempts"),
            listed.message_id,
            self.message.text,
        )
    }
}

/// Puts a message that has no words yet into those of now, and says that it is so, or that it never had any.
fn say_now(message: &mut Message, would_say: &PreviewWords<'_>) -> anyhow::Result<Option<String>> {
    if let Some(unreadable) = &message.unreadable {
        return Ok(Some(format!("{}.", unreadable.to_string().replacen('t', "T", 1))));
    }
    let listed = &message.listed;
    if listed.worded_at.is_some() {
        return Ok(None);
    }
    if listed.state == MessageState::Cancelled {
        return Ok(Some("It was cancelled before it was put into words.".to_owned()));
    }
    let said = would_say(std::slice::from_ref(message))?.pop();
    Ok(Some(match said {
        Some(Ok(MessageToSend { recipient, words: Some(words), .. })) => {
            message.listed.recipient = recipient;
            message.listed.subject = words.content.subject;
            (message.text, message.html) = (words.content.text, words.content.html);
            "Not sent yet: this is what it would say if it were sent now.".to_owned()
        }
        Some(Err(reason)) => format!("Not sent yet: if it were sent now, it would be cancelled: {reason}."),
        _ => "Not sent yet, and not put into words.".to_owned(),
    }))
}

/// Leaves what became of a message, and takes away to whom it goes and what it is about.
pub(super) fn mask(message: &mut ListedMessage) {
    let (first, domain) = match message.recipient.split_once('@') {
        Some((local, domain)) => (local.chars().next(), domain),
        None => (None, ""),
    };
    message.recipient = format!("{}…@{domain}", first.map(String::from).unwrap_or_default());
    message.subject = message.kind.as_str().to_owned();
}

/// What programs are told of a message in a list.
pub(super) fn document(message: &ListedMessage) -> Value {
    json!({
        "id": message.id,
        "kind": message.kind.as_str(),
        "to": message.recipient,
        "subject": message.subject,
        "state": message.state.as_str(),
        "attempts": message.attempts,
        "next_attempt_at": message.next_attempt_at.map(shapes::instant),
        "message_id": message.message_id,
        "last_error": message.last_error,
        "planned_on": message.planned_on,
        "not_before": message.not_before,
        "worded_at": message.worded_at.map(shapes::instant),
        "sent_at": message.sent_at.map(shapes::instant),
    })
}
