//! Whether mail goes out.

use super::checked::CheckedThing;
use crate::app::App;
use crate::config::MailTransport;
use crate::delivery::{SendError, Transport};
use crate::outbox::{MessageState, store as outbox_store};

/// Whether mail could be sent.
pub(super) async fn mail(app: &App) -> CheckedThing {
    let what = "mail";
    let transport = match Transport::new(app.transport_settings()) {
        Ok(transport) => transport,
        Err(error) => return CheckedThing::fault(what, error.to_string(), "correct [smtp] in the settings"),
    };
    if let Err(error) = app.signer() {
        return CheckedThing::fault(what, error.to_string(), "correct dkim_key_file in [smtp]");
    }
    match (transport.check().await, &app.config.smtp.transport) {
        (Ok(()), MailTransport::Smtp(server)) => CheckedThing::good(
            what,
            format!("{} port {} answers, and lets us in; nothing was sent", server.host, server.port),
        ),
        (Ok(()), MailTransport::File(folder)) => CheckedThing::warning(
            what,
            format!("mail is written to files in {} and reaches nobody", folder.display()),
            "when you have looked at it, set transport = \"smtp\" in [smtp]",
        ),
        (Err(SendError::Stop(reason)), _) => CheckedThing::fault(
            what,
            reason.to_string(),
            "put that right; until then nothing is sent, and nothing lost",
        ),
        (
            Err(SendError::Deferred(why) | SendError::Failed(why) | SendError::Unclear { reason: why, .. }),
            _,
        ) => CheckedThing::fault(
            what,
            why,
            "correct host and port in [smtp], or see to the mail server; until then nothing is sent. A mail that could not \
             be sent for 5 days is given up: `refresher outbox retry --failed` takes it up again",
        ),
    }
}

/// What waits, is held or was given up.
pub(super) fn outbox(app: &App) -> anyhow::Result<CheckedThing> {
    let counts = app.db.read(outbox_store::counts)?;
    let of =
        |state: MessageState| counts.iter().find(|(other, _)| *other == state).map_or(0, |(_, count)| *count);
    let (held, failed) = (of(MessageState::Held), of(MessageState::Failed));
    let waiting = of(MessageState::Queued) + of(MessageState::Deferred) + of(MessageState::Sending);
    let says = format!("{waiting} messages wait, {held} are held, {failed} were given up");
    Ok(if held + failed == 0 {
        CheckedThing::good("outbox", says)
    } else {
        CheckedThing::warning(
            "outbox",
            says,
            "look at them: `refresher outbox --state held`, `refresher outbox --state failed`",
        )
    })
}

/// Delivery that stands still while something waits. The server's refusals of a recipient or a message are met by no
/// sign-in, so they are told from the outbox.
pub(super) fn stopped_delivery(app: &App) -> anyhow::Result<Option<CheckedThing>> {
    let (stop, counts) =
        app.db.read(|conn| Ok((outbox_store::standing_stop(conn)?, outbox_store::counts(conn)?)))?;
    let waits = |(state, count): &(MessageState, i64)| {
        matches!(state, MessageState::Queued | MessageState::Deferred | MessageState::Sending) && *count > 0
    };
    Ok(stop.filter(|_| counts.iter().any(waits)).map(|stop| {
        let since = stop.since.with_timezone(&app.config.time_zone).format("%H:%M on %-d %B %Y");
        CheckedThing::fault(
            "delivery",
            format!("it has stood still since {since}: {}", stop.reason),
            "put that right; nothing is lost, and the daemon, or `refresher send`, goes on then",
        )
    }))
}
