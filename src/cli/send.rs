//! `send`: delivers what is queued, then exits.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::watch;

use super::args::SendArgs;
use super::exit::Exit;
use super::out::Out;
use crate::answers::{self, shapes};
use crate::app::App;
use crate::audit::Actor;
use crate::daemon::signalled;
use crate::delivery::{DeliverySummary, Patience, without_addresses};
use crate::jobs::delivery;
use crate::outbox::MessageState;
use crate::wording::counted;

/// Sends what is due, at the configured rate, and says what became of it. Delivery that had to stop is a failure, and so
/// is giving up on messages while none went out.
pub(crate) fn run(app: &Arc<App>, args: &SendArgs, out: Out) -> anyhow::Result<Exit> {
    let delivery = delivery(app, &Actor::of_process())?;
    let limit = args.limit.map(usize::try_from).transpose()?;
    // What the connections do is little, and quicker where none of it has to be handed from thread to thread.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let summary = runtime.block_on(async {
        let signal = signalled()?;
        let (stop, shutdown) = watch::channel(false);
        // What is in hand ends first: a confirmation that was cut off would have to be asked for again.
        let told = tokio::spawn(async move {
            signal.await;
            stop.send_replace(true);
        });
        let summary = delivery.deliver_all(limit, Patience::UntilEmpty, shutdown).await;
        told.abort();
        anyhow::Ok(summary?)
    })?;
    report(&summary, out)?;
    say_what_waits(app, out)?;
    if let Some(reason) = &summary.stopped {
        anyhow::bail!(
            "delivery stopped: {reason}; nothing is lost, put it right and run `refresher send` again"
        );
    }
    if summary.sent == 0 && summary.failed > 0 {
        anyhow::bail!("nothing was sent, and {}", given_up(app, summary.failed)?);
    }
    Ok(Exit::Done)
}

/// What was given up and why, for the last of them; nobody's address.
fn given_up(app: &App, count: usize) -> anyhow::Result<String> {
    let failed = answers::messages_in(app, MessageState::Failed)?;
    let last = failed.iter().max_by_key(|message| (message.last_attempt_at, message.id));
    let why = last.map_or_else(String::new, |last| {
        let why = last.last_error.as_deref().unwrap_or("the mail server refused it");
        format!(": {}", without_addresses(why, &last.recipient))
    });
    let count = counted(count, "message was", "messages were");
    Ok(format!(
        "{count} given up{why}; `refresher outbox --state failed` lists them, and `refresher outbox retry --failed` takes them up \
         again when that is put right"
    ))
}

/// What could not be sent yet, why, and when it is tried again; nobody's address.
fn say_what_waits(app: &App, out: Out) -> anyhow::Result<()> {
    let deferred = answers::messages_in(app, MessageState::Deferred)?;
    let Some(next) = deferred.iter().min_by_key(|message| message.next_attempt_at) else { return Ok(()) };
    let at = next.next_attempt_at.map_or_else(String::new, |at| {
        format!(", the next from {}", at.with_timezone(&app.config.time_zone).format("%H:%M on %-d %B %Y"))
    });
    let why = next.last_error.as_deref().unwrap_or("the mail server put it off");
    let why = without_addresses(why, &next.recipient);
    out.note(&format!(
        "{} to be tried again{at}: {why}; `refresher outbox --state deferred` lists them",
        deferred.len()
    ));
    Ok(())
}

fn report(summary: &DeliverySummary, out: Out) -> anyhow::Result<()> {
    if out.json {
        return out.document(&json!({
            "sent": summary.sent,
            "deferred": summary.deferred,
            "failed": summary.failed,
            "cancelled": summary.cancelled,
            "put_off": summary.put_off,
            "stopped": summary.stopped.as_ref().map(ToString::to_string),
            "waiting_until": summary.waiting_until.map(shapes::instant),
        }));
    }
    let mut text = format!(
        "{} sent, {} to be tried again, {} given up, {} no longer needed",
        summary.sent, summary.deferred, summary.failed, summary.cancelled
    );
    if summary.put_off > 0 {
        text.push_str(&format!("; {} put off until the next sending day", summary.put_off));
    }
    if let Some(until) = summary.waiting_until {
        text.push_str(&format!("; the rest waits until {} for the configured rate", shapes::instant(until)));
    }
    out.text(&text)
}
