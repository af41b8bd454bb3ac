//! `person`: everything kept about one person, and its removal.

use std::io::{BufRead, IsTerminal, Write};

use serde_json::json;

use super::args::{PersonAction, PersonArgs, WhomArgs};
use super::exit::{Exit, WrongUsage};
use super::json as shapes;
use super::out::{Out, complain};
use crate::app::App;
use crate::audit;
use crate::bounces;
use crate::db::Swept;
use crate::jobs::{self, nightly_ones};
use crate::outbox::store as outbox;
use crate::register::StaffMember;
use crate::register::store;

/// Exports or purges one person.
pub fn run(app: &App, args: &PersonArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.action {
        PersonAction::Export(whom) => export(app, &find(app, whom)?, out),
        PersonAction::Purge { whom, yes } => purge(app, &find(app, whom)?, *yes, out),
    }
}

fn find(app: &App, whom: &WhomArgs) -> anyhow::Result<StaffMember> {
    app.db.read(|conn| Ok(store::whom(conn, &whom.employee_number, whom.organisation.as_deref())??))
}

fn export(app: &App, who: &StaffMember, out: Out) -> anyhow::Result<Exit> {
    let document = app.db.read(|conn| {
        let history = store::history(conn, who.id)?;
        let addresses = history.names.iter().map(|name| name.said.email.as_str());
        let bounces = bounces::store::of_addresses(conn, addresses)?;
        let mut document = json!({
            "organisation": who.organisation,
            "employee_number": who.employee_number,
            "exported_at": shapes::instant(app.now()),
            "messages": outbox::messages_to(conn, who.id)?,
            "listed_in_digests": outbox::digest_lines_about(conn, who.id)?,
            "returned_mail": bounces.iter().map(shapes::bounce).collect::<Vec<_>>(),
            "audit": audit::about_person(conn, who.id)?.iter().map(shapes::audit_entry).collect::<Vec<_>>(),
        });
        if let (Some(document), Some(history)) = (document.as_object_mut(), json!(history).as_object_mut()) {
            document.append(history);
        }
        Ok::<_, anyhow::Error>(document)
    })?;
    out.document(&document)?;
    Ok(Exit::Done)
}

fn purge(app: &App, who: &StaffMember, yes: bool, out: Out) -> anyhow::Result<Exit> {
    let name =
        app.db.read(|conn| Ok::<_, anyhow::Error>(store::names(conn, store::Known::Latest, &[who.id])?));
    let name = name?.remove(&who.id).map_or(String::new(), |name| format!(" ({})", name.full()));
    if !yes && !agreed(who, &name)? {
        complain("nothing was removed");
        return Ok(Exit::Refused);
    }
    let purged = jobs::purge_person(app, who, app.now())?;
    let swept = jobs::sweep(app);
    if out.json {
        out.document(&json!({
            "people": purged.people,
            "versions": purged.versions,
            "messages": purged.messages,
            "mentions": purged.mentions,
            "bounces": purged.bounces,
            "swept": matches!(swept, Ok(Swept::Clean)),
        }))?;
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
    }
    match swept {
        Ok(Swept::Clean) => {}
        Ok(Swept::InUse) => out.note(
            "what was removed still stands in free parts of the file, because it is in use: the job `purge` finishes \
             that tonight",
        ),
        Err(error) => out.note(&format!(
            "what was removed still stands in free parts of the file, because it could not be written anew ({error:#}): \
             the job `purge` tries again tonight"
        )),
    }
    let backups = nightly_ones(&app.config.backup.folder).unwrap_or_default().len();
    if backups > 0 {
        out.note(&format!(
            "{backups} nightly backups in {} were made before this and still hold the data, until the last of them is \
             replaced",
            app.config.backup.folder.display()
        ));
    }
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
