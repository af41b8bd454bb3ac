//! `restore-mark`: nobody is mailed from a restored database until it is adopted.

use serde_json::json;

use super::exit::Exit;
use super::out::Out;
use crate::app::App;
use crate::audit::Actor;
use crate::jobs;

/// Marks the database, and says how it is taken into use.
pub(crate) fn run(app: &App, out: Out) -> anyhow::Result<Exit> {
    jobs::restore_mark(app, &Actor::of_process(), app.now())?;
    if out.json {
        out.document(&json!({ "database": app.db.place().to_string(), "marked": true }))?;
    } else {
        out.text(&format!(
            "{} is marked as restored: nobody is mailed from it. Look it over with `refresher check`, then take it into use \
             with `refresher adopt`, before any daemon is started on it.",
            app.db.place()
        ))?;
    }
    Ok(Exit::Done)
}
