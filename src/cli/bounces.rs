//! `bounces`: addresses that mail comes back from.

use anyhow::{Context, bail};
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::args::{BouncesAction, BouncesArgs};
use super::exit::Exit;
use super::out::{Out, width};
use crate::answers::{ListColumn, shapes, table};
use crate::app::App;
use crate::audit::Actor;
use crate::bounces::BounceFolder;
use crate::jobs::{
    BounceDecision, BounceEffect, BounceSelection, BouncesRead, ReturnedMail, decide, read_bounces,
    returned_mail,
};
use crate::wording::counted;

/// Lists what came back, reads the folder now, or records what a person decided of it.
pub(crate) fn run(app: &App, args: &BouncesArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.action {
        None => list(app, out),
        Some(BouncesAction::Read) => read(app, out),
        Some(BouncesAction::Confirm { addresses, day, organisation, .. }) => {
            decided(app, &which(addresses, *day, organisation.as_ref()), BounceDecision::Confirm, out)
        }
        Some(BouncesAction::Clear { addresses, held, day, organisation }) => {
            let decision = if *held { BounceDecision::ClearHeld } else { BounceDecision::Clear };
            decided(app, &which(addresses, *day, organisation.as_ref()), decision, out)
        }
    }
}

fn which(addresses: &[String], day: Option<NaiveDate>, organisation: Option<&String>) -> BounceSelection {
    BounceSelection { addresses: addresses.to_vec(), day, organisation: organisation.cloned() }
}

fn list(app: &App, out: Out) -> anyhow::Result<Exit> {
    let returned = returned_mail(app)?;
    if out.json {
        let bounces: Vec<Value> = returned.iter().map(document).collect();
        out.document(&json!({ "bounces": bounces }))?;
        return Ok(Exit::Done);
    }
    if returned.is_empty() {
        out.text("no mail has come back")?;
        return Ok(Exit::Done);
    }
    let zone = app.config.time_zone;
    let columns = [
        ListColumn::words("address"),
        ListColumn::code("it is"),
        ListColumn::code("since"),
        ListColumn::code("status"),
        ListColumn::figure("message"),
        ListColumn::words("report"),
        ListColumn::words("what the server said"),
    ];
    let day =
        |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).format("%-d %b %Y %H:%M").to_string();
    let row = |one: &ReturnedMail| {
        let (said, course) = (&one.bounce.said, &one.bounce.course);
        let since = match one.effect {
            BounceEffect::Silenced(since) => since,
            BounceEffect::Cleared => course.cleared_at.unwrap_or(course.read_at),
            _ => course.read_at,
        };
        let reason = match said.failed_address.eq_ignore_ascii_case(&said.address) {
            true => said.reason.clone(),
            false => format!("{}: {}", said.failed_address, said.reason),
        };
        vec![
            said.address.clone(),
            one.effect.as_str().to_owned(),
            day(since),
            said.status.clone(),
            said.message_id.map_or(String::new(), |id| id.to_string()),
            one.bounce.file.clone(),
            reason,
        ]
    };
    out.text(&table(&columns, returned.iter().map(row), width()))?;
    if returned.iter().any(|one| one.effect == BounceEffect::Held) {
        out.note(
            "what is held stops no mail until a person confirms it: `refresher bounces confirm`, or `refresher bounces \
             clear --held` where it is not so",
        );
    }
    Ok(Exit::Done)
}

fn read(app: &App, out: Out) -> anyhow::Result<Exit> {
    let folder = app.config.bounces.as_ref().context(
        "no folder of returned mail is configured: name it as `folder` in [bounces] of the settings",
    )?;
    let read = read_bounces(app, &mut BounceFolder::new(folder), &Actor::of_process())?;
    report(&read, out)?;
    if !read.unreadable.is_empty() {
        bail!("{} files can't be read: correct their permissions and read again", read.unreadable.len());
    }
    Ok(Exit::Done)
}

fn report(read: &BouncesRead, out: Out) -> anyhow::Result<()> {
    for sentence in read.others.iter().chain(&read.unreadable) {
        out.note(sentence);
    }
    if out.json {
        return out.document(&json!({
            "files": read.files,
            "hard": read.hard,
            "soft": read.soft,
            "held": read.held,
            "others": read.others,
            "unreadable": read.unreadable,
        }));
    }
    out.text(&format!(
        "{}: {} not there, {} that did not arrive this time, {} of other mail{}",
        counted(read.files, "new file", "new files"),
        counted(read.hard, "mailbox", "mailboxes"),
        counted(read.soft, "mail", "mails"),
        counted(read.others.len(), "file", "files"),
        match read.held {
            0 => String::new(),
            held => format!(
                "; {held} of so many are held for a person: `refresher bounces confirm`, or `refresher bounces clear --held`"
            ),
        }
    ))
}

fn decided(app: &App, which: &BounceSelection, decision: BounceDecision, out: Out) -> anyhow::Result<Exit> {
    let addresses = decide(app, which, decision, &Actor::of_process(), app.now())?;
    let (name, done) = match decision {
        BounceDecision::Confirm => ("confirmed", "staff are not mailed any more at"),
        BounceDecision::Clear | BounceDecision::ClearHeld => ("cleared", "mail goes again to"),
    };
    if out.json {
        out.document(&json!({ name: addresses.len(), "addresses": addresses }))?;
    } else {
        out.text(&format!("{done} {}", addresses.join(", ")))?;
    }
    Ok(Exit::Done)
}

/// What came back of a mail, with what it does.
fn document(one: &ReturnedMail) -> Value {
    let mut shape = shapes::bounce(&one.bounce);
    if let Value::Object(shape) = &mut shape {
        shape.insert("effect".to_owned(), json!(one.effect.as_str()));
        let since = match one.effect {
            BounceEffect::Silenced(since) => Some(shapes::instant(since)),
            _ => None,
        };
        shape.insert("silenced_since".to_owned(), json!(since));
        shape.insert("organisation".to_owned(), json!(one.organisation));
        shape.insert("also".to_owned(), json!(one.also));
    }
    shape
}
