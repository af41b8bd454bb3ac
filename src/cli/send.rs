//! `send`: delivers what is queued, then exits.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::watch;

use super::args::SendArgs;
use super::exit::Exit;
use super::json as shapes;
use super::out::Out;
use crate::app::App;
use crate::delivery::{Patience, Summary};
use crate::jobs::delivery;

/// Sends what is due, at the configured rate, and says what became of it. Delivery that had to stop is a failure.
pub fn run(app: &Arc<App>, args: &SendArgs, out: Out) -> anyhow::Result<Exit> {
    let delivery = delivery(app)?;
    let limit = args.limit.map(usize::try_from).transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    // Nobody tells a one-shot command to stop but the signals that end it, which lose nothing.
    let (_stop, shutdown) = watch::channel(false);
    let summary = runtime.block_on(delivery.deliver_all(limit, Patience::UntilEmpty, shutdown))?;
    report(&summary, out)?;
    if let Some(reason) = &summary.stopped {
        anyhow::bail!(
            "delivery stopped: {reason}; nothing is lost, put it right and run `refresher send` again"
        );
    }
    Ok(Exit::Done)
}

fn report(summary: &Summary, out: Out) -> anyhow::Result<()> {
    if out.json {
        return out.document(&json!({
            "sent": summary.sent,
            "deferred": summary.deferred,
            "failed": summary.failed,
            "cancelled": summary.cancelled,
            "stopped": summary.stopped.as_ref().map(ToString::to_string),
            "waiting_until": summary.waiting_until.map(shapes::instant),
        }));
    }
    let mut text = format!(
        "{} sent, {} to be tried again, {} given up, {} no longer needed",
        summary.sent, summary.deferred, summary.failed, summary.cancelled
    );
    if let Some(until) = summary.waiting_until {
        text.push_str(&format!("; the rest waits until {} for the configured rate", shapes::instant(until)));
    }
    out.text(&text)
}
