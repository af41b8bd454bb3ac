//! Whether mail goes out.

use super::checked::CheckedThing;
use crate::answers;
use crate::app::App;
use crate::config::{MailSettings, MailTransport};
use crate::delivery::{SendError, Transport};
use crate::outbox::{MailRoute, MessageState, RoutedOrganisations, store as outbox_store};

/// Whether mail could be sent, by each sender.
pub(super) async fn mail(app: &App) -> Vec<CheckedThing> {
    let mut checked = Vec::new();
    for (route, mail) in app.routes() {
        let mut thing = of_sender(app, &route, mail).await;
        if let Some(whose) = route.whose() {
            thing.says = format!("for the mail of {whose}: {}", thing.says);
        }
        checked.push(thing);
    }
    checked
}

async fn of_sender(app: &App, route: &MailRoute, mail: &MailSettings) -> CheckedThing {
    let what = "mail";
    let section = match route.organisations {
        RoutedOrganisations::Only(_) => "[[sender]]",
        RoutedOrganisations::AllBut(_) => "[smtp]",
    };
    let transport = match Transport::new(app.transport_settings(mail)) {
        Ok(transport) => transport,
        Err(error) => {
            return CheckedThing::fault(
                what,
                error.to_string(),
                format!("correct {section} in the settings"),
            );
        }
    };
    if let Err(error) = app.signer(mail) {
        return CheckedThing::fault(what, error.to_string(), format!("correct dkim_key_file in {section}"));
    }
    match (transport.check().await, &mail.transport) {
        (Ok(()), MailTransport::Smtp(server)) => CheckedThing::good(
            what,
            format!("{} port {} answers, and lets us in; nothing was sent", server.host, server.port),
        ),
        (Ok(()), MailTransport::File(folder)) => CheckedThing::warning(
            what,
            format!("mail is written to files in {} and reaches nobody", folder.display()),
            format!("when you have looked at it, set transport = \"smtp\" in {section}"),
        ),
        (Err(SendError::Stop(reason)), _) => CheckedThing::fault(
            what,
            reason.to_string(),
            "put that right; until then nothing is sent, and nothing lost",
        ),
        (
            Err(
                SendError::Deferred(why)
                | SendError::CutOff(why)
                | SendError::Failed(why)
                | SendError::Unclear { reason: why, .. },
            ),
            _,
        ) => CheckedThing::fault(
            what,
            why,
            format!(
                "correct host and port in {section}, or see to the mail server; until then nothing is sent. A mail that could \
                 not be sent for 5 days is given up: `refresher outbox retry --failed` takes it up again"
            ),
        ),
    }
}

/// Senders of organisations that nobody knows.
pub(super) fn senders(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    let faults = answers::senders_of_nobody(app)?.into_iter();
    Ok(faults.map(|says| CheckedThing::fault("sender", says, "until then no mail is sent")).collect())
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
pub(super) fn stopped_delivery(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    let now = app.now();
    let mut checked = Vec::new();
    let routes = app.routes();
    for stop in app.db.read(outbox_store::standing_stops)? {
        let Some((route, _)) = routes.iter().find(|(route, _)| route.key == stop.sender) else { continue };
        if app.db.read(|conn| outbox_store::waiting(conn, route, now))?.count == 0 {
            continue;
        }
        let since = stop.since.with_timezone(&app.config.time_zone).format("%H:%M on %-d %B %Y");
        let whose = route.whose().map_or("it".to_owned(), |whose| format!("the mail of {whose}"));
        checked.push(CheckedThing::fault(
            "delivery",
            format!("{whose} has stood still since {since}: {}", stop.reason),
            "put that right; nothing is lost, and the daemon, or `refresher send`, goes on then",
        ));
    }
    Ok(checked)
}
