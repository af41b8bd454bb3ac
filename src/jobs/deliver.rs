//! Delivery as the configuration sets it up.

use std::sync::Arc;

use super::recheck::recheck;
use crate::app::App;
use crate::delivery::{Delivery, Transport};

/// Delivery of `app`'s outbox: its transport, its rate, and the second look at each message.
pub fn delivery(app: &Arc<App>) -> anyhow::Result<Delivery> {
    Ok(Delivery {
        db: app.db.clone(),
        transport: Arc::new(Transport::open(&app.transport_settings())?),
        sender: app.sender(),
        rate: app.rate(),
        connections: usize::try_from(app.config.smtp.connections)?,
        recheck: recheck(Arc::clone(app)),
        clock: app.clock,
        finish_within: Delivery::FINISH_WITHIN,
    })
}
