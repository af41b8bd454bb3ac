//! Delivery as the configuration sets it up.

use std::sync::Arc;
use std::time::Duration;

use super::recheck::recheck;
use crate::answers;
use crate::app::App;
use crate::audit::Actor;
use crate::config::MailSettings;
use crate::daemon::{DaemonService, StopSignal};
use crate::delivery::{Delivery, DeliverySummary, Patience, SendingRecheck, SendingVerdict, Transport};
use crate::jobs::accounts::on_its_way::completion;
use crate::jobs::upkeep::installation::claim_installation;
use crate::outbox::MailRoute;
use crate::register::EmailAddress;

/// Delivery of `app`'s outbox, one for each sender: its mail, its transport, its rate, and the second look at each message.
/// Refused where the database belongs to another installation, or a sender is for an organisation that nobody knows; one
/// that belongs to nobody is claimed by `by`.
pub fn deliveries(app: &Arc<App>, by: &Actor) -> anyhow::Result<Vec<Delivery>> {
    claim_installation(app, by, app.now())?;
    if let Some(fault) = answers::senders_of_nobody(app)?.into_iter().next() {
        anyhow::bail!("{fault}");
    }
    let recheck = only_to_addresses(recheck(Arc::clone(app)));
    let complete = completion(app);
    let delivery = |(route, mail): (MailRoute, &MailSettings)| {
        Ok(Delivery {
            db: app.db.clone(),
            route,
            transport: Arc::new(Transport::new(app.transport_settings(mail))?),
            sender: app.sender_of(mail),
            signer: app.signer(mail)?.map(Arc::new),
            rate: app.rate(mail),
            lease: Delivery::LEASE,
            connections: usize::try_from(mail.connections)?,
            recheck: Arc::clone(&recheck),
            complete: Arc::clone(&complete),
            clock: app.clock,
            zone: app.config.time_zone,
            finish_within: Delivery::FINISH_WITHIN,
        })
    };
    app.routes().into_iter().map(delivery).collect()
}

/// The second look, and that whom it comes to send to has an address: an outbox may hold what an earlier version took for
/// one, and a mail program on the way for an option or a route.
fn only_to_addresses(recheck: SendingRecheck) -> SendingRecheck {
    Arc::new(move |conn, claimed| {
        let mut verdicts = recheck(conn, claimed);
        for verdict in verdicts.iter_mut().flatten() {
            if let SendingVerdict::Send(handing) = verdict
                && EmailAddress::parse(&handing.recipient).is_none()
            {
                *verdict = SendingVerdict::Cancel(
                    "the recipient's address is none that mail can be sent to".to_owned(),
                );
            }
        }
        verdicts
    })
}

/// How long delivery rests when nothing is due, and when it had to stop.
const REST: Duration = Duration::from_secs(5);
const REST_AFTER_STOP: Duration = Duration::from_secs(60);

/// Delivery as a loop of the daemon: what the outbox holds of the sender's mail goes out, at the configured rate.
pub(crate) fn delivery_service(delivery: Delivery) -> DaemonService {
    DaemonService::new("delivery", move |shutdown| deliver_until(delivery.clone(), shutdown))
}

async fn deliver_until(delivery: Delivery, mut shutdown: StopSignal) -> anyhow::Result<()> {
    let whose = delivery.route.whose().map_or(String::new(), |whose| format!(" of the mail of {whose}"));
    let mut said = None;
    while !*shutdown.borrow() {
        let round = delivery.deliver_all(None, Patience::None, shutdown.clone()).await;
        let (trouble, rest) = match round {
            Ok(round) => {
                say_what_came_of(&round);
                let stopped = round.stopped.map(|reason| format!("delivery{whose} stopped: {reason}"));
                let rest = if stopped.is_some() { REST_AFTER_STOP } else { REST };
                (stopped, rest)
            }
            Err(error) => (Some(format!("delivery{whose} broke off: {error}")), REST),
        };
        // Said once for as long as it lasts, not every minute.
        if trouble != said {
            if let Some(trouble) = &trouble {
                tracing::error!("{trouble}; nothing is lost, and it is tried again until it works");
            }
            said = trouble;
        }
        tokio::select! {
            _ = shutdown.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(rest) => {}
        }
    }
    Ok(())
}

fn say_what_came_of(round: &DeliverySummary) {
    if round.sent + round.deferred + round.failed + round.cancelled + round.put_off > 0 {
        tracing::info!(
            sent = round.sent,
            deferred = round.deferred,
            failed = round.failed,
            cancelled = round.cancelled,
            put_off = round.put_off,
            "delivered"
        );
    }
}
