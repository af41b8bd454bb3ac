//! `backup`: a consistent, checked copy of the database, while others use it.

use serde_json::json;

use super::args::BackupArgs;
use super::exit::Exit;
use super::out::Out;
use crate::app::App;
use crate::audit::Actor;
use crate::jobs;

/// Makes the backup and says what it is good for.
pub(crate) fn run(app: &App, args: &BackupArgs, out: Out) -> anyhow::Result<Exit> {
    let bytes = jobs::backup(app, &args.file, &Actor::of_process(), app.now())?;
    if out.json {
        out.document(&json!({ "file": args.file, "bytes": bytes, "verified": true }))?;
    } else {
        out.text(&format!(
            "{} is a complete copy of {}, checked: {bytes} bytes.\nWhoever starts a daemon on it mails nobody until \
             they adopt it with `refresher daemon --adopt`.",
            args.file.display(),
            app.db.place()
        ))?;
    }
    Ok(Exit::Done)
}
