//! `outbox`: messages, and what became of them.

use std::collections::HashMap;

use anyhow::Context;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, prose};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Viewer, shapes};
use crate::app::App;
use crate::config::MailSettings;
use crate::db::{Conn, DbResult};
use crate::delivery::pace;
use crate::outbox::{ListedMessage, MailRoute, Message, MessageKind, MessageState, MessageToSend, store};
use crate::register::store as register;
use crate::wording::counted;

/// What messages that have no words yet would say if they were sent now, or why they would not be sent: the second look
/// of delivery, for each of them.
pub type PreviewWords<'a> = dyn Fn(&[Message]) -> anyhow::Result<Vec<Result<MessageToSend, String>>> + 'a;

/// Messages, and when the last of those that wait is sent.
#[derive(Debug)]
pub struct OutboxAnswer {
    messages: Vec<ListedMessage>,
    /// How many messages wait, of those that the viewer may see.
    waiting: i64,
    /// When the queue is empty, which depends on everybody's: for those who may see everything.
    empty_at: Option<DateTime<Utc>>,
    /// What each sender's mail waits for, where there are several.
    senders: Vec<SenderQueue>,
    zone: Tz,
}

/// What waits to be sent by one sender.
#[derive(Debug)]
struct SenderQueue {
    whose: String,
    waiting: i64,
    empty_at: Option<DateTime<Utc>>,
    /// Why it stands still, if it does.
    stopped: Option<String>,
}

/// What waits for each sender, and when each one's queue is empty at its rate.
fn sender_queues(app: &App, conn: &mut Conn, now: DateTime<Utc>) -> DbResult<Vec<SenderQueue>> {
    let stops = store::standing_stops(conn)?;
    let queue = |(route, mail): (MailRoute, &MailSettings)| {
        let waiting = store::waiting(conn, &route, now)?;
        let stop = stops.iter().find(|stop| stop.sender == route.key);
        Ok(SenderQueue {
            whose: route.whose().unwrap_or_default(),
            waiting: waiting.count,
            empty_at: pace::empty_at(app.rate(mail), waiting, now),
            stopped: stop.filter(|_| waiting.count > 0).map(|stop| stop.reason.clone()),
        })
    };
    app.routes().into_iter().map(queue).collect()
}

/// The messages in this state, or all, that the viewer may see: an organisation's, or, where it is some people, the
/// reminders to them, which are about nobody else.
pub fn outbox(
    app: &App,
    viewer: &Viewer,
    state: Option<MessageState>,
    would_say: &PreviewWords<'_>,
) -> anyhow::Result<OutboxAnswer> {
    let now = app.now();
    let sight = Visibility::of(app, viewer, None)?;
    let sees_all = *viewer == Viewer::Everything;
    let (mut messages, queues) = app.db.read(|conn| {
        if sees_all {
            return Ok((store::list(conn, state)?, Some(sender_queues(app, conn, now)?)));
        }
        let codes = codes(conn)?;
        let mut messages = store::list(conn, None)?;
        messages.retain(|message| is_seen(&sight, &codes, message));
        Ok((messages, None))
    })?;
    let count = queues
        .as_ref()
        .map_or_else(|| waiting_among(&messages), |queues| queues.iter().map(|queue| queue.waiting).sum());
    messages.retain(|message| state.is_none_or(|state| state == message.state));
    give_subjects(app, &mut messages, would_say)?;
    let mut senders = queues.unwrap_or_default();
    let empty_at = senders.iter().filter_map(|queue| queue.empty_at).max();
    if senders.len() == 1 {
        senders.clear();
    }
    Ok(OutboxAnswer { messages, waiting: count, empty_at, senders, zone: app.config.time_zone })
}

/// Every message in this state, as it is listed.
pub(crate) fn messages_in(app: &App, state: MessageState) -> anyhow::Result<Vec<ListedMessage>> {
    Ok(app.db.read(|conn| store::list(conn, Some(state)))?)
}

/// The codes of the organisations, by the register's numbers.
fn codes(conn: &mut Conn) -> DbResult<HashMap<i32, String>> {
    let current = register::current_organisations(conn)?;
    Ok(current.into_iter().map(|(code, (id, ..))| (id, code)).collect())
}

fn is_seen(sight: &Visibility, codes: &HashMap<i32, String>, message: &ListedMessage) -> bool {
    let Some(code) = codes.get(&message.organisation_id) else { return false };
    if !sight.is_of_some_people() {
        return sight.includes_organisation(code);
    }
    // A digest is about others too.
    message.kind == MessageKind::Reminder
        && message.staff_id.is_some_and(|staff_id| sight.includes(code, staff_id))
}

fn waiting_among(messages: &[ListedMessage]) -> i64 {
    let waits = |message: &&ListedMessage| {
        matches!(message.state, MessageState::Queued | MessageState::Deferred | MessageState::Sending)
    };
    i64::try_from(messages.iter().filter(waits).count()).unwrap_or(i64::MAX)
}

impl OutboxAnswer {
    /// The messages, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let columns = vec![
            ListColumn::code("id"),
            ListColumn::code("kind"),
            ListColumn::words("to"),
            ListColumn::words("subject"),
            ListColumn::code("state"),
            ListColumn::figure("attempts"),
            ListColumn::words("what happened"),
        ];
        let row = |message: &ListedMessage| {
            [
                message.id.to_string(),
                message.kind.as_str().to_owned(),
                message.recipient.clone(),
                message.subject.clone(),
                message.state.as_str().to_owned(),
                message.attempts.to_string(),
                message.last_error.clone().unwrap_or_default(),
            ]
            .map(AnswerCell::Text)
            .to_vec()
        };
        AnswerRows::new("OutboxAnswer", columns, self.messages.iter().map(row))
    }
}

impl Serialize for OutboxAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = json!({
            "messages": self.messages.iter().map(document).collect::<Vec<_>>(),
            "waiting": self.waiting,
            "empty_at": self.empty_at.map(shapes::instant),
        });
        if let (false, Some(answer)) = (self.senders.is_empty(), answer.as_object_mut()) {
            let sender = |queue: &SenderQueue| {
                json!({
                    "mail_of": queue.whose,
                    "waiting": queue.waiting,
                    "empty_at": queue.empty_at.map(shapes::instant),
                    "stopped": queue.stopped,
                })
            };
            answer.insert("senders".to_owned(), self.senders.iter().map(sender).collect());
        }
        answer.serialize(serializer)
    }
}

impl Answer for OutboxAnswer {
    fn words(&self, width: usize) -> String {
        let table = self.sheet().table(width);
        let Some(empty_at) = self.empty_at else { return table };
        let local = empty_at.with_timezone(&self.zone).format("%-d %B %Y %H:%M");
        let mut words = format!(
            "{table}\n\n{} waiting; at the configured rate the last is sent by {local}.",
            self.waiting
        );
        for queue in self.senders.iter().filter(|queue| queue.waiting > 0) {
            let at = queue.empty_at.map_or(String::new(), |at| {
                format!(", the last sent by {}", at.with_timezone(&self.zone).format("%-d %B %Y %H:%M"))
            });
            let stands =
                queue.stopped.as_ref().map_or(String::new(), |why| format!("; it stands still: {why}"));
            let line = format!("The mail of {}: {} waiting{at}{stands}.", queue.whose, queue.waiting);
            words.push_str(&format!("\n{}", prose(&line, width)));
        }
        words
    }
}

/// How many messages without words are worded for a list; where there are more, their kind stands in place of a subject.
const WORDED_FOR_A_LIST: usize = 500;

/// Gives messages that have no words yet the subject that they would have now.
fn give_subjects(
    app: &App,
    listed: &mut [ListedMessage],
    would_say: &PreviewWords<'_>,
) -> anyhow::Result<()> {
    let mut without: Vec<&mut ListedMessage> =
        listed.iter_mut().filter(|message| message.worded_at.is_none()).collect();
    for message in &mut without {
        message.subject = format!("{}, put into words when it is sent", message.kind);
    }
    let waits = |message: &ListedMessage| {
        matches!(
            message.state,
            MessageState::Held | MessageState::Queued | MessageState::Deferred | MessageState::Sending
        )
    };
    without.retain(|message| waits(message));
    if without.len() > WORDED_FOR_A_LIST {
        return Ok(());
    }
    let ids: Vec<i32> = without.iter().map(|message| message.id).collect();
    let messages = app.db.read(|conn| store::show_all(conn, &ids))?;
    let said = would_say(&messages)?;
    for (message, said) in messages.iter().zip(said) {
        let listed = without.iter_mut().find(|listed| listed.id == message.listed.id);
        if let (Some(listed), Ok(MessageToSend { words: Some(words), .. })) = (listed, said) {
            listed.subject = words.content.subject;
        }
    }
    Ok(())
}

fn document(message: &ListedMessage) -> Value {
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

/// One message whole, as it was sent or as it would be.
#[derive(Debug)]
pub struct OutboxMessage {
    message: Message,
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
    let sight = Visibility::of(app, viewer, None)?;
    let (message, codes) = app.db.read(|conn| Ok((store::show(conn, id)?, codes(conn)?)))?;
    let mut message = message
        .filter(|message| *viewer == Viewer::Everything || is_seen(&sight, &codes, &message.listed))
        .with_context(|| format!("there is no message {id}: `refresher outbox` lists them"))?;
    let remark = say_now(&mut message, would_say)?;
    Ok(OutboxMessage { message, remark })
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
