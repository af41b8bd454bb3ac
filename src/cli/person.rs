//! `person`: everything kept about one person, and its removal.

use std::io::{BufRead, IsTerminal, Write};

use super::args::{PersonAction, PersonArgs, WhomArgs};
use super::exit::{Exit, WrongUsage};
use super::out::{Out, complain};
use super::purge;
use crate::answers::{self, Viewer};
use crate::app::App;
use crate::audit::Actor;
use crate::db::SweepWay;
use crate::jobs;
use crate::register::StaffMember;

/// Exports or purges one person.
pub(crate) fn run(app: &App, args: &PersonArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.action {
        PersonAction::Export(whom) => export(app, whom, out),
        PersonAction::Purge { whom, yes } => remove(app, whom, *yes, out),
    }
}

/// Hands out what is kept, and tells the audit log of it.
fn export(app: &App, whom: &WhomArgs, out: Out) -> anyhow::Result<Exit> {
    let (number, organisation) = (&whom.employee_number, whom.organisation.as_deref());
    let export = answers::person_export(app, &Viewer::Everything, number, organisation)?;
    jobs::tell_of_export(app, export.whose(), &Actor::of_process(), app.now())?;
    out.document(&export)?;
    Ok(Exit::Done)
}

fn remove(app: &App, whom: &WhomArgs, yes: bool, out: Out) -> anyhow::Result<Exit> {
    let (number, organisation) = (&whom.employee_number, whom.organisation.as_deref());
    let (who, name) = &answers::person_asked_for(app, &Viewer::Everything, number, organisation)?;
    let name = name.as_ref().map_or(String::new(), |name| format!(" ({})", name.full()));
    if !yes && !agreed(who, &name)? {
        complain("nothing was removed");
        return Ok(Exit::Refused);
    }
    let purged = jobs::purge_person(app, who, &Actor::of_process(), None, app.now())?;
    let swept = jobs::sweep(app, SweepWay::Free);
    let left = purge::FilesLeft::of(app)?;
    if out.json {
        out.document(&purge::document(&purged, &swept, &left))?;
    } else {
        let messages = |count: usize| match count {
            1 => "1 message".to_owned(),
            count => format!("{count} messages"),
        };
        out.text(&format!(
            "everything about {} at {} is removed: {} versions of names, posts, records, exemptions and bookings, {} to \
             them, and the words of {} that named them",
            who.employee_number,
            who.organisation,
            purged.versions,
            messages(purged.messages),
            messages(purged.mentions)
        ))?;
        purge::list(&left, out)?;
    }
    purge::note_what_remains(app, &swept, out);
    Ok(Exit::Done)
}

/// Asks the person at the terminal. Where nobody is, only `--yes` says that it is meant.
fn agreed(who: &StaffMember, name: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(WrongUsage(
            "there is nobody at a terminal to ask, and what is removed can't be brought back: add --yes if it is meant"
                .to_owned(),
        )
        .into());
    }
    let mut asking = std::io::stderr().lock();
    write!(
        asking,
        "Everything about {} at {}{name} will be removed, and can't be brought back. Type yes to go on: ",
        who.employee_number, who.organisation
    )?;
    asking.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}
