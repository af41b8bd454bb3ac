//! `bounces`: addresses that mail comes back from.

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::args::{BouncesAction, BouncesArgs};
use super::exit::Exit;
use super::json as shapes;
use super::out::{Out, table};
use crate::app::App;
use crate::bounces::Reader;
use crate::bounces::store::{self, Bounce};
use crate::jobs::{BouncesRead, read_bounces};
use crate::wording::counted;

/// Lists what came back, reads the folder now, or takes an address for good again.
pub fn run(app: &App, args: &BouncesArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.action {
        None => list(app, out),
        Some(BouncesAction::Read) => read(app, out),
        Some(BouncesAction::Clear { address }) => clear(app, address, out),
    }
}

fn list(app: &App, out: Out) -> anyhow::Result<Exit> {
    let bounces = app.db.read(|conn| Ok::<_, anyhow::Error>(store::list(conn)?))?;
    if out.json {
        let bounces: Vec<Value> = bounces.iter().map(shapes::bounce).collect();
        out.document(&json!({ "bounces": bounces }))?;
        return Ok(Exit::Done);
    }
    if bounces.is_empty() {
        out.text("no mail has come back")?;
        return Ok(Exit::Done);
    }
    let zone = app.config.time_zone;
    let headers = ["address", "kind", "status", "message", "read", "cleared", "what the server said"];
    let day =
        |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).format("%-d %b %Y %H:%M").to_string();
    let row = |bounce: &Bounce| {
        vec![
            bounce.said.address.clone(),
            bounce.said.weight.to_string(),
            bounce.said.status.clone(),
            bounce.said.message_id.map_or(String::new(), |id| id.to_string()),
            day(bounce.read_at),
            bounce.cleared_at.map_or(String::new(), day),
            bounce.said.reason.clone(),
        ]
    };
    out.text(&table(&headers, headers.len(), bounces.iter().map(row)))?;
    Ok(Exit::Done)
}

fn read(app: &App, out: Out) -> anyhow::Result<Exit> {
    let folder = app.config.bounces.as_ref().context(
        "no folder of returned mail is configured: name it as `folder` in [bounces] of the settings",
    )?;
    let read = read_bounces(app, &mut Reader::new(folder))?;
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
            "others": read.others,
            "unreadable": read.unreadable,
        }));
    }
    out.text(&format!(
        "{}: {} that no mail reaches, {} that did not arrive this time, {} of other mail",
        counted(read.files, "new file", "new files"),
        counted(read.hard, "address", "addresses"),
        counted(read.soft, "mail", "mails"),
        counted(read.others.len(), "file", "files")
    ))
}

fn clear(app: &App, address: &str, out: Out) -> anyhow::Result<Exit> {
    let cleared =
        app.db.write_stamped(app.clock, |conn| Ok::<_, anyhow::Error>(store::clear(conn, address)?))?;
    if cleared == 0 {
        bail!("no mail to {address} has come back: `refresher bounces` lists what has");
    }
    if out.json {
        out.document(&json!({ "cleared": cleared }))?;
    } else {
        out.text(&format!("mail goes to {address} again"))?;
    }
    Ok(Exit::Done)
}
