//! Delivery as the configuration sets it up.

use std::sync::Arc;
use std::time::Duration;

use super::adopt::claim_installation;
use super::recheck::recheck;
use crate::app::App;
use crate::daemon::{Service, Shutdown};
use crate::delivery::{Delivery, Patience, Transport};

/// Delivery of `app`'s outbox: its transport, its rate, and the second look at each message. Refused where the database
/// belongs to another installation.
pub fn delivery(app: &Arc<App>) -> anyhow::Result<Delivery> {
    claim_installation(app, app.now())?;
    Ok(Delivery {
        db: app.db.clone(),
        transport: Arc::new(Transport::new(app.transport_settings())?),
        sender: app.sender(),
        rate: app.rate(),
        connections: usize::try_from(app.config.smtp.connections)?,
        recheck: recheck(Arc::clone(app)),
        clock: app.clock,
        finish_within: Delivery::FINISH_WITHIN,
    })
}

/// How long delivery rests when nothing is due, and when it had to stop.
const REST: Duration = Duration::from_secs(5);
const REST_AFTER_STOP: Duration = Duration::from_secs(60);

/// Delivery as a loop of the daemon: whatever the outbox holds goes out, at the configured rate.
pub fn delivery_service(delivery: Delivery) -> Service {
    Service::new("delivery", move |shutdown| deliver_until(delivery.clone(), shutdown))
}

async fn deliver_until(delivery: Delivery, mut shutdown: Shutdown) -> anyhow::Result<()> {
    let mut said = None;
    while !*shutdown.borrow() {
        let round = delivery.deliver_all(None, Patience::None, shutdown.clone()).await?;
        if round.sent + round.deferred + round.failed + round.cancelled > 0 {
            tracing::info!(
                sent = round.sent,
                deferred = round.deferred,
                failed = round.failed,
                cancelled = round.cancelled,
                "delivered"
            );
        }
        // Said once for as long as it lasts, not every minute.
        if round.stopped != said {
            if let Some(reason) = &round.stopped {
                tracing::error!(%reason, "delivery stopped: nothing is lost, and it is tried again every minute");
            }
            said.clone_from(&round.stopped);
        }
        let rest = if round.stopped.is_some() { REST_AFTER_STOP } else { REST };
        tokio::select! {
            _ = shutdown.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(rest) => {}
        }
    }
    Ok(())
}
