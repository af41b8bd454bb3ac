//! `organisation`: another code for an organisation.

use std::io::{BufRead, IsTerminal, Write};

use serde_json::json;

use super::args::{OrganisationAction, OrganisationArgs};
use super::exit::Exit;
use super::out::{Out, complain};
use crate::app::App;
use crate::audit::Actor;
use crate::jobs;

/// Gives an organisation another code, and says where the settings still have the one before.
pub(crate) fn run(app: &App, args: &OrganisationArgs, out: Out) -> anyhow::Result<Exit> {
    let OrganisationAction::Rename { old, new, yes } = &args.action;
    jobs::refuse_rename(app, old, new)?;
    // It can be taken back, so a script need not say that it is meant.
    if !yes && std::io::stdin().is_terminal() && !agreed(old, new)? {
        complain("nothing was changed");
        return Ok(Exit::Refused);
    }
    let import = jobs::rename_organisation(app, (old, new), &Actor::of_process(), app.now())?;
    if out.json {
        out.document(&json!({ "renamed": { "from": old, "to": new }, "import": import }))?;
    } else {
        out.text(&format!(
            "{old} has the code {new} from now on, recorded as import {import}; `refresher organisation rename {new} {old}` \
             takes that back"
        ))?;
    }
    let places = places_of(app, old);
    if !places.is_empty() {
        out.note(&format!(
            "write {new} for {old} in {} of {}, and start the daemon anew",
            places.join(", "),
            app.config.file.display()
        ));
    }
    Ok(Exit::Done)
}

fn agreed(old: &str, new: &str) -> anyhow::Result<bool> {
    let mut asking = std::io::stderr().lock();
    write!(asking, "{old} will have the code {new}, with all that is kept of it. Type yes to go on: ")?;
    asking.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

/// The parts of the settings that name the organisation with this code.
fn places_of(app: &App, code: &str) -> Vec<&'static str> {
    let config = &app.config;
    let mut senders = config.senders.iter().flat_map(|sender| &sender.organisations);
    [
        ("[organisation]", config.organisation.code == code),
        ("[[board]]", config.boards.iter().any(|board| board.organisation == code)),
        ("[[sender]]", senders.any(|named| named.code == code)),
    ]
    .into_iter()
    .filter_map(|(place, names)| names.then_some(place))
    .collect()
}
