//! `adopt`: takes a restored or copied database into use here.

use std::sync::Arc;

use serde_json::json;

use super::exit::Exit;
use super::out::Out;
use crate::app::App;
use crate::audit::Actor;
use crate::jobs::{self, Adopted};
use crate::wording::counted;

/// Adopts the database, and says what to do before the daemon is started.
pub(crate) fn run(app: &Arc<App>, out: Out) -> anyhow::Result<Exit> {
    let adopted = jobs::adopt(app, &Actor::of_process(), app.now())?;
    if out.json {
        out.document(&json!({ "held": adopted.held, "slots_passed": adopted.passed }))?;
    } else {
        out.text(&adopted_words(app, &adopted))?;
    }
    Ok(Exit::Done)
}

/// What came of it, for people.
pub(crate) fn adopted_words(app: &App, adopted: &Adopted) -> String {
    let waited = match adopted.held {
        0 => "Nothing waited in it to be sent.".to_owned(),
        held => format!(
            "{} that waited in it may have been sent from where it was, and {}: look with `refresher outbox --state held`, \
             then `refresher outbox release`, or `refresher outbox cancel --held`; --all is for those of all organisations.",
            counted(held, "message", "messages"),
            if held == 1 { "is held" } else { "are held" },
        ),
    };
    format!(
        "{} now belongs to this installation, and nothing that was to be done by now is made up for. {waited}",
        app.db.place()
    )
}
