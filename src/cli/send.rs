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
use crate::delivery::{Delivery, DeliverySummary, Patience, StopSending};
use crate::jobs::deliveries;
use crate::outbox::{MailRoute, MessageState};
use crate::wording::{counted, without_addresses};

/// Sends what is due, at the configured rate, and says what became of it. Delivery that had to stop is a failure, and so
/// is giving up on messages while none went out.
pub(crate) fn run(app: &Arc<App>, args: &SendArgs, out: Out) -> anyhow::Result<Exit> {
    let deliveries = deliveries(app, &Actor::of_process())?;
    let limit = args.limit.map(usize::try_from).transpose()?;
    // What the connections do is little, and quicker where none of it has to be handed from thread to thread.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rounds = runtime.block_on(async {
        let signal = signalled()?;
        let (stop, shutdown) = watch::channel(false);
        // What is in hand ends first: a confirmation that was cut off would have to be asked for again.
        let told = tokio::spawn(async move {
            signal.await;
            stop.send_replace(true);
        });
        let rounds = deliver(deliveries, limit, shutdown).await;
        told.abort();
        rounds
    })?;
    let summary = sums(&rounds);
    report(&summary, stops(&rounds), out)?;
    say_what_waits(app, out)?;
    if let Some(stopped) = stops(&rounds) {
        anyhow::bail!(
            "delivery stopped: {stopped}; nothing is lost, put it right and run `refresher send` again"
        );
    }
    if summary.sent == 0 && summary.failed > 0 {
        anyhow::bail!("nothing was sent, and {}", given_up(app, summary.failed)?);
    }
    Ok(Exit::Done)
}

/// What each sender's round came to: all at once, each at its own pace; or, where no more than so many are to be sent, one
/// after the other.
async fn deliver(
    deliveries: Vec<Delivery>,
    limit: Option<usize>,
    shutdown: StopSending,
) -> anyhow::Result<Vec<(MailRoute, DeliverySummary)>> {
    let mut rounds = Vec::new();
    if let Some(mut left) = limit {
        for delivery in deliveries {
            let round = delivery.deliver_all(Some(left), Patience::UntilEmpty, shutdown.clone()).await?;
            left = left.saturating_sub(round.sent + round.deferred + round.failed + round.released);
            rounds.push((delivery.route, round));
        }
        return Ok(rounds);
    }
    let mut going_on = Vec::new();
    for delivery in deliveries {
        let (route, shutdown) = (delivery.route.clone(), shutdown.clone());
        let round =
            tokio::spawn(async move { delivery.deliver_all(None, Patience::UntilEmpty, shutdown).await });
        going_on.push((route, round));
    }
    // What goes wrong with one sender ends no other's round.
    let mut wrong = None;
    for (route, round) in going_on {
        match round.await? {
            Ok(round) => rounds.push((route, round)),
            Err(error) => {
                wrong.get_or_insert(error);
            }
        }
    }
    wrong.map_or(Ok(rounds), |error| Err(error.into()))
}

/// What all rounds came to together; what stopped them is told of each.
fn sums(rounds: &[(MailRoute, DeliverySummary)]) -> DeliverySummary {
    let mut sums = DeliverySummary::default();
    for (_, round) in rounds {
        sums.sent += round.sent;
        sums.deferred += round.deferred;
        sums.failed += round.failed;
        sums.cancelled += round.cancelled;
        sums.put_off += round.put_off;
        sums.released += round.released;
        sums.waiting_until = sums.waiting_until.max(round.waiting_until);
    }
    sums
}

/// Why delivery had to stop, for each sender whose did.
fn stops(rounds: &[(MailRoute, DeliverySummary)]) -> Option<String> {
    let stops = rounds.iter().filter_map(|(route, round)| {
        let reason = round.stopped.as_ref()?;
        Some(
            route
                .whose()
                .map_or_else(|| reason.to_string(), |whose| format!("the mail of {whose}: {reason}")),
        )
    });
    let stops: Vec<String> = stops.collect();
    (!stops.is_empty()).then(|| stops.join("; "))
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

fn report(summary: &DeliverySummary, stopped: Option<String>, out: Out) -> anyhow::Result<()> {
    if out.json {
        return out.document(&json!({
            "sent": summary.sent,
            "deferred": summary.deferred,
            "failed": summary.failed,
            "cancelled": summary.cancelled,
            "put_off": summary.put_off,
            "stopped": stopped,
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
