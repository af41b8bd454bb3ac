//! `outbox`: messages, and what became of them.

use serde_json::json;

use super::args::{OutboxAction, OutboxArgs, WhoseHeld};
use super::exit::{Exit, WrongUsage};
use super::out::Out;
use crate::answers::{self, Viewer};
use crate::app::App;
use crate::audit::Actor;
use crate::jobs::{HeldMessages, OutboxChange, SeveralHoldMessages, change_outbox, would_say};
use crate::wording::counted;

/// Lists messages, shows one, or changes what is to become of them.
pub(crate) fn run(app: &App, args: &OutboxArgs, out: Out) -> anyhow::Result<Exit> {
    let (viewer, would_say) = (Viewer::Everything, |messages: &[_]| would_say(app, messages));
    match &args.action {
        None => out.answer(&answers::outbox(app, &viewer, args.state, &would_say)?),
        Some(OutboxAction::Show { id }) => {
            out.answer(&answers::outbox_message(app, &viewer, *id, &would_say)?)
        }
        Some(action) => change(app, action, out),
    }
}

fn change(app: &App, action: &OutboxAction, out: Out) -> anyhow::Result<Exit> {
    let (change, done) = match action {
        OutboxAction::Show { .. } => return Ok(Exit::Usage),
        OutboxAction::Release(whose) => (OutboxChange::Release(held(whose)), "released"),
        OutboxAction::Retry { id: Some(id), .. } => (OutboxChange::Retry(*id), "to be tried again"),
        OutboxAction::Retry { id: None, .. } => (OutboxChange::RetryFailed, "to be tried again"),
        OutboxAction::Cancel { id: Some(_), whose, .. } if whose.is_given() => {
            return Err(WrongUsage(
                "--organisation and --all say whose held messages are meant: leave them out with a message's number, \
                 or write --held"
                    .to_owned(),
            )
            .into());
        }
        OutboxAction::Cancel { id: Some(id), .. } => (OutboxChange::Cancel(*id), "cancelled"),
        OutboxAction::Cancel { id: None, whose, .. } => (OutboxChange::CancelHeld(held(whose)), "cancelled"),
    };
    let changed = change_outbox(app, &change, &Actor::of_process(), app.now());
    let changed = changed.map_err(|error| match error.downcast::<SeveralHoldMessages>() {
        Ok(several) => WrongUsage(several.to_string()).into(),
        Err(error) => error,
    })?;
    if matches!(action, OutboxAction::Retry { .. }) {
        return out.answer(&answers::retried(app, &changed.retried)?);
    }
    if out.json {
        out.document(&json!({ "changed": changed.messages }))?;
    } else {
        out.text(&format!("{} {done}", counted(changed.messages, "message", "messages")))?;
    }
    Ok(Exit::Done)
}

fn held(whose: &WhoseHeld) -> HeldMessages {
    match &whose.organisation {
        _ if whose.all => HeldMessages::All,
        Some(code) => HeldMessages::Of(code.clone()),
        None => HeldMessages::OfTheOne,
    }
}
