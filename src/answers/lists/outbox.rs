//! `outbox`: messages, and what became of them.

use std::collections::HashMap;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
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
use crate::outbox::store::MessageFilter;
use crate::outbox::{
    ListPart, ListedMessage, MailRoute, Message, MessageKind, MessageOrder, MessageState, MessageToSend, store,
};
use crate::register::WhomError;
use crate::register::store as register;
use crate::wording::counted;

/// What messages that have no words yet would say if they were sent now, or why they would not be sent: the second look
/// of delivery, for each of them.
pub type PreviewWords<'a> = dyn Fn(&[Message]) -> anyhow::Result<Vec<Result<MessageToSend, String>>> + 'a;

/// Messages, and when the last of those that wait is sent.
#[derive(Debug)]
pub struct OutboxAnswer {
    messages: Vec<ListedMessage>,
    /// How many are meant, of which `messages` may be a part.
    total: i64,
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

/// How much is said of a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OutboxDetail {
    /// To whom it goes and what it is about.
    #[default]
    Words,
    /// What became of it: its receiver's address is masked, and its kind stands in place of its subject.
    States,
}

/// Which messages are asked for; what is left empty says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxFilter {
    /// In one of these states.
    pub states: Vec<MessageState>,
    /// Of one of these kinds.
    pub kinds: Vec<MessageKind>,
    /// Planned on this day.
    pub planned_on: Option<NaiveDate>,
    /// To the person with this employee number.
    pub employee_number: Option<String>,
    /// In which order.
    pub order: MessageOrder,
    /// Only part of them.
    pub part: Option<ListPart>,
    /// How much is said of each.
    pub detail: OutboxDetail,
}

/// The messages in this state, or all, that the viewer may see: an organisation's, or, where it is some people, the
/// reminders to them, which are about nobody else.
pub fn outbox(
    app: &App,
    viewer: &Viewer,
    state: Option<MessageState>,
    would_say: &PreviewWords<'_>,
) -> anyhow::Result<OutboxAnswer> {
    let filter = OutboxFilter { states: state.into_iter().collect(), ..OutboxFilter::default() };
    outbox_of(app, viewer, &filter, would_say)
}

/// [`outbox`], of the messages that are asked for.
pub fn outbox_of(
    app: &App,
    viewer: &Viewer,
    filter: &OutboxFilter,
    would_say: &PreviewWords<'_>,
) -> anyhow::Result<OutboxAnswer> {
    let now = app.now();
    let sight = Visibility::of(app, viewer, None)?;
    let ((mut messages, total, waiting), queues) = app.db.read(|conn| {
        let found = if sight.is_of_some_people() {
            of_some_people(conn, &sight, filter)?
        } else {
            of_organisations(conn, &sight, filter)?
        };
        let sees_all = *viewer == Viewer::Everything;
        let queues = if sees_all { Some(sender_queues(app, conn, now)?) } else { None };
        Ok((found, queues))
    })?;
    if filter.detail == OutboxDetail::Words {
        give_subjects(app, &mut messages, would_say)?;
    } else {
        messages.iter_mut().for_each(mask);
    }
    let waiting = queues.as_ref().map_or(waiting, |queues| queues.iter().map(|queue| queue.waiting).sum());
    let mut senders = queues.unwrap_or_default();
    let empty_at = senders.iter().filter_map(|queue| queue.empty_at).max();
    if senders.len() == 1 {
        senders.clear();
    }
    Ok(OutboxAnswer { messages, total, waiting, empty_at, senders, zone: app.config.time_zone })
}

/// The messages that are meant, how many they are in all, and how many of the viewer's wait.
type FoundMessages = (Vec<ListedMessage>, i64, i64);

fn of_organisations(conn: &mut Conn, sight: &Visibility, filter: &OutboxFilter) -> DbResult<FoundMessages> {
    let organisation_id = match sight.organisation() {
        None => None,
        // One that nobody knows has no messages.
        Some(code) => Some(register::current_organisations(conn)?.get(code).map_or(NOBODY, |(id, ..)| *id)),
    };
    let staff_ids = match &filter.employee_number {
        None => None,
        Some(number) => Some(people_with(conn, number, sight.organisation())?),
    };
    let wanted = MessageFilter {
        organisation_id,
        states: filter.states.clone(),
        kinds: filter.kinds.clone(),
        planned_on: filter.planned_on,
        staff_ids,
    };
    let (messages, total) = store::page(conn, &wanted, filter.order, filter.part)?;
    let waiting = MessageFilter { organisation_id, states: WAITING.to_vec(), ..MessageFilter::default() };
    Ok((messages, total, store::count_of(conn, &waiting)?))
}

/// Reminders to some people: there are few, and whom they are to is known one by one.
fn of_some_people(conn: &mut Conn, sight: &Visibility, filter: &OutboxFilter) -> DbResult<FoundMessages> {
    let codes = codes(conn)?;
    let staff_ids = match &filter.employee_number {
        None => None,
        Some(number) => Some(people_with(conn, number, sight.organisation())?),
    };
    let (mut messages, _) = store::page(conn, &MessageFilter::default(), filter.order, None)?;
    messages.retain(|message| is_seen(sight, &codes, message));
    let waits = |message: &&ListedMessage| WAITING.contains(&message.state);
    let waiting = i64::try_from(messages.iter().filter(waits).count()).unwrap_or(i64::MAX);
    messages.retain(|message| {
        (filter.states.is_empty() || filter.states.contains(&message.state))
            && (filter.kinds.is_empty() || filter.kinds.contains(&message.kind))
            && filter.planned_on.is_none_or(|day| message.planned_on == day)
            && staff_ids.as_ref().is_none_or(|ids| message.staff_id.is_some_and(|id| ids.contains(&id)))
    });
    let total = i64::try_from(messages.len()).unwrap_or(i64::MAX);
    if let Some(ListPart { skipped, most }) = filter.part {
        let (skipped, most) = (usize::try_from(skipped).unwrap_or(0), usize::try_from(most).unwrap_or(0));
        messages = messages.into_iter().skip(skipped).take(most).collect();
    }
    Ok((messages, total, waiting))
}

/// The register's number of nobody.
const NOBODY: i32 = -1;

/// What waits to be sent.
const WAITING: [MessageState; 3] = [MessageState::Queued, MessageState::Deferred, MessageState::Sending];

/// The people with this employee number, of the organisation with this code or of all.
fn people_with(conn: &mut Conn, number: &str, organisation: Option<&str>) -> DbResult<Vec<i32>> {
    Ok(match register::find_staff_member(conn, number, organisation)? {
        Ok(who) => vec![who.id],
        Err(WhomError::Several { codes, .. }) => {
            let mut ids = Vec::new();
            for code in codes {
                ids.extend(register::find_staff_member(conn, number, Some(&code))?.ok().map(|who| who.id)); // One that is none was purged.
            }
            ids
        }
        Err(WhomError::Nobody { .. }) => Vec::new(),
    })
}

/// Leaves what became of a message, and takes away to whom it goes and what it is about.
fn mask(message: &mut ListedMessage) {
    let (first, domain) = match message.recipient.split_once('@') {
        Some((local, domain)) => (local.chars().next(), domain),
        None => (None, ""),
    };
    message.recipient = format!("{}…@{domain}", first.map(String::from).unwrap_or_default());
    message.subject = message.kind.as_str().to_owned();
}

/// How many messages are held of each organisation that is seen as a whole, in order of code.
pub(crate) fn held_messages(app: &App, viewer: &Viewer) -> anyhow::Result<Vec<(String, i64)>> {
    let sight = Visibility::of(app, viewer, None)?;
    let held = app.db.read(store::held_by_organisation)?.into_iter();
    let seen = held.filter(|of| !sight.is_of_some_people() && sight.includes_organisation(&of.code));
    Ok(seen.map(|of| (of.code, of.messages)).collect())
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

impl OutboxAnswer {
    /// The messages, or the part of them that was asked for.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &ListedMessage> {
        self.messages.iter()
    }

    /// How many are meant in all.
    pub(crate) fn total(&self) -> i64 {
        self.total
    }

    /// How many of those that the viewer may see wait to be sent.
    pub(crate) fn waiting(&self) -> i64 {
        self.waiting
    }

    /// When the last of them goes out, where that can be known.
    pub(crate) fn empty_at(&self) -> Option<DateTime<Utc>> {
        self.empty_at
    }

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
