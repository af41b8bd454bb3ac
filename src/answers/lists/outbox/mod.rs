//! `outbox`: messages, and what became of them.

mod found;
mod message;
mod retried;

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, prose};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Viewer, shapes};
use crate::app::App;
use crate::config::MailSettings;
use crate::db::{Conn, DbResult};
use crate::delivery::pace;
use crate::outbox::{ListedMessage, MailRoute, MessageState, MessageToSend, store};

pub use found::{OutboxDetail, OutboxFilter};
use found::{of_organisations, of_some_people};
pub(crate) use message::outbox_message_of;
pub use message::{OutboxMessage, PreviewWords, outbox_message};
use message::{document, mask};
pub(crate) use retried::retried;

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

/// Whom a digest lists, by the register's numbers.
pub(crate) fn people_listed_in(app: &App, message: i32) -> anyhow::Result<BTreeSet<i32>> {
    let items = app.db.read(|conn| store::digest_items(conn, message))?;
    Ok(items.into_iter().map(|item| item.staff_id).collect())
}

/// How many messages are held of each organisation that is seen as a whole, in order of code.
pub(crate) fn held_messages(app: &App, viewer: &Viewer) -> anyhow::Result<Vec<(String, i64)>> {
    let sight = Visibility::of(app, viewer, None)?;
    let held = app.db.read(|conn| store::by_organisation(conn, MessageState::Held))?.into_iter();
    let seen = held.filter(|of| !sight.is_of_some_people() && sight.includes_organisation(&of.code));
    Ok(seen.map(|of| (of.code, of.messages)).collect())
}

/// Every message in this state, as it is listed.
pub(crate) fn messages_in(app: &App, state: MessageState) -> anyhow::Result<Vec<ListedMessage>> {
    Ok(app.db.read(|conn| store::list(conn, Some(state)))?)
}

impl OutboxAnswer {
    /// The messages, or the part of them that was asked for.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &ListedMessage> {
        self.messages.iter()
    }

    /// To how many addresses they go.
    pub(crate) fn recipients(&self) -> usize {
        self.messages.iter().map(|message| &message.recipient).collect::<HashSet<_>>().len()
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
