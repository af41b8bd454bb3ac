//! `outbox`: messages, and what became of them.

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::args::{OutboxAction, OutboxArgs, WhoseHeld};
use super::exit::{Exit, WrongUsage};
use super::json as shapes;
use super::out::{Out, table};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::Conn;
use crate::delivery::pace;
use crate::jobs::would_say;
use crate::outbox::{Changed, Handing, Listed, Message, State, store};
use crate::register::store as register;
use crate::wording::counted;

/// Lists messages, shows one, or changes what is to become of them.
pub fn run(app: &App, args: &OutboxArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.action {
        None => list(app, args.state, out),
        Some(OutboxAction::Show { id }) => show(app, *id, out),
        Some(action) => change(app, action, out),
    }
}

fn list(app: &App, state: Option<State>, out: Out) -> anyhow::Result<Exit> {
    let now = app.now();
    let (mut messages, waiting) = app
        .db
        .read(|conn| Ok::<_, anyhow::Error>((store::list(conn, state)?, store::waiting(conn, now)?)))?;
    give_subjects(app, &mut messages)?;
    let empty_at = pace::empty_at(app.rate(), waiting, now);
    if out.json {
        out.document(&json!({
            "messages": messages.iter().map(document).collect::<Vec<_>>(),
            "waiting": waiting.count,
            "empty_at": empty_at.map(shapes::instant),
        }))?;
        return Ok(Exit::Done);
    }
    let headers = ["id", "kind", "to", "subject", "state", "attempts", "what happened"];
    let row = |message: &Listed| {
        vec![
            message.id.to_string(),
            message.kind.as_str().to_owned(),
            message.recipient.clone(),
            message.subject.clone(),
            message.state.as_str().to_owned(),
            message.attempts.to_string(),
            message.last_error.clone().unwrap_or_default(),
        ]
    };
    let mut text = table(&headers, headers.len(), messages.iter().map(row));
    if let Some(empty_at) = empty_at {
        let local = empty_at.with_timezone(&app.config.time_zone).format("%-d %B %Y %H:%M");
        text.push_str(&format!(
            "\n\n{} waiting; at the configured rate the last is sent by {local}.",
            waiting.count
        ));
    }
    out.text(&text)?;
    Ok(Exit::Done)
}

/// How many messages without words are worded for a list; where there are more, their kind stands in place of a subject.
const WORDED_FOR_A_LIST: usize = 500;

/// Gives messages that have no words yet the subject that they would have now.
fn give_subjects(app: &App, listed: &mut [Listed]) -> anyhow::Result<()> {
    let mut without: Vec<&mut Listed> =
        listed.iter_mut().filter(|message| message.worded_at.is_none()).collect();
    for message in &mut without {
        message.subject = format!("{}, put into words when it is sent", message.kind);
    }
    let waits = |message: &Listed| {
        matches!(message.state, State::Held | State::Queued | State::Deferred | State::Sending)
    };
    without.retain(|message| waits(message));
    if without.len() > WORDED_FOR_A_LIST {
        return Ok(());
    }
    let ids: Vec<i32> = without.iter().map(|message| message.id).collect();
    let messages = app.db.read(|conn| Ok::<_, anyhow::Error>(store::show_all(conn, &ids)?))?;
    let said = would_say(app, &messages)?;
    for (message, said) in messages.iter().zip(said) {
        let listed = without.iter_mut().find(|listed| listed.id == message.listed.id);
        if let (Some(listed), Ok(Handing { words: Some(words), .. })) = (listed, said) {
            listed.subject = words.content.subject;
        }
    }
    Ok(())
}

fn document(message: &Listed) -> Value {
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

fn show(app: &App, id: i32, out: Out) -> anyhow::Result<Exit> {
    let message = app.db.read(|conn| Ok::<_, anyhow::Error>(store::show(conn, id)?))?;
    let mut message =
        message.with_context(|| format!("there is no message {id}: `refresher outbox` lists them"))?;
    let remark = say_now(app, &mut message)?;
    if out.json {
        let mut shape = document(&message.listed);
        if let Value::Object(shape) = &mut shape {
            shape.insert("text".to_owned(), json!(message.text));
            shape.insert("html".to_owned(), json!(message.html));
            shape.insert("remark".to_owned(), json!(remark));
        }
        out.document(&shape)?;
    } else {
        let listed = &message.listed;
        let error =
            listed.last_error.as_ref().map_or(String::new(), |error| format!("\nLast error: {error}"));
        let waits = listed.not_before.map_or(String::new(), |day| format!("\nNot before: {day}"));
        let remark = remark.map_or(String::new(), |remark| format!("\n{remark}"));
        out.text(&format!(
            "To: {}\nSubject: {}\nState: {}, {}{error}{waits}\nMessage-ID: {}{remark}\n\n{}",
            listed.recipient,
            listed.subject,
            listed.state.as_str(),
            counted(listed.attempts, "attempt", "attempts"),
            listed.message_id,
            message.text,
        ))?;
    }
    Ok(Exit::Done)
}

/// Puts a message that has no words yet into those of now, and says that it is so, or that it never had any.
fn say_now(app: &App, message: &mut Message) -> anyhow::Result<Option<String>> {
    let listed = &message.listed;
    if listed.worded_at.is_some() {
        return Ok(None);
    }
    if listed.state == State::Cancelled {
        return Ok(Some("It was cancelled before it was put into words.".to_owned()));
    }
    let said = would_say(app, std::slice::from_ref(message))?.pop();
    Ok(Some(match said {
        Some(Ok(Handing { recipient, words: Some(words), .. })) => {
            message.listed.recipient = recipient;
            message.listed.subject = words.content.subject;
            (message.text, message.html) = (words.content.text, words.content.html);
            "Not sent yet: this is what it would say if it were sent now.".to_owned()
        }
        Some(Err(reason)) => format!("Not sent yet: if it were sent now, it would be cancelled: {reason}."),
        _ => "Not sent yet, and not put into words.".to_owned(),
    }))
}

fn change(app: &App, action: &OutboxAction, out: Out) -> anyhow::Result<Exit> {
    const WHY: &str = "cancelled by hand";
    let (by, now) = (Actor::of_process(), app.now());
    let (count, done) = app.db.write(|conn| {
        let (count, done, told, which) = match action {
            OutboxAction::Show { .. } => return Ok((0, "shown")),
            OutboxAction::Release(whose) => {
                let (id, which) = held_of(conn, whose)?;
                (store::release_held(conn, id, now)?, "released", Action::OutboxRelease, which)
            }
            OutboxAction::Retry { id: Some(id), .. } => {
                let count = one(store::retry(conn, *id, now)?, *id, "tried again")?;
                (count, "to be tried again", Action::OutboxRetry, id.to_string())
            }
            OutboxAction::Retry { id: None, .. } => {
                (store::retry_failed(conn)?, "to be tried again", Action::OutboxRetry, "failed".to_owned())
            }
            OutboxAction::Cancel { id: Some(_), whose, .. } if whose.is_given() => {
                return Err(WrongUsage(
                    "--organisation and --all say whose held messages are meant: leave them out with a message's \
                     number, or write --held"
                        .to_owned(),
                )
                .into());
            }
            OutboxAction::Cancel { id: Some(id), .. } => {
                let count = one(store::cancel(conn, *id, WHY, now)?, *id, "cancelled")?;
                (count, "cancelled", Action::OutboxCancel, id.to_string())
            }
            OutboxAction::Cancel { id: None, whose, .. } => {
                let (id, which) = held_of(conn, whose)?;
                (store::cancel_held(conn, id, WHY, now)?, "cancelled", Action::OutboxCancel, which)
            }
        };
        if count > 0 {
            let act = Act::new(&by, told, format!("outbox {which}"), json!({ "messages": count }));
            audit::record(conn, &act, now)?;
        }
        Ok::<_, anyhow::Error>((count, done))
    })?;
    if out.json {
        out.document(&json!({ "changed": count }))?;
    } else {
        out.text(&format!("{count} {} {done}", if count == 1 { "message" } else { "messages" }))?;
    }
    Ok(Exit::Done)
}

/// Whose held messages are meant, as the register's key of one organisation or `None` for all, and what the audit log
/// calls them. Where messages of several are held, somebody has to say which.
fn held_of(conn: &mut Conn, whose: &WhoseHeld) -> anyhow::Result<(Option<i32>, String)> {
    let one = |id: i32, code: &str| (Some(id), format!("held of {code}"));
    if whose.all {
        return Ok((None, "held".to_owned()));
    }
    if let Some(code) = &whose.organisation {
        let known = register::current_organisations(conn)?;
        let Some((id, _, _)) = known.get(code) else {
            let known: Vec<&str> = known.keys().map(String::as_str).collect();
            bail!("there is no organisation {code:?}; known are {}", known.join(", "));
        };
        return Ok(one(*id, code));
    }
    match store::held_by_organisation(conn)?.as_slice() {
        [] => Ok((None, "held".to_owned())),
        [of] => Ok(one(of.organisation_id, &of.code)),
        several => {
            let several = several.iter().map(|of| format!("{} of {}", of.messages, of.code));
            Err(WrongUsage(format!(
                "messages of several organisations are held ({}): name one with --organisation CODE, or all of them \
                 with --all",
                several.collect::<Vec<_>>().join(", ")
            ))
            .into())
        }
    }
}

fn one(changed: Changed, id: i32, wanted: &str) -> anyhow::Result<usize> {
    match changed {
        Changed::Done => Ok(1),
        Changed::NotFound => bail!("there is no message {id}: `refresher outbox` lists them"),
        Changed::NotPossible(state) => {
            bail!("message {id} is {}: a message in that state can't be {wanted}", state.as_str())
        }
    }
}
